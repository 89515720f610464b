"""Pieces of free texts that could be a person's name."""

import re
from dataclasses import dataclass
from string import ascii_letters

import numpy as np

from recon_engine.match.arrays import Flags, Rows
from recon_engine.match.signs import BLANK, STAR, Alphabet, Texts, joined, side_by_side

_CHINESE = (2, 3, 4)  # characters of a Chinese name
_WORD = 2  # of a bank's word that may stand before it
# H: a Chinese character; a: a Latin letter; a text is a line.
_MASKED = re.compile(rb"H\*+H?|a\*+ ?a+")


@dataclass(frozen=True)
class Pieces:
    """What texts say that could be a name.

    Attributes:
        text: the text's place.
        name: what it says there.
        is_whole: whether it may be a name cut short.
    """

    text: Rows
    name: Texts
    is_whole: Flags


def names_in_texts(texts: Texts, alphabet: Alphabet) -> Pieces:
    """Pieces of texts that could be a person's name.

    Long runs of Chinese characters are cut to their last two to four, since words such as 转账 may
    stand against the name without a blank; of Latin words, neighbouring pairs count.
    """
    start, size = texts.runs(alphabet.are_han[texts.sign])
    places = [_last(start, size, n) for n in _CHINESE]
    places += [_masks(texts, alphabet), _words(texts, alphabet)]
    owners = [texts.owner[start] for start, _ in places]
    names = [texts.cut(start, size) for start, size in places]
    owner, pairs = _pairs(owners[-1], names[-1], alphabet)
    every = joined([*names, pairs])
    # One word of a text is no name cut short: a family name does not stand for each of a family.
    several = every.count((alphabet.are_han | alphabet.are(BLANK))[every.sign]) > 0
    return Pieces(np.concatenate([*owners, owner]), every, several)


def _last(start: Rows, size: Rows, count: int) -> tuple[Rows, Rows]:
    """The last so many signs of runs that are as long, or have room for a word before them."""
    some = np.flatnonzero((size == count) | (size >= count + _WORD))
    return (start + size - count)[some], np.full(len(some), count)


def _words(texts: Texts, alphabet: Alphabet) -> tuple[Rows, Rows]:
    """Where Latin words begin and how long they are; commas around them do not belong to them."""
    start, size = texts.runs(alphabet.are(ascii_letters + ".,")[texts.sign])
    comma = alphabet.are(",")[texts.sign]
    while (more := comma[start]).any():
        start, size = (start + more)[size > more], (size - more)[size > more]
    while (more := comma[start + size - 1]).any():
        size = size - more
    return start, size


def _pairs(owner: Rows, words: Texts, alphabet: Alphabet) -> tuple[Rows, Texts]:
    """The text of each two words that follow each other, and both with a blank between them."""
    first = np.flatnonzero(owner[1:] == owner[:-1])
    one = np.ones(len(first), dtype=np.int64)
    blank = Texts(one * alphabet.number(BLANK), one)
    return owner[first], side_by_side([words.gather(first), blank, words.gather(first + 1)])


def _masks(texts: Texts, alphabet: Alphabet) -> tuple[Rows, Rows]:
    """Where masked names begin and how long they are."""
    some = np.flatnonzero(texts.count(texts.sign == alphabet.number(STAR)))
    lines = texts.gather(some)
    classes = np.full(len(alphabet.signs), b".", dtype="S1")
    classes[alphabet.are_han], classes[alphabet.are(ascii_letters)] = b"H", b"a"
    classes[alphabet.number(STAR)], classes[alphabet.number(BLANK)] = b"*", b" "
    # Each line ends with a sign of its own, so that nothing is found across two.
    written = np.full(len(lines.sign) + len(lines), b"\n", dtype="S1")
    written[np.arange(len(lines.sign)) + lines.owner] = classes[lines.sign]
    spans = [found.span() for found in _MASKED.finditer(written.tobytes())]
    begin, end = np.array(spans, dtype=np.int64).reshape(-1, 2).T
    line = np.searchsorted(lines.start + np.arange(len(lines)), begin, side="right") - 1
    return texts.start[some[line]] + begin - lines.start[line] - line, end - begin
