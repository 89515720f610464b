"""Pass 6 for whole payouts: the same channel, the same amount, within the window.

A deposit that names the platform, of exactly a payout's net, a few days after it: amounts of
payouts are sums of many sales, so that two alike are rare.  Where there are, as many on either
side, they pair in date order; unequal numbers are left to the proposals.
"""

import polars as pl

from recon_engine.match.case import Case, Found, Side, pairs

_CLASS = ("currency", "amount", "party")


def run(case: Case) -> Found:
    """Pairs by channel (in ``party``), amount and window."""
    left, right = case.open_left(_classed(case.left)), case.open_right(_classed(case.right))
    right = right.filter(~case.right.copies.gather(right["row"]))
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
    evidence = kept.select(pl.format("channel=1;days={};of={}", "days", "lefts")).to_series()
    rows = kept["row"].to_numpy(), kept["row_right"].to_numpy()
    return pairs(*rows, "channel_amount", evidence)


def _classed(side: Side) -> pl.DataFrame:
    named = side.items.filter((pl.col("party") != "") & (pl.col("amount") != 0))
    return named.select("row", "date", *_CLASS)


def _placed(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with their place in date order inside their class (rows are numbered by date)."""
    return rows.with_columns(place=pl.col("row").rank("ordinal").over(_CLASS))
