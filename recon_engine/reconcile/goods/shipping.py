"""Orders ↔ shipments: was everything shipped, in time, and did it arrive?

An order is judged where its channel has shipments at all: of a channel whose lists are not here
nothing is known.  Its money says nothing about its goods, so the order's own place in the close is
its settlement's; what is wrong with its goods is told beside it.
"""

from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from recon_engine.model.goods import SHIPPING
from recon_engine.model.policy import Policy
from recon_engine.model.records import REFERENCE_SEPARATOR, Kind, Type
from recon_engine.model.results import MATCHES
from recon_engine.reconcile.earlier import SHIPPED
from recon_engine.reconcile.goods.linked import by_number
from recon_engine.reconcile.goods.pieces import pieces
from recon_engine.reconcile.goods.words import spoken
from recon_engine.reconcile.groups import Decided, Groups, together, with_status

NAME, PREFIX = "orders_shipments", "SH"
# Where a parcel is, what matters most first; of several parcels of an order the first is told.
_STATES = ("lost", "returned", "in_transit", "shipped", "signed")
_DIFFERING = ("part", "more")


@dataclass(frozen=True)
class Shipped:
    """Orders and shipments, linked and compared.

    Attributes:
        groups: of the reconciliation.
        table: SHIPPING, ``refunded`` (what the order or its settlement pays back, positive) and
            ``cancelled``.
        alone: ids of shipments that name no order and ought to.
        settled: ids of shipments whose order is known, or that need none.
    """

    groups: Groups
    table: pl.DataFrame
    alone: frozenset[str]
    settled: frozenset[str]


def shipped(
    records: pl.DataFrame, earlier: pl.DataFrame, policy: Policy, decided: Decided, as_of: date
) -> Shipped:
    """Links orders (left) and shipments (right) by the order's id, and compares them.

    Args:
        records: RECORDS of all kinds.
        earlier: EARLIER: orders that an earlier period closed.
        policy: days to ship, the shortest number that is looked for in a text.
        decided: what a person put together and took apart.
        as_of: the day the close is counted on.
    """
    orders = records.filter(pl.col("kind") == Kind.ORDER)
    parcels = records.filter(pl.col("kind") == Kind.SHIPMENT)
    own = decided.groups.of(NAME)
    sides = ((own.without(orders), pl.col("reference")), (own.without(parcels), _order_ids()))
    groups = together([own, by_number(*sides, policy, decided, (NAME, PREFIX))])
    known = groups.members.join(parcels, on="record_id", how="semi")["record_id"]
    needing = _needing(parcels, known, orders)
    late = _of_earlier(needing, earlier)
    alone = needing.filter(~pl.col("record_id").is_in(late))
    free = parcels.filter(~pl.col("record_id").is_in(alone["record_id"].implode()))
    sent_before = earlier.filter(pl.col("state") == SHIPPED)["record_id"].implode()
    asked = orders.filter(
        ~pl.col("record_id").is_in(sent_before)
        | pl.col("record_id").is_in(groups.members["record_id"].implode())
    )
    by_hand = pl.col("match_id").is_in(own.matches["match_id"].implode())
    accepted = pl.when(by_hand).then(pl.lit("accepted")).otherwise("status")
    table = _compared(groups, asked, parcels, alone, records, policy, as_of).with_columns(
        status=accepted
    )
    return Shipped(
        _confirmed(groups, own, table),
        table,
        frozenset(alone["record_id"]),
        frozenset(free["record_id"]),
    )


def _order_ids() -> pl.Expr:
    """What a shipment is known by besides its own parcel's number."""
    ids = pl.col("reference").str.split(REFERENCE_SEPARATOR)
    own = pl.col("waybill").fill_null("")
    return ids.list.set_difference(pl.concat_list(own)).list.join(REFERENCE_SEPARATOR)


def _needing(parcels: pl.DataFrame, known: pl.Series, orders: pl.DataFrame) -> pl.DataFrame:
    """Unlinked shipments of lists that name orders, as others of the same list prove."""
    if orders.is_empty():
        return parcels.clear()
    linked = parcels.filter(pl.col("record_id").is_in(known.implode()))
    lists = linked.select("source_file", "source_sheet").unique()
    others = parcels.filter(~pl.col("record_id").is_in(known.implode()))
    return others.join(lists, on=["source_file", "source_sheet"], how="semi")


def _of_earlier(parcels: pl.DataFrame, earlier: pl.DataFrame) -> list[str]:
    """Shipments of orders that an earlier period closed."""
    past = earlier.filter(pl.col("kind") == Kind.ORDER).select("reference")
    if past.is_empty() or parcels.is_empty():
        return []
    keys = past.select(key=pl.col("reference").str.split(REFERENCE_SEPARATOR)).explode("key")
    named = parcels.select("record_id", key=pl.col("reference").str.split(REFERENCE_SEPARATOR))
    found = named.explode("key").filter(pl.col("key") != "").join(keys, on="key", how="semi")
    return found["record_id"].unique().sort().to_list()


