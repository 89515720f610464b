"""What holds for goods whatever the month: the price of a parcel, the order of rows, one place."""

from datetime import date
from random import Random

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recon_engine.control.pieces import pieces_identity
from recon_engine.model.goods_policy import GoodsPolicy
from recon_engine.model.records import RECORDS, as_records
from recon_engine.model.results import PLACES
from recon_engine.reconcile.goods.rates import FORWARD, RETURN, card_of, priced
from tests.reconcile.goods import bill, came_back, closed, order, rates, sent
from tests.records import record

ZONES = {"浙江": (280, 80), "广东": (320, 120), "新疆": (1500, 1200)}


def by_hand(grams: int, first: int, more: int, slab: int) -> int:
    """The price of a parcel, slab by slab, as one would count it out."""
    price, paid_for = first, slab
    while paid_for < grams:
        price, paid_for = price + more, paid_for + slab
    return price


@given(
    grams=st.integers(0, 60_000), first=st.integers(0, 5_000), more=st.integers(0, 5_000),
    slab=st.integers(1, 3_000),
)  # fmt: skip
@settings(max_examples=200, deadline=None)
def test_a_price_is_what_one_counts_out(grams: int, first: int, more: int, slab: int) -> None:
    rows = as_records(pl.DataFrame(rates("浙江", first, more)))
    card = card_of(rows, GoodsPolicy(slab_g={"首重": slab}))
    parcel = pl.DataFrame(
        {"carrier": ["圆通"], "zone": ["浙江"], "currency": ["CNY"], "weight_g": [grams]}
    )
    price, weight = priced(parcel, card, FORWARD).row(0)
    assert price == by_hand(grams, first, more, slab)
    assert weight >= grams
    assert weight % slab == 0
    assert priced(parcel, card, RETURN).row(0) == (None, None)


def a_month(seed: int) -> list[dict[str, object]]:
    """Orders, shipments, bills, returns and rates, many of them wrong in some way."""
    rng = Random(seed)
    rows: list[dict[str, object]] = []
    for zone, prices in ZONES.items():
        rows += rates(zone, *prices)
    for n in range(60):
        number, waybill, day = f"A{100000 + n}", f"YT{700000 + n}", rng.randint(1, 28)
        pieces, grams, zone = rng.randint(1, 3), rng.randint(50, 4_000), rng.choice(list(ZONES))
        state = rng.choice(["已签收", "运输中", "已退回", "丢失", ""])
        if rng.random() < 0.9:
            rows.append(order(f"o{n}", day, rng.randint(900, 90_000), number, quantity=pieces,
                              refunded=rng.choice([0, 0, 0, 900])))  # fmt: skip
        if rng.random() < 0.9:
            rows.append(sent(f"p{n}", min(30, day + rng.randint(0, 6)), number, waybill, zone=zone,
                             weight_g=grams, quantity=rng.choice([pieces, pieces, 1]),
                             state=state))  # fmt: skip
        for again in range(rng.choice([0, 1, 1, 1, 2])):
            rows.append(bill(f"c{n}-{again}", by_hand(grams, *ZONES[zone], 1000), waybill,
                             weight_g=rng.choice([grams, grams + 900]), zone=zone,
                             fee_type=rng.choice([None, None, "退回运费", "附加费"])))  # fmt: skip
        if rng.random() < 0.2:
            rows.append(came_back(f"r{n}", day, rng.choice([0, 900]), f"{number}|TK{n:06}",
                                  fee_type=rng.choice(["2", "4", "3"]), state="3"))  # fmt: skip
        if rng.random() < 0.2:
            ids = rng.choice([f"TK{n:06}", f"X{n:06}"])
            rows.append(came_back(f"b{n}", day, 0, f"{ids}|SF{n:06}", waybill=f"SF{n:06}"))
    return rows


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_rows_changes_nothing(seed: int) -> None:
    rows = a_month(seed)
    mixed = [*rows]
    Random(seed).shuffle(mixed)
    first, second = closed(*rows), closed(*mixed)
    for name in ("matches", "members", "exceptions", "identity"):
        assert getattr(first, name).equals(getattr(second, name)), name
    for name in ("freight", "shipping", "returned"):
        assert getattr(first.goods, name).equals(getattr(second.goods, name)), name


@pytest.mark.parametrize("seed", range(5))
def test_every_record_is_in_one_place_and_everything_adds_up(seed: int) -> None:
    rows = a_month(seed)
    month = closed(*rows)
    assert sorted(month.records["record_id"]) == sorted(str(row["record_id"]) for row in rows)
    assert set(month.records["place"]) <= set(PLACES)
    assert set(month.identity["difference"]) == {0}
    assert set(pieces_identity(month.records)["difference"]) == {0}
    pieces = sum(int(str(row.get("quantity") or 0)) for row in rows)
    assert month.records["quantity"].sum() == pieces


@pytest.mark.parametrize("seed", range(5))
def test_what_was_billed_is_told_once_line_by_line(seed: int) -> None:
    rows = a_month(seed)
    month = closed(*rows)
    billed = sum(int(str(row["amount"])) for row in rows if row["kind"] == "courier_charge")
    again = month.exceptions.filter(pl.col("code").is_in(["billed_twice", "return_freight_twice"]))[
        "at_stake"
    ].sum()
    assert month.goods.freight.select(
        pl.sum_horizontal("billed", "other").sum()
    ).item() + again == (billed)
    told = month.goods.freight.filter(pl.col("expected").is_not_null())
    assert (told["difference"] == told["expected"] - told["billed"]).all()


@pytest.mark.parametrize("seed", range(5))
def test_a_differing_bill_is_open_and_an_agreed_one_is_cleared(seed: int) -> None:
    month = closed(*a_month(seed))
    place = month.records.select("record_id", "place")
    freight = month.goods.freight.join(place, left_on="freight_id", right_on="record_id")
    told = freight.filter(pl.col("charges") > 0).select("status", "place").unique()
    for status, where in told.iter_rows():
        assert where == ("cleared" if status in ("agreed", "unrated") else "open"), status


def test_two_cards_for_one_zone_and_the_newest_counts() -> None:
    old = record("rate_card", "a", 1, 500, type="rate", zone="浙江", fee_type="首重(元)")
    new = {**old, "record_id": "b", "amount": 700, "date": date(2026, 10, 9)}
    for rows in ([old, new], [new, old]):
        frame = pl.DataFrame(rows, schema_overrides={k: v for k, v in RECORDS.items() if k in old})
        assert card_of(as_records(frame), GoodsPolicy()).prices["first"].to_list() == [700]
