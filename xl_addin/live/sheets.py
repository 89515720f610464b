"""Which sheet of an open workbook is which, whatever a person has called it."""

from contextlib import suppress

import xlwings as xw

from recon_engine.errors import Code, Place, error
from recon_engine.messages import text
from workbook_templates.layout_book import SHEETS
from workbook_templates.sheets.home_charts import CHARTS_NAME
from xl_addin.live.source import LiveSource

HOME = "home"


def sheets_of(source: LiveSource) -> dict[str, xw.Sheet]:
    """The sheets by their keys: told by their tables; Home by the name its charts hang on.

    Raises:
        TieoutError: SHEET_MISSING, when Home is gone; missing tables are told by whoever reads.
    """
    found = {
        sheet.key: source.found[table.name][0]
        for sheet in SHEETS
        for table in sheet.tables
        if table.name in source.found
    }
    return found | {HOME: _home(source)}


def _home(source: LiveSource) -> xw.Sheet:
    anchor = charts_anchor(source.book)
    if anchor is not None:
        return anchor.sheet
    name = text(f"workbook.sheet.{HOME}", source.language)
    for sheet in source.book.sheets:
        if sheet.name == name:
            return sheet
    raise error(Code.SHEET_MISSING, Place(source.file, name))


def charts_anchor(book: xw.Book) -> xw.Range | None:
    """The cell under which Home's charts hang; none where a person has deleted it."""
    with suppress(Exception):  # each engine says in its own way that a name or its cell is gone
        return book.names[CHARTS_NAME].refers_to_range
    return None
