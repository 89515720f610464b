"""Payments that nearly name an order: an id with one slip, its tail, its start, or a short one.

Such a hint confirms nothing.  It says where to look for the sum that would: among the orders of the
buyer whose order it is.  Where a tail fits several ids, as in a large month every six digits do,
the order whose buyer may be the payer is meant.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from recon_engine.match.arrays import (
    Flags,
    Groups,
    Rows,
    distinct,
    hashed,
    meetings,
    once,
)
from recon_engine.match.case import Case
from recon_engine.match.keys import Said, normal, without_repeats
from recon_engine.match.slips import Ends, one_slip

_LAST = r"([\p{L}\p{N}#-]+)\s*$"  # of a text, what may be an id that the bank's field cut


@dataclass(frozen=True)
class _Told:
    """What rows say, and the ends of it."""

    said: Said
    ends: Ends

    @classmethod
    def of(cls, said: Said, case: Case) -> "_Told":
        """Its ends are as long as the shortest tail that counts."""
        return cls(said, Ends.of(said.key, case.policy.tail_length_min))

    def where(self, kept: Flags) -> "_Told":
        """Some of it."""
        return _Told(self.said.where(kept), self.ends.where(kept))


def nearly_named(case: Case) -> tuple[Rows, Rows]:
    """Open right rows, and the one open left row that each nearly names; a row may name several."""
    found = _damaged(case), _short_ids(case)
    payment, row = (np.concatenate(part) for part in zip(*found, strict=True))
    return np.divmod(distinct(payment * len(case.left) + row), max(1, len(case.left)))


def _damaged(case: Case) -> tuple[Rows, Rows]:
    """Open rows that say an id with a slip, its tail, or its start where the field was cut."""
    pieces, ids = _strange_pieces(case), _open_ids(case)
    if not len(pieces.said) or not len(ids.said):
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    found = [_slips(case, pieces, ids), _tails(case, pieces), _heads(case, pieces, ids)]
    piece, row = (np.concatenate(part) for part in zip(*found, strict=True))
    piece, row = np.divmod(distinct(piece * len(case.left) + row), len(case.left))
    kept = _meant(case, piece, pieces.said.row[piece], row)
    return pieces.said.row[piece[kept]], row[kept]


def _short_ids(case: Case) -> tuple[Rows, Rows]:
    """Open rows that say an id too short to stand alone, whole, and the name of its buyer."""
    said, ids = case.right.said_too_short, case.left.said_ids
    said, ids = said.where(case.right_open[said.row]), ids.where(case.left_open[ids.row])
    i, j = meetings([hashed(ids.key)], [hashed(said.key)], case.policy.candidates_max**2)
    same = (ids.key.gather(i) == said.key.gather(j)).to_numpy()
    row, payment, piece = ids.row[i[same]], said.row[j[same]], j[same]
    own = np.flatnonzero(case.names.may_be_one(row, payment))
    own = own[once(piece[own])]
    return payment[own], row[own]


def _meant(case: Case, piece: Rows, payment: Rows, row: Rows) -> Flags:
    """By hint: whether its left row is open and the only one that may be meant.

    A payment that says another's name does not mean it; of several the payer's own is meant.
    """
    likely = np.flatnonzero(case.names.may_have_paid(row, payment))
    own = likely[case.names.may_be_one(row[likely], payment[likely])]
    meant = np.zeros(len(piece), dtype=np.bool_)
    for some in (likely, own):
        meant[some[once(piece[some])]] = True
    return meant & case.left_open[row]


def _strange_pieces(case: Case) -> _Told:
    """Pieces of open right rows that are no left row's id as they stand, or as short as a tail.

    Every six figures are the whole id of some order of a shop that counts its orders.
    """
    right, index, least = case.right, case.index, case.policy.tail_length_min
    every = right.said_in_text.and_also(right.said_ids)
    known = np.concatenate([index.is_known("in_text"), index.is_known("ids")])
    some = case.right_open[every.row]
    every, known = every.where(some), known[some]
    size = every.key.str.len_chars().to_numpy()
    return _Told.of(without_repeats(every.where((size == least) | (~known & (size > least)))), case)


def _open_ids(case: Case) -> _Told:
    said = case.left.said_ids
    told = _Told.of(said.where(case.left_open[said.row]), case)
    return told.where(told.ends.size >= 2 * case.policy.tail_length_min)


def _slips(case: Case, pieces: _Told, ids: _Told) -> tuple[Rows, Rows]:
    """Ids that differ by one slip; a start or an end that a crowd shares is not looked at."""
    met = []
    for ours, theirs in ((ids.ends.start, pieces.ends.start), (ids.ends.end, pieces.ends.end)):
        groups = Groups.of(ours)
        few = np.flatnonzero(groups.size[groups.number] <= case.policy.candidates_max)
        i, j = meetings([ours[few]], [theirs])
        met.append(few[i] * len(theirs) + j)
    i, j = np.divmod(distinct(np.concatenate(met)), len(pieces.said))
    near = np.abs(ids.ends.size[i] - pieces.ends.size[j]) <= 1
    i, j = i[near], j[near]
    near = one_slip(ids.said.key.gather(i), pieces.said.key.gather(j))
    return j[near], ids.said.row[i[near]]


def _tails(case: Case, pieces: _Told) -> tuple[Rows, Rows]:
    """Pieces that are the end of left ids, open or not."""
    length = case.policy.tail_length_min
    short, every = np.flatnonzero(pieces.ends.size == length), case.left.said_ids
    ends = hashed(every.key.str.slice(-length))
    i, j = meetings([ends], [pieces.ends.end[short]], case.policy.candidates_max**2)
    j = short[j]
    both = pl.DataFrame({"id": every.key.gather(i), "tail": pieces.said.key.gather(j)})
    same = both.select(pl.col("id").str.ends_with(pl.col("tail"))).to_series().to_numpy()
    return j[same], every.row[i[same]]


def _heads(case: Case, pieces: _Told, ids: _Told) -> tuple[Rows, Rows]:
    """Last pieces of texts that are the start of open ids: the bank's field cut the rest off."""
    length = 2 * case.policy.tail_length_min
    long = np.flatnonzero(pieces.ends.size >= length)
    said = pieces.said.key.gather(long)
    starts = [hashed(key.str.slice(0, length)) for key in (ids.said.key, said)]
    i, j = meetings([starts[0]], [starts[1]], case.policy.candidates_max**2)
    both = pl.DataFrame({"id": ids.said.key.gather(i), "head": said.gather(j)})
    cut = both.select(pl.col("id").str.starts_with(pl.col("head"))).to_series().to_numpy()
    i, j = i[cut], long[j[cut]]
    texts = case.right.items["text"].gather(pieces.said.row[j])
    last = normal(texts.str.extract(_LAST).fill_null(""))
    at_end = (last == pieces.said.key.gather(j)).to_numpy()
    return j[at_end], ids.said.row[i[at_end]]
