"""xlsx, xlsb, xls and ods → raw tables, by calamine.

A stored number is written as the figure that was typed (money.float_text); from sixteen digits on
it has lost some, and is written in scientific notation so that an id column can tell.
"""

import io
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
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
            sheet = book.get_sheet_by_name(about.name)
            if sheet.start is not None:
                filled = True
                yield _table(sheet, file, _notes(about, hidden.get(about.name, 0), file))
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
    rows: list[list[Any]] = sheet.to_python(skip_empty_area=True)
    first = (sheet.start[0] if sheet.start else 0) + 1
    top: tuple[Row, ...] = tuple(
        tuple(cell_text(cell) for cell in row) for row in rows[: limits.HEADER_ROWS_MAX]
    )
    lines = tuple(range(first, first + len(top)))

    def body(header: int) -> Body:
        return _body(rows[header + 1 :], first + header + 1, len(rows[header]))

    return Table(sheet.name, top, lines, body, notes)


def _body(rows: list[list[Any]], first: int, width: int) -> Body:
    cells: Iterable[tuple[Any, ...]] = zip(*rows, strict=True) if rows else [()] * width
    columns = {str(n): _column(column) for n, column in enumerate(cells)}
    lines = pl.int_range(first, first + len(rows), dtype=pl.Int64, eager=True)
    return Body(lines, pl.DataFrame(columns), pl.Series([None] * len(rows), dtype=pl.String))


def _column(cells: tuple[Any, ...]) -> pl.Series:
    """One column as text; the common case, text all through, costs nothing a cell."""
    if set(map(type, cells)) <= {str}:
        return pl.Series(cells, dtype=pl.String)
    known: dict[Any, str] = {}
    texts = []
    for cell in cells:
        if type(cell) is str:
            texts.append(cell)
            continue
        key = (type(cell), cell)
        if key not in known:
            known[key] = cell_text(cell)
        texts.append(known[key])
    return pl.Series(texts, dtype=pl.String)


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
