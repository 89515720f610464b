"""Interchangeable rows: confirmed only where their days say which payment is whose."""

from collections import Counter
from itertools import permutations

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from recon_engine.match.case import Case
from recon_engine.match.exchange import told_by_days
from tests.match.items import frame, gate_open, item, lines, matched

BEFORE, AFTER = 2, 6
DAYS = st.lists(st.tuples(st.integers(1, 12), st.integers(1, 12)), min_size=1, max_size=5)


@given(DAYS)
def test_what_is_told_is_so_in_every_way_to_pair_within_the_window(days):
    ours, theirs = (sorted(column) for column in zip(*days, strict=True))
    policy = gate_open(window_days_before=BEFORE, window_days_after=AFTER)
    case = Case.of(
        frame([item(f"a{n}", 500, day) for n, day in enumerate(ours)]),
        frame([item(f"x{n}", 500, day) for n, day in enumerate(theirs)]),
        policy,
    )
    rows = np.arange(len(days))
    if not all(-BEFORE <= b - a <= AFTER for a, b in zip(ours, theirs, strict=True)):
        return
    told = told_by_days(case, rows * 0, rows, rows)
    sure = Counter((ours[n], theirs[n]) for n in rows if told[n])
    for chosen in permutations(theirs):
        pairs = Counter(zip(ours, chosen, strict=True))
        if all(-BEFORE <= b - a <= AFTER for a, b in pairs):
            assert pairs >= sure


def test_a_single_buyers_equal_orders_are_proposed_where_days_do_not_tell() -> None:
    left = [item(f"a{n}", 500, 1 + n // 3, party="ACME") for n in range(60)]
    right = [item(f"x{n}", 500, 2 + n // 3, party="ACME") for n in range(60)]
    found = matched(left, right, gate_open())
    assert found.matches["status"].unique().to_list() == ["proposed"]
    assert len(found.matches) == len(left)


def test_equal_orders_of_one_day_are_interchangeable() -> None:
    left = [item(f"a{n}", 500, 1, party="ACME") for n in range(60)]
    right = [item(f"x{n}", 500, 2 + n // 3, party="ACME") for n in range(60)]
    found = matched(left, right, gate_open())
    assert found.matches["status"].unique().to_list() == ["confirmed"]
    assert found.members.filter(pl.col("side") == "right")["record_id"].n_unique() == len(right)


def test_a_payment_before_the_next_order_tells_whose_it_is() -> None:
    left = [item("a", 500, 1, party="ACME"), item("b", 500, 20, party="ACME")]
    right = [item("x", 500, 4, party="ACME"), item("y", 500, 22, party="ACME")]
    assert lines(matched(left, right, gate_open())) == [
        "party_amount: a = x", "party_amount: b = y"
    ]  # fmt: skip
    soon = [left[0], item("b", 500, 6, party="ACME")]
    assert lines(matched(soon, right, gate_open())) == [
        "party_amount: a = x?", "party_amount: b = y?"
    ]  # fmt: skip