def _compared(
    groups: Groups,
    orders: pl.DataFrame,
    parcels: pl.DataFrame,
    alone: pl.DataFrame,
    records: pl.DataFrame,
    policy: Policy,
    as_of: date,
) -> pl.DataFrame:
    of_group = groups.members.select("record_id", "match_id")
    sent = parcels.join(of_group, on="record_id", how="left", maintain_order="left")
    bought = orders.join(of_group, on="record_id", how="left", maintain_order="left")
    judged = bought.filter(pl.col("match_id").is_not_null())["channel"].unique()
    ours = bought.filter(pl.col("channel").is_in(judged.implode()))
    nameless = pl.col("record_id").is_in(alone["record_id"].implode())
    theirs = sent.filter(pl.col("match_id").is_not_null() | nameless)
    both = _ordered(_in_unit(ours), records).join(
        _sent(_in_unit(theirs)), on="unit", how="full", coalesce=True
    )
    return _told(both, policy, as_of)


def _in_unit(records: pl.DataFrame) -> pl.DataFrame:
    """With ``unit``: the match, else the order by itself, else the parcel or its order's id."""
    number = pl.when(pl.col("kind") == Kind.ORDER).then("record_id").otherwise("reference")
    return records.with_columns(
        unit=pl.coalesce("match_id", pl.when(number != "").then(number), "record_id"),
        match_id=pl.col("match_id").fill_null(""),
    )


def _ordered(orders: pl.DataFrame, records: pl.DataFrame) -> pl.DataFrame:
    """What was bought, a row a unit."""
    paid_back = _refunds(orders, records)
    known = orders.join(paid_back, on="record_id", how="left", maintain_order="left")
    ended = pl.col("type") == Type.CANCELLED
    refunded = pl.max_horizontal(pl.col("refunded").fill_null(0), pl.col("back").fill_null(0))
    counted = pl.col("quantity").is_not_null().all()
    return (
        known.with_columns(refunded=refunded)
        .group_by("unit")
        .agg(
            order_id=pl.col("record_id").min(),
            order_match=pl.col("match_id").max(),
            order_reference=pl.col("reference").min(),
            date=pl.col("date").min(),
            channel=pl.col("channel").min(),
            order_account=pl.col("account").min(),
            ordered=pl.when(counted).then(pl.col("quantity").sum()),
            currency=pl.col("currency").min(),
            amount=pl.col("amount").sum(),
            refunded=pl.col("refunded").sum(),
            cancelled=ended.all(),
            off=(ended | ((pl.col("refunded") >= pl.col("amount")) & (pl.col("amount") > 0))).all(),
        )
    )


def _refunds(orders: pl.DataFrame, records: pl.DataFrame) -> pl.DataFrame:
    """``record_id, back``: what settlement lines pay back of an order, positive."""
    lines = records.filter(
        (pl.col("kind") == Kind.SETTLEMENT_LINE) & (pl.col("type") == Type.REFUND)
    ).select("amount", key=pl.col("reference").str.split(REFERENCE_SEPARATOR))
    keys = orders.select("record_id", key=pl.col("reference").str.split(REFERENCE_SEPARATOR))
    named = keys.explode("key").filter(pl.col("key") != "")
    each = lines.with_row_index("line").explode("key").join(named, on="key")
    paid = each.unique(["line", "record_id"])
    return paid.group_by("record_id").agg(back=-pl.col("amount").sum())


def _sent(parcels: pl.DataFrame) -> pl.DataFrame:
    """What was shipped, a row a unit."""
    state = spoken("state", parcels["state"], "shipped")
    rank = state.replace_strict(_STATES, range(len(_STATES)), return_dtype=pl.Int64)
    held = (
        pieces(parcels)
        .group_by("unit")
        .agg(shipped=pl.when(pl.col("quantity").is_not_null().all()).then(pl.col("quantity").sum()))
    )
    said = pl.col("waybill").fill_null("")
    facts = (
        parcels.with_columns(rank.alias("rank"))
        .group_by("unit")
        .agg(
            parcel_id=pl.col("record_id").min(),
            parcel_match=pl.col("match_id").max(),
            parcel_reference=pl.col("reference").min(),
            parcel_channel=pl.col("channel").min(),
            parcel_account=pl.col("account").min(),
            parcel_currency=pl.col("currency").min(),
            shipped_on=pl.col("date").min(),
            carrier=pl.col("carrier").fill_null("").max(),
            waybill=said.filter(said != "").min().fill_null(""),
            parcels=pl.max_horizontal(said.filter(said != "").n_unique(), 1).cast(pl.Int64),
            rank=pl.col("rank").min(),
        )
    )
    return facts.join(held, on="unit", how="left")


