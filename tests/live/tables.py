"""Tables of an open workbook as they can be compared with those of a file."""

import polars as pl

from workbook_templates.layout_book import TABLES
from workbook_templates.readback import read_tables
from xl_addin.live.book import LiveBook
from xl_addin.live.source import LiveSource

WANTED = {name: table.keys for name, table in TABLES.items()}


def tables_of(book: LiveBook) -> dict[str, pl.DataFrame]:
    """Every table by our keys, read anew from the open workbook."""
    return read_tables(LiveSource(book.book), WANTED).tables


def cells_of(book: LiveBook) -> dict[str, list[list[object]]]:
    """Every sheet as it stands: formulas and texts."""
    cells = {}
    for sheet in book.book.sheets:
        used = sheet.used_range
        corner = (used.row + used.shape[0] - 1, used.column + used.shape[1] - 1)
        held = sheet.range((1, 1), corner).impl.formula
        cells[sheet.name] = [_trimmed(row) for row in held] if isinstance(held, list) else [[held]]
        while cells[sheet.name] and not cells[sheet.name][-1]:
            cells[sheet.name].pop()
    return cells


def _trimmed(row: list[object]) -> list[object]:
    """A row without the empty cells at its end."""
    kept = list(row)
    while kept and kept[-1] in ("", None):
        kept.pop()
    return kept
