"""The programme over deposits and days, beside the obvious way: every chain of blocks is tried."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recon_engine.match.blocks.board import Board, candidates, lags
from recon_engine.match.blocks.line import NET, Line
from recon_engine.match.blocks.programme import Run
from recon_engine.model.policy import MatchPolicy

POLICY = replace(MatchPolicy(), payout_days_before=1, payout_days_after=2, payout_block_days_max=3)
LOST, GAP = 3.0, 1.5
# Rows as (days since the row before, value) and deposits as (day, amount).
ROWS = st.lists(st.tuples(st.integers(0, 2), st.integers(1, 4)), min_size=1, max_size=6)
PAID = st.lists(st.tuples(st.integers(0, 8), st.integers(1, 9)), min_size=1, max_size=4)


def line(rows, paid):
    """A line from day 100 on."""
    day = 100 + np.cumsum([0, *(after for after, _ in rows[1:])])
    value, count = np.array([value for _, value in rows], np.int64), len(paid)
    paid_on, amount = (np.array(part) for part in zip(*sorted(paid), strict=True))
    return Line(
        ("channel", "CNY"), NET, np.arange(len(rows)), day, value,
        tuple((n,) for n in range(count)), 100 + paid_on, amount > 0, amount, amount,
    )  # fmt: skip


def told(lines, seed):
    """Their board and what is usual for each by two guesses."""
    board, count = Board.of(lines), lags(POLICY).size
    shape = 2, len(lines), count, POLICY.payout_block_days_max
    return board, np.random.default_rng(seed).normal(size=shape)


def slow_best(run, guess, number):
    """The best score of any chain of blocks of a line."""
    offset = number * run.board.value.shape[1]

    @cache
    def best(k, state):
        if k == len(run.tried):
            return 0.0
        ways, blocks = [best(k + 1, state) - LOST * run.board.there[number, k]], run.tried[k]
        for lag, length in np.ndindex(*blocks.near.shape[1:]):
            after = blocks.state[number, lag, length] - offset
            if after >= state and np.isfinite(blocks.near[number, lag, length]):
                fit = blocks.near[number, lag, length] + run.usual[guess, number, lag, length]
                ways.append(
                    fit - GAP * (after > state) + best(k + 1, int(blocks.to[number, lag] - offset))
                )
        return max(ways)

    return best(0, 0)


@given(st.lists(st.tuples(ROWS, PAID), min_size=1, max_size=3), st.integers(0, 99))
def test_the_best_chain_is_the_best_of_all(each, seed):
    board, usual = told([line(*one) for one in each], seed)
    run = Run.of(board, POLICY, usual, candidates(board, POLICY), (LOST, GAP))
    slow = [[slow_best(run, guess, n) for n in range(len(each))] for guess in range(2)]
    np.testing.assert_allclose(run.fits, slow, atol=1e-9)


@given(st.lists(st.tuples(ROWS, PAID), min_size=1, max_size=3), st.integers(0, 99))
def test_the_blocks_of_a_chain_make_up_its_score(each, seed):
    board, usual = told([line(*one) for one in each], seed)
    run = Run.of(board, POLICY, usual, candidates(board, POLICY), (LOST, GAP))
    guess, number = (part.ravel() for part in np.indices((2, len(each))))
    chains = run.chains(guess, number)
    owner = chains.line[chains.chain]
    near, usual = run.near(chains), usual[chains.guess[chains.chain], owner]
    fit = near + usual[np.arange(len(near)), chains.lag, chains.length]
    for chain, fits in enumerate(chains.fits):
        assert fits == pytest.approx(run.fits[guess[chain], number[chain]])
        owner, width, state = int(number[chain]), board.value.shape[1], 0
        paid, score = np.zeros(board.there.shape[1], np.bool_), 0.0
        for place in np.flatnonzero(chains.chain == chain):
            k, lag = chains.deposit[place], chains.lag[place]
            start = run.tried[k].state[owner, lag, chains.length[place]] - owner * width
            assert chains.came[place] == state <= start
            paid[k], score = True, score + fit[place] - GAP * (start > state)
            state = run.tried[k].to[owner, lag] - owner * width
        assert score - LOST * (board.there[owner] & ~paid).sum() == pytest.approx(fits)