def _told(both: pl.DataFrame, policy: Policy, as_of: date) -> pl.DataFrame:
    """SHIPPING of both sides."""
    sent = pl.col("parcel_id").is_not_null()
    whole = pl.col("ordered").is_null() | pl.col("shipped").is_null() | (pl.col("ordered") <= 0)
    # The pieces' share of the price, half a minor unit rounded up.
    share = (2 * pl.col("amount") * pl.col("shipped") + pl.col("ordered")) // (
        2 * pl.col("ordered")
    )
    worth = pl.when(~sent).then(0).when(whole).then("amount").otherwise(share)
    state = pl.col("rank").replace_strict(range(len(_STATES)), _STATES, default="")
    days = (pl.col("shipped_on") - pl.col("date")).dt.total_days()
    limit = policy.goods.days_to_ship
    known = both.with_columns(
        pl.col("amount", "refunded").fill_null(0),
        pl.col("parcels").fill_null(0),
        pl.col("cancelled", "off").fill_null(value=False),
        days=days,
        late=pl.when(days > limit).then(pl.lit("yes")).otherwise(pl.lit("")),
        state=pl.when(sent).then(state).otherwise(pl.lit("")),
        shipped=pl.when(sent).then("shipped").otherwise(pl.lit(0, pl.Int64)),
        shipped_amount=worth.fill_null(0),
        **{
            name: pl.coalesce(f"order_{name}", f"parcel_{name}", pl.lit(""))
            for name in ("match", "reference", "account")
        },
        shipping_id=pl.coalesce("order_id", "parcel_id"),
        currency=pl.coalesce("currency", "parcel_currency"),
        channel=pl.coalesce("channel", "parcel_channel"),
    ).with_columns(
        match_id="match",
        pieces_off=pl.col("ordered") - pl.col("shipped"),
        difference=pl.col("amount") - pl.col("shipped_amount"),
    )
    told = known.with_columns(
        pl.col("carrier", "waybill").fill_null(""), status=_status(limit, as_of)
    )
    columns = [pl.col(name).cast(dtype) for name, dtype in SHIPPING.items()]
    return told.select(*columns, "refunded", "cancelled").sort(
        "date", "reference", "shipping_id", nulls_last=True
    )


def _status(limit: int, as_of: date) -> pl.Expr:
    """What became of an order's goods, in the order in which it is asked."""
    sent, off = pl.col("parcel_id").is_not_null(), pl.col("pieces_off").fill_null(0)
    in_time = pl.col("date") + pl.duration(days=limit) >= as_of
    paid_back = pl.col("refunded") >= pl.col("difference")
    return (
        pl.when(pl.col("order_id").is_null())
        .then(pl.lit("no_order"))
        .when(~sent & pl.col("off"))
        .then(pl.lit("cancelled"))
        .when(~sent & in_time)
        .then(pl.lit("waits"))
        .when(~sent)
        .then(pl.lit("not_shipped"))
        .when(pl.col("cancelled") & (pl.col("state") != "returned"))
        .then(pl.lit("cancelled_shipped"))
        .when((off > 0) & in_time)
        .then(pl.lit("waits"))
        .when((off > 0) & ~((pl.col("refunded") > 0) & paid_back))
        .then(pl.lit("part"))
        .when(off < 0)
        .then(pl.lit("more"))
        .otherwise(pl.lit("shipped"))
    )


def _confirmed(groups: Groups, own: Groups, table: pl.DataFrame) -> Groups:
    """The groups with what was bought and what of it was shipped; where pieces differ, proposed."""
    told = table.filter(pl.col("match_id") != "").select(
        "match_id",
        unit_currency="currency",
        left="amount",
        right=pl.when(pl.col("status").is_in(_DIFFERING))
        .then("shipped_amount")
        .otherwise("amount"),
        differs=pl.col("status").is_in(_DIFFERING),
    )
    ours = ~pl.col("match_id").is_in(own.matches["match_id"].implode())
    joined = groups.matches.join(told, on="match_id", how="left", maintain_order="left")
    said = pl.format("ids=1;lefts={};rights={}", "left_count", "right_count")
    differs = ours & pl.col("differs")
    matches = joined.with_columns(
        currency=pl.when(ours).then("unit_currency").otherwise("currency"),
        left_amount=pl.when(ours).then("left").otherwise("left_amount"),
        right_amount=pl.when(ours).then("right").otherwise("right_amount"),
        status=pl.when(differs).then(pl.lit("proposed")).otherwise("status"),
        rule=pl.when(differs).then(pl.lit("quantity_differs")).otherwise("rule"),
        evidence=pl.when(ours).then(said).otherwise("evidence"),
    ).with_columns(difference=pl.col("left_amount") - pl.col("right_amount"))
    return with_status(replace(groups, matches=matches.select(list(MATCHES))))
