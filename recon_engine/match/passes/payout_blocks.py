"""Pass 6: payouts without an id, found by the days they cover and the few rows they left out.

For each channel the open rows and its deposits are laid side by side in time.  First the days that
each deposit pays are found, then for each chain of payouts which rows were left out of their days
and came with the next payout instead.  Certainty belongs to the row: a payout with an explanation
is confirmed with its likeliest rows, and of these the ones that may as well be others' are only
proposed.  A payout that comes out only by a fee which nobody told is proposed as a whole.
"""

from collections.abc import Iterator
from itertools import compress

import numpy as np
import polars as pl

from recon_engine.match.arrays import distinct
from recon_engine.match.blocks.deposits import Accounts, deposits, nameless
from recon_engine.match.blocks.line import lines
from recon_engine.match.blocks.nameless import Offers
from recon_engine.match.blocks.schedule import schedules
from recon_engine.match.blocks.verdicts import Verdicts, judged
from recon_engine.match.blocks.ways import best_days, best_ways
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

_MILLION = 1_000_000


def run(case: Case) -> Found:
    """Confirms and proposes payouts of channels."""
    verdicts = payouts(case)
    return nothing() if verdicts is None else _found(case, verdicts)


def payouts(case: Case) -> Verdicts | None:
    """The verdict on every payout of every channel, with the odds of its rows."""
    accounts = Accounts.of(case)
    every = deposits(case, accounts)
    told = every.where(every.named)
    if not len(told):
        return None
    ways, others = list(lines(case, accounts, told)), nameless(case, every)
    unnamed = len(distinct(others.row))
    unsaid = unnamed / (len(told) + unnamed)
    found = schedules(ways, case.policy, unsaid)
    chosen = best_ways(list(zip(ways, found, strict=True)), case.policy)
    chosen = best_days(chosen, case.policy)
    if not any(schedule.blocks for _, schedule in chosen):
        return None
    return judged(chosen, Offers.of(case, accounts, others, chosen), case.policy)


def _found(case: Case, told: Verdicts) -> Found:
    """The payouts that have rows, as the engine takes them.

    Confirmed is a payout where an explanation was found and at least half of the rows are surely
    paid.  A fee that nobody told explains a payout for its neighbours, and never confirms its own.
    """
    policy, count = case.policy, len(told.links)
    size = np.bincount(told.payout, minlength=count)
    sure = (1 - told.sure) * _MILLION <= policy.payout_wrong_ppm_max
    in_doubt = size - np.bincount(told.payout[sure], minlength=count)
    confirmed = (told.left_out >= 0) & (told.fee == 0) & (2 * in_doubt <= size)
    confirmed &= told.doubt * _MILLION <= policy.payout_doubt_ppm_max
    kept = size > 0
    number = np.cumsum(kept) - 1
    deposits = [link.line.deposits[link.block.deposit] for link in told.links]
    paid_by = np.repeat(np.arange(count), [len(rows) for rows in deposits])
    bank = np.array([row for rows in deposits for row in rows], np.int64)
    paid_by, bank = paid_by[kept[paid_by]], bank[kept[paid_by]]
    payout, doubtful = np.append(told.payout, paid_by), confirmed[told.payout] & ~sure
    members = pl.DataFrame(
        {
            "group": number[payout],
            "left": np.arange(len(payout)) < len(told.row),
            "row": np.append(told.row, bank),
        },
        schema=FOUND_MEMBERS,
    )
    groups = pl.DataFrame(
        {
            "group": number[kept],
            "rule": "payout_block",
            "status": np.where(confirmed, CONFIRMED, PROPOSED)[kept],
            "explained": _fees(case, told, paid_by, bank)[kept],
            "evidence": list(compress(_evidence(told, in_doubt), kept)),
        },
        schema=FOUND_GROUPS,
    )
    return Found(
        members,
        groups,
        pl.DataFrame(
            {"group": number[told.payout[doubtful]], "left": True, "row": told.row[doubtful]},
            schema=FOUND_MEMBERS,
        ),
    )


def _evidence(told: Verdicts, in_doubt: Rows) -> Iterator[str]:
    """What speaks for each payout."""
    other = np.round(told.doubt * _MILLION).astype(np.int64)
    figures = (told.left_out.clip(0), told.brought, other, told.fee, in_doubt)
    for link, *each in zip(told.links, *(one.tolist() for one in figures), strict=True):
        left_out, brought, other_ppm, fee, doubtful = each
        evidence = (
            f"days={link.block.days};lag={link.block.lag_days};left_out={left_out};"
            f"brought={brought};other_ppm={other_ppm}"
        )
        evidence += f";untold_fee_minor={fee}" if fee else ""
        yield evidence + (f";in_doubt={doubtful}" if doubtful else "")


def _fees(case: Case, told: Verdicts, paid_by: Rows, bank: Rows) -> Rows:
    """By payout: what its rows bring more than the deposit shows, as far as fees explain it."""
    fees = np.zeros(len(told.links), np.int64)
    np.add.at(fees, told.payout, case.left.amount[told.row])
    np.subtract.at(fees, paid_by, case.right.amount[bank])
    for n in np.flatnonzero(told.left_out < 0).tolist():
        line, block = told.links[n].line, told.links[n].block
        total = int(line.before[block.end] - line.before[block.start])
        low, high = int(line.low[block.deposit]), int(line.high[block.deposit])
        fees[n] -= total - min(max(total, low), high)
    return fees
