"""The lines of totals above a table, and the sums that they and the total row show."""

from decimal import Decimal

import polars as pl

from recon_engine.model.money import exponent
from workbook_templates import formulas
from workbook_templates.book import ABOUT_ROW, Book, sheet_of
from workbook_templates.layout import Cell, Table
from workbook_templates.rows import amount

CURRENCY_LINES_MAX = 4  # lines of totals above a table; a seller with more finds them on Proof
_ANY = '"<>"'  # criterion: any value
SUBTOTAL_SUM, SUBTOTAL_COUNT = 109, 103  # of the rows a filter leaves


def write_totals(book: Book, table: Table, top: int) -> int:
    """The lines above a table: count and sums by currency, then those of the filtered rows.

    Args:
        book: the workbook being written.
        table: the table below.
        top: 0-based row of the first line.

    Returns:
        The row after the last line.
    """
    table, currencies = book.tables[table.name], book.currencies(table.name)
    row = top
    for currency in currencies[:CURRENCY_LINES_MAX]:
        _total_line(book, table, row, currency)
        row += 1
    if len(currencies) > CURRENCY_LINES_MAX:
        page = book.sheets[sheet_of(table.name)]
        say = book.say("part.more_currencies")
        page.write_url(row, 0, book.link("proof"), book.styles.link(), say)
        row += 1
    _filtered_line(book, table, row, mixed=len(currencies) > 1)
    return row + 1


def _total_line(book: Book, table: Table, row: int, currency: str) -> None:
    page, places, mark = book.sheets[sheet_of(table.name)], exponent(currency), f'"{currency}"'
    frame = book.frames[table.name]
    page.write_string(row, 0, book.say("part.total_of", currency=currency), book.styles.total())
    for position, column in enumerate(table.columns[1:], 1):
        if position == 1:
            count = frame.filter(pl.col("currency") == currency).height
            formula = formulas.countifs(table.name, book.language, currency=mark)
            form = book.styles.total(Cell.COUNT)
            page.write_formula(row, position, f"={formula}", form, count)
        elif column.total:
            formula = formulas.sumifs(table.name, column.key, book.language, places, currency=mark)
            value = exact_sum(book, table, column.key, currency)
            form = book.styles.total(Cell.MONEY, places)
            page.write_formula(row, position, f"={formula}", form, value)
        else:
            page.write_blank(row, position, None, book.styles.total())


def _filtered_line(book: Book, table: Table, row: int, *, mixed: bool) -> None:
    """What the filter leaves; a sum over several currencies waits until one is chosen."""
    page = book.sheets[sheet_of(table.name)]
    page.write_string(row, 0, book.say("part.filtered"), book.styles.total(soft=True))
    nothing_filtered = f"$B{row + 1}={formulas.countifs(table.name, book.language, currency=_ANY)}"
    if mixed:
        hint = f"{book.about}  ·  {book.say('part.filtered_mixed')}"
        page.write_string(ABOUT_ROW, 1, hint, book.styles.note())
    for position, column in enumerate(table.columns[1:], 1):
        reference = formulas.column(table.name, column.key, book.language)
        if position == 1:
            form = book.styles.total(Cell.COUNT, soft=True)
            page.write_formula(
                row, position, count_formula(book, table), form, book.frames[table.name].height
            )
        elif column.total:
            formula = f"SUBTOTAL({SUBTOTAL_SUM},{reference})"
            value: float | str = exact_sum(book, table, column.key)
            if mixed:
                formula, value = f'IF({nothing_filtered},"–",{formula})', "–"
            form = book.styles.total(Cell.MONEY, decimals(book, table), soft=True)
            page.write_formula(row, position, f"={formula}", form, value)
        else:
            page.write_blank(row, position, None, book.styles.total(soft=True))


def count_formula(book: Book, table: Table) -> str:
    """How many rows a filter leaves: counted on the first column, which is never empty."""
    first = formulas.column(table.name, table.columns[0].key, book.language)
    return f"=SUBTOTAL({SUBTOTAL_COUNT},{first})"


def decimals(book: Book, table: Table) -> int:
    """Decimals of a table's sums: its one currency's, else the most that any of them has."""
    return max((exponent(code) for code in book.currencies(table.name)), default=2)


def exact_sum(book: Book, table: Table, key: str, currency: str = "") -> float:
    """A column's exact sum as Excel stores it; of one currency, or of all together."""
    frame = book.frames[table.name].select("currency", minor=key)
    if currency:
        frame = frame.filter(pl.col("currency") == currency)
        return amount(int(frame["minor"].sum()), currency)
    sums = frame.group_by("currency").agg(pl.col("minor").sum()).rows()
    parts = [Decimal(minor).scaleb(-exponent(str(code))) for code, minor in sums]
    return float(sum(parts, Decimal(0)))
