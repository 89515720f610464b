"""When an item is due: the platform's own cycle, from Policy."""

import polars as pl

from recon_engine.model.policy import DuePolicy


def due_date(policy: DuePolicy) -> pl.Expr:
    """The day on which an order's money is due: its date plus its channel's days."""
    days = pl.col("channel").replace_strict(
        dict(policy.days), default=policy.default_days, return_dtype=pl.Int64
    )
    return pl.col("date") + pl.duration(days=days)


def age_bucket(days: pl.Expr, bounds: tuple[int, ...]) -> pl.Expr:
    """The ageing bucket of days past due: ``current``, ``1-30`` … ``over-90``.

    Args:
        days: days past due, 0 where not yet due.
        bounds: upper bounds of the buckets, ascending (AgeingPolicy.bounds_days).
    """
    lows = (1, *(bound + 1 for bound in bounds[:-1]))
    spans = (
        pl.when(days <= high).then(pl.lit(f"{low}-{high}"))
        for low, high in zip(lows, bounds, strict=True)
    )
    current = pl.when(days == 0).then(pl.lit("current"))
    return pl.coalesce(current, *spans, pl.lit(f"over-{bounds[-1]}"))
