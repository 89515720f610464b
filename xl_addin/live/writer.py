"""Puts a patch into an open workbook: rows, then what stands around the tables, then the tables.

Rows are put in and taken out whole and in the middle of a table, so that formats, rules, charts
and the tables below follow by themselves.  No cell is written alone: a column that differs goes in
together with its neighbours that differ, as one block.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby

import xlwings as xw

from xl_addin.live.columns import neighbours
from xl_addin.live.forms import opened
from xl_addin.live.host import Host
from xl_addin.live.patch import Column, Patch, SheetPatch, TablePatch, Zone
from xl_addin.live.place import LiveTable
from xl_addin.live.sheets import charts_anchor, sheets_of
from xl_addin.live.source import LiveSource

Tick = Callable[[int, int], None]


def apply(source: LiveSource, host: Host, patch: Patch, tick: Tick) -> None:
    """Writes a patch; what was read before is forgotten.

    Args:
        source: the open book.
        host: the program it is open in.
        patch: what is to stand there.
        tick: hears how many sheets are done, and of how many.
    """
    sheets, active = sheets_of(source), source.book.sheets.active
    with opened(source.book, patch.form) as form:
        for number, part in enumerate(patch.sheets):
            tick(number, len(patch.sheets))
            _write_sheet(source, host, sheets[part.key], part, form)
    if not active.visible:
        active = sheets["home"]
    active.activate()
    source.forget()


def _write_sheet(
    source: LiveSource, host: Host, sheet: xw.Sheet, part: SheetPatch, form: xw.Book | None
) -> None:
    if part.visible:
        sheet.visible = True
    for table in part.tables:
        if host.filtered(source.place(table.name).table):
            host.show_all(source.place(table.name).table)
        _place(source, sheet, table)
    if part.chart_row:
        _move_charts(source.book, sheet, part.chart_row)
    if form is not None:
        for zone in part.zones:
            _copy(form.sheets[part.form], sheet, zone)
    for table in part.tables:
        write_table(source, table)
    if part.frozen is not None:
        host.freeze(sheet, *part.frozen)
    if part.visible is False:
        sheet.visible = False


def _place(source: LiveSource, sheet: xw.Sheet, table: TablePatch) -> None:
    """Brings a table to its row and its length."""
    place = source.place(table.name)
    _shift(sheet, place.header, table.header)
    if table.cuts or table.gaps:
        for first, last in reversed(table.cuts):
            _rows_of(sheet, table, first, last).delete("up")
        for first, last in table.gaps:
            _rows_of(sheet, table, first, last).insert("down")
        source.moved()
        return
    # After the first row of data, so that what is put in lies between two rows; a table that was
    # cut to one row grows before it.
    row, more = table.header + min(place.rows, 2), table.rows - place.rows
    if more > 0:
        sheet.range(f"{row}:{row + more - 1}").insert("down")
    elif more < 0:
        sheet.range(f"{row}:{row - more - 1}").delete("up")
    source.moved()


def _rows_of(sheet: xw.Sheet, table: TablePatch, first: int, last: int) -> xw.Range:
    """Whole rows of the sheet, given as rows of the table from 0."""
    return sheet.range(f"{table.header + 1 + first}:{table.header + 1 + last}")


def _shift(sheet: xw.Sheet, row: int, wanted: int) -> None:
    """Puts whole rows in before a row, or takes the rows before it away, so that it is there."""
    if wanted > row:
        sheet.range(f"{row}:{wanted - 1}").insert("down")
    elif wanted < row:
        sheet.range(f"{wanted}:{row - 1}").delete("up")


def _move_charts(book: xw.Book, sheet: xw.Sheet, wanted: int) -> None:
    anchor = charts_anchor(book)
    if anchor is not None:
        _shift(sheet, anchor.row, wanted)


def _copy(form: xw.Sheet, sheet: xw.Sheet, zone: Zone) -> None:
    """Formats, words and links from the form, then the formulas."""
    corners = (zone.top, 1), (zone.bottom, zone.width)
    form.range(*corners).copy(sheet.range(*corners))
    for row, column, cells in zone.formulas:
        ends = (row + len(cells) - 1, column + len(cells[0]) - 1)
        sheet.range((row, column), ends).impl.formula = cells
    for points, rows in groupby(sorted(zone.heights.items()), key=lambda item: item[1]):
        held = [row for row, _ in rows]
        sheet.range((held[0], 1), (held[-1], 1)).row_height = points


def write_table(source: LiveSource, table: TablePatch) -> None:
    """Formats, then values, then formulas, each as blocks of neighbouring columns."""
    place = source.place(table.name)
    for captions in neighbours(place.captions, list(table.formats), table.formats.get):
        cells, code = place.body(captions[0], captions[-1]), table.formats[captions[0]]
        if cells.number_format != code:  # rows that were put in have taken it on already
            cells.number_format = code
    for caption, first, last, code in table.odd_formats:
        place.cells(first, last, caption).number_format = code
    every = [(0, place.rows - 1)]
    for cells, rows in _blocks(place, table.runs or every, table.values):
        cells.raw_value = rows
    for cells, rows in _blocks(place, every, table.formulas):
        cells.impl.formula = rows
    if table.totals is not None:
        row = place.header + place.rows + 1
        ends = (row, place.left + len(table.totals))
        place.sheet.range((row, place.left + 1), ends).impl.formula = [table.totals]
    for caption, hidden in table.hidden.items():
        place.body(caption).columns.hidden = hidden


def _blocks(
    place: LiveTable, runs: Sequence[tuple[int, int]], columns: Mapping[str, Column]
) -> Iterator[tuple[xw.Range, list[tuple[object, ...]]]]:
    """Neighbouring columns as one block a run of rows: where it goes, and its rows."""
    for captions in neighbours(place.captions, list(columns)):
        rows = list(zip(*(columns[caption] for caption in captions), strict=True))
        at = 0
        for first, last in runs:
            height = last - first + 1
            yield place.cells(first, last, captions[0], captions[-1]), rows[at : at + height]
            at += height
