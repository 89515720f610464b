"""Pass 6: payouts without an id, found by the days they cover and the few rows they left out.

For each channel the open rows and its deposits are laid side by side in time.  First the days that
each deposit pays are found, then for each chain of payouts which rows were left out of their days
and came with the next payout instead.  Certainty belongs to the row: a payout with an explanation
is confirmed with its likeliest rows, and of these the ones that may as well be others' are only
proposed.  A payout that comes out only by a fee which nobody told is proposed as a whole.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from math import log

import numpy as np
import polars as pl

from recon_engine.match.arrays import distinct
from recon_engine.match.blocks.deposits import Accounts, deposits, nameless
from recon_engine.match.blocks.line import Line, lines
from recon_engine.match.blocks.nameless import Scheduled, with_nameless
from recon_engine.match.blocks.schedule import schedules
from recon_engine.match.blocks.second_look import second_look
from recon_engine.match.blocks.verdicts import Judged, Verdict, explained, judged
from recon_engine.match.case import (
    CONFIRMED,
    FOUND_GROUPS,
    FOUND_MEMBERS,
    PROPOSED,
    Case,
    Flags,
    Found,
    Rows,
    nothing,
)
from recon_engine.model.policy import MatchPolicy

_MILLION = 1_000_000


@dataclass(frozen=True)
class _Group:
    """One payout as it will be told."""

    left: Rows
    sure: Flags  # of each left row
    right: Rows
    status: str
    explained: int
    evidence: str


def run(case: Case) -> Found:
    """Confirms and proposes payouts of channels."""
    groups = [
        _told(case, one.line, verdict)
        for one in payouts(case)
        for verdict in one.verdicts
        if verdict.places.size
    ]
    return _found(groups) if groups else nothing()


def payouts(case: Case) -> list[Judged]:
    """The verdict on every payout of every channel, with the odds of its rows."""
    accounts = Accounts.of(case)
    every = deposits(case, accounts)
    told = every.where(every.named)
    if not len(told):
        return []
    ways, others = list(lines(case, accounts, told)), nameless(case, every)
    unnamed = len(distinct(others.row))
    unsaid = unnamed / (len(told) + unnamed)
    found = schedules(ways, case.policy, unsaid)
    chosen = _best_ways(list(zip(ways, found, strict=True)), case.policy)
    scheduled = {line.name: (line, schedule) for line, schedule in chosen}
    more = with_nameless(case, accounts, told, others, chosen)
    scheduled |= {line.name: (line, schedule) for line, schedule in more}
    first = judged(list(scheduled.values()), case.policy)
    return second_look(case, accounts, told, others, chosen, first)


def _best_ways(ways: Sequence[Scheduled], policy: MatchPolicy) -> list[Scheduled]:
    """For each channel, of the ways it may take its fees the one that explains its payouts best.

    A short search mostly tells them apart: by a wrong way hardly any payout comes out to the cent.
    Where it does not, the whole search does, or else the way whose days fit best is taken.
    """
    short = replace(policy, payout_left_out_max=2, payout_brought_max=1, payout_fee_max_minor=0)
    near = _nearest([way for _, way in _nearest(ways, short)], policy)
    by_name = groupby(near, key=lambda one: one[1][0].name)
    return [max(ours, key=lambda one: one[0] + one[1][1].fit)[1] for _, ours in by_name]


def _nearest(ways: Sequence[Scheduled], policy: MatchPolicy) -> list[tuple[float, Scheduled]]:
    """For each channel the ways that explain its payouts about as well as the best one."""
    clear = log(_MILLION / max(1, policy.chance_ppm_max))
    count = Counter(line.name for line, _ in ways)
    several = [way for way in ways if count[way[0].name] > 1]
    odds_of = {
        (line.name, line.way): odds
        for (line, _), odds in zip(several, explained(several, policy), strict=True)
    }
    near: list[tuple[float, Scheduled]] = []
    for name, ours in groupby(ways, key=lambda way: way[0].name):
        each = [(odds_of.get((name, way[0].way), 0.0), way) for way in ours]
        best = max(odds for odds, _ in each)
        near += [(odds, way) for odds, way in each if odds >= best - clear]
    return near


def _told(case: Case, line: Line, verdict: Verdict) -> _Group:
    block = verdict.block
    left = line.rows[verdict.places]
    deposit = np.array(line.deposits[block.deposit], np.int64)
    fees = int(case.left.amount[left].sum() - case.right.amount[deposit].sum())
    off = _off(line, verdict)
    evidence = (
        f"days={block.days};lag={block.lag_days};left_out={verdict.left_out or 0};"
        f"brought={verdict.brought};other_ppm={round(verdict.doubt * _MILLION)}"
    )
    if verdict.fee:
        evidence += f";untold_fee_minor={verdict.fee}"
    sure = (1 - verdict.sure) * _MILLION <= case.policy.payout_wrong_ppm_max
    if not sure.all():
        evidence += f";in_doubt={len(sure) - int(sure.sum())}"
    return _Group(left, sure, deposit, _status(verdict, sure, case.policy), fees - off, evidence)


def _off(line: Line, verdict: Verdict) -> int:
    """What the rows bring beyond what the deposit shows, fees known; 0 where it is explained."""
    if verdict.left_out is not None:
        return 0
    block = verdict.block
    total = int(line.before[block.end] - line.before[block.start])
    return total - min(max(total, int(line.low[block.deposit])), int(line.high[block.deposit]))


def _status(verdict: Verdict, sure: Flags, policy: MatchPolicy) -> str:
    """Confirmed where an explanation was found and at least half of the rows are surely paid.

    A fee that nobody told explains a payout for its neighbours, and never confirms its own.
    """
    found = (
        verdict.left_out is not None
        and not verdict.fee
        and verdict.doubt * _MILLION <= policy.payout_doubt_ppm_max
        and 2 * int(sure.sum()) >= len(sure)
    )
    return CONFIRMED if found else PROPOSED


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
    doubtful = [
        (number, True, int(row))
        for number, group in enumerate(told)
        if group.status == CONFIRMED
        for row in group.left[~group.sure]
    ]
    return Found(
        members,
        pl.DataFrame(groups, schema=FOUND_GROUPS, orient="row"),
        pl.DataFrame(doubtful, schema=FOUND_MEMBERS, orient="row"),
    )
