"""Pass 8, one side alone: an entry and its reversal clear each other (红冲, void, returned money).

Two open rows of one side with opposite amounts belong together when one names the other's id, or
when both are one party's and one of them says that it takes something back.  Where several would
do, as many on either sign pair in date order; unequal numbers stay open.  What only the party ties
is proposed.
"""

import numpy as np
import polars as pl

from recon_engine.match.arrays import Rows, hashed, on_both
from recon_engine.match.bounded import bounded_join
from recon_engine.match.case import CONFIRMED, FOUND_GROUPS, FOUND_MEMBERS, PROPOSED, Case, Found
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
    found = [_side(case, left=left, status=status) for left in (True, False)]
    shift = found[0].height
    numbered = [found[0].with_row_index("group"), found[1].with_row_index("group", offset=shift)]
    told = pl.concat(numbered).with_columns(pl.col("group").cast(pl.Int64))
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


def _side(case: Case, *, left: bool, status: str) -> pl.DataFrame:
    """``left, entry, taken, by, days`` of one side's pairs, each row once."""
    side = case.left if left else case.right
    both = side.items[_opposite(case, left=left)].with_columns(size=pl.col("amount").abs())
    ties = _by_id(side, both) if status == CONFIRMED else _by_party(both)
    if status == CONFIRMED:
        ties = pl.concat([ties, _by_word(case, both)])
    return _paired(case, ties).with_columns(left=pl.lit(left))


def _opposite(case: Case, *, left: bool) -> Rows:
    """Open rows of a side that have an opposite amount of their currency on the same side."""
    side, is_open = (case.left, case.left_open) if left else (case.right, case.right_open)
    into, out = (np.flatnonzero(is_open & sign) for sign in (side.amount > 0, side.amount < 0))
    ours = case.index.sums(1 - left, into, side.amount[into])
    theirs = case.index.sums(1 - left, out, -side.amount[out])
    return np.sort(np.concatenate([into[np.isin(ours, theirs)], out[np.isin(theirs, ours)]]))


def _by_id(side: Side, rows: pl.DataFrame) -> pl.DataFrame:
    """``row, tie, by``: rows by every id they have, or name in their text."""
    every = side.said_ids.and_also(side.said_in_text)
    said = without_repeats(every.where(np.isin(every.row, rows["row"].to_numpy())))
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
