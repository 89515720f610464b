"""How free a deposit was to pay these days and no others."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from recon_engine.match.blocks.bags import Floats, ragged
from recon_engine.match.blocks.line import Line
from recon_engine.match.blocks.schedule import Schedule
from recon_engine.match.case import Flags, Rows
from recon_engine.model.policy import MatchPolicy

_MILLION = 1_000_000
_CENTURIES = 1 << 20  # more than there are days


@dataclass(frozen=True)
class Rivals:
    """What other days speak against blocks, by block.

    Attributes:
        near: odds of other days against its own, by their sums and by what is usual.
        exact: how many other blocks bring the deposit to the cent.
        by_one: how many do so but for one row.
    """

    near: Floats
    exact: Floats
    by_one: Floats


def rivals(each: Sequence[tuple[Line, Schedule]], policy: MatchPolicy) -> Rivals:
    """Other days, of those around each block of some lines, that its deposit might pay instead.

    Each counts for as much as its lag and its length are usual, against the block's own.
    """
    rows, own = _Days.of([line for line, _ in each]), _Own.of(each)
    rival = _stretches(rows, own, policy)
    off = own.off(rows.before[rival.last] - rows.before[rival.first], rival.block)
    usual, odds = _usual(own, rival, policy)
    weight = (usual / odds[rival.block]).clip(0, 1)
    near = usual * nearness(off, own.typical[rival.block], rival.last - rival.first, policy)
    every = np.arange(len(own.start))
    brought = own.off(rows.before[own.end] - rows.before[own.start], every)
    best = nearness(brought, own.typical, own.end - own.start, policy)
    alone = rival.first >= own.free_from[rival.block]
    alone &= rival.last <= own.free_until[rival.block]
    by_one = rows.hold(off, own.since[rival.block], own.until[rival.block]) & (off > 0)

    def added(what: Floats, where: Flags) -> Floats:
        return np.bincount(rival.block[where], what[where], len(every)).astype(np.float64)

    return Rivals(
        added(near, alone) / (odds * best), added(weight, off == 0), added(weight, by_one)
    )


@dataclass(frozen=True)
class _Days:
    """The rows of lines, one after the other, and their days.

    Attributes:
        value: by row.
        before: sum of the values before each row; one longer than the rows.
        day_of: the number of each row's day, counted over all lines; one longer than the rows.
        date: line and day of each day, in one number.
        first: place of each day's first row; one longer than the days.
    """

    value: Rows
    before: Rows
    day_of: Rows
    date: Rows
    first: Rows

    @classmethod
    def of(cls, lines: Sequence[Line]) -> "_Days":
        value = np.concatenate([line.value for line in lines])
        date = np.concatenate([n * _CENTURIES + line.day for n, line in enumerate(lines)])
        begins = np.diff(date, prepend=-1) != 0
        first = np.flatnonzero(begins)
        return cls(
            value, np.append(0, np.cumsum(value)), np.append(np.cumsum(begins) - 1, len(first)),
            date[first], np.append(first, len(value)),
        )  # fmt: skip

    def hold(self, amount: Rows, start: Rows, end: Rows) -> Flags:
        """Whether some row between two places is worth an amount, of either sign."""
        values, value = np.unique(np.abs(self.value), return_inverse=True)
        rows = len(value)
        placed = np.sort(value * rows + np.arange(rows))
        same = values.searchsorted(amount).clip(0, len(values) - 1)
        found = placed.searchsorted(same * rows + start).clip(0, rows - 1)
        inside = (placed[found] >= same * rows + start) & (placed[found] < same * rows + end)
        flags: Flags = inside & (values[same] == amount)
        return flags


@dataclass(frozen=True)
class _Own:
    """The blocks of lines in arrays, by block; places count over the rows of all lines.

    Attributes:
        line: which line's it is.
        typical: how far one row more or less moves a sum of its line.
        start: place of the first row of its days.
        end: place after the last.
        lag: days from the last day to the deposit.
        days: that it covers.
        telling: 1 where the sum is not far from the deposit's.
        follows: whether it begins where a neighbour ends.
        paid_day: of its deposit.
        low: the smallest sum that would bring the deposit.
        high: the largest.
        since: place from which a rival may lie that brings the deposit exactly; it may take days
            of a neighbour, which then pays others.
        until: place up to which.
        free_from: place from which no neighbour pays.
        free_until: place up to which.
    """

    line: Rows
    typical: Floats
    start: Rows
    end: Rows
    lag: Rows
    days: Rows
    telling: Rows
    follows: Flags
    paid_day: Rows
    low: Rows
    high: Rows
    since: Rows
    until: Rows
    free_from: Rows
    free_until: Rows

    @classmethod
    def of(cls, each: Sequence[tuple[Line, Schedule]]) -> "_Own":
        """The blocks of some lines."""
        told = [
            (n, b.deposit, b.start, b.end, b.lag_days, b.days, b.near > 0, b.follows)
            for n, (_, schedule) in enumerate(each)
            for b in schedule.blocks
        ]
        line, deposit, start, end, lag, days, telling, free = np.array(told, np.int64).T
        offset, ends = _bounds([len(one.rows) for one, _ in each], line)
        start, end, free = start + offset, end + offset, free + offset
        same = line[1:] == line[:-1]  # as the block before
        payer = _bounds([len(one.paid_day) for one, _ in each], line)[0] + deposit
        paid_day, low, high = (
            np.concatenate([getattr(one, name) for one, _ in each])[payer]
            for name in ("paid_day", "low", "high")
        )
        return cls(
            line, np.array([one.typical for one, _ in each])[line], start, end, lag, days, telling,
            np.append(False, same & (end[:-1] == start[1:])), paid_day, low, high,
            np.append(offset[:1], np.where(same, start[:-1], offset[1:])),
            np.append(np.where(same, end[1:], ends[:-1]), ends[-1]),
            free, np.append(np.where(same, start[1:], ends[:-1]), ends[-1]),
        )  # fmt: skip

    def off(self, total: Rows, block: Rows) -> Rows:
        """How far sums are from those that bring a block's deposit."""
        off: Rows = np.maximum(np.maximum(self.low[block] - total, total - self.high[block]), 0)
        return off


