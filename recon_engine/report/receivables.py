"""Receivables added up: by channel, and by how long they are overdue."""

import polars as pl

from recon_engine.model.policy import AgeingPolicy

_SUMS = ("sold", "refunded", "fees", "expected", "settled", "banked", "outstanding")


def buckets(ageing: AgeingPolicy) -> tuple[str, ...]:
    """The ageing buckets in order: ``current``, ``1-30``, ``31-60``, ``61-90``, ``over-90``."""
    lower = [1, *(bound + 1 for bound in ageing.bounds_days[:-1])]
    spans = [f"{low}-{high}" for low, high in zip(lower, ageing.bounds_days, strict=True)]
    return ("current", *spans, f"over-{ageing.bounds_days[-1]}")


def by_channel(receivables: pl.DataFrame, ageing: AgeingPolicy) -> pl.DataFrame:
    """One row a channel and currency.

    Args:
        receivables: model.results.RECEIVABLES.
        ageing: the bucket bounds.

    Returns:
        ``channel, currency, orders``, the sums of the money columns, and ``outstanding`` again
        split into one column a bucket (minor units); sorted by channel, then currency.
    """
    split = [
        pl.col("outstanding").filter(pl.col("bucket") == name).sum().alias(name)
        for name in buckets(ageing)
    ]
    return (
        receivables.group_by("channel", "currency")
        .agg(pl.len().cast(pl.Int64).alias("orders"), pl.col(*_SUMS).sum(), *split)
        .sort("channel", "currency")
    )


def ageing_totals(receivables: pl.DataFrame, ageing: AgeingPolicy) -> pl.DataFrame:
    """One row a currency and bucket: ``currency, bucket, orders, outstanding``, zero rows too."""
    names = pl.DataFrame({"bucket": buckets(ageing)}).with_row_index("position")
    every = receivables.select("currency").unique().join(names, how="cross")
    found = receivables.group_by("currency", "bucket").agg(
        pl.len().cast(pl.Int64).alias("orders"), pl.col("outstanding").sum()
    )
    return (
        every.join(found, on=["currency", "bucket"], how="left")
        .sort("currency", "position")
        .select("currency", "bucket", pl.col("orders", "outstanding").fill_null(0))
    )
