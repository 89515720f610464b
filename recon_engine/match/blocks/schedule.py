"""Which days each deposit of a channel pays: blocks of whole days that follow one another.

A deposit pays a block of days that ended some days before it.  Blocks of a channel keep the order
of its deposits and do not overlap, so the best chain of blocks is found by dynamic programming over
(deposit, days used up).  A block fits well when its sum is the deposit's to the cent, fairly when a
few rows would make up the difference.  What is usual for a channel (how long after its last day a
block is paid, how many days it covers) is not told: each lag is taken for the usual one in a first
round, what the likeliest chains then show is counted and used in the second.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from recon_engine.match.blocks.board import Board, Floats, Tried, candidates, lags
from recon_engine.match.blocks.line import Line
from recon_engine.match.case import Rows
from recon_engine.model.policy import MatchPolicy

_MILLION = 1_000_000
_LIKELY = 2  # guesses of a line that are followed further


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
        near: log odds that the deposit pays these days, by their sum alone.
        fit: the same, also by what is usual for the channel.
    """

    deposit: int
    start: int
    end: int
    lag_days: int
    days: int
    follows: int
    near: float
    fit: float


@dataclass(frozen=True)
class Schedule:
    """The blocks of one line in time order, and how well they fit (log of odds)."""

    fit: float
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class _Step:
    """What one deposit changed, for all lines.

    Attributes:
        lag: of the block that reaches each state now, ``(line, state)``; -1: as before.
        origin: the state that block follows.
        length: best length less one for each lag, ``(line, lag)``.
        near: how well that block's sum fits.
        fit: how well it fits also by what is usual.
    """

    lag: Rows
    origin: Rows
    length: Rows
    near: Floats
    fit: Floats


def schedules(lines: Sequence[Line], policy: MatchPolicy, unsaid: float) -> list[Schedule]:
    """The best chain of blocks for each line.

    Args:
        lines: a channel may stand there in several ways.
        policy: the lags and lengths to look at.
        unsaid: share of the deposits that do not say which channel's they are: so often days
            between two blocks are paid by none of those at hand.
    """
    if not lines:
        return []
    gap = min(_lost(policy), -np.log(max(unsaid, 1 / _MILLION)))
    board, count = Board.of(lines), lags(policy).size
    tried, every = candidates(board, policy), np.arange(len(lines))
    # Where days bring much the same sums, the lag that a first chain falls into is the one that it
    # keeps; so every lag is tried.
    of = np.repeat(every, count)
    guess = np.tile(_guessed(policy), (len(lines), 1, 1))
    first = _chains(board.of_lines(of), policy, guess, [each.of_lines(of) for each in tried], gap)
    fits = np.array([schedule.fit for schedule in first]).reshape(-1, count)
    likely = np.argsort(-fits, axis=1, kind="stable")[:, :_LIKELY]
    of, places = np.repeat(every, _LIKELY), (every[:, None] * count + likely).ravel()
    usual = _usual([first[n] for n in places], guess[places], policy)
    found = _chains(board.of_lines(of), policy, usual, [each.of_lines(of) for each in tried], gap)
    return [
        max(found[n * _LIKELY : (n + 1) * _LIKELY], key=lambda schedule: schedule.fit)
        for n in every
    ]


def again(lines: Sequence[Line], known: list[Schedule], policy: MatchPolicy) -> list[Schedule]:
    """Schedules of lines that got more deposits, by what is usual in the schedules they had."""
    if not lines:
        return []
    blank = np.zeros((len(lines), lags(policy).size, policy.payout_block_days_max))
    board = Board.of(lines)
    usual = _usual(known, blank, policy)
    return _chains(board, policy, usual, candidates(board, policy), _lost(policy))


def _lost(policy: MatchPolicy) -> float:
    """What a deposit left aside, or days that none pays, takes off a chain's log odds."""
    return float(-np.log(max(1, policy.payout_unexplained_ppm) / _MILLION))


def _guessed(policy: MatchPolicy) -> Floats:
    """For each lag, that it is the usual one: ``(guess, lag, length)``."""
    count = lags(policy).size
    share = np.full((count, count), 1 / (2 * count))
    np.fill_diagonal(share, (count + 1) / (2 * count))
    odds: Floats = np.log(share * count)
    return np.repeat(odds[:, :, None], policy.payout_block_days_max, axis=2)


