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

import polars as pl

from recon_engine.match.blocks.chain import Verdict, judge, links
from recon_engine.match.blocks.deposits import deposits, nameless
from recon_engine.match.blocks.line import Line, lines
from recon_engine.match.blocks.nameless import Scheduled, with_nameless
from recon_engine.match.blocks.schedule import Schedule, schedules
from recon_engine.match.case import CONFIRMED, FOUND_GROUPS, FOUND_MEMBERS, PROPOSED, Case, Found, nothing
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

    left: list[int]
    right: tuple[int, ...]
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
    return _found([group for one in judged for group in _groups(case, one)])


def _best_way(ways: list[Scheduled], policy: MatchPolicy) -> Scheduled:
    """Of the ways a channel may take its fees the one that explains its payouts best."""
    far = log(_MILLION / max(1, policy.chance_ppm_max))
    fit = max(schedule.fit for _, schedule in ways)
    near = [way for way in ways if way[1].fit > fit - far]
    if len(near) == 1:
        return near[0]
    return max(near, key=lambda way: _judged(*way, policy).evidence)


def _judged(line: Line, schedule: Schedule, policy: MatchPolicy) -> Judged:
    evidence, verdicts = judge(line, links(line, schedule.blocks, policy), policy)
    return Judged(line, evidence, verdicts)


def _groups(case: Case, judged: Judged) -> Iterator[_Group]:
    """The payouts of one line; the rows that one payout brings in belong to no other."""
    line, places = judged.line, [_places(verdict) for verdict in judged.verdicts]
    came = [{place for place in each if place < v.link.block.start} for each, v in zip(places, judged.verdicts, strict=True)]
    for n, verdict in enumerate(judged.verdicts):
        later = came[n + 1] if n + 1 < len(came) else set()
        left = [int(line.rows[place]) for place in places[n] if place not in later]
        if left:
            yield _told(case, line, verdict, left)


def _told(case: Case, line: Line, verdict: Verdict, left: list[int]) -> _Group:
    block = verdict.link.block
    deposit = line.deposits[block.deposit]
    fees = int(case.left.amount[left].sum() - case.right.amount[list(deposit)].sum())
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


def _places(verdict: Verdict) -> list[int]:
    """Places in the line of a payout's rows."""
    block, link = verdict.link.block, verdict.link
    out = set(link.own.rows(verdict.left_out or ()))
    own = [block.start + n for n in range(block.end - block.start) if n not in out]
    return [link.pool_start + n for n in link.pool.rows(verdict.brought)] + own


def _status(verdict: Verdict, rows: int, policy: MatchPolicy) -> str:
    sure = (
        verdict.left_out is not None
        and verdict.doubt * _MILLION <= policy.payout_doubt_ppm_max
        and verdict.wrong * _MILLION <= rows * policy.payout_wrong_ppm_max
    )
    return CONFIRMED if sure else PROPOSED


def _found(told: Sequence[_Group]) -> Found:
    members = [
        (number, is_left, row)
        for number, group in enumerate(told)
        for is_left, rows in ((True, group.left), (False, group.right))
        for row in rows
    ]
    groups = [
        (number, "payout_block", group.status, group.explained, group.evidence)
        for number, group in enumerate(told)
    ]
    return Found(
        pl.DataFrame(members, schema=FOUND_MEMBERS, orient="row"),
        pl.DataFrame(groups, schema=FOUND_GROUPS, orient="row"),
    )
