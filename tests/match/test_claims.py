"""Claims on things that go to one taker only, beside the obvious way: all ways to hand them out."""

from itertools import product

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from recon_engine.match.blocks.claims import shares

ODDS = st.floats(1e-3, 1e6)


@given(st.lists(ODDS, min_size=1, max_size=9))
def test_in_a_row_of_claims_the_shares_are_those_of_all_ways(odds):
    claims = [((n + 1) // 2, n // 2, one) for n, one in enumerate(odds)]  # each thing has two
    np.testing.assert_allclose(told(claims), slow(claims), rtol=1e-6)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), ODDS), max_size=9))
def test_a_thing_is_never_shared_out_twice(claims):
    claims = list({(taker, thing): (taker, thing, odds) for taker, thing, odds in claims}.values())
    share = told(claims)
    for thing in range(4):
        assert sum(one for one, claim in zip(share, claims, strict=True) if claim[1] == thing) <= 1


def test_what_two_want_equally_is_likely_nobodys():
    assert max(told([(0, 0, 1e6), (1, 0, 1e6)])) <= 0.5
    assert max(told([(0, 0, 9.0), (0, 1, 9.0), (1, 0, 9.0), (1, 1, 9.0)])) <= 0.5


def test_who_can_have_another_thing_leaves_the_first_one():
    share = told([(0, 0, 1e4), (0, 1, 1e4), (1, 0, 1e4)])
    assert share[0] < 0.01
    assert min(share[1:]) > 0.99


def told(claims):
    """The shares of claims ``(taker, thing, odds)``."""
    taker, thing = (np.array([one[n] for one in claims], np.int64) for n in range(2))
    return shares(taker, thing, np.array([one[2] for one in claims], np.float64))


def slow(claims):
    """The same by trying every set of claims in which nobody and nothing stands twice."""
    share, every = np.zeros(len(claims)), 0.0
    for some in product((False, True), repeat=len(claims)):
        met = [claim for claim, is_met in zip(claims, some, strict=True) if is_met]
        if all(len({one[n] for one in met}) == len(met) for n in range(2)):
            odds = float(np.prod([one[2] for one in met]))
            share, every = share + odds * np.array(some), every + odds
    return share / every