def _usual(found: list[Schedule], blank: Floats, policy: MatchPolicy) -> Floats:
    """Log of how much more usual each (lag, length) is than if all were alike, by line."""
    spread, lengths = blank.shape[1:]
    by_lag = np.full((len(found), spread), 1 / spread)
    by_length = np.full((len(found), lengths), 1 / lengths)
    for n, schedule in enumerate(found):
        for block in schedule.blocks:
            by_lag[n, block.lag_days + policy.payout_days_before] += 1
            by_length[n, block.days - 1] += 1
    shares = [seen / seen.sum(axis=1, keepdims=True) for seen in (by_lag, by_length)]
    log_lag, log_length = (np.log(share * share.shape[1]) for share in shares)
    usual: Floats = log_lag[:, :, None] + log_length[:, None, :]
    return usual


def _chains(
    board: Board, policy: MatchPolicy, usual: Floats, tried: Sequence[Tried], gap: float
) -> list[Schedule]:
    """One run of the dynamic programme over all lines at once, deposit by deposit."""
    lines, width = board.value.shape
    score = np.full((lines, width), -np.inf)
    score[:, 0] = 0
    steps: list[_Step] = []
    for k in range(board.paid_day.shape[1]):
        score, step = _advanced(board, (_lost(policy), gap), usual, score, k, tried[k])
        steps.append(step)
    return _traced(board, policy, steps, score)


def _advanced(
    board: Board, costs: tuple[float, float], usual: Floats, score: Floats, k: int, tried: Tried
) -> tuple[Floats, _Step]:
    """The scores of all states once the ``k``-th deposits were placed or left aside.

    ``costs``: of a deposit left aside, and of days that none pays.
    """
    lines, width = score.shape
    row = np.arange(0, score.size, width)  # of each line, in the flat arrays
    lost, gap = costs
    named = board.named[:, k, None]
    # A deposit that does not name the channel is no loss to it, but its own only by chance.
    fit = tried.near + usual - np.where(named, 0, lost)[:, :, None]
    before, apart = _best_before(score)
    after_gap = before - gap
    total = fit + np.maximum(score, after_gap).take(tried.state + row[:, None, None])
    length = total.argmax(axis=2)
    place = length + np.arange(0, length.size * total.shape[2], total.shape[2]).reshape(lines, -1)
    best, came = total.take(place), tried.state.take(place)
    from_state = came + row[:, None]
    direct = score.take(from_state) >= after_gap.take(from_state)
    came = np.where(direct, came, apart.take(from_state))
    to = tried.to + row[:, None]
    aside = score - np.where(named, lost, 0)
    after = aside.copy()
    np.maximum.at(after.reshape(-1), to, best)
    line, by = ((best == after.take(to)) & (best > aside.take(to))).nonzero()
    reached = tried.to[line, by]
    lags_of, origin = np.full(score.shape, -1), np.zeros(score.shape, np.int64)
    lags_of[line, reached], origin[line, reached] = by, came[line, by]
    return after, _Step(lags_of, origin, length, tried.near.take(place), fit.take(place))


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
    board: Board, policy: MatchPolicy, steps: Sequence[_Step], score: Floats
) -> list[Schedule]:
    """The blocks of every line, walked back from its best end."""
    lines, state = np.arange(len(score)), score.argmax(axis=1)
    reached = score[lines, state].tolist()
    lag, origin = np.empty((2, len(steps), len(lines)), np.int64)  # (deposit, line)
    for k in range(len(steps) - 1, -1, -1):
        lag[k] = steps[k].lag[lines, state]
        origin[k] = steps[k].origin[lines, state]
        state = np.where(lag[k] >= 0, origin[k], state)
    line, paid = (lag.T >= 0).nonzero()
    tried, came = lag[paid, line], origin[paid, line]
    length, near, fit = (
        np.stack([getattr(step, name) for step in steps])[paid, line, tried]
        for name in ("length", "near", "fit")
    )
    days, lag_days = length + 1, tried - policy.payout_days_before
    end = np.minimum(board.paid_day[line, paid] - lag_days + 1, board.value.shape[1] - 1)
    first, last, follows = (board.count[line, day] for day in (end - days, end, came))
    told = (paid, first, last, lag_days, days, follows, near, fit)
    blocks = [Block(*block) for block in zip(*(each.tolist() for each in told), strict=True)]
    ends = np.cumsum(np.bincount(line, minlength=len(lines))).tolist()
    return [
        Schedule(fits, tuple(blocks[begin:end]))
        for fits, begin, end in zip(reached, [0, *ends], ends, strict=False)
    ]
