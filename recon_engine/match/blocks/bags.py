"""Rows of equal value stand as one class; sets of a few of them, for many blocks at once.

A *bag* is the rows of a block of days, or those that a payout may bring in from before it.  Rows of
one value are interchangeable to a sum, so a bag is its classes, and ten thousand equal rows are one
thing to try.  Sets of up to three rows of every bag stand in flat arrays, sorted by bag and sum, so
that one search answers for all channels.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from recon_engine.match.arrays import Rows, order_by

Floats = npt.NDArray[np.float64]
Halves = npt.NDArray[np.uint32]
SPAN = 1 << 44  # more than any sum of a bag; a key is the bag's number times this plus the sum
_ODD = 0x9E3779B1  # spreads neighbouring numbers over all 32 bits
_HALF_WORD = 32
_SPARSE = 3  # bits by which a sieve has more slots than numbers


def ragged(counts: Rows) -> tuple[Rows, Rows]:
    """``(owner, within)``: numbers 0 to count - 1 for each owner, one after the other."""
    owner = np.repeat(np.arange(len(counts)), counts)
    starts = np.cumsum(counts) - counts
    return owner, np.arange(len(owner)) - starts[owner]


def brief(bag: Rows, total: Rows) -> Halves:
    """Bag and sum in half a word; different ones seldom share it, and sums may be taken off it."""
    return (bag * _ODD + total).astype(np.uint32)


def count_sets(kinds: Rows, rows: int) -> Floats:
    """At most how many sets of so many rows there are."""
    count = np.ones(len(kinds))
    for n in range(rows):
        count = count * (kinds + n) / (n + 1)
    return count


@dataclass(frozen=True)
class Span:
    """Neighbouring sets, one stretch for each of several questions.

    Attributes:
        first: place of the first set.
        count: how many.
    """

    first: Rows
    count: Rows

    def places(self) -> tuple[Rows, Rows]:
        """``(question, set)``, one stretch after the other."""
        owner, within = ragged(self.count)
        return owner, self.first[owner] + within


@dataclass(frozen=True)
class Sets:
    """Sets of equally many rows of all bags, sorted by bag and sum.

    Attributes:
        classes: of their rows, ascending, ``(set, row)``.
        ways: in how many ways rows of these classes can be taken.
        total: their sums.
        key: bag and sum in one number.
        first: place of each bag's first set.
        count: sets of each bag.
    """

    classes: Rows
    ways: Floats
    total: Rows
    key: Rows
    first: Rows
    count: Rows

    def between(self, bag: Rows, low: Rows, high: Rows) -> Span:
        """The sets of some bags whose sums lie between two sums, both included."""
        # Beyond the sums of a bag lie those of another.
        low, high = (np.clip(bound, -SPAN // 2, SPAN // 2 - 1) for bound in (low, high))
        first = self.key.searchsorted(bag * SPAN + low)
        end = self.key.searchsorted(bag * SPAN + high, side="right")
        return Span(first, np.maximum(end - first, 0))

    @cached_property
    def brief_total(self) -> Halves:
        """The sums in half words, to be taken off what :func:`brief` tells."""
        return self.total.astype(np.uint32)

    def may_hold(self, wanted: Halves) -> npt.NDArray[np.bool_]:
        """Whether some set may have that bag and sum, which are told as :func:`brief` does."""
        return self._sieve[self._slots(wanted)]

    @cached_property
    def _sieve(self) -> npt.NDArray[np.bool_]:
        marks = np.zeros(1 << self._bits, np.bool_)
        bag = np.repeat(np.arange(len(self.count)), self.count)
        marks[self._slots(brief(bag, self.total))] = True
        return marks

    def _slots(self, numbers: Halves) -> Halves:
        return numbers * np.uint32(_ODD) >> np.uint32(_HALF_WORD - self._bits)

    @property
    def _bits(self) -> int:
        return min(len(self.total).bit_length() + _SPARSE, _HALF_WORD)


@dataclass(frozen=True)
class Bags:
    """Many bags of rows.

    Attributes:
        rows: rows of each bag that may move; rows of value 0 move no sum and never do.
        kinds: classes of each bag.
        first: number of each bag's first class.
        bag: of each class.
        value: of each class; ascending within a bag.
        size: rows of each class.
        start: place in ``order`` of each class's first row.
        order: places, within their bag, of the rows by class, then as they stood.
        length: rows of each bag, with those of value 0.
    """

    rows: Rows
    kinds: Rows
    first: Rows
    bag: Rows
    value: Rows
    size: Rows
    start: Rows
    order: Rows
    length: Rows
    _twos: dict[int, Sets] = field(default_factory=dict)

    @classmethod
    def of(cls, values: Sequence[Rows]) -> "Bags":
        """The bags of some rows' values, given in day order."""
        length = np.array([len(one) for one in values], np.int64)
        owner, within = ragged(length)
        value = np.concatenate([np.zeros(0, np.int64), *values])
        moves = value != 0
        owner, within, value = owner[moves], within[moves], value[moves]
        order = np.lexsort((within, value, owner))
        owner, within, value = owner[order], within[order], value[order]
        new = np.ones(len(owner), np.bool_)
        new[1:] = (owner[1:] != owner[:-1]) | (value[1:] != value[:-1])
        start = np.flatnonzero(new)
        size = np.diff(start, append=len(owner))
        bag = owner[start]
        kinds = np.bincount(bag, minlength=len(values))
        rows = np.bincount(owner, minlength=len(values))
        first = np.cumsum(kinds) - kinds
        return cls(rows, kinds, first, bag, value[start], size, start, within, length)

    def __len__(self) -> int:
        return len(self.rows)

    @cached_property
    def least(self) -> Rows:
        """By bag: the least value of a row; 0 where there is none."""
        return self._value_of(self.first)

    @cached_property
    def most(self) -> Rows:
        """By bag: the greatest value of a row; 0 where there is none."""
        return self._value_of(self.first + self.kinds - 1)

    def _value_of(self, place: Rows) -> Rows:
        some = self.kinds > 0
        value = np.zeros(len(self), np.int64)
        value[some] = self.value[place[some]]
        return value

    @cached_property
    def none(self) -> Sets:
        """The set of no rows, of every bag."""
        return self._sorted(np.arange(len(self)), np.zeros((len(self), 0), np.int64))

    @cached_property
    def ones(self) -> Sets:
        """Every single row."""
        return self._sorted(self.bag, np.arange(len(self.value))[:, None])

    def twos(self, sets_max: int) -> Sets:
        """Every two rows of the bags that have no more such sets; listed once."""
        if sets_max not in self._twos:
            few = count_sets(self.kinds, 2) <= sets_max
            self._twos[sets_max] = self.larger(self.ones, few)
        return self._twos[sets_max]

    def larger(self, sets: Sets, wanted: npt.NDArray[np.bool_]) -> Sets:
        """Sets of the wanted bags with one row more, of the class of their last or a later one."""
        last = sets.classes[:, -1]
        bag, next_one = self.bag[last], last + (self.size[last] == 1)
        count = np.where(wanted[bag], (self.first + self.kinds)[bag] - next_one, 0)
        owner, within = ragged(count)
        classes = np.empty((len(owner), sets.classes.shape[1] + 1), np.int64)
        classes[:, :-1], classes[:, -1] = sets.classes[owner], next_one[owner] + within
        return self._sorted(bag[owner], classes)

    def _sorted(self, bag: Rows, classes: Rows) -> Sets:
        ways = self.ways(classes)
        there = ways > 0
        if not there.all():
            bag, classes, ways = bag[there], classes[there], ways[there]
        total = np.zeros(len(bag), np.int64)
        for n in range(classes.shape[1]):  # a sum along so short an axis is slow
            total += self.value[classes[:, n]]
        order = order_by(bag, total)
        total, count = total[order], np.bincount(bag, minlength=len(self))
        key = bag[order] * SPAN + total
        return Sets(classes[order], ways[order], total, key, np.cumsum(count) - count, count)

    def ways(self, classes: Rows) -> Floats:
        """In how many ways rows of these classes, ascending, can be taken; 0 where too few."""
        if not classes.shape[1]:
            return np.ones(len(classes))
        ways = self.size[classes[:, 0]].astype(np.float64)
        run = np.ones(len(classes), np.int64)
        for n in range(1, classes.shape[1]):
            run = np.where(classes[:, n] == classes[:, n - 1], run + 1, 1)
            ways *= np.maximum(self.size[classes[:, n]] - run + 1, 0)
            ways /= run
        return ways

    def by_row(self, by_class: Floats) -> list[Floats]:
        """What is told by class, for the rows of each bag as they stood; 0 for rows of value 0."""
        ends = np.cumsum(self.length)
        every = np.zeros(int(ends[-1]) if len(ends) else 0)
        place = np.repeat(ends - self.length, self.rows) + self.order
        every[place] = np.repeat(by_class, self.size)
        return np.split(every, ends[:-1])

    def taken(self, classes: Sequence[int]) -> list[int]:
        """Places in the bag of rows of these classes: of each class the latest."""
        places: list[int] = []
        for one in sorted(set(classes)):
            end = int(self.start[one] + self.size[one])
            places += self.order[end - list(classes).count(one) : end].tolist()
        return places
