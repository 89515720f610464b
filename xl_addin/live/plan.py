"""From a drawing and the book as it stands to a patch: only what differs is written.

Most of a second run is as it was before.  So each column is compared with what was read, and the
cells around the tables with what stands there; the rest is left alone, and so are the columns that
a person added.
"""

from collections.abc import Mapping
from itertools import groupby
from typing import Any

import polars as pl
import xlwings as xw

from recon_engine.model.money import exponent
from workbook_templates import words
from workbook_templates.drawing import Drawing, DrawnSheet, DrawnTable
from workbook_templates.layout import Cell, Column, Table
from workbook_templates.layout_book import SHEETS, TABLES
from workbook_templates.row_xml import LINE_POINTS
from workbook_templates.styles import COUNT, DATE, TEXT, money
from workbook_templates.tables import ROWS_MIN
from xl_addin.live.patch import Patch, SheetPatch, TablePatch, Zone
from xl_addin.live.sheets import HOME, charts_anchor, sheets_of
from xl_addin.live.source import LiveSource, block, stored

ODD_RUNS_MAX = 200  # runs of rows whose currency has other decimals; with more, all show the most
_GENERAL = "General"
_DAY_0 = pl.date(1899, 12, 30)
# By which a row of a table is known, so that a person's own columns stay beside it.
_ROW_KEYS = ("exception_id", "decision_id", "rule_id", "payout_id", "record_id", "match_id", "key")


def plan(source: LiveSource, drawing: Drawing) -> Patch:
    """What has to be written so that the book shows the drawing."""
    sheets = sheets_of(source)
    patches = [
        _sheet(source, sheets[key], key, drawn)
        for key, drawn in drawing.sheets.items()
        if key in sheets
    ]
    wanted = [patch for patch in patches if _says(patch)]
    form = drawing.form if any(patch.zones for patch in wanted) else b""
    return Patch(wanted, form)


def _says(patch: SheetPatch) -> bool:
    return bool(patch.tables or patch.zones or patch.frozen or patch.visible is not None)


def _sheet(source: LiveSource, sheet: xw.Sheet, key: str, drawn: DrawnSheet) -> SheetPatch:
    tables = [_table(source, table, drawn) for table in drawn.tables]
    moved = _moves(source, drawn)
    anchor = charts_anchor(source.book) if key == HOME else None
    stands = not moved and (anchor is None or anchor.row == drawn.chart_row + 1)
    frozen = (drawn.frozen[0], drawn.frozen[1]) if moved and any(drawn.frozen) else None
    return SheetPatch(
        key=key,
        form=drawn.name,
        tables=[t for t in tables if moved or not stands or _differs(source, t)],
        zones=list(_zones(sheet, drawn, asks=stands)),
        chart_row=drawn.chart_row + 1 if anchor is not None else 0,
        visible=None if bool(sheet.visible) is not drawn.hidden else not drawn.hidden,
        frozen=frozen,
    )


def _moves(source: LiveSource, drawn: DrawnSheet) -> bool:
    """Whether a table of the sheet stands elsewhere, or is longer or shorter."""
    places = [(source.place(table.name), table) for table in drawn.tables]
    return any(
        (place.header, place.rows) != (table.header + 1, table.rows) for place, table in places
    )


def _differs(source: LiveSource, patch: TablePatch) -> bool:
    place = source.place(patch.name)
    return bool(
        patch.values or patch.formulas or patch.hidden or patch.totals is not None
        or (place.header, place.rows) != (patch.header, patch.rows)
    )  # fmt: skip


# ---- tables --------------------------------------------------------------------------------------


def _table(source: LiveSource, drawn: DrawnTable, sheet: DrawnSheet) -> TablePatch:
    place, layout = source.place(drawn.name), TABLES[drawn.name]
    captions = dict(zip(layout.keys, words.captions(layout, source.language), strict=True))
    new = cells_of(drawn, layout)
    current = Current(source, drawn.name)
    same = place.rows == drawn.rows
    values, formulas = {}, {}
    for key, column in new.items():
        caption = captions[key]
        if key in drawn.formulas:
            formulas[caption] = _computed(drawn.formulas[key], column)
        elif not _stays(current.column(caption), column, same=same):
            values[caption] = column
    formats, odd = _formats(drawn, layout, captions, {*values, *formulas})
    return TablePatch(
        name=drawn.name,
        header=drawn.header + 1,
        rows=max(drawn.rows, ROWS_MIN),
        values=values,
        formulas=formulas | _own(source, drawn.name, new),
        formats=formats,
        odd_formats=odd,
        totals=_totals(source, drawn, sheet, captions),
        hidden=_hidden(source, drawn, sheet, captions),
    )


