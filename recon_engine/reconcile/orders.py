"""Orders ↔ settlement lines: was every order settled, at the price it was sold for?

What the buyer paid appears on the platform's account as one line or several (price, freight, tax,
the platform's subsidy), so sums of several sets of line types are tried, the fullest first.  A
refund before the settlement shows only as a smaller sale; one after it as a line of its own, which
joins its order's group and explains its difference.
"""

from collections.abc import Collection, Iterator
from dataclasses import replace

import polars as pl

from recon_engine.match import ORDER_PASSES, match_items
from recon_engine.match.passes import proposals
from recon_engine.model.policy import Policy
from recon_engine.model.records import REFERENCE_SEPARATOR, Kind, Type
from recon_engine.reconcile.groups import (
    Decided,
    Groups,
    named,
    one_sided,
    together,
    with_status,
)
from recon_engine.reconcile.items import as_items, settling_channel

NAME = "orders_settlement"
_NEVER = -1  # days: no two lines are so near
# What a buyer's money may consist of on a platform's account, the fullest reading first.
MEASURES: tuple[tuple[Type, ...], ...] = (
    (Type.SALE, Type.FREIGHT, Type.TAX, Type.SUBSIDY),
    (Type.SALE, Type.FREIGHT),
    (Type.SALE,),
)


def reconcile(records: pl.DataFrame, policy: Policy, decided: Decided) -> Groups:
    """Groups of orders (left) and settlement lines (right), channel by channel.

    Args:
        records: RECORDS of all kinds.
        policy: windows and how channels belong together.
        decided: what a person put together and took apart.
    """
    orders = records.filter(pl.col("kind") == Kind.ORDER).with_columns(
        channel=settling_channel(policy.channels)
    )
    lines = records.filter(pl.col("kind") == Kind.SETTLEMENT_LINE)
    free = decided.free(lines)
    # A later refund of an order explains itself, whoever matched the order.
    own = _with_refunds(decided.groups.of(NAME), orders, free, decided.bans)
    joined = own.members["record_id"].implode()
    rest = free.filter(~pl.col("record_id").is_in(joined))
    return together([own, *_by_channel(decided.free(orders), rest, policy, decided)])


def _by_channel(
    orders: pl.DataFrame, lines: pl.DataFrame, policy: Policy, decided: Decided
) -> Iterator[Groups]:
    """Orders of a channel meet its lines; orders of an unnamed channel meet what is left."""
    taken: list[str] = []
    for channel in sorted(orders["channel"].unique(), key=lambda name: (name == "", name)):
        ours = orders.filter(pl.col("channel") == channel)
        theirs = lines.filter((pl.col("channel") == channel) | pl.lit(channel == ""))
        groups = _channel(ours, theirs.filter(~pl.col("record_id").is_in(taken)), policy, decided)
        taken += groups.members.filter(pl.col("side") == "right")["record_id"].to_list()
        yield groups


def _channel(orders: pl.DataFrame, lines: pl.DataFrame, policy: Policy, decided: Decided) -> Groups:
    measures = _measures(lines)
    refunded = orders.filter(_net() != _sold())
    groups = [together([])]
    for types in measures:
        groups.append(_attempt(orders, lines, groups, _sold(), types, policy, decided))
    whole = orders.filter((_net() == 0) & ~pl.col("record_id").is_in(decided.alone))
    nothing_due = _open(whole, groups)
    groups.append(one_sided(nothing_due, "left", NAME, "nothing_due", "OS"))
    for types in measures:
        groups.append(_attempt(refunded, lines, groups, _net(), types, policy, decided))
    # What is still open is shown with its difference, by the fullest reading.
    groups.append(
        _attempt(orders, lines, groups, _net(), MEASURES[0], policy, decided, propose=True)
    )
    return _with_refunds(together(groups), orders, lines, decided.bans)


def _measures(lines: pl.DataFrame) -> list[frozenset[str]]:
    """The readings that differ on these lines, the fullest first."""
    present = set(lines["type"].unique())
    return list(dict.fromkeys(frozenset(present.intersection(types)) for types in MEASURES))


def measure() -> pl.Expr:
    """What a line says of its order: its amount before the fee kept back on it.

    A tax counts whole: what is collected in one line is withheld in another, whichever column.
    """
    gross = pl.coalesce("gross", "amount")
    return pl.when(pl.col("type") == Type.TAX).then("amount").otherwise(gross)


def _sold() -> pl.Expr:
    return pl.col("amount")


def _net() -> pl.Expr:
    """What is to be settled if the refunds known to the order came off before the settlement."""
    cancelled = pl.col("type") == Type.CANCELLED
    net = pl.col("amount") - pl.col("refunded").fill_null(0)
    return pl.when(cancelled).then(pl.lit(0, pl.Int64)).otherwise(net)


