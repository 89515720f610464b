"""Returns ↔ refunds and parcels: did the goods come back that were paid for, and were they paid?

A seller's system tells of refunds, the warehouse of parcels; both are records of the kind
``return`` and meet by the return's number or the parcel's.  A refund without goods to come back is
none's fault, and neither is an exchange.
"""

from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from recon_engine.model.goods import RETURNED
from recon_engine.model.policy import Policy
from recon_engine.model.records import REFERENCE_SEPARATOR, Kind
from recon_engine.model.results import MATCHES
from recon_engine.reconcile.goods.linked import by_number
from recon_engine.reconcile.goods.words import spoken
from recon_engine.reconcile.groups import Decided, Groups, together, with_status

NAME, PREFIX = "returns_parcels", "RP"
SETTLED = ("agreed", "exchange", "money_only")


@dataclass(frozen=True)
class Returned:
    """Refunds and parcels that came back, linked and compared.

    Attributes:
        groups: of the reconciliation.
        table: RETURNED and ``unit``, ``worth`` (what the order of a parcel without a refund cost).
        units: ``record_id, unit`` of every return.
    """

    groups: Groups
    table: pl.DataFrame
    units: pl.DataFrame


def returned(
    records: pl.DataFrame,
    shipping: pl.DataFrame,
    freight: pl.DataFrame,
    policy: Policy,
    decided: Decided,
    as_of: date,
) -> Returned:
    """Links refunds (left) and parcels (right) and compares them.

    Args:
        records: RECORDS of all kinds.
        shipping: SHIPPING and ``refunded``, by which a parcel sent back leads to its order.
        freight: FREIGHT and ``way_back``, for what the way back was billed.
        policy: days between a refund and its parcel.
        decided: what a person put together and took apart.
        as_of: the day the close is counted on.
    """
    returns = records.filter(pl.col("kind") == Kind.RETURN)
    # A list of parcels has no column for money and none for what kind of return it is.
    is_parcel = (pl.col("amount") == 0) & (pl.col("fee_type").fill_null("") == "")
    own = decided.groups.of(NAME)
    refunds, parcels = returns.filter(~is_parcel), returns.filter(is_parcel)
    ids = pl.col("reference")
    sides = ((own.without(refunds), ids), (own.without(parcels), ids))
    groups = together([own, by_number(*sides, policy, decided, (NAME, PREFIX))])
    of_group = groups.members.select("record_id", "match_id")
    every = returns.with_columns(is_parcel=is_parcel).join(of_group, on="record_id", how="left")
    united = every.with_columns(
        unit=pl.coalesce("match_id", "record_id"), match_id=pl.col("match_id").fill_null("")
    )
    table = _told(_compared(united), shipping, freight, policy, as_of)
    units = united.select("record_id", "unit")
    return Returned(_confirmed(groups, own, table), table, units)


def _compared(returns: pl.DataFrame) -> pl.DataFrame:
    """One row a unit: what was paid back, and what came."""
    meant = spoken("returned", returns["fee_type"], "goods")
    came = spoken("received", returns["state"])
    known = returns.with_columns(meant.alias("meant"), came.alias("came"))
    refund = ~pl.col("is_parcel")
    number = pl.col("waybill").fill_null("")
    return known.group_by("unit").agg(
        returned_id=pl.coalesce(
            pl.col("record_id").filter(refund).min(), pl.col("record_id").min()
        ),
        match_id=pl.col("match_id").max(),
        reference=pl.coalesce(pl.col("reference").filter(refund).min(), pl.col("reference").min()),
        date=pl.coalesce(pl.col("date").filter(refund).min(), pl.col("date").min()),
        channel=pl.col("channel").min(),
        account=pl.col("account").max(),
        carrier=pl.col("carrier").fill_null("").max(),
        waybill=number.filter(number != "").min().fill_null(""),
        has_refund=refund.any(),
        has_parcel=pl.col("is_parcel").any(),
        restocked=(refund & (pl.col("came") == "yes")).any(),
        arrived_on=pl.col("date").filter(pl.col("is_parcel")).min(),
        pieces=pl.col("quantity").sum(),
        counted=pl.col("quantity").is_not_null().any(),
        currency=pl.coalesce(pl.col("currency").filter(refund).min(), pl.col("currency").min()),
        refund=pl.col("amount").sum(),
        exchange=(refund & (pl.col("meant") == "exchange")).any(),
        money_only=(refund & (pl.col("meant") == "money_only")).any(),
    )


