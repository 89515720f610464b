"""What a patch is going to change, as a patch that gives it back.

Taken before the first cell is written.  Values come from what was read; formulas, the cells around
the tables and what is hidden are asked for.  The cells around the tables are copied into a form of
their own, so that formats and links come back too.
"""

import tempfile
from pathlib import Path
from typing import Any

import xlwings as xw

from workbook_templates import words
from workbook_templates.layout import Cell
from workbook_templates.layout_book import TABLES
from workbook_templates.styles import COUNT, DATE, TEXT, money
from xl_addin.live.forms import BEFORE, new
from xl_addin.live.narrow import gathered
from xl_addin.live.patch import Column, Patch, SheetPatch, TablePatch, Zone
from xl_addin.live.plain import block
from xl_addin.live.sheets import HOME, charts_anchor, sheets_of
from xl_addin.live.source import LiveSource
from xl_addin.live.zones import spans_between


def capture(source: LiveSource, patch: Patch) -> Patch:
    """The patch that undoes another one.

    Args:
        source: the book, as it was read.
        patch: what is going to be written.
    """
    sheets = sheets_of(source)
    parts = [_sheet(source, sheets[part.key], part) for part in patch.sheets]
    zones = [part for part in parts if part.zones]
    form = _form(source.book, sheets, zones) if zones else b""
    return Patch(parts, form, str(source.book.app.calculation))


def _sheet(source: LiveSource, sheet: xw.Sheet, part: SheetPatch) -> SheetPatch:
    anchor = charts_anchor(source.book) if part.key == HOME else None
    held = [source.place(table.name) for table in part.tables]
    frozen = None
    if part.frozen is not None and held:
        frozen = (held[0].header if part.frozen[0] else 0, part.frozen[1])
    return SheetPatch(
        key=part.key,
        form=part.form,
        tables=[_table(source, table) for table in part.tables],
        zones=_zones(source, sheet, part, anchor),
        chart_row=anchor.row if anchor is not None else 0,
        visible=None if part.visible is None else bool(sheet.visible),
        frozen=frozen,
    )


def _table(source: LiveSource, table: TablePatch) -> TablePatch:
    """The columns that are going to be written; all that hold anything where rows come or go."""
    place, current = source.place(table.name), source.current(table.name)
    changes = place.rows != table.rows or bool(table.cuts or table.gaps)
    computed = [caption for caption in table.formulas if caption in place.captions]
    own = [
        c for c in place.captions if c not in words.captions(TABLES[table.name], source.language)
    ]
    asked = {*computed, *own, *_computing(source, table.name)} if changes else set(computed)
    formulas = {c: source.formulas(table.name, c) for c in place.captions if c in asked}
    plain = place.captions if changes else tuple(table.values)
    values = {c: current.column(c) for c in plain if c not in formulas}
    if changes:
        values = {c: cells for c, cells in values.items() if any(v is not None for v in cells)}
        values |= {c: current.column(c) for c in table.values if c not in formulas}
    runs = [] if changes else table.runs
    if runs:
        values = {caption: gathered(cells, runs) for caption, cells in values.items()}
    return TablePatch(
        name=table.name,
        header=place.header,
        rows=place.rows,
        values=values,
        formulas=formulas,
        formats=_formats(source, table.name, values, formulas),
        totals=_totals(source, table),
        hidden={caption: not hidden for caption, hidden in table.hidden.items()},
        runs=runs,
    )


def _computing(source: LiveSource, name: str) -> list[str]:
    """The columns whose cells may be formulas, whether the next rows have any or not."""
    captions = words.captions_by_key(name, source.language)
    return [
        captions[column.key]
        for column in TABLES[name].columns
        if column.formula or column.type is Cell.LINK
    ]


def _formats(
    source: LiveSource, name: str, values: dict[str, Column], formulas: dict[str, Column]
) -> dict[str, str]:
    """The number formats of our columns that are given back; a person's own are left alone."""
    place = source.place(name)
    layout = TABLES[name]
    captions = dict(zip(words.captions(layout, source.language), layout.columns, strict=True))
    made = {}
    for caption in (*values, *formulas):
        if caption not in captions:
            continue
        held = place.body(caption).number_format
        kind = captions[caption].type
        usual = {Cell.MONEY: money(2), Cell.COUNT: COUNT, Cell.DATE: DATE}.get(kind, TEXT)
        made[caption] = str(held) if held else usual
    return made


def _totals(source: LiveSource, table: TablePatch) -> list[str] | None:
    place = source.place(table.name)
    if table.totals is None:
        return None
    row, last = place.header + place.rows + 1, place.left + len(place.captions) - 1
    cells = block(place.sheet.range((row, place.left + 1), (row, last)).formula)[0]
    return [str(cell or "") for cell in cells]


def _zones(
    source: LiveSource, sheet: xw.Sheet, part: SheetPatch, anchor: xw.Range | None
) -> list[Zone]:
    """The rows that lie now where others will be copied to."""
    if not part.zones:
        return []
    width = max(zone.width for zone in part.zones)
    found = []
    for top, bottom in spans_between(source, part.key, anchor, part):
        held = sheet.range((top, 1), (bottom, width))
        cells = _computed(block(held.formula), block(held.raw_value))
        heights = _heights(sheet, top, bottom)
        found.append(Zone(top, bottom, width, _runs(top, cells), heights))
    return found


def _heights(sheet: xw.Sheet, top: int, bottom: int) -> dict[int, float]:
    """The heights of some rows: asked for at once, and by halves where they are not all alike."""
    height = sheet.range((top, 1), (bottom, 1)).row_height
    if height is not None or top == bottom:
        return dict.fromkeys(range(top, bottom + 1), float(height or 0))
    middle = (top + bottom) // 2
    return _heights(sheet, top, middle) | _heights(sheet, middle + 1, bottom)


def _computed(formulas: list[list[Any]], values: list[list[Any]]) -> list[list[Any]]:
    """Only what is a formula: a text may begin with an equals sign too, and shows as it is."""
    return [
        [said if said != value else None for said, value in zip(row, shown, strict=True)]
        for row, shown in zip(formulas, values, strict=True)
    ]


def _runs(top: int, cells: list[list[Any]]) -> list[tuple[int, int, list[list[str]]]]:
    """The formulas of some rows, each run of neighbours by itself."""
    runs: list[tuple[int, int, list[list[str]]]] = []
    for row, held in enumerate(cells, top):
        run: list[str] = []
        for column, cell in enumerate([*held, None], 1):
            if isinstance(cell, str) and cell.startswith("="):
                run.append(cell)
            elif run:
                runs.append((row, column - len(run), [run]))
                run = []
    return runs


def _form(book: xw.Book, sheets: dict[str, xw.Sheet], parts: list[SheetPatch]) -> bytes:
    """The cells of all zones in a small workbook of their own."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        with new(book, Path(folder)) as form:
            for part in parts:
                page = form.sheets.add(part.form, after=form.sheets[len(form.sheets) - 1])
                for zone in part.zones:
                    corners = (zone.top, 1), (zone.bottom, zone.width)
                    sheets[part.key].range(*corners).copy(page.range(*corners))
        return (Path(folder) / BEFORE).read_bytes()
