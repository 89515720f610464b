"""Payouts without an id: what is confirmed, what is only proposed, and what is left alone."""

import random
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations, product
from typing import Any

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from recon_engine.match.arrays import Rows
from recon_engine.match.blocks.bags import Bags, joined
from recon_engine.match.blocks.solutions import Quests, search
from recon_engine.match.engine import Matched, match_items
from recon_engine.match.passes import payout_blocks
from recon_engine.model.policy import ChannelPolicy, FeeRule, Policy
from recon_engine.model.results import ITEMS

FIRST = date(2026, 10, 1)
NAMES = {"shop": ("SHOP ONE",), "shop2": ("SHOP TWO",)}
POLICY = replace(Policy(), channels=ChannelPolicy(bank_names=NAMES))


def item(name: str, day: int, amount: int, **rest: Any) -> dict[str, Any]:
    """An item of a day of October 2026; days past 31 run on into November."""
    plain = {
        "currency": "CNY",
        "reference": "",
        "group": "",
        "text": "",
        "party": "",
        "channel": "",
    }
    return {**plain, "id": name, "date": FIRST + timedelta(days=day - 1), "amount": amount, **rest}


def order(day: int, amount: int, channel: str = "shop") -> dict[str, Any]:
    return item(f"{channel}-{day:02}-{amount}", day, amount, channel=channel)


def deposit(day: int, amount: int, text: str = "SHOP ONE payout") -> dict[str, Any]:
    return item(f"bank-{day:02}-{amount}", day, amount, text=text, party="PAYMENTS INC")


