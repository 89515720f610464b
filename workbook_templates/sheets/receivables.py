"""Receivables: a block by platform with its ageing, live over the orders; then order by order."""

import polars as pl
from xlsxwriter.utility import xl_col_to_name, xl_range_abs

from recon_engine.messages import text
from recon_engine.model.money import exponent
from recon_engine.report.receivables import buckets
from workbook_templates import formulas, words
from workbook_templates.book import Book
from workbook_templates.layout import Cell
from workbook_templates.layout_reports import RECEIVABLES
from workbook_templates.rows import amount
from workbook_templates.sheets.lists import TOP
from workbook_templates.tables import write_table
from workbook_templates.totals import write_totals

_SUMS = tuple(column.key for column in RECEIVABLES.columns if column.total)
_FIRST_SUM = RECEIVABLES.position(_SUMS[0])
_OUTSTANDING = RECEIVABLES.position("outstanding")


def write_receivables(book: Book) -> None:
    """Writes the sheet.  The block's money stands above the same columns of the order table."""
    page, styles = book.sheets["receivables"], book.styles
    page.write_string(TOP, 0, book.say("part.by_platform"), styles.section())
    below = _write_block(book, TOP + 1)
    page.write_string(below + 1, 0, book.say("part.by_order"), styles.section())
    row = below + 2
    if book.template or book.frames["Receivables"].height:
        row = write_totals(book, RECEIVABLES, row) + 1
    write_table(book, RECEIVABLES, row)
    page.freeze_panes(0, 2)


def _write_block(book: Book, top: int) -> int:
    """One row a platform and currency; returns the row after the block."""
    page, styles = book.sheets["receivables"], book.styles
    names = (*buckets(book.close.policy.ageing), "settled")
    heads = [
        (text(RECEIVABLES.column("channel").caption_key, book.language), Cell.TEXT),
        (text("workbook.column.orders", book.language), Cell.COUNT),
        (text("workbook.column.currency", book.language), Cell.TEXT),
        *((text(RECEIVABLES.column(k).caption_key, book.language), Cell.MONEY) for k in _SUMS),
        *((words.bucket(name, book.language), Cell.MONEY) for name in names),
        (text("workbook.column.buckets_check", book.language), Cell.TEXT),
    ]
    for position, (caption, kind) in enumerate(heads):
        page.write_string(top, position, caption, styles.header(kind))
    for row, (channel, currency) in enumerate(_blocks(book), top + 1):
        _write_platform(book, row, channel, currency, names)
    return top + 1 + len(_blocks(book))


def _blocks(book: Book) -> list[tuple[str, str]]:
    frame = book.frames["Receivables"]
    return frame.select("channel", "currency").unique().sort("channel", "currency").rows()


def _write_platform(
    book: Book, row: int, channel: str, currency: str, names: tuple[str, ...]
) -> None:
    page, styles, language = book.sheets["receivables"], book.styles, book.language
    frame = book.frames["Receivables"].filter(
        (pl.col("channel") == channel) & (pl.col("currency") == currency)
    )
    places = exponent(currency)
    money = styles.cell(Cell.MONEY, places)
    where = {"channel": f"$A{row + 1}", "currency": f"$C{row + 1}"}
    page.write_string(row, 0, words.word("channel", channel, language), styles.cell(Cell.TEXT))
    count = f"={formulas.countifs('Receivables', language, **where)}"
    page.write_formula(row, 1, count, styles.cell(Cell.COUNT), frame.height)
    page.write_string(row, 2, currency, styles.cell(Cell.TEXT))
    for position, key in enumerate(_SUMS, _FIRST_SUM):
        formula = formulas.sumifs("Receivables", key, language, places, **where)
        page.write_formula(
            row, position, f"={formula}", money, amount(int(frame[key].sum()), currency)
        )
    first = _OUTSTANDING + 1
    for position, name in enumerate(names, first):
        aged = formulas.literal(words.bucket(name, language))
        formula = formulas.sumifs("Receivables", "outstanding", language, places, **where,
                                  bucket=aged)  # fmt: skip
        value = int(frame.filter(pl.col("bucket") == name)["outstanding"].sum())
        page.write_formula(row, position, f"={formula}", money, amount(value, currency))
    _write_check(book, row, (first, first + len(names)), places)


def _write_check(book: Book, row: int, span: tuple[int, int], places: int) -> None:
    """All ages together are what is outstanding."""
    aged = xl_range_abs(row, span[0], row, span[1] - 1)
    whole = f"{xl_col_to_name(_OUTSTANDING)}{row + 1}"
    formula = formulas.tick(f"ROUND(SUM({aged})-{whole},{places})")
    form = book.styles.cell(Cell.CHECK)
    book.sheets["receivables"].write_formula(row, span[1], f"={formula}", form, "✓")
