"""The cells of a person's own columns, ready to be put at the end of our rows."""

from typing import Any
from xml.sax.saxutils import escape

import polars as pl

from workbook_templates.book import Book
from workbook_templates.cells import as_text
from workbook_templates.layout import Table
from workbook_templates.layout_book import ROW_KEYS
from workbook_templates.own.model import OwnColumn
from workbook_templates.styles import HAIR


def own_cells(book: Book, table: Table) -> tuple[pl.Series, ...]:
    """For each of a person's columns of a table, its cells as XML without their address."""
    own = [column for column in book.own if column.table == table.name]
    if not own:
        return ()
    names = [as_text(value) for value in book.frames[table.name][ROW_KEYS[table.name]]]
    return tuple(_cells(book, column, names) for column in own)


def _cells(book: Book, column: OwnColumn, names: list[str]) -> pl.Series:
    look: dict[str, Any] = {"valign": "top", "bottom": 1, "bottom_color": HAIR}
    if column.number_format:
        look["num_format"] = column.number_format
    style = f' s="{book.styles.get(**look)._get_xf_index()}"'
    if column.formula:
        same = f"{style}><f>{escape(column.formula)}</f></c>"
        return pl.Series([same] * len(names), dtype=pl.String)
    return pl.Series([_cell(style, column.values.get(n)) for n in names], dtype=pl.String)


def _cell(style: str, value: Any) -> str:
    if value is None:
        return f"{style}/>"
    if isinstance(value, bool):
        return f'{style} t="b"><v>{int(value)}</v></c>'
    if isinstance(value, int | float):
        return f"{style}><v>{value!r}</v></c>"
    text = escape(str(value))
    return f'{style} t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
