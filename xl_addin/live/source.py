"""An open workbook as a source of tables: one block a table, cells as a file would give them."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import xlwings as xw
from xlwings.main import Table

from recon_engine.errors import Code, Place, error
from recon_engine.messages import Language
from workbook_templates import words
from workbook_templates.layout_book import TABLES
from workbook_templates.source import Grid

_EPOCH = dt.datetime(1899, 12, 30)  # noqa: DTZ001 - a sheet's day has no zone
_ERROR_BELOW = -2_000_000_000  # COM gives the errors of cells as such whole numbers
_TELLING = ("Orders", "Settings")  # tables whose captions tell the language
_PLAIN = frozenset({str, float, dt.datetime, type(None)})


@dataclass(frozen=True)
class LiveTable:
    """A table of ours on its sheet.

    Attributes:
        header: 1-based row of the captions.
        left: 1-based column of the first one.
        rows: of data.
        captions: left to right, columns that a person added among them.
    """

    sheet: xw.Sheet
    table: Table
    header: int
    left: int
    rows: int
    totals: bool
    captions: tuple[str, ...]

    @property
    def first(self) -> int:
        """1-based row of the first row of data."""
        return self.header + 1

    def column(self, caption: str) -> int:
        """1-based column of the sheet in which a caption stands."""
        return self.left + self.captions.index(caption)

    def body(self, caption: str, last: str = "") -> xw.Range:
        """The cells of a column, or of neighbouring ones, without header and total row."""
        columns = self.column(caption), self.column(last or caption)
        bottom = self.header + self.rows
        return self.sheet.range((self.first, columns[0]), (bottom, columns[1]))

    def cells(self, first: int, last: int, caption: str) -> xw.Range:
        """Some rows of a column, counted from 0."""
        column = self.column(caption)
        return self.sheet.range((self.first + first, column), (self.first + last, column))


class LiveSource:
    """See workbook_templates.source.TableSource; every table is read once."""

    def __init__(self, book: xw.Book) -> None:
        """Finds the tables of ours.

        Raises:
            TieoutError: NOT_A_TIEOUT_WORKBOOK, when there is none.
        """
        self.book = book
        self.file = str(book.name)
        self.found = {
            str(table.name): (sheet, table)
            for sheet in book.sheets
            for table in sheet.tables
            if table.name in TABLES
        }
        self._grids: dict[str, Grid] = {}
        self._placed: dict[str, LiveTable] = {}
        self.language = self._language()

    def _language(self) -> Language:
        """The language whose captions stand over the tables; their names are in none."""
        counted = {}
        for language in Language:
            told = [
                caption in self.place(name).captions
                for name in _TELLING
                if name in self.found
                for caption in words.captions(TABLES[name], language)
            ]
            counted[language] = sum(told)
        best = max(counted, key=lambda language: counted[language])
        if not counted[best]:
            raise error(Code.NOT_A_TIEOUT_WORKBOOK, Place(self.file))
        return best

    def place(self, name: str) -> LiveTable:
        """Where a table stands now."""
        if name not in self._placed:
            sheet, table = self.found[name]
            whole, totals = table.range, bool(table.show_totals)
            first = sheet.range(
                (whole.row, whole.column), (whole.row, whole.column + whole.shape[1] - 1)
            )
            header = first.raw_value
            captions = header[0] if isinstance(header, list | tuple) else (header,)
            self._placed[name] = LiveTable(
                sheet, table, whole.row, whole.column, whole.shape[0] - 1 - totals, totals,
                tuple(str(caption) for caption in captions),
            )  # fmt: skip
        return self._placed[name]

    def moved(self, *names: str) -> None:
        """Forgets where tables stand: rows were put in or taken out."""
        for name in names or tuple(self._placed):
            self._placed.pop(name, None)

    def forget(self) -> None:
        """Forgets all that was read: the book was written."""
        self._grids.clear()
        self._placed.clear()

    def table(self, name: str) -> Grid | None:
        """See TableSource."""
        if name not in self.found:
            return None
        if name not in self._grids:
            at = self.place(name)
            rows = block(at.body(at.captions[0], at.captions[-1]).raw_value)
            self._grids[name] = Grid(str(at.sheet.name), at.first, at.captions, rows)
        return self._grids[name]

    def sheet(self, name: str) -> list[list[Any]]:
        """See TableSource."""
        if name not in [sheet.name for sheet in self.book.sheets]:
            return []
        used = self.book.sheets[name].used_range
        corner = (used.row + used.shape[0] - 1, used.column + used.shape[1] - 1)
        return block(self.book.sheets[name].range((1, 1), corner).raw_value)


def block(values: Any) -> list[list[Any]]:
    """What a range gives, as rows of plain cells."""
    if not isinstance(values, list | tuple):
        return [[_plain(values)]]
    rows = values if isinstance(values[0], list | tuple) else [values]
    return [list(row) if _PLAIN.issuperset(map(type, row)) else _cleaned(row) for row in rows]


def _cleaned(row: Sequence[Any]) -> list[Any]:
    return [cell if type(cell) in _PLAIN else _plain(cell) for cell in row]


def _plain(cell: Any) -> Any:
    """A cell as a file would give it: no zones, no error numbers, no currency type."""
    if isinstance(cell, bool):
        return cell
    if isinstance(cell, dt.datetime):  # a COM date is one of a kind of its own, with a zone
        return cell.replace(tzinfo=None, microsecond=0)
    if isinstance(cell, int):
        return None if cell < _ERROR_BELOW else float(cell)
    if isinstance(cell, Decimal):
        return float(cell)
    return cell if type(cell) in _PLAIN else None


def stored(cells: Sequence[Any]) -> list[Any]:
    """Cells as they are written again: days as their numbers, empty ones as none."""
    kinds = set(map(type, cells))
    if kinds <= {str}:
        return [cell or None for cell in cells]
    if kinds <= {float, type(None)}:
        return list(cells)
    return [
        _serial(cell) if isinstance(cell, dt.datetime) else None if cell == "" else cell
        for cell in cells
    ]


def _serial(moment: dt.datetime) -> float:
    return (moment - _EPOCH) / dt.timedelta(days=1)
