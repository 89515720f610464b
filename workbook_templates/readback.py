"""A Tieout workbook read back: its tables by their keys, codes instead of words, exact amounts.

Whatever program saved it last: a table is found by its name and a column by its caption in the
workbook's own language, so sheets may be renamed, rows sorted and columns added or moved.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl
from python_calamine import CalamineError, CalamineWorkbook

from recon_engine.errors import Code, Place, Problem, error
from recon_engine.messages import Language, text
from recon_engine.model.money import column_to_minor, exponent, float_text
from workbook_templates import words
from workbook_templates.layout import LAYOUT_VERSION, TEXTS, Cell, Column, Table
from workbook_templates.layout_book import SHEET_OF_TABLE, TABLES
from workbook_templates.properties import (
    LANGUAGE_PROPERTY,
    LAYOUT_PROPERTY,
    custom_properties,
)


@dataclass(frozen=True)
class Readback:
    """What a workbook holds.

    Attributes:
        file: its name.
        language: of its captions and words.
        tables: by table name; columns by key: codes, texts, minor units (Int64), dates.
        home: the rows of Home, as they stand.
        problems: cells that are not what their column says.
    """

    file: str
    language: Language
    tables: dict[str, pl.DataFrame]
    home: list[list[Any]]
    problems: tuple[Problem, ...]


def read_workbook(path: Path) -> Readback:
    """Reads every table of a Tieout workbook.

    Args:
        path: the file; it is not changed and may be open elsewhere.

    Raises:
        TieoutError: no such file, not a workbook of ours, or a table or column is missing.
    """
    if not path.is_file():
        raise error(Code.FILE_MISSING, Place(path.name))
    data = path.read_bytes()
    language = _language(data, path.name)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data), load_tables=True)
    except CalamineError as fault:
        raise error(Code.FILE_DAMAGED, Place(path.name), str(fault)) from fault
    problems: list[Problem] = []
    tables = {
        name: _table(book, table, path.name, language, problems) for name, table in TABLES.items()
    }
    home = text("workbook.sheet.home", language)
    rows = (
        book.get_sheet_by_name(home).to_python(skip_empty_area=False)
        if home in book.sheet_names
        else []
    )
    return Readback(path.name, language, tables, rows, tuple(problems))


def _language(data: bytes, file: str) -> Language:
    """The workbook's language, from the properties by which it is known as ours."""
    found = custom_properties(data)
    layout, language = found.get(LAYOUT_PROPERTY, ""), found.get(LANGUAGE_PROPERTY, "")
    if layout != str(LAYOUT_VERSION) or language not in set(Language):
        raise error(Code.NOT_A_TIEOUT_WORKBOOK, Place(file))
    return Language(language)


def _table(
    book: CalamineWorkbook, table: Table, file: str, language: Language, problems: list[Problem]
) -> pl.DataFrame:
    if table.name not in (book.table_names or []):
        raise error(Code.NOT_A_TIEOUT_WORKBOOK, Place(file, table.name))
    found = book.get_table_by_name(table.name)
    rows = [row for row in found.to_python() if any(cell not in ("", None) for cell in row)]
    wanted = dict(zip(words.captions(table, language), table.columns, strict=True))
    missing = [caption for caption in wanted if caption not in found.columns]
    if missing:
        raise error(Code.COLUMN_MISSING, Place(file, found.sheet, column=missing[0]), table.name)
    columns = list(zip(*rows, strict=True)) or [()] * len(found.columns)
    cells = {
        column.key: columns[found.columns.index(caption)] for caption, column in wanted.items()
    }
    place = Place(file, found.sheet)
    return _typed(cells, table, (place, language), problems)


def _typed(
    cells: dict[str, tuple[Any, ...]],
    table: Table,
    where: tuple[Place, Language],
    problems: list[Problem],
) -> pl.DataFrame:
    """The columns as their types say; a cell that does not fit is null and told."""
    place, language = where
    currencies = [str(cell) for cell in cells.get("currency", [])]
    made = {}
    for column in table.columns:
        values = cells[column.key]
        if column.type is Cell.MONEY:
            made[column.key] = _money(values, currencies, place, column, problems)
        elif column.type is Cell.COUNT:
            whole = [_whole(value) for value in values]
            made[column.key] = pl.Series(whole, dtype=pl.Int64)
        elif column.type is Cell.DATE:
            made[column.key] = pl.Series([_date(value) for value in values], dtype=pl.Date)
        else:
            shown = pl.Series([_text(value) for value in values], dtype=pl.String)
            made[column.key] = _codes(shown, column, language)
    return pl.DataFrame(made)


def _codes(shown: pl.Series, column: Column, language: Language) -> pl.Series:
    if not column.words or column.type not in TEXTS:
        return shown
    distinct = shown.unique().sort().to_list()
    return shown.replace({word: words.code_of(column.words, word, language) for word in distinct})


def _money(
    values: tuple[Any, ...],
    currencies: Sequence[str],
    place: Place,
    column: Column,
    problems: list[Problem],
) -> pl.Series:
    """Exact minor units: the fifteen digits that a spreadsheet promises, read as decimal text."""
    texts = pl.Series([_figure(value) for value in values], dtype=pl.String)
    places = pl.Series([exponent(code) for code in currencies], dtype=pl.Int64)
    read = column_to_minor(texts, places)
    wrong = read["code"].drop_nulls()
    for code, value in zip(wrong, texts.filter(read["code"].is_not_null()), strict=True):
        at = Place(place.file, place.sheet, column=column.key)
        problems.append(Problem(Code(code), at, value))
    return read["minor"]


def _figure(value: Any) -> str:
    return float_text(value) if isinstance(value, float) else str(value)


def _whole(value: Any) -> int | None:
    return int(value) if isinstance(value, int | float) and value == int(value) else None


def _date(value: Any) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else None


def _text(value: Any) -> str:
    """A cell as text; a number typed where text belongs comes back without its ``.0``."""
    return float_text(value) if isinstance(value, float) else str(value)


def sheet_name(table: str, language: Language) -> str:
    """The name of the sheet that a table stands on."""
    return text(f"workbook.sheet.{SHEET_OF_TABLE[table]}", language)
