"""Rows of equal value stand as one class; sets of a few of them, for many blocks at once.

A *bag* is the rows of a block of days, or those that a payout may bring in from before it.  Rows of
one value are interchangeable to a sum, so a bag is its classes, and ten thousand equal rows are one
thing to try.  Sets of up to three rows of every bag stand in flat arrays, sorted by bag and sum, so
that one search answers for all channels.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from recon_engine.match.arrays import Rows, order_by

Floats = npt.NDArray[np.float64]
Halves = npt.NDArray[np.uint32]
SPAN = 1 << 44  # more than any sum of a bag; a key is the bag's number times this plus the sum
_ODDS = (0x9E3779B1, 0x85EBCA77)  # spread neighbouring numbers over all 32 bits
_HALF_WORD = 32
_ROWS = 3  # of the largest sets that are listed
_SPARSE = 3  # bits by which a sieve has more slots than numbers


def ragged(counts: Rows) -> tuple[Rows, Rows]:
    """``(owner, within)``: numbers 0 to count - 1 for each owner, one after the other."""
    owner = np.repeat(np.arange(len(counts)), counts)
    starts = np.cumsum(counts) - counts
    return owner, np.arange(len(owner)) - starts[owner]


def brief(bag: Rows, total: Rows) -> Halves:
    """Bag and sum in half a word; different ones seldom share it, and sums may be added to it."""
    return (bag * _ODDS[0] + total).astype(np.uint32)


def count_sets(kinds: Rows, rows: int) -> Floats:
    """At most how many sets of so many rows there are."""
    count: Floats = counts_of_sets(kinds, rows)[rows]
    return count


def counts_of_sets(kinds: Rows, rows_max: int) -> Floats:
    """At most how many sets of 0, 1, … rows there are, ``(rows, element)``."""
    count = [np.ones(len(kinds))]
    for n in range(rows_max):
        count.append(count[-1] * (kinds + n) / (n + 1))
    return np.stack(count)


def joined(lower: Rows, higher: Rows) -> Rows:
    """Classes of two parts of sets, both padded to the same width with -1, one after the other."""
    size, both = (lower >= 0).sum(axis=1), lower.copy()
    for n in range(higher.shape[1]):
        there = np.flatnonzero(higher[:, n] >= 0)
        both[there, size[there] + n] = higher[there, n]
    return both


@dataclass(frozen=True)
class Span:
    """Neighbouring sets, one stretch for each of several questions.

    Attributes:
        first: place of the first set.
        count: how many.
    """

    first: Rows
    count: Rows

    def at_once(self, sets_max: int) -> Iterator[slice]:
        """Questions that have about so many sets together, or one that has more."""
        ends = np.cumsum(self.count)
        cuts = np.flatnonzero(np.diff(ends // sets_max)) + 1
        for start, stop in pairwise([0, *cuts.tolist(), len(ends)]):
            if self.count[start:stop].any():
                yield slice(start, stop)

    def places(self, some: slice) -> tuple[Rows, Rows]:
        """``(question, set)`` of some questions, one stretch after the other."""
        owner, within = ragged(self.count[some])
        return owner + some.start, self.first[some][owner] + within


@dataclass(frozen=True)
class Sets:
    """Sets of equally many rows of all bags, sorted by bag and sum.

    Attributes:
        classes: of their rows, ascending, ``(set, row)``.
        key: bag and sum in one number.
        count: sets of each bag.
    """

    classes: Rows
    key: Rows
    count: Rows


@dataclass(frozen=True)
class Table:
    """Sets of several sizes of all bags, sorted by size, bag and sum.

    A *kind* is a bag and a size: the bag's number and so many times the number of all bags.

    Attributes:
        sets: by size.
        bags: how many there are.
        key: kind and sum in one number.
        count: sets of each kind.
    """

    sets: Mapping[int, Sets]
    bags: int
    key: Rows
    count: Rows

    @classmethod
    def of(cls, sets: Mapping[int, Sets], bags: int) -> "Table":
        """The table of sets by their size, sizes ascending."""
        key = [each.key + size * bags * SPAN for size, each in sets.items()]
        count = np.zeros((max(sets) + 1, bags), np.int64)
        for size, each in sets.items():
            count[size] = each.count
        return cls(sets, bags, np.concatenate(key), count.ravel())

    def kind(self, bag: Rows, size: Rows) -> Rows:
        """Kinds of sets of so many rows of some bags."""
        return size * self.bags + bag

    def total(self, place: Rows, kind: Rows) -> Rows:
        """Sums of sets whose kinds are known."""
        total: Rows = self.key[place] - kind * SPAN
        return total

    def classes(self, place: Rows, width: int) -> Rows:
        """Classes of the rows of some sets, padded with -1."""
        classes, first = np.full((len(place), width), -1), 0
        for size, each in self.sets.items():
            here = np.flatnonzero((place >= first) & (place < first + len(each.key)))
            if len(here):
                classes[here, :size] = each.classes[place[here] - first]
            first += len(each.key)
        return classes

    def between(self, kind: Rows, low: Rows, high: Rows) -> Span:
        """The sets of some kinds whose sums lie between two sums, both included."""
        # Beyond the sums of a kind lie those of another.
        low, high = (np.clip(bound, -SPAN // 2, SPAN // 2 - 1) for bound in (low, high))
        first = self.key.searchsorted(kind * SPAN + low)
        end = self.key.searchsorted(kind * SPAN + high, side="right")
        return Span(first, np.maximum(end - first, 0))

    @cached_property
    def brief_total(self) -> Halves:
        """The sums in half words, to be added to what :func:`brief` tells."""
        return self.key.astype(np.uint32)  # kinds are whole multiples of more than half a word

    @cached_property
    def brief_taken(self) -> Halves:
        """The same, to be taken off."""
        return -self.brief_total

    def may_hold(self, wanted: Halves) -> Rows:
        """Places of the kinds and sums, told as :func:`brief` does, that some set may have.

        What passes one sieve by chance seldom passes another, too.
        """
        one, two = self._sieves
        passed = np.flatnonzero(one.take(self._slots(wanted, _ODDS[0])))
        return passed[two.take(self._slots(wanted[passed], _ODDS[1]))]

    @cached_property
    def _sieves(self) -> list[npt.NDArray[np.bool_]]:
        kind = np.repeat(np.arange(len(self.count)), self.count)
        numbers = brief(kind, self.key)  # of a key the sum is the lower half
        sieves = [np.zeros(1 << self._bits, np.bool_) for _ in _ODDS]
        for odd, marks in zip(_ODDS, sieves, strict=True):
            marks[self._slots(numbers, odd)] = True
        return sieves

    def _slots(self, numbers: Halves, odd: int) -> Rows:
        slots = numbers * np.uint32(odd) >> np.uint32(_HALF_WORD - self._bits)
        return slots.astype(np.int64)  # at half words it is slow to take

    @property
    def _bits(self) -> int:
        return min(len(self.key).bit_length() + _SPARSE, _HALF_WORD)


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
    _tables: dict[tuple[int, int], Table] = field(default_factory=dict)

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

    def table(self, size: int, sets_max: int) -> Table:
        """Sets of up to one or two rows; of two, of the bags that have no more such sets.

        Listed once.
        """
        if (size, sets_max) not in self._tables:
            sets = {0: self.none, 1: self.ones}
            if size > 1:
                sets[2] = self.larger(self.ones, count_sets(self.kinds, 2) <= sets_max)
            self._tables[size, sets_max] = Table.of(sets, len(self))
        return self._tables[size, sets_max]

    def threes(self, wanted: npt.NDArray[np.bool_], sets_max: int) -> Table:
        """Every three rows of the wanted bags, if these have no more than so many sets of two."""
        none = np.zeros((0, _ROWS), np.int64)
        threes = Sets(none, none[:, 0], np.zeros(len(self), np.int64))
        if wanted.any():
            threes = self.larger(self.table(2, sets_max).sets[2], wanted)
        return Table.of({_ROWS: threes}, len(self))

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
        if classes.shape[1] >= _ROWS:  # of two rows there always are enough
            there = self.ways(classes) > 0
            bag, classes = bag[there], classes[there]
        total = np.zeros(len(bag), np.int64)
        for n in range(classes.shape[1]):  # a sum along so short an axis is slow
            total += self.value[classes[:, n]]
        order = order_by(bag, total)
        key = bag * SPAN + total
        return Sets(classes[order], key[order], np.bincount(bag, minlength=len(self)))

    def ways(self, classes: Rows) -> Floats:
        """In how many ways rows of these classes, ascending, can be taken; 0 where too few.

        Behind the last class of a set -1 may stand.
        """
        ways, run = np.ones(len(classes)), np.ones(len(classes), np.int64)
        for n in range(classes.shape[1] if len(self.value) else 0):
            there = classes[:, n] >= 0
            if n:
                run = np.where(there & (classes[:, n] == classes[:, n - 1]), run + 1, 1)
            ways *= np.where(there, np.maximum(self.size[classes[:, n]] - run + 1, 0), 1)
            ways /= run
        return ways

    @cached_property
    def begin(self) -> Rows:
        """By bag: the place of its first row among the rows of all bags."""
        return self.length.cumsum() - self.length

    def by_row(self, by_class: Floats) -> Floats:
        """What is told by class, for the rows of all bags as they stood; 0 for rows of value 0."""
        every = np.zeros(int(self.length.sum()))
        every[np.repeat(self.begin, self.rows) + self.order] = np.repeat(by_class, self.size)
        return every

    def taken(self, classes: Rows) -> tuple[Rows, Rows]:
        """``(set, place in the bag)`` of rows of the classes of some sets: of each the latest.

        Args:
            classes: ascending, ``(set, row)``, padded with -1.
        """
        later = np.zeros_like(classes)
        for n in range(1, classes.shape[1]):
            later[:, :-n] += classes[:, :-n] == classes[:, n:]
        number, column = (classes >= 0).nonzero()
        one = classes[number, column]
        place: Rows = self.order[self.start[one] + self.size[one] - 1 - later[number, column]]
        return number, place
