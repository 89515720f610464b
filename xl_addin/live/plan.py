"""From a drawing and the book as it stands to a patch: only what differs is written.

Most of a second run is as it was before.  So each column is compared with what was read, and the
cells around the tables with what stands there; the rest is left alone, and so are the columns that
a person added.
"""

from collections.abc import Mapping
from dataclasses import replace
from itertools import groupby
from typing import Any

import polars as pl
import xlwings as xw

from recon_engine.model.money import exponent
from workbook_templates import words
from workbook_templates.drawing import LINK_SIGN, Drawing, DrawnSheet, DrawnTable
from workbook_templates.layout import Cell, Column, Table
from workbook_templates.layout_book import TABLES
from workbook_templates.styles import COUNT, DATE, TEXT, money
from workbook_templates.tables import ROWS_MIN
from xl_addin.live.narrow import ROWS_FEW, narrowed
from xl_addin.live.patch import Patch, SheetPatch, TablePatch
from xl_addin.live.sheets import HOME, charts_anchor, sheets_of
from xl_addin.live.source import Current, LiveSource, block
from xl_addin.live.zones import zones_of

ODD_RUNS_MAX = 200  # runs of rows whose currency has other decimals; with more, all show the most
_GENERAL = "General"
_LINK, _LINK_END = LINK_SIGN, f'"{LINK_SIGN}")'
_DAY_0 = pl.date(1899, 12, 30)
# By which a row of a table is known, so that a person's own columns stay beside it.
_ROW_KEYS = ("exception_id", "decision_id", "rule_id", "payout_id", "record_id", "match_id", "key")


def plan(source: LiveSource, drawing: Drawing) -> Patch:
    """What has to be written so that the book shows the drawing."""
    sheets = sheets_of(source)
    drawn = {key: sheet for key, sheet in drawing.sheets.items() if key in sheets}
    made = {key: [_table(source, t, sheet) for t in sheet.tables] for key, sheet in drawn.items()}
    if not any(t.values for tables in made.values() for t in tables) and not any(
        _moves(source, sheet) for sheet in drawn.values()
    ):
        made = {key: [_settled(source, t) for t in tables] for key, tables in made.items()}
    patches = [_sheet(source, sheets[key], key, sheet, made[key]) for key, sheet in drawn.items()]
    wanted = [patch for patch in patches if _says(patch)]
    form = drawing.form if any(patch.zones for patch in wanted) else b""
    return Patch(wanted, form)


def _says(patch: SheetPatch) -> bool:
    return bool(patch.tables or patch.zones or patch.frozen or patch.visible is not None)


def _sheet(
    source: LiveSource, sheet: xw.Sheet, key: str, drawn: DrawnSheet, tables: list[TablePatch]
) -> SheetPatch:
    moved = _moves(source, drawn)
    anchor = charts_anchor(source.book) if key == HOME else None
    stands = not moved and (anchor is None or anchor.row == drawn.chart_row + 1)
    frozen = (drawn.frozen[0], drawn.frozen[1]) if moved and any(drawn.frozen) else None
    return SheetPatch(
        key=key,
        form=drawn.name,
        tables=[_fewer(source, t) for t in tables if moved or not stands or _differs(source, t)],
        zones=zones_of(sheet, drawn, asks=stands),
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


def _settled(source: LiveSource, patch: TablePatch) -> TablePatch:
    """A table of a book in which no row differs: formulas that show what they shall stay too."""
    current = Current(source, patch.name)
    shown = {
        c: cells for c, cells in patch.formulas.items() if not _shows(current.column(c), cells)
    }
    return replace(patch, formulas=shown)


def _shows(current: list[Any], formulas: list[Any]) -> bool:
    """Whether cells show the links that they are to hold; of figures that cannot be said."""
    return all(
        now == _LINK if said and str(said).endswith(_LINK_END) else now == said
        for now, said in zip(current, formulas, strict=True)
    )


def _fewer(source: LiveSource, patch: TablePatch) -> TablePatch:
    """The table with only the rows that differ, where its rows can be told apart."""
    place, current = source.place(patch.name), Current(source, patch.name)
    if place.rows == patch.rows >= ROWS_FEW:
        held = {c: block(place.body(c).formula) for c in patch.formulas}
        differ = {
            c: cells
            for c, cells in patch.formulas.items()
            if [row[0] or None for row in held[c]] != cells
        }
        patch = replace(patch, formulas=differ)
    captions = words.captions_by_key(patch.name, source.language)
    known = [captions[key] for key in _ROW_KEYS if key in captions]
    own = set(place.captions) - set(captions.values())
    keys = None
    if known and not own and set(known) & set(patch.values):
        sides = (current.column, lambda c: patch.values.get(c, [None] * patch.rows))
        old, new = (list(zip(*(side(c) for c in known), strict=True)) for side in sides)
        keys = (old, new)
    return narrowed(patch, current.column, keys, place.rows)


def _stays(current: list[Any], new: list[Any], *, same: bool) -> bool:
    """Whether a column need not be written."""
    if same:
        return current == new
    return not any(cell is not None for cell in current) and not any(
        cell is not None for cell in new
    )


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
