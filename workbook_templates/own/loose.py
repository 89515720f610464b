"""Cells that a person filled on our sheets outside of the tables: they have no place to go."""

import re
from collections.abc import Iterator, Sequence

from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from recon_engine.errors import Code, Place, Problem
from workbook_templates.layout_book import ROW_KEYS
from workbook_templates.own.grid import cells, position, tables_on
from workbook_templates.own.package import SheetPart
from workbook_templates.own.sheets import OwnSheets
from workbook_templates.source import Grid, TableSource

_DIMENSION = re.compile(r'<dimension ref="(?:[A-Z]+\d+:)?([A-Z]+\d+)"')
FILLED = re.compile(r"<v>|<f|<is>")
_COLUMNS_MAX = 16_384
_BELOW = 2  # the total row, and the row after the table
_SHOWN = 5  # cells named before the sentence gets too long


def loose_cells(source: TableSource, sheets: OwnSheets) -> Iterator[Problem]:
    """A problem for each of our sheets on which cells stand right of or below its tables."""
    for key, sheet in sheets.ours.items():
        grids = tables_on(source, key)
        # A sheet whose rows nobody can name is a page of ours, with figures beside its tables.
        found = _outside(sheets, sheet, grids) if grids.keys() & ROW_KEYS.keys() else []
        if found:
            yield Problem(Code.OWN_CELLS, Place(source.file, sheet.name), _named(found))


def shown(places: Sequence[tuple[int, int]]) -> str:
    """The first of some cells (0-based row and column) as a person knows them."""
    return _named([xl_rowcol_to_cell(*at) for at in places])


def _named(found: list[str]) -> str:
    return ", ".join(found[:_SHOWN]) + (" …" if len(found) > _SHOWN else "")


def _outside(sheets: OwnSheets, sheet: SheetPart, grids: dict[str, Grid]) -> list[str]:
    last_column = max(g.first_column + len(g.captions) - 1 for g in grids.values())
    last_row = max(g.first_row + max(len(g.rows), 1) - 1 for g in grids.values()) + _BELOW
    xml = sheets.package.read(sheet.part).decode("utf-8", "replace")
    whole = _DIMENSION.search(xml)
    row, column = position(whole[1]) if whole else (last_row + 1, last_column + 1)
    found: list[str] = []
    if column > last_column:
        beyond = "|".join(xl_col_to_name(n) for n in range(last_column, min(column, _COLUMNS_MAX)))
        found += [f"{c}{r}" for c, r, _, inside in cells(xml, beyond) if FILLED.search(inside)]
    if row > last_row:
        below = xml[_start_of_row(xml, last_row + 1) :]
        found += [
            f"{c}{r}" for c, r, _, inside in cells(below, "[A-Z]+")
            if r > last_row and position(f"{c}{r}")[1] <= last_column and FILLED.search(inside)
        ]  # fmt: skip
    return found


def _start_of_row(xml: str, row: int) -> int:
    """Where the text of that row or the first one after it begins."""
    for found in re.finditer(r'<row r="(\d+)"', xml):
        if int(found[1]) >= row:
            return found.start()
    return len(xml)
