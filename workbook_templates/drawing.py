"""A close as it is to stand in a workbook that is open: the same sheets, drawn instead of written.

The functions that write a file write here too; only the sheet is another one.  It takes the rows of
tables as blocks, notes every formula with its place, and keeps the rest, titles, words, formats and
links, as a small workbook without tables and formulas: the *form*, from which a spreadsheet copies
the cells around the tables.  So there is one layout, and no second description of it.
"""

import io
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name

from recon_engine.messages import Language, text
from recon_engine.model.results import Close
from workbook_templates.book import Book, add_sheets
from workbook_templates.frames import Frames, close_frames
from workbook_templates.layout import Cell
from workbook_templates.layout_book import SHEETS
from workbook_templates.packing import StraightWorkbook
from workbook_templates.render import write_sheets
from workbook_templates.row_xml import Block
from workbook_templates.rows import BlockSheet, row_formulas
from workbook_templates.sheets.links import write_links
from workbook_templates.sheets.sign_off import write_sign_off
from workbook_templates.styles import Styles
from workbook_templates.template import nothing

LINK_SIGN = "→"  # what a cell shows that only leads somewhere
_DAY_0 = date(1899, 12, 30)
At = tuple[int, int]  # 0-based row and column


@dataclass(frozen=True, slots=True)
class DrawnTable:
    """Where a table stands, 0-based, and its rows.

    Attributes:
        header: row of the captions.
        last: the last row of data, blank ones included.
        totals: whether a total row stands under it.
        block: its rows; none where there are none.
        formulas: of the cells that the sheet computes itself, by column key, from the first row.
    """

    name: str
    header: int
    last: int
    totals: bool
    block: Block | None
    formulas: Mapping[str, list[str]]

    @property
    def rows(self) -> int:
        """How many rows of data it has, blank ones included."""
        return self.last - self.header


@dataclass(frozen=True, slots=True)
class DrawnSheet:
    """A sheet: its tables from top to bottom and what stands around them.

    Attributes:
        name: as a person sees it, and in the form.
        hidden: whether there is nothing on it to see.
        tables: from top to bottom.
        formulas: of cells outside the rows of tables.
        texts: what stands in cells outside the rows of tables, where it is no formula.
        heights: of rows that are not as high as others, in points.
        hidden_rows: rows that charts are to leave out.
        hidden_columns: columns of tables in which no row has a value.
        chart_row: the row under which charts hang; 0 without charts.
        bottom: the last row that holds anything.
        width: how many columns from the first hold anything.
        frozen: rows and columns that stay in view.
    """

    name: str
    hidden: bool
    tables: tuple[DrawnTable, ...]
    formulas: Mapping[At, str]
    texts: Mapping[At, str | float]
    heights: Mapping[int, float]
    hidden_rows: frozenset[int]
    hidden_columns: frozenset[int]
    chart_row: int
    bottom: int
    width: int
    frozen: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Drawing:
    """A whole close, drawn.

    Attributes:
        language: of all words in it.
        frames: what the tables hold, still as codes; see frames.close_frames.
        sheets: by the sheet's key.
        form: makes the cells around the tables of some sheets, by their names, into the bytes of a
            workbook; can be called once.
    """

    language: Language
    frames: Frames
    sheets: Mapping[str, DrawnSheet]
    form: Callable[[Collection[str]], bytes]


@dataclass
class _Table:
    """A table as it is being drawn."""

    header: int
    last: int
    totals: bool
    keys: tuple[str, ...] = ()


@dataclass
class _Notes:
    """What a page notes instead of writing it."""

    blocks: dict[int, Block] = field(default_factory=dict)
    tables: dict[str, _Table] = field(default_factory=dict)
    formulas: dict[At, str] = field(default_factory=dict)
    ways: list[pl.DataFrame] = field(default_factory=list)  # cell, to
    texts: dict[At, str | float] = field(default_factory=dict)
    heights: dict[int, float] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    chart_row: int = 0
    hidden: bool = False
    frozen: tuple[int, int] = (0, 0)


