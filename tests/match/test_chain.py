"""The chain of payouts, walked side by side, beside the obvious way: every path is summed up."""

from itertools import product

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from recon_engine.match.blocks.bags import Bags
from recon_engine.match.blocks.chain import bases, judge
from recon_engine.match.blocks.steps import Nothing, Solutions, Stand, States, Steps, Ways

# A payout: whether it follows the one before, and its solutions: (state before, odds, held back).
PAYOUTS = st.lists(
    st.tuples(
        st.booleans(),
        st.lists(st.tuples(st.integers(0, 1), st.floats(0.01, 1), st.integers(-1, 1)), max_size=3),
        st.floats(0.01, 1),
    ),
    min_size=1,
    max_size=5,
)
STATES = 2  # of every payout, besides *other*
PRIOR = (0.5, 0.25, 0.25)


@given(PAYOUTS)
def test_odds_are_those_of_all_paths(payouts):
    stand, steps = table(payouts)
    slow = [
        sum(odds for path, odds in every if path[n] is None) / sum(odds for _, odds in every)
        for first, chain in chains(payouts)
        for every in [list(paths(chain))]
        for n in range(len(chain))
    ]
    np.testing.assert_allclose(bases(stand, steps, 1)[1], slow, rtol=1e-9)


@given(PAYOUTS)
def test_the_likeliest_path_is_chosen(payouts):
    stand, steps = table(payouts)
    none = np.zeros(0, np.int64)
    chosen = judge(Bags.of([none]), stand, steps).solution
    for first, chain in chains(payouts):
        best = max(odds for _, odds in paths(chain))
        ours = tuple(None if n < 0 else int(n) for n in chosen[first : first + len(chain)])
        before = sum(len(solutions) for _, solutions, _ in payouts[:first])
        theirs = tuple(None if n is None else n - before for n in ours)
        told = max(odds for path, odds in paths(chain) if path == theirs)
        assert np.isclose(told, best)


def chains(payouts):
    """Where each chain begins, and its payouts."""
    heads = [n for n, (follows, *_) in enumerate(payouts) if not follows or n == 0]
    for head, end in zip(heads, [*heads[1:], len(payouts)], strict=True):
        yield head, payouts[head:end]


def paths(chain):
    """Every way through a chain: solutions, None for none of them, and its odds.

    A way also says in which state each payout is reached, so that solutions may stand there twice.
    """
    number = []
    for _, solutions, _ in chain:
        start = sum(map(len, number))
        number.append(range(start, start + len(solutions)))
    for path in product(*([None, *own] for own in number)):
        for states in product(range(STATES + 1), repeat=len(chain)):
            odds = PRIOR[states[0]]
            for n, ((_, solutions, nothing), taken) in enumerate(zip(chain, path, strict=True)):
                after = states[n + 1] if n + 1 < len(chain) else None
                if taken is None:
                    odds *= nothing * (1 if after is None else PRIOR[after])
                    continue
                state, weight, held = solutions[taken - number[n].start]
                reached = None if after is None else held if held >= 0 else STATES
                odds *= weight * (state == states[n]) * (reached == after)
            if odds:
                yield path, odds


def table(payouts):
    """The same as the chain is told it."""
    count = len(payouts)
    follows = np.array([n > 0 and one[0] for n, one in enumerate(payouts)])
    told = [(n, *one) for n, (_, solutions, _) in enumerate(payouts) for one in solutions]
    payout = np.array([one[0] for one in told], np.int64)
    state = np.array([one[0] * STATES + one[1] for one in told], np.int64)
    goes_on = np.append(follows[1:], False)
    after = np.array(
        [(n + 1) * STATES + held if held >= 0 and goes_on[n] else -1 for n, _, _, held in told],
        np.int64,
    )
    none, ones = np.full((len(told), 1), -1), np.ones(len(told))
    every = np.arange(count).repeat(STATES)
    nothing = np.array([one[2] for one in payouts])
    states = States(
        every, every, every * 0, every * 0, np.full((count * STATES, 1), -1),
        np.tile(PRIOR[:STATES], count), np.arange(count + 1) * STATES,
    )  # fmt: skip
    solutions = Solutions(payout, payout * 0, state, none, none, payout * 0, ones)
    ways = Ways(np.arange(len(told)), after, np.array([one[2] for one in told], np.float64))
    of_state, of_other = (Nothing(odds, odds * 0, odds * 0) for odds in (nothing[every], nothing))
    zeros = np.zeros(count)
    stand = Stand(follows, follows, zeros, zeros, zeros)
    return stand, Steps(states, solutions, ways, of_state, of_other)
