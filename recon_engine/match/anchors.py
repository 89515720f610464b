"""Payments that nearly name an order: an id with one slip, or the tail of one.

Such a hint confirms nothing.  It says where to look for the sum that would: among the orders of the
buyer whose order it is.
"""

import numpy as np
import polars as pl
from rapidfuzz.distance import OSA
from rapidfuzz.process import cpdist

from recon_engine.match.case import Case

_TIES: dict[str, pl.DataType] = {"payment": pl.Int64(), "row": pl.Int64()}


def nearly_named(case: Case) -> pl.DataFrame:
    """``payment, row``: open right rows and the one open left row that they nearly name."""
    pieces, ids = _strange_pieces(case), _open_ids(case)
    if pieces.is_empty() or ids.is_empty():
        return pl.DataFrame(schema=_TIES)
    hints = pl.concat([_slips(case, pieces, ids), _tails(case, pieces, ids)]).unique()
    return hints.filter(pl.len().over("payment") == 1)


def _strange_pieces(case: Case) -> pl.DataFrame:
    """``payment, piece``: pieces of right rows that are no left row's id as they stand."""
    long = pl.col("key").str.len_chars() >= case.policy.tail_length_min
    every = pl.concat([case.right.tokens, case.right.ids]).filter(long)
    known = case.right.items.select("row").join(_naming(case, every), on="row", how="semi")
    strange = case.open_right(every).join(known, on="row", how="anti")
    return strange.select(payment="row", piece="key").unique()


def _naming(case: Case, pieces: pl.DataFrame) -> pl.DataFrame:
    return pieces.join(case.left.ids, on="key", how="semi").select("row").unique()


def _open_ids(case: Case) -> pl.DataFrame:
    long = pl.col("key").str.len_chars() >= 2 * case.policy.tail_length_min
    return case.open_left(case.left.ids).filter(long)


def _slips(case: Case, pieces: pl.DataFrame, ids: pl.DataFrame) -> pl.DataFrame:
    """Ids that differ by one slip; a start or an end that a crowd shares is not looked at."""
    length = case.policy.tail_length_min
    met = []
    for cut in (pl.col("t").str.slice(0, length), pl.col("t").str.slice(-length)):
        ours = ids.with_columns(t="key").with_columns(part=cut)
        few = ours.group_by("part").len().filter(pl.col("len") <= case.policy.candidates_max)
        theirs = pieces.with_columns(t="piece").with_columns(part=cut)
        near = ours.join(few, on="part", how="semi").join(theirs, on="part")
        met.append(near.select("payment", "row", "key", "piece"))
    both = pl.concat(met).unique()
    alike = (pl.col("key").str.len_chars().cast(pl.Int64) - pl.col("piece").str.len_chars()).abs()
    both = both.filter(alike <= 1)
    if both.is_empty():
        return pl.DataFrame(schema=_TIES)
    apart = cpdist(both["key"], both["piece"], scorer=OSA.distance, score_cutoff=1, dtype=np.uint8)
    return both.filter(pl.Series(apart) <= 1).select("payment", "row")


def _tails(case: Case, pieces: pl.DataFrame, ids: pl.DataFrame) -> pl.DataFrame:
    """Pieces that are the end of one left id and of no other."""
    length = case.policy.tail_length_min
    tail = pl.col("key").str.slice(-length)
    every = case.left.ids.with_columns(part=tail)
    lone = every.filter(pl.col("part").is_unique()).select("row", "key", "part")
    short = pieces.filter(pl.col("piece").str.len_chars() == length)
    met = short.join(lone, left_on="piece", right_on="part")
    return met.join(ids.select("row"), on="row", how="semi").select("payment", "row")