def _stays(current: list[Any], new: list[Any], *, same: bool) -> bool:
    """Whether a column need not be written."""
    if same:
        return current == new
    return not any(cell is not None for cell in current) and not any(
        cell is not None for cell in new
    )


class Current:
    """What was read of a table, column by column as it would be written."""

    def __init__(self, source: LiveSource, name: str) -> None:
        grid = source.table(name)
        captions = grid.captions if grid else ()
        columns = list(zip(*grid.rows, strict=True)) if grid and grid.rows else []
        self._columns = dict(zip(captions, columns, strict=False))
        self._stored: dict[str, list[Any]] = {}

    def column(self, caption: str) -> list[Any]:
        """The cells of a column; days as their numbers, nothing where nothing stands."""
        if caption not in self._stored:
            self._stored[caption] = stored(self._columns.get(caption, ()))
        return self._stored[caption]


def cells_of(drawn: DrawnTable, table: Table) -> dict[str, list[Any]]:
    """The rows of a drawn table as columns of cells, by key, blank rows included."""
    blank = [None] * drawn.rows
    if drawn.block is None:
        return dict.fromkeys(table.keys, blank)
    frame = drawn.block.frame
    padding = [None] * (drawn.rows - frame.height)
    return {column.key: _cells(frame, column) + padding for column in table.columns}


def _cells(frame: pl.DataFrame, column: Column) -> list[Any]:
    value = pl.col(column.key)
    if column.type is Cell.MONEY:
        codes = frame["currency"].fill_null("").unique().to_list()
        scales = {code: 10.0 ** exponent(code) for code in codes}
        scale = pl.col("currency").fill_null("").replace_strict(scales, return_dtype=pl.Float64)
        # Both are exact, so the quotient is the number nearest to the amount: what Excel stores.
        return frame.select(value.cast(pl.Float64) / scale).to_series().to_list()
    if column.type is Cell.COUNT:
        return frame.select(value.cast(pl.Float64)).to_series().to_list()
    if column.type is Cell.DATE:
        days = (value - _DAY_0).dt.total_days().cast(pl.Float64)
        return frame.select(days).to_series().to_list()
    return frame.select(pl.when(value != "").then(value)).to_series().to_list()


def _computed(formulas: list[str], values: list[Any]) -> list[Any]:
    """A column of formulas; a plain value where the sheet does not compute one."""
    padded = formulas + [""] * (len(values) - len(formulas))
    return [said or value for said, value in zip(padded, values, strict=True)]


def _own(source: LiveSource, name: str, new: Mapping[str, list[Any]]) -> dict[str, list[Any]]:
    """A person's own columns, each cell beside the row that it stood beside."""
    place, layout = source.place(name), TABLES[name]
    ours = words.captions(layout, source.language)
    own = [caption for caption in place.captions if caption not in ours]
    key = next((key for key in _ROW_KEYS if key in layout.keys), "")
    if not own or not key:
        return {}
    caption = ours[layout.keys.index(key)]
    before = Current(source, name).column(caption)
    if before == new[key]:
        return {}
    made = {}
    for column in own:
        held = [row[0] for row in block(place.body(column).formula)]
        by_key = dict(zip(before, held, strict=True))
        made[column] = [by_key.get(row) or None for row in new[key]]
    return made


def _formats(
    drawn: DrawnTable, table: Table, captions: Mapping[str, str], written: set[str]
) -> tuple[dict[str, str], list[tuple[str, int, int, str]]]:
    """The number formats of written columns, and of the rows whose currency needs another."""
    usual, runs = _decimals(drawn)
    formats, odd = {}, []
    for column in table.columns:
        caption = captions[column.key]
        if caption not in written:
            continue
        formats[caption] = _format(column, usual, computed=column.key in drawn.formulas)
        if column.type is Cell.MONEY:
            odd += [(caption, first, last, money(places)) for first, last, places in runs]
    return formats, odd