class Page(BlockSheet):
    """A sheet that notes tables and formulas, and leaves the rest in the form."""

    drawn = True

    def __init__(self) -> None:
        super().__init__()
        self.notes = _Notes()

    def takes(self, block: Block) -> bool:
        """Every block, as it is."""
        self.notes.blocks[block.top] = block
        return True

    def add_table(self, *area: Any) -> int:
        """Notes where the table stands; a form has none."""
        header, _, last, _, options = area
        totals = bool(options["total_row"])
        self.notes.tables[options["name"]] = _Table(header, last - totals, totals)
        return 0

    def write_formula(self, row: int, column: int, formula: str, *more: Any) -> int:
        """Notes the formula; the form keeps the cell's format."""
        self.notes.formulas[row, column] = formula
        form: Format | None = more[0] if more else None
        return int(super().write_blank(row, column, None, form))

    def write_string(self, row: int, column: int, *more: Any) -> int:
        """Stays in the form."""
        self.notes.texts[row, column] = str(more[0])
        return int(super().write_string(row, column, *more))

    def write_number(self, row: int, column: int, *more: Any) -> int:
        """Stays in the form."""
        self.notes.texts[row, column] = float(more[0])
        return int(super().write_number(row, column, *more))

    def write_datetime(self, row: int, column: int, *more: Any) -> int:
        """Stays in the form."""
        self.notes.texts[row, column] = float((more[0] - _DAY_0).days)
        return int(super().write_datetime(row, column, *more))

    def write_url(self, row: int, column: int, url: str, *more: Any) -> int:
        """A link outside tables stays in the form; one in a table's row is noted."""
        if self._in_table(row):
            return 0
        if len(more) > 1 and more[1]:  # else only a link, laid under a formula
            self.notes.texts[row, column] = str(more[1])
        return int(super().write_url(row, column, url, *more))

    def lead(self, ways: pl.DataFrame) -> None:
        """Notes where cells of tables lead; only columns made for it become links."""
        self.notes.ways.append(ways.select("cell", "to"))

    def insert_chart(self, row: int, *_more: Any) -> int:
        """Charts stand in the workbook already."""
        self.notes.chart_row = row
        return 0

    def conditional_format(self, row: int, *more: Any) -> int:
        """Rules of tables stand in the workbook already."""
        return 0 if self._in_table(row) else int(super().conditional_format(row, *more))

    def data_validation(self, row: int, *more: Any) -> int:
        """Drop-downs of tables stand in the workbook already."""
        return 0 if self._in_table(row) else int(super().data_validation(row, *more))

    def set_row(self, row: int, height: Any = None, form: Any = None, options: Any = None) -> int:
        """Notes rows that are to be hidden."""
        if options and options.get("hidden"):
            self.notes.hidden_rows.add(row)
        if height:
            self.notes.heights[row] = height
        return int(super().set_row(row, height, form, options))

    def set_column(self, first: int, last: int, *more: Any) -> int:
        """Notes columns that are to be hidden and are not folded."""
        options = more[2] if len(more) > 2 and more[2] else {}
        if options.get("hidden") and not options.get("level"):
            self.notes.hidden_columns.update(range(first, last + 1))
        return int(super().set_column(first, last, *more))

    def freeze_panes(self, row: int, column: int, *more: Any) -> None:
        """Notes what stays in view."""
        self.notes.frozen = (row, column)
        super().freeze_panes(row, column, *more)

    def hide(self) -> None:
        """Notes that there is nothing to see; a form hides nothing."""
        self.notes.hidden = True

    def _in_table(self, row: int) -> bool:
        return any(t.header < row <= t.last for t in self.notes.tables.values())


