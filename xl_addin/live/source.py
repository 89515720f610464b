"""An open workbook as a source of tables: one block a table, cells as a file would give them."""

from collections.abc import Mapping, Sequence
from itertools import takewhile
from typing import Any

import polars as pl
import xlwings as xw

from recon_engine.errors import Code, Place, error
from recon_engine.messages import Language, text
from recon_engine.report.custom import FIELDS
from workbook_templates import words
from workbook_templates.layout_book import TABLES
from workbook_templates.source import Grid
from xl_addin.live.columns import Cells, listed
from xl_addin.live.place import LiveTable
from xl_addin.live.plain import EPOCH, PLAIN, as_rows, block, cleaned, stored
from xl_addin.live.recalled import Filled, grid_of, stands
from xl_addin.live.seen import Seen

_TELLING = ("Orders", "Settings")  # tables whose captions tell the language
# The table whose rows a person types one after the other, and the blank rows that lie below it.
_FREE_BELOW, _BLANK_BELOW = "CustomReports", 2


class LiveSource:
    """See workbook_templates.source.TableSource; every table is read once."""

    def __init__(
        self,
        book: xw.Book,
        seen: Mapping[str, Seen] | None = None,
        filled: Filled = lambda _: -1,
    ) -> None:
        """Finds the tables of ours.

        Args:
            book: the open book.
            seen: what tables hold that nobody was heard to touch; they are not read again.
            filled: how many cells of a range hold anything, below 0 where that cannot be said.

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
        self._current: dict[str, Current] = {}
        self._seen, self._filled = dict(seen or {}), filled
        self._held: dict[str, bool] = {}
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
        self._current.clear()
        self._placed.clear()
        self._seen.clear()

    def table(self, name: str) -> Grid | None:
        """See TableSource."""
        if name not in self.found:
            return None
        if name not in self._grids and (seen := self.seen(name)):
            self._grids[name] = grid_of(self.place(name), seen, TABLES[name], self.language)
        elif name not in self._grids:
            at = self.place(name)
            cells = at.body(at.captions[0], at.captions[-1]).raw_value
            below = _typed_below(at, self.language) if name == _FREE_BELOW else []
            self._grids[name] = _grid(str(at.sheet.name), at, [*as_rows(cells), *below])
        return self._grids[name]

    def current(self, name: str) -> "Current":
        """What stands in a table now, column by column."""
        if name not in self._current:
            self._current[name] = Current(self.table(name), self.place(name).rows)
        return self._current[name]

    def formulas(self, name: str, caption: str) -> list[Any]:
        """The formulas of a column, as they stand; texts and numbers where there are none."""
        seen = self.seen(name)
        if seen is not None:
            return seen.formulas(caption).to_list()
        return [row[0] or None for row in block(self.place(name).body(caption).formula)]

    def seen(self, name: str) -> Seen | None:
        """A table that is known without being read; none where it must be read."""
        seen = self._seen.get(name)
        if seen is None or name not in self.found:
            return None
        if name not in self._held:
            self._held[name] = stands(self.place(name), seen, self._filled)
        return seen if self._held[name] else None

    def sheet(self, name: str) -> list[list[Any]]:
        """See TableSource."""
        if name not in [sheet.name for sheet in self.book.sheets]:
            return []
        used = self.book.sheets[name].used_range
        corner = (used.row + used.shape[0] - 1, used.column + used.shape[1] - 1)
        return block(self.book.sheets[name].range((1, 1), corner).raw_value)


def _grid(sheet: str, at: LiveTable, cells: Any) -> Grid:
    """A table's cells as a file would give them, cleaned column by column where one needs it."""
    grid = Grid(sheet, at.first, at.captions, as_rows(cells))
    kinds = [set(map(type, column)) for column in grid.columns]
    if all(PLAIN.issuperset(kind) for kind in kinds):
        return grid
    columns = [
        column if PLAIN.issuperset(kind) else cleaned(listed(column))
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


def _as_stored(cells: Sequence[Any] | pl.Series, rows: int) -> Cells:
    if not isinstance(cells, pl.Series):
        return stored(cells[:rows])
    if not cells.dtype.is_temporal():
        return cells
    return pl.select((cells - pl.lit(EPOCH)).dt.total_days().cast(pl.Float64)).to_series()


class Current:
    """What was read of a table, column by column as it would be written."""

    def __init__(self, grid: Grid | None, rows: int) -> None:
        """Takes the cells of a grid.

        Args:
            grid: what was read; none where the table is gone.
            rows: of the table; what was typed below it is not in it yet.
        """
        self._columns = dict(zip(grid.captions, grid.columns, strict=True)) if grid else {}
        self._rows = rows
        self._stored: dict[str, Cells] = {}

    def cells(self, caption: str) -> Cells:
        """The cells of a column; days as their numbers, nothing where nothing stands."""
        if caption not in self._stored:
            self._stored[caption] = _as_stored(self._columns.get(caption, ()), self._rows)
        return self._stored[caption]

    def column(self, caption: str) -> list[Any]:
        """As :meth:`cells`, one by one."""
        return listed(self.cells(caption))
