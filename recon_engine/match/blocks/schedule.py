"""Which days each deposit of a channel pays: blocks of whole days that follow one another.

A deposit pays a block of days that ended some days before it.  Blocks of a channel keep the order
of its deposits and do not overlap, so the best chain of blocks is found by dynamic programming over
(deposit, days used up).  A block fits well when its sum is the deposit's to the cent, fairly when a
few rows would make up the difference.  What is usual for a channel (how long after its last day a
block is paid, how many days it covers) is not told: it is counted in a first round and used in the
second.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from recon_engine.match.blocks.line import Line
from recon_engine.match.case import Rows
from recon_engine.model.policy import MatchPolicy

_MILLION = 1_000_000
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Block:
    """The days that a deposit pays.

    Attributes:
        deposit: its place in the line's deposits.
        start: place of the first row of its days.
        end: place after the last.
        lag_days: from the last day to the deposit.
        days: that it covers.
        follows: place where the block before it ended; ``start`` when nothing lies between.
        fit: log odds that the deposit pays these days.
    """

    deposit: int
    start: int
    end: int
    lag_days: int
    days: int
    follows: int
    fit: float


@dataclass(frozen=True)
class Schedule:
    """The blocks of one line in time order, and how well they fit (log of odds)."""

    fit: float
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class _Board:
    """Lines side by side, padded to one width; days count from each line's first.

    Attributes:
        value: sum of values before each day, ``(line, day)``.
        count: rows before each day.
        state: the first day with the same count: days without rows change nothing.
        paid_day: ``(line, deposit)``; beyond a line's last deposit ``there`` is false.
    """

    value: Rows
    count: Rows
    state: Rows
    paid_day: Rows
    low: Rows
    high: Rows
    there: npt.NDArray[np.bool_]
    named: npt.NDArray[np.bool_]
    typical: Floats
    evenness: Floats

    @classmethod
    def of(cls, lines: Sequence[Line]) -> "_Board":
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


@dataclass(frozen=True)
class _Step:
    """What one deposit changed, for all lines.

    Attributes:
        lag: of the block that reaches each state now, ``(line, state)``; -1: as before.
        origin: the state that block follows.
        length: best length less one for each lag, ``(line, lag)``.
        fit: how well that block fits.
    """

    lag: Rows
    origin: Rows
    length: Rows
    fit: Floats


def schedules(lines: Sequence[Line], policy: MatchPolicy) -> list[Schedule]:
    """The best chain of blocks for each line.

    Args:
        lines: a channel may stand there in several ways.
        policy: the lags and lengths to look at.
    """
    if not lines:
        return []
    blank = np.zeros((len(lines), _lags(policy).size, policy.payout_block_days_max))
    board = _Board.of(lines)
    first = _chains(board, policy, blank)
    found = _chains(board, policy, _usual(first, blank, policy))
    unsteady = [n for n, schedule in enumerate(found) if not _steady(schedule)]
    if unsteady:
        # Too little to count from: every lag is tried as the usual one.
        tries = [n for n in unsteady for _ in _lags(policy)]
        more = _Board.of([lines[n] for n in tries])
        guess = np.tile(_guessed(policy), (len(unsteady), 1, 1))
        tried = _chains(more, policy, guess)
        tried = _chains(more, policy, _usual(tried, guess, policy))
        for n, schedule in zip(tries, tried, strict=True):
            if schedule.fit > found[n].fit:
                found[n] = schedule
    return found


def again(lines: Sequence[Line], known: list[Schedule], policy: MatchPolicy) -> list[Schedule]:
    """Schedules of lines that got more deposits, by what is usual in the schedules they had."""
    if not lines:
        return []
    blank = np.zeros((len(lines), _lags(policy).size, policy.payout_block_days_max))
    return _chains(_Board.of(lines), policy, _usual(known, blank, policy))


def _steady(schedule: Schedule) -> bool:
    """Whether most blocks have one lag."""
    lags = [block.lag_days for block in schedule.blocks]
    return max(map(lags.count, lags), default=0) * 3 > len(lags) * 2


def _guessed(policy: MatchPolicy) -> Floats:
    """For each lag, that it is the usual one: ``(guess, lag, length)``."""
    count = _lags(policy).size
    share = np.full((count, count), 1 / (2 * count))
    np.fill_diagonal(share, (count + 1) / (2 * count))
    return np.repeat(np.log(share * count)[:, :, None], policy.payout_block_days_max, axis=2)


def _lags(policy: MatchPolicy) -> Rows:
    return np.arange(-policy.payout_days_before, policy.payout_days_after + 1)


def _usual(found: list[Schedule], blank: Floats, policy: MatchPolicy) -> Floats:
    """Log of how much more usual each (lag, length) is than if all were alike, by line."""
    lags, lengths = blank.shape[1:]
    by_lag = np.full((len(found), lags), 1 / lags)
    by_length = np.full((len(found), lengths), 1 / lengths)
    for n, schedule in enumerate(found):
        for block in schedule.blocks:
            by_lag[n, block.lag_days + policy.payout_days_before] += 1
            by_length[n, block.days - 1] += 1
    shares = [seen / seen.sum(axis=1, keepdims=True) for seen in (by_lag, by_length)]
    log_lag, log_length = (np.log(share * share.shape[1]) for share in shares)
    return log_lag[:, :, None] + log_length[:, None, :]


def _chains(board: _Board, policy: MatchPolicy, usual: Floats) -> list[Schedule]:
    """One run of the dynamic programme over all lines at once, deposit by deposit."""
    lines, width = board.value.shape
    each = np.arange(lines)
    lost = -np.log(policy.payout_unexplained_ppm / _MILLION)  # a deposit or days left aside
    score = np.full((lines, width), -np.inf)
    score[:, 0] = 0
    steps: list[_Step] = []
    for k in range(board.paid_day.shape[1]):
        end, start, fit = _candidates(board, policy, k)
        state = board.state[each[:, None, None], start]
        before, apart = _best_before(score)
        direct = score[each[:, None, None], state]
        after_gap = before[each[:, None, None], state] - lost
        # A deposit that does not name the channel is no loss to it, but its own only by chance.
        named = board.named[:, k]
        fit = fit + usual - np.where(named, 0, lost)[:, None, None]
        total = fit + np.maximum(direct, after_gap)
        length = total.argmax(axis=2)
        took = np.take_along_axis(direct >= after_gap, length[:, :, None], 2)[:, :, 0]
        came = np.take_along_axis(state, length[:, :, None], 2)[:, :, 0]
        came = np.where(took, came, apart[each[:, None], came])
        best = np.take_along_axis(total, length[:, :, None], 2)[:, :, 0]
        score = score - np.where(named, lost, 0)[:, None]
        fits = np.take_along_axis(fit, length[:, :, None], 2)[:, :, 0]
        lag, origin = np.full((lines, width), -1), np.zeros((lines, width), np.int64)
        to = board.state[each[:, None], end]
        reached = score.copy()
        np.maximum.at(reached, (each[:, None], to), best)
        line, tried = ((best == reached[each[:, None], to]) & (best > score[each[:, None], to])).nonzero()
        lag[line, to[line, tried]] = tried
        origin[line, to[line, tried]] = came[line, tried]
        score = reached
        steps.append(_Step(lag, origin, length, fits))
    return [_traced(board, policy, steps, n, score[n]) for n in range(lines)]


def _candidates(board: _Board, policy: MatchPolicy, k: int) -> tuple[Rows, Rows, Floats]:
    """Blocks that the ``k``-th deposits may pay: end ``(line, lag)``, start and fit with length."""
    each = np.arange(len(board.value))
    end = board.paid_day[:, k, None] - _lags(policy) + 1
    end = end.clip(0, board.value.shape[1] - 1)
    start = end[:, :, None] - np.arange(1, policy.payout_block_days_max + 1)
    inside = (start >= 0) & board.there[:, k, None, None]
    start = start.clip(0)
    total = board.value[each[:, None], end][:, :, None] - board.value[each[:, None, None], start]
    rows = board.count[each[:, None], end][:, :, None] - board.count[each[:, None, None], start]
    low, high = board.low[:, k, None, None], board.high[:, k, None, None]
    off = np.maximum(np.maximum(low - total, total - high), 0)
    fit = _fit(board, policy, off, rows, np.log(np.maximum(high, 1)))
    return end, start, np.where(inside & (rows > 0), fit, -np.inf)


def _fit(board: _Board, policy: MatchPolicy, off: Rows, rows: Rows, size: Floats) -> Floats:
    """Log odds that a block this far off is the deposit's, against an unrelated sum of its size."""
    astray = 2 * policy.payout_held_back + rows * (policy.payout_never_ppm / _MILLION)
    reach = board.typical[:, None, None] * np.sqrt(astray)
    near = size - np.log(2 * reach) - off / reach
    exact = size - np.log(board.evenness)[:, None, None] - 1
    return np.where(off == 0, np.maximum(near, exact), near)


