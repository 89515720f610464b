"""Groups that are whole: no part of both sides clears by itself.

Two orders and two payments whose sums agree are no group if one payment equals one order: then they
are two groups, or a coincidence of two.
"""

from collections.abc import Iterator

import numpy as np

from recon_engine.match.arrays import Flags, Groups, Rows, combined, order_by


def whole(group: Rows, left: Flags, amount: Rows, parts_max: int) -> Flags:
    """By group number: whether it does not fall apart.

    Args:
        group: of each member, counted from 0.
        left: whether it is a left row.
        amount: what it brings.
        parts_max: groups with more parts than this are not proved whole.
    """
    order = order_by(group, ~left)  # the left rows of a group first
    group, left, amount = group[order], left[order], amount[order]
    groups = Groups.of(group)
    lefts = groups.sum(left.astype(np.int64))
    rights = groups.size - lefts
    several = np.flatnonzero((lefts > 1) & (rights > 1))
    is_whole = np.ones(len(groups), dtype=np.bool_)
    shapes = Groups.of(combined(lefts[several], rights[several]))
    for shape in np.split(several[shapes.order], shapes.start[1:]):
        if not len(shape):
            continue
        ours, theirs = int(lefts[shape[0]]), int(rights[shape[0]])
        if 2 ** max(ours, theirs) > parts_max:
            is_whole[shape] = False
            continue
        for some in _chunks(shape, parts_max // 2 ** max(ours, theirs)):
            place = groups.start[some][:, None]
            is_whole[some] = ~falls_apart(
                amount[place + np.arange(ours)], amount[place + ours + np.arange(theirs)]
            )
    return is_whole


def _chunks(groups: Rows, size: int) -> Iterator[Rows]:
    for start in range(0, len(groups), size):
        yield groups[start : start + size]


def falls_apart(ours: Rows, theirs: Rows) -> Flags:
    """Whether some but not all of ``ours`` add up to some but not all of ``theirs``, by group.

    Args:
        ours: ``(group, member)``.
        theirs: the same of the other side.
    """
    sums = np.concatenate([part_sums(ours), part_sums(theirs)], axis=1)
    side = np.repeat([False, True], [2 ** ours.shape[1] - 2, 2 ** theirs.shape[1] - 2])
    order = np.argsort(sums, axis=1, kind="stable")  # of equal sums, ours stand first
    sums, side = np.take_along_axis(sums, order, axis=1), side[order]
    meet = (sums[:, 1:] == sums[:, :-1]) & side[:, 1:] & ~side[:, :-1]
    apart: Flags = meet.any(axis=1)
    return apart


def part_sums(amounts: Rows) -> Rows:
    """Sums of all parts but nothing and everything; amounts are few (a policy's group size)."""
    count = amounts.shape[1]
    chosen = np.arange(1, 2**count - 1)
    bits = (chosen[None, :] >> np.arange(count)[:, None]) & 1
    sums: Rows = amounts @ bits
    return sums
