"""xlsx, xlsb, xls and ods → raw tables, by calamine.

A stored number is written as the figure that was typed (money.float_text); from sixteen digits on
it has lost some, and is written in scientific notation so that an id column can tell.
"""

import io
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any

import polars as pl
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetMetadata,
    SheetVisibleEnum,
)

from recon_engine.errors import Code, Place, Problem, error
from recon_engine.intake import limits, package
from recon_engine.intake.table import Body, Row, Table
from recon_engine.model import money

_EXACT_BELOW = 10**15
_BATCH = 50_000
# At most fifteen digits and no exponent: then the shortest text is the typed one.
_SHORT_FIGURE = r"^-?(?:[0-9]{1,15}|[0-9]{1,10}\.[0-9]{1,5})$"


def tables(content: bytes, file: str) -> Iterator[Table]:
    """Every sheet that has rows.

    Raises:
        TieoutError: FILE_EMPTY, FILE_ENCRYPTED, FILE_DAMAGED, FILE_TOO_LARGE, FILE_UNSAFE.
    """
    hidden = package.hidden_rows(content, file) if content.startswith(b"PK") else {}
    filled = False
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        for about in book.sheets_metadata:
            notes = _notes(about, hidden.get(about.name, 0), file)
            table = _table(book.get_sheet_by_name(about.name), file, notes)
            if table.top:
                filled = True
                yield table
    except PasswordError as fault:
        raise error(Code.FILE_ENCRYPTED, Place(file)) from fault
    except CalamineError as fault:
        code = Code.FILE_ENCRYPTED if "assword" in str(fault) else Code.FILE_DAMAGED
        raise error(code, Place(file), str(fault)) from fault
    if not filled:
        raise error(Code.FILE_EMPTY, Place(file))


def _notes(about: SheetMetadata, rows: int, file: str) -> tuple[Problem, ...]:
    """What a person who opens the workbook does not see."""
    place = Place(file, about.name)
    seen = about.visible == SheetVisibleEnum.Visible
    notes = [] if seen else [Problem(Code.SHEET_HIDDEN, place)]
    return (*notes, *([Problem(Code.ROWS_HIDDEN, place, str(rows))] if rows else []))


def _table(sheet: CalamineSheet, file: str, notes: tuple[Problem, ...]) -> Table:
    if sheet.height > limits.ROWS_MAX or sheet.height * sheet.width > limits.CELLS_MAX:
        raise error(Code.FILE_TOO_LARGE, Place(file, sheet.name), f"{sheet.height}")
    first = (sheet.start[0] if sheet.start else 0) + 1
    rows = _rows(sheet)
    head = islice(rows, limits.HEADER_ROWS_MAX)
    top: tuple[Row, ...] = tuple(tuple(cell_text(cell) for cell in row) for row in head)
    lines = tuple(range(first, first + len(top)))

    unread = [sheet]
    texts: list[pl.DataFrame] = []

    def body(header: int) -> Body:
        if unread:  # the parsed sheet is let go: a large one and its texts together fill memory
            texts.append(_texts(_rows(unread.pop())))
        cells = texts[0].slice(header + 1)
        start = first + header + 1
        lines = pl.int_range(start, start + cells.height, dtype=pl.Int64, eager=True)
        overflow = pl.Series([None], dtype=pl.String).new_from_index(0, cells.height)
        return Body(lines, cells, overflow)

    return Table(sheet.name, top, lines, body, notes)


def _rows(sheet: CalamineSheet) -> Iterator[list[Any]]:
    """The sheet's rows from its first filled one on, without the empty columns before them."""
    return islice(sheet.iter_rows(), sheet.start[0] if sheet.start else 0, None)


def _texts(rows: Iterator[list[Any]]) -> pl.DataFrame:
    """The rows as columns of text, some thousand at a time: a million of them fit in no memory."""
    parts = []
    while batch := list(islice(rows, _BATCH)):
        columns = [_column(cells) for cells in zip(*batch, strict=True)]
        parts.append(pl.DataFrame({str(n): column for n, column in enumerate(columns)}))
    return pl.concat(parts, rechunk=True)


def _column(cells: tuple[Any, ...]) -> pl.Series:
    """One column as text; text and numbers, nearly all that there is, cost nothing a cell."""
    kinds = set(map(type, cells))
    if kinds == {str}:
        return pl.Series(cells, dtype=pl.String)
    if not kinds <= {str, float}:
        return pl.Series([cell_text(cell) for cell in cells], dtype=pl.String)
    texts = pl.Series([c if type(c) is str else None for c in cells], dtype=pl.String)
    numbers = pl.Series([c if type(c) is float else None for c in cells], dtype=pl.Float64)
    return texts.zip_with(texts.is_not_null(), _figures(numbers))


def _figures(numbers: pl.Series) -> pl.Series:
    """cell_text of many numbers: the shortest text, where it has few enough digits to be sure."""
    texts = numbers.cast(pl.String).str.replace(r"\.0$", "")
    plain = texts.str.contains(_SHORT_FIGURE).fill_null(value=True)
    if plain.all():
        return texts
    rest = (~plain).arg_true()
    return texts.scatter(rest, [cell_text(n) for n in numbers.gather(rest).to_list()])


def cell_text(cell: Any) -> str:
    """A cell's value as the text that stands for it everywhere after."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, int | float):
        return money.float_text(cell) if abs(cell) < _EXACT_BELOW else f"{cell:.14E}"
    if isinstance(cell, datetime):
        # A day typed without a time is stored as its midnight.
        midnight = cell.time() == time()
        return cell.date().isoformat() if midnight else cell.isoformat(" ", "seconds")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell) if isinstance(cell, timedelta) else ""
