"""Pass 5: an id with one slip, its tail, or a short one, confirmed by amount and date.

A slip leaves either the start or the end of an id whole, so ids meet by their first or last
characters together with the amount; only those few are compared letter by letter.
"""

import numpy as np
import polars as pl
from rapidfuzz.distance import OSA
from rapidfuzz.process import cpdist

from recon_engine.match.bounded import bounded_join
from recon_engine.match.case import CONFIRMED, Case, Found, nothing
from recon_engine.match.units import members, units

_ON = ("paid", "currency")


def run(case: Case) -> Found:
    """Units paired with the one bank row that nearly names them and brings their amount."""
    ours, theirs = units(case), _unknown_pieces(case)
    if ours.is_empty() or theirs.is_empty():
        return nothing()
    near = pl.concat([_short(case, ours, theirs), _by_part(case, ours, theirs)])
    policy = case.policy
    inside = pl.col("paid_on").is_between(
        pl.col("first").dt.offset_by(f"-{policy.window_days_before}d"),
        pl.col("last").dt.offset_by(f"{policy.window_days_after}d"),
    )
    best = near.filter(inside).sort("unit", "row_right", "how")
    return _found(
        case, _only(best.unique(["unit", "row_right"], keep="first", maintain_order=True))
    )


def _unknown_pieces(case: Case) -> pl.DataFrame:
    """``row_right, piece, paid, currency, paid_on, said``: pieces that are no id as they stand."""
    side = case.right
    known = pl.concat([case.left.ids.select("key"), case.left.groups.select("key")])
    long_known = known.filter(pl.col("key").str.len_chars() >= case.policy.reference_length_min)
    said = pl.concat([side.tokens, side.short_tokens]).join(long_known, on="key", how="anti")
    # What stands in a column of its own is an id, however short: it names outright or not at all.
    given = pl.concat([side.ids, side.groups]).join(known, on="key", how="anti")
    strange = case.open_right(pl.concat([said, given]).unique(maintain_order=True))
    items = side.items.select(
        row_right="row", paid="amount", currency="currency", paid_on="date", said="text"
    )
    return strange.select(row_right="row", piece="key").join(items, on="row_right")


def _short(case: Case, ours: pl.DataFrame, theirs: pl.DataFrame) -> pl.DataFrame:
    """Ids too short to stand alone, written whole, with the amount beside them."""
    short = ours.filter(pl.col("key").str.len_chars() < case.policy.reference_length_min)
    met = short.join(theirs, left_on=["key", *_ON], right_on=["piece", *_ON])
    return met.with_columns(piece="key", how=pl.lit("short_id=1")).select(_COLUMNS)


_COLUMNS = ("unit", "row_right", "how", "amount", "paid", "paid_on", "first", "last", "said")


def _by_part(case: Case, ours: pl.DataFrame, theirs: pl.DataFrame) -> pl.DataFrame:
    """Ids that share their start or their end with a piece, then really compared."""
    length = case.policy.tail_length_min
    ours = ours.filter(pl.col("key").str.len_chars() >= length)
    theirs = theirs.filter(pl.col("piece").str.len_chars() >= length)
    met = []
    for part in (pl.col("t").str.slice(0, length), pl.col("t").str.slice(-length)):
        mine = ours.with_columns(t="key").with_columns(part=part)
        yours = theirs.with_columns(t="piece").with_columns(part=part)
        near = bounded_join(mine, yours, ["part", *_ON], case.policy)
        met.append(near.drop("part", "t", "t_right"))
    both = pl.concat(met).unique(maintain_order=True)
    if both.is_empty():
        return both.with_columns(how=pl.lit("")).select(_COLUMNS)
    slips = cpdist(both["key"], both["piece"], scorer=OSA.distance, score_cutoff=1, dtype=np.uint8)
    tail = pl.col("key").str.ends_with(pl.col("piece"))
    return (
        both.with_columns(slips=pl.Series(slips))
        .filter((pl.col("slips") <= 1) | tail)
        .with_columns(
            how=pl.when(pl.col("slips") <= 1).then(pl.lit("slips=1")).otherwise(pl.lit("tail=1"))
        )
        .select(_COLUMNS)
    )


def _only(near: pl.DataFrame) -> pl.DataFrame:
    """Rows with one unit only; of a unit's rows, the earliest if the others are its copies."""
    lone = near.filter(pl.len().over("row_right") == 1)
    alike = lone.filter(pl.struct("said", "paid").n_unique().over("unit") == 1)
    return alike.sort("row_right").unique("unit", keep="first", maintain_order=True)


def _found(case: Case, chosen: pl.DataFrame) -> Found:
    fee = pl.col("amount") - pl.col("paid")
    numbered = chosen.with_row_index("group").with_columns(pl.col("group").cast(pl.Int64))
    groups = numbered.select(
        "group",
        rule=pl.lit("near_reference"),
        status=pl.lit(CONFIRMED),
        explained=fee,
        evidence=pl.when(fee == 0).then("how").otherwise(pl.format("{};fee_minor={}", "how", fee)),
    )
    return Found(members(case, numbered), groups)
