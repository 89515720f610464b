"""Columns that a person added to our tables: kept at the right, with the rows they belong to."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from defusedxml import ElementTree
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from recon_engine.errors import Code, Place, Problem
from workbook_templates import words
from workbook_templates.cells import as_text
from workbook_templates.layout_book import ROW_KEYS, TABLES
from workbook_templates.own.grid import cells, position, tables_on
from workbook_templates.own.model import OwnColumn
from workbook_templates.own.package import STYLES
from workbook_templates.own.sheets import OwnSheets
from workbook_templates.own.styles import Styles
from workbook_templates.source import Grid, TableSource

_BUILT_IN = {1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 14: "yyyy-mm-dd",
             22: "yyyy-mm-dd hh:mm"}  # fmt: skip
_STYLE = re.compile(r'\bs="(\d+)"')
_FORMULA = re.compile(r"<f\b([^>]*)>(.*?)</f>|<f\b([^>]*)/>", re.DOTALL)
_REFERENCE = re.compile(r"(?<![A-Za-z_!.\"'\[])\$?([A-Z]{1,3})\$?(\d+)(?![\d(A-Za-z_])")
_DAY_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001 - a spreadsheet's days have no zone


def own_columns(source: TableSource, sheets: OwnSheets) -> tuple[list[OwnColumn], list[Problem]]:
    """The columns, and those that cannot be kept."""
    found: list[OwnColumn] = []
    told: list[Problem] = []
    for key, sheet in sheets.ours.items():
        for name, grid in tables_on(source, key).items():
            known = set(words.captions(TABLES[name], source.language))
            added = [caption for caption in grid.captions if caption not in known]
            if not added:
                continue
            if name not in ROW_KEYS:
                place = Place(source.file, sheet.name, column=added[0])
                told.append(Problem(Code.OWN_COLUMN_REFUSED, place, name))
                continue
            xml = sheets.package.read(sheet.part).decode("utf-8", "replace")
            reader = _Reader(source, sheets, name, grid)
            for caption in added:
                read = reader.column(caption, xml)
                (told if isinstance(read, Problem) else found).append(read)  # type: ignore[arg-type]
    return found, told


class _Reader:
    """Reads the added columns of one table."""

    def __init__(self, source: TableSource, sheets: OwnSheets, name: str, grid: Grid) -> None:
        self._file, self._name, self._grid = source.file, name, grid
        caption = words.captions_by_key(name, source.language)[ROW_KEYS[name]]
        self._key = grid.captions.index(caption)
        self._styles = Styles(sheets.package.read(STYLES))

    def column(self, caption: str, xml: str) -> OwnColumn | Problem:
        """One column: its values, or the one formula that all its rows have."""
        n = self._grid.captions.index(caption)
        letters = xl_col_to_name(self._grid.first_column - 1 + n)
        stored = [
            (row, attributes, inside) for _, row, attributes, inside in cells(xml, letters)
            if 0 <= row - self._grid.first_row < len(self._grid.rows)
        ]  # fmt: skip
        shown = next((_STYLE.search(a) for _, a, inside in stored if inside), None)
        form = self._number_format(int(shown[1])) if shown else ""
        formulas = [(row, self._formula(row, said)) for row, _, said in stored if "<f" in said]
        if not formulas:
            return OwnColumn(self._name, caption, form, values=dict(self._values(n)))
        same = {formula for _, formula in formulas}
        filled = sum(as_text(row[self._key]) != "" for row in self._grid.rows)
        if len(same) == 1 and "" not in same and len(formulas) == filled:
            return OwnColumn(self._name, caption, form, formula=same.pop())
        row = next((r for r, f in formulas if not f), formulas[0][0])
        cell = xl_rowcol_to_cell(row - 1, self._grid.first_column - 1 + n)
        place = Place(self._file, self._grid.sheet, row, caption)
        return Problem(Code.OWN_COLUMN_FORMULA, place, cell)

    def _values(self, n: int) -> Iterator[tuple[str, Any]]:
        for row in self._grid.rows:
            if row[n] not in ("", None):
                yield as_text(row[self._key]), _plain(row[n])

    def _formula(self, row: int, inside: str) -> str:
        """The formula in terms of the row's own columns; "" where it looks at other cells."""
        found = _FORMULA.search(inside)
        if not found or not found[2] or "t=" in (found[1] or ""):
            return ""
        text = ElementTree.fromstring(f"<f>{found[2]}</f>").text or ""
        outside = False

        def named(cell: re.Match[str]) -> str:
            nonlocal outside
            n = position(f"{cell[1]}1")[1] - self._grid.first_column
            if int(cell[2]) != row or not 0 <= n < len(self._grid.captions):
                outside = True
                return cell[0]
            return f"{self._name}[[#This Row],[{self._grid.captions[n]}]]"

        said = _REFERENCE.sub(named, text)
        return "" if outside else said

    def _number_format(self, style: int) -> str:
        entries = self._styles.of("cellXfs")
        number = int(entries[style].get("numFmtId", "0")) if style < len(entries) else 0
        return self._styles.number_formats.get(number) or _BUILT_IN.get(number, "")


def _plain(value: Any) -> Any:
    """Days as the numbers they are stored as; all else as it is."""
    if isinstance(value, datetime):
        passed = value - _DAY_ZERO
        return passed.days + passed.seconds / 86_400
    if isinstance(value, date):
        return (datetime(value.year, value.month, value.day) - _DAY_ZERO).days  # noqa: DTZ001 - as above
    return value