def _open(records: pl.DataFrame, groups: list[Groups]) -> pl.DataFrame:
    taken = pl.concat([g.members.select("record_id") for g in groups])
    return records.join(taken, on="record_id", how="anti")


def _attempt(
    orders: pl.DataFrame,
    lines: pl.DataFrame,
    earlier: list[Groups],
    amount: pl.Expr,
    types: Collection[str],
    policy: Policy,
    decided: Decided,
    *,
    propose: bool = False,
) -> Groups:
    """One run of the matcher over what is open; only the last one proposes."""
    orders, lines = _open(orders, earlier), _open(lines, earlier)
    measured = lines.filter(pl.col("type").is_in(list(types)))
    # The payout a line belongs to says nothing about its order.
    items = as_items(measured, measure()).with_columns(group=pl.lit(""))
    # A platform's own line that repeats another is a line; only bank rows come twice by accident.
    own = replace(policy, match=replace(policy.match, copy_days_max=_NEVER))
    passes = (*ORDER_PASSES, proposals.by_reference) if propose else ORDER_PASSES
    return named(
        match_items(as_items(orders, amount), items, own, passes, bans=decided.bans), NAME, "OS"
    )


def _with_refunds(
    groups: Groups, orders: pl.DataFrame, lines: pl.DataFrame, bans: pl.DataFrame
) -> Groups:
    """Refund lines join the group of the order whose id they carry, and explain its difference.

    A group whose order knows of more refunds than were paid out is no longer sure: it becomes a
    proposal that shows what is missing.
    """
    refunds = lines.filter(pl.col("type") == Type.REFUND)
    grouped = groups.members.filter(pl.col("side") == "left")
    joined = (
        shared_ids(orders, refunds)
        .join(bans, left_on=["owner", "record_id"], right_on=["left_id", "right_id"], how="anti")
        .join(grouped.select("match_id", owner="record_id"), on="owner")
        .join(refunds.select("record_id", paid=measure()), on="record_id")
    )
    paid = joined.group_by("match_id").agg(pl.col("paid").sum(), count=pl.len().cast(pl.Int64))
    known = _known_refunds(groups, orders)
    matches = (
        groups.matches.join(paid, on="match_id", how="left")
        .join(known, on="match_id", how="left")
        .with_columns(pl.col("paid", "count", "known").fill_null(0))
    )
    members = joined.select(
        "match_id", side=pl.lit("right"), record_id="record_id", status=pl.lit("confirmed")
    )
    return with_status(Groups(_refunded(matches), pl.concat([groups.members, members])))


def _refunded(matches: pl.DataFrame) -> pl.DataFrame:
    """Groups with their refund lines added up, and with what their orders know of refunds."""
    settled_whole = pl.col("left_amount") == pl.col("sold")
    # Refunds that came off before the settlement need no line of their own.
    missing = pl.when(settled_whole).then(pl.col("known") + pl.col("paid")).otherwise(0)
    # What a person decided stays so.
    owed = (missing > 0) & ~pl.col("rule").is_in(["nothing_due", "decision"])
    right = pl.col("right_amount") + pl.col("paid")
    return matches.with_columns(
        right_count=pl.col("right_count") + pl.col("count"),
        right_amount=right,
        difference=pl.col("left_amount") - right,
        explained=pl.col("explained") - pl.col("paid"),
        status=pl.when(owed).then(pl.lit("proposed")).otherwise("status"),
        rule=pl.when(owed).then(pl.lit("refund_missing")).otherwise("rule"),
        evidence=pl.when(missing > 0)
        .then(pl.format("{};refund_missing_minor={}", "evidence", missing))
        .when(pl.col("count") > 0)
        .then(pl.format("{};refunds={}", "evidence", "count"))
        .otherwise("evidence"),
    ).drop("paid", "count", "known", "sold")


def _known_refunds(groups: Groups, orders: pl.DataFrame) -> pl.DataFrame:
    ours = groups.members.filter(pl.col("side") == "left").join(orders, on="record_id")
    return ours.group_by("match_id").agg(
        known=pl.col("refunded").fill_null(0).sum(), sold=pl.col("amount").sum()
    )


def shared_ids(orders: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    """``record_id, owner``: for each line that carries an order's id, that order.

    Args:
        orders: RECORDS of orders.
        lines: RECORDS of settlement lines.
    """
    known = _keys(orders).unique("key", keep="first", maintain_order=True)
    return (
        _keys(lines)
        .join(known.rename({"record_id": "owner"}), on="key", maintain_order="left")
        .unique("record_id", keep="first", maintain_order=True)
        .select("record_id", "owner")
    )


def _keys(records: pl.DataFrame) -> pl.DataFrame:
    """``record_id, key``: every reference of every record."""
    return (
        records.select("record_id", key=pl.col("reference").str.split(REFERENCE_SEPARATOR))
        .explode("key")
        .filter(pl.col("key") != "")
    )
