"""Cells of a sheet's own text: addresses, and the tables that stand where."""

import re
from collections.abc import Iterator

from xlsxwriter.utility import xl_cell_to_rowcol

from workbook_templates.layout_book import SHEETS, TABLES
from workbook_templates.source import Grid, TableSource

_CELL = r'<c r="({letters})(\d+)"([^>]*?)(?:/>|>(.*?)</c>)'


def position(cell: str) -> tuple[int, int]:
    """1-based row and column of a cell such as ``B7``."""
    row, column = xl_cell_to_rowcol(cell)
    return row + 1, column + 1


def cells(xml: str, letters: str) -> Iterator[tuple[str, int, str, str]]:
    """Column, row, attributes and content of the cells of some columns.

    Args:
        xml: the sheet's text.
        letters: a pattern of column letters: ``AB|AC``.
    """
    for found in re.finditer(_CELL.format(letters=letters), xml, re.DOTALL):
        yield found[1], int(found[2]), found[3], found[4] or ""


def tables_on(source: TableSource, sheet: str) -> dict[str, Grid]:
    """The tables of one of our sheets that the workbook has, by name."""
    names = [t.name for s in SHEETS if s.key == sheet for t in s.tables]
    found = {name: source.table(name) for name in names if name in TABLES}
    return {name: grid for name, grid in found.items() if grid}
