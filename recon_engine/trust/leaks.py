"""The search after the masking: whether a finished file still holds what was to be hidden.

It knows nothing of how the masking went.  It is given every value that was hidden and every text
that the file holds, and finds one in the other.
"""

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import compress

import polars as pl

from recon_engine.trust.persons import HAN

_NAME_MIN, _DIGITS_MIN = 2, 7
# Blanks of other widths, several blanks, full-width letters and digits, characters for old readers.
_ODD = r"[\t\n\u{a0}\u{2000}-\u{200a}\u{3000}\u{ff10}-\u{ff5a}\u{f900}-\u{faff}]|  "


@dataclass(frozen=True, slots=True)
class Leak:
    """A hidden value that was found: where, and how long it is; never the value itself."""

    place: str
    characters: int


@dataclass(frozen=True)
class Hidden:
    """Everything that must not be found.

    Attributes:
        values: names, phones, e-mails, accounts, as they were written.
        public: texts that stand in the file anyway, captions and names of stores: a buyer who is
            called like one of our own words cannot be told from it.
    """

    values: frozenset[str]
    public: tuple[str, ...] = ()

    def find(self, texts: Iterable[tuple[str, str]]) -> Iterator[Leak]:
        """Every text that holds one of the values.

        Args:
            texts: place and text.
        """
        places, said = [], []
        for place, text in texts:
            places.append(place)
            said.append(text)
        if not self._wanted or not said:
            return
        plain = _plain(pl.Series(said, dtype=pl.String))
        held = _held(plain, self._wanted)
        texts = plain.filter(held)
        for place, values in zip(compress(places, held), _within(texts, self._wanted), strict=True):
            yield from (Leak(place, len(value)) for value in values)

    def may_hold(self, texts: list[str]) -> list[bool]:
        """Whether a closer look at each text is worth it; never no where one of the values is."""
        if not self._wanted or not texts:
            return [False] * len(texts)
        said = pl.Series([html.unescape(text) if "&" in text else text for text in texts])
        return list(_held(_plain(said), self._wanted))

    @cached_property
    def _wanted(self) -> list[str]:
        """The values to look for: long enough to mean somebody, and none of our own words."""
        values = pl.Series(sorted(self.values), dtype=pl.String)
        written = {*values, *_normal(values)}
        written |= {value.upper() for value in written if not value.isascii()}
        long = {value.strip() for value in written if _is_telling(value)}
        if not long or not self.public:
            return sorted(long)
        texts = _normal(pl.Series(sorted(set(self.public)), dtype=pl.String))
        some = texts.filter(_held(texts, sorted(long)))
        ours = {value for values in _within(some, sorted(long)) for value in values}
        return sorted(long - ours)


def _within(texts: pl.Series, values: list[str]) -> Iterator[list[str]]:
    """By text, the values that stand in it for themselves."""
    named = texts.str.extract_many(values, ascii_case_insensitive=True, overlapping=True)
    by_small: dict[str, list[str]] = {}
    for value in values:
        by_small.setdefault(value.casefold(), []).append(value)
    for text, names in zip(texts, named.to_list(), strict=True):
        known = (by_small.get(small, ()) for small in sorted({n.casefold() for n in names}))
        yield [value for same in known for value in same if _stands_alone(value, text)]


def _plain(texts: pl.Series) -> pl.Series:
    """Texts as the values are written; most are so as they stand."""
    return _normal(texts) if texts.str.contains(_ODD).any() else texts


def _normal(texts: pl.Series) -> pl.Series:
    """Texts with ordinary signs for full-width ones, and one blank where there are several."""
    return texts.str.normalize("NFKC").str.replace_all(r"\s+", " ")


def _held(texts: pl.Series, values: list[str]) -> pl.Series:
    return texts.str.contains_any(values, ascii_case_insensitive=True)


def _is_telling(value: str) -> bool:
    plain = value.strip()
    if re.fullmatch(r"[\d\s().+*-]+", plain):
        return len(re.sub(r"\D", "", plain)) >= _DIGITS_MIN and "*" not in plain
    return len(plain) >= _NAME_MIN


def _stands_alone(value: str, text: str) -> bool:
    """Whether a value is found between other signs; Chinese is written without blanks.

    A short name in Latin letters must be written in the same way, capitals and all.
    """
    before = "" if re.match(rf"[{HAN}]", value[0]) else r"(?<![^\W_])"
    after = "" if re.match(rf"[{HAN}]", value[-1]) else r"(?![^\W_])"
    short = len(value) <= _NAME_MIN + 1
    return bool(re.search(before + re.escape(value) + after, text, 0 if short else re.IGNORECASE))
