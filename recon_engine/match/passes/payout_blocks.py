"""Pass 6: payouts without an id, found by the days they cover and the few rows they left out.

For each channel the open rows and its deposits are laid side by side in time.  First the days that
each deposit pays are found, then for each chain of payouts which rows were left out of their days
and came with the next payout instead.  Certainty belongs to the row: a payout with an explanation
is confirmed with its likeliest rows, and of these the ones that may as well be others' are only
proposed.  A payout that comes out only by a fee which nobody told is proposed as a whole.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from recon_engine.match.arrays import distinct
from recon_engine.match.blocks.deposits import Accounts, deposits, nameless
from recon_engine.match.blocks.line import Line, lines
from recon_engine.match.blocks.nameless import Offers
from recon_engine.match.blocks.schedule import schedules
from recon_engine.match.blocks.verdicts import Judged, Verdict, judged
from recon_engine.match.blocks.ways import best_days, best_ways
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
    chosen = best_ways(list(zip(ways, found, strict=True)), case.policy)
    chosen = best_days(chosen, case.policy)
    return judged(chosen, case.policy, Offers.of(case, accounts, others, chosen))


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
