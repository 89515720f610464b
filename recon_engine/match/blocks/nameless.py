"""Deposits that name no channel, and the unpaid days of channels that each of them may pay.

Days that no deposit at hand pays are cut into pieces as long as a channel's payouts usually are.  A
deposit may pay such a piece when it comes as long after it as the channel's payouts do and is of
about its size.  Which piece it pays is told by the rows, to the cent, once all payouts are judged
together.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from recon_engine.match.arrays import meetings
from recon_engine.match.blocks.bags import Floats
from recon_engine.match.blocks.deposits import NOBODY, Accounts, Deposits
from recon_engine.match.blocks.line import TOTAL, Line, totals
from recon_engine.match.blocks.schedule import Block, Schedule, Scheduled
from recon_engine.match.case import Case, Flags, Rows
from recon_engine.model.policy import MatchPolicy


@dataclass(frozen=True)
class Offers:
    """Nameless deposits and the pieces of unpaid days that each may pay, as pairs.

    Attributes:
        pieces: of each line, in time order; no deposit is known of them.
        piece: of each pair, its number, counted over all lines; pairs ascend by it, then by row.
        row: of the right side.
        day: on which the deposit came.
        low: the smallest sum of values that would bring it.
        high: the largest.
        lag: days from the last day of the piece to the deposit.
        usual: share of the line's payouts that come so long after their days.
    """

    pieces: Sequence[Sequence[Block]]
    piece: Rows
    row: Rows
    day: Rows
    low: Rows
    high: Rows
    lag: Rows
    usual: Floats

    @classmethod
    def of(
        cls,
        case: Case,
        accounts: Accounts,
        nameless: Deposits,
        chosen: Sequence[Scheduled],
    ) -> "Offers":
        """What some lines may be paid.

        Args:
            case: both sides.
            accounts: whose the lines are.
            nameless: one for each channel and deposit that may be its own.
            chosen: each channel's line and schedule, of deposits that name it.
        """
        cut = [list(_pieces(*one)) for one in chosen]
        waits = _Waits.of(case, accounts, chosen, cut)
        paid, day = (each[nameless.row] for each in (case.right.amount, case.right.day))
        offer, wait = meetings([nameless.line(case), day], [waits.line, waits.day])
        theirs = nameless.where(offer)
        low, high = totals(case, accounts.names, paid[offer], theirs.account, theirs.currency)
        low, high = (np.where(waits.on_total[wait], one, paid[offer]) for one in (low, high))
        fits = np.flatnonzero((low <= waits.most[wait]) & (high >= waits.least[wait]))
        fits = fits[np.lexsort((theirs.row[fits], waits.piece[wait[fits]]))]
        wait = wait[fits]
        return cls(
            [[piece for piece, _ in ours] for ours in cut], waits.piece[wait], theirs.row[fits],
            day[offer[fits]], low[fits], high[fits], waits.lag[wait], waits.usual[wait],
        )  # fmt: skip

    def __len__(self) -> int:
        return len(self.piece)

    def paid(self, line: Line, some: Sequence[int]) -> Line:
        """A line that got the deposits of some pairs."""
        if not some:
            return line
        each = (part[some] for part in (self.day, self.low, self.high))
        return line.also_paid(self.row[some].tolist(), *each)


def _pieces(line: Line, schedule: Schedule) -> Iterator[tuple[Block, int]]:
    """The unpaid days of a line, in pieces that each have rows, and the last day of each."""
    if not schedule.blocks:
        return
    lengths = Counter(block.days for block in schedule.blocks)
    first, until = int(line.day[0]), 0
    for block in schedule.blocks:
        begins = int(line.paid_day[block.deposit]) - block.lag_days - block.days + 1
        if block.start > block.follows:
            cuts = _cuts(begins - first, lengths)
            # Before the first payout it is the end that is known.
            cuts = cuts if until else cuts[::-1]
            yield from _cut(line, first, cuts, (block.follows, block.start))
        first, until = begins + block.days, block.end
    if until < len(line.rows):
        cuts = _cuts(int(line.day[-1]) + 1 - first, lengths)
        yield from _cut(line, first, cuts, (until, len(line.rows)))


def _cuts(days: int, lengths: Mapping[int, int]) -> list[int]:
    """Lengths of pieces: as long as some payout's days, or else as most are."""
    usual, cuts = min(lengths, key=lambda days: (-lengths[days], days)), []
    while days > 0:
        cuts.append(days if days in lengths else min(usual, days))
        days -= cuts[-1]
    return cuts


