"""What a column's cells look like: days, figures, currencies, numbers of documents, or words."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice

import polars as pl

from recon_engine.intake.currencies import currency
from recon_engine.intake.dates import Order, is_day

_FIGURE = re.compile(
    r"^[-+(]{0,2}\s*(?:[A-Z]{3}|[¥$€£])?\s*[-+]?\d[\d,.' ]{0,17}\)?\s*(?:[A-Z]{3}|元|[¥$€£])?-?$"
)
_DAY = re.compile(r"\d[-/.年月]|^(?:19|20)\d{6}(?:\D|$)|[A-Za-z]{3,9}\.?,? ?\d|\d[ -][A-Za-z]{3}")
_DAY_LIKE = re.compile(r"\d[-/.]\d{1,2}[-/.]\d{2,4}")
_ID = re.compile(r"^[A-Za-z0-9_\-]{6,40}$")
_DIGIT = re.compile(r"\d")
_SAMPLE = 1000  # so many cells show what the others are
_FEW = 6  # different words, at most, in a column of directions or statuses


@dataclass(frozen=True, slots=True)
class Looks:
    """How many of a column's filled cells are what.

    Attributes:
        filled: cells that hold anything, of the first thousand.
        days, figures, currencies, ids: filled cells that are one.
        different: how many different cells.
    """

    filled: int
    days: int
    figures: int
    currencies: int
    ids: int
    different: int

    def nearly_all(self, what: str) -> bool:
        """Whether nine of ten filled cells are it."""
        return self.filled > 0 and int(getattr(self, what)) * 10 >= self.filled * 9

    @property
    def few_words(self) -> bool:
        """A handful of words again and again, as directions and currencies are."""
        return 0 < self.different <= _FEW and not self.nearly_all("figures")


def looks(cells: pl.Series) -> Looks:
    """What the cells of one cleaned column are: each different one is looked at once."""
    filled = list(islice((cell for cell in cells if cell), _SAMPLE))
    counts = Counter(filled)

    def count(holds: Callable[[str], object]) -> int:
        return sum(times for word, times in counts.items() if holds(word))

    shaped = {word for word in counts if _DAY.search(word)}
    return Looks(
        filled=len(filled),
        days=max(
            count(lambda word, o=order: word in shaped and is_day(word, o))  # type: ignore[misc]
            for order in (Order.DMY, Order.MDY)
        ),
        figures=count(lambda word: _FIGURE.search(word) and not _DAY_LIKE.search(word)),
        currencies=count(currency),
        ids=count(lambda word: _ID.search(word) and _DIGIT.search(word)),
        different=len(counts),
    )
