"""The statistics under the checks, beside slow obvious sums."""

import math
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recon_engine.control.monitor.chances import (
    chance_of_none,
    level_shift,
    middle,
    share_shift,
    spread_between,
    tail,
)


@given(st.integers(1, 40), st.data())
def test_without_spread_the_tail_is_the_binomial_one(trials: int, data: st.DataObject):
    hits = data.draw(st.integers(0, trials))
    exact = sum(comb(trials, k) * 0.1**k * 0.9 ** (trials - k) for k in range(hits, trials + 1))
    assert tail(hits, trials, 0.1, 0.001) == pytest.approx(exact, rel=1e-2, abs=1e-12)


def test_a_rate_that_varies_by_nature_makes_a_cluster_less_rare():
    assert tail(20, 100, 0.05, 0.3) < tail(20, 100, 0.05, 0.6) < 0.05


def test_no_rows_on_a_day_of_ten_is_rarer_than_on_a_day_of_three():
    # Without spread it is e^-10; with a spread of a half it is (1 + 10/4)^-4.
    assert chance_of_none(10, 0.01) == pytest.approx(math.exp(-10), rel=1e-2)
    assert chance_of_none(10, 0.5) == pytest.approx(3.5**-4)
    assert chance_of_none(3, 0.5) > chance_of_none(10, 0.5)


def test_the_middle_of_whole_numbers_is_one_of_them():
    assert middle(np.array([9, 1, 4, 2])) == 2
    assert middle(np.array([], np.int64)) == 0


def test_a_change_of_level_is_found_where_it_is():
    shift = level_shift(np.array([5.0] * 10 + [8.0] * 6), 5, 0.5)
    assert shift is not None
    assert (shift.at, shift.before, shift.after) == (10, 5.0, 8.0)
    # 3 / (0.5 · √(1/10 + 1/6)): the day-to-day deviation is at its floor.
    assert shift.score == pytest.approx(3 / (0.5 * math.sqrt(1 / 10 + 1 / 6)))


def test_a_change_of_a_share_is_found_where_it_is():
    hits, trials = np.array([1] * 8 + [6] * 7), np.array([10] * 15)
    shift = share_shift(hits, trials, 5)
    assert shift is not None
    assert (shift.at, shift.before, shift.after) == (8, 0.1, 0.6)
    assert shift.score > 5


def test_equal_groups_have_the_least_spread():
    assert spread_between(np.array([5, 5, 5]), np.array([100, 100, 100]), 0.3, 1.0) == 0.3
    assert spread_between(np.array([0, 60, 0]), np.array([100, 100, 100]), 0.3, 1.0) == 1.0
