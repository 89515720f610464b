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

Cells = Sequence[Any]
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
    places = pl.Series([exponent(str(code)) for code in cells.get("currency", ())], dtype=pl.Int64)
    made: dict[str, pl.Series] = {}
    faults: list[Fault] = []
    for key, values in cells.items():
        column = table.column(key)
        if _BLANK.issuperset(values):
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
    numbers = [value if isinstance(value, float) else None for value in values]
    frame = pl.DataFrame({"n": pl.Series(numbers, dtype=pl.Float64), "p": places})
    scale = pl.lit(10.0).pow("p")
    near = (pl.col("n") * scale).round()
    sure = (near / scale == pl.col("n")) & (near.abs() < 10.0**MAX_DIGITS)
    minor = frame.select(pl.when(sure).then(near).cast(pl.Int64)).to_series()
    filled = [value not in ("", None) for value in values]
    rest = (minor.is_null() & pl.Series(filled, dtype=pl.Boolean)).arg_true().to_list()
    return minor, rest


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
