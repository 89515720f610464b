"""Which sheet of an open workbook is which, whatever a person has called it."""

import xlwings as xw

from recon_engine.errors import Code, Place, error
from recon_engine.messages import text
from workbook_templates.layout_book import SHEETS
from workbook_templates.own.sheets import mark
from workbook_templates.sheets.home_charts import CHARTS_NAME
from xl_addin.live.host import if_there
from xl_addin.live.source import LiveSource

HOME = "home"


def sheets_of(source: LiveSource) -> dict[str, xw.Sheet]:
    """The sheets by their keys: told by their tables, those without by a name that marks them.

    Raises:
        TieoutError: SHEET_MISSING, when Home is gone; missing tables are told by whoever reads.
    """
    found = {
        sheet.key: source.found[table.name][0]
        for sheet in SHEETS
        for table in sheet.tables
        if table.name in source.found
    }
    plain = {sheet.key: _marked(source, sheet.key) for sheet in SHEETS if not sheet.tables}
    if plain[HOME] is None:
        name = text(f"workbook.sheet.{HOME}", source.language)
        raise error(Code.SHEET_MISSING, Place(source.file, name))
    return found | {key: sheet for key, sheet in plain.items() if sheet is not None}


def _marked(source: LiveSource, key: str) -> xw.Sheet | None:
    """A sheet without tables: by its mark, else by the name that we gave it."""
    with if_there():
        return source.book.names[mark(key)].refers_to_range.sheet
    name = text(f"workbook.sheet.{key}", source.language)
    return next((sheet for sheet in source.book.sheets if sheet.name == name), None)


def charts_anchor(book: xw.Book) -> xw.Range | None:
    """The cell under which Home's charts hang; none where a person has deleted it."""
    with if_there():
        return book.names[CHARTS_NAME].refers_to_range
    return None
