"""An open workbook as a source of tables: one block a table, cells as a file would give them."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import takewhile
from typing import Any

import xlwings as xw
from xlwings.main import Table

from recon_engine.errors import Code, Place, error
from recon_engine.messages import Language, text
from recon_engine.report.custom import FIELDS
from workbook_templates import words
from workbook_templates.layout_book import TABLES
from workbook_templates.source import Grid

_EPOCH = dt.datetime(1899, 12, 30)  # noqa: DTZ001 - a sheet's day has no zone
_ERROR_BELOW = -2_000_000_000  # COM gives the errors of cells as such whole numbers
_TELLING = ("Orders", "Settings")  # tables whose captions tell the language
# The table whose rows a person types one after the other, and the blank rows that lie below it.
_FREE_BELOW, _BLANK_BELOW = "CustomReports", 2
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

    def cells(self, first: int, last: int, caption: str, right: str = "") -> xw.Range:
        """Some rows of a column, or of neighbouring ones, counted from 0."""
        columns = self.column(caption), self.column(right or caption)
        return self.sheet.range((self.first + first, columns[0]), (self.first + last, columns[1]))


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
            cells = at.body(at.captions[0], at.captions[-1]).raw_value
            below = _typed_below(at, self.language) if name == _FREE_BELOW else []
            self._grids[name] = _grid(str(at.sheet.name), at, [*_as_rows(cells), *below])
        return self._grids[name]

    def sheet(self, name: str) -> list[list[Any]]:
        """See TableSource."""
        if name not in [sheet.name for sheet in self.book.sheets]:
            return []
        used = self.book.sheets[name].used_range
        corner = (used.row + used.shape[0] - 1, used.column + used.shape[1] - 1)
        return block(self.book.sheets[name].range((1, 1), corner).raw_value)


def _grid(sheet: str, at: LiveTable, cells: Any) -> Grid:
    """A table's cells as a file would give them, cleaned column by column where one needs it."""
    grid = Grid(sheet, at.first, at.captions, _as_rows(cells))
    kinds = [set(map(type, column)) for column in grid.columns]
    if all(_PLAIN.issuperset(kind) for kind in kinds):
        return grid
    columns = [
        column if _PLAIN.issuperset(kind) else _cleaned(column)
        for column, kind in zip(grid.columns, kinds, strict=True)
    ]
    return Grid(sheet, at.first, at.captions, list(zip(*columns, strict=True)))


def _typed_below(at: LiveTable, language: Language) -> list[Sequence[Any]]:
    """Rows typed under a table that did not grow along: all in the blank ones below it.

    Where these are full, a person typed on over what stands there; a row is theirs as long as it
    names a list.
    """
    bottom, right = at.header + at.rows, at.left + len(at.captions) - 1
    used = at.sheet.used_range
    last = max(used.row + used.shape[0] - 1, bottom + _BLANK_BELOW)
    rows = block(at.sheet.range((bottom + 1, at.left), (last, right)).raw_value)
    free, beyond = rows[:_BLANK_BELOW], rows[_BLANK_BELOW:]
    typed: list[Sequence[Any]] = [row for row in free if any(c not in ("", None) for c in row)]
    caption = words.captions_by_key(_FREE_BELOW, language)["source"]
    if len(typed) < len(free) or caption not in at.captions:
        return typed
    lists = {text(f"reports.list.{source}", language) for source in FIELDS}
    named = at.captions.index(caption)
    return typed + list(takewhile(lambda row: row[named] in lists, beyond))


def _as_rows(values: Any) -> Sequence[Sequence[Any]]:
    """What a range gives, as rows; a row or a cell alone comes without them."""
    if not isinstance(values, list | tuple):
        return [[values]]
    return values if isinstance(values[0], list | tuple) else [values]


def block(values: Any) -> list[list[Any]]:
    """What a range gives, as rows of plain cells."""
    return [
        list(row) if _PLAIN.issuperset(map(type, row)) else _cleaned(row)
        for row in _as_rows(values)
    ]


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
        return [cell or None for cell in cells] if any(cells) else [None] * len(cells)
    if kinds <= {float, type(None)}:
        return list(cells)
    days = {cell: _serial(cell) for cell in set(cells) if isinstance(cell, dt.datetime)}
    return [days.get(cell, cell) if cell != "" else None for cell in cells]


def _serial(moment: dt.datetime) -> float:
    return (moment - _EPOCH) / dt.timedelta(days=1)


class Current:
    """What was read of a table, column by column as it would be written."""

    def __init__(self, source: LiveSource, name: str) -> None:
        grid = source.table(name)
        self._columns = dict(zip(grid.captions, grid.columns, strict=True)) if grid else {}
        self._rows = source.place(name).rows  # what was typed below a table is not in it yet
        self._stored: dict[str, list[Any]] = {}

    def column(self, caption: str) -> list[Any]:
        """The cells of a column; days as their numbers, nothing where nothing stands."""
        if caption not in self._stored:
            self._stored[caption] = stored(self._columns.get(caption, ())[: self._rows])
        return self._stored[caption]