def _cut(
    line: Line, first: int, cuts: Sequence[int], within: tuple[int, int]
) -> Iterator[tuple[Block, int]]:
    """The pieces of some unpaid days that have rows, and the last day of each."""
    start, until = within
    for days in cuts:
        first += days
        end = min(int(np.searchsorted(line.day, first)), until)
        if end > start:
            yield Block(NOBODY, start, end, 0, days, start, 0.0), first - 1
            start = end


@dataclass(frozen=True)
class _Waits:
    """When each piece waits for a deposit: one row for each of its line's lags.

    Attributes:
        line: number of account and currency.
        piece: its number, counted over all lines.
        day: of the deposit.
        lag: from the last day of the piece.
        least: sum of values that the deposit may be for, minor units.
        most: the same.
        on_total: whether the line's fee is taken from a payout's total.
        usual: share of the line's payouts that have this lag.
    """

    line: Rows
    piece: Rows
    day: Rows
    lag: Rows
    least: Rows
    most: Rows
    on_total: Flags
    usual: Floats

    @classmethod
    def of(
        cls,
        case: Case,
        accounts: Accounts,
        chosen: Sequence[Scheduled],
        cut: Sequence[Sequence[tuple[Block, int]]],
    ) -> "_Waits":
        currencies = {name: n for n, name in enumerate(case.index.currencies)}
        place = {name: n for n, name in enumerate(accounts.names)}
        told, pieces = [], 0
        for (line, schedule), ours in zip(chosen, cut, strict=True):
            lags = Counter(block.lag_days for block in schedule.blocks)
            name, currency = line.name
            key = place[name] * len(currencies) + currencies[currency]
            sizes = _sizes(line, schedule.blocks, [piece for piece, _ in ours], case.policy)
            for (_, last), size in zip(ours, sizes, strict=True):
                told += [
                    (key, pieces, last + lag, lag, *size, line.way == TOTAL, count, lags.total())
                    for lag, count in lags.items()
                ]
                pieces += 1
        wanted, number, day, lag, least, most, on_total, count, of = (
            np.array(told, np.int64).reshape(-1, 9).T
        )
        return cls(wanted, number, day, lag, least, most, on_total > 0, count / of)


def _sizes(
    line: Line, blocks: Sequence[Block], pieces: Sequence[Block], policy: MatchPolicy
) -> Iterator[tuple[int, int]]:
    """By piece: the least and the greatest sum of values that its deposit may be for.

    A few rows are left out, a few come in from the payout before, and a fee may be kept back.
    """
    ordered = sorted([*blocks, *pieces], key=lambda block: block.start)
    before = dict(zip((block.start for block in ordered[1:]), ordered, strict=False))
    for piece in pieces:
        own = line.value[piece.start : piece.end]
        pool = line.value[before[piece.start].start if piece.start in before else 0 : piece.start]
        total, out, come = own.sum(), policy.payout_left_out_max, policy.payout_brought_max
        least = total - _greatest(own, out) - _greatest(-pool, come) - policy.payout_fee_max_minor
        yield int(least), int(total + _greatest(-own, out) + _greatest(pool, come))


def _greatest(values: Rows, count: int) -> int:
    """The most that so many rows bring."""
    return int(np.sort(values.clip(0))[-count:].sum()) if count else 0
