"""Pass 9: what a named spread allows by an id or a name, and what may explain a difference."""

from dataclasses import replace
from typing import Any

import pytest

from recon_engine.model.policy import FeeRule, Policy
from tests.match.items import gate_open, item, told


def order(record: str, amount: int, day: int = 1, **rest: str) -> dict[str, Any]:
    return item(record, amount, day, **rest)


FX = Policy(fees=(FeeRule(name="card FX", channel="web", spread_ppm=3_000),))


def test_a_named_spread_confirms_either_way_and_no_further() -> None:
    left = [order("a", 100_000, reference="TB1001", channel="web")]
    for paid in (99_700, 100_300):
        found = told(left, [item("x", paid, reference="TB1001")], FX)
        assert found == [f"named_spread: a = x ({100_000 - paid}, explained {100_000 - paid})"]
    assert told(left, [item("x", 99_699, reference="TB1001")], FX) == [
        "reference_differs: a = x (301)?"
    ]


def spread_by_name(**changes: Any) -> Policy:
    return replace(gate_open(**changes), fees=FX.fees)


def test_a_named_spread_confirms_by_the_name_where_no_id_stands() -> None:
    left = [order("a", 100_000, party="王小明", channel="web")]
    for paid, party in ((99_700, "王小明"), (100_300, "WANG XIAOMING")):
        found = told(left, [item("x", paid, 4, party=party)], spread_by_name())
        off = 100_000 - paid
        assert found == [f"named_spread_by_name: a = x ({off}, explained {off})"]
    for beyond in ({"amount": 99_699}, {"day": 90}, {"text": "房租"}):
        right = {**item("x", 99_800, 4, party="王小明"), **_dated(beyond)}
        assert "named_spread_by_name" not in str(told(left, [right], spread_by_name()))
    shop = [{**left[0], "channel": "shop"}]
    right = [item("x", 99_800, 4, party="王小明")]
    assert told(shop, right, spread_by_name()) == ["wire_fee: a = x (200)?"]


def _dated(changes: dict[str, Any]) -> dict[str, Any]:
    return {"date": item("", 1, changes["day"])["date"]} if "day" in changes else changes


def test_two_that_a_spread_could_mean_are_no_match() -> None:
    left = [order("a", 100_000, party="王小明", channel="web")]
    right = [item("x", 99_800, 4, party="王小明"), item("y", 100_100, 4, party="王小明")]
    assert told(left, right, spread_by_name()) == []
    two = [*left, order("b", 100_050, party="王小明", channel="web")]
    assert told(two, right[:1], spread_by_name()) == []


@pytest.mark.parametrize(("others", "sure"), [(0, True), (60, False)])
def test_where_many_items_are_of_that_size_a_common_name_proves_little(
    others: int, sure: bool
) -> None:
    left = [order("a", 100_000, 15, party="王小明", channel="web")]
    left += [
        order(f"m{n}", 1_000_000 + 9_000 * n, 1 + n % 30, party=f"Buyer{n} Of{n}", channel="web")
        for n in range(300)
    ]
    left += [order(f"o{n}", 100_001 + n, party=f"O{n} Li", channel="web") for n in range(others)]
    left += [order(f"n{n}", 500_000 + n, party="王小明", channel="web") for n in range(others)]
    right = [item("x", 99_900, 16, party="王小明")]
    found = [line for line in told(left, right, FX) if "x" in line]
    assert (found == ["named_spread_by_name: a = x (100, explained 100)"]) == sure


def test_a_spread_of_another_channel_says_nothing() -> None:
    left = [order("a", 100_000, reference="TB1001", channel="shop")]
    assert told(left, [item("x", 99_900, reference="TB1001")], FX) == [
        "reference_differs: a = x (100)?"
    ]


@pytest.mark.parametrize(
    ("paid", "rule"),
    [(98_000, "wire_fee"), (100_200, "fx_spread"), (12_3465, "digits_swapped")],
)
def test_what_may_explain_a_difference_is_said_and_confirmed_by_nobody(
    paid: int, rule: str
) -> None:
    asked = 12_3456 if rule == "digits_swapped" else 100_000
    left, right = (
        [order("a", asked, party="Anna Anderson")],
        [item("x", paid, party="Anna Anderson")],
    )
    assert told(left, right) == [f"{rule}: a = x ({asked - paid})?"]
