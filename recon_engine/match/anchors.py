"""Payments that nearly name an order: an id with one slip, or the tail of one.

Such a hint confirms nothing.  It says where to look for the sum that would: among the orders of the
buyer whose order it is.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from recon_engine.match.arrays import Flags, Groups, Rows, among, distinct, hashed, meetings, once
from recon_engine.match.case import Case
from recon_engine.match.keys import Said, without_repeats
from recon_engine.match.slips import Ends, one_slip


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
    """Open right rows, and the one open left row that each nearly names."""
    pieces, ids = _strange_pieces(case), _open_ids(case)
    if not len(pieces.said) or not len(ids.said):
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    found = [_slips(case, pieces, ids), _tails(case, pieces, ids)]
    payment, row = (np.concatenate(part) for part in zip(*found, strict=True))
    hints = distinct(payment * len(case.left) + row)
    payment, row = np.divmod(hints, len(case.left))
    only = once(payment)
    return payment[only], row[only]


def _strange_pieces(case: Case) -> _Told:
    """Pieces of open right rows that name no left row as they stand."""
    least = case.policy.tail_length_min
    every = case.right.said_in_text.and_also(case.right.said_ids)
    strange = every.where(case.right_open[every.row] & ~case.index.naming(least)[every.row])
    told = _Told.of(without_repeats(strange), case)
    return told.where(told.ends.size >= least)


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
    alike = np.abs(ids.ends.size[i] - pieces.ends.size[j]) <= 1
    i, j = i[alike], j[alike]
    near = one_slip(ids.said.key.gather(i), pieces.said.key.gather(j))
    return pieces.said.row[j[near]], ids.said.row[i[near]]


def _tails(case: Case, pieces: _Told, ids: _Told) -> tuple[Rows, Rows]:
    """Pieces that are the end of one left id, which is open, and of no other."""
    length = case.policy.tail_length_min
    short, every = np.flatnonzero(pieces.ends.size == length), case.left.said_ids
    i, j = meetings([hashed(every.key.str.slice(-length))], [pieces.ends.end[short]])
    lone = once(j) & among(every.row[i], ids.said.row)
    i, j = i[lone], short[j[lone]]
    both = pl.DataFrame({"id": every.key.gather(i), "tail": pieces.said.key.gather(j)})
    ends = both.select(pl.col("id").str.ends_with(pl.col("tail"))).to_series().to_numpy()
    return pieces.said.row[j[ends]], every.row[i[ends]]
