"""Pass 8, one side alone: an entry and its reversal clear each other (红冲, void, returned money).

Two open rows of one side with opposite amounts belong together when one names the other's id, or
when both are one party's and one of them says that it takes something back.  Where several would
do, as many on either sign pair in date order; unequal numbers stay open.  What only the party ties
is proposed.
"""

from collections.abc import Iterator

import numpy as np
import polars as pl

from recon_engine.match.arrays import Flags, Rows, among, distinct, hashed, mixed, on_both
from recon_engine.match.bounded import bounded_join
from recon_engine.match.case import (
    CONFIRMED,
    FOUND_GROUPS,
    FOUND_MEMBERS,
    PROPOSED,
    Case,
    Found,
    nothing,
)
from recon_engine.match.keys import without_repeats
from recon_engine.match.side import Side

RULE = "reversal"
_ON = ("currency", "size", "tie")


def run(case: Case) -> Found:
    """Rows that an id, or one party and a word of reversal, tie to the row they take back."""
    return _both_sides(case, status=CONFIRMED)


def propose(case: Case) -> Found:
    """Rows of one party that only their opposite amounts tie together."""
    return _both_sides(case, status=PROPOSED)


def _both_sides(case: Case, status: str) -> Found:
    parts = [_side(case, left=left, status=status) for left in (True, False)]
    found = [part for part in parts if part is not None]
    if not found:
        return nothing()
    told = pl.concat(found).with_row_index("group").with_columns(pl.col("group").cast(pl.Int64))
    members = pl.concat(
        [told.select("group", "left", row="entry"), told.select("group", "left", row="taken")]
    )
    groups = told.select(
        "group",
        rule=pl.lit(RULE),
        status=pl.lit(status),
        explained=pl.lit(0, pl.Int64),
        evidence=pl.format("{};days={}", "by", "days"),
    )
    return Found(members.select(list(FOUND_MEMBERS)), groups.select(list(FOUND_GROUPS)))


def _side(case: Case, *, left: bool, status: str) -> pl.DataFrame | None:
    """``left, entry, taken, by, days`` of one side's pairs, each row once; None: none is tied.

    Most months reverse little, so frames are made only of rows that face one of the other sign.
    """
    side, is_open = (case.left, case.left_open) if left else (case.right, case.right_open)
    row = np.flatnonzero(is_open & (side.amount != 0))
    row = row[_face(case, row, left=left)]
    of_party = _facing_party(case, row, left=left)
    ties = []
    if status == CONFIRMED:
        ties += [_by_id(side, rows) for rows in _sized(side, _facing_id(case, row, left=left))]
        ties += [_by_word(case, rows) for rows in _sized(side, of_party)]
    else:
        ties += [_by_party(rows) for rows in _sized(side, of_party)]
    told = [tie for tie in ties if not tie.is_empty()]
    return _paired(case, pl.concat(told)).with_columns(left=pl.lit(left)) if told else None


def _face(case: Case, row: Rows, *tie: Rows, left: bool) -> Flags:
    """Whether a row of a side has there one of the opposite amount, and of the same tie."""
    amount = (case.left if left else case.right).amount[row]
    number = mixed([case.index.sums(1 - left, row, np.abs(amount)), *tie])
    into = amount > 0
    return np.where(into, among(number, number[~into]), among(number, number[into]))


def _facing_party(case: Case, row: Rows, *, left: bool) -> Rows:
    """Of some rows those that face one of their party."""
    names, side = case.names, 1 - left
    row = row[names.party[side][row]]
    return row[_face(case, row, names.lower[names.who[side][row]], left=left)]


def _facing_id(case: Case, row: Rows, *, left: bool) -> Rows:
    """Of some rows those that face one which names the same id."""
    side = case.left if left else case.right
    every = side.said_ids.and_also(side.said_in_text)
    said = every.where(among(every.row, row))
    return distinct(said.row[_face(case, said.row, hashed(said.key), left=left)])


def _sized(side: Side, row: Rows) -> Iterator[pl.DataFrame]:
    """The items of some rows with the size of their amounts, if there are any."""
    if len(row):
        yield side.items[row].with_columns(size=pl.col("amount").abs())


def _by_id(side: Side, rows: pl.DataFrame) -> pl.DataFrame:
    """``row, tie, by``: rows by every id they have, or name in their text."""
    every = side.said_ids.and_also(side.said_in_text)
    said = without_repeats(every.where(among(every.row, rows["row"].to_numpy())))
    _, asked = on_both(hashed(said.key), hashed(side.said_ids.key))
    ids = side.said_ids.key.filter(pl.Series(asked)).unique()
    known = said.frame().filter(pl.col("key").is_in(ids.implode()))
    return (
        rows.join(known, on="row")
        .with_columns(tie=pl.lit("id ") + pl.col("key"), by=pl.lit("ids=1"))
        .select(_TIED)
    )


_TIED = ("row", "date", "amount", "currency", "size", "tie", "by")


def _by_word(case: Case, rows: pl.DataFrame) -> pl.DataFrame:
    """Rows of one party, where the party has a row of that size which says it takes back."""
    said = pl.col("text").str.contains_any(
        list(case.policy.reversal_words), ascii_case_insensitive=True
    )
    of_party = _by_party(rows.filter(said.any().over("party", "currency", "size")))
    return of_party.with_columns(by=pl.lit("party=1;taken_back=1"))


def _by_party(rows: pl.DataFrame) -> pl.DataFrame:
    named = rows.filter(pl.col("party") != "")
    return named.with_columns(
        tie=pl.lit("party ") + pl.col("party").str.to_lowercase(), by=pl.lit("party=1")
    ).select(_TIED)


def _paired(case: Case, ties: pl.DataFrame) -> pl.DataFrame:
    """``entry, taken, by, days``: the first entry with the first that takes it back, and so on."""
    placed = ties.with_columns(
        place=pl.col("row").rank("ordinal").over(*_ON, pl.col("amount") > 0),
        many=pl.len().over(*_ON, pl.col("amount") > 0),
    )
    into, out = placed.filter(pl.col("amount") > 0), placed.filter(pl.col("amount") < 0)
    met = bounded_join(into, out, [*_ON, "place", "many"], case.policy)
    days = (pl.col("date_right") - pl.col("date")).dt.total_days().abs()
    near = met.with_columns(days=days).filter(pl.col("days") <= case.policy.reversal_days_max)
    surest = near.sort("by", "days", "row", "row_right")
    once = surest.unique("row", keep="first", maintain_order=True).unique(
        "row_right", keep="first", maintain_order=True
    )
    first = pl.min_horizontal("row", "row_right")
    return once.select(
        entry=first, taken=pl.max_horizontal("row", "row_right"), by="by", days="days"
    ).sort("entry")
