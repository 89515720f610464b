"""How free a deposit was to pay these days and no others."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from recon_engine.match.blocks.bags import Floats
from recon_engine.match.blocks.line import Line
from recon_engine.match.blocks.schedule import Block
from recon_engine.match.case import Rows
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

    def rivals(
        self, line: Line, block: Block, around: tuple[int, int], free: tuple[int, int],
        *, follows: bool,
    ) -> "Rivals":  # fmt: skip
        """Other blocks of the days around a block that its deposit might pay instead.

        Each counts for as much as its lag and its length are usual, against the block's own.

        Args:
            line: the channel.
            block: one of its blocks.
            around: places from which to which a rival that brings the deposit exactly may lie; it
                may take days of a neighbour, which then pays others.
            free: places that no neighbour pays.
            follows: whether it begins where a neighbour ends; its length then says nothing.
        """
        first, last = _stretches(line, *around)
        day, paid = line.day, int(line.paid_day[block.deposit])
        lag, days = paid - day[last - 1], day[last - 1] - day[first] + 1
        other = (first != block.start) | (last != block.end)
        other &= (lag >= -self.policy.payout_days_before) & (lag <= self.policy.payout_days_after)
        other &= days <= self.policy.payout_block_days_max
        first, last, lag, days = first[other], last[other], lag[other], days[other]
        total = line.before[last] - line.before[first]
        off = self._off(line, block, total)
        by_one = np.isin(off, np.abs(line.value[slice(*around)])) & (off > 0)
        own_total = line.before[block.end] - line.before[block.start]
        lags, lengths = self._without(block)
        before = self.policy.payout_days_before
        own = float(lags[block.lag_days + before])
        if not follows:
            own *= float(lengths[block.days - 1])
        usual = lags[lag + before] * lengths[days - 1]
        weight = (usual / own).clip(0, 1)
        near = self._near(line, off, last - first)
        own_rows = np.array([block.end - block.start])
        best = float(self._near(line, self._off(line, block, own_total), own_rows)[0])
        alone = (first >= free[0]) & (last <= free[1])
        return Rivals(
            float((usual * near)[alone].sum() / (own * best)),
            float(weight[off == 0].sum()),
            float(weight[by_one].sum()),
        )

    def _off(self, line: Line, block: Block, total: Rows) -> Rows:
        low, high = line.low[block.deposit], line.high[block.deposit]
        off: Rows = np.maximum(np.maximum(low - total, total - high), 0)
        return off

    def _near(self, line: Line, off: Rows, rows: Rows) -> Floats:
        """How well a sum that is so far off fits, if a few rows make up the difference.

        Far off is not unheard of: a single large row makes up much.
        """
        astray = 1 + self.policy.payout_held_back + rows * self.policy.payout_never_ppm / _MILLION
        reach = line.typical * np.sqrt(astray)
        near: Floats = 1 / (1 + np.square(off / reach)) / reach
        return near

    def _without(self, block: Block) -> tuple[Floats, Floats]:
        """Shares of the other blocks by lag and by length; a little even where there is none."""
        counts = int(block.near > 0)
        lags, lengths = self.lags.astype(np.float64), self.lengths.astype(np.float64)
        lags[block.lag_days + self.policy.payout_days_before] -= counts
        lengths[block.days - 1] -= counts
        others = self.count - counts + 1
        return (lags + 1 / len(lags)) / others, (lengths + 1 / len(lengths)) / others


@dataclass(frozen=True)
class Rivals:
    """What other days speak against a block.

    Attributes:
        near: odds of other days against its own, by their sums and by what is usual.
        exact: how many other blocks bring the deposit to the cent.
        by_one: how many do so but for one row.
    """

    near: float
    exact: float
    by_one: float


def _stretches(line: Line, start: int, end: int) -> tuple[Rows, Rows]:
    """First place and end of every stretch of whole days among some rows."""
    day = line.day[start:end]
    bounds = np.concatenate([[0], np.flatnonzero(np.diff(day)) + 1, [len(day)]]) + start
    first, last = np.triu_indices(len(bounds), 1)
    return bounds[first], bounds[last]
