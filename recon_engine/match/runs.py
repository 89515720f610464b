"""Runs: neighbouring rows of one group in date order, all lengths up to a limit, with their sums.

Contiguous runs are few (a limit times the rows), and chance rarely hits one: that is why they are
searched and free subsets are not.
"""

from dataclasses import dataclass

import numpy as np

from recon_engine.match.case import Rows


@dataclass(frozen=True)
class Runs:
    """Runs over rows in a given order.

    Attributes:
        start: place (in the given order) of a run's first row.
        length: number of its rows.
        total: sum of their amounts, minor units.
        days: days from its first row to its last.
    """

    start: Rows
    length: Rows
    total: Rows
    days: Rows


def runs(group: Rows, amount: Rows, day: Rows, longest: int, days_max: int) -> Runs:
    """All runs of 1 to ``longest`` rows within a group that span at most ``days_max`` days.

    Args:
        group: group number of each row; rows of a group stand together, in date order.
        amount: minor units.
        day: days since 1970.
        longest: rows.
        days_max: days.
    """
    count = len(group)
    summed = np.concatenate([[0], np.cumsum(amount)])
    parts: list[tuple[Rows, Rows, Rows, Rows]] = []
    for length in range(1, min(longest, count) + 1):
        start = np.arange(count - length + 1)
        last = start + length - 1
        inside = (group[start] == group[last]) & (day[last] - day[start] <= days_max)
        start, last = start[inside], last[inside]
        total = summed[last + 1] - summed[start]
        parts.append((start, np.full(len(start), length), total, day[last] - day[start]))
    if not parts:
        none = np.zeros(0, dtype=np.int64)
        return Runs(none, none, none, none)
    return Runs(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def rows_of(found: Runs, order: Rows, chosen: Rows) -> tuple[Rows, Rows]:
    """``(run, row)``: the rows of the chosen runs.

    Args:
        found: the runs.
        order: the row number at each place.
        chosen: numbers of runs.
    """
    length = found.length[chosen]
    run = np.repeat(chosen, length)
    within = np.arange(length.sum()) - np.repeat(np.cumsum(length) - length, length)
    return run, order[np.repeat(found.start[chosen], length) + within]
