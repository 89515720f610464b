"""What the two sides share, looked up by every pass: made once, on first use, as whole numbers.

A row carries ids (its own columns), a payout's id, and what its text says.  Only what stands on
both sides can tie rows together, so only that gets a number; most of a bank's figures fall away.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from recon_engine.match.arrays import Flags, Rows, distinct, hashed, numbered, on_both
from recon_engine.match.side import Side


@dataclass(frozen=True)
class Keyed:
    """Rows of one side and the keys they carry; sorted by row, each pair once."""

    row: Rows
    key: Rows

    @classmethod
    def of(cls, parts: list["Keyed"], keys: int) -> "Keyed":
        """What any of the parts says; ``keys`` is how many there are."""
        both = [part.row * keys + part.key for part in parts]
        pairs = distinct(np.concatenate(both))
        return cls(*np.divmod(pairs, max(1, keys)))

    def where(self, kept: Flags) -> "Keyed":
        """Some of the pairs."""
        return Keyed(self.row[kept], self.key[kept])


@dataclass(frozen=True)
class Tie:
    """Rows of both sides tied by common keys.

    Attributes:
        left: of the left side.
        right: of the right side.
        keys: keys are below this.
    """

    left: Keyed
    right: Keyed
    keys: int

    def open(self, left_open: Flags, right_open: Flags) -> "Tie":
        """The ties between rows that are still open."""
        left = self.left.where(left_open[self.left.row])
        right = self.right.where(right_open[self.right.row])
        return Tie(left, right, self.keys).common()

    def common(self) -> "Tie":
        """The ties by keys that stand on both sides."""
        ours, theirs = (self._has(side) for side in (self.left, self.right))
        both = ours & theirs
        return Tie(
            self.left.where(both[self.left.key]), self.right.where(both[self.right.key]), self.keys
        )

    def _has(self, side: Keyed) -> Flags:
        has = np.zeros(self.keys, dtype=np.bool_)
        has[side.key] = True
        return has


@dataclass(frozen=True)
class Index:
    """The keys of a case."""

    left: Side
    right: Side

    @cached_property
    def currencies(self) -> pl.Series:
        """Every currency of either side."""
        return _every(self.left.items["currency"], self.right.items["currency"])

    @cached_property
    def currency(self) -> tuple[Rows, Rows]:
        """By row of either side: the place of its currency among :attr:`currencies`."""
        sides = (self.left, self.right)
        ours, theirs = (_places(side.items["currency"], self.currencies) for side in sides)
        return ours, theirs

    @cached_property
    def channels(self) -> pl.Series:
        """Every channel of the left side."""
        return _every(self.left.items["channel"])

    @cached_property
    def channel(self) -> Rows:
        """By left row: the place of its channel among :attr:`channels`."""
        return _places(self.left.items["channel"], self.channels)

    @cached_property
    def by_id(self) -> Tie:
        """One id in the columns of both sides."""
        return self._tie([self._ids[0]], [self._ids[1]])

    @cached_property
    def by_id_anywhere(self) -> Tie:
        """An id of the left that the right names in any column or in its text."""
        return self._tie([self._ids[0]], self._anywhere)

    @cached_property
    def by_group_anywhere(self) -> Tie:
        """A payout's id of the left that the right names in any column or in its text."""
        return self._tie([self._groups[0]], self._anywhere)

    @cached_property
    def by_text(self) -> Tie:
        """An id of either side that the other has, or names in its text."""
        ours, theirs = self._known(0), self._known(1)
        return self._tie([self._ids[0], ours], [self._ids[1], theirs])

    @cached_property
    def names_outright(self) -> Flags:
        """By right row: whether it names an item of the left, open or not."""
        flags = np.zeros(len(self.right), dtype=np.bool_)
        for part in (self._ids[1], self._tokens[1]):
            flags[part.row[self._is_id(0)[part.key]]] = True
        return flags

    def _known(self, side: int) -> Keyed:
        """What a side's texts say that is an id of the other side."""
        said = self._tokens[side]
        return said.where(self._is_id(1 - side)[said.key])

    def _is_id(self, side: int) -> Flags:
        """By key: whether it stands in a side's column of ids."""
        flags = np.zeros(self._keys, dtype=np.bool_)
        flags[self._ids[side].key] = True
        return flags

    @property
    def _anywhere(self) -> list[Keyed]:
        return [self._groups[1], self._ids[1], self._tokens[1]]

    def _tie(self, left: list[Keyed], right: list[Keyed]) -> Tie:
        keys = self._keys
        return Tie(Keyed.of(left, keys), Keyed.of(right, keys), keys).common()

    @property
    def _ids(self) -> tuple[Keyed, Keyed]:
        return self._shared[0], self._shared[3]

    @property
    def _groups(self) -> tuple[Keyed, Keyed]:
        return self._shared[1], self._shared[4]

    @property
    def _tokens(self) -> tuple[Keyed, Keyed]:
        return self._shared[2], self._shared[5]

    @cached_property
    def _keys(self) -> int:
        return 1 + max((int(part.key.max()) for part in self._shared if len(part.key)), default=-1)

    @cached_property
    def _shared(self) -> list[Keyed]:
        """Ids, groups and tokens of the left, then of the right, as far as both sides have them."""
        sides = [[side.ids, side.groups, side.tokens] for side in (self.left, self.right)]
        texts = [pl.concat([part["key"] for part in parts]) for parts in sides]
        flags = on_both(*map(hashed, texts))
        kept = [text.filter(pl.Series(some)) for text, some in zip(texts, flags, strict=True)]
        keys = np.split(numbered(pl.concat(kept)), [len(kept[0])])
        shared = []
        for parts, some, key in zip(sides, flags, keys, strict=True):
            row = np.concatenate([part["row"].to_numpy() for part in parts])[some]
            ends = np.cumsum([len(part) for part in parts])
            cuts = np.searchsorted(np.flatnonzero(some), ends)[:-1]
            rows_and_keys = zip(np.split(row, cuts), np.split(key, cuts), strict=True)
            shared += [Keyed(*pair) for pair in rows_and_keys]
        return shared


def _every(*columns: pl.Series) -> pl.Series:
    return pl.concat([column.unique() for column in columns]).unique().sort()


def _places(texts: pl.Series, known: pl.Series) -> Rows:
    """The place of each text among the known ones, which are few."""
    return texts.cast(pl.Enum(known)).to_physical().to_numpy().astype(np.int64)
