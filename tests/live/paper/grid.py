"""A workbook as cells in memory: rows put in and taken out move formulas, tables and names along.

What it knows is what an action can change or ask: contents, number formats, heights, hidden rows
and columns, tables, names, which sheets are shown.  It computes nothing: a formula's value is the
one that its file held.  Rules, links, charts and fonts are the real spreadsheet's to show.
"""

import datetime as dt
import io
import re
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from typing import Any, NamedTuple

import openpyxl

from tests.live.calc import typed

LINE_POINTS = 15.0
_GENERAL = "General"
_REFERENCE = re.compile(
    r"""("(?:[^"]|"")*"|\[[^\]]*\])"""  # texts and columns of tables stay
    r"""|((?:'(?:[^']|'')*'|[A-Za-z_][\w.]*)!)?"""
    r"""(?<![\w.])\$?([A-Z]{1,3})(\$?)(\d+)(?::\$?([A-Z]{1,3})(\$?)(\d+))?(?![\w(\[])"""
)


class Cell(NamedTuple):
    """What a cell holds: a formula with the value that it last had, or a value; its format."""

    value: Any = None
    formula: str = ""
    code: str = _GENERAL

    @property
    def is_date(self) -> bool:
        """Whether its number is shown as a day."""
        return "yy" in self.code.lower()


EMPTY = Cell()


@dataclass(frozen=True)
class Area:
    """A table: first row and column, last row and column, 1-based."""

    sheet: str
    first: int
    left: int
    last: int
    right: int
    totals: bool


@dataclass
class Page:
    """A sheet: rows by number, each its cells by column."""

    rows: dict[int, dict[int, Cell]] = field(default_factory=dict)
    heights: dict[int, float] = field(default_factory=dict)
    hidden: set[int] = field(default_factory=set)
    shown: bool = True
    frozen: tuple[int, int] = (0, 0)

    def copy(self) -> "Page":
        """The same, to be changed apart."""
        rows = {row: dict(cells) for row, cells in self.rows.items()}
        return replace(self, rows=rows, heights=dict(self.heights), hidden=set(self.hidden))


@dataclass
class Sheets:
    """All that a workbook holds."""

    pages: dict[str, Page] = field(default_factory=dict)
    tables: dict[str, Area] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    active: str = ""

    def copy(self) -> "Sheets":
        """The same, to be changed apart."""
        pages = {name: page.copy() for name, page in self.pages.items()}
        return Sheets(pages, dict(self.tables), dict(self.names), self.active)

    def put_in(self, name: str, row: int, count: int) -> None:
        """Whole rows before a row; they take on the formats of the row above."""
        page = self.pages[name]
        above = page.rows.get(row - 1, {})
        page.rows = {at + count * (at >= row): cells for at, cells in page.rows.items()}
        bare = {c: Cell(code=cell.code) for c, cell in above.items() if cell.code != _GENERAL}
        if bare:
            page.rows |= {row + n: dict(bare) for n in range(count)}
        page.heights = {at + count * (at >= row): h for at, h in page.heights.items()}
        self._move(name, row, count)

    def take_out(self, name: str, first: int, last: int) -> None:
        """Whole rows."""
        page, count = self.pages[name], last - first + 1
        kept = {at: cells for at, cells in page.rows.items() if not first <= at <= last}
        page.rows = {at - count * (at > last): cells for at, cells in kept.items()}
        heights = {at: h for at, h in page.heights.items() if not first <= at <= last}
        page.heights = {at - count * (at > last): h for at, h in heights.items()}
        self._move(name, first, -count)

    def _move(self, name: str, row: int, count: int) -> None:
        for other, page in self.pages.items():
            for cells in page.rows.values():
                for column, cell in cells.items():
                    if cell.formula and (other == name or "!" in cell.formula):
                        said = moved(cell.formula, other, name, row, count)
                        if said != cell.formula:
                            cells[column] = cell._replace(formula=said)
        self.names = {
            key: moved(said, "", name, row, count) if "!" in said else said
            for key, said in self.names.items()
        }
        for key, area in list(self.tables.items()):
            if area.sheet != name:
                continue
            span = spanned(area.first, area.last, row, count)
            if span is None:
                del self.tables[key]
            else:
                self.tables[key] = replace(area, first=span[0], last=span[1])


def spanned(first: int, last: int, row: int, count: int) -> tuple[int, int] | None:
    """Where rows from first to last stand after others came in before ``row`` or went from it."""
    if count > 0:
        return first + count * (first >= row), last + count * (last >= row)
    gone = -count
    if row <= first and last < row + gone:
        return None
    top = first if first < row else max(first - gone, row)
    bottom = last if last < row else max(last - gone, row - 1)
    return top, bottom


@lru_cache(maxsize=1 << 18)
def moved(formula: str, home: str, name: str, row: int, count: int) -> str:
    """A formula of a sheet after rows of another, or the same, came or went."""

    def reference(found: re.Match[str]) -> str:
        if found[1]:
            return found[1]
        sheet = (found[2] or "")[:-1].strip("'").replace("''", "'") if found[2] else home
        if sheet != name:
            return found[0]
        first, last = int(found[5]), int(found[8] or found[5])
        span = spanned(first, last, row, count)
        if span is None:
            return f"{found[2] or ''}#REF!"
        text = found[0]
        if found[8]:
            text = text[: len(text) - len(found[8])] + str(span[1])
            start = found.start(5) - found.start(0)
            return text[:start] + str(span[0]) + text[start + len(found[5]) :]
        return text[: len(text) - len(found[5])] + str(span[0])

    return _REFERENCE.sub(reference, formula)


@cache
def loaded(content: bytes) -> Sheets:
    """A file's sheets; to be copied before they are changed."""
    formulas, values = (
        openpyxl.load_workbook(io.BytesIO(content), data_only=only) for only in (False, True)
    )
    made = Sheets(active=formulas.active.title)
    for sheet in formulas:
        page = made.pages[sheet.title] = _page(sheet, values[sheet.title])
        page.shown = sheet.sheet_state == "visible"
        if sheet.freeze_panes:
            row, column = openpyxl.utils.cell.coordinate_to_tuple(sheet.freeze_panes)
            page.frozen = (row - 1, column - 1)
        for name, table in ((table.name, table) for table in sheet.tables.values()):
            left, first, right, last = openpyxl.utils.range_boundaries(table.ref)
            totals = bool(table.totalsRowCount)
            made.tables[name] = Area(sheet.title, first, left, last, right, totals)
    made.names = {n: f"={told.attr_text}" for n, told in formulas.defined_names.items()}
    return made


def _page(sheet: Any, shown: Any) -> Page:
    page = Page()
    for row in sheet.iter_rows():
        for cell in row:
            held = _cell(cell, shown.cell(cell.row, cell.column).value)
            if held != EMPTY:
                page.rows.setdefault(cell.row, {})[cell.column] = held
    for number, told in sheet.row_dimensions.items():
        if told.hidden or told.height is not None:
            page.heights[number] = 0.0 if told.hidden else told.height
    for told in sheet.column_dimensions.values():
        if told.hidden:
            page.hidden |= set(range(told.min, told.max + 1))
    return page


def _cell(cell: Any, value: Any) -> Cell:
    if cell.data_type == "f":
        said = getattr(cell.value, "text", cell.value)
        return Cell(value, said, cell.number_format)
    value = cell.value
    if isinstance(value, dt.date):
        value = typed.serial(value)
    elif isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    return Cell(value, "", cell.number_format)
