"""A section of report data onto a sheet: its tables one below the other, live where they can be.

A figure whose column says where it comes from and whose row says which rows of it are meant is
written as a formula over the workbook's own list; the engine's figure is the cached result.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from xlsxwriter.utility import xl_col_to_name, xl_range

from recon_engine.model.money import exponent
from recon_engine.report.data import (
    BarChart,
    Column,
    Part,
    Row,
    Section,
    Status,
    Table,
    Type,
    Where,
)
from workbook_templates import formulas, words
from workbook_templates.book import Book
from workbook_templates.layout import Cell
from workbook_templates.layout_book import TABLES
from workbook_templates.row_xml import LINE_POINTS
from workbook_templates.rows import amount
from workbook_templates.sheets.picture_charts import SHARE_ROWS, bars_beside
from workbook_templates.styles import TONES

_WIDTHS = {
    Type.PROSE: 40.0, Type.TEXT: 26.0, Type.ID: 24.0, Type.WORD: 20.0, Type.STATUS: 20.0,
    Type.DATE: 12.0, Type.MONEY: 15.0, Type.PROVED: 15.0,
}  # fmt: skip
_NARROW = 11.0
_LETTER_COLUMNS = 6  # prose at the end of a table is spread over so many columns
_LETTER_CHARACTERS = 84  # that fit in a line of it
_DIGITS_MAX = 15  # a criterion of more digits is compared as a number and loses some
_PPM = 1_000_000
_MONEY = (Type.MONEY, Type.PROVED)
_COUNTS = (Type.COUNT, Type.DAYS)
_RATES = (Type.RATE, Type.SHARE)
_SHARE = "0.00%"


def write_section(book: Book, sheet: str, section: Section, top: int) -> int:
    """Writes what the section says and its tables; returns the row below.

    Args:
        book: the workbook being written.
        sheet: key of the sheet.
        section: what to write.
        top: 0-based row of the first line.
    """
    page, row = book.sheets[sheet], top
    if section.lead:
        page.write_string(row, 0, section.lead, book.styles.note())
        row += 2
    row = _write_parts(book, sheet, section.parts, row)
    for note in section.notes:
        page.write_string(row, 0, note, book.styles.note())
        row += 1
    return row


def _write_parts(book: Book, sheet: str, parts: Sequence[Part], row: int) -> int:
    """Tables one below the other; a chart of bars stands beside the table that it shows."""
    above: tuple[Table, int] | None = None
    for part in parts:
        if isinstance(part, Table):
            above, row = (part, row), write_part(book, sheet, part, row) + 1
        elif isinstance(part, BarChart) and above:
            row = max(row, _write_bars(book, sheet, part, *above))
    return row


def _write_bars(book: Book, sheet: str, chart: BarChart, table: Table, top: int) -> int:
    """The chart over the table's column that holds its amounts; returns the row below it."""
    amounts = [bar.amount for bar in chart.bars]
    held = (
        at
        for at in range(1, len(table.columns))
        if amounts and [row.cells[at] for row in table.rows] == amounts
    )
    column = next(held, None)
    if column is None:
        return top
    rows = (top + 2, top + 1 + len(table.rows))
    drawn = bars_beside(book, sheet, chart.title, rows, column)
    book.sheets[sheet].insert_chart(top, len(table.columns) + 1, drawn)
    return top + SHARE_ROWS


def set_widths(book: Book, sheet: str, parts: Iterable[Part]) -> None:
    """Columns wide enough for every table among the parts."""
    widths: dict[int, float] = {}
    for table in _tables(parts):
        for position, column in enumerate(table.columns):
            wide = _WIDTHS.get(column.type, _NARROW)
            if column.type is Type.PROSE and position == len(table.columns) - 1:
                wide = _NARROW
            widths[position] = max(widths.get(position, 0.0), wide)
    for position, width in widths.items():
        book.sheets[sheet].set_column(position, position, width)


def _tables(parts: Iterable[Part]) -> list[Table]:
    return [part for part in parts if isinstance(part, Table)]


@dataclass(frozen=True, slots=True)
class _Placed:
    """A table on its sheet: its columns, and the 0-based rows of its first and last row."""

    columns: tuple[Column, ...]
    first: int
    last: int


def write_part(book: Book, sheet: str, table: Table, top: int) -> int:
    """Title, header, rows and totals of one table; returns the row below."""
    page = book.sheets[sheet]
    page.write_string(top, 0, table.title, book.styles.section())
    for position, column in enumerate(table.columns):
        page.write_string(top + 1, position, column.caption, book.styles.header(_cell(column)))
    placed = _Placed(table.columns, top + 2, top + 1 + len(table.rows))
    for number, row in enumerate(table.rows, placed.first):
        _write_row(book, sheet, row, number, placed)
    below = placed.last + 1
    for number, _ in enumerate(table.totals, below):
        _write_total(book, sheet, table, number, placed)
    return below + len(table.totals)


def _cell(column: Column) -> Cell:
    if column.type in _MONEY:
        return Cell.MONEY
    if column.type in (*_COUNTS, *_RATES):
        return Cell.COUNT
    return Cell.DATE if column.type is Type.DATE else Cell.TEXT


def _write_row(book: Book, sheet: str, row: Row, number: int, placed: _Placed) -> None:
    page = book.sheets[sheet]
    for position, (cell, column) in enumerate(zip(row.cells, placed.columns, strict=True)):
        formula = _formula(book, row, column, number)
        form = _format(book, column, row.currency, total=False)
        at_end = position == len(placed.columns) - 1
        if column.type is Type.PROSE and at_end and isinstance(cell, str):
            _write_letter(book, sheet, number, position, cell)
        elif formula and isinstance(cell, int):
            page.write_formula(number, position, f"={formula}", form, _value(cell, column, row))
        else:
            _write_cell(book, sheet, (number, position), cell, column, row.currency, form)


