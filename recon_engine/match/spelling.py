"""Names as they are shown and as they are read: their letters word by word, with hashes of both."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from recon_engine.match.arrays import Flags, Rows, counted
from recon_engine.match.signs import (
    STAR,
    Alphabet,
    Hashes,
    Parts,
    Texts,
    followed,
    sums_before,
    turned,
)

_STARS = "*＊○●"  # what stands for a hidden character, however few
_CROSSES = "x*＊○●"  # two or more of them do


@dataclass(frozen=True)
class Spelling:
    """Names in small letters, and their words in Latin letters; a masked name has no words.

    Attributes:
        alphabet: of both.
        shown: in small letters, whatever hides characters as one star.
        letters: all letters of all words, Chinese characters in pinyin.
        words: how many words; a Chinese name has two, the family's and the given one.
        first_size: letters of the first word.
        last_size: letters of the last word.
        is_han: whether there is a Chinese character in it.
        is_chinese: whether there is nothing else in it.
        is_hidden: whether it is masked.
    """

    alphabet: Alphabet
    shown: Texts
    letters: Texts
    words: Rows
    first_size: Rows
    last_size: Rows
    is_han: Flags
    is_chinese: Flags
    is_hidden: Flags

    @classmethod
    def of(cls, names: Texts, alphabet: Alphabet) -> "Spelling":
        """The spelling of names as the sources write them."""
        shown = _starred(turned(names, alphabet.small), alphabet)
        is_hidden = np.zeros(len(shown), dtype=np.bool_)
        is_hidden[shown.owners(np.flatnonzero(shown.sign == alphabet.number(STAR)))] = True
        han = shown.count(alphabet.are_han[shown.sign])
        is_chinese = (han == shown.size) & (han > 0)
        letters, words, begin = _read(shown, alphabet, is_chinese)
        size = np.diff(begin, append=len(letters.sign))
        last = np.cumsum(words) - 1
        first = last - words + 1
        words[is_hidden] = 0
        some = words > 0
        return cls(
            alphabet, shown, letters, words,
            _where(some, size, first), _where(some, size, last), han > 0, is_chinese, is_hidden,
        )  # fmt: skip

    @cached_property
    def _letters(self) -> Parts:
        return Parts.of(self.letters, self.alphabet)

    @cached_property
    def _shown(self) -> Parts:
        return Parts.of(self.shown, self.alphabet)

    def in_any_order(self) -> Hashes:
        """By name: a number for its letters in whatever order."""
        weights = self.alphabet.weights[self.letters.sign]
        return self.letters.sums(sums_before(weights))

    def sound_alike(self, one: Rows, two: Rows) -> Flags:
        """Whether two names of each pair have as many characters, read alike from first to last."""
        ours, theirs = (self._letters.whole()[name] for name in (one, two))
        alike: Flags = (self.shown.size[one] == self.shown.size[two]) & (ours == theirs)
        return alike

    def first(self, name: Rows, size: Rows | int) -> Hashes:
        """The first so many letters of each name."""
        return self._letters.hashed(name, 0, size)

    def last_first(self, name: Rows, size: Rows | int) -> Hashes:
        """The same of each name with its last word before all others."""
        last = self.last_size[name]
        head = np.minimum(last, size)
        tail = self._letters.hashed(name, 0, size - head)
        front = self._letters.hashed(name, self.letters.size[name] - last, head)
        return followed(front, head, tail)

    def first_word(self, name: Rows) -> Hashes:
        """The first word of each name."""
        return self.first(name, self.first_size[name])

    def last_word(self, name: Rows, size_max: int | None = None) -> Hashes:
        """The last word of each name, or the first letters of that."""
        last = self.last_size[name]
        size = last if size_max is None else np.minimum(last, size_max)
        return self._letters.hashed(name, self.letters.size[name] - last, size)

    def initials(self, name: Rows) -> tuple[Hashes, Hashes]:
        """The first letters of the first and of the last word; each name has some."""
        start, size = self.letters.start[name], self.letters.size[name]
        values = self.alphabet.values[self.letters.sign]
        return values[start], values[start + size - self.last_size[name]]

    def beginning(self, name: Rows) -> Hashes:
        """All that is shown of each name but the last character."""
        return self._shown.hashed(name, 0, self.shown.size[name] - 1)

    def ends(self, name: Rows) -> tuple[Hashes, Hashes]:
        """The first and the last character that are shown of each name."""
        start, size = self.shown.start[name], self.shown.size[name]
        signs = self.shown.sign[start], self.shown.sign[start + size - 1]
        return self.alphabet.values[signs[0]], self.alphabet.values[signs[1]]

    def bare(self, name: Rows) -> Hashes:
        """What masked names show, without blanks and dots, each mask as one star."""
        some = self.shown.gather(name)
        dots = self.alphabet.are_blank | self.alphabet.are(".,")
        some = some.where(~dots[some.sign])
        again = some.follows(some.sign == self.alphabet.number(STAR))
        return Parts.of(some.where(~again), self.alphabet).whole()

    def compared(self, name: Rows) -> list[str]:
        """What is looked at for a slip: of a Chinese name its characters, of others the letters."""
        number, first = counted(name)
        every, han = name[first], self.is_han[name[first]]
        texts = np.empty(len(every), dtype=np.object_)
        for places, said in ((han, self.shown), (~han, self.letters)):
            texts[places] = self.alphabet.strings(said.gather(every[places]))
        return list(texts[number])


def _where(some: Flags, values: Rows, places: Rows) -> Rows:
    """Values at places, nought where there are none."""
    found = np.zeros(len(some), dtype=np.int64)
    found[some] = values[places[some]]
    return found


def _starred(small: Texts, alphabet: Alphabet) -> Texts:
    """Texts with each run of signs that hide characters as one star."""
    places = np.flatnonzero(alphabet.are(_CROSSES)[small.sign])
    owner, sign = small.owners(places), small.sign.copy()
    again = (np.diff(places, prepend=-2) == 1) & (np.diff(owner, prepend=-1) == 0)
    star = alphabet.are(_STARS)[sign[places]]
    star[:-1] |= again[1:]
    sign[places[star]] = alphabet.number(STAR)
    if not again.any():
        return Texts(sign, small.size)
    kept = np.ones(len(sign), dtype=np.bool_)
    kept[places[again]] = False
    return Texts(sign, small.size).where(kept)


def _read(shown: Texts, alphabet: Alphabet, is_chinese: Flags) -> tuple[Texts, Rows, Rows]:
    """The letters of names, how many words each has, and where every word begins."""
    read = alphabet.read
    size = read.size[shown.sign]
    letter = size > 0
    begins = letter & ~shown.follows(letter)
    # The family name stands first and is one character.
    begins[shown.start[is_chinese & (shown.size > 1)] + 1] = True
    begins &= letter
    before = sums_before(size)
    letters = Texts(read.cut(read.start[shown.sign], size).sign, shown.sums(before))
    return letters, shown.count(begins), before[np.flatnonzero(begins)]
