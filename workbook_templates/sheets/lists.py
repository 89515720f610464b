"""Sheets that are one list: records, matches, members, payouts, run log; and Exceptions."""

import polars as pl

from workbook_templates.book import Book, Placed
from workbook_templates.layout import Sheet
from workbook_templates.layout_work import EXCEPTIONS
from workbook_templates.tables import write_bands, write_table
from workbook_templates.totals import write_totals

TOP = 3  # 0-based row under title, period and an empty line


def write_list(book: Book, sheet: Sheet) -> Placed:
    """Totals, then the table, frozen at its header and its id column."""
    (table,) = sheet.tables
    page = book.sheets[sheet.key]
    row = TOP
    summed = any(column.total for column in table.columns)
    if summed and (book.template or book.frames[table.name].height):
        row = write_totals(book, table, row) + 1
    if table.name == EXCEPTIONS.name:
        write_bands(book, table, row)
        row += 1
    placed = write_table(book, table, row, totals=summed)
    page.freeze_panes(placed.first, sheet.frozen)
    page.repeat_rows(placed.header)
    return placed


def first_rows(frame: pl.DataFrame, *keys: str) -> dict[object, int]:
    """At which row, from 0, each value of the columns stands first; a tuple for several keys."""
    found = frame.with_row_index("at").group_by(*keys, maintain_order=True).agg(pl.first("at"))
    return {row[0] if len(keys) == 1 else row[:-1]: row[-1] for row in found.rows()}
