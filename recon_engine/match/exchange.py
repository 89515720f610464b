"""Interchangeable rows paired in date order: which pairs are told by their days.

Two equal orders of one buyer and two equal payments come out whichever pays which, and only their
days tell them apart.  Where two pairs may swap their payments and both stay within the window,
nobody knows which it was; where the rows swapped are of one day, nothing that shows has changed.
"""

import numpy as np

from recon_engine.match.arrays import Flags, Groups, Rows
from recon_engine.match.case import Case


def told_by_days(case: Case, group: Rows, left: Rows, right: Rows) -> Flags:
    """By pair: whether no other pair of its class could as well have its payment.

    Args:
        case: the days, and the window.
        group: number of each pair's class; pairs of a class stand together.
        left: rows, ascending within a class.
        right: rows, ascending within a class; rows are numbered by date.
    """
    ours, theirs, place = case.left.day[left], case.right.day[right], np.arange(len(group))
    days = [Groups.of(group * (1 << 32) + day) for day in (ours, theirs)]
    # The nearest pair that differs in both days is the one most easily swapped with.
    ends = [(each.start + each.size)[each.number] for each in days]
    starts = [each.start[each.number] for each in days]
    after, before = np.maximum(*ends), np.minimum(*starts) - 1
    sure = np.ones(len(group), dtype=np.bool_)
    for other, first, last in ((after, place, after), (before, before, place)):
        there = (other >= 0) & (other < len(group))
        there[there] = group[other[there]] == group[there]
        one, two = first[there], last[there]
        sure[there] &= ~(_fit(case, ours[one], theirs[two]) & _fit(case, ours[two], theirs[one]))
    return sure


def _fit(case: Case, ours: Rows, theirs: Rows) -> Flags:
    """Whether a payment's day lies within the window of an order's."""
    policy = case.policy
    return (theirs - ours >= -policy.window_days_before) & (
        theirs - ours <= policy.window_days_after
    )
