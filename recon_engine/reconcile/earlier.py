"""What earlier periods proved of this one's lines: their order, or that the bank paid them."""

import polars as pl

from recon_engine.model.records import REFERENCE_SEPARATOR, Kind, Type
from recon_engine.reconcile.groups import Groups, one_sided
from recon_engine.reconcile.orders import NAME

CLOSED, LINKED, BANKED = "closed", "linked", "banked"
SHIPPED = "shipped"  # an order that waits for its money, and whose goods went
RULE = "earlier_period"


def banked(earlier: pl.DataFrame) -> pl.Series:
    """Ids of open lines that an earlier period saw at the bank with their payout."""
    return earlier.filter(pl.col("state") == BANKED)["record_id"]


def linked(lines: pl.DataFrame, orders: pl.DataFrame, earlier: pl.DataFrame) -> Groups:
    """A confirmed group for each line whose order an earlier period settled.

    Those are the lines that it linked and left open for want of their deposit, and refunds that
    name an order it closed and that no order of this period answers to.

    Args:
        lines: settlement lines of this period.
        orders: orders of this period.
        earlier: EARLIER.
    """
    known = earlier.filter(pl.col("state") == LINKED)["record_id"].implode()
    late = late_lines(lines.filter(pl.col("type") == Type.REFUND), orders, earlier)
    ours = pl.col("record_id").is_in(known) | pl.col("record_id").is_in(late.implode())
    return one_sided(lines.filter(ours), "right", NAME, RULE, "OE")


def late_lines(lines: pl.DataFrame, orders: pl.DataFrame, earlier: pl.DataFrame) -> pl.Series:
    """Ids of the lines that name an order an earlier period closed, and none of this one.

    Args:
        lines: settlement lines.
        orders: orders of this period.
        earlier: EARLIER.
    """
    past = earlier.filter((pl.col("kind") == Kind.ORDER) & (pl.col("state") == CLOSED))
    if past.is_empty():
        return lines["record_id"].clear()
    return (
        _keys(lines)
        .join(_keys(past).select("key").unique(), on="key", how="semi")
        .join(_keys(orders).select("key").unique(), on="key", how="anti")["record_id"]
        .unique()
        .sort()
    )


def _keys(records: pl.DataFrame) -> pl.DataFrame:
    split = pl.col("reference").str.split(REFERENCE_SEPARATOR)
    return records.select("record_id", key=split).explode("key").filter(pl.col("key") != "")
