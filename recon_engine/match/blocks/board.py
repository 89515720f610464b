"""Lines side by side in arrays, and how well each block of days fits each deposit."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from recon_engine.match.blocks.line import Line
from recon_engine.match.case import Flags, Rows
from recon_engine.model.policy import MatchPolicy

_MILLION = 1_000_000
_AT_ONCE = 32_000  # blocks; more would miss the cache
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
    typical: Floats
    evenness: Floats

    @classmethod
    def of(cls, lines: Sequence[Line]) -> "Board":
        """The board of some lines."""
        spans = [int(line.day[-1] - line.day[0]) + 1 for line in lines]
        deposits = max(len(line.paid_day) for line in lines)
        shape, paid = (len(lines), max(spans) + 1), (len(lines), deposits)
        value, count = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
        paid_day, low, high = (np.zeros(paid, np.int64) for _ in range(3))
        there = np.zeros(paid, np.bool_)
        for n, line in enumerate(lines):
            days = np.arange(1, shape[1]) + line.day[0]
            places = np.searchsorted(line.day, days)
            value[n, 1:], count[n, 1:] = line.before[places], places
            known = slice(0, len(line.paid_day))
            paid_day[n, known] = line.paid_day - line.day[0]
            low[n, known], high[n, known], there[n, known] = line.low, line.high, True
        grown = np.diff(count, axis=1, prepend=-1) > 0
        state = np.maximum.accumulate(np.where(grown, np.arange(shape[1]), 0), axis=1)
        return cls(
            value, count, state, paid_day, low, high, there,
            np.array([line.typical for line in lines]),
            np.array([line.evenness for line in lines]),
        )  # fmt: skip


def lags(policy: MatchPolicy) -> Rows:
    """Days from the last day of a block to its deposit that are looked at."""
    return np.arange(-policy.payout_days_before, policy.payout_days_after + 1)


@dataclass(frozen=True)
class Tried:
    """Blocks that the deposits of one number may pay, of all lines.

    States are told as places in the flat array of all lines' states; lengths that reach back
    before the first day of every line, or fit nowhere, are left out.

    Attributes:
        to: state after each end, ``(line, lag)``.
        state: state before each start, ``(line, lag, length)``.
        near: how well the sum fits, log of odds.
    """

    to: Rows
    state: Rows
    near: Floats


def candidates(board: Board, policy: MatchPolicy, least: float = -np.inf) -> list[Tried]:
    """Blocks of every lag and length that deposits may pay, by deposit.

    Args:
        board: the lines.
        policy: the lags and lengths to look at.
        least: log odds; sums that fit no better are no candidates.
    """
    width = board.value.shape[0] * lags(policy).size * policy.payout_block_days_max
    at_once, deposits = max(1, _AT_ONCE // width), board.paid_day.shape[1]
    tried: list[Tried] = []
    known = _Reach.of(board, policy)
    for first in range(0, deposits, at_once):
        tried += _candidates(board, policy, known, slice(first, first + at_once), least)
    return tried


def _candidates(
    board: Board, policy: MatchPolicy, known: "_Reach", some: slice, least: float
) -> list[Tried]:
    """The same for some of the deposits."""
    width = board.value.shape[1]
    row = np.arange(0, board.value.size, width)  # of each line, in the flat arrays
    paid_day, there, low, high = (
        each.T[some] for each in (board.paid_day, board.there, board.low, board.high)
    )
    end = (paid_day[:, :, None] - lags(policy) + 1).clip(0, width - 1)
    longest = end.max(axis=(1, 2)).clip(1, policy.payout_block_days_max)
    start = end[..., None] - np.arange(1, longest.max() + 1)
    inside = (start >= 0) & there[:, :, None, None]
    end += row[:, None]
    start = start.clip(0) + row[:, None, None]
    total = board.value.take(end)[..., None] - board.value.take(start)
    rows = board.count.take(end)[..., None] - board.count.take(start)
    low, high = low[:, :, None, None], high[:, :, None, None]
    off = np.maximum(np.maximum(low - total, total - high), 0)
    fit = _fit(board, known, off, rows, np.log(np.maximum(high, 1)))
    near = np.where(inside & (rows > 0), fit, -np.inf)
    days = np.arange(1, near.shape[3] + 1)
    longest = np.where((near > least).any(axis=(1, 2)), days, 1).max(axis=1)
    to, state = board.state.take(end) + row[:, None], board.state.take(start)
    state += row[:, None, None]
    return [
        Tried(to[k], *(np.ascontiguousarray(each[k, :, :, :days]) for each in (state, near)))
        for k, days in enumerate(longest.tolist())
    ]


@dataclass(frozen=True)
class _Reach:
    """How far a sum of so many rows may be off: by line and rows, in flat arrays.

    Attributes:
        first: place of each line's first.
        reach: minor units.
        log: of twice as much.
    """

    first: Rows
    reach: Floats
    log: Floats

    @classmethod
    def of(cls, board: Board, policy: MatchPolicy) -> "_Reach":
        rows = np.arange(int(board.count.max(initial=0)) + 1)
        astray = 1 + policy.payout_held_back + rows * (policy.payout_never_ppm / _MILLION)
        reach = (board.typical[:, None] * np.sqrt(astray)).ravel()
        return cls(np.arange(len(board.value)) * len(rows), reach, np.log(2 * reach))


def _fit(board: Board, known: _Reach, off: Rows, rows: Rows, size: Floats) -> Floats:
    """Log odds that a block this far off is the deposit's, against an unrelated sum of its size."""
    place = known.first[:, None, None] + rows
    near = size - known.log.take(place) - off / known.reach.take(place)
    exact = size - np.log(board.evenness)[:, None, None] - 1
    fit: Floats = np.where(off == 0, np.maximum(near, exact), near)
    return fit
