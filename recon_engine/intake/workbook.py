"""xlsx, xlsb, xls and ods → raw tables, by calamine; large sheets in pieces (streamed.py)."""

import io
from collections.abc import Iterator
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
from recon_engine.intake.cell_texts import cell_text, column_texts
from recon_engine.intake.streamed import streamed
from recon_engine.intake.table import Body, Row, Table
from recon_engine.model.progress import Progress, silent

_BATCH = 50_000


def tables(content: bytes, file: str, progress: Progress = silent) -> Iterator[Table]:
    """Every sheet that has rows; a large one is read in pieces, as far as it is asked for.

    Args:
        content: xlsx, xlsb, xls or ods.
        file: its name.
        progress: hears of the rows of large sheets.

    Raises:
        TieoutError: FILE_EMPTY, FILE_ENCRYPTED, FILE_DAMAGED, FILE_TOO_LARGE, FILE_UNSAFE.
    """
    known = package.sheets(content, file) if content.startswith(b"PK") else {}
    filled = False
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        for about in book.sheets_metadata:
            sheet = known.get(about.name, package.Sheet(""))
            notes = _notes(about, sheet.hidden, file)
            if sheet.large:
                table = streamed(content, sheet.part, Place(file, about.name), progress, notes)
            else:
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
        columns = [column_texts(cells) for cells in zip(*batch, strict=True)]
        parts.append(pl.DataFrame({str(n): column for n, column in enumerate(columns)}))
    return pl.concat(parts, rechunk=True)
