"""Which few rows of a block make up a difference: the small complement, not the large set.

Rows of one value are interchangeable to a sum and stand as one class, so ten thousand equal rows
are one thing to try.  A set of left-out rows is a sorted tuple of class numbers, one for each row.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from math import comb, prod

import numpy as np

from recon_engine.match.case import Rows

Few = tuple[int, ...]


@dataclass(frozen=True)
class Classes:
    """Rows of a block by value.

    Attributes:
        value: the different values, ascending, minor units; rows of value 0 move no sum and are
            never left out.
        size: rows of each.
        start: place in ``order`` of each class's first row.
        order: places of the block's rows by class, then by day.
    """

    value: Rows
    size: Rows
    start: Rows
    order: Rows

    @classmethod
    def of(cls, values: Rows) -> "Classes":
        """The classes of a block's values, given in day order."""
        places = np.flatnonzero(values)
        order = places[np.argsort(values[places], kind="stable")]
        value, start, size = np.unique(values[order], return_index=True, return_counts=True)
        return cls(value, size, start, order)

    @cached_property
    def pairs(self) -> tuple[Rows, Rows, Rows]:
        """Sums of two rows, ascending, and the classes of both."""
        first, second = np.triu_indices(len(self.value))
        there = (first < second) | (self.size[first] > 1)
        first, second = first[there], second[there]
        total = self.value[first] + self.value[second]
        order = np.argsort(total, kind="stable")
        return total[order], first[order], second[order]

    def count(self, rows: int) -> float:
        """About how many sets of so many rows there are."""
        return float(comb(len(self.value) + rows - 1, rows)) if len(self.value) else float(not rows)

    def ways(self, few: Few) -> int:
        """In how many ways rows of these classes can be taken."""
        return prod(comb(int(self.size[c]), few.count(c)) for c in set(few))

    def rows(self, few: Few) -> list[int]:
        """Places in the block of the rows that are taken: of each class the latest."""
        taken = []
        for c in sorted(set(few)):
            end = int(self.start[c] + self.size[c])
            taken += self.order[end - few.count(c) : end].tolist()
        return taken

    def hits(self, wanted: Rows, rows_max: int) -> Iterator[tuple[int, Few]]:
        """Sets of at most so many rows that bring a wanted sum: ``(place in wanted, set)``."""
        for place in np.flatnonzero(wanted == 0).tolist():
            yield place, ()
        if rows_max >= 1:
            for place, c in _equal(self.value, wanted):
                yield place, (c,)
        if rows_max >= 2:
            total, first, second = self.pairs
            for place, pair in _equal(total, wanted):
                yield place, (int(first[pair]), int(second[pair]))
        if rows_max >= 3:
            yield from self._threes(wanted)

    def _threes(self, wanted: Rows) -> Iterator[tuple[int, Few]]:
        total, first, second = self.pairs
        classes = len(self.value)
        rest = (wanted[:, None] - self.value[None, :]).ravel()
        for place, pair in _equal(total, rest):
            asked, lowest = divmod(place, classes)
            few = (lowest, int(first[pair]), int(second[pair]))
            if lowest <= few[1] and few.count(lowest) <= self.size[lowest]:
                yield asked, few


def _equal(ascending: Rows, wanted: Rows) -> Iterator[tuple[int, int]]:
    """``(place in wanted, place in ascending)`` of all equal values."""
    low = np.searchsorted(ascending, wanted, side="left")
    high = np.searchsorted(ascending, wanted, side="right")
    for place in np.flatnonzero(high > low).tolist():
        for at in range(int(low[place]), int(high[place])):
            yield place, at


def parts(few: Few) -> list[Few]:
    """Every set of rows that can be taken from a few, each once."""
    return sorted({part for size in range(len(few) + 1) for part in combinations(few, size)})