def _best_before(score: Floats) -> tuple[Floats, Rows]:
    """The best score of any earlier state, by state, and which state that is."""
    best = np.maximum.accumulate(score, axis=1)
    where = np.where(score == best, np.arange(score.shape[1]), 0)
    where = np.maximum.accumulate(where, axis=1)
    return (
        np.concatenate([np.full((len(score), 1), -np.inf), best[:, :-1]], axis=1),
        np.concatenate([np.zeros((len(score), 1), np.int64), where[:, :-1]], axis=1),
    )


def _traced(
    board: _Board, policy: MatchPolicy, steps: Sequence[_Step], n: int, score: Floats
) -> Schedule:
    """The blocks of one line, walked back from its best end."""
    state = int(score.argmax())
    blocks: list[Block] = []
    reached = float(score[state])
    for k in range(len(steps) - 1, -1, -1):
        step = steps[k]
        tried, came = int(step.lag[n, state]), int(step.origin[n, state])
        if tried < 0:
            continue
        days, lag_days = int(step.length[n, tried]) + 1, tried - policy.payout_days_before
        end = min(int(board.paid_day[n, k]) - lag_days + 1, board.value.shape[1] - 1)
        first, last, follows = (int(board.count[n, day]) for day in (end - days, end, came))
        blocks.append(Block(k, first, last, lag_days, days, follows, float(step.fit[n, tried])))
        state = came
    return Schedule(reached, tuple(reversed(blocks)))