def _format(column: Column, places: int, *, computed: bool) -> str:
    if column.type is Cell.MONEY:
        return money(places)
    plain = {Cell.COUNT: COUNT, Cell.DATE: DATE}
    return plain.get(column.type, _GENERAL if computed else TEXT)


def _decimals(drawn: DrawnTable) -> tuple[int, list[tuple[int, int, int]]]:
    """The decimals of most rows, and the runs of rows with others."""
    if drawn.block is None or "currency" not in drawn.block.frame.columns:
        return 2, []
    codes = drawn.block.frame["currency"].fill_null("")
    known = {code: exponent(code) for code in codes.unique()}
    places = [known[code] for code in codes] if len(set(known.values())) > 1 else []
    if not places:
        return next(iter(known.values()), 2), []
    usual = max(set(places), key=lambda digits: (places.count(digits), digits))
    runs, at = [], 0
    for digits, group in groupby(places):
        length = len(list(group))
        if digits != usual:
            runs.append((at, at + length - 1, digits))
        at += length
    return (usual, runs) if len(runs) <= ODD_RUNS_MAX else (max(places), [])


def _totals(
    source: LiveSource, drawn: DrawnTable, sheet: DrawnSheet, captions: Mapping[str, str]
) -> list[str] | None:
    """The total row as it shall be from its second cell on; none where it is so already."""
    place = source.place(drawn.name)
    if not drawn.totals or not place.totals:
        return None
    row = place.header + place.rows + 1
    ends = place.left + 1, place.left + len(place.captions) - 1
    now = block(place.sheet.range((row, ends[0]), (row, ends[1])).formula)[0]
    keys = {caption: key for key, caption in captions.items()}
    layout = TABLES[drawn.name]
    wanted = []
    for caption, held in zip(place.captions[1:], now, strict=True):
        key = keys.get(caption)
        at = (drawn.last + 1, layout.keys.index(key)) if key else None
        wanted.append(str(held or "") if at is None else sheet.formulas.get(at, ""))
    return None if wanted == [str(cell or "") for cell in now] else wanted


def _hidden(
    source: LiveSource, drawn: DrawnTable, sheet: DrawnSheet, captions: Mapping[str, str]
) -> dict[str, bool]:
    """Columns that now have, or no longer have, a value in some row; folded ones stay folded."""
    place = source.place(drawn.name)
    changed = {}
    for position, column in enumerate(TABLES[drawn.name].columns):
        caption = captions[column.key]
        if not column.optional or column.folded or caption not in place.captions:
            continue
        wanted = position in sheet.hidden_columns
        if bool(place.body(caption).columns.hidden) is not wanted:
            changed[caption] = wanted
    return changed


# ---- around the tables ---------------------------------------------------------------------------


def _zones(sheet: xw.Sheet, drawn: DrawnSheet, *, asks: bool) -> list[Zone]:
    """The rows around the tables that differ.

    Args:
        sheet: where they are to stand.
        drawn: what is to stand there.
        asks: whether tables stand where they shall, so that it is worth while to compare.
    """
    width = max(drawn.width, *(len(TABLES[t.name].columns) for t in drawn.tables), 1)
    found = []
    for top, last in spans(drawn):
        bottom = last if drawn.tables or drawn.chart_row else max(last, _used(sheet))
        if asks and _same(sheet, drawn, (top, bottom), width):
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


def _same(sheet: xw.Sheet, drawn: DrawnSheet, span: tuple[int, int], width: int) -> bool:
    """Whether the cells of a span stand there already."""
    now = block(sheet.range((span[0] + 1, 1), (span[1] + 1, width)).formula)
    for row, cells in enumerate(now, span[0]):
        for column, cell in enumerate(cells):
            at = (row, column)
            if not _equal(cell, drawn.formulas.get(at, drawn.texts.get(at, ""))):
                return False
    return True


def _equal(cell: Any, wanted: str | float) -> bool:
    """A cell's formula or text; a number comes as its digits."""
    if isinstance(wanted, float):
        try:
            return float(cell or 0) == wanted
        except (TypeError, ValueError):
            return False
    return str(cell or "") == wanted


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
