"""Pass 6: payouts without an id, found by the days they cover and the few rows they left out.

For each channel the open rows and its deposits are laid side by side in time.  First the days that
each deposit pays are found, then for each chain of payouts which rows were left out of their days
and came with the next payout instead.  A payout is confirmed when the odds against its rows are
within the policy's limits; otherwise the likeliest rows are proposed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import log

import numpy as np
import polars as pl

from recon_engine.match.blocks.chain import Verdict, judge, links
from recon_engine.match.blocks.deposits import deposits, nameless
from recon_engine.match.blocks.line import Line, lines
from recon_engine.match.blocks.nameless import Scheduled, with_nameless
from recon_engine.match.blocks.schedule import Schedule, schedules
from recon_engine.match.case import (
    CONFIRMED,
    FOUND_GROUPS,
    FOUND_MEMBERS,
    PROPOSED,
    Case,
    Found,
    Rows,
    nothing,
)
from recon_engine.model.policy import MatchPolicy

_MILLION = 1_000_000


@dataclass(frozen=True)
class Judged:
    """A line and the verdict on each of its payouts."""

    line: Line
    evidence: float
    verdicts: list[Verdict]


@dataclass(frozen=True)
class _Group:
    """One payout as it will be told."""

    left: Rows
    right: Rows
    status: str
    explained: int
    evidence: str


def run(case: Case) -> Found:
    """Confirms and proposes payouts of channels."""
    every = deposits(case)
    told = every.filter(pl.col("channel") != "").with_columns(named=pl.lit(value=True))
    if told.is_empty():
        return nothing()
    ways = list(lines(case, told))
    each = zip(ways, schedules(ways, case.policy), strict=True)
    chosen = [
        _best_way(list(ours), case.policy) for _, ours in groupby(each, key=lambda one: one[0].name)
    ]
    scheduled = {line.name: (line, schedule) for line, schedule in chosen}
    more = with_nameless(case, told, nameless(every), chosen)
    scheduled |= {line.name: (line, schedule) for line, schedule in more}
    judged = [_judged(line, schedule, case.policy) for line, schedule in scheduled.values()]
    told_groups = [group for one in judged for group in _groups(case, one)]
    return _found(told_groups) if told_groups else nothing()


def _best_way(ways: list[Scheduled], policy: MatchPolicy) -> Scheduled:
    """Of the ways a channel may take its fees the one that explains its payouts best."""
    far = log(_MILLION / max(1, policy.chance_ppm_max))
    fit = max(schedule.fit for _, schedule in ways)
    near = [way for way in ways if way[1].fit > fit - far]
    if len(near) == 1:
        return near[0]
    return max(near, key=lambda way: _judged(way[0], way[1], policy).evidence)


def _judged(line: Line, schedule: Schedule, policy: MatchPolicy) -> Judged:
    evidence, verdicts = judge(line, links(line, schedule.blocks, policy), policy)
    return Judged(line, evidence, verdicts)


def _groups(case: Case, judged: Judged) -> Iterator[_Group]:
    """The payouts of one line; rows that the next payout brings in are not this one's."""
    verdicts = judged.verdicts
    for n, verdict in enumerate(verdicts):
        block = verdict.link.block
        own = np.ones(block.end - block.start, np.bool_)
        own[verdict.link.own.rows(verdict.left_out or ())] = False
        if n + 1 < len(verdicts) and not verdicts[n + 1].link.fresh:
            own[verdicts[n + 1].link.pool.rows(verdicts[n + 1].brought)] = False
        brought = verdict.link.pool_start + np.array(
            verdict.link.pool.rows(verdict.brought), np.int64
        )
        places = np.concatenate([brought, block.start + np.flatnonzero(own)])
        if places.size:
            yield _told(case, judged.line, verdict, judged.line.rows[places])


def _told(case: Case, line: Line, verdict: Verdict, left: Rows) -> _Group:
    block = verdict.link.block
    deposit = np.array(line.deposits[block.deposit], np.int64)
    fees = int(case.left.amount[left].sum() - case.right.amount[deposit].sum())
    off = _off(line, verdict)
    doubt = round(verdict.doubt * _MILLION)
    evidence = (
        f"days={block.days};lag={block.lag_days};left_out={len(verdict.left_out or ())};"
        f"brought={len(verdict.brought)};chance_ppm={doubt}"
    )
    return _Group(left, deposit, _status(verdict, len(left), case.policy), fees - off, evidence)


def _off(line: Line, verdict: Verdict) -> int:
    """What the rows bring beyond what the deposit shows, fees known; 0 where it is explained."""
    if verdict.left_out is not None:
        return 0
    block = verdict.link.block
    total = int(line.before[block.end] - line.before[block.start])
    return total - min(max(total, int(line.low[block.deposit])), int(line.high[block.deposit]))


def _status(verdict: Verdict, rows: int, policy: MatchPolicy) -> str:
    sure = (
        verdict.left_out is not None
        and verdict.doubt * _MILLION <= policy.payout_doubt_ppm_max
        and verdict.wrong * _MILLION <= rows * policy.payout_wrong_ppm_max
    )
    return CONFIRMED if sure else PROPOSED


def _found(told: Sequence[_Group]) -> Found:
    """The groups as the engine takes them."""
    each = [part for group in told for part in (group.left, group.right)]
    size = [len(part) for part in each]
    members = pl.DataFrame(
        {
            "group": np.repeat(np.arange(len(each)) // 2, size),
            "left": np.repeat(np.arange(len(each)) % 2 == 0, size),
            "row": np.concatenate(each),
        },
        schema=FOUND_MEMBERS,
    )
    groups = [
        (number, "payout_block", group.status, group.explained, group.evidence)
        for number, group in enumerate(told)
    ]
    return Found(members, pl.DataFrame(groups, schema=FOUND_GROUPS, orient="row"))
