"""What a column's cells look like: days, figures, currencies, numbers of documents, or words."""

from dataclasses import dataclass

import polars as pl

from recon_engine.intake.currencies import currency
from recon_engine.intake.dates import Order, read_dates

_FIGURE = (
    r"^[-+(]{0,2}\s*(?:[A-Z]{3}|[¥$€£])?\s*[-+]?\d[\d,.' ]{0,17}\)?\s*(?:[A-Z]{3}|元|[¥$€£])?-?$"
)
_DAY = r"\d[-/.年月]|^(?:19|20)\d{6}(?:\D|$)|[A-Za-z]{3,9}\.?,? ?\d|\d[ -][A-Za-z]{3}"
_DAY_LIKE = r"\d[-/.]\d{1,2}[-/.]\d{2,4}"
_ID = r"^[A-Za-z0-9_\-]{6,40}$"
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
    """What the cells of one cleaned column are."""
    filled = cells.filter(cells != "").head(_SAMPLE)
    if filled.is_empty():
        return Looks(0, 0, 0, 0, 0, 0)
    shaped = filled.filter(filled.str.contains(_DAY))
    days = max(
        read_dates(shaped, order).days.is_not_null().sum() for order in (Order.DMY, Order.MDY)
    )
    return Looks(
        filled=filled.len(),
        days=int(days),
        figures=int((filled.str.contains(_FIGURE) & ~filled.str.contains(_DAY_LIKE)).sum()),
        currencies=sum(bool(currency(word)) for word in filled),
        ids=int((filled.str.contains(_ID) & filled.str.contains(r"\d")).sum()),
        different=filled.n_unique(),
    )
