"""What of one table has to be written: the columns, and of a long one the rows, that differ."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from recon_engine.model.money import exponent
from workbook_templates import words
from workbook_templates.drawing import LINK_SIGN, DrawnSheet, DrawnTable
from workbook_templates.layout import Cell, Column, Table
from workbook_templates.layout_book import TABLES
from workbook_templates.tables import ROWS_MIN
from xl_addin.live.columns import Cells, alike, holds_nothing, listed
from xl_addin.live.formats import formats_of
from xl_addin.live.narrow import ROW_KEYS, ROWS_FEW, narrowed
from xl_addin.live.patch import TablePatch
from xl_addin.live.plain import block
from xl_addin.live.plain import says as cell_says
from xl_addin.live.source import LiveSource

_LINK_END = f'"{LINK_SIGN}")'
_DAY_0 = pl.date(1899, 12, 30)


@dataclass(frozen=True)
class TablePlan:
    """A table's part of a patch before it is brought down to rows.

    Attributes:
        patch: all of it but the values.
        values: by caption, the columns that differ, whole.
    """

    patch: TablePatch
    values: Mapping[str, Cells]


def planned(source: LiveSource, drawn: DrawnTable, sheet: DrawnSheet) -> TablePlan:
    """The columns of a table that differ from what stands there, and all that it computes itself.

    Args:
        source: the open book.
        drawn: the table as it shall stand.
        sheet: the sheet that it is drawn on.
    """
    place, layout = source.place(drawn.name), TABLES[drawn.name]
    captions = dict(zip(layout.keys, words.captions(layout, source.language), strict=True))
    new = cells_of(drawn, layout)
    current = source.current(drawn.name)
    same = place.rows == drawn.rows
    values: dict[str, Cells] = {}
    formulas = {}
    for key, column in new.items():
        caption = captions[key]
        if key in drawn.formulas:
            formulas[caption] = computed(drawn.formulas[key], column)
        elif not _stays(current.cells(caption), column, same=same):
            values[caption] = column
    formats, odd = formats_of(drawn, layout, captions, {*values, *formulas})
    patch = TablePatch(
        name=drawn.name,
        header=drawn.header + 1,
        rows=max(drawn.rows, ROWS_MIN),
        formulas=formulas | _own(source, drawn.name, new),
        formats=formats,
        odd_formats=odd,
        totals=_totals(source, drawn, sheet, captions),
        hidden=_hidden(source, drawn, sheet, captions),
    )
    return TablePlan(patch, values)


def settled(source: LiveSource, plan: TablePlan) -> TablePlan:
    """A table of a book in which no row differs: formulas that are as they shall be stay too."""
    patch = plan.patch
    shown = {
        c: cells
        for c, cells in patch.formulas.items()
        if not _computes(source, patch.name, c, cells)
    }
    return replace(plan, patch=replace(patch, formulas=shown))


def _computes(source: LiveSource, name: str, caption: str, cells: list[Any]) -> bool:
    """Whether a column of formulas is as it shall be."""
    if source.seen(name) is None and _shows(source.current(name).column(caption), cells):
        return True
    return _stands(source, name, caption, cells)


def _stands(source: LiveSource, name: str, caption: str, cells: list[Any]) -> bool:
    """Whether the formulas of a column are there already."""
    now = source.formulas(name, caption)
    return now == cells or all(map(cell_says, now, cells))


def _shows(current: list[Any], formulas: list[Any]) -> bool:
    """Whether cells show the links that they are to hold; of figures that cannot be said."""
    return all(
        now == LINK_SIGN if said and str(said).endswith(_LINK_END) else now == said
        for now, said in zip(current, formulas, strict=True)
    )


def differs(source: LiveSource, plan: TablePlan) -> bool:
    """Whether anything of the table has to be written, as far as that is known yet."""
    return bool(plan.values) or says(source, plan.patch)


def says(source: LiveSource, patch: TablePatch) -> bool:
    """Whether a patch changes anything of its table."""
    place = source.place(patch.name)
    return bool(
        patch.values or patch.formulas or patch.hidden or patch.totals is not None
        or (place.header, place.rows) != (patch.header, patch.rows)
    )  # fmt: skip


def fewer(source: LiveSource, plan: TablePlan) -> TablePatch:
    """The table with only the rows that differ, where its rows can be told apart."""
    patch = plan.patch
    place, current = source.place(patch.name), source.current(patch.name)
    if place.rows == patch.rows >= ROWS_FEW:
        differ = {
            c: cells
            for c, cells in patch.formulas.items()
            if source.formulas(patch.name, c) != cells
        }
        patch = replace(patch, formulas=differ)
    captions = words.captions_by_key(patch.name, source.language)
    known = [captions[key] for key in ROW_KEYS if key in captions]
    own = set(place.captions) - set(captions.values())
    keys = None
    if known and not own and place.rows != patch.rows and set(known) & set(plan.values):
        nothing = [None] * patch.rows
        old, new = (
            list(zip(*(listed(side(c)) for c in known), strict=True))
            for side in (current.cells, lambda c: plan.values.get(c, nothing))
        )
        keys = (old, new)
    return narrowed(patch, plan.values, current.cells, keys, place.rows)


def _stays(current: Cells, new: Cells, *, same: bool) -> bool:
    """Whether a column need not be written."""
    return alike(current, new) if same else holds_nothing(current) and holds_nothing(new)


def cells_of(drawn: DrawnTable, table: Table) -> dict[str, pl.Series]:
    """The rows of a drawn table as columns of cells, by key, blank rows included."""
    if drawn.block is None:
        return dict.fromkeys(table.keys, pl.Series([None] * drawn.rows, dtype=pl.Null))
    frame = drawn.block.frame
    blank = drawn.rows - frame.height
    return {
        column.key: _cells(frame, column).extend_constant(None, blank) for column in table.columns
    }


def _cells(frame: pl.DataFrame, column: Column) -> pl.Series:
    value = pl.col(column.key)
    if column.type is Cell.MONEY:
        codes = frame["currency"].fill_null("").unique().to_list()
        scales = {code: 10.0 ** exponent(code) for code in codes}
        scale = pl.col("currency").fill_null("").replace_strict(scales, return_dtype=pl.Float64)
        # Both are exact, so the quotient is the number nearest to the amount: what Excel stores.
        return frame.select(value.cast(pl.Float64) / scale).to_series()
    if column.type is Cell.COUNT:
        return frame.select(value.cast(pl.Float64)).to_series()
    if column.type is Cell.DATE:
        days = (value - _DAY_0).dt.total_days().cast(pl.Float64)
        return frame.select(days).to_series()
    return frame.select(pl.when(value != "").then(value)).to_series()


def computed(formulas: list[str], values: Cells) -> list[Any]:
    """A column of formulas; a plain value where the sheet does not compute one."""
    padded = formulas + [""] * (len(values) - len(formulas))
    return [said or value for said, value in zip(padded, listed(values), strict=True)]


def _own(source: LiveSource, name: str, new: Mapping[str, Cells]) -> dict[str, list[Any]]:
    """A person's own columns, each cell beside the row that it stood beside."""
    place, layout = source.place(name), TABLES[name]
    ours = words.captions(layout, source.language)
    own = [caption for caption in place.captions if caption not in ours]
    key = next((key for key in ROW_KEYS if key in layout.keys), "")
    if not own or not key:
        return {}
    caption = ours[layout.keys.index(key)]
    before, after = source.current(name).column(caption), listed(new[key])
    if before == after:
        return {}
    made = {}
    for column in own:
        held = [row[0] for row in block(place.body(column).formula)]
        by_key = dict(zip(before, held, strict=True))
        made[column] = [by_key.get(row) or None for row in after]
    return made


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