def _told(
    units: pl.DataFrame,
    shipping: pl.DataFrame,
    freight: pl.DataFrame,
    policy: Policy,
    as_of: date,
) -> pl.DataFrame:
    """RETURNED, with the order that a parcel leads to."""
    back = (
        freight.filter("way_back")
        .group_by("waybill")
        .agg(freight=pl.col("billed").sum(), billed_in=pl.col("currency").min())
    )
    orders = _orders_of(units, shipping)
    known = (
        units.join(back.filter(pl.col("waybill") != ""), on="waybill", how="left")
        .join(orders, on="unit", how="left")
        .with_columns(
            pl.col("freight", "worth", "order_refunded").fill_null(0),
            arrived=pl.col("has_parcel") | pl.col("restocked"),
            pieces=pl.when("counted").then("pieces"),
        )
    )
    waits = pl.col("date") + pl.duration(days=policy.goods.days_to_return) > as_of
    paid = (pl.col("refund") != 0) | (pl.col("order_refunded") != 0)
    status = (
        pl.when("exchange")
        .then(pl.lit("exchange"))
        .when(pl.col("money_only") & ~pl.col("has_parcel"))
        .then(pl.lit("money_only"))
        .when(pl.col("arrived") & paid)
        .then(pl.lit("agreed"))
        .when(waits)
        .then(pl.lit("waits"))
        .when(pl.col("arrived"))
        .then(pl.lit("no_refund"))
        .when(pl.col("refund") == 0)
        .then(pl.lit("waits"))  # neither paid nor here yet
        .otherwise(pl.lit("no_parcel"))
    )
    told = known.with_columns(
        status=status,
        arrived=pl.when("arrived").then(pl.lit("yes")).otherwise(pl.lit("")),
        freight=pl.when(pl.col("billed_in") == pl.col("currency")).then("freight"),
    )
    columns = [pl.col(name).cast(dtype) for name, dtype in RETURNED.items()]
    return told.select(*columns, "unit", "worth").sort(
        "date", "reference", "returned_id", nulls_last=True
    )


def _orders_of(units: pl.DataFrame, shipping: pl.DataFrame) -> pl.DataFrame:
    """``unit, worth, order_refunded``: the order that a return names, or whose parcel came back."""
    named = units.select("unit", key=pl.col("reference").str.split(REFERENCE_SEPARATOR))
    keys = pl.concat([named.explode("key"), units.select("unit", key="waybill")]).unique()
    by_order = shipping.select(
        "shipping_id", "amount", "refunded", key=pl.col("reference").str.split(REFERENCE_SEPARATOR)
    ).explode("key")
    by_parcel = shipping.select("shipping_id", "amount", "refunded", key="waybill")
    known = pl.concat([by_order, by_parcel]).filter(pl.col("key") != "")
    found = keys.join(known, on="key").unique(["unit", "shipping_id"])
    return found.group_by("unit").agg(
        worth=pl.col("amount").sum(), order_refunded=pl.col("refunded").sum()
    )


def _confirmed(groups: Groups, own: Groups, table: pl.DataFrame) -> Groups:
    """The groups with the refund on both sides: the goods that came are what it was paid for."""
    told = table.filter(pl.col("match_id") != "").select(
        "match_id",
        unit_currency="currency",
        refund="refund",
        settled=pl.col("status").is_in(SETTLED),
    )
    ours = ~pl.col("match_id").is_in(own.matches["match_id"].implode())
    joined = groups.matches.join(told, on="match_id", how="left", maintain_order="left")
    said = pl.format("ids=1;lefts={};rights={}", "left_count", "right_count")
    waits = ours & ~pl.col("settled")
    matches = joined.with_columns(
        currency=pl.when(ours).then("unit_currency").otherwise("currency"),
        left_amount=pl.when(ours).then("refund").otherwise("left_amount"),
        right_amount=pl.when(ours).then("refund").otherwise("right_amount"),
        status=pl.when(waits).then(pl.lit("proposed")).otherwise("status"),
        evidence=pl.when(ours).then(said).otherwise("evidence"),
    ).with_columns(difference=pl.col("left_amount") - pl.col("right_amount"))
    return with_status(replace(groups, matches=matches.select(list(MATCHES))))
