"""The lines of couriers' bills: which way each is for, and which repeat another."""

import polars as pl

from recon_engine.model.records import Type
from recon_engine.reconcile.goods.rates import FORWARD, RETURN
from recon_engine.reconcile.goods.words import spoken

BOTH, ADJUSTMENT = "forward_return", "adjustment"
_PAIR = r"(\d{4,10} \d{4,10})$"  # postcodes of both ends, as a bill's text ends with them
# Where the same is billed twice, the line that says more stands and the other repeats it.
_ORDER = ("is_both", "date", "source_file", "source_row", "record_id")


def legs(charges: pl.DataFrame) -> pl.DataFrame:
    """The lines with ``leg`` and ``pair``.

    Args:
        charges: RECORDS of the kind ``courier_charge``.
    """
    said = charges.select(pl.coalesce(pl.col("fee_type"), pl.lit(""))).to_series()
    leg = spoken("leg", said, FORWARD).alias("leg")
    again = pl.col("type") == Type.ADJUSTMENT
    return charges.with_columns(leg).with_columns(
        leg=pl.when(again).then(pl.lit(ADJUSTMENT)).otherwise("leg"),
        pair=pl.col("text").str.extract(_PAIR, 1).fill_null(""),
    )


def repeats(charges: pl.DataFrame) -> pl.DataFrame:
    """``record_id, repeats, again``: each line that bills a parcel's way once more, and which one.

    Args:
        charges: of :func:`legs`.  Lines without a parcel's number are not judged, nor credits.
    """
    judged = charges.filter((pl.col("waybill").fill_null("") != "") & (pl.col("amount") > 0))
    ordered = judged.with_columns(is_both=pl.col("leg") != BOTH).sort(_ORDER, nulls_last=False)
    found = [_of_way(ordered, way) for way in (FORWARD, RETURN)]
    # A line for both ways is a repeat only where both are; it stands first, so that never differs.
    return pl.concat(found).unique("record_id", keep="first", maintain_order=True)


def _of_way(ordered: pl.DataFrame, way: str) -> pl.DataFrame:
    ours = ordered.filter(pl.col("leg").is_in([way, BOTH]))
    first = pl.col("record_id").first().over("waybill", "carrier")
    return ours.select("record_id", repeats=first, again=pl.lit(way)).filter(
        pl.col("record_id") != pl.col("repeats")
    )
