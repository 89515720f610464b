"""What a parcel or an order holds, added up over the lists that tell of it.

A seller's system and its warehouse may both list the goods of one parcel.  Pieces of one product in
one parcel are added up within a file and not over files; a list without parcel numbers tells the
same goods once more.
"""

import polars as pl

_OF_ONE = ("unit", "sku")


def pieces(rows: pl.DataFrame) -> pl.DataFrame:
    """``unit, sku, quantity``: pieces of each product; null where a row does not tell how many.

    Args:
        rows: ``unit, sku, waybill, quantity, source_file, source_sheet`` of goods that move
            together.
    """
    known = rows.with_columns(pl.col("sku", "waybill").fill_null(""))
    in_file = known.group_by(*_OF_ONE, "waybill", "source_file", "source_sheet").agg(
        quantity=pl.col("quantity").sum(), told=pl.col("quantity").is_not_null().all()
    )
    in_parcel = in_file.group_by(*_OF_ONE, "waybill").agg(
        pl.col("quantity").max(), pl.col("told").any()
    )
    numbered = pl.col("waybill") != ""
    return (
        in_parcel.group_by(_OF_ONE)
        .agg(
            named=pl.col("quantity").filter(numbered).sum(),
            other=pl.col("quantity").filter(~numbered).sum(),
            told=pl.col("told").all(),
        )
        .select(*_OF_ONE, quantity=pl.when("told").then(pl.max_horizontal("named", "other")))
    )


def weight_of_goods(held: pl.DataFrame, weights: pl.DataFrame) -> pl.DataFrame:
    """``unit, goods_g``: pieces times what one weighs; null unless all of them are known.

    Args:
        held: of :func:`pieces`.
        weights: ``sku, piece_g``.
    """
    each = held.join(weights, on="sku", how="left").with_columns(
        gram=pl.col("quantity") * pl.col("piece_g")
    )
    known = pl.col("gram").is_not_null().all()
    return each.group_by("unit").agg(goods_g=pl.when(known).then(pl.col("gram").sum()))


def weight_by_scales(rows: pl.DataFrame) -> pl.DataFrame:
    """``unit, scales_g``: what the seller weighed.

    A parcel's weight that stands on each of its rows is one weight; different ones add up.

    Args:
        rows: ``unit, waybill, weight_g``.
    """
    told = rows.filter(pl.col("weight_g").is_not_null()).with_columns(
        pl.col("waybill").fill_null("")
    )
    weight = pl.col("weight_g")
    parcels = told.group_by("unit", "waybill").agg(
        weight_g=pl.when(weight.n_unique() == 1).then(weight.first()).otherwise(weight.sum())
    )
    return parcels.group_by("unit").agg(scales_g=pl.col("weight_g").sum())