def _write_letter(book: Book, sheet: str, number: int, position: int, said: str) -> None:
    """Sentences over several columns, the row as high as they need."""
    page = book.sheets[sheet]
    form = book.styles.cell(Cell.TEXT, wrap=True)
    page.merge_range(number, position, number, position + _LETTER_COLUMNS, said, form)
    wide = sum(2 if ord(letter) > 0x2E80 else 1 for letter in said)
    page.set_row(number, LINE_POINTS * (1 + wide // _LETTER_CHARACTERS))


def _write_cell(
    book: Book,
    sheet: str,
    at: tuple[int, int],
    cell: Any,
    column: Column,
    currency: str,
    form: Any,
) -> None:
    page = book.sheets[sheet]
    if cell is None or cell == "":
        page.write_blank(*at, None, form)
    elif isinstance(cell, Status):
        tone = TONES.get(cell.tone.value)
        fill, ink, sign = tone or ("", "", "")
        status = book.styles.get(bg_color=fill, font_color=ink) if tone else form
        page.write_string(*at, f"{sign} {cell.word}".strip(), status)
    elif isinstance(cell, date):
        page.write_datetime(*at, cell, form)
    elif isinstance(cell, int):
        page.write_number(*at, _value(cell, column, Row((), currency)), form)
    else:
        page.write_string(*at, cell, form)


def _value(cell: int, column: Column, row: Row) -> float:
    """The number that Excel stores."""
    if column.type in _MONEY:
        return amount(cell, row.currency)
    return cell / _PPM if column.type in _RATES else cell


def _format(book: Book, column: Column, currency: str, *, total: bool) -> Any:
    places = exponent(currency) if currency else 2
    base = book.styles.total if total else book.styles.cell
    if column.type is Type.PROVED:
        return book.styles.proved(places, total=total)
    if column.type in _RATES:
        look = {"num_format": _SHARE, "align": "right"}
        line = {"bottom": 1, "bottom_color": "#E4E7EB", "valign": "top"}
        return book.styles.get(**(look | line | ({"bold": True} if total else {})))
    return base(_cell(column), places)


def _formula(book: Book, row: Row, column: Column, number: int) -> str:
    """The formula that comes to the cell's figure, "" where none does."""
    if column.ratio:
        return _ratio(column, number)
    if column.difference:
        one, other = (f"{xl_col_to_name(at)}{number + 1}" for at in column.difference)
        return f"ROUND({one}-{other},{exponent(row.currency)})"
    where = (*row.where, *column.where)
    if not (column.source and row.where) or not all(_tellable(one) for one in where):
        return ""
    return _sum(book, column.source, where, row.currency)


def _sum(book: Book, source: str, where: Sequence[Where], currency: str) -> str:
    table, _, key = source.partition(".")
    parts = [(one.key, _criterion(book, table, one)) for one in where]
    if not key:
        return formulas.count_where(table, book.language, parts)
    return formulas.sum_where(table, key, book.language, exponent(currency), parts)


def _ratio(column: Column, number: int) -> str:
    ratio = column.ratio
    if ratio is None:
        return ""
    part, whole = (f"{xl_col_to_name(at)}{number + 1}" for at in (ratio.part, ratio.whole))
    sign = "-" if ratio.sign < 0 else ""
    return f'IF({whole}>0,ROUND({sign}{part}/{whole},6),"")'


def _tellable(where: Where) -> bool:
    """Whether a formula finds the rows for certain: by no empty cell, and by no long number."""
    value = where.value
    if not isinstance(value, str):
        return True
    return bool(value) and not (value.isdigit() and len(value) > _DIGITS_MAX)


def _criterion(book: Book, table: str, where: Where) -> str:
    if isinstance(where.value, date):
        day = where.value
        return f'"{where.operator}"&DATE({day.year},{day.month},{day.day})'
    column = TABLES[table].column(where.key)
    word = words.word(column.words, where.value, book.language) if column.words else where.value
    for wild in "~*?":
        word = word.replace(wild, f"~{wild}")
    return formulas.literal(f"={word}")


def _write_total(book: Book, sheet: str, table: Table, number: int, placed: _Placed) -> None:
    """A line of totals: sums of the rows above where they are nothing else."""
    page, row = book.sheets[sheet], table.totals[number - placed.last - 1]
    for position, (cell, column) in enumerate(zip(row.cells, table.columns, strict=True)):
        form = _format(book, column, row.currency, total=True)
        added = column.type in (*_MONEY, *_COUNTS) and cell == _column_sum(table, position)
        if added and table.rows and isinstance(cell, int):
            area = xl_range(placed.first, position, placed.last, position)
            places = exponent(row.currency) if column.type in _MONEY else 0
            page.write_formula(
                number, position, f"=ROUND(SUM({area}),{places})", form, _value(cell, column, row)
            )
        elif column.ratio and isinstance(cell, int):
            formula = f"={_ratio(column, number)}"
            page.write_formula(number, position, formula, form, _value(cell, column, row))
        else:
            _write_cell(book, sheet, (number, position), cell, column, row.currency, form)


def _column_sum(table: Table, position: int) -> int:
    cells = (row.cells[position] for row in table.rows)
    return sum(cell for cell in cells if isinstance(cell, int))
