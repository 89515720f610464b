"""The arrays under the matcher, each beside the slow and obvious way to say the same."""

from collections import defaultdict
from itertools import combinations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recon_engine.match import arrays
from recon_engine.match.arrays import (
    Groups,
    alike,
    among,
    coded,
    combined,
    distinct,
    meetings,
    numbered,
    on_both,
    once,
    order_by,
    rank_within,
    repeated,
)
from recon_engine.match.minimal import whole
from recon_engine.match.slips import one_slip

FEW = st.lists(st.integers(-3, 4), max_size=12)
PAIRS = st.lists(st.tuples(st.integers(0, 3), st.integers(-2, 3)), max_size=12)


def ints(values: list[int]) -> arrays.Rows:
    return np.array(values, dtype=np.int64)


@given(FEW, st.randoms(use_true_random=False))
def test_groups_are_those_of_a_dictionary(numbers, chance):
    values = ints([chance.randint(-50, 50) for _ in numbers])
    slow = defaultdict(list)
    for place, number in enumerate(numbers):
        slow[number].append(place)
    groups = Groups.of(ints(numbers))
    order = sorted(slow)
    assert len(groups) == len(slow)
    assert groups.size.tolist() == [len(slow[n]) for n in order]
    assert groups.first.tolist() == [slow[n][0] for n in order]
    assert [order[g] for g in groups.number] == numbers
    for fast, way in ((groups.sum, sum), (groups.min, min), (groups.max, max)):
        assert fast(values).tolist() == [way(values[p] for p in slow[n]) for n in order]
    assert distinct(ints(numbers)).tolist() == order
    assert once(ints(numbers)).tolist() == [numbers.count(n) == 1 for n in numbers]


@given(FEW, FEW)
def test_equal_numbers_find_the_first_of_them(numbers, known):
    assert alike(ints(numbers)).tolist() == [numbers.index(number) for number in numbers]
    assert among(ints(numbers), ints(known)).tolist() == [number in known for number in numbers]


@given(st.lists(st.integers(-(2**63), 2**63 - 1), max_size=12), FEW)
def test_hashes_are_ordered_though_they_fill_all_bits(hashes, low):
    numbers = [*hashes, *low, *(number + (number < 2**63 - 1) for number in hashes)]
    assert order_by(ints(numbers)).tolist() == sorted(range(len(numbers)), key=numbers.__getitem__)


@pytest.mark.parametrize("falls", [False, True])
def test_many_numbers_are_ordered_as_few_are(falls):
    numbers = np.arange(20_000) % (7 if falls else 5_000)
    assert order_by(numbers).tolist() == np.argsort(numbers, kind="stable").tolist()


@given(st.lists(st.sampled_from("abc"), max_size=6))
def test_codes_are_places_among_the_different_texts(texts):
    codes, known = coded(pl.Series(texts, dtype=pl.String))
    assert known.to_list() == sorted(set(texts))
    assert [known[code] for code in codes.tolist()] == texts


@given(PAIRS, PAIRS, st.sampled_from([None, 1, 4]))
def test_meetings_are_those_of_two_loops(left, right, most):
    columns = [[ints([row[c] for row in side]) for c in (0, 1)] for side in (left, right)]
    i, j = meetings(*columns, most)
    slow = [
        (a, b)
        for a, one in enumerate(left)
        for b, two in enumerate(right)
        if one == two and (most is None or left.count(one) * right.count(two) <= most)
    ]
    assert sorted(zip(i.tolist(), j.tolist(), strict=True)) == slow


@given(FEW, FEW)
def test_a_sieve_lets_pass_whatever_stands_on_both_sides(left, right):
    ours, theirs = on_both(ints(left), ints(right))
    assert all(ours[n] for n, value in enumerate(left) if value in right)
    assert all(theirs[n] for n, value in enumerate(right) if value in left)


@given(PAIRS)
def test_numbers_of_pairs_and_ranks_inside_a_group(pairs):
    first, second = ints([a for a, _ in pairs]), ints([b + 2 for _, b in pairs])
    number = combined(first, second)
    assert all(
        (number[a] == number[b]) == (pairs[a] == pairs[b])
        for a, b in combinations(range(len(pairs)), 2)
    )
    inside = {a: sorted({b for other, b in pairs if other == a}) for a, _ in pairs}
    assert rank_within(first, second).tolist() == [inside[a].index(b) for a, b in pairs]
    again = {n for n, pair in enumerate(pairs) if pairs.count(pair) > 1}
    assert set(repeated([first, second]).tolist()) == again


@given(PAIRS, st.sampled_from([1, 2**40]))
def test_one_sort_by_two_columns_is_two_sorts(pairs, wide):
    columns = ints([a for a, _ in pairs]) * wide, ints([b for _, b in pairs]) * wide
    assert order_by(*columns).tolist() == np.lexsort(columns[::-1]).tolist()


def test_texts_whose_hashes_agree_by_accident_get_two_numbers(monkeypatch):
    texts = pl.Series(["a", "b", "a", "c"])
    tried = []

    def weak(_self, seed=0):
        tried.append(seed)
        return pl.Series([7, 7, 7, 9] if seed == 0 else [1, 2, 1, 3], dtype=pl.UInt64)

    monkeypatch.setattr(pl.Series, "hash", weak)
    number, first = numbered(texts)
    assert tried == [0, 1]
    assert [texts[int(first[n])] for n in number] == texts.to_list()


@pytest.mark.parametrize(
    ("ours", "theirs", "is_whole"),
    [
        ([10, 20], [12, 18], True),
        ([10, 20], [10, 20], False),  # one equals one
        ([10, 20, 5], [15, 20], False),
        ([10, 25], [5, 5, 25], False),
        ([30], [10, 20], True),  # a side of one has no parts
    ],
)
def test_groups_that_fall_apart(ours, theirs, is_whole):
    left = np.repeat([True, False], [len(ours), len(theirs)])
    group = np.zeros(len(left), dtype=np.int64)
    assert whole(group, left, ints(ours + theirs), 1_000).tolist() == [is_whole]


def test_what_has_too_many_parts_is_not_proved_whole():
    amounts = ints([2 * 2**n for n in range(10)] + [1_001, 1_045])
    left = np.arange(12) < 10
    group = np.zeros(12, dtype=np.int64)
    assert whole(group, left, amounts, 2**10).tolist() == [True]
    assert whole(group, left, amounts, 2**9).tolist() == [False]


def test_one_slip_is_one_letter_or_two_that_changed_places():
    pairs = [("4417", "4417"), ("4417", "447"), ("4417", "4471"), ("4417", "44177"), ("44", "4417")]
    near = one_slip(pl.Series([a for a, _ in pairs]), pl.Series([b for _, b in pairs]))
    assert near.tolist() == [True, True, True, True, False]
