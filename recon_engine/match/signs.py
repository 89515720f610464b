"""Many short texts as one array of signs, so that a pass over all of them is one call.

Sixty expressions over a column of names cost more than the names deserve.  Here a month's names are
laid out once, a number for each character, and are cut, joined and compared as numbers.

Texts are compared by a polynomial of their signs modulo 2**64, whose coefficients look random: any
two different texts agree once in 2**64, two of a million once in thirty million months.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar
from unicodedata import category

import numpy as np
import numpy.typing as npt
import polars as pl

from recon_engine.match.arrays import Flags, Rows, spread
from recon_engine.match.sounds import sounds

Hashes = npt.NDArray[np.uint64]
Number = TypeVar("Number", np.int64, np.uint64)

STAR, BLANK = "*", " "
_BASE = 0x9E3779B97F4A7C15  # odd, so that it can be divided by
_INVERSE = pow(_BASE, -1, 2**64)


@dataclass(frozen=True)
class Texts:
    """Texts laid one after the other.

    Attributes:
        sign: of each character, its place in the alphabet.
        size: of each text, how many characters it has.
    """

    sign: Rows
    size: Rows

    def __len__(self) -> int:
        return len(self.size)

    @cached_property
    def start(self) -> Rows:
        """Where each text begins."""
        return np.cumsum(self.size) - self.size

    @cached_property
    def owner(self) -> Rows:
        """The text of each character."""
        return np.repeat(np.arange(len(self.size)), self.size)

    @cached_property
    def within(self) -> Rows:
        """The place of each character in its text."""
        return np.arange(len(self.sign)) - np.repeat(self.start, self.size)

    def owners(self, places: Rows) -> Rows:
        """The text of some characters; of few of them this is quicker."""
        return np.searchsorted(self.start, places, side="right") - 1

    def cut(self, start: Rows, size: Rows) -> "Texts":
        """Pieces, which begin at the given characters and have so many."""
        which, within = spread(size)
        return Texts(self.sign[start[which] + within], size)

    def divided(self, count: int) -> tuple["Texts", "Texts"]:
        """The first so many texts, and the others."""
        cut = int(self.size[:count].sum())
        return Texts(self.sign[:cut], self.size[:count]), Texts(self.sign[cut:], self.size[count:])

    def gather(self, places: Rows) -> "Texts":
        """Some of the texts."""
        return self.cut(self.start[places], self.size[places])

    def where(self, kept: Flags) -> "Texts":
        """The texts without some of their characters."""
        return Texts(self.sign[kept], self.count(kept))

    def count(self, flags: Flags) -> Rows:
        """By text: how many of its characters are marked."""
        return self.sums(sums_before(flags.astype(np.int64)))

    def sums(self, before: npt.NDArray[Number]) -> npt.NDArray[Number]:
        """By text: the sum of what :func:`sums_before` was told of its characters."""
        summed: npt.NDArray[Number] = before[self.start + self.size] - before[self.start]
        return summed

    def follows(self, flags: Flags) -> Flags:
        """By character: whether it is marked and so is the one before it in its text."""
        after = flags.copy()
        after[1:] &= flags[:-1]
        after[self.start[self.size > 0]] = False
        return after

    def runs(self, flags: Flags) -> tuple[Rows, Rows]:
        """Where runs of marked characters begin, and how many those are; none crosses texts."""
        first = flags & ~self.follows(flags)
        start = np.flatnonzero(first)
        return start, np.diff(np.flatnonzero(first[flags]), append=int(np.count_nonzero(flags)))


def joined(parts: Sequence[Texts]) -> Texts:
    """All texts of some parts."""
    return Texts(np.concatenate([p.sign for p in parts]), np.concatenate([p.size for p in parts]))


def side_by_side(parts: Sequence[Texts]) -> Texts:
    """The first texts of all parts as one text, the second ones, and so on."""
    count, every = len(parts[0]), joined(parts)
    order = np.arange(len(every)).reshape(len(parts), count).T.ravel()
    size = every.size.reshape(len(parts), count).sum(axis=0)
    return Texts(every.gather(order).sign, size)


def sums_before(numbers: npt.NDArray[Number]) -> npt.NDArray[Number]:
    """By place, and one beyond: the sum of all numbers before it."""
    before = np.zeros(len(numbers) + 1, dtype=numbers.dtype)
    np.cumsum(numbers, out=before[1:])
    return before


@dataclass(frozen=True)
class Alphabet:
    """The characters that some texts hold, and those that they are read as.

    Attributes:
        signs: every character, in the order of their numbers.
        small: each as a small letter; one may turn into several.
        read: a Chinese one in pinyin, each other letter as itself, the rest not at all.
    """

    signs: Sequence[str]
    small: Texts
    read: Texts

    @classmethod
    def of(cls, characters: str) -> "Alphabet":
        """The alphabet of some characters, each given once."""
        # A sigma is written otherwise at the end of a word, and is the same letter.
        small = {c: c.lower().replace("ς", "σ") for c in characters}
        heard = sounds("".join(small.values()))
        every = sorted({STAR, BLANK, *characters, *"".join([*small.values(), *heard.values()])})
        place = {c: n for n, c in enumerate(every)}

        def texts(turned: list[str]) -> Texts:
            size = np.array([len(text) for text in turned], dtype=np.int64)
            return Texts(np.array([place[c] for c in "".join(turned)], dtype=np.int64), size)

        read = ["".join(filter(_is_letter, heard.get(c, c))) for c in every]
        return cls(every, texts([small.get(c, c) for c in every]), texts(read))

    @cached_property
    def codes(self) -> Rows:
        """The code point of each sign."""
        return np.array([ord(c) for c in self.signs], dtype=np.int64)

    def are(self, characters: str) -> Flags:
        """By sign: whether it is one of those."""
        return np.array([c in characters for c in self.signs], dtype=np.bool_)

    @cached_property
    def are_han(self) -> Flags:
        """By sign: whether it is a Chinese character."""
        flags: Flags = pl.Series(self.signs, dtype=pl.String).str.contains(r"\p{Han}").to_numpy()
        return flags

    @cached_property
    def are_blank(self) -> Flags:
        """By sign: whether it is a blank."""
        return np.array([c.isspace() for c in self.signs], dtype=np.bool_)

    def number(self, character: str) -> int:
        """The number of a character of the alphabet."""
        return self.signs.index(character)

    @cached_property
    def values(self) -> Hashes:
        """By sign: what stands for it in a hash of texts."""
        return scattered(self.codes.view(np.uint64))

    @cached_property
    def weights(self) -> Hashes:
        """By sign: what stands for it in a hash of letters in any order."""
        return scattered(self.values)

    def value(self, character: str) -> np.uint64:
        """What stands for a character of the alphabet in a hash of texts."""
        value: np.uint64 = self.values[self.number(character)]
        return value

    def hashed(self, texts: Texts) -> Rows:
        """A number for each text."""
        return Parts.of(texts, self).whole().view(np.int64)

    def strings(self, texts: Texts) -> list[str]:
        """The texts themselves."""
        every = self.codes[texts.sign].astype("<u4").tobytes().decode("utf-32-le")
        starts, ends = texts.start.tolist(), (texts.start + texts.size).tolist()
        return [every[start:end] for start, end in zip(starts, ends, strict=True)]


def _is_letter(character: str) -> bool:
    return category(character)[0] == "L"


def scattered(numbers: Hashes) -> Hashes:
    """Numbers that look random, the same for the same (the last steps of splitmix64)."""
    mix = (numbers + np.uint64(1)) * np.uint64(_BASE)
    mix = (mix ^ (mix >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mix = (mix ^ (mix >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mix ^ (mix >> np.uint64(31))


def laid_out(texts: pl.Series) -> tuple[Alphabet, Texts]:
    """A column of texts, and the alphabet that they are written in."""
    whole = texts.str.join("").item() if len(texts) else ""
    code = np.frombuffer(whole.encode("utf-32-le"), dtype=np.uint32)
    used = np.flatnonzero(np.bincount(code))
    alphabet = Alphabet.of("".join(map(chr, used)))
    place = np.zeros(int(alphabet.codes[-1]) + 1, dtype=np.int64)
    place[alphabet.codes] = np.arange(len(alphabet.codes))
    return alphabet, Texts(place[code], texts.str.len_chars().to_numpy().astype(np.int64))


def turned(texts: Texts, into: Texts) -> Texts:
    """Texts with each sign turned into what ``into`` says of it."""
    if (into.size == 1).all():
        return Texts(into.sign[texts.sign], texts.size)
    size = into.size[texts.sign]
    sign = into.cut(into.start[texts.sign], size).sign
    return Texts(sign, texts.sums(sums_before(size)))


@dataclass(frozen=True)
class Parts:
    """Hashes of texts and of any part of them.

    Attributes:
        texts: the texts.
        before: by character, and one beyond: the sum of what stands for all before it.
    """

    texts: Texts
    before: Hashes

    @classmethod
    def of(cls, texts: Texts, alphabet: Alphabet) -> "Parts":
        """The parts of some texts."""
        long = int(texts.size.max(initial=0)) + 1
        return cls(texts, sums_before(alphabet.values[texts.sign] * powers(long)[texts.within]))

    def hashed(self, text: Rows, start: Rows | int, size: Rows | int) -> Hashes:
        """A number for the part of each text that begins at ``start`` and has ``size`` characters.

        It is the same for the same characters, wherever they stand.
        """
        first = self.texts.start[text] + start
        sums = self.before[first + size] - self.before[first]
        least = np.asarray(start)
        parts: Hashes = sums * powers(int(least.max(initial=0)) + 1, _INVERSE)[least]
        return parts

    def whole(self) -> Hashes:
        """A number for each text."""
        return self.texts.sums(self.before)


def powers(count: int, base: int = _BASE) -> Hashes:
    """The first powers of a number; each place in a text counts by one."""
    steps = np.full(count, base, dtype=np.uint64)
    steps[0] = 1
    return np.multiply.accumulate(steps)


def followed(first: Hashes | np.uint64, size: Rows, then: Hashes | np.uint64) -> Hashes:
    """The hash of two texts one after the other, the first of which has ``size`` characters."""
    both: Hashes = first + powers(int(size.max(initial=0)) + 1)[size] * then
    return both
