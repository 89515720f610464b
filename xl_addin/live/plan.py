"""From a drawing and the book as it stands to a patch: only what differs is written.

Most of a second run is as it was before.  So each table is compared with what was read, see
:mod:`xl_addin.live.table_plan`, and the cells around the tables with what stands there; the rest is
left alone, and so are the columns that a person added.
"""

import xlwings as xw

from workbook_templates.drawing import Drawing, DrawnSheet
from xl_addin.live.patch import Patch, SheetPatch
from xl_addin.live.sheets import HOME, charts_anchor, sheets_of
from xl_addin.live.source import LiveSource
from xl_addin.live.table_plan import TablePlan, differs, fewer, planned, says, settled
from xl_addin.live.zones import zones_of


def plan(source: LiveSource, drawing: Drawing) -> Patch:
    """What has to be written so that the book shows the drawing."""
    sheets = sheets_of(source)
    drawn = {key: sheet for key, sheet in drawing.sheets.items() if key in sheets}
    made = {key: [planned(source, t, sheet) for t in sheet.tables] for key, sheet in drawn.items()}
    if not any(t.values for tables in made.values() for t in tables) and not any(
        _moves(source, sheet) for sheet in drawn.values()
    ):
        made = {key: [settled(source, t) for t in tables] for key, tables in made.items()}
    patches = [_sheet(source, sheets[key], key, sheet, made[key]) for key, sheet in drawn.items()]
    wanted = [patch for patch in patches if _says(patch)]
    copied = [patch.form for patch in wanted if patch.zones]
    return Patch(wanted, drawing.form(copied) if copied else b"")


def _says(patch: SheetPatch) -> bool:
    return bool(patch.tables or patch.zones or patch.frozen or patch.visible is not None)


def _sheet(
    source: LiveSource, sheet: xw.Sheet, key: str, drawn: DrawnSheet, tables: list[TablePlan]
) -> SheetPatch:
    moved = _moves(source, drawn)
    anchor = charts_anchor(source.book) if key == HOME else None
    charts = anchor is None or anchor.row == drawn.chart_row + 1
    narrow = [fewer(source, t) for t in tables if moved or not charts or differs(source, t)]
    lower = any(source.place(t.name).header != t.header + 1 for t in drawn.tables[:1])
    return SheetPatch(
        key=key,
        form=drawn.name,
        tables=[t for t in narrow if moved or not charts or says(source, t)],
        zones=zones_of(sheet, drawn, _firm(source, drawn, charts=charts)),
        chart_row=drawn.chart_row + 1 if anchor is not None else 0,
        visible=None if bool(sheet.visible) is not drawn.hidden else not drawn.hidden,
        frozen=(drawn.frozen[0], drawn.frozen[1]) if lower and any(drawn.frozen) else None,
    )


def _firm(source: LiveSource, drawn: DrawnSheet, *, charts: bool) -> int | None:
    """How many rows from the top of a sheet stay where they are; none where all of them do."""
    for table in drawn.tables:
        place = source.place(table.name)
        if place.header != table.header + 1:
            return 0
        if place.rows != table.rows:
            return place.header
    return None if charts else max((t.last + 1 for t in drawn.tables), default=0)


def _moves(source: LiveSource, drawn: DrawnSheet) -> bool:
    """Whether a table of the sheet stands elsewhere, or is longer or shorter."""
    places = [(source.place(table.name), table) for table in drawn.tables]
    return any(
        (place.header, place.rows) != (table.header + 1, table.rows) for place, table in places
    )
