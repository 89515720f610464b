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
    Rows,
    counted,
    meetings,
    numbered,
    order_by,
    spread,
)
from recon_engine.match.names import MASKED, Keys, OwnedKeys, keys_of
from recon_engine.match.side import Side

_FIGURES = r"[A-Za-z]*[0-9][0-9A-Za-z#-]*"


@dataclass(frozen=True)
class _Shown:
    """Who shows which keys.

    Attributes:
        names: names are below this.
        party: by party, its name.
        text: by text, its name.
        owned: what they show.
        number: of each key, the same for keys that are alike.
        count: numbers are below this.
    """

    names: int
    party: Rows
    text: Rows
    owned: OwnedKeys
    number: Rows
    count: int

    @classmethod
    def of(cls, names: int, party: Rows, text: Rows, owned: OwnedKeys) -> "_Shown":
        """The keys that are shown, numbered."""
        number, first = counted(owned.keys.key)
        return cls(names, party, text, owned, number, len(first))

    def by(self, names: Flags) -> Flags:
        """By number: whether one of some names has such a key."""
        shown = self.owned.shown(names[self.party], names[self.text])
        return self.marked(shown[self.owned.keys.name])

    def marked(self, keys: Flags) -> Flags:
        """By number: whether one of some keys has it."""
        marks = np.zeros(self.count, dtype=np.bool_)
        marks[self.number[keys]] = True
        return marks

    def having(self, keys: Flags) -> Flags:
        """By name: whether it has one of some keys."""
        parties, texts = self.owned.having(keys)
        flags = np.zeros(self.names, dtype=np.bool_)
        flags[self.party[parties]] = True
        flags[self.text[texts]] = True
        return flags


@dataclass(frozen=True)
class NameKeys:
    """The keys that may bring two names together, those of a name side by side.

    Attributes:
        name: the name each key is of.
        key: its number; equal for keys that are alike.
        kind: of names.Keys.
        place: of each key in ``made``.
        made: the keys of the different names.
        start: by name, the place of its first key.
        size: by name, how many keys it has here.
        count: keys are below this.
        shown: all keys, here or not.
    """

    name: Rows
    key: Rows
    kind: Rows
    place: Rows
    made: Keys
    start: Rows
    size: Rows
    count: int
    shown: _Shown

    @classmethod
    def of(cls, party: Rows, text: Rows, owned: OwnedKeys, sides: Sequence[Flags]) -> "NameKeys":
        """The keys of names.

        Args:
            party: by party, its name.
            text: by text, its name.
            owned: what they show.
            sides: by name, whether the left side has it, and whether the right side has.
        """
        made, shown = owned.keys, _Shown.of(len(sides[0]), party, text, owned)
        left, right = (shown.by(side) for side in sides)
        masked, number = made.kind == MASKED, shown.number
        # What a whole name would show if masked says nothing where nobody is masked so.
        hidden = shown.marked(masked & made.short)
        some = (left & (right | hidden))[number] & (hidden[number] | ~masked)
        kept = np.flatnonzero(some)
        ours, (which, theirs) = kept[made.name[kept] < owned.parties], owned.in_texts(kept)
        name = np.concatenate([party[made.name[ours]], text[which]])
        order = order_by(name)
        name, place = name[order], np.concatenate([ours, theirs])[order]
        size = np.bincount(name, minlength=shown.names)
        start = np.cumsum(size) - size
        kind = made.kind[place]
        return cls(name, number[place], kind, place, made, start, size, shown.count, shown)

    @cached_property
    def known(self) -> Flags:
        """By name: whether it has any key, here or not."""
        return self.shown.having(np.ones(len(self.made), dtype=np.bool_))

    def met_by(self, names: Rows) -> Flags:
        """By name: whether it has a key, here or not, that one of some names has."""
        some = np.zeros(self.shown.names, dtype=np.bool_)
        some[names[names >= 0]] = True
        return self.shown.having(self.shown.by(some)[self.shown.number])

    def places(self, name: Rows) -> tuple[Rows, Rows]:
        """For every key of every name: the name's place in the array given, and the key's here."""
        which, within = spread(np.where(name >= 0, self.size[name], 0))
        return which, self.start[name[which]] + within

    def counts(self, name: Rows) -> Rows:
        """By key: how many of the given names have it."""
        return np.bincount(self.key[self.places(name)[1]], minlength=self.count)

    def may_be_one(self, one: Rows, two: Rows) -> Flags:
        """Whether the names of two keys that are alike may truly be one person's."""
        return self.made.may_be_one(self.place[one], self.place[two])

    @cached_property
    def short(self) -> Flags:
        """By key: whether the name is written with a mask, an initial, or so that it can be cut."""
        return self.made.short[self.place]


