"""How a text may write a name that is known: turned round, by an initial, spaced, in pinyin."""

import re
from collections.abc import Callable, Iterator

from recon_engine.trust.persons import HAN

_HAN_NAME = re.compile(rf"[{HAN}]{{2,4}}")
_ONE_WORD_MIN = 8  # letters of pinyin without a blank; shorter ones may be a word of another tongue
_BLANKS = (" ", "\u3000")  # the second as wide as a character
_SEPARATORS = re.compile(r"[\s,.\-]+")
Sounds = Callable[[str], dict[str, str]]


def spellings(name: str, sounds: Sounds) -> frozenset[str]:
    """The name as it stands and its other spellings, in small letters.

    Args:
        name: a person's, two characters or more.
        sounds: the pinyin of every Chinese character of a text.
    """
    small = name.casefold()
    bare = "".join(small.split())
    others = _of_han(bare, sounds) if _HAN_NAME.fullmatch(bare) else _of_words(small)
    return frozenset((small, *others))


def _of_han(name: str, sounds: Sounds) -> Iterator[str]:
    yield name
    yield from (blank.join(name) for blank in _BLANKS)
    said = sounds(name)
    family, *given = (said.get(sign, sign) for sign in name)
    if not all(sound.isascii() for sound in (family, *given)):
        return
    joined = "".join(given)
    yield f"{family} {joined}"
    yield f"{family}, {joined}"
    yield f"{joined} {family}"
    yield f"{family} {' '.join(given)}"
    if len(family) + len(joined) >= _ONE_WORD_MIN:
        yield family + joined


def _of_words(name: str) -> Iterator[str]:
    words = [word for word in _SEPARATORS.split(name) if word]
    if len(words) < 2 or any("*" in word for word in words):
        return
    *given, family = words
    first = " ".join(given)
    yield f"{first} {family}"
    yield f"{family} {first}"
    yield f"{family}, {first}"
    yield f"{family} {given[0][0]}"
    yield f"{given[0][0]} {family}"
    yield f"{given[0][0]}. {family}"
    yield f"{given[0]} {family}"
    yield f"{family} {given[0]}"
    yield "".join(words)
