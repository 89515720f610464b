"""How free a deposit was to pay these days and no others."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from recon_engine.match.blocks.line import Line
from recon_engine.match.blocks.schedule import Block
from recon_engine.match.case import Rows
from recon_engine.model.policy import MatchPolicy


@dataclass(frozen=True)
class Usual:
    """The lags and lengths of a channel's blocks.

    Blocks whose sum is far from their deposit's tell nothing and are not counted.

    Attributes:
        lags: blocks by lag, days.
        lengths: blocks by length, days.
        count: blocks in all.
        policy: the lags and lengths there could be.
    """

    lags: Counter[int]
    lengths: Counter[int]
    count: int
    policy: MatchPolicy

    @classmethod
    def of(cls, blocks: Sequence[Block], policy: MatchPolicy) -> "Usual":
        """What is usual among some blocks."""
        telling = [block for block in blocks if block.near > 0]
        lags = Counter(block.lag_days for block in telling)
        return cls(lags, Counter(block.days for block in telling), len(telling), policy)

    def tries(self, block: Block, *, follows: bool) -> float:
        """Among how many blocks the deposit was free to choose, going by the others.

        About one where the others have the same lag, and the same length or a neighbour to begin
        at; many where a deposit stands alone.
        """
        others = self.count - (block.near > 0) + 1
        tries = others / self._seen(block, block.lag_days)
        if not follows:
            by_length = 1 / self.policy.payout_block_days_max
            tries *= others / (self.lengths[block.days] - (block.near > 0) + by_length)
        return tries

    def _seen(self, block: Block, lag_days: int) -> float:
        """Other blocks with a lag; a little even where there is none."""
        own = block.near > 0 and block.lag_days == lag_days
        possible = self.policy.payout_days_before + self.policy.payout_days_after + 1
        return self.lags[lag_days] - own + 1 / possible

    def rivals(self, line: Line, block: Block, since: int, until: int) -> tuple[float, float]:
        """Other blocks of the days around a block that bring its deposit just as well.

        Exactly, and but for one row; each counts for as much as its lag is usual.

        Args:
            line: the channel.
            block: one of its blocks.
            since: place where the days around it begin.
            until: place where they end.
        """
        first, last = _stretches(line, since, until)
        day, paid = line.day, int(line.paid_day[block.deposit])
        lag, days = paid - day[last - 1], day[last - 1] - day[first] + 1
        other = (first != block.start) | (last != block.end)
        other &= (lag >= -self.policy.payout_days_before) & (lag <= self.policy.payout_days_after)
        other &= days <= self.policy.payout_block_days_max
        first, last, lag = first[other], last[other], lag[other]
        total = line.before[last] - line.before[first]
        low, high = line.low[block.deposit], line.high[block.deposit]
        off = np.maximum(np.maximum(low - total, total - high), 0)
        by_one = np.isin(off, np.abs(line.value[since:until])) & (off > 0)
        own = self._seen(block, block.lag_days)
        weight = np.array([self._seen(block, int(days)) / own for days in lag]).clip(0, 1)
        return float(weight[off == 0].sum()), float(weight[by_one].sum())


def _stretches(line: Line, start: int, end: int) -> tuple[Rows, Rows]:
    """First place and end of every stretch of whole days among some rows."""
    day = line.day[start:end]
    bounds = np.concatenate([[0], np.flatnonzero(np.diff(day)) + 1, [len(day)]]) + start
    first, last = np.triu_indices(len(bounds), 1)
    return bounds[first], bounds[last]
