"""The rows around the tables of a sheet: which of them differ, and the formulas in them."""

import re

import xlwings as xw

from workbook_templates.drawing import DrawnSheet
from workbook_templates.layout_book import SHEETS, TABLES
from workbook_templates.row_xml import LINE_POINTS
from xl_addin.live.patch import SheetPatch, Zone
from xl_addin.live.plain import block, says
from xl_addin.live.source import LiveSource

_ADDRESS = re.compile(r"(?<![A-Za-z0-9_.])\$?[A-Z]{1,3}\$?\d+(?![A-Za-z0-9_(.])")


def zones_of(sheet: xw.Sheet, drawn: DrawnSheet, firm: int | None) -> list[Zone]:
    """The rows around the tables that differ.

    Args:
        sheet: where they are to stand.
        drawn: what is to stand there.
        firm: how many rows from the top stay where they are, so that it is worth while to compare
            them; none where all rows do.
    """
    width = max(drawn.width, *(len(TABLES[t.name].columns) for t in drawn.tables), 1)
    found = []
    for top, last in spans(drawn):
        bottom = last if drawn.tables or drawn.chart_row else max(last, _used(sheet))
        stays = firm is None or (last < firm and not _points(drawn, (top, last)))
        if stays and _same(sheet, drawn, (top, bottom), width):
            continue
        zone = Zone(top + 1, bottom + 1, width, _runs(drawn, (top, bottom)))
        zone.heights.update({row + 1: _height(drawn, row) for row in range(top, bottom + 1)})
        found.append(zone)
    return found


def _used(sheet: xw.Sheet) -> int:
    """The last row, from 0, that holds anything now: what a longer report left is wiped away."""
    used = sheet.used_range
    return int(used.row + used.shape[0] - 2)


def _height(drawn: DrawnSheet, row: int) -> float:
    return 0.0 if row in drawn.hidden_rows else drawn.heights.get(row, float(LINE_POINTS))


def spans(drawn: DrawnSheet) -> list[tuple[int, int]]:
    """First and last row, from 0, of what stands around tables and above charts."""
    found, top = [], 0
    for table in drawn.tables:
        found.append((top, table.header - 1))
        top = table.last + table.totals + 1
    found.append((top, (drawn.chart_row - 1) if drawn.chart_row else drawn.bottom))
    return [(first, last) for first, last in found if first <= last]


def spans_between(
    source: LiveSource, key: str, anchor: xw.Range | None, part: SheetPatch
) -> list[tuple[int, int]]:
    """As :func:`spans`, of the sheet as it stands: 1-based, between its tables as they are.

    Args:
        source: the open book.
        key: of the sheet.
        anchor: the cell under which charts hang, None without charts.
        part: what is going to be written there; how far down it reaches under the last table.
    """
    tables = next(sheet.tables for sheet in SHEETS if sheet.key == key)
    places = sorted((source.place(table.name) for table in tables), key=lambda at: at.header)
    found, top = [], 1
    for place in places:
        found.append((top, place.header - 1))
        top = place.header + place.rows + place.totals + 1
    reach = max(zone.bottom - zone.top for zone in part.zones)
    last = part.zones[-1]
    below = not part.tables or last.top > part.tables[-1].header
    if anchor is not None:
        found.append((top, anchor.row - 1))
    elif below:
        found.append((top, top + reach))
    return [(first, last) for first, last in found if first <= last]


def _points(drawn: DrawnSheet, span: tuple[int, int]) -> bool:
    """Whether a formula of a span names cells, which change when rows are put in below."""
    formulas = (said for (row, _), said in drawn.formulas.items() if span[0] <= row <= span[1])
    return any(_ADDRESS.search(said) for said in formulas)


def _same(sheet: xw.Sheet, drawn: DrawnSheet, span: tuple[int, int], width: int) -> bool:
    """Whether the cells of a span stand there already."""
    now = block(sheet.range((span[0] + 1, 1), (span[1] + 1, width)).formula)
    for row, cells in enumerate(now, span[0]):
        for column, cell in enumerate(cells):
            at = (row, column)
            if not says(cell, drawn.formulas.get(at, drawn.texts.get(at, ""))):
                return False
    return True


def _runs(drawn: DrawnSheet, span: tuple[int, int]) -> list[tuple[int, int, list[list[str]]]]:
    """The formulas of a span as few rectangles: a run goes on over blanks, not over words."""
    runs: list[tuple[int, int, list[list[str]]]] = []
    for row in range(span[0], span[1] + 1):
        for first, cells in _row_runs(drawn, row):
            before = next(
                (
                    run
                    for run in runs
                    if run[0] + len(run[2]) == row + 1
                    and (run[1], len(run[2][0])) == (first, len(cells))
                ),
                None,
            )
            if before:
                before[2].append(cells)
            else:
                runs.append((row + 1, first, [cells]))
    return runs


def _row_runs(drawn: DrawnSheet, row: int) -> list[tuple[int, list[str]]]:
    """The runs of one row: first column, 1-based, and the cells."""
    columns = sorted(column for at, column in drawn.formulas if at == row)
    words_at = {column for at, column in drawn.texts if at == row}
    runs: list[tuple[int, list[str]]] = []
    for column in columns:
        if runs:
            first, cells = runs[-1]
            gap = range(first + len(cells) - 1, column)
            if not words_at & set(gap):
                cells += [""] * len(gap) + [drawn.formulas[row, column]]
                continue
        runs.append((column + 1, [drawn.formulas[row, column]]))
    return runs
