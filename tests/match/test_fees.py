"""Named fees as tables: which rule applies, and which totals bring an amount."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recon_engine.match.fees import Tariff, due
from recon_engine.match.passes.proposals import digits_swapped
from recon_engine.model.policy import FeeRule

RULES = (
    FeeRule("all", rate_ppm=1_000),
    FeeRule("euro", currency="EUR", rate_ppm=2_000),
    FeeRule("shop", channel="shop", rate_ppm=3_000, fixed_minor=30),
    FeeRule("shop in euro", channel="shop", currency="EUR", rate_ppm=4_000),
    FeeRule("too late", channel="shop", rate_ppm=9_000),
)


@pytest.mark.parametrize(
    ("channel", "currency", "amount", "left"),
    [
        ("web", "USD", 100_000, 99_900),
        ("web", "EUR", 100_000, 99_800),
        ("shop", "USD", 100_000, 99_670),
        ("shop", "USD", -100_000, -99_700),  # a refund gets no fixed part back
        ("shop", "EUR", 100_000, 99_600),
        ("web", "USD", 500, 499),  # half a cent is rounded away from zero
        ("web", "USD", -500, -499),
    ],
)
def test_the_rule_that_says_most_applies(channel: str, currency: str, amount: int, left: int):
    items = pl.DataFrame({"amount": [amount], "channel": [channel], "currency": [currency]})
    assert due(items, RULES).tolist() == [left]


@given(st.integers(0, 999_999), st.integers(0, 50), st.integers(1, 5_000))
def test_totals_before_a_fee_are_all_that_bring_the_amount(rate: int, fixed: int, paid: int):
    tariff = Tariff.of([FeeRule("fee", rate_ppm=rate, fixed_minor=fixed)], ["shop"], ["CNY"])
    none = np.zeros(1, dtype=np.int64)
    low, high = (int(end[0]) for end in tariff.before(none + paid, none, none))
    totals = np.arange(max(1, low - 3), high + 4)
    brings = tariff.after(totals, totals * 0, totals * 0) == paid
    if brings.any():
        assert totals[brings].tolist() == list(range(low, high + 1))
    else:
        assert (low, high) == (paid, paid)


@given(st.integers(-(10**7), 10**7), st.integers(0, 7))
def test_two_digits_that_changed_places_are_seen(amount: int, place: int):
    text = str(abs(amount))
    turned = text[:place] + text[place : place + 2][::-1] + text[place + 2 :]
    other = np.array([int(turned)])
    seen = turned != text and not turned.startswith("0")
    assert digits_swapped(np.array([amount]), other).tolist() == [seen]
