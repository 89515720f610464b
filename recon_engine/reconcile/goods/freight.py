"""Parcels ↔ couriers' bills: what each parcel was billed beside what the rate card says.

A parcel's own weight is what the seller's scales say, else what its goods weigh by the master data;
where neither is known the billed weight is taken and only the price is held to the card.  The same
with zones: the seller's postcodes or address first, then the bill's own.
"""

from dataclasses import dataclass
from datetime import date

import polars as pl

from recon_engine.model.goods import FREIGHT
from recon_engine.model.goods_policy import GoodsPolicy
from recon_engine.model.records import Kind
from recon_engine.reconcile.goods.billed import ADJUSTMENT, BOTH
from recon_engine.reconcile.goods.pieces import pieces, weight_by_scales, weight_of_goods
from recon_engine.reconcile.goods.rates import (
    FORWARD,
    RETURN,
    Card,
    on_card,
    on_carrier,
    priced,
    zone_key,
)

_FREIGHT_LEGS = (FORWARD, RETURN, BOTH, ADJUSTMENT)


@dataclass(frozen=True)
class Units:
    """What is compared together: a parcel, or an order where nothing names its parcels.

    Attributes:
        goods: RECORDS of shipments and returns, with ``unit`` and ``match_id``.
        charges: RECORDS of bills' lines with ``unit``, ``match_id``, ``leg``, ``pair``; none that
            repeats another.
        by_hand: ids of the matches that a person made: as billed, whatever the card says.
    """

    goods: pl.DataFrame
    charges: pl.DataFrame
    by_hand: frozenset[str] = frozenset()


def compared(units: Units, card: Card, policy: GoodsPolicy, as_of: date) -> pl.DataFrame:
    """FREIGHT, what it follows from and what it is for, a row a unit.

    ``by_weight`` and ``by_zone`` are the prices with only that figure as billed, ``way_back`` says
    that nothing but a return was billed.

    Args:
        units: goods and what they were billed.
        card: the rates; the bill alone is looked at where there are none.
        policy: days, slabs and rounding.
        as_of: the day the close is counted on.
    """
    both = _held(units.goods, card).join(_billed(units.charges), on="unit", how="full",
                                         coalesce=True)  # fmt: skip
    known = _by_the_card(both, card)
    whole = known.with_columns(
        expected=_price(known, card, "zone", "weight_g")["price"],
        slab_g=_price(known, card, "zone", "weight_g")["price_g"],
        slab_billed_g=_price(known, card, "billed_key", "weight_billed_g")["price_g"],
        by_weight=_price(known, card, "zone", "weight_billed_g")["price"],
        by_zone=_price(known, card, "billed_key", "weight_g")["price"],
    ).with_columns(difference=pl.col("expected") - pl.col("billed"))
    told = whole.with_columns(status=_status(policy, as_of, units.by_hand))
    # What comes back is often paid by whoever sends it.
    told = told.filter((pl.col("charges") > 0) | ~pl.col("only_returns"))
    extra = ("unit", "by_weight", "by_zone", "way_back")
    return told.select(*FREIGHT, *extra).sort("date", "waybill", "freight_id", nulls_last=True)


def _held(goods: pl.DataFrame, card: Card) -> pl.DataFrame:
    """What the seller knows of each unit."""
    held = pieces(goods)
    facts = goods.group_by("unit").agg(
        own_id=pl.col("record_id").min(),
        only_returns=(pl.col("kind") == Kind.RETURN).all(),
        own_match=pl.col("match_id").max(),
        own_waybill=_first("waybill"),
        own_reference=_first("reference"),
        own_carrier=_first("carrier"),
        own_account=_first("account"),
        own_zone=_first("zone"),
        own_currency=_first("currency"),
        sent=pl.col("date").min(),
    )
    counted = held.group_by("unit").agg(
        pieces=pl.when(pl.col("quantity").is_not_null().all()).then(pl.col("quantity").sum())
    )
    return (
        facts.join(counted, on="unit", how="left")
        .join(weight_of_goods(held, card.weights), on="unit", how="left")
        .join(weight_by_scales(goods), on="unit", how="left")
    )


def _first(column: str) -> pl.Expr:
    """The smallest of the texts that are there: the same whatever the order of rows."""
    said = pl.col(column).fill_null("")
    return said.filter(said != "").min().fill_null("")


def _billed(charges: pl.DataFrame) -> pl.DataFrame:
    """What the bills say of each unit."""
    freight = pl.col("leg").is_in(_FREIGHT_LEGS)
    goes = [pl.col("leg").is_in([way, BOTH]).any() for way in (FORWARD, RETURN)]
    return charges.group_by("unit").agg(
        charge_id=pl.col("record_id").min(),
        charge_match=pl.col("match_id").max(),
        charge_waybill=_first("waybill"),
        charge_reference=_first("reference"),
        charge_carrier=_first("carrier"),
        charge_account=_first("account"),
        zone_billed=_first("zone"),
        pair=_first("pair"),
        billed_on=pl.col("date").min(),
        charge_currency=_first("currency"),
        charges=pl.len().cast(pl.Int64),
        billed=pl.col("amount").filter(freight).sum(),
        other=pl.col("amount").filter(~freight).sum(),
        weight_billed_g=pl.col("weight_g").filter(freight).max(),
        goes=goes[0],
        comes=goes[1],
        parcels=pl.col("waybill").filter(freight).n_unique(),
    )


