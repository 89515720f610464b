"""When an item is due: the platform's own cycle, from Policy."""

import polars as pl

from recon_engine.model.policy import DuePolicy


def due_date(policy: DuePolicy) -> pl.Expr:
    """The day on which an order's money is due: its date plus its channel's days."""
    days = pl.col("channel").replace_strict(
        dict(policy.days), default=policy.default_days, return_dtype=pl.Int64
    )
    return pl.col("date") + pl.duration(days=days)