@dataclass(frozen=True)
class Names:
    """The names on both sides' rows; 0 is the left side, 1 the right.

    Attributes:
        who: by row, a number for what is written; -1 for rows that were left out or show nothing.
        party: by row, whether it stands in the column for it.
        written: what each number stands for.
        texts_max: what more texts than this say is nobody's name.
    """

    who: tuple[Rows, Rows]
    party: tuple[Flags, Flags]
    written: pl.Series
    texts_max: int

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
        texts_max = sides[0][0].policy.candidates_max
        return cls((who[0], who[1]), (left, right), written, texts_max)

    def name(self, side: int, row: Rows) -> Rows:
        """The name on each row, -1 for none; what a text says is keyed otherwise than a party."""
        who = self.who[side][row]
        return np.where(who < 0, -1, 2 * who + ~self.party[side][row])

    def may_be_one(self, left: Rows, right: Rows) -> Flags:
        """Whether the two rows of each pair may show one person's name."""
        i, our_key = self.keys.places(self.name(0, left))
        j, their_key = self.keys.places(self.name(1, right))
        a, b = meetings([i, self.keys.key[our_key]], [j, self.keys.key[their_key]])
        flags = np.zeros(len(left), dtype=np.bool_)
        flags[i[a[self.keys.may_be_one(our_key[a], their_key[b])]]] = True
        return flags

    def may_have_paid(self, left: Rows, right: Rows) -> Flags:
        """Whether right rows say nobody's name, or one that may be that of their left row's buyer.

        A Chinese name with another given name may be a slip; the family name stands first.
        """
        both = pl.DataFrame({"said": self._written(1, right), "family": self.families(left)})
        slip = both.select(pl.col("said").str.contains(pl.col("family"), literal=True))
        alike = slip.to_series().fill_null(value=False).to_numpy()
        flags: Flags = ~self.says_somebody(right) | self.may_be_one(left, right) | alike
        return flags

    def says_somebody(self, right: Rows) -> Flags:
        """Whether right rows show a party, or in their text a name that some left row may show."""
        in_text = self._somebody[self.name(1, right)] & (self.who[1][right] >= 0)
        return self.party[1][right] | in_text

    def families(self, left: Rows) -> pl.Series:
        """The Chinese family name of each left row's party; null where there is none."""
        first = self._written(0, left).str.head(1)
        return first.set(~first.str.contains(r"\p{Han}"), None)

    def last_families(self, right: Rows) -> pl.Series:
        """The Chinese character that the last word of each right row begins with, if any."""
        return self._written(1, right).str.extract(r"(\p{Han})\S*$")  # texts end in the name

    def _written(self, side: int, row: Rows) -> pl.Series:
        """What each row shows as a name."""
        who = self.who[side][row]
        return self.written.gather(np.maximum(who, 0)).set(pl.Series(who < 0), "")

    @cached_property
    def _somebody(self) -> Flags:
        """By name: whether it may be that of some left row."""
        return self.keys.met_by(self.name(0, np.arange(len(self.who[0]))))

    @cached_property
    def keys(self) -> NameKeys:
        """The keys of all names."""
        sides = [np.zeros(2 * len(self.written), dtype=np.bool_) for _ in (0, 1)]
        for side, has in enumerate(sides):
            name = self.name(side, np.arange(len(self.who[side])))
            has[name[name >= 0]] = True
        has = sides[0] | sides[1]
        parties, texts = np.flatnonzero(has[::2]), np.flatnonzero(has[1::2])
        owned = keys_of(self.written.gather(parties), self.written.gather(texts), self.texts_max)
        return NameKeys.of(2 * parties, 2 * texts + 1, owned, sides)

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
