"""Payments that nearly name an order: an id with one slip, or the tail of one.

Such a hint confirms nothing.  It says where to look for the sum that would: among the orders of the
buyer whose order it is.
"""

import numpy as np
import polars as pl
from rapidfuzz.distance import OSA
from rapidfuzz.process import cpdist

from recon_engine.match.arrays import Groups, Rows, distinct, hashed, meetings, once
from recon_engine.match.case import Case
from recon_engine.match.keys import without_repeats


def nearly_named(case: Case) -> tuple[Rows, Rows]:
    """Open right rows, and the one open left row that each nearly names."""
    pieces, ids = _strange_pieces(case), _open_ids(case)
    if pieces.is_empty() or ids.is_empty():
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    found = [_slips(case, pieces, ids), _tails(case, pieces, ids)]
    payment, row = (np.concatenate(part) for part in zip(*found, strict=True))
    hints = distinct(payment * len(case.left) + row)
    payment, row = np.divmod(hints, len(case.left))
    only = once(payment)
    return payment[only], row[only]


def _strange_pieces(case: Case) -> pl.DataFrame:
    """``row, key``: pieces of open right rows that name no left row as they stand."""
    least = case.policy.tail_length_min
    every = pl.concat([case.right.tokens, case.right.ids])
    row = every["row"].to_numpy()
    strange = every.filter(pl.Series(case.right_open[row] & ~case.index.naming(least)[row]))
    return without_repeats(strange.filter(pl.col("key").str.len_chars() >= least))


def _open_ids(case: Case) -> pl.DataFrame:
    long = pl.col("key").str.len_chars() >= 2 * case.policy.tail_length_min
    return case.open_left(case.left.ids).filter(long)


def _slips(case: Case, pieces: pl.DataFrame, ids: pl.DataFrame) -> tuple[Rows, Rows]:
    """Ids that differ by one slip; a start or an end that a crowd shares is not looked at."""
    length = case.policy.tail_length_min
    met = []
    for start, size in ((0, length), (-length, length)):
        ours, theirs = (hashed(each["key"].str.slice(start, size)) for each in (ids, pieces))
        groups = Groups.of(ours)
        few = np.flatnonzero(groups.size[groups.number] <= case.policy.candidates_max)
        i, j = meetings([ours[few]], [theirs])
        met.append(few[i] * pieces.height + j)
    i, j = np.divmod(distinct(np.concatenate(met)), pieces.height)
    keys = ids["key"].gather(i), pieces["key"].gather(j)
    apart = cpdist(*keys, scorer=OSA.distance, score_cutoff=1, dtype=np.uint8) <= 1
    return pieces["row"].to_numpy()[j[apart]], ids["row"].to_numpy()[i[apart]]


def _tails(case: Case, pieces: pl.DataFrame, ids: pl.DataFrame) -> tuple[Rows, Rows]:
    """Pieces that are the end of one left id and of no other."""
    length = case.policy.tail_length_min
    short = pieces.filter(pl.col("key").str.len_chars() == length)
    every = case.left.ids
    i, j = meetings([hashed(every["key"].str.slice(-length))], [hashed(short["key"])])
    lone = (
        once(j) & (every["key"].gather(i).str.slice(-length) == short["key"].gather(j)).to_numpy()
    )
    row, payment = every["row"].to_numpy()[i[lone]], short["row"].to_numpy()[j[lone]]
    kept = np.isin(row, ids["row"].to_numpy())
    return payment[kept], row[kept]
