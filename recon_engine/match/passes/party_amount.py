"""Pass 7: the same party, the same amount, within the window.

Rows with the same party and amount are interchangeable: they are collapsed into a class before any
pair is made, so twenty thousand equal rows cost no more than twenty.  Classes meet by amount and
name: first by the name to the letter, then, for what is left, by every key of the name.  A meeting
is sure when little chance could have brought it about, when each class is the other's best by a
clear margin, and when they are of one size (or when one row meets copies of itself); its rows then
pair in date order.
"""

import polars as pl

from recon_engine.match.bounded import bounded_join
from recon_engine.match.by_key import fee_pairs
from recon_engine.match.case import Case, Found
from recon_engine.match.gate import Crowd, clear_best, with_chance
from recon_engine.match.names import LETTERS, keys_of_rows, meet

_LEFT, _RIGHT = ("amount", "currency", "who"), ("paid", "currency", "who_right")
_MEETING = ("paid", "currency", "key")
_ALIKE = ("paid", "currency", "party")


def run_same_name(case: Case) -> Found:
    """Pairs whose parties are written alike; no key need be made."""
    left, right = _candidates(case)
    as_written = pl.col("party").str.to_lowercase()
    named = [
        rows.filter(pl.col("party") != "").with_columns(
            who="party",
            key=as_written,
            kind=pl.lit(LETTERS),
            letters=as_written,
            short=pl.lit(value=False),
        )
        for rows in (left, right)
    ]
    return _paired(case, *named)


def run_alike(case: Case) -> Found:
    """Rows of one written name and amount, as many on either side, in date order.

    However many they are, no pair is made but the ones that are kept.
    """
    ours = case.open_left(case.left.items).filter((pl.col("party") != "") & (pl.col("amount") != 0))
    theirs = case.open_right(case.right.items)
    placed = [
        rows.select(
            *_ALIKE, "row", "date", "amount", place=pl.col("row").rank("ordinal").over(_ALIKE)
        )
        for rows in (ours.with_columns(paid="due"), theirs.with_columns(paid="amount"))
    ]
    sizes = [rows.group_by(_ALIKE).len("size") for rows in placed]
    crowds = sizes[0].filter(pl.col("size") > case.policy.candidates_max)
    equal = crowds.join(sizes[1], on=[*_ALIKE, "size"], how="semi")
    met = placed[0].join(equal, on=_ALIKE, how="semi").join(placed[1], on=[*_ALIKE, "place"])
    met = met.with_columns(days=(pl.col("date_right") - pl.col("date")).dt.total_days())
    inside = met.filter(_in_window(case).all().over(_ALIKE)).sort("row")
    return _told(case, inside)


def _in_window(case: Case) -> pl.Expr:
    policy = case.policy
    return pl.col("days").is_between(-policy.window_days_before, policy.window_days_after)


def run(case: Case) -> Found:
    """Pairs whose names share a key, in the party or in the text."""
    left, right = _candidates(case)
    named = [keys_of_rows(rows).join(rows, on="row") for rows in (left, right)]
    return _paired(case, *named)


def _candidates(case: Case) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Open rows of both sides that some open row of the other could clear, by amount alone.

    The left rows stand once for each sum they may bring (``paid``).  Right rows that name an item
    outright are left out: whom they pay for is said, if not how.
    """
    said = pl.concat([case.right.ids, case.right.tokens]).join(case.left.ids, on="key", how="semi")
    right = case.open_right(case.right.items).join(said.select("row"), on="row", how="anti")
    left = case.open_left(case.left.items).filter(pl.col("amount") != 0)
    gross = left.with_columns(paid="amount")
    net = left.filter(pl.col("due") != pl.col("amount")).with_columns(paid="due")
    both, paid = pl.concat([gross, net]), ["paid", "currency"]
    right = right.with_columns(paid="amount")
    return both.join(right, on=paid, how="semi"), right.join(both, on=paid, how="semi")


def _paired(case: Case, left: pl.DataFrame, right: pl.DataFrame) -> Found:
    """Pairs of two named sides, each ``row, who, key, paid, …`` of ITEMS."""
    met = _met(case, left, right)
    classes = _classes(case, with_chance(met, Crowd.of(left), case.policy))
    kept = met.join(classes, on=[*_LEFT, "who_right", "paid"], how="semi")
    return _in_date_order(case, kept)


def _met(case: Case, left: pl.DataFrame, right: pl.DataFrame) -> pl.DataFrame:
    """Every pair of rows that share sum, currency and a name key, within the window.

    Keys too crowded to mean anything are left out before the join, which bounds it.
    """
    theirs = right.select(
        *_MEETING, "letters", "short", row_right="row", who_right="who", paid_on="date"
    )
    ours = left.select(*_MEETING, "kind", "letters", "short", "row", "who", "amount", "date")
    days = (pl.col("paid_on") - pl.col("date")).dt.total_days()
    met = bounded_join(ours, theirs, _MEETING, case.policy).with_columns(days=days)
    return meet(met.filter(_in_window(case)))


def _classes(case: Case, judged: pl.DataFrame) -> pl.DataFrame:
    """The pairs of classes that are sure."""
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
    inside = ("who", "amount", "currency", "who_right")
    place = [
        pl.col(name).rank("dense").over(inside).alias(f"{name}_place")
        for name in ("row", "row_right")
    ]
    ordered = pairs.with_columns(place).filter(pl.col("row_place") == pl.col("row_right_place"))
    once = ordered.filter(pl.col("row").is_unique() & pl.col("row_right").is_unique())
    return _told(case, once)


def _told(case: Case, chosen: pl.DataFrame) -> Found:
    """Pairs with the days between them as evidence."""
    rows = chosen["row"].to_numpy(), chosen["row_right"].to_numpy()
    said = chosen.select(pl.format("party=1;days={}", "days")).to_series()
    return fee_pairs(case, *rows, "party_amount", said)
