"""What each order was to bring, what it brought, and how long the rest has been due."""

from datetime import date

import polars as pl

from recon_engine.model.policy import Policy
from recon_engine.model.records import Kind, Type
from recon_engine.model.results import RECEIVABLES
from recon_engine.reconcile.chain import Chain
from recon_engine.reconcile.due import age_bucket, due_date
from recon_engine.reconcile.orders import measure, shared_ids


def receivables(chain: Chain, policy: Policy, as_of: date) -> pl.DataFrame:
    """RECEIVABLES, one row an order, sorted by date and id.

    Args:
        chain: the walked chain.
        policy: due days and ageing bounds.
        as_of: the day on which overdue days are counted.
    """
    orders = chain.records.filter(pl.col("kind") == Kind.ORDER)
    paid = _settled(chain, orders)
    charged = _fees(chain, orders)
    joined = (
        orders.join(paid, on="record_id", how="left")
        .join(charged, on="record_id", how="left")
        .with_columns(
            pl.col("line_sales", "line_refunds", "line_banked", "fees").fill_null(0),
            sold="amount",
            due=due_date(policy.due),
            known=pl.col("refunded").fill_null(0),
        )
    )
    return (
        _aged(_weighed(joined), policy, as_of).select(list(RECEIVABLES)).sort("date", "record_id")
    )


def _settled(chain: Chain, orders: pl.DataFrame) -> pl.DataFrame:
    """Per order: its sale and refund lines, and the part that is proved at the bank.

    A group of several orders is shared out in the proportion of the orders only when it must be:
    an order alone in its group takes the group's lines whole, which is nearly always so.
    """
    members = chain.groups.members.join(
        chain.groups.matches.select("match_id", "rule"), on="match_id"
    ).filter(pl.col("rule") != "nothing_due")
    lines = members.filter(pl.col("side") == "right").join(
        chain.records.select("record_id", "kind", "type", "amount", "gross", "payout_id"),
        on="record_id",
    )
    refund = pl.col("type") == Type.REFUND
    banked = pl.col("payout_id").is_in(_paid_out(chain).implode()) | (
        pl.col("kind") == Kind.STATEMENT_LINE
    )
    sums = lines.group_by("match_id").agg(
        line_sales=measure().filter(~refund).sum(),
        line_refunds=measure().filter(refund).sum(),
        line_banked=measure().filter(banked).sum(),
    )
    owners = members.filter(pl.col("side") == "left").join(
        orders.select("record_id", "amount"), on="record_id"
    )
    return _shared_out(owners.join(sums, on="match_id"))


def _shared_out(owned: pl.DataFrame) -> pl.DataFrame:
    """A group's sums on its orders: each its own amount, the last one what remains."""
    last = pl.col("record_id") == pl.col("record_id").max().over("match_id")
    alone = pl.len().over("match_id") == 1
    whole = pl.col("amount").sum().over("match_id")
    columns = []
    for name in ("line_sales", "line_refunds", "line_banked"):
        part = pl.col(name) * pl.col("amount") // whole
        rest = pl.col(name) - part.filter(~last).sum().over("match_id")
        shared = pl.when(alone | (whole == 0)).then(pl.col(name)).when(last).then(rest)
        columns.append(shared.otherwise(part).alias(name))
    return owned.with_columns(columns).select(
        "record_id", "line_sales", "line_refunds", "line_banked"
    )


def _paid_out(chain: Chain) -> pl.Series:
    return chain.payouts.filter(pl.col("status") == "matched")["payout_id"]


def _fees(chain: Chain, orders: pl.DataFrame) -> pl.DataFrame:
    """Per order: fee lines that carry its id, and fees kept back on its own lines, signed."""
    lines = chain.records.filter(pl.col("kind") == Kind.SETTLEMENT_LINE)
    is_fee = pl.col("type").is_in([Type.COMMISSION, Type.FEE])
    kept = lines.select(
        "record_id",
        fees=pl.when(is_fee).then("amount").otherwise(pl.col("fee").fill_null(0)),
    ).filter(pl.col("fees") != 0)
    owners = shared_ids(orders, lines.join(kept, on="record_id", how="semi"))
    return owners.join(kept, on="record_id").group_by(record_id="owner").agg(pl.col("fees").sum())


def _weighed(orders: pl.DataFrame) -> pl.DataFrame:
    """Expected, settled and outstanding.

    Refunds that came off before the settlement show in a smaller sale; those after it as lines.
    """
    cancelled = pl.col("type") == Type.CANCELLED
    refunded = -pl.max_horizontal(pl.col("known"), -pl.col("line_refunds"))
    expected = pl.when(cancelled).then(0).otherwise(pl.col("sold") + refunded)
    settled = pl.col("line_sales") + pl.col("line_refunds")
    return orders.with_columns(
        refunded=pl.when(cancelled).then(-pl.col("sold")).otherwise(refunded),
        expected=expected,
        settled=settled,
        banked=pl.col("line_banked"),
        outstanding=expected - settled,
    )


def _aged(orders: pl.DataFrame, policy: Policy, as_of: date) -> pl.DataFrame:
    owed = pl.col("outstanding") != 0
    late = (pl.lit(as_of) - pl.col("due")).dt.total_days().clip(0)
    overdue = pl.when(owed).then(late).otherwise(0)
    status = (
        pl.when(~owed)
        .then(
            pl.when(pl.col("type") == Type.CANCELLED)
            .then(pl.lit("cancelled"))
            .otherwise(pl.lit("settled"))
        )
        .when(pl.col("outstanding").sign() != pl.col("expected").sign())
        .then(pl.lit("over_settled"))
        .when(pl.col("settled") == 0)
        .then(pl.lit("unpaid"))
        .otherwise(pl.lit("part_settled"))
    )
    bucket = age_bucket(pl.col("overdue_days"), policy.ageing.bounds_days)
    return orders.with_columns(overdue_days=overdue).with_columns(
        bucket=pl.when(owed).then(bucket).otherwise(pl.lit("settled")), status=status
    )
