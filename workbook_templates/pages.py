"""Pages, the sheets whose rows nobody can name: what stands on them outside of their tables.

A page is drawn anew each time, so what a person typed beside our figures would be gone.  Each
workbook carries a number made of the addresses that we filled; where it no longer fits, the page is
laid out once more as it was, and what stands there besides is the person's.
"""

from collections.abc import Iterator, Mapping
from zlib import crc32

from recon_engine.errors import Code, Place, Problem
from workbook_templates.book import Book
from workbook_templates.layout import Sheet
from workbook_templates.layout_book import ROW_KEYS, SHEETS, TABLES
from workbook_templates.own.grid import cells, position, tables_on
from workbook_templates.own.loose import FILLED, shown
from workbook_templates.own.sheets import OwnSheets
from workbook_templates.source import TableSource

At = tuple[int, int]  # 0-based row and column
Pages = Mapping[str, frozenset[At]]  # by the sheet's key
_BLANK = "Blank"  # the library's name for a cell with a format and nothing in it


def number_of(pages: Pages) -> str:
    """What tells these addresses from others."""
    told = [(key, sorted(pages[key])) for key in sorted(pages) if pages[key]]
    return f"{crc32(repr(told).encode()):08x}"


def drawn(book: Book) -> Pages:
    """The cells that a book fills on its pages."""
    return {sheet.key: frozenset(_drawn_on(book, sheet)) for sheet in _pages()}


def standing(source: TableSource, sheets: OwnSheets) -> Pages:
    """The cells that are filled on the pages of a workbook, whatever program saved it."""
    found: dict[str, frozenset[At]] = {}
    for sheet in _pages():
        if sheet.key not in sheets.ours:
            continue
        areas = [
            (grid.first_row - 2, grid.first_row + max(len(grid.rows), 1) - 1,
             grid.first_column - 1, grid.first_column + len(grid.captions) - 2)
            for grid in tables_on(source, sheet.key).values()
        ]  # fmt: skip
        xml = sheets.package.read(sheets.ours[sheet.key].part).decode("utf-8", "replace")
        filled = (
            (row - 1, position(f"{letters}{row}")[1] - 1)
            for letters, row, _, inside in cells(xml, "[A-Z]+")
            if FILLED.search(inside)
        )
        found[sheet.key] = frozenset(at for at in filled if not _inside(at, areas))
    return found


def typed_beside(source: TableSource, sheets: OwnSheets, own: Pages) -> Iterator[Problem]:
    """A problem for each page on which more stands than we filled.

    Args:
        source: the edited workbook.
        sheets: its sheets.
        own: what we had filled.
    """
    now = standing(source, sheets)
    for key, filled in now.items():
        more = sorted(filled - own.get(key, frozenset()))
        if more:
            place = Place(source.file, sheets.ours[key].name)
            yield Problem(Code.OWN_CELLS, place, shown(more))


def _pages() -> list[Sheet]:
    return [sheet for sheet in SHEETS if not {t.name for t in sheet.tables} & ROW_KEYS.keys()]


def _drawn_on(book: Book, sheet: Sheet) -> Iterator[At]:
    areas = [
        (placed.header, placed.last + 1, 0, len(TABLES[table.name].columns) - 1)
        for table in sheet.tables
        if (placed := book.placed.get(table.name))
    ]
    for row, filled in book.sheets[sheet.key].table.items():
        for column, cell in filled.items():
            if type(cell).__name__ != _BLANK and not _inside((row, column), areas):
                yield row, column


def _inside(at: At, areas: list[tuple[int, int, int, int]]) -> bool:
    return any(top <= at[0] <= last and left <= at[1] <= right for top, last, left, right in areas)
