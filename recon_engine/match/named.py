"""Whose names rows show, as whole numbers; each distinct name is keyed once, for all passes.

A row shows its party, or where that is empty, what its text says without its figures, so that a
bank's own serial number does not make two payments of one person look different.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from recon_engine.match.arrays import (
    Flags,
    Groups,
    Rows,
    among,
    numbered,
    spread,
)
from recon_engine.match.names import (
    KINDS,
    LETTERS,
    MASKED,
    SLIP,
    START,
    OwnedKeys,
    keys_of,
    may_be_one,
)
from recon_engine.match.side import Side

_FIGURES = r"[A-Za-z]*[0-9][0-9A-Za-z#-]*"


@dataclass(frozen=True)
class NameKeys:
    """The keys that may bring two names together, those of a name side by side.

    Attributes:
        name: the name each key is of.
        key: its number; equal for keys of one kind that are alike.
        kind: of names.KEYS.
        place: of each key in ``letters``.
        letters: ``letters, short`` of names.KEYS, of the different names.
        start: by name, the place of its first key.
        size: by name, how many keys it has here.
        known: by name, whether it has any key, here or not.
        count: keys are below this.
    """

    name: Rows
    key: Rows
    kind: Rows
    place: Rows
    letters: pl.DataFrame
    start: Rows
    size: Rows
    known: Flags
    count: int

    @classmethod
    def of(cls, name: Rows, owned: OwnedKeys, sides: Sequence[Flags]) -> "NameKeys":
        """The keys of names.

        Args:
            name: by owner, its name.
            owned: what they show.
            sides: by name, whether the left side has it, and whether the right side has.
        """
        names, name, kind = len(sides[0]), name[owned.owner], owned.table["kind"].to_numpy()
        of = owned.table["name"].to_numpy()
        number = numbered(owned.table["key"])[0] * KINDS + kind
        has = [_marked(owned.name[side[name]], owned.name)[of] for side in sides]
        both = _on_both_sides(number, has)
        known = _marked(name[_marked(of, owned.name)[owned.name]], np.arange(names))
        key, shown = owned.holders(np.flatnonzero(both | (kind == MASKED)))
        name, number = name[shown], number[key]
        groups = Groups.of(name * (int(number.max(initial=0)) + 1) + number)
        # Ordered by name, and each key of a name once, as the first way and piece have it.
        rank = owned.way[key] * len(owned.owner) + shown
        first = groups.min(rank * len(rank) + np.arange(len(rank))) % max(1, len(rank))
        name, number, place = name[first], number[first], key[first]
        size = np.bincount(name, minlength=names)
        return cls(
            name, number, kind[place].astype(np.int64), place,
            owned.table.select("letters", "short"),
            np.cumsum(size) - size, size, known, int(number.max(initial=-1)) + 1,
        )  # fmt: skip

    def places(self, name: Rows) -> tuple[Rows, Rows]:
        """For every key of every name: the name's place in the array given, and the key's here."""
        which, within = spread(np.where(name >= 0, self.size[name], 0))
        return which, self.start[name[which]] + within

    def counts(self, name: Rows) -> Rows:
        """By key: how many of the given names have it."""
        return np.bincount(self.key[self.places(name)[1]], minlength=self.count)

    def may_be_one(self, one: Rows, two: Rows) -> Flags:
        """Whether the names of two keys that are alike may truly be one person's."""
        told, asked = self.told_at_once(one, two)
        told[asked] = self._told_by_letters(one[asked], two[asked])
        return told

    def told_at_once(self, one: Rows, two: Rows) -> tuple[Flags, Flags]:
        """:meth:`may_be_one` where the kind of the key says so, and where letters must be read."""
        kind = self.kind[one]
        asked = (kind == START) | (kind == SLIP)
        return (kind == LETTERS) | (~asked & (self.short[one] | self.short[two])), asked

    def some_may_be_one(self, one: Rows, two: Rows) -> Flags:
        """The same, but of keys of the same two names enough are marked, not all."""
        told, asked = self.told_at_once(one, two)
        names = self.name[one] * len(self.size) + self.name[two]
        asked &= ~among(names, names[told])
        told[asked] = self._told_by_letters(one[asked], two[asked])
        return told

    def _told_by_letters(self, one: Rows, two: Rows) -> Flags:
        letters = (self.letters[self.place[keys]] for keys in (one, two))
        return may_be_one(self.kind[one], *letters)

    @cached_property
    def short(self) -> Flags:
        """By key: whether the name is written with a mask, an initial, or so that it can be cut."""
        flags: Flags = self.letters["short"].to_numpy()[self.place]
        return flags