def _by_the_card(both: pl.DataFrame, card: Card) -> pl.DataFrame:
    """Own and billed figures side by side, zones and carriers as the card writes them."""
    zones, carriers = card.prices["zone"], card.prices["carrier"]
    known = both.with_columns(
        pl.col("goes", "comes", "only_returns").fill_null(value=False),
        pl.col("billed", "other", "charges", "parcels").fill_null(0),
        *(pl.col(name).fill_null("") for name in ("own_zone", "zone_billed", "pair")),
    ).join(card.zones.rename({"zone": "pair_zone"}), on="pair", how="left")
    plain = known.with_columns(
        own_key=on_card(known.select(zone_key("own_zone")).to_series(), zones),
        billed_key=on_card(known.select(zone_key("zone_billed")).to_series(), zones),
    )
    priced_in = card.prices["currency"].unique()
    # A list of parcels names no currency; theirs is the card's.
    only = pl.lit(priced_in[0] if priced_in.len() == 1 else None, pl.String)
    zone = pl.coalesce("pair_zone", _told("own_key"), _told("billed_key"), pl.lit(""))
    weight = pl.coalesce("scales_g", "goods_g")
    carrier = pl.coalesce(_told("charge_carrier"), _told("own_carrier"), pl.lit(""))
    leg = (
        pl.when(pl.col("goes") & pl.col("comes"))
        .then(pl.lit(BOTH))
        .when(pl.col("comes"))
        .then(pl.lit(RETURN))
        .otherwise(pl.lit(FORWARD))
    )
    told = plain.with_columns(
        zone=zone,
        own_g=weight,
        weight_g=pl.coalesce(weight, "weight_billed_g"),
        carrier=carrier,
        leg=leg,
        freight_id=pl.coalesce("charge_id", "own_id"),
        match_id=pl.coalesce(_told("charge_match"), _told("own_match"), pl.lit("")),
        waybill=pl.coalesce(_told("charge_waybill"), _told("own_waybill"), pl.lit("")),
        reference=pl.coalesce(_told("own_reference"), _told("charge_reference"), pl.lit("")),
        account=pl.coalesce(_told("own_account"), _told("charge_account"), pl.lit("")),
        date=pl.coalesce("sent", "billed_on"),
        currency=pl.coalesce(_told("charge_currency"), only, _told("own_currency"), pl.lit("")),
    )
    return told.with_columns(
        card_carrier=on_carrier(told["carrier"], carriers),
        way_back=pl.col("only_returns") | (pl.col("leg") == RETURN),
    )


def _told(column: str) -> pl.Expr:
    return pl.when(pl.col(column) != "").then(pl.col(column))


def _price(known: pl.DataFrame, card: Card, zone: str, weight: str) -> pl.DataFrame:
    """Price and slabs of each unit's ways together; null where the card does not say all of it."""
    asked = known.select(carrier="card_carrier", zone=zone, currency="currency", weight_g=weight)
    forward, back = (priced(asked, card, way) for way in (FORWARD, RETURN))
    both = known.select(
        "goes", "comes", "parcels", "charges",
        there=forward["price"], back=back["price"], there_g=forward["price_g"],
        back_g=back["price_g"],
    )  # fmt: skip
    unbilled = pl.col("charges") == 0
    nothing = pl.lit(0, pl.Int64)
    there = pl.when(pl.col("goes") | unbilled).then("there").otherwise(nothing)
    back_ = pl.when(pl.col("comes")).then("back").otherwise(nothing)
    rated = (pl.col("goes") | pl.col("comes") | unbilled) & (pl.col("parcels") <= 1)
    return both.select(
        price=pl.when(rated).then(there + back_), price_g=pl.coalesce("there_g", "back_g")
    )


def _status(policy: GoodsPolicy, as_of: date, by_hand: frozenset[str]) -> pl.Expr:
    """What became of a unit, in the order in which it is asked."""
    off, allowed = pl.col("difference"), policy.rounding_minor
    waits = pl.col("date") + pl.duration(days=policy.days_to_bill) > as_of
    return (
        pl.when(pl.col("match_id").is_in(sorted(by_hand)))
        .then(pl.lit("accepted"))
        .when(pl.col("own_id").is_null())
        .then(pl.lit("not_shipped"))
        .when((pl.col("charges") == 0) & waits)
        .then(pl.lit("not_billed_yet"))
        .when(pl.col("charges") == 0)
        .then(pl.lit("not_billed"))
        .when(off.is_null())
        .then(pl.lit("unrated"))
        .when(off < -allowed)
        .then(pl.lit("over"))
        .when(off > allowed)
        .then(pl.lit("under"))
        .otherwise(pl.lit("agreed"))
    )
