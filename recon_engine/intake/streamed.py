"""A large sheet → its raw table, piece by piece, most of it without a Python object a cell.

fastexcel gives a piece's columns with their types: text is text and a number a number, so both are
taken as they are.  A piece in which a column is of several kinds is read cell by cell (calamine);
the tests hold one reading against the other.
"""

import io
import logging
import zipfile
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

import fastexcel
import polars as pl
from python_calamine import CalamineError, CalamineWorkbook

from recon_engine.errors import Code, Place, Problem, error
from recon_engine.intake import limits, package
from recon_engine.intake.cell_texts import column_texts, figures
from recon_engine.intake.pieces import Piece, pieces
from recon_engine.intake.sources import DAMAGED
from recon_engine.intake.table import Body, Table
from recon_engine.model.progress import Progress

# It warns of every column that is empty in a piece, which is nothing to warn of.
logging.getLogger("fastexcel").setLevel(logging.ERROR)
_LINE = "line"
_READERS = 2  # pieces that are read at a time; the library's reading leaves Python free
_EARLY_YEAR = 1900


@dataclass(frozen=True, slots=True)
class _Rows:
    """Rows of text with their numbers, and how many of them are hidden."""

    rows: pl.DataFrame
    hidden: int


def streamed(
    content: bytes, part: str, place: Place, progress: Progress, notes: tuple[Problem, ...]
) -> Table:
    """The table of a sheet whose rows are read when its body is asked for.

    Args:
        content: the whole workbook.
        part: the sheet's XML in it.
        place: the file and the sheet.
        progress: hears of the rows read.
        notes: what is worth saying of the sheet itself.

    Raises:
        TieoutError: FILE_DAMAGED, FILE_TOO_LARGE.
    """
    archive = zipfile.ZipFile(io.BytesIO(content))
    sheet = place.sheet
    rest = _checked(pieces(archive, part), place)
    with _damage_told(place):
        begun = _begun(rest, sheet)
    head = begun.rows.head(limits.HEADER_ROWS_MAX)
    top = tuple(tuple(cell or "" for cell in row[1:]) for row in head.iter_rows())
    unread = [rest]
    read: list[_Rows] = []

    def body(header: int) -> Body:
        if unread:
            with _damage_told(place):
                read.append(_all(begun, unread.pop(), sheet, progress))
        rows, hidden = read[0].rows, read[0].hidden
        below = rows.slice(header + 1)
        overflow = pl.Series([None], dtype=pl.String).new_from_index(0, below.height)
        told = Problem(Code.ROWS_HIDDEN, place, str(hidden))
        return Body(below[_LINE], below.drop(_LINE), overflow, (told,) if hidden else ())

    return Table(sheet, top, tuple(head[_LINE]), body, notes)


@contextmanager
def _damage_told(place: Place) -> Iterator[None]:
    try:
        yield
    except (*DAMAGED, CalamineError) as fault:
        raise error(Code.FILE_DAMAGED, place, str(fault)) from fault


def _checked(found: Iterator[Piece], place: Place) -> Iterator[Piece]:
    """The pieces, each held to the caps before it is parsed."""
    for piece in found:
        package.held(piece.reach, place.file, place.sheet)
        yield piece


def _begun(found: Iterator[Piece], sheet: str) -> _Rows:
    """The first pieces, as many as it takes to look for a header, read cell by cell."""
    parts, hidden, rows = [], 0, 0
    for piece in found:
        parts.append(by_cells(piece, sheet))
        hidden += piece.reach.hidden
        rows += parts[-1].height
        if rows >= limits.HEADER_ROWS_MAX:
            break
    return _Rows(_joined(parts), hidden)


def _all(begun: _Rows, found: Iterator[Piece], sheet: str, progress: Progress) -> _Rows:
    parts, hidden, rows = [begun.rows], begun.hidden, begun.rows.height
    for read in _side_by_side(found, sheet):
        progress("rows", rows, 0)
        parts.append(read.rows)
        hidden += read.hidden
        rows += read.rows.height
    return _Rows(_joined(parts), hidden)


def _side_by_side(found: Iterator[Piece], sheet: str) -> Iterator[_Rows]:
    """The rows of each piece in their order; while one is cut out, those before it are read."""

    def read(piece: Piece) -> _Rows:
        return _Rows(by_columns(piece, sheet), piece.reach.hidden)

    begun: deque[Future[_Rows]] = deque()
    with ThreadPoolExecutor(_READERS) as readers:
        try:
            for piece in found:
                begun.append(readers.submit(read, piece))
                if len(begun) > _READERS:
                    yield begun.popleft().result()
            while begun:
                yield begun.popleft().result()
        finally:
            readers.shutdown(cancel_futures=True)


def _joined(parts: list[pl.DataFrame]) -> pl.DataFrame:
    return pl.concat(parts, how="diagonal").rechunk()


def by_columns(piece: Piece, sheet: str) -> pl.DataFrame:
    """A piece's rows as columns of text; the fast way, where each column is of one kind."""
    if piece.first == 1:
        return by_cells(piece, sheet)
    try:
        found = fastexcel.read_excel(piece.workbook).load_sheet(
            sheet, header_row=None, schema_sample_rows=None, dtype_coercion="strict"
        )
        frame = found.to_polars()
    except fastexcel.FastExcelError:
        return by_cells(piece, sheet)
    columns = [_texts(column) for column in frame.slice(1)]
    whole = [column for column in columns if column is not None]
    return _numbered(piece.first, whole) if len(whole) == len(columns) else by_cells(piece, sheet)


def _texts(column: pl.Series) -> pl.Series | None:
    """A column of one kind as text; None where cells may be of several after all."""
    if column.dtype in (pl.String, pl.Null):
        return column.cast(pl.String)
    if column.dtype == pl.Float64:
        return figures(column)
    # In its first year the calendar of a workbook has times of day, and a day that never was.
    if column.dtype == pl.Datetime and (column.dt.year() > _EARLY_YEAR).all():
        days = column.dt.to_string("%Y-%m-%d %H:%M:%S")
        return days.str.strip_suffix(" 00:00:00")
    return None


def by_cells(piece: Piece, sheet: str) -> pl.DataFrame:
    """A piece's rows as columns of text; the plain statement of what by_columns does."""
    cells = CalamineWorkbook.from_filelike(io.BytesIO(piece.workbook)).get_sheet_by_name(sheet)
    down, right = cells.start or (0, 0)
    marked = piece.first > 1
    rows = cells.to_python()[marked:]
    columns = [column_texts(column) for column in zip(*rows, strict=True)]
    empty = pl.Series([None], dtype=pl.String).new_from_index(0, len(rows))
    return _numbered(down + 1 + marked, [*[empty] * right, *columns])


def _numbered(first: int, columns: list[pl.Series]) -> pl.DataFrame:
    height = columns[0].len() if columns else 0
    lines = pl.int_range(first, first + height, dtype=pl.Int64, eager=True).alias(_LINE)
    return pl.DataFrame([lines, *(column.alias(str(n)) for n, column in enumerate(columns))])
