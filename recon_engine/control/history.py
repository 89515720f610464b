"""What a closed period came to, in one row a platform and store, for the periods after it."""

import polars as pl

from recon_engine.model.kept import HISTORY
from recon_engine.model.results import Close

_SUMS = ("sold", "refunded", "fees", "expected", "settled", "banked", "outstanding")
_WHOSE = ("channel", "account", "currency")


def came_to(close: Close) -> pl.DataFrame:
    """HISTORY of this close alone, sorted by platform, store and currency.

    Orders that an earlier period left open were counted there and are not counted again.
    """
    carried = close.kept.carried["record_id"]
    own = close.receivables.filter(~pl.col("record_id").is_in(carried.implode()))
    return (
        own.group_by(*_WHOSE)
        .agg(pl.len().cast(pl.Int64).alias("orders"), pl.col(*_SUMS).sum())
        .with_columns(
            period=pl.lit(close.period.name),
            start=pl.lit(close.period.start),
            end=pl.lit(close.period.end),
        )
        .select(list(HISTORY))
        .sort(*_WHOSE)
    )


def handed_on(close: Close) -> pl.DataFrame:
    """HISTORY for the next period: all that was known and this close; a period stands once."""
    known = close.kept.history.filter(pl.col("period") != close.period.name)
    return pl.concat([known, came_to(close)]).sort("start", *_WHOSE)
