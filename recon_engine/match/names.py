"""Names made comparable: Latin or Chinese, reversed, truncated, by initials, masked, in pinyin.

A name is turned into keys; two names that share a key *may* be one person's, and
:meth:`Keys.may_be_one` says whether they may in truth: two whole names that would only look alike
if masked are two people.
Chinese characters count by their sound, so that characters, pinyin and traditional forms meet.
How much a shared key proves is not fixed here: the gate counts how common it is in the data.

=======  ========================================================  ============================
key      what it keeps                                             meets when
=======  ========================================================  ============================
letters  all letters of the name: any order and division           always, but Chinese names
                                                                   only in one order
start    the first letters, as written and with the last word      one is the other cut short,
         first                                                     written in Latin letters
initial  one word whole, of the other the initial                  one is written so
slip     one word whole and the start of the next                  the letters differ by one slip
masked   what a masked name shows: 王*, 张*丰, J*** Anderson       one of them is masked
=======  ========================================================  ============================
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from recon_engine.match.arrays import Flags, Rows, counted, mixed, order_by, spread
from recon_engine.match.pieces import names_in_texts
from recon_engine.match.signs import (
    BLANK,
    STAR,
    Alphabet,
    Hashes,
    Texts,
    followed,
    joined,
    laid_out,
    scattered,
)
from recon_engine.match.slips import at_most_one_slip
from recon_engine.match.spelling import Spelling

_START = 8  # letters; bank fields cut names at ten or more characters
_WORD_MIN = 3  # letters of a word that counts as whole
_SLIP = 2  # letters of the next word that must be right
_CHINESE_MAX = 4  # characters of a Chinese name that banks mask
LETTERS, START, INITIAL, SLIP, MASKED = range(5)
KINDS = 5
_LAST_FIRST = 2  # the way of a START key that has the last word first


@dataclass(frozen=True)
class Keys:
    """The keys of some names.

    Attributes:
        name: its place among the names.
        kind: LETTERS to MASKED.
        key: two names may meet by the keys of one kind that are alike; no two kinds share one.
        way: in which of the ways there are it was made.
        short: written with a mask, an initial, or so that it can have been cut.
        spelling: of the names.
    """

    name: Rows
    kind: Rows
    key: Rows
    way: Rows
    short: Flags
    spelling: Spelling

    def __len__(self) -> int:
        return len(self.name)

    def may_be_one(self, one: Rows, two: Rows) -> Flags:
        """Whether the names of two keys that are alike may truly be one person's.

        Args:
            one: a key of each pair.
            two: the other.
        """
        told, asked = self.told_at_once(one, two)
        told[asked] = self.told_by_letters(one[asked], two[asked])
        return told

    def told_at_once(self, one: Rows, two: Rows) -> tuple[Flags, Flags]:
        """:meth:`may_be_one` where the kind of the key says so, and where letters must be read."""
        kind, told = self.kind[one], self.short[one] | self.short[two]
        asked = (kind == START) | (kind == SLIP)
        slip = np.flatnonzero(kind == SLIP)
        ours, theirs = (self.spelling.is_han[self.name[keys[slip]]] for keys in (one, two))
        # Chinese names that share this key have all characters in common but the last.
        chinese = slip[ours & theirs]
        asked[chinese], told[asked] = False, False
        told[chinese] = True
        letters = np.flatnonzero(kind == LETTERS)
        told[letters] = self._read_alike(one[letters], two[letters])
        return told, asked

    def _read_alike(self, one: Rows, two: Rows) -> Flags:
        """Whether names of the same letters may be one: Chinese ones also have the same order.

        马有 and 茂裕 are both written with the letters of mayou.
        """
        ours, theirs = self.name[one], self.name[two]
        told = ~(self.spelling.is_chinese[ours] & self.spelling.is_chinese[theirs])
        both = np.flatnonzero(~told)
        told[both] = self.spelling.sound_alike(ours[both], theirs[both])
        return told

    def told_by_letters(self, one: Rows, two: Rows) -> Flags:
        """:meth:`may_be_one` of keys of the kinds START and SLIP."""
        start = self.kind[one] == START
        told = np.empty(len(one), dtype=np.bool_)
        told[start] = self._cut_short(one[start], two[start])
        slip = (self.name[keys[~start]] for keys in (one, two))
        told[~start] = at_most_one_slip(*(self.spelling.compared(names) for names in slip))
        return told

    def _cut_short(self, one: Rows, two: Rows) -> Flags:
        """Whether one of the two names is the other, cut."""
        ours, theirs = (self.spelling.letters.size[self.name[keys]] for keys in (one, two))
        size = np.minimum(ours, theirs)
        cut = (self.short[one] & (ours == size)) | (self.short[two] & (theirs == size))
        flags: Flags = cut & (self._starts(one, size) == self._starts(two, size))
        return flags

    def _starts(self, keys: Rows, size: Rows) -> Hashes:
        """The first letters of names, with the last word first where the key has it so."""
        name, is_turned = self.name[keys], self.way[keys] == _LAST_FIRST
        starts = np.empty(len(keys), dtype=np.uint64)
        starts[is_turned] = self.spelling.last_first(name[is_turned], size[is_turned])
        starts[~is_turned] = self.spelling.first(name[~is_turned], size[~is_turned])
        return starts


@dataclass(frozen=True)
class OwnedKeys:
    """The names that parties and texts show, and the keys of those names; each is keyed once.

    Attributes:
        parties: the first names are what so many parties show, each its own.
        text: of what texts show: the text's number.
        name: the name that it shows.
        is_whole: whether that may be a name cut short.
        keys: of the names.
    """

    parties: int
    text: Rows
    name: Rows
    is_whole: Flags
    keys: Keys

    def shown(self, parties: Flags, texts: Flags) -> Flags:
        """By name: whether one of some parties or texts shows it."""
        marks = np.zeros(len(self.keys.spelling.words), dtype=np.bool_)
        marks[: self.parties] = parties
        marks[self.name[texts[self.text]]] = True
        return marks

    def having(self, keys: Flags) -> tuple[Rows, Rows]:
        """Parties and texts that have one of the keys that are marked; texts may come again."""
        start = self.keys.kind == START
        plain, cut = (np.zeros(len(self.keys.spelling.words), dtype=np.bool_) for _ in range(2))
        plain[self.keys.name[keys & ~start]] = True
        cut[self.keys.name[keys & start]] = True
        some = plain[self.name] | (cut[self.name] & self.is_whole)
        return np.flatnonzero((plain | cut)[: self.parties]), self.text[some]

    def in_texts(self, keys: Rows) -> tuple[Rows, Rows]:
        """Of some keys those that a text has, once a text: ``(text, key)``.

        Of keys of one text that are alike the first way counts, and of that the piece named first.
        """
        name = self.keys.name[keys]
        order, size = (
            order_by(self.name),
            np.bincount(self.name, minlength=len(self.keys.spelling.words)),
        )
        which, within = spread(size[name])
        key, shown = keys[which], order[(np.cumsum(size) - size)[name[which]] + within]
        kept = self.is_whole[shown] | (self.keys.kind != START)[key]
        key, shown = key[kept], shown[kept]
        text = self.text[shown]
        number, first = counted(mixed([text, self.keys.key[key]]))
        rank = self.keys.way[key] * len(self.name) + shown
        least = rank[first]
        np.minimum.at(least, number, rank)
        once = rank == least[number]
        return text[once], key[once]


def keys_of(parties: pl.Series, texts: pl.Series, texts_max: int) -> OwnedKeys:
    """The keys of parties and of texts that may hold a name.

    Args:
        parties: each given once.
        texts: each given once.
        texts_max: what more texts than this have in common is a bank's word and nobody's name.
    """
    alphabet, shown = laid_out(pl.concat([parties, texts]))
    ours, said = shown.divided(len(parties))
    pieces = names_in_texts(said, alphabet)
    every = joined([ours, pieces.name])
    number, first = counted(alphabet.hashed(every))
    name = number[len(parties) :]
    # A text that shows a name twice shows it.
    once = counted(pieces.text * len(every) + name)[1]
    once = once[np.bincount(name[once], minlength=1)[name[once]] <= texts_max]
    keys = _keyed(every.gather(first), alphabet)
    return OwnedKeys(len(parties), pieces.text[once], name[once], pieces.is_whole[once], keys)


def name_keys(names: pl.Series) -> Keys:
    """The keys of every name; empty names have none.

    Args:
        names: names as the sources write them.
    """
    alphabet, texts = laid_out(names)
    return _keyed(texts, alphabet)


@dataclass(frozen=True)
class _Way:
    """What one of the ways to make keys makes of some names."""

    kind: int
    name: Rows
    key: Hashes
    short: Flags


def _keyed(names: Texts, alphabet: Alphabet) -> Keys:
    spelling = Spelling.of(names, alphabet)
    ways = list(_ways(spelling))
    size = [len(way.name) for way in ways]
    kind = np.repeat([way.kind for way in ways], size)
    key = np.concatenate([way.key for way in ways]) + scattered(kind.view(np.uint64))
    return Keys(
        np.concatenate([way.name for way in ways]),
        kind,
        key.view(np.int64),
        np.repeat(np.arange(len(ways)), size),
        np.concatenate([way.short for way in ways]),
        spelling,
    )


def _ways(names: Spelling) -> Iterator[_Way]:
    """Every key of every name."""
    yield _letters(names)
    yield from _starts(names)
    two = np.flatnonzero(names.words == 2)  # a name and a family name
    yield from _initials(names, two)
    yield _slips(names, two)
    yield _masked(names)
    yield from _as_masked(names, two)


def _letters(names: Spelling) -> _Way:
    some = np.flatnonzero(names.words > 0)
    return _Way(LETTERS, some, names.in_any_order()[some], _no(some))


def _starts(names: Spelling) -> Iterator[_Way]:
    long = np.flatnonzero((names.letters.size >= _START) & (names.words > 0))
    yield _Way(START, long, names.first(long, _START), ~names.is_han[long])
    long = long[names.words[long] > 1]
    yield _Way(START, long, names.last_first(long, _START), ~names.is_han[long])


def _initials(names: Spelling, two: Rows) -> Iterator[_Way]:
    """Of two words: one whole with the other's initial."""
    blank, sign = names.alphabet.value(BLANK), names.initials(two)
    ends = (names.first_size[two], names.last_size[two])
    words = (names.first_word(two), names.last_word(two))
    for word, other in ((1, 0), (0, 1)):
        one = np.ones(len(two), dtype=np.int64)
        key = followed(words[word], ends[word], followed(blank, one, sign[other]))
        whole = ends[word] >= _WORD_MIN
        if word == 0:
            whole &= words[0] != words[1]  # of John John there is that key already
        yield _Way(INITIAL, two[whole], key[whole], (ends[other] == 1)[whole])


