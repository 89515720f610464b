"""Payments that nearly name an order: an id with one slip, or the tail of one.

Such a hint confirms nothing.  It says where to look for the sum that would: among the orders of the
buyer whose order it is.
"""

import numpy as np

from recon_engine.match.arrays import Groups, Rows, among, distinct, hashed, meetings, once
from recon_engine.match.case import Case
from recon_engine.match.keys import Said, without_repeats
from recon_engine.match.slips import one_slip


def nearly_named(case: Case) -> tuple[Rows, Rows]:
    """Open right rows, and the one open left row that each nearly names."""
    pieces, ids = _strange_pieces(case), _open_ids(case)
    if not len(pieces) or not len(ids):
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    found = [_slips(case, pieces, ids), _tails(case, pieces, ids)]
    payment, row = (np.concatenate(part) for part in zip(*found, strict=True))
    hints = distinct(payment * len(case.left) + row)
    payment, row = np.divmod(hints, len(case.left))
    only = once(payment)
    return payment[only], row[only]


def _strange_pieces(case: Case) -> Said:
    """Pieces of open right rows that name no left row as they stand."""
    least = case.policy.tail_length_min
    every = case.right.said_in_text.and_also(case.right.said_ids)
    strange = every.where(case.right_open[every.row] & ~case.index.naming(least)[every.row])
    return without_repeats(_long(strange, least))


def _open_ids(case: Case) -> Said:
    ids = case.left.said_ids
    return _long(ids.where(case.left_open[ids.row]), 2 * case.policy.tail_length_min)


def _long(said: Said, length_min: int) -> Said:
    return said.where((said.key.str.len_chars() >= length_min).to_numpy())


def _slips(case: Case, pieces: Said, ids: Said) -> tuple[Rows, Rows]:
    """Ids that differ by one slip; a start or an end that a crowd shares is not looked at."""
    length = case.policy.tail_length_min
    met = []
    for start in (0, -length):
        ours, theirs = (hashed(each.key.str.slice(start, length)) for each in (ids, pieces))
        groups = Groups.of(ours)
        few = np.flatnonzero(groups.size[groups.number] <= case.policy.candidates_max)
        i, j = meetings([ours[few]], [theirs])
        met.append(few[i] * len(pieces) + j)
    i, j = np.divmod(distinct(np.concatenate(met)), len(pieces))
    near = one_slip(ids.key.gather(i), pieces.key.gather(j))
    return pieces.row[j[near]], ids.row[i[near]]


def _tails(case: Case, pieces: Said, ids: Said) -> tuple[Rows, Rows]:
    """Pieces that are the end of one left id and of no other."""
    length = case.policy.tail_length_min
    short = pieces.where((pieces.key.str.len_chars() == length).to_numpy())
    every = case.left.said_ids
    i, j = meetings([hashed(every.key.str.slice(-length))], [hashed(short.key)])
    lone = once(j) & (every.key.gather(i).str.slice(-length) == short.key.gather(j)).to_numpy()
    row, payment = every.row[i[lone]], short.row[j[lone]]
    kept = among(row, ids.row)
    return payment[kept], row[kept]
