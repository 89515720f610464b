"""What each order was to bring, what it brought, and how long the rest has been due."""

from datetime import date

import polars as pl

from recon_engine.model.policy import Policy
from recon_engine.model.records import Kind, Type
from recon_engine.model.results import RECEIVABLES
from recon_engine.reconcile.chain import Chain
from recon_engine.reconcile.due import age_bucket, due_date
from recon_engine.reconcile.orders import measure
from recon_engine.reconcile.terms import FEE_TERMS

_SUMS = ("line_sales", "line_refunds", "line_banked")


def receivables(chain: Chain, terms: pl.DataFrame, policy: Policy, as_of: date) -> pl.DataFrame:
    """RECEIVABLES, one row an order, sorted by date and id.

    Args:
        chain: the walked chain.
        terms: ORDER_TERMS: the fees of each order among them.
        policy: due days and ageing bounds.
        as_of: the day on which overdue days are counted.
    """
    orders = chain.records.filter(pl.col("kind") == Kind.ORDER)
    paid = _settled(chain, orders)
    charged = (
        terms.filter(pl.col("term").is_in(list(FEE_TERMS)))
        .group_by("record_id")
        .agg(fees=pl.col("amount").sum())
    )
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
    # Each sum as a column of its own: many small groups are added up in one step.
    split = lines.select(
        "match_id",
        line_sales=pl.when(refund).then(0).otherwise(measure()),
        line_refunds=pl.when(refund).then(measure()).otherwise(0),
        line_banked=pl.when(banked).then(measure()).otherwise(0),
    )
    sums = split.group_by("match_id").agg(pl.col(_SUMS).sum())
    owners = members.filter(pl.col("side") == "left").join(
        orders.select("record_id", "amount"), on="record_id"
    )
    return _shared_out(owners.join(sums, on="match_id"))


def _shared_out(owned: pl.DataFrame) -> pl.DataFrame:
    """A group's sums on its orders: each its own amount, the last one what remains."""
    several = owned.filter(pl.col("match_id").is_duplicated())
    alone = owned.join(several.select("match_id").unique(), on="match_id", how="anti")
    last = pl.col("record_id") == pl.col("record_id").max().over("match_id")
    whole = pl.col("amount").sum().over("match_id")
    columns = []
    for name in _SUMS:
        part = pl.col(name) * pl.col("amount") // whole
        rest = pl.col(name) - part.filter(~last).sum().over("match_id")
        shared = pl.when(whole == 0).then(pl.col(name)).when(last).then(rest)
        columns.append(shared.otherwise(part).alias(name))
    every = pl.concat([alone, several.with_columns(columns)])
    return every.select("record_id", *_SUMS)


def _paid_out(chain: Chain) -> pl.Series:
    return chain.payouts.filter(pl.col("status") == "matched")["payout_id"]


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
        net_expected=expected + pl.col("fees"),
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
