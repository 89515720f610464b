"""Which days each deposit of a channel pays: blocks of whole days that follow one another.

A deposit pays a block of days that ended some days before it.  Blocks of a channel keep the order
of its deposits and do not overlap, so the best chain of blocks is found by dynamic programming over
(deposit, days used up).  A block fits well when its sum is the deposit's to the cent, fairly when a
few rows would make up the difference.  What is usual for a channel (how long after its last day a
block is paid, how many days it covers) is not told: each lag is taken for the usual one in a first
round, what the likeliest chains then show is counted and used in the second.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import log

import numpy as np

from recon_engine.match.blocks.board import Board, Floats, Tried, candidates, lags
from recon_engine.match.blocks.line import Line
from recon_engine.match.blocks.programme import Chains, Run
from recon_engine.match.case import Rows
from recon_engine.model.policy import MatchPolicy

_MILLION = 1_000_000
_GUESSES = 5  # lags of a line that are tried as the usual one
_LIKELY = 2  # of these are followed further
_SIDE_BY_SIDE = 64  # lines; the board of more would leave the cache


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
    """

    deposit: int
    start: int
    end: int
    lag_days: int
    days: int
    follows: int
    near: float


@dataclass(frozen=True)
class Schedule:
    """The blocks of one line in time order, and how well they fit (log of odds)."""

    fit: float
    blocks: tuple[Block, ...]


Scheduled = tuple[Line, Schedule]


def in_order(blocks: Iterable[Block]) -> Iterator[Block]:
    """Blocks in time order; each says anew where the one before it ended."""
    follows = 0
    for block in sorted(blocks, key=lambda block: block.start):
        yield block if block.follows == follows else replace(block, follows=follows)
        follows = block.end


def schedules(lines: Sequence[Line], policy: MatchPolicy, unsaid: float) -> list[Schedule]:
    """The best chain of blocks for each line.

    Args:
        lines: a channel may stand there in several ways.
        policy: the lags and lengths to look at.
        unsaid: share of the deposits that do not say which channel's they are: so often days
            between two blocks are paid by none of those at hand.
    """
    gap = min(_lost(policy), -np.log(max(unsaid, 1 / _MILLION)))
    parts = (lines[n : n + _SIDE_BY_SIDE] for n in range(0, len(lines), _SIDE_BY_SIDE))
    return [schedule for part in parts for schedule in _scheduled(part, policy, gap)]


def _scheduled(lines: Sequence[Line], policy: MatchPolicy, gap: float) -> list[Schedule]:
    """:func:`schedules` of a few lines; ``gap``: the odds against days that none at hand pays."""
    board, every = Board.of(lines), np.arange(len(lines))
    # Worse than to leave the deposit aside and its days unpaid, however usual they are.
    least = -_lost(policy) - gap - log(lags(policy).size * policy.payout_block_days_max)
    tried = candidates(board, policy, least)
    # Where days bring much the same sums, the lag that a first chain falls into is the one that it
    # keeps; so several are tried.
    first = Run.of(board, policy, _guessed(tried, policy), tried, (_lost(policy), gap))
    likely = np.argsort(-first.fits, axis=0, kind="stable")[:_LIKELY]
    seen = first.chains(likely.ravel(), np.tile(every, len(likely)))
    usual = _usual(seen.chain, seen.lag, seen.length + 1, likely.size, policy)
    usual = usual.reshape(*likely.shape, *usual.shape[1:])
    second = Run.of(board, policy, usual, tried, (_lost(policy), gap))
    best = second.fits.argmax(axis=0)
    return _told(second.chains(best, every), second, policy)


def _told(chains: Chains, run: Run, policy: MatchPolicy) -> list[Schedule]:
    """The blocks of every chain."""
    board, line = run.board, chains.line[chains.chain]
    deposit, days = chains.deposit, chains.length + 1
    lag_days = chains.lag - policy.payout_days_before
    end = np.minimum(board.paid_day[line, deposit] - lag_days + 1, board.value.shape[1] - 1)
    start, end, follows = (board.count[line, day] for day in (end - days, end, chains.came))
    told = (deposit, start, end, lag_days, days, follows, run.near(chains))
    blocks = [Block(*block) for block in zip(*(each.tolist() for each in told), strict=True)]
    ends = np.cumsum(np.bincount(chains.chain, minlength=len(chains.line))).tolist()
    return [
        Schedule(fits, tuple(blocks[begin:end]))
        for fits, begin, end in zip(chains.fits.tolist(), [0, *ends], ends, strict=False)
    ]


def _lost(policy: MatchPolicy) -> float:
    """What a deposit left aside, or days that none pays, takes off a chain's log odds."""
    return float(-np.log(max(1, policy.payout_unexplained_ppm) / _MILLION))


def _guessed(tried: Sequence[Tried], policy: MatchPolicy) -> Floats:
    """For the lags by which each line's sums fit best one by one, that it is the usual one.

    Returns:
        Log of how much more usual each lag then is, ``(guess, line, lag, 1)``.
    """
    count = lags(policy).size
    share = np.full((count, count), 1 / (2 * count))
    np.fill_diagonal(share, (count + 1) / (2 * count))
    fit = sum(np.maximum(one.near.max(axis=2), -_lost(policy)) for one in tried)
    best = np.argsort(-fit, axis=1, kind="stable")[:, :_GUESSES].T
    odds: Floats = np.log(share * count)[best][..., None]
    return odds


def _usual(line: Rows, lag: Rows, days: Rows, lines: int, policy: MatchPolicy) -> Floats:
    """Log of how much more usual each lag and length is than if all were alike.

    Args:
        line: of each block seen.
        lag: its place among the lags.
        days: that it covers.
        lines: how many there are.
        policy: the lags and lengths to look at.

    Returns:
        ``(line, lag, length)``.
    """
    logs = []
    for what, count in ((lag, lags(policy).size), (days - 1, policy.payout_block_days_max)):
        seen = np.full((lines, count), 1 / count)
        np.add.at(seen, (line, what), 1)
        logs.append(np.log(seen / seen.sum(axis=1, keepdims=True) * count))
    usual: Floats = logs[0][:, :, None] + logs[1][:, None, :]
    return usual
