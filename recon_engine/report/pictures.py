"""The figures behind the pictures: money by day, platforms' shares, days to cash by week."""

from datetime import date, timedelta

import polars as pl

from recon_engine.control.monitor.facts import Facts
from recon_engine.model.records import Kind, Type
from recon_engine.model.results import Close

LINES = ("sold", "settled", "received")
_WEEK = 7


def by_day(close: Close, currency: str) -> pl.DataFrame:
    """``date, sold, settled, received`` of every day of the period, minor units.

    Sold: orders not cancelled, by their day.  Settled: what moved on the platforms' accounts but
    transfers.  Received: bank lines that are cleared and brought money.
    """
    records = close.records.filter(pl.col("currency") == currency)
    kind, kept = pl.col("kind"), pl.col("place") != "excluded"
    sold = (kind == Kind.ORDER) & (pl.col("type") != Type.CANCELLED)
    settled = (kind == Kind.SETTLEMENT_LINE) & (pl.col("type") != Type.TRANSFER) & kept
    received = (
        (kind == Kind.STATEMENT_LINE) & (pl.col("place") == "cleared") & (pl.col("amount") > 0)
    )
    amount = pl.col("amount")
    sums = records.group_by("date").agg(
        sold=amount.filter(sold).sum(),
        settled=amount.filter(settled).sum(),
        received=amount.filter(received).sum(),
    )
    days = pl.date_range(close.period.start, close.period.end, eager=True).alias("date").to_frame()
    return days.join(sums, on="date", how="left").with_columns(pl.col(*LINES).fill_null(0))


def by_platform(facts: Facts) -> pl.DataFrame:
    """``currency, channel, sold`` of the period's orders; the largest first."""
    return (
        facts.sales.group_by("currency", "channel")
        .agg(pl.col("sold").sum())
        .filter(pl.col("sold") > 0)
        .sort("currency", "sold", "channel", descending=[False, True, False])
    )


def weeks(close: Close) -> tuple[date, ...]:
    """The first days of the weeks (from Monday) that the period touches."""
    first = close.period.start - timedelta(days=close.period.start.weekday())
    count = (close.period.end - first).days // _WEEK + 1
    return tuple(first + timedelta(days=_WEEK * n) for n in range(count))


def days_to_cash(facts: Facts) -> pl.DataFrame:
    """``channel, account, week, days, orders``: the median wait of the orders paid in each week.

    By the week in which the money came, so that orders still waiting do not make a week look
    quick; to the bank where the account's payouts are found there, else to the wallet.
    """
    paid_on = pl.coalesce("cash_on", "settled_on")
    waited = (paid_on - pl.col("date")).dt.total_days()
    period = facts.close.period
    inside = paid_on.is_between(period.start, period.end)
    return (
        facts.orders.filter(inside & ~pl.col("cancelled"))
        .group_by("channel", "account", week=paid_on.dt.truncate("1w"))
        .agg(days=waited.quantile(0.5, "lower").cast(pl.Int64), orders=pl.len().cast(pl.Int64))
        .sort("channel", "account", "week")
    )
