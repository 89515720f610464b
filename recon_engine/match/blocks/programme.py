"""The dynamic programme over deposits and days, for all lines and several guesses at once.

A state is how many of a line's days are used up.  Deposit by deposit each state gets the score of
the best chain of blocks that ends in it; which blocks those are is asked for afterwards, and only
for the chains that are wanted.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from recon_engine.match.blocks.board import Board, Floats, Tried, lags
from recon_engine.match.case import Rows
from recon_engine.model.policy import MatchPolicy


@dataclass(frozen=True)
class Chains:
    """The best chains of some lines, and their blocks: in the order of the chains, then of time.

    Attributes:
        line: of each chain.
        guess: that it was found by.
        fits: how well its blocks fit together, log of odds.
        chain: of each block.
        deposit: that pays it.
        lag: place of its lag among those that are looked at.
        length: days that it covers, less one.
        came: the state that it follows.
    """

    line: Rows
    guess: Rows
    fits: Floats
    chain: Rows
    deposit: Rows
    lag: Rows
    length: Rows
    came: Rows


@dataclass(frozen=True)
class Run:
    """One run, under several guesses at what is usual for each line.

    Attributes:
        board: the lines.
        lags: that are looked at, days.
        usual: how usual each block is, ``(guess, line, lag, length)``.
        tried: the blocks, by deposit.
        lost: what a deposit left aside costs, ``(line, deposit)``.
        score: of each state, before each deposit and after the last:
            ``(deposit, guess, line, state)``.
        reach: the same, or the best earlier one less what days cost that none pays.
        length: the best length less one, ``(deposit, guess, line, lag)``.
        best: the score of the state that it leads to.
    """

    board: Board
    lags: Rows
    usual: Floats
    tried: Sequence[Tried]
    lost: Floats
    score: Floats
    reach: Floats
    length: Rows
    best: Floats

    @classmethod
    def of(
        cls,
        board: Board,
        policy: MatchPolicy,
        usual: Floats,
        tried: Sequence[Tried],
        costs: tuple[float, float],
    ) -> "Run":
        """The scores of all states, deposit by deposit.

        Args:
            board: the lines.
            policy: the lags to look at.
            usual: ``(guess, line, lag, length)``; one length may stand for all.
            tried: the blocks, by deposit.
            costs: of a deposit left aside, and of days that none pays.
        """
        guesses, (lines, width), deposits = len(usual), board.value.shape, len(tried)
        score = np.full((deposits + 1, guesses, lines, width), -np.inf)
        score[0, :, :, 0] = 0
        length = np.empty((deposits, guesses, lines, lags(policy).size), np.int64)
        lost = np.where(board.there, costs[0], 0)
        run = cls(
            board, lags(policy), usual, tried, lost,
            score, score[1:].copy(), length, np.empty(length.shape),
        )  # fmt: skip
        place, guess = np.arange(length[0].size), np.arange(0, score[0].size, lines * width)
        for k in range(deposits):
            run._advance(k, costs[1], place, guess)
        return run

    def _advance(self, k: int, gap: float, place: Rows, guess: Rows) -> None:
        """The scores once the ``k``-th deposits were placed or left aside."""
        blocks, now, reach, after = self.tried[k], self.score[k], self.reach[k], self.score[k + 1]
        reach[...] = now
        earlier = np.maximum.accumulate(now[..., :-1], axis=2)
        earlier -= gap
        np.maximum(reach[..., 1:], earlier, out=reach[..., 1:])
        total = blocks.near + self.usual[..., : blocks.near.shape[2]]
        total += reach.reshape(len(reach), -1).take(blocks.state, axis=1)
        self.length[k] = length = total.argmax(axis=3)
        best = total.take(place * total.shape[3] + length.ravel())
        self.best[k] = best.reshape(length.shape)
        np.subtract(now, self.lost[:, k, None], out=after)
        to = (blocks.to + guess[:, None, None]).ravel()
        np.maximum.at(after.reshape(-1), to, best)

    @property
    def fits(self) -> Floats:
        """How well the best chain fits, ``(guess, line)``."""
        fits: Floats = self.score[-1].max(axis=2)
        return fits

    def chains(self, guess: Rows, line: Rows) -> Chains:
        """The best chains of some lines by some guesses, walked back from their ends."""
        lag, origin = self._ways(guess, line)
        last = self.score[-1, guess, line]
        every, state = np.arange(len(line)), last.argmax(axis=1)
        fits = last[every, state]
        by, came = np.empty((2, len(lag), len(line)), np.int64)  # (deposit, chain)
        for k in range(len(lag) - 1, -1, -1):
            by[k], came[k] = lag[k, every, state], origin[k, every, state]
            state = np.where(by[k] >= 0, came[k], state)
        chain, deposit = (by.T >= 0).nonzero()
        by, came = by[deposit, chain], came[deposit, chain]
        length = self.length[deposit, guess[chain], line[chain], by]
        return Chains(line, guess, fits, chain, deposit, by, length, came)

    def _ways(self, guess: Rows, line: Rows) -> tuple[Rows, Rows]:
        """By deposit, chain and state: lag of the block that leads there, and the state before it.

        The lag is -1 where the deposit is better left aside.
        """
        board, width, score = self.board, self.board.value.shape[1], self.score[:, guess, line]
        to = np.stack([each.to for each in self.tried])[:, line] - (line * width)[:, None]
        best, aside = self.best[:, guess, line], score[:-1] - self.lost[line].T[..., None]
        leads = best == np.take_along_axis(score[1:], to, axis=2)
        leads &= best > np.take_along_axis(aside, to, axis=2)
        deposit, chain, by = leads.nonzero()
        owner, under = line[chain], guess[chain]
        end = (board.paid_day[owner, deposit] - self.lags[by] + 1).clip(0, width - 1)
        start = (end - 1 - self.length[deposit, under, owner, by]).clip(0)
        came = board.state[owner, start]
        direct = self.reach[deposit, under, owner, came] == score[deposit, chain, came]
        apart = _last_best(score[:-1])[deposit, chain, np.maximum(came - 1, 0)]
        lag, origin = np.full(score[1:].shape, -1), np.zeros(score[1:].shape, np.int64)
        place = deposit, chain, to[deposit, chain, by]
        lag[place], origin[place] = by, np.where(direct, came, apart)
        return lag, origin

    def near(self, chains: Chains) -> Floats:
        """By block: how well its sum fits."""
        line = chains.line[chains.chain]
        places = zip(chains.deposit.tolist(), line, chains.lag, chains.length, strict=True)
        return np.array([self.tried[k].near[place] for k, *at in places for place in [tuple(at)]])


def _last_best(score: Floats) -> Rows:
    """By state: the last state up to it with the best score of those up to it."""
    best = np.maximum.accumulate(score, axis=2)
    place: Rows = np.where(score == best, np.arange(score.shape[2]), 0)
    return np.maximum.accumulate(place, axis=2)