def _bounds(sizes: Sequence[int], line: Rows) -> tuple[Rows, Rows]:
    """By block: where what its line has begins among what all lines have, and where it ends."""
    each = np.array(sizes, np.int64)
    ends = np.cumsum(each)
    return (ends - each)[line], ends[line]


@dataclass(frozen=True)
class _Stretches:
    """Whole days that a block's deposit might pay, as the block is described; by block."""

    block: Rows
    first: Rows
    last: Rows
    lag: Rows
    days: Rows


def _stretches(rows: _Days, own: _Own, policy: MatchPolicy) -> _Stretches:
    """Other stretches of whole days around each block, of all lags and lengths there can be."""
    begin, end, date = rows.day_of[own.since], rows.day_of[own.until], rows.date
    paid = own.line * _CENTURIES + own.paid_day
    low = np.maximum(begin, date.searchsorted(paid - policy.payout_days_after))
    high = np.minimum(end, date.searchsorted(paid + policy.payout_days_before, "right"))
    block, within = ragged(np.maximum(high - low, 0))
    last = low[block] + within
    earliest = date.searchsorted(date[last] - policy.payout_block_days_max + 1)
    earliest = np.maximum(begin[block], earliest)
    place, within = ragged(last + 1 - earliest)
    block, last, first = block[place], last[place], earliest[place] + within
    start, stop = rows.first[first], rows.first[last + 1]
    other = (start != own.start[block]) | (stop != own.end[block])
    block, first, last = block[other], first[other], last[other]
    lag, days = paid[block] - date[last], date[last] - date[first] + 1
    return _Stretches(block, start[other], stop[other], lag, days)


def _usual(own: _Own, rival: _Stretches, policy: MatchPolicy) -> tuple[Floats, Floats]:
    """How usual the rivals' lags and lengths are among the other blocks, and each block's own.

    A little even where there is none.  Blocks whose sum is far from their deposit's tell nothing
    and are not counted.  The length of a block that begins where a neighbour ends says nothing.
    """
    before, lines = policy.payout_days_before, int(own.line[-1]) + 1
    others = np.bincount(own.line, own.telling)[own.line].astype(np.int64) - own.telling + 1

    def seen(what: Rows, count: int) -> Rows:
        """How often telling blocks of a line have it, ``(line, what)``."""
        told = own.telling > 0
        counts = np.bincount((own.line * count + what)[told], minlength=lines * count)
        return counts.reshape(lines, count)

    def share(counts: Rows, which: Rows, block: Rows, its_own: Rows) -> Floats:
        rest = counts[own.line[block], which] - own.telling[block] * (which == its_own[block])
        odds: Floats = (rest + 1 / counts.shape[1]) / others[block]
        return odds

    every = np.arange(len(own.start))
    lag, length = own.lag + before, own.days - 1
    lags = seen(lag, before + policy.payout_days_after + 1)
    lengths = seen(length, policy.payout_block_days_max)
    usual = share(lags, rival.lag + before, rival.block, lag)
    usual = usual * share(lengths, rival.days - 1, rival.block, length)
    by_length = np.where(own.follows, 1.0, share(lengths, length, every, length))
    return usual, share(lags, lag, every, lag) * by_length


def nearness(off: Rows, typical: Floats, rows: Rows, policy: MatchPolicy) -> Floats:
    """How well sums that are so far off fit, if a few rows make up the difference, per minor unit.

    Far off is not unheard of: a single large row makes up much.

    Args:
        off: how far each sum is off, minor units.
        typical: how far one row more or less moves it.
        rows: of which it is the sum.
        policy: how many rows are left out.
    """
    astray = 1 + policy.payout_held_back + rows * policy.payout_never_ppm / _MILLION
    reach = typical * np.sqrt(astray)
    near: Floats = 1 / (1 + np.square(off / reach)) / reach
    return near
