"""What is added up in the reports of sales and money: by platform, store, product, day.

Everything is counted on the day of the order, so that what was sold, kept back, settled and banked
of the same orders stands in one row.  What the bank saw on a day is in ``receipts``.
"""

from collections.abc import Iterable
from enum import StrEnum

import polars as pl

from recon_engine.model.records import Kind
from recon_engine.model.results import Close

SUMS = ("sold", "refunded", "fees", "expected", "settled", "banked", "outstanding")
SEVERAL = "*"  # the product of an order that holds several: its amount belongs to none alone


class Grain(StrEnum):
    """How long a stretch of days is one row."""

    DAY = "day"
    WEEK = "week"  # from Monday
    MONTH = "month"


_LENGTHS = {Grain.DAY: "1d", Grain.WEEK: "1w", Grain.MONTH: "1mo"}


def first_day(grain: Grain, column: str = "date") -> pl.Expr:
    """The first day of the stretch that a row's day lies in."""
    return pl.col(column).dt.truncate(_LENGTHS[grain]).alias("from")


def last_day(grain: Grain) -> pl.Expr:
    """The last day of the stretch that begins with ``from``."""
    return pl.col("from").dt.offset_by(_LENGTHS[grain]).dt.offset_by("-1d").alias("to")


def added_up(receivables: pl.DataFrame, dimensions: Iterable[str | pl.Expr]) -> pl.DataFrame:
    """``orders`` (a count) and SUMS (minor units) for each combination of the dimensions.

    Args:
        receivables: RECEIVABLES; amounts of one row are in one currency, so ``currency`` must be a
            dimension wherever there are several.
        dimensions: columns or expressions to group by.
    """
    return receivables.group_by(*dimensions).agg(
        pl.len().cast(pl.Int64).alias("orders"), pl.col(*SUMS).sum()
    )


def with_products(close: Close) -> pl.DataFrame:
    """RECEIVABLES with ``product``: the order's one product, SEVERAL, or "" where none is told."""
    items = close.records.filter(pl.col("kind") == Kind.ORDER).select("record_id", "items")
    product = pl.col("items").str.replace(r" ×\d+$", "")
    several = pl.col("items").str.contains("; ", literal=True)
    named = items.with_columns(
        product=pl.when(several).then(pl.lit(SEVERAL)).otherwise(product).fill_null("")
    )
    return close.receivables.join(
        named.select("record_id", "product"), on="record_id", how="left", maintain_order="left"
    ).with_columns(pl.col("product").fill_null(""))