def draw(close: Close, language: Language, frames: Frames | None = None) -> Drawing:
    """Draws a close for a workbook that is open.

    Args:
        close: a finished close.
        language: of captions and words: that of the workbook.
        frames: of its tables, where the caller has changed them; made from the close if not given.
    """
    frames = close_frames(close, language) if frames is None else frames
    stream = io.BytesIO()
    workbook = StraightWorkbook(stream, language)
    pages = add_sheets(workbook, language, Page)
    styles = Styles(workbook, language)
    book = Book(workbook, close, language, frames, styles, pages, live=True)
    write_sheets(book)
    write_links(book)
    sheets = {
        sheet.key: _drawn(pages[sheet.key], text(f"workbook.sheet.{sheet.key}", language))
        for sheet in SHEETS
    }

    def form(names: Collection[str]) -> bytes:
        workbook.keep(names)
        workbook.close()
        return stream.getvalue()

    return Drawing(language, frames, sheets, form)


def draw_sign_off(frames: Frames, language: Language) -> Drawing:
    """Draws the sheet Sign-off alone, where there is no close to draw all of.

    What stands around its tables is that of no close and not to be used.

    Args:
        frames: of its two tables.
        language: of the workbook.
    """
    workbook = StraightWorkbook(io.BytesIO(), language)
    pages = add_sheets(workbook, language, Page)
    styles = Styles(workbook, language)
    write_sign_off(Book(workbook, nothing(), language, frames, styles, pages, live=True))
    sheet = _drawn(pages["sign_off"], text("workbook.sheet.sign_off", language))
    return Drawing(language, frames, {"sign_off": sheet}, lambda _: b"")


def _drawn(page: Page, name: str) -> DrawnSheet:
    notes = page.notes
    tables = sorted(notes.tables.items(), key=lambda item: item[1].header)
    rows = {at for table in notes.tables.values() for at in range(table.header, table.last + 1)}
    formulas = {at: said for at, said in notes.formulas.items() if at[0] not in rows}
    texts = {at: said for at, said in notes.texts.items() if at[0] not in rows}
    held = [row for row, _ in (*formulas, *texts)]
    ends = [table.last + table.totals for table in notes.tables.values()]
    return DrawnSheet(
        name=name,
        hidden=notes.hidden,
        tables=tuple(_table(notes, named, table) for named, table in tables),
        formulas=formulas,
        texts=texts,
        heights={row: high for row, high in notes.heights.items() if row not in rows},
        hidden_rows=frozenset(notes.hidden_rows),
        hidden_columns=frozenset(notes.hidden_columns),
        chart_row=notes.chart_row,
        bottom=max([*held, *ends], default=0),
        width=int(page.dim_colmax or 0) + 1,
        frozen=notes.frozen,
    )


def _table(notes: _Notes, name: str, table: _Table) -> DrawnTable:
    block = notes.blocks.get(table.header + 1)
    formulas: dict[str, list[str]] = {}
    computed = {column for row, column in notes.formulas if table.header < row <= table.last}
    if block:
        for position, column in enumerate(block.columns):
            if column.formula:
                formulas[column.key] = row_formulas(block, column)
                continue
            if column.type is Cell.LINK:
                formulas[column.key] = _links(notes, block.top, table.last, position)
            elif position in computed:
                rows = range(block.top, table.last + 1)
                formulas[column.key] = [notes.formulas.get((row, position), "") for row in rows]
    return DrawnTable(name, table.header, table.last, table.totals, block, formulas)


def _links(notes: _Notes, first: int, last: int, column: int) -> list[str]:
    """Links as formulas, so that all of a column go in as one block; "" where there is none."""
    if not notes.ways:
        return [""] * (last - first + 1)
    letter = pl.lit(xl_col_to_name(column))
    rows = pl.select(row=pl.int_range(first + 1, last + 2))
    cells = rows.select(cell=pl.concat_str(letter, pl.col("row").cast(pl.String)))
    ways = pl.concat(notes.ways).unique("cell", keep="last")
    to = pl.col("to").str.replace_all('"', '""', literal=True)
    said = pl.concat_str(pl.lit('=HYPERLINK("#'), to, pl.lit(f'","{LINK_SIGN}")')).fill_null("")
    found = cells.join(ways, on="cell", how="left", maintain_order="left")
    return found.select(said).to_series().to_list()