def _marked(some: Rows, every: Rows) -> Flags:
    """By number, as high as ``every`` goes: whether it is among ``some``."""
    marks = np.zeros(int(every.max(initial=-1)) + 1, dtype=np.bool_)
    marks[some] = True
    return marks


def _on_both_sides(number: Rows, sides: Sequence[Flags]) -> Flags:
    """Which keys names of both sides have; ``sides`` says by key whether a name of it has it."""
    count = int(number.max(initial=-1)) + 1
    has = np.zeros((2, count), dtype=np.bool_)
    for flags, side in zip(has, sides, strict=True):
        flags[number[side]] = True
    both: Flags = (has[0] & has[1])[number]
    return both


@dataclass(frozen=True)
class Names:
    """The names on both sides' rows; 0 is the left side, 1 the right.

    Attributes:
        who: by row, a number for what is written; -1 for rows that were left out or show nothing.
        party: by row, whether it stands in the column for it.
        written: what each number stands for.
    """

    who: tuple[Rows, Rows]
    party: tuple[Flags, Flags]
    written: pl.Series

    @classmethod
    def of(cls, sides: Sequence[tuple[Side, Flags]]) -> "Names":
        """The names on some rows of both sides."""
        shown = [_shown(side, wanted) for side, wanted in sides]
        number, first = numbered(pl.concat([names for _, names in shown]))
        written = pl.concat([names for _, names in shown]).gather(first)
        number[(written == "").to_numpy()[number]] = -1
        who = [np.full(len(side), -1, dtype=np.int64) for side, _ in sides]
        for each, part, (rows, _) in zip(
            who, np.split(number, [len(shown[0][0])]), shown, strict=True
        ):
            each[rows] = part
        left, right = ((side.items["party"] != "").to_numpy() for side, _ in sides)
        return cls((who[0], who[1]), (left, right), written)

    def name(self, side: int, row: Rows) -> Rows:
        """The name on each row, -1 for none; what a text says is keyed otherwise than a party."""
        who = self.who[side][row]
        return np.where(who < 0, -1, 2 * who + ~self.party[side][row])

    @cached_property
    def keys(self) -> NameKeys:
        """The keys of all names."""
        sides = [np.zeros(2 * len(self.written), dtype=np.bool_) for _ in (0, 1)]
        for side, has in enumerate(sides):
            name = self.name(side, np.arange(len(self.who[side])))
            has[name[name >= 0]] = True
        has = sides[0] | sides[1]
        parties, texts = np.flatnonzero(has[::2]), np.flatnonzero(has[1::2])
        owned = keys_of(self.written.gather(parties), self.written.gather(texts))
        return NameKeys.of(np.concatenate([2 * parties, 2 * texts + 1]), owned, sides)

    @cached_property
    def lower(self) -> Rows:
        """By number of what is written: a number for the same without capitals."""
        return numbered(self.written.str.to_lowercase())[0]


def _shown(side: Side, wanted: Flags) -> tuple[Rows, pl.Series]:
    """Rows, and what each shows."""
    rows = np.flatnonzero(wanted)
    party = side.items["party"].gather(rows)
    bare = (party == "").to_numpy()
    if not bare.any():
        return rows, party
    text = side.items["text"].gather(rows[bare])
    said = text.str.replace_all(_FIGURES, "").str.strip_chars()
    return rows, party.scatter(np.flatnonzero(bare), said)