def _slips(names: Spelling, two: Rows) -> _Way:
    """Latin: one word and the start of the next.  Chinese: all but the last character."""
    han, size = names.is_han[two], names.shown.size[two]
    latin, chinese = two[~han], two[han & (size > 2)]  # a slip leaves two
    first, blank = names.first_size[latin], names.alphabet.value(BLANK)
    one = np.ones(len(latin), dtype=np.int64)
    key = np.concatenate(
        [
            followed(
                names.first_word(latin), first, followed(blank, one, names.last_word(latin, _SLIP))
            ),
            names.beginning(chinese),
        ]
    )
    some = np.concatenate([latin, chinese])
    return _Way(SLIP, some, key, _no(some))


def _masked(names: Spelling) -> _Way:
    """What is shown on either side of the mask; the mask itself has no certain length."""
    some = np.flatnonzero(names.is_hidden)
    return _Way(MASKED, some, names.bare(some), ~_no(some))


def _as_masked(names: Spelling, two: Rows) -> Iterator[_Way]:
    """How a whole name would be masked, so that it meets masked ones."""
    size, star = names.shown.size, names.alphabet.value(STAR)
    chinese = np.flatnonzero(names.is_chinese & (size > 1) & (size <= _CHINESE_MAX))
    family, last = names.ends(chinese)
    one = np.ones(len(chinese), dtype=np.int64)
    mask = followed(family, one, star)
    three = size[chinese] > 2  # of two, one is hidden
    more = followed(mask, one + 1, last)[three]
    yield _Way(MASKED, chinese[three], more, _no(more))
    yield _Way(MASKED, chinese, mask, _no(chinese))
    latin = two[~names.is_han[two]]
    initial, one = names.initials(latin)[0], np.ones(len(latin), dtype=np.int64)
    key = followed(followed(initial, one, star), one + 1, names.last_word(latin))
    yield _Way(MASKED, latin, key, _no(latin))


def _no(names: Rows | Hashes) -> Flags:
    return np.zeros(len(names), dtype=np.bool_)
