"""Weights as bills write them → whole grams, half up; never through a float."""

import polars as pl

_GRAMS = r"(?i)(?:^|[\d\s(（])(?:g|克|grams?)[)）]?$"
_KILOS = r"(?i)(?:kgs?|公斤|千克|kilograms?)[)）]?$"
_FIGURE = r"^([0-9]{0,12})(?:\.([0-9]{1,12}))?\s*(?:kgs?|KGS?|g|G|克|公斤|千克)?$"


def grams(cells: pl.Series, caption: str, unit: str) -> pl.Series:
    """A cleaned column of weights in grams, null where there is none.

    Args:
        cells: cleaned; a unit in a cell goes before all others.
        caption: the column's, which may name the unit: ``Weight (g)``.
        unit: ``kg`` or ``g``, where neither does.
    """
    captioned = pl.Series([caption.strip()])
    if captioned.str.contains(_KILOS)[0]:
        unit = "kg"
    elif captioned.str.contains(_GRAMS)[0]:
        unit = "g"
    cell = pl.col("c")
    decimals = cell.str.extract(_FIGURE, 2).fill_null("")
    whole = cell.str.extract(_FIGURE, 1).replace("", "0").cast(pl.Int64)
    milli = (decimals + "000").str.slice(0, 3).cast(pl.Int64)
    up = (decimals.str.slice(3, 1).replace("", "0").cast(pl.Int64) >= 5).cast(pl.Int64)
    half = (decimals.str.slice(0, 1).replace("", "0").cast(pl.Int64) >= 5).cast(pl.Int64)
    in_kilos = (
        pl.when(cell.str.contains(_KILOS)).then(pl.lit(value=True))
        .when(cell.str.contains(_GRAMS)).then(pl.lit(value=False))
        .otherwise(pl.lit(unit == "kg"))
    )  # fmt: skip
    weight = pl.when(in_kilos).then(whole * 1000 + milli + up).otherwise(whole + half)
    return cells.to_frame("c").select(pl.when(cell != "").then(weight)).to_series()
