"""Settlement lines ↔ payouts ↔ bank: is what the platform says it paid on the bank account?

A payout is the lines that share a payout id, and their net; on a wallet that is paid out by
withdrawals, each withdrawal is one.
"""

from dataclasses import replace

import polars as pl

from recon_engine.match import PAYOUT_PASSES, match_items
from recon_engine.model.policy import Policy
from recon_engine.model.records import Kind, Type
from recon_engine.model.results import ITEMS, PAYOUTS
from recon_engine.reconcile.groups import Decided, Groups, named, together
from recon_engine.reconcile.items import as_items, paying_channel

NAME = "payouts_bank"
_KEY = ("channel", "account", "currency", "group")


def payout_id(lines: pl.DataFrame) -> pl.Series:
    """The payout each settlement line belongs to, "" when none.

    Args:
        lines: RECORDS of settlement lines.
    """
    own = pl.concat_str(
        pl.lit("PO-"),
        pl.col("channel"),
        pl.when(pl.col("account") != "")
        .then(pl.lit("-") + pl.col("account"))
        .otherwise(pl.lit("")),
        pl.lit("-"),
        pl.col("group"),
        pl.lit("-"),
        pl.col("currency"),
    )
    withdrawal = pl.lit("PO-") + pl.col("record_id")
    return lines.select(
        pl.when(pl.col("group") != "")
        .then(own)
        .when(pl.col("type") == Type.TRANSFER)
        .then(withdrawal)
        .otherwise(pl.lit(""))
        .alias("payout_id")
    ).to_series()


def build(lines: pl.DataFrame) -> pl.DataFrame:
    """PAYOUTS of settlement lines, ``deposited`` and what follows from it still empty.

    Args:
        lines: HELD settlement lines plus ``payout_id``; a part is no further line.
    """
    inside = lines.filter(pl.col("payout_id") != "")
    gross, fee = pl.coalesce("gross", "amount"), pl.col("fee").fill_null(0)
    moved = pl.col("type") != Type.TRANSFER
    fees = pl.col("type").is_in([Type.COMMISSION, Type.FEE])
    sales, refunds = pl.col("type") == Type.SALE, pl.col("type") == Type.REFUND
    paid_on = pl.col("group").str.to_date("%Y-%m-%d", strict=False)
    sums = inside.group_by("payout_id").agg(
        pl.col("group", "channel", "account", "currency").first(),
        pl.coalesce(paid_on, "date").max().alias("date"),
        lines=(pl.col("part_of") == "").sum().cast(pl.Int64),
        gross=gross.filter(sales).sum(),
        fees=fee.filter(moved & ~fees).sum() + pl.col("amount").filter(fees).sum(),
        refunds=gross.filter(refunds).sum(),
        net=pl.col("amount").filter(moved).sum(),
        withdrawn=-pl.col("amount").filter(~moved).sum(),
        moves=moved.any(),
    )
    # A withdrawal by itself moves what it took out; lines under an id move their own sum.
    net = pl.when("moves").then(pl.col("net")).otherwise(pl.col("withdrawn"))
    with_net = sums.with_columns(net=net).with_columns(
        other=pl.col("net") - pl.col("gross") - pl.col("fees") - pl.col("refunds"),
        deposited=pl.lit(0, pl.Int64),
        difference=pl.col("net"),
        status=pl.lit("open"),
        match_id=pl.lit(""),
    )
    return with_net.select(list(PAYOUTS)).sort("channel", "date", "payout_id")


def reconcile(
    payouts: pl.DataFrame,
    records: pl.DataFrame,
    policy: Policy,
    decided: Decided,
) -> Groups:
    """Groups of payouts (left) and statement lines (right), with what a person put together.

    Args:
        payouts: PAYOUTS.
        records: RECORDS of all kinds.
        policy: windows, and how banks write the platforms' names.
        decided: what a person put together and took apart.
    """
    statement = decided.free(records.filter(pl.col("kind") == Kind.STATEMENT_LINE))
    payouts = decided.free(payouts, "payout_id")
    left = payouts.filter(pl.col("net") != 0).select(
        id="payout_id",
        date="date",
        amount="net",
        currency="currency",
        reference=_withdrawal_ids(payouts, records),
        group=pl.when(_is_date()).then(pl.lit("")).otherwise("group"),
        text=pl.lit(""),
        party="channel",
        channel="channel",
    )
    right = as_items(statement, pl.col("amount"), paying_channel(policy.channels))
    matched = match_items(
        left.select(list(ITEMS)), right, _windows(policy), PAYOUT_PASSES, bans=decided.bans
    )
    return together([decided.groups.of(NAME), named(matched, NAME, "PB")])


def _is_date() -> pl.Expr:
    """Whether a payout is named by its day only, which is no id."""
    return pl.col("group").str.contains(r"^\d{4}-\d{2}-\d{2}$")


def _withdrawal_ids(payouts: pl.DataFrame, records: pl.DataFrame) -> pl.Expr:
    """The wallet's own transaction ids of withdrawals; payouts of many lines have none."""
    alone = payouts.filter(pl.col("group") == "").select(
        "payout_id", record_id=pl.col("payout_id").str.strip_prefix("PO-")
    )
    known = alone.join(records.select("record_id", "reference"), on="record_id")
    return pl.col("payout_id").replace_strict(
        dict(known.select("payout_id", "reference").iter_rows()), default="", return_dtype=pl.String
    )


def _windows(policy: Policy) -> Policy:
    own = replace(
        policy.match,
        window_days_before=policy.match.payout_days_before,
        window_days_after=policy.match.payout_days_after,
    )
    return replace(policy, match=own)


def with_deposits(payouts: pl.DataFrame, groups: Groups) -> pl.DataFrame:
    """PAYOUTS with what the bank brought, the difference, the status and the group's id.

    A group of several payouts gives each its own net when the sums agree, and else says the
    difference at the first.
    """
    matches = groups.matches.select("match_id", "status", "difference")
    left = groups.members.filter(pl.col("side") == "left").join(matches, on="match_id")
    first = pl.col("record_id") == pl.col("record_id").min().over("match_id")
    found = left.select(
        payout_id="record_id",
        match="match_id",
        found="status",
        missing=pl.when(first).then("difference").otherwise(0),
    )
    return (
        payouts.join(found, on="payout_id", how="left", maintain_order="left")
        .with_columns(
            match_id=pl.col("match").fill_null(""),
            status=pl.when(pl.col("found") == "confirmed")
            .then(pl.lit("matched"))
            .otherwise(pl.col("found").fill_null("open")),
            difference=pl.coalesce("missing", "net"),
        )
        .with_columns(deposited=pl.col("net") - pl.col("difference"))
        .select(list(PAYOUTS))
    )
