"""What the bank saw of it: every remittance with the platform that sent it, and how long it took.

A remittance is a statement line that clears payouts or orders.  Days to cash are counted from the
order to the day on which the last of its money reached the bank.
"""

import polars as pl

from recon_engine.model.records import Kind
from recon_engine.model.results import Close

RECEIPTS: dict[str, pl.DataType] = {
    "record_id": pl.String(),
    "date": pl.Date(),
    "channel": pl.String(),  # the platform or wallet that paid
    "account": pl.String(),  # the bank account
    "currency": pl.String(),
    "amount": pl.Int64(),
    "match_id": pl.String(),
}


def receipts(close: Close) -> pl.DataFrame:
    """RECEIPTS, sorted by day and id: the statement lines of confirmed matches that bring money."""
    lines = close.records.filter(
        (pl.col("kind") == Kind.STATEMENT_LINE) & (pl.col("place") == "cleared")
    ).select("record_id", "date", "account", "currency", "amount")
    found = (
        _members(close, "right")
        .join(lines, on="record_id")
        .join(_payers(close), on="match_id", how="left")
    )
    return (
        found.with_columns(pl.col("channel").fill_null(""))
        .select(list(RECEIPTS))
        .sort("date", "record_id")
    )


def days_to_cash(close: Close) -> pl.DataFrame:
    """``record_id, channel, account, currency, date, cashed, days, banked`` of every banked order.

    ``cashed`` is the day of the last deposit that holds the order's money; ``days`` may be
    negative where a buyer paid before the order's day.
    """
    banked = close.receivables.filter(pl.col("banked") != 0)
    return (
        banked.join(_cashed(close), on="record_id")
        .with_columns(days=(pl.col("cashed") - pl.col("date")).dt.total_days())
        .select("record_id", "channel", "account", "currency", "date", "cashed", "days", "banked")
        .sort("date", "record_id")
    )


def _members(close: Close, side: str) -> pl.DataFrame:
    """``match_id, record_id`` of one side of the confirmed matches with the bank."""
    sure = close.matches.filter(
        (pl.col("status") == "confirmed") & pl.col("reconciliation").str.ends_with("_bank")
    ).select("match_id")
    ours = close.members.filter(pl.col("side") == side)
    return ours.join(sure, on="match_id", how="semi").select("match_id", "record_id")


def _payers(close: Close) -> pl.DataFrame:
    """``match_id, channel``: whose payout or order a match with the bank clears."""
    channels = pl.concat(
        [
            close.payouts.select("channel", record_id="payout_id"),
            close.records.select("channel", "record_id"),
        ]
    ).unique("record_id", keep="first", maintain_order=True)
    paid = _members(close, "left").join(channels, on="record_id")
    return paid.group_by("match_id").agg(pl.col("channel").min())


def _cashed(close: Close) -> pl.DataFrame:
    """``record_id, cashed``: the last deposit of each order, straight or through its payouts."""
    days = close.records.select("record_id", cashed="date")
    deposits = _members(close, "right").join(days, on="record_id")
    by_match = deposits.group_by("match_id").agg(pl.col("cashed").max())
    straight = _members(close, "left").join(by_match, on="match_id")
    payouts = straight.select(payout_id="record_id", cashed="cashed")
    lines = close.records.filter(pl.col("payout_id") != "").select("record_id", "payout_id")
    of_lines = lines.join(payouts, on="payout_id").select(line="record_id", cashed="cashed")
    settled = close.members.join(
        close.matches.filter(pl.col("status") == "confirmed").select("match_id"),
        on="match_id",
        how="semi",
    )
    through = (
        settled.filter(pl.col("side") == "right")
        .join(of_lines, left_on="record_id", right_on="line")
        .select("match_id", "cashed")
        .join(settled.filter(pl.col("side") == "left"), on="match_id")
    )
    both = pl.concat(
        [straight.select("record_id", "cashed"), through.select("record_id", "cashed")]
    )
    return both.group_by("record_id").agg(pl.col("cashed").max())
