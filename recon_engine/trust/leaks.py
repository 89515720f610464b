"""The search after the masking: whether a finished file still holds what was to be hidden.

It knows nothing of how the masking went.  It is given every value that was hidden and every text
that the file holds, and finds one in the other.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from recon_engine.trust.persons import HAN

_NAME_MIN, _DIGITS_MIN = 2, 7


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
        frame = pl.DataFrame({"place": places, "text": said}, orient="col")
        frame = frame.with_columns(_plain(pl.col("text")))
        for place, text in frame.filter(_holds(pl.col("text"), self._wanted)).iter_rows():
            for value in self._in(text, self._wanted):
                yield Leak(place, len(value))

    @cached_property
    def _wanted(self) -> list[str]:
        """The values to look for: long enough to mean somebody, and none of our own words."""
        values = pl.Series(sorted(self.values), dtype=pl.String)
        plain = pl.select(_plain(pl.lit(values)).str.strip_chars()).to_series()
        long = {value for value in plain if _is_telling(value)}
        if not long or not self.public:
            return sorted(long)
        texts = pl.Series(sorted(set(self.public)), dtype=pl.String)
        texts = pl.select(_plain(pl.lit(texts))).to_series()
        some = texts.filter(pl.select(_holds(pl.lit(texts), sorted(long))).to_series())
        ours = {value for text in some for value in self._in(text, sorted(long))}
        return sorted(long - ours)

    def _in(self, text: str, values: list[str]) -> Iterator[str]:
        found = pl.Series([text]).str.extract_many(
            values, ascii_case_insensitive=True, overlapping=True
        )
        by_small = {value.casefold(): value for value in values}
        for small in sorted({str(value).casefold() for value in found.to_list()[0]}):
            value = by_small.get(small)
            if value is not None and _stands_alone(value, text):
                yield value


def _plain(texts: pl.Expr) -> pl.Expr:
    """Texts with ordinary signs for full-width ones, and one blank where there are several."""
    return texts.str.normalize("NFKC").str.replace_all(r"\s+", " ")


def _holds(texts: pl.Expr, values: list[str]) -> pl.Expr:
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
