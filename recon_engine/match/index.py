"""What the two sides share, looked up by every pass: made once, on first use, as whole numbers.

A row carries ids (its own columns), a payout's id, and what its text says.  Only what stands on
both sides can tie rows together, so only that gets a number; most of a bank's figures fall away.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import polars as pl

from recon_engine.match.arrays import Flags, Rows, distinct, hashed, numbered, on_both
from recon_engine.match.named import Names
from recon_engine.match.near import Near
from recon_engine.match.side import Side


@dataclass(frozen=True)
class Keyed:
    """Rows of one side and the keys they carry; sorted by row, each pair once."""

    row: Rows
    key: Rows

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
        both = _has(self.left.key, self.keys) & _has(self.right.key, self.keys)
        return Tie(
            self.left.where(both[self.left.key]), self.right.where(both[self.right.key]), self.keys
        )


@dataclass(frozen=True)
class _Keys:
    """What one side says, as numbers that both sides share.

    Each array stands beside what the side says under that name (``ids``: ``said_ids``); -1 marks
    what the other side never says.
    """

    ids: Rows
    groups: Rows
    in_text: Rows


@dataclass(frozen=True)
class Index:
    """The keys of a case."""

    left: Side
    right: Side
    _names: list[Names] = field(default_factory=list)
    _naming: dict[int, Flags] = field(default_factory=dict)
    _lags: list[Rows] = field(default_factory=list)
    _near: list[Near] = field(default_factory=list)

    def names(self, left_open: Flags, right_open: Flags) -> Names:
        """The names on the rows that are still open, or on more of them.

        Rows only ever close, so what was made for the first pass that asked serves all later ones.
        """
        if not self._names:
            self._names.append(Names.of([(self.left, left_open), (self.right, right_open)]))
        return self._names[0]

    def lags(self, counted: Callable[[], Rows]) -> Rows:
        """How many pairs that an id ties are so many days apart; counted once."""
        if not self._lags:
            self._lags.append(counted())
        return self._lags[0]

    def nearly(self, found: Callable[[], Near]) -> Near:
        """What nearly names what among the rows that were open when it was first asked."""
        if not self._near:
            self._near.append(found())
        return self._near[0]

    @cached_property
    def currencies(self) -> pl.Series:
        """Every currency of either side, in alphabetical order."""
        both = self.left.currencies, self.right.currencies
        return both[0] if both[0].equals(both[1]) else pl.concat(both).unique().sort()

    @cached_property
    def currency(self) -> tuple[Rows, Rows]:
        """By row of either side: the place of its currency among :attr:`currencies`."""
        known = {name: place for place, name in enumerate(self.currencies)}
        ours, theirs = (
            np.array([known[name] for name in side.currencies], dtype=np.int64)[side.currency]
            for side in (self.left, self.right)
        )
        return ours, theirs

    def sums(self, side: int, row: Rows, amount: Rows) -> Rows:
        """One number for an amount and its row's currency; 0 is the left side, 1 the right."""
        return amount * len(self.currencies) + self.currency[side][row]

    @cached_property
    def by_id(self) -> Tie:
        """One id in the columns of both sides."""
        return self._tie(self._pairs(0, "ids"), self._pairs(1, "ids"))

    @cached_property
    def by_id_said(self) -> Tie:
        """An id of the left that the right has, or names in its text."""
        return self._tie(self._pairs(0, "ids"), self._pairs(1, "ids", "in_text"))

    @cached_property
    def by_id_anywhere(self) -> Tie:
        """An id of the left that the right names in any column or in its text."""
        return self._tie(self._pairs(0, "ids"), self._pairs(1, "ids", "groups", "in_text"))

    @cached_property
    def by_group_anywhere(self) -> Tie:
        """A payout's id of the left that the right names in any column or in its text."""
        return self._tie(self._pairs(0, "groups"), self._pairs(1, "ids", "groups", "in_text"))

    @cached_property
    def by_text(self) -> Tie:
        """An id of either side that the other has, or names in its text."""
        sides = []
        for side in (0, 1):
            said, is_id = self._pairs(side, "in_text"), _has(self._shared[1 - side].ids, self._keys)
            sides.append([*self._pairs(side, "ids"), said[0].where(is_id[said[0].key])])
        return self._tie(*sides)

    def naming(self, length_min: int = 0) -> Flags:
        """By right row: whether an id of the left, open or not, is named on it.

        Args:
            length_min: shorter ids do not count, characters.
        """
        if length_min not in self._naming:
            said = self.by_id_said.right
            long = self._texts.str.len_chars().to_numpy() >= length_min
            self._naming[length_min] = _has(said.row[long[said.key]], len(self.right))
        return self._naming[length_min]

    def is_known(self, name: str) -> Flags:
        """By what the right side says in ``name`` (of :class:`_Keys`): whether the left has it.

        As an id of a row or of a payout, open or not.
        """
        other = self._shared[0]
        is_id = _has(np.concatenate([other.ids, other.groups]), self._keys + 1)
        key: Rows = getattr(self._shared[1], name)
        return is_id[key]  # the last flag, which -1 reaches, is never set

    def _pairs(self, side: int, *names: str) -> list[Keyed]:
        pairs = []
        for name in names:
            row: Rows = getattr((self.left, self.right)[side], f"said_{name}").row
            key: Rows = getattr(self._shared[side], name)
            pairs.append(Keyed(row, key).where(key >= 0))
        return pairs

    def _tie(self, left: list[Keyed], right: list[Keyed]) -> Tie:
        return Tie(self._merged(left), self._merged(right), self._keys).common()

    def _merged(self, parts: list[Keyed]) -> Keyed:
        pairs = distinct(np.concatenate([part.row * self._keys + part.key for part in parts]))
        return Keyed(*np.divmod(pairs, max(1, self._keys)))

    @property
    def _keys(self) -> int:
        return len(self._texts)

    @property
    def _shared(self) -> tuple[_Keys, _Keys]:
        return self._numbered[0]

    @property
    def _texts(self) -> pl.Series:
        return self._numbered[1]

    @cached_property
    def _numbered(self) -> tuple[tuple[_Keys, _Keys], pl.Series]:
        """The keys of both sides, and the text of each number."""
        sides = [
            [side.said_ids, side.said_groups, side.said_in_text] for side in (self.left, self.right)
        ]
        texts = [pl.concat([part.key for part in parts], rechunk=True) for parts in sides]
        hashes = [hashed(each) for each in texts]
        flags = on_both(*hashes)
        parts = [text.filter(pl.Series(f)) for text, f in zip(texts, flags, strict=True)]
        kept = pl.concat(parts, rechunk=True)
        shared = np.concatenate(flags)
        number, first = numbered(kept, np.concatenate(hashes)[shared])
        key = np.full(len(shared), -1, dtype=np.int64)
        key[shared] = number
        ends = np.cumsum([len(part) for parts in sides for part in parts])[:-1]
        keys = np.split(key, ends)
        return (_Keys(*keys[:3]), _Keys(*keys[3:])), kept.gather(first)


def _has(codes: Rows, count: int) -> Flags:
    """By code below ``count``: whether it occurs; -1 is no code."""
    has = np.zeros(count, dtype=np.bool_)
    has[codes[codes >= 0]] = True
    return has
