"""What can be paid in one sum: a single open item, or all open items of one payout id."""

import polars as pl

from recon_engine.match.case import Case
from recon_engine.match.fees import after_fees

# One row for each amount that a unit may bring.
UNITS: dict[str, pl.DataType] = {
    "unit": pl.String(),  # "row:<n>" or "group:<key>"
    "key": pl.String(),  # an id of the unit, normalised
    "amount": pl.Int64(),  # before fees
    "paid": pl.Int64(),  # what a bank row would show: the amount, or less a named fee
    "currency": pl.String(),
    "first": pl.Date(),
    "last": pl.Date(),
}


def units(case: Case) -> pl.DataFrame:
    """UNITS of the open left side, by reference and by payout id."""
    return pl.concat([_rows(case), _groups(case)]).select(list(UNITS))


def _rows(case: Case) -> pl.DataFrame:
    ids = case.open_left(case.left.ids)
    items = case.left.items.select("row", "date", "amount", "due", "currency")
    plain = ids.join(items, on="row").select(
        "key",
        "amount",
        "due",
        "currency",
        unit=pl.format("row:{}", "row"),
        total="due",
        first="date",
        last="date",
    )
    return _each_amount(plain)


def _groups(case: Case) -> pl.DataFrame:
    keyed = case.open_left(case.left.groups)
    items = case.left.items.select("row", "date", "amount", "due", "currency", "channel")
    whole = (
        keyed.join(items, on="row")
        .group_by("key", "currency", "channel")
        .agg(
            pl.col("amount", "due").sum(),
            first=pl.col("date").min(),
            last=pl.col("date").max(),
        )
        .filter(pl.col("key").is_unique())
    )
    priced = whole.with_columns(
        total=after_fees("amount", case.fees), unit=pl.format("group:{}", "key")
    )
    return _each_amount(priced.drop("channel"))


def _each_amount(priced: pl.DataFrame) -> pl.DataFrame:
    ways = [priced.with_columns(paid=name) for name in ("amount", "due", "total")]
    return pl.concat(ways).select(list(UNITS)).unique(maintain_order=True)


def members(case: Case, chosen: pl.DataFrame) -> pl.DataFrame:
    """``group, left, row`` of units paired with right rows.

    Args:
        case: both sides.
        chosen: ``group, unit, row_right``.
    """
    single = chosen.filter(pl.col("unit").str.starts_with("row:")).select(
        "group", left=pl.lit(value=True), row=pl.col("unit").str.slice(4).cast(pl.Int64)
    )
    keyed = case.open_left(case.left.groups)
    many = (
        chosen.filter(pl.col("unit").str.starts_with("group:"))
        .select("group", key=pl.col("unit").str.slice(6))
        .join(keyed, on="key")
        .select("group", left=pl.lit(value=True), row="row")
    )
    right = chosen.select("group", left=pl.lit(value=False), row="row_right")
    return pl.concat([single, many, right])
