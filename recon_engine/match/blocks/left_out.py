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
class Sets:
    """Sets of equally many rows.

    Attributes:
        total: their sums, ascending.
        classes: of their rows, one array for each row.
    """

    total: Rows
    classes: tuple[Rows, ...]

    @classmethod
    def sorted(cls, value: Rows, classes: tuple[Rows, ...]) -> "Sets":
        """The sets in order of their sums."""
        total = np.sum([value[each] for each in classes], axis=0)
        order = np.argsort(total, kind="stable")
        return cls(total[order], tuple(each[order] for each in classes))

    def at(self, place: int) -> Few:
        """One of the sets."""
        return tuple(int(each[place]) for each in self.classes)


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
    def rows_in_all(self) -> int:
        """How many rows may be left out."""
        return int(self.size.sum())

    def sets(self, rows: int) -> Sets:
        """Every set of so many rows, 0 to 2."""
        if rows == 0:
            return Sets(np.zeros(1, np.int64), ())
        if rows == 1:
            return self._ones
        return self._twos

    @cached_property
    def _ones(self) -> Sets:
        return Sets(self.value, (np.arange(len(self.value)),))

    @cached_property
    def _twos(self) -> Sets:
        first, second = np.triu_indices(len(self.value))
        there = (first < second) | (self.size[first] > 1)
        return Sets.sorted(self.value, (first[there], second[there]))

    def count(self, rows: int) -> int:
        """At most how many sets of so many rows there are."""
        if not 0 < rows <= self.rows_in_all:
            return int(rows == 0)
        return comb(len(self.value) + rows - 1, rows)

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

    def steps(self, rows: int, wanted: int) -> int:
        """What it takes to look for so many sums among the sets of so many rows."""
        return wanted * self.count(max(0, rows - 2))

    def hits(self, wanted: Rows, rows: int) -> Iterator[tuple[int, Few]]:
        """Sets of exactly so many rows, 0 to 4, that bring a wanted sum: ``(place, set)``.

        A set is looked for in two parts: for each lower part, is there an upper one that brings the
        rest?  Pairs are made only where many sums ask for them.
        """
        few_ask = rows == 2 and 2 * len(wanted) < len(self.value)
        upper = self.sets(min(rows, 1 if few_ask else 2))
        below = rows - len(upper.classes)
        if not below:
            for place, at in _equal(upper.total, wanted):
                yield place, upper.at(at)
            return
        lower = self.sets(below)
        rest = (wanted[:, None] - lower.total[None, :]).ravel()
        for place, at in _equal(upper.total, rest):
            asked, low = divmod(place, len(lower.total))
            few = (*lower.at(low), *upper.at(at))
            # Each set once: in ascending order, and no more rows of a class than there are.
            if few[below - 1] <= few[below] and all(few.count(c) <= self.size[c] for c in few):
                yield asked, few


def _equal(ascending: Rows, wanted: Rows) -> Iterator[tuple[int, int]]:
    """``(place in wanted, place in ascending)`` of all equal values."""
    low = ascending.searchsorted(wanted, side="left")
    high = ascending.searchsorted(wanted, side="right")
    for place in (high > low).nonzero()[0].tolist():
        for at in range(int(low[place]), int(high[place])):
            yield place, at


def parts(few: Few) -> list[Few]:
    """Every set of rows that can be taken from a few, each once."""
    return sorted({part for size in range(len(few) + 1) for part in combinations(few, size)})
