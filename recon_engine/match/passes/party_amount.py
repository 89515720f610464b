"""Pass 7: the same party, the same amount, within the window.

Rows with the same party and amount are interchangeable: they are collapsed into a class before any
pair is made, so twenty thousand equal rows cost no more than twenty.  Classes meet by amount and a
key of the name.  A meeting is sure when little chance could have brought it about, when each class
is the other's best by a clear margin, and when they are of one size (or when one row meets copies
of itself); its rows then pair in date order.
"""

import polars as pl

from recon_engine.match.by_key import fee_pairs
from recon_engine.match.case import Case, Found, Side
from recon_engine.match.gate import Crowd, clear_best, sure

_LEFT, _RIGHT = ("amount", "currency", "who"), ("paid", "currency", "who_right")


def run(case: Case) -> Found:
    """Pairs by party, amount and window."""
    left, right = _named(case, left=True), _named(case, left=False)
    met = _met(case, left, right.rename({"amount": "paid", "row": "row_right", "who": "who_right"}))
    classes = _classes(case, met)
    kept = met.join(classes.select(*_LEFT, "who_right", "paid"), on=[*_LEFT, "who_right", "paid"])
    return _in_date_order(case, kept)


def _named(case: Case, *, left: bool) -> pl.DataFrame:
    """``row, date, amount, due, currency, who, key`` of open rows with a name."""
    side: Side = case.left if left else case.right
    names = case.open_left(side.names) if left else case.open_right(side.names)
    wanted = side.items.filter(pl.col("amount") != 0).select(
        "row", "date", "amount", "due", "currency"
    )
    return names.join(wanted, on="row", maintain_order="left")


def _met(case: Case, left: pl.DataFrame, right: pl.DataFrame) -> pl.DataFrame:
    """Every pair of rows that share amount (or amount due), currency and a name key, in window.

    Keys too crowded to mean anything are left out before the join, which bounds it.
    """
    right = right.select("row_right", "who_right", "paid", "currency", "key", paid_on="date")
    gross = left.with_columns(paid="amount")
    net = left.filter(pl.col("due") != pl.col("amount")).with_columns(paid="due")
    both = pl.concat([gross, net])
    on = ["paid", "currency", "key"]
    crowd = both.group_by(on).len("ours").join(right.group_by(on).len("theirs"), on=on)
    most = case.policy.candidates_max**2
    few = crowd.filter(pl.col("ours").cast(pl.Int64) * pl.col("theirs") <= most).select(on)
    days = (pl.col("paid_on") - pl.col("date")).dt.total_days()
    policy = case.policy
    return (
        both.join(few, on=on, how="semi")
        .join(right, on=on)
        .with_columns(days=days)
        .filter(days.is_between(-policy.window_days_before, policy.window_days_after))
    )


def _classes(case: Case, met: pl.DataFrame) -> pl.DataFrame:
    """The pairs of classes that are sure."""
    judged = sure(case, met, Crowd.of(case))
    by_class = judged.group_by(*_LEFT, "paid", "who_right").agg(
        pl.col("chance").min(),
        lefts=pl.col("row").n_unique(),
        rights=pl.col("row_right").n_unique(),
    )
    best = clear_best(by_class, list(_LEFT), list(_RIGHT), case.policy)
    fitting = (pl.col("lefts") == pl.col("rights")) | (pl.col("lefts") == 1)
    return best.filter(fitting & (pl.col("chance") <= case.policy.chance_ppm_max))


def _in_date_order(case: Case, kept: pl.DataFrame) -> Found:
    pairs = kept.unique(["row", "row_right"]).sort("row", "row_right")
    place = [
        pl.col(name)
        .rank("dense")
        .over("who", "amount", "currency", "who_right")
        .alias(f"{name}_place")
        for name in ("row", "row_right")
    ]
    ordered = pairs.with_columns(place).filter(pl.col("row_place") == pl.col("row_right_place"))
    once = ordered.filter(pl.col("row").is_unique() & pl.col("row_right").is_unique())
    del case
    return fee_pairs(once, "party_amount", pl.format("party=1;days={}", "days"))
