"""Exceptions of orders' goods and of returns: not shipped, late, lost, not paid back."""

from collections.abc import Iterator
from datetime import date

import polars as pl

from recon_engine.model.goods_policy import GoodsPolicy
from recon_engine.model.reasons import Reason
from recon_engine.model.records import REFERENCE_SEPARATOR
from recon_engine.reconcile.goods.returned import Returned
from recon_engine.reconcile.goods.shipping import Shipped
from recon_engine.reconcile.goods.told import as_told

_OF_STATUS = {
    "not_shipped": Reason.ORDER_NOT_SHIPPED,
    "part": Reason.QUANTITY_DIFFERS,
    "more": Reason.QUANTITY_DIFFERS,
    "cancelled_shipped": Reason.CANCELLED_SHIPPED,
}
_OF_RETURN = {
    "no_parcel": Reason.REFUND_WITHOUT_PARCEL,
    "no_refund": Reason.PARCEL_WITHOUT_REFUND,
    "waits": Reason.RETURN_UNDERWAY,
}


def orders_told(found: Shipped, back: Returned, policy: GoodsPolicy, as_of: date) -> pl.DataFrame:
    """TOLD of orders and their shipments.

    Args:
        found: orders and shipments, compared.
        back: returns: a parcel that they know of is told there.
        policy: days in transit.
        as_of: the day the close is counted on.
    """
    return as_told(_of_orders(found, back, policy, as_of))


def _of_orders(
    found: Shipped, back: Returned, policy: GoodsPolicy, as_of: date
) -> Iterator[pl.DataFrame]:
    table = found.table
    parcels = found.groups.members.filter(pl.col("side") == "right")
    named = parcels.group_by("match_id").agg(candidate=pl.col("record_id").sort().str.join(" "))
    known = table.join(named, on="match_id", how="left").with_columns(
        record_id="shipping_id", stake_currency="currency"
    )
    differing = known.filter(pl.col("status").is_in(list(_OF_STATUS)))
    off = pl.col("status").is_in(["part", "more"])
    # A proposal is shown by what it would clear; what is not shipped has none.
    yield differing.select(
        "record_id", "stake_currency", "candidate", "match_id",
        code=pl.col("status").replace_strict({k: str(v) for k, v in _OF_STATUS.items()}),
        at_stake=pl.when(off).then(pl.col("difference").abs()).otherwise(_unpaid_back()),
        candidate_date="shipped_on",
        candidate_amount=pl.when(off).then("shipped_amount"),
        difference=pl.when(off).then("difference"),
        evidence=pl.when(off).then(_pieces()).otherwise(pl.lit("")),
    )  # fmt: skip
    sent = known.filter((pl.col("state") != "") & (pl.col("status") != "no_order"))
    yield _said(sent.filter(pl.col("state") == "lost"), Reason.PARCEL_LOST)
    away = (pl.lit(as_of) - pl.col("shipped_on")).dt.total_days() > policy.days_in_transit
    yield _said(sent.filter((pl.col("state") == "in_transit") & away), Reason.IN_TRANSIT_LONG)
    late = _said(sent.filter(pl.col("late") == "yes"), Reason.SHIPPED_LATE)
    days = sent.select("record_id", evidence=pl.format("shipped_after={}", "days"))
    # The money came, or waits, as it would have; what a platform takes for it is told by its lines.
    yield late.drop("at_stake").join(days, on="record_id").with_columns(at_stake=pl.lit(0))
    sent_back = sent.filter(
        (pl.col("state") == "returned") & (pl.col("refunded") == 0) & (pl.col("amount") > 0)
        & ~pl.col("cancelled")
    )  # fmt: skip
    yield _said(_unknown_to(sent_back, back), Reason.PARCEL_WITHOUT_REFUND)
    alone = pl.DataFrame({"record_id": sorted(found.alone)}, schema={"record_id": pl.String()})
    yield alone.with_columns(
        code=pl.lit(str(Reason.SHIPMENT_WITHOUT_ORDER)),
        at_stake=pl.lit(0),
        stake_currency=pl.lit(""),
    )


def _unpaid_back() -> pl.Expr:
    return pl.max_horizontal(pl.col("amount") - pl.col("refunded"), pl.lit(0, pl.Int64))


def _pieces() -> pl.Expr:
    return pl.format("ordered={};shipped={}", "ordered", "shipped")


def _said(rows: pl.DataFrame, code: Reason) -> pl.DataFrame:
    return rows.select(
        "record_id", "stake_currency", code=pl.lit(str(code)), at_stake=_unpaid_back()
    )


def _unknown_to(orders: pl.DataFrame, back: Returned) -> pl.DataFrame:
    """The orders that no return names, by their id or by the parcel's number."""
    ids = back.table.select(key=pl.col("reference").str.split(REFERENCE_SEPARATOR)).explode("key")
    keys = pl.concat([ids, back.table.select(key="waybill")]).filter(pl.col("key") != "")
    named = orders.select("record_id", key=pl.col("reference").str.split(REFERENCE_SEPARATOR))
    own = pl.concat([named.explode("key"), orders.select("record_id", key="waybill")])
    known = own.join(keys, on="key", how="semi")["record_id"]
    return orders.filter(~pl.col("record_id").is_in(known.implode()))


def returns_told(back: Returned, let_go: frozenset[str]) -> pl.DataFrame:
    """TOLD of returns.

    Args:
        back: refunds and parcels, compared.
        let_go: ids of what was written off.
    """
    open_ones = back.table.filter(
        pl.col("status").is_in(list(_OF_RETURN)) & ~pl.col("returned_id").is_in(let_go)
    )
    told = open_ones.select(
        "match_id",
        record_id="returned_id",
        code=pl.col("status").replace_strict({k: str(v) for k, v in _OF_RETURN.items()}),
        at_stake=pl.when(pl.col("status") == "no_refund")
        .then("worth")
        .otherwise(pl.col("refund").abs()),
        stake_currency="currency",
    )
    return as_told([told])
