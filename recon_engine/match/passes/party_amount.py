"""Pass 7: the same party, the same amount, within the window.

Rows of one party and amount are interchangeable: they are collapsed into a class before any pair is
made, so twenty thousand equal rows cost no more than twenty.  A class with as many rows on either
side pairs in date order; where every pair so made lies within the window, any other pairing would
be worse or the same.  Classes of unequal size are ambiguous and are left to the proposals.
"""

import polars as pl

from recon_engine.match.case import Case, Found, Side, pairs

_CLASS = ("currency", "amount", "name")


def run(case: Case) -> Found:
    """Pairs by party, amount and window."""
    left = case.open_left(_classed(case.left))
    right = case.open_right(_classed(case.right))
    sizes = left.group_by(_CLASS).len("lefts").join(right.group_by(_CLASS).len("rights"), on=_CLASS)
    equal = sizes.filter(pl.col("lefts") == pl.col("rights")).drop("rights")
    met = (
        _placed(left)
        .join(equal, on=_CLASS)
        .join(_placed(right), on=[*_CLASS, "place"], suffix="_right")
        .with_columns(days=(pl.col("date_right") - pl.col("date")).dt.total_days())
    )
    policy = case.policy
    inside = pl.col("days").is_between(-policy.window_days_before, policy.window_days_after)
    kept = met.filter(inside.all().over(_CLASS)).sort("row")
    evidence = kept.select(pl.format("party=1;days={};of={}", "days", "lefts")).to_series()
    return pairs(kept["row"].to_numpy(), kept["row_right"].to_numpy(), "party_amount", evidence)


def _classed(side: Side) -> pl.DataFrame:
    named = side.items.filter((pl.col("party") != "") & (pl.col("amount") != 0))
    return named.select(
        "row",
        "date",
        "amount",
        "currency",
        name=pl.col("party").str.to_lowercase().str.strip_chars(),
    )


def _placed(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with their place in date order inside their class (rows are numbered by date)."""
    return rows.with_columns(place=pl.col("row").rank("ordinal").over(_CLASS))
