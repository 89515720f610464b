"""Cells as a spreadsheet gives them into typed columns: exact amounts, days, counts, codes.

Numbers that were stored as text and days that were typed are read where they can be read for sure;
a cell that does not fit its column is null and told.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import polars as pl

from recon_engine.errors import Code
from recon_engine.intake.dates import read_dates
from recon_engine.messages import Language
from recon_engine.model.money import MAX_DIGITS, column_to_minor, exponent, float_text
from workbook_templates import words
from workbook_templates.layout import TEXTS, Cell, Column, Table

# A column's cells from the first row down, or the same as a series: texts, Float64 or Datetime,
# null where a cell is empty.
Cells = Sequence[Any] | pl.Series
# Most columns of a long table are empty or all text; those need no look at each cell.
_BLANK: frozenset[Any] = frozenset({"", None})
_TEXT_ONLY = frozenset({str})
_NUMBER_OR_NOTHING: frozenset[type] = frozenset({float, type(None)})
_KINDS: dict[Cell, type[pl.DataType]] = {
    Cell.MONEY: pl.Int64, Cell.COUNT: pl.Int64, Cell.DATE: pl.Date,
}  # fmt: skip
_NOTHING: dict[Cell, Any] = dict.fromkeys(_KINDS)


@dataclass(frozen=True, slots=True)
class Fault:
    """A cell that is not what its column says: which row of the frame, which column, what."""

    at: int
    key: str
    code: Code
    value: str


def typed_cells(
    cells: Mapping[str, Cells], table: Table, language: Language
) -> tuple[pl.DataFrame, list[Fault]]:
    """The columns as their types say, and the cells that do not fit.

    Args:
        cells: by column key, from the first row down.
        table: what the columns are.
        language: of the words in them.
    """
    places = _places(cells.get("currency", ()))
    made: dict[str, pl.Series] = {}
    faults: list[Fault] = []
    for key, values in cells.items():
        column = table.column(key)
        if isinstance(values, pl.Series):
            made[key] = (
                _money(values, places, key, faults)
                if column.type is Cell.MONEY
                else _of_series(values, column, language)
            )
        elif _BLANK.issuperset(values):
            made[key] = pl.repeat(_NOTHING.get(column.type, ""), len(values), eager=True).cast(
                _KINDS.get(column.type, pl.String)
            )
        elif column.type is Cell.MONEY:
            made[key] = _money(values, places, key, faults)
        elif column.type is Cell.COUNT:
            made[key] = _counts(values, key, faults)
        elif column.type is Cell.DATE:
            made[key] = _dates(values, key, faults)
        else:
            texts = values if _TEXT_ONLY.issuperset(map(type, values)) else map(as_text, values)
            shown = pl.Series(list(texts), dtype=pl.String)
            made[key] = _codes(shown, column, language)
    return pl.DataFrame(made), faults


def _places(currencies: Cells) -> pl.Series:
    """The decimals of each row's currency."""
    if not isinstance(currencies, pl.Series):
        return pl.Series([exponent(str(code)) for code in currencies], dtype=pl.Int64)
    codes = currencies.cast(pl.String).fill_null("")
    known = {code: exponent(code) for code in codes.unique()}
    return codes.replace_strict(known, return_dtype=pl.Int64)


def _of_series(values: pl.Series, column: Column, language: Language) -> pl.Series:
    """Cells that are all of their column's kind, or empty: little in them is left to understand."""
    if column.type in _KINDS:
        return values.cast(_KINDS[column.type])
    return _codes(values.cast(pl.String).fill_null(""), column, language)


def _codes(shown: pl.Series, column: Column, language: Language) -> pl.Series:
    """Codes for words.  What a person typed may be a word of any language, however written."""
    if not column.words or column.type not in TEXTS:
        return shown
    back = words.typed_code if column.type is Cell.INPUT else words.code_of
    distinct = shown.unique().sort().to_list()
    return shown.replace({word: back(column.words, word, language) for word in distinct})


def _money(values: Cells, places: pl.Series, key: str, faults: list[Fault]) -> pl.Series:
    """Exact minor units: the fifteen digits that a spreadsheet promises, read as decimal text."""
    minor, rest = _stored(values, places)
    if rest:
        texts = pl.Series([as_text(values[at]).strip() for at in rest], dtype=pl.String)
        read = column_to_minor(texts, places.gather(rest))
        minor = minor.scatter(rest, read["minor"])
        faults += [
            Fault(at, key, Code(code), text)
            for at, code, text in zip(rest, read["code"], texts, strict=True)
            if code
        ]
    return minor


def _stored(values: Cells, places: pl.Series) -> tuple[pl.Series, list[int]]:
    """The amounts of cells that are the number nearest to a decimal; the rows of all others.

    A whole number over a power of ten is the nearest number to that decimal, so the test is exact.
    """
    if isinstance(values, pl.Series):
        numbers, filled = values.cast(pl.Float64), values.is_not_null()
    else:
        known = [value if isinstance(value, float) else None for value in values]
        numbers = pl.Series(known, dtype=pl.Float64)
        filled = pl.Series([value not in ("", None) for value in values], dtype=pl.Boolean)
    frame = pl.DataFrame({"n": numbers, "p": places})
    scale = pl.lit(10.0).pow("p")
    near = (pl.col("n") * scale).round()
    sure = (near / scale == pl.col("n")) & (near.abs() < 10.0**MAX_DIGITS)
    minor = frame.select(pl.when(sure).then(near).cast(pl.Int64)).to_series()
    return minor, (minor.is_null() & filled).arg_true().to_list()


def _counts(values: Cells, key: str, faults: list[Fault]) -> pl.Series:
    if _NUMBER_OR_NOTHING.issuperset(map(type, values)):
        whole_or_not = pl.Series(values, dtype=pl.Float64)
        if bool((whole_or_not.drop_nulls() == whole_or_not.drop_nulls().round()).all()):
            return whole_or_not.cast(pl.Int64)
    found: list[int | None] = []
    for at, value in enumerate(values):
        whole = _whole(value)
        if whole is None and value not in ("", None):
            faults.append(Fault(at, key, Code.AMOUNT_NOT_A_NUMBER, as_text(value)))
        found.append(whole)
    return pl.Series(found, dtype=pl.Int64)


def _whole(value: Any) -> int | None:
    if isinstance(value, str):
        digits = value.strip().replace(",", "")
        return int(digits) if digits.lstrip("-").isdecimal() else None
    return int(value) if isinstance(value, int | float) and value == int(value) else None


def _dates(values: Cells, key: str, faults: list[Fault]) -> pl.Series:
    found = [_date(value) for value in values]
    typed = [at for at, value in enumerate(values) if value not in ("", None) and not found[at]]
    if typed:
        texts = [as_text(values[at]).strip() for at in typed]
        read = read_dates(pl.Series(texts, dtype=pl.String)).days
        for at, day, said in zip(typed, read, texts, strict=True):
            found[at] = day
            if day is None:
                faults.append(Fault(at, key, Code.DATE_NOT_READ, said))
    return pl.Series(found, dtype=pl.Date)


def _date(value: Any) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else None


def as_text(value: Any) -> str:
    """A cell as text; a number typed where text belongs comes back without its ``.0``."""
    if value is None:
        return ""
    return float_text(value) if isinstance(value, float) else str(value)