def frame(rows: list[dict[str, Any]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=ITEMS, orient="row") if rows else pl.DataFrame(schema=ITEMS)


def matched(
    orders: list[dict[str, Any]], bank: list[dict[str, Any]], policy: Policy = POLICY
) -> dict[str, tuple[str, set[str]]]:
    """By deposit: whether it is confirmed, and the orders that it pays."""
    return by_deposit(match_items(frame(orders), frame(bank), policy, [payout_blocks.run]))


def surely_paid(
    orders: list[dict[str, Any]], bank: list[dict[str, Any]], policy: Policy = POLICY
) -> dict[str, set[str]]:
    """By confirmed deposit: the orders that it surely pays."""
    found = match_items(frame(orders), frame(bank), policy, [payout_blocks.run])
    sure = replace(found, members=found.members.filter(pl.col("status") == "confirmed"))
    return {row: paid for row, (status, paid) in by_deposit(sure).items() if status == "confirmed"}


def by_deposit(found: Matched) -> dict[str, tuple[str, set[str]]]:
    status = dict(found.matches.select("match_id", "status").iter_rows())
    sides: dict[str, dict[str, set[str]]] = {}
    for match_id, side, record in found.members.select("match_id", "side", "record_id").iter_rows():
        sides.setdefault(match_id, {"left": set()}).setdefault(side, set()).add(record)
    return {
        bank_row: (status[match_id], both["left"])
        for match_id, both in sides.items()
        for bank_row in both["right"]
    }


def days_of(orders: list[dict[str, Any]], first: int, last: int) -> list[dict[str, Any]]:
    start, end = FIRST + timedelta(days=first - 1), FIRST + timedelta(days=last - 1)
    return [row for row in orders if start <= row["date"] <= end]


def total(rows: list[dict[str, Any]]) -> int:
    return sum(row["amount"] for row in rows)


def ids(rows: list[dict[str, Any]]) -> set[str]:
    return {row["id"] for row in rows}


def month(seed: int, channel: str = "shop", days: int = 16) -> list[dict[str, Any]]:
    """Four orders a day, of amounts that do not repeat."""
    rng = random.Random(seed)
    amounts = rng.sample(range(2_000, 90_000), 4 * days)
    return [order(1 + n // 4, amount, channel) for n, amount in enumerate(amounts)]


ORDERS = month(1)
BLOCKS = [days_of(ORDERS, day, day + 1) for day in range(1, 16, 2)]
PAID = [deposit(4 + 2 * n, total(block)) for n, block in enumerate(BLOCKS)]  # two days later


def test_days_whose_sum_is_the_deposit_are_its_payout() -> None:
    assert matched(ORDERS, PAID) == {
        paid["id"]: ("confirmed", ids(block)) for paid, block in zip(PAID, BLOCKS, strict=True)
    }


def test_the_lag_and_the_length_of_blocks_are_not_told_but_learned() -> None:
    for length, lag in ((1, 1), (3, 4), (5, 7)):
        starts = range(1, 17 - length + 1, length)
        blocks = [days_of(ORDERS, day, day + length - 1) for day in starts]
        paid = [
            deposit(day + length - 1 + lag, total(block))
            for day, block in zip(starts, blocks, strict=True)
        ]
        assert matched(ORDERS, paid) == {
            row["id"]: ("confirmed", ids(block)) for row, block in zip(paid, blocks, strict=True)
        }


def test_days_are_found_where_no_row_may_be_left_out_or_brought_in() -> None:
    policy = replace(
        POLICY, match=replace(POLICY.match, payout_left_out_max=0, payout_brought_max=0)
    )
    assert matched(ORDERS, PAID, policy) == matched(ORDERS, PAID)


def held_back(row: dict[str, Any]) -> tuple[list[list[dict[str, Any]]], list[dict[str, Any]]]:
    """The payouts of ORDERS when one row of the third block comes with the fourth."""
    blocks = [[r for r in block if r is not row] for block in BLOCKS]
    blocks[3] = [*blocks[3], row]
    return blocks, [deposit(4 + 2 * n, total(block)) for n, block in enumerate(blocks)]


def test_a_row_that_is_held_back_comes_with_the_next_payout() -> None:
    blocks, paid = held_back(BLOCKS[2][3])
    assert matched(ORDERS, paid) == {
        row["id"]: ("confirmed", ids(block)) for row, block in zip(paid, blocks, strict=True)
    }


def test_a_row_that_is_never_paid_stays_open() -> None:
    blocks = [[row for row in block if row is not BLOCKS[4][5]] for block in BLOCKS]
    paid = [deposit(4 + 2 * n, total(block)) for n, block in enumerate(blocks)]
    found = matched(ORDERS, paid)
    assert found[paid[4]["id"]][1] == ids(blocks[4])
    assert BLOCKS[4][5]["id"] not in set().union(*(rows for _, rows in found.values()))


def test_of_two_equal_rows_nobody_knows_which_was_held_back() -> None:
    twin = {**BLOCKS[2][3], "id": "twin"}
    orders = [*ORDERS, twin]
    blocks, paid = held_back(BLOCKS[2][3])
    paid[2] = deposit(8, total(blocks[2]) + twin["amount"])
    found, sure = matched(orders, paid), surely_paid(orders, paid)
    twins = {BLOCKS[2][3]["id"], "twin"}
    here, next_ = paid[2]["id"], paid[3]["id"]
    assert all(status == "confirmed" for status, _ in found.values())
    assert len(found[here][1] & twins) == len(found[next_][1] & twins) == 1
    assert (sure[here], sure[next_]) == (found[here][1] - twins, found[next_][1] - twins)
    others = [row["id"] for row in [*paid[:2], *paid[4:]]]
    assert all(sure[row] == found[row][1] for row in others)


def test_a_fee_that_nobody_told_is_only_proposed() -> None:
    for fee in (777, 700):  # no whole number of units, and one that explains the payout
        short = [*PAID[:4], deposit(12, PAID[4]["amount"] - fee), *PAID[5:]]
        found = matched(ORDERS, short)
        assert found[short[4]["id"]] == ("proposed", ids(BLOCKS[4]))
        assert [found[row["id"]][0] for row in (short[3], short[5])] == ["confirmed", "confirmed"]


def test_each_channel_has_its_own_days() -> None:
    other = month(2, "shop2")
    days = [days_of(other, day, day + 3) for day in range(1, 16, 4)]
    paid = [deposit(5 + 4 * n, total(rows), "SHOP TWO payout") for n, rows in enumerate(days)]
    found = matched([*ORDERS, *other], [*PAID, *paid])
    both = zip([*PAID, *paid], [*BLOCKS, *days], strict=True)
    assert found == {row["id"]: ("confirmed", ids(rows)) for row, rows in both}


def test_a_deposit_without_a_name_pays_the_days_that_are_left() -> None:
    nameless = [*PAID[:3], {**PAID[3], "text": "payout"}, *PAID[4:]]
    found = matched(ORDERS, nameless)
    assert found[PAID[3]["id"]][1] == ids(BLOCKS[3])
    stranger = [*PAID[:3], {**PAID[3], "text": "payout", "party": "Ann"}, *PAID[4:]]
    assert PAID[3]["id"] not in matched(ORDERS, stranger)


def test_a_payout_sent_in_two_parts_on_one_day() -> None:
    part = PAID[3]["amount"] * 3 // 5
    parts = [deposit(10, part), deposit(10, PAID[3]["amount"] - part)]
    found = matched(ORDERS, [*PAID[:3], *parts, *PAID[4:]])
    assert [found[row["id"]] for row in parts] == [("confirmed", ids(BLOCKS[3]))] * 2


def test_a_fee_may_be_rounded_on_every_row_or_once() -> None:
    policy = replace(POLICY, fees=(FeeRule("fee", channel="shop", rate_ppm=23_456),))
    once = [total(block) - _fee(total(block)) for block in BLOCKS]
    each = [sum(row["amount"] - _fee(row["amount"]) for row in block) for block in BLOCKS]
    assert once != each
    for sums in (once, each):
        paid = [deposit(4 + 2 * n, amount) for n, amount in enumerate(sums)]
        found = matched(ORDERS, paid, policy)
        assert found == {
            row["id"]: ("confirmed", ids(block)) for row, block in zip(paid, BLOCKS, strict=True)
        }


def _fee(amount: int) -> int:
    return (amount * 23_456 + 500_000) // 1_000_000


def test_a_single_deposit_proves_nothing() -> None:
    found = matched(ORDERS, [deposit(20, 123_456)])
    assert all(status == "proposed" for status, _ in found.values())


def test_rows_of_a_payout_whose_id_is_told_are_not_touched() -> None:
    named = [{**row, "group": "PO-10001"} if row in BLOCKS[3] else row for row in ORDERS]
    bank = [*PAID[:3], {**PAID[3], "group": "PO-10001"}, *PAID[4:]]
    assert PAID[3]["id"] not in matched(named, bank)


def test_the_order_of_rows_changes_nothing() -> None:
    twin = {**BLOCKS[2][3], "id": "twin"}
    orders, (_, bank) = [*ORDERS, twin], held_back(BLOCKS[2][3])
    first = match_items(frame(orders), frame(bank), POLICY, [payout_blocks.run])
    for seed in range(3):
        rng = random.Random(seed)
        rng.shuffle(orders)
        rng.shuffle(bank)
        again = match_items(frame(orders), frame(bank), POLICY, [payout_blocks.run])
        assert_frame_equal(first.matches, again.matches)
        assert_frame_equal(first.members, again.members)


# The oracle: every way to pay every deposit exactly, tried one by one.


@st.composite
def small_channels(draw: st.DrawFn) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Up to 8 orders and 3 deposits, most of which pay the orders of their days."""
    amounts = st.sampled_from([990, 1_990, 2_980, 4_970, 1_001, 23_457, 48_123, 71_239])
    rows = draw(st.lists(st.tuples(st.integers(1, 6), amounts), min_size=3, max_size=8))
    orders = [
        item(f"L{n}", day, amount, channel="shop") for n, (day, amount) in enumerate(sorted(rows))
    ]
    bank = []
    for n in range(3):
        paid = [row for row in days_of(orders, 1 + 2 * n, 2 + 2 * n) if draw(st.integers(0, 5))]
        if paid:
            bank.append(deposit(3 + 2 * n, total(paid)))
    return orders, bank


Way = tuple[frozenset[int] | None, ...]


def choices(orders: list[dict[str, Any]], row: dict[str, Any]) -> list[tuple[int, int, int, Any]]:
    """Blocks and sets of orders that bring a deposit: ``(moved, first day, last day, set)``."""
    days = [(order["date"] - FIRST).days for order in orders]
    paid = (row["date"] - FIRST).days
    sets = [
        frozenset(chosen)
        for size in range(1, len(orders) + 1)
        for chosen in combinations(range(len(orders)), size)
        if sum(orders[n]["amount"] for n in chosen) == row["amount"]
    ]
    found = []
    for first, last in product(sorted(set(days)), repeat=2):
        block = {n for n, day in enumerate(days) if first <= day <= last}
        lag = paid - last
        inside = -POLICY.match.payout_days_before <= lag <= POLICY.match.payout_days_after
        fit = [one for one in sets if inside and block and all(days[n] <= last for n in one)]
        found += [(len(block ^ chosen), first, last, chosen) for chosen in fit]
    return sorted(found, key=lambda one: one[0])


def cheapest(orders: list[dict[str, Any]], bank: list[dict[str, Any]]) -> set[Way]:
    """All ways to pay the deposits by blocks in their order, with the fewest rows moved.

    A deposit may bring in rows of the block before it or of unpaid days between.  A deposit left
    aside costs more than any rows moved.
    """
    day = [(order["date"] - FIRST).days for order in orders]
    each = [choices(orders, row) for row in bank]
    best, ways = 10**9, set[Way]()

    def go(way: Way, cost: int, since: int, after: int, used: frozenset[int]) -> None:
        nonlocal best, ways
        if cost > best:
            return
        if len(way) == len(bank):
            ways = {way} if cost < best else ways | {way}
            best = cost
            return
        for price, first, last, chosen in each[len(way)]:
            if first > after and not chosen & used and all(day[n] >= since for n in chosen):
                go((*way, chosen), cost + price, first, last, used | chosen)
        go((*way, None), cost + len(orders) + 1, since, after, used)

    go((), 0, -1, -1, frozenset())
    return ways


def test_an_earlier_day_is_not_sure_while_a_deposit_stands_between() -> None:
    orders = [
        order(2, 48_123), order(3, 4_970), order(4, 2_980), order(4, 23_457),
        item("first", 5, 4_970, channel="shop"), item("second", 5, 4_970, channel="shop"),
        order(5, 23_457), order(6, 71_239),
    ]  # fmt: skip
    bank = [deposit(3, 48_123), deposit(5, 2_980), deposit(7, 4_970)]
    assert matched(orders, bank).get("bank-07-4970", ("", set()))[0] != "confirmed"


@given(small_channels())
@settings(max_examples=100, deadline=None)
def test_what_is_confirmed_lies_in_every_cheapest_solution(
    case: tuple[list[dict[str, Any]], list[dict[str, Any]]],
) -> None:
    orders, bank = case
    found = surely_paid(orders, bank)
    if not any(found.values()):
        return
    place = {row["id"]: n for n, row in enumerate(orders)}
    for way in cheapest(orders, bank):
        for row, chosen in zip(bank, way, strict=True):
            if row["id"] in found:
                assert {place[name] for name in found[row["id"]]} <= (chosen or set())


@given(st.lists(st.integers(-3, 6), min_size=1, max_size=8), st.integers(-12, 20))
def test_sets_of_rows_are_all_found_and_each_once(values: list[int], wanted: int) -> None:
    pool = [1, 5, 5, 2]
    both = [np.array(values, np.int64), np.array(pool, np.int64)]
    bags, none = Bags.of(both), np.zeros(1, np.int64)
    quests = Quests(
        none, none + 1, none, none + wanted, np.ones(1), none, np.zeros(1)
    )  # fmt: skip
    found = search(bags, quests, POLICY.match)
    assert found.searched.all()
    nonzero = sorted(value for value in values if value)
    slow = {
        (came, few)
        for brought in range(4)
        for came in combinations(sorted(pool), brought)
        for size in range(5)
        for few in combinations(nonzero, size)
        if sum(few) == wanted + sum(came)
    }
    fast = [
        (tuple(bags.value[brought].tolist()), tuple(bags.value[few].tolist()))
        for brought, few in (
            (came[came >= 0], few[few >= 0])
            for came, few in zip(found.hits.brought, found.hits.left_out, strict=True)
        )
    ]
    assert sorted(fast) == sorted(slow)


PART = st.lists(st.lists(st.integers(0, 9), max_size=2).map(sorted), max_size=6)


@given(PART, st.data())
def test_two_parts_of_a_set_stand_one_after_the_other(lower: list[list[int]], data: Any) -> None:
    higher = [data.draw(st.lists(st.integers(0, 9), max_size=2)) for _ in lower]
    both = joined(*(padded(part, 4) for part in (lower, higher)))
    assert both.tolist() == padded([a + b for a, b in zip(lower, higher, strict=True)], 4).tolist()


def padded(sets: list[list[int]], width: int) -> Rows:
    return np.array([[*one, *[-1] * (width - len(one))] for one in sets], np.int64).reshape(
        -1, width
    )
