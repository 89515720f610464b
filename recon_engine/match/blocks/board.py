"""Lines side by side in arrays, and how well each block of days fits each deposit."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from recon_engine.match.blocks.line import Line
from recon_engine.match.case import Flags, Rows
from recon_engine.model.policy import MatchPolicy

_MILLION = 1_000_000
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Board:
    """Lines side by side, padded to one width; days count from each line's first.

    Attributes:
        value: sum of values before each day, ``(line, day)``.
        count: rows before each day.
        state: the first day with the same count: days without rows change nothing.
        paid_day: ``(line, deposit)``.
        low: the smallest sum of values that would bring the deposit.
        high: the largest.
        there: false beyond a line's last deposit.
        named: whether the deposit names the channel.
        typical: how far one row more or less moves a line's sums, minor units.
        evenness: how much more often chance hits a sum than if cents were drawn freely.
    """

    value: Rows
    count: Rows
    state: Rows
    paid_day: Rows
    low: Rows
    high: Rows
    there: Flags
    named: Flags
    typical: Floats
    evenness: Floats

    def of_lines(self, chosen: Rows) -> "Board":
        """Some of the lines, which may be chosen more than once."""
        return Board(*(getattr(self, each.name)[chosen] for each in fields(self)))

    @classmethod
    def of(cls, lines: Sequence[Line]) -> "Board":
        """The board of some lines."""
        spans = [int(line.day[-1] - line.day[0]) + 1 for line in lines]
        deposits = max(len(line.paid_day) for line in lines)
        shape, paid = (len(lines), max(spans) + 1), (len(lines), deposits)
        value, count = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
        paid_day, low, high = (np.zeros(paid, np.int64) for _ in range(3))
        there, named = np.zeros(paid, np.bool_), np.zeros(paid, np.bool_)
        for n, line in enumerate(lines):
            days = np.arange(1, shape[1]) + line.day[0]
            places = np.searchsorted(line.day, days)
            value[n, 1:], count[n, 1:] = line.before[places], places
            known = slice(0, len(line.paid_day))
            paid_day[n, known] = line.paid_day - line.day[0]
            low[n, known], high[n, known], there[n, known] = line.low, line.high, True
            named[n, known] = line.named
        grown = np.diff(count, axis=1, prepend=-1) > 0
        state = np.maximum.accumulate(np.where(grown, np.arange(shape[1]), 0), axis=1)
        return cls(
            value, count, state, paid_day, low, high, there, named,
            np.array([line.typical for line in lines]),
            np.array([line.evenness for line in lines]),
        )  # fmt: skip


def lags(policy: MatchPolicy) -> Rows:
    """Days from the last day of a block to its deposit that are looked at."""
    return np.arange(-policy.payout_days_before, policy.payout_days_after + 1)


@dataclass(frozen=True)
class Tried:
    """Blocks that the deposits of one number may pay, of all lines.

    Attributes:
        to: state after each end, ``(line, lag)``.
        state: state before each start, ``(line, lag, length)``.
        near: how well the sum fits, log of odds.
    """

    to: Rows
    state: Rows
    near: Floats


def candidates(board: Board, policy: MatchPolicy, k: int) -> Tried:
    """Blocks that the ``k``-th deposits may pay, of every lag and length."""
    width = board.value.shape[1]
    row = np.arange(0, board.value.size, width)  # of each line, in the flat arrays
    end = (board.paid_day[:, k, None] - lags(policy) + 1).clip(0, width - 1)
    start = end[:, :, None] - np.arange(1, policy.payout_block_days_max + 1)
    inside = (start >= 0) & board.there[:, k, None, None]
    end = end + row[:, None]
    start = start.clip(0) + row[:, None, None]
    total = board.value.take(end)[:, :, None] - board.value.take(start)
    rows = board.count.take(end)[:, :, None] - board.count.take(start)
    low, high = board.low[:, k, None, None], board.high[:, k, None, None]
    off = np.maximum(np.maximum(low - total, total - high), 0)
    fit = _fit(board, policy, off, rows, np.log(np.maximum(high, 1)))
    near = np.where(inside & (rows > 0), fit, -np.inf)
    return Tried(board.state.take(end), board.state.take(start), near)


def _fit(board: Board, policy: MatchPolicy, off: Rows, rows: Rows, size: Floats) -> Floats:
    """Log odds that a block this far off is the deposit's, against an unrelated sum of its size."""
    astray = 1 + policy.payout_held_back + rows * (policy.payout_never_ppm / _MILLION)
    reach = board.typical[:, None, None] * np.sqrt(astray)
    near = size - np.log(2 * reach) - off / reach
    exact = size - np.log(board.evenness)[:, None, None] - 1
    fit: Floats = np.where(off == 0, np.maximum(near, exact), near)
    return fit
