"""Whole numbers in arrays: equal ones brought together, added up, found on both sides.

Most of the matcher is this.  A polars call costs as much as a pass over ten thousand numbers, so
frames only carry results and what happens in between happens here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from math import prod

import numpy as np
import numpy.typing as npt
import polars as pl

Rows = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_ODD = np.uint64(0x9E3779B97F4A7C15)  # spreads neighbouring numbers over all 64 bits
_LARGEST = np.iinfo(np.int64).max
_HALF = np.uint64(32)
_FEW = 4_096  # numbers that are sorted in no time
_RUN = 8  # numbers that ascend are a stretch
_SLOTS = 2  # of a sieve, for each number that is put into it; more would miss the cache


@dataclass(frozen=True)
class Groups:
    """Places of an array grouped by their number.

    Attributes:
        order: the places, those of one group together, in their order.
        start: where each group begins in ``order``; groups ascend by number.
    """

    order: Rows
    start: Rows

    @classmethod
    def of(cls, numbers: Rows) -> "Groups":
        """The groups of equal numbers."""
        order = order_by(numbers)
        return cls(order, np.flatnonzero(_begins(numbers[order])))

    def __len__(self) -> int:
        return len(self.start)

    @cached_property
    def size(self) -> Rows:
        """Places in each group."""
        return np.diff(self.start, append=len(self.order))

    @cached_property
    def number(self) -> Rows:
        """The group of each place, counted from 0."""
        number = np.empty(len(self.order), dtype=np.int64)
        number[self.order] = np.repeat(np.arange(len(self)), self.size)
        return number

    @property
    def first(self) -> Rows:
        """The first place of each group."""
        return self.order[self.start]

    def sum(self, values: Rows) -> Rows:
        """The sum of each group's values."""
        return _reduced(np.add, values[self.order], self.start)

    def min(self, values: Rows) -> Rows:
        """The least of each group's values."""
        return _reduced(np.minimum, values[self.order], self.start)

    def max(self, values: Rows) -> Rows:
        """The greatest of each group's values."""
        return _reduced(np.maximum, values[self.order], self.start)

    def different(self, codes: Rows) -> Rows:
        """How many different codes each group has; codes count from 0."""
        most = int(codes.max(initial=0)) + 1
        return np.bincount(distinct(self.number * most + codes) // most, minlength=len(self))

    def any(self, flags: Flags) -> Flags:
        """Whether any of a group's places is marked."""
        return self.sum(flags.astype(np.int64)) > 0

    def marked(self, flags: Flags) -> Flags:
        """By place: whether any place of its group is marked."""
        return self.any(flags)[self.number]


def _begins(ordered: Rows) -> Flags:
    """Where a new number begins in an ordered array."""
    begins = np.ones(len(ordered), dtype=np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=begins[1:])
    return begins


def _reduced(how: np.ufunc, values: Rows, start: Rows) -> Rows:
    if not len(start):
        return np.zeros(0, dtype=values.dtype)
    reduced: Rows = how.reduceat(values, start)
    return reduced


def order_by(*columns: Rows | Flags) -> Rows:
    """Places in the order of the first column, where that is equal of the second, and so on."""
    count = len(columns[0])
    lows = [int(column.min(initial=0)) for column in columns]
    spans = [
        int(column.max(initial=0)) - low + 1 for column, low in zip(columns, lows, strict=True)
    ]
    if prod(spans) > _LARGEST:  # a single column of hashes, or several of large numbers
        if len(columns) > 1:
            return np.lexsort(columns[::-1])
        return _order_of_hashes(columns[0].astype(np.int64, copy=False))
    packed = np.zeros(count, dtype=np.int64)  # one sort instead of one a column
    for column, low, span in zip(columns, lows, spans, strict=True):
        packed *= span
        packed += column.astype(np.int64, copy=False)
        packed -= low
    bits = count.bit_length()
    if prod(spans) << bits > _LARGEST:
        return np.argsort(packed, kind="stable")
    # With their places in them no two are equal, and to sort numbers is quicker than places.
    packed <<= bits
    packed |= np.arange(count)
    return _ascending(packed) & ((1 << bits) - 1)


def _order_of_hashes(hashes: Rows) -> Rows:
    """The same for numbers that fill all bits: the last of them make room for the places."""
    low = (1 << len(hashes).bit_length()) - 1
    order = _ascending(hashes & ~low | np.arange(len(hashes))) & low
    ordered = hashes[order]
    if (ordered[1:] < ordered[:-1]).any():  # two differ in their last bits alone
        return np.argsort(hashes, kind="stable")
    return order


def _ascending(numbers: Rows) -> Rows:
    """The numbers in their order."""
    falls = int(np.count_nonzero(numbers[1:] < numbers[:-1]))
    if falls * _RUN < len(numbers):  # long stretches ascend already and are only merged
        return np.sort(numbers, kind="stable")
    # Of many at once the library of frames is the quicker one.
    return np.sort(numbers) if len(numbers) < _FEW else pl.Series(numbers).sort().to_numpy()


def distinct(numbers: Rows) -> Rows:
    """Each number once, ascending."""
    ordered = _ascending(numbers)
    return ordered[_begins(ordered)]


def once(numbers: Rows) -> Flags:
    """Whether a number stands in the array only there."""
    first = alike(numbers)
    alone: Flags = np.bincount(first, minlength=len(numbers))[first] == 1
    return alone


def among(numbers: Rows, known: Rows) -> Flags:
    """Whether each number is one of those known."""
    is_known: Flags = alike(np.concatenate([known, numbers]))[len(known) :] < len(known)
    return is_known


def alike(numbers: Rows) -> Rows:
    """By place: the first place that holds the same number.

    A sort would cost four times as much: each number writes its place into a table, the first one
    last, and finds there its own or, now and then, another's.
    """
    slot, places = _slots(numbers, len(numbers)), np.arange(len(numbers))
    table = np.empty(_SLOTS * 2 ** len(numbers).bit_length(), dtype=np.int64)
    table[slot[::-1]] = places[::-1]
    first = table[slot]
    others = np.flatnonzero(numbers[first] != numbers)
    groups = Groups.of(numbers[others])
    first[others] = others[groups.first[groups.number]]
    return first


def counted(numbers: Rows) -> tuple[Rows, Rows]:
    """Numbers from 0 for equal numbers, in the order in which they come, and the first of each."""
    return _counted(alike(numbers))


def _counted(first: Rows) -> tuple[Rows, Rows]:
    """Numbers from 0 for what :func:`alike` says, in the order of first places; and those."""
    places = np.flatnonzero(first == np.arange(len(first)))
    number = np.empty(len(first), dtype=np.int64)
    number[places] = np.arange(len(places))
    return number[first], places


def mixed(columns: Sequence[Rows]) -> Rows:
    """One number for the numbers of several columns; different ones seldom share it."""
    if len(columns) == 1:
        return columns[0]
    mix = np.zeros(len(columns[0]), dtype=np.uint64)
    for column in columns:
        mix = (mix ^ column.astype(np.int64, copy=False).view(np.uint64)) * _ODD
        mix ^= mix >> _HALF
    return mix.view(np.int64)


def repeated(columns: Sequence[Rows]) -> Rows:
    """Places whose numbers, in all columns together, stand elsewhere too."""
    mix = mixed(columns)
    slot = _slots(mix, len(mix))
    places = np.flatnonzero(np.bincount(slot)[slot] > 1)
    return places[~once(mix[places])]


def on_both(left: Rows, right: Rows) -> tuple[Flags, Flags]:
    """Which numbers of either array may also stand in the other; nearly all others are left out."""
    size = max(len(left), len(right))
    one, two = _slots(left, size), _slots(right, size)
    marks = np.zeros((2, _SLOTS * 2 ** size.bit_length()), dtype=np.bool_)
    marks[0][one], marks[1][two] = True, True
    return marks[1][one], marks[0][two]


def _slots(numbers: Rows, size: int) -> Rows:
    """A place in a table of ``_SLOTS * 2**bits`` for each number."""
    bits = size.bit_length() + _SLOTS.bit_length() - 1
    spread = numbers.view(np.uint64) * _ODD
    return (spread >> np.uint64(64 - bits)).view(np.int64)


def meetings(
    left: Sequence[Rows], right: Sequence[Rows], pairs_max: int | None = None
) -> tuple[Rows, Rows]:
    """Places of both sides whose numbers agree in all columns, as pairs.

    A million rows that share amount and name would make more pairs than there is memory, and none
    of them would be evidence: that is what the bound is for.

    Args:
        left: columns of one side.
        right: the same columns of the other.
        pairs_max: what would make more pairs by itself is left out.
    """
    one, two = mixed(left), mixed(right)
    ours, theirs = (np.flatnonzero(flags) for flags in on_both(one, two))
    count = len(theirs)
    their_first, our_first = np.split(alike(np.concatenate([two[theirs], one[ours]])), [count])
    ours, our_first = ours[our_first < count], our_first[our_first < count]
    order, size = order_by(their_first), np.bincount(their_first, minlength=count)
    start = np.cumsum(size) - size
    if pairs_max is not None:
        size[np.bincount(our_first, minlength=count) * size > pairs_max] = 0
    place, within = spread(size[our_first])
    i, j = ours[place], theirs[order[start[our_first[place]] + within]]
    if len(left) == 1:
        return i, j
    same = np.all([a[i] == b[j] for a, b in zip(left, right, strict=True)], axis=0)
    return i[same], j[same]


def spread(sizes: Rows) -> tuple[Rows, Rows]:
    """For each of ``sizes[n]`` members: n, and its number within, counted from 0."""
    place = np.repeat(np.arange(len(sizes)), sizes)
    within = np.arange(len(place)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return place, within


def hashed(texts: pl.Series, seed: int = 0) -> Rows:
    """A number for each text; different texts seldom share it."""
    return texts.hash(seed).to_numpy().view(np.int64)


def combined(first: Rows, second: Rows) -> Rows:
    """A number for each pair of numbers, counted from 0; the second ones are codes from 0."""
    most = int(second.max(initial=0)) + 1
    return _counted(alike(_counted(alike(first))[0] * most + second))[0]


def rank_within(group: Rows, codes: Rows) -> Rows:
    """The place of each code among the different codes of its group; both count from 0."""
    most = int(codes.max(initial=0)) + 1
    pairs = group * most + codes
    every = distinct(pairs)
    rank: Rows = np.searchsorted(every, pairs) - np.searchsorted(every, group * most)
    return rank


def coded(texts: pl.Series) -> tuple[Rows, pl.Series]:
    """The place of each text among the different ones, and those, in alphabetical order; few."""
    if not len(texts) or (texts == texts[0]).all():
        return np.zeros(len(texts), dtype=np.int64), texts.head(1)
    known = texts.unique().sort()
    return texts.cast(pl.Enum(known)).to_physical().to_numpy().astype(np.int64), known


def numbered(texts: pl.Series, hashes: Rows | None = None) -> tuple[Rows, Rows]:
    """A number for each text, counted from 0, equal only where the texts are; and where each is.

    Numbers come from hashes, which is quicker than a dictionary, and are proved by the texts.

    Args:
        texts: any.
        hashes: :func:`hashed` of them, where that is known already.
    """
    for seed in count():
        known = hashed(texts, seed) if hashes is None or seed else hashes
        first = alike(known)
        again = np.flatnonzero(first != np.arange(len(first)))
        if (texts.gather(again) == texts.gather(first[again])).all():
            break
    return _counted(first)
