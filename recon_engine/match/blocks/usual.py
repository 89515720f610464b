"""How free a deposit was to pay these days and no others."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from recon_engine.match.blocks.bags import Floats, ragged
from recon_engine.match.blocks.line import Line
from recon_engine.match.blocks.schedule import Block
from recon_engine.match.case import Flags, Rows
from recon_engine.model.policy import MatchPolicy

_MILLION = 1_000_000


@dataclass(frozen=True)
class Usual:
    """The lags and lengths of a channel's blocks.

    Blocks whose sum is far from their deposit's tell nothing and are not counted.

    Attributes:
        lags: blocks by lag, from the earliest that is looked at.
        lengths: blocks by length, from one day.
        count: blocks in all.
        policy: the lags and lengths there could be.
    """

    lags: Rows
    lengths: Rows
    count: int
    policy: MatchPolicy

    @classmethod
    def of(cls, blocks: Sequence[Block], policy: MatchPolicy) -> "Usual":
        """What is usual among some blocks."""
        telling = [block for block in blocks if block.near > 0]
        before, after = policy.payout_days_before, policy.payout_days_after
        late = np.array([block.lag_days + before for block in telling], np.int64)
        long = np.array([block.days - 1 for block in telling], np.int64)
        lags = np.bincount(late, minlength=before + after + 1)
        lengths = np.bincount(long, minlength=policy.payout_block_days_max)
        return cls(lags, lengths, len(telling), policy)

    def rivals(self, line: Line, blocks: Sequence[Block]) -> "Rivals":
        """Other days, of those around each block, that its deposit might pay instead.

        Each counts for as much as its lag and its length are usual, against the block's own.

        Args:
            line: the channel.
            blocks: all of its blocks, in their order.
        """
        own = _Own.of(line, blocks)
        rival = _stretches(line, own, self.policy)
        total = line.before[rival.last] - line.before[rival.first]
        off = own.off(total, rival.block)
        usual, odds = self._usual(own, rival)
        weight = (usual / odds[rival.block]).clip(0, 1)
        near = usual * self._near(line, off, rival.last - rival.first)
        every = np.arange(len(blocks))
        brought = line.before[own.end] - line.before[own.start]
        best = self._near(line, own.off(brought, every), own.end - own.start)
        alone = rival.first >= own.free_from[rival.block]
        alone &= rival.last <= own.free_until[rival.block]
        by_one = _is_a_row(line, off, own.since[rival.block], own.until[rival.block]) & (off > 0)

        def added(what: Floats, where: Flags) -> Floats:
            return np.bincount(rival.block[where], what[where], len(blocks)).astype(np.float64)

        return Rivals(
            added(near, alone) / (odds * best), added(weight, off == 0), added(weight, by_one)
        )

    def _usual(self, own: "_Own", rival: "_Stretches") -> tuple[Floats, Floats]:
        """How usual the rivals' lags and lengths are among the other blocks, and each block's own.

        A little even where there is none.  The length of a block that begins where a neighbour
        ends says nothing.
        """
        before, others = self.policy.payout_days_before, self.count - own.telling + 1

        def share(seen: Rows, which: Rows, block: Rows, its_own: Rows) -> Floats:
            rest = seen[which] - own.telling[block] * (which == its_own[block])
            odds: Floats = (rest + 1 / len(seen)) / others[block]
            return odds

        every = np.arange(len(own.start))
        lag, length = own.lag + before, own.days - 1
        usual = share(self.lags, rival.lag + before, rival.block, lag)
        usual = usual * share(self.lengths, rival.days - 1, rival.block, length)
        by_length = np.where(own.follows, 1.0, share(self.lengths, length, every, length))
        return usual, share(self.lags, lag, every, lag) * by_length

    def _near(self, line: Line, off: Rows, rows: Rows) -> Floats:
        """How well a sum that is so far off fits, if a few rows make up the difference.

        Far off is not unheard of: a single large row makes up much.
        """
        astray = 1 + self.policy.payout_held_back + rows * self.policy.payout_never_ppm / _MILLION
        reach = line.typical * np.sqrt(astray)
        near: Floats = 1 / (1 + np.square(off / reach)) / reach
        return near


@dataclass(frozen=True)
class _Own:
    """A line's blocks in arrays, by block.

    Attributes:
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
    def of(cls, line: Line, blocks: Sequence[Block]) -> "_Own":
        """The blocks of a line."""
        told = [(b.start, b.end, b.lag_days, b.days, b.near > 0, b.follows) for b in blocks]
        start, end, lag, days, telling, follows = np.array(told, np.int64).reshape(-1, 6).T
        deposit = np.array([block.deposit for block in blocks], np.int64)
        last = np.full(min(1, len(blocks)), len(line.rows))
        after = np.concatenate([[False], end[:-1] == start[1:]])[: len(blocks)]
        return cls(
            start, end, lag, days, telling, after,
            line.paid_day[deposit], line.low[deposit], line.high[deposit],
            np.concatenate([last * 0, start[:-1]]), np.concatenate([end[1:], last]),
            follows, np.concatenate([start[1:], last]),
        )  # fmt: skip

    def off(self, total: Rows, block: Rows) -> Rows:
        """How far sums are from those that bring a block's deposit."""
        off: Rows = np.maximum(np.maximum(self.low[block] - total, total - self.high[block]), 0)
        return off


@dataclass(frozen=True)
class _Stretches:
    """Whole days that a block's deposit might pay, as the block is described; by block."""

    block: Rows
    first: Rows
    last: Rows
    lag: Rows
    days: Rows


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


def _stretches(line: Line, own: _Own, policy: MatchPolicy) -> _Stretches:
    """Other stretches of whole days around each block, of all lags and lengths there can be."""
    bounds = np.concatenate([[0], np.flatnonzero(np.diff(line.day)) + 1, [len(line.day)]])
    day = line.day[bounds[:-1]]
    begin, end = bounds.searchsorted(own.since), bounds.searchsorted(own.until)
    low = np.maximum(begin, day.searchsorted(own.paid_day - policy.payout_days_after))
    high = np.minimum(end, day.searchsorted(own.paid_day + policy.payout_days_before, "right"))
    block, within = ragged(np.maximum(high - low, 0))
    last = low[block] + within
    earliest = day.searchsorted(day[last] - policy.payout_block_days_max + 1)
    earliest = np.maximum(begin[block], earliest)
    place, within = ragged(last + 1 - earliest)
    block, last, first = block[place], last[place], earliest[place] + within
    other = (bounds[first] != own.start[block]) | (bounds[last + 1] != own.end[block])
    block, first, last = block[other], first[other], last[other]
    lag, days = own.paid_day[block] - day[last], day[last] - day[first] + 1
    return _Stretches(block, bounds[first], bounds[last + 1], lag, days)


def _is_a_row(line: Line, amount: Rows, start: Rows, end: Rows) -> Flags:
    """Whether some row between two places is worth an amount, of either sign."""
    values, value = np.unique(np.abs(line.value), return_inverse=True)
    rows = len(value)
    if not rows:
        return np.zeros(len(amount), np.bool_)
    placed = np.sort(value * rows + np.arange(rows))
    same = values.searchsorted(amount).clip(0, len(values) - 1)
    found = placed.searchsorted(same * rows + start).clip(0, rows - 1)
    inside = (placed[found] >= same * rows + start) & (placed[found] < same * rows + end)
    flags: Flags = inside & (values[same] == amount)
    return flags
