"""A declared table onto its sheet: header, rows, the Excel table over them, its total row."""

from typing import Any

import polars as pl
from xlsxwriter.utility import xl_range

from recon_engine.errors import Code, Place, error
from recon_engine.messages import text
from recon_engine.report.receivables import buckets
from workbook_templates import formulas, words
from workbook_templates.book import Book, Placed, sheet_of
from workbook_templates.layout import ROWS_MAX, TEXTS, Cell, Column, Table
from workbook_templates.layout_book import SHEETS, TONES
from workbook_templates.own.cells import own_cells
from workbook_templates.row_xml import Block, characters_of, widest
from workbook_templates.rows import BlockSheet, fitted, without_values, write_rows
from workbook_templates.styles import BAND_FILLS, HEADER_TEXT
from workbook_templates.totals import SUBTOTAL_SUM, count_formula, decimals, exact_sum

SHEET_TABLES = {sheet.key: sheet.tables for sheet in SHEETS}
_HEADER_HEIGHT = 32
# Rows that are put in between two rows of a table take on their formats and rules.
ROWS_MIN = 2
_NARROW_CHARACTERS = 5  # a filter button and the cell's own margin
_NARROWEST_CHARACTERS = 10
_WIDEST_CHARACTERS = 46  # of an id; two ids of a platform joined fit
_SIGN_CHARACTERS = 3  # the sign before a status word, and the margin


def write_table(
    book: Book,
    table: Table,
    header: int,
    *,
    widths: bool = True,
    totals: bool = True,
    live: bool = False,
) -> Placed:
    """Writes one table with its header at row ``header``.

    Args:
        book: the workbook being written.
        table: what to write; its frame is in the book.
        header: 0-based row of the captions.
        widths: sets the columns' widths; off for a second table on the same sheet.
        totals: whether the table ends with a total row.
        live: whether whoever asks for it writes formulas over some of its cells.

    Raises:
        TieoutError: more rows than a sheet holds.
    """
    table = book.tables[table.name]
    page, frame = book.sheets[sheet_of(table.name)], book.frames[table.name]
    first = header + 1
    last = header + max(frame.height, ROWS_MIN)
    if last + 1 >= ROWS_MAX:
        raise error(
            Code.TOO_MANY_ROWS, Place(sheet=book.say(f"sheet.{sheet_of(table.name)}")),
            f"{frame.height:,}",
        )  # fmt: skip
    shown = _shown(frame, table, book)
    if widths:
        _set_widths(book, page, table, shown)
    page.set_row(header, _HEADER_HEIGHT)
    if not frame.is_empty():
        extra = own_cells(book, table)
        write_rows(page, Block(shown, table.columns, first, extra), book.styles, live=live)
    for row in range(first + frame.height, last + 1):
        _empty_row(book, page, table, row)
    placed = book.placed[table.name] = Placed(header, first, last, last + (2 if totals else 1))
    _add_table(book, page, table, placed, totals=totals)
    _set_print_area(page, table, placed)
    _decorate(book, page, table, placed)
    return placed


def _set_print_area(page: BlockSheet, table: Table, placed: Placed) -> None:
    """Paper shows the columns worth it; where the person's file and row came from stays behind."""
    last = max(n for n, column in enumerate(table.columns) if column.printed)
    if last < len(table.columns) - 1:
        page.print_area(0, 0, placed.below, last)


def _empty_row(book: Book, page: BlockSheet, table: Table, row: int) -> None:
    """A row that waits for data."""
    for position, column in enumerate(table.columns):
        page.write_blank(row, position, None, book.styles.cell(column.type))


def _shown(frame: pl.DataFrame, table: Table, book: Book) -> pl.DataFrame:
    """The frame with words for codes and every text short enough for a cell."""
    shown = []
    for column in table.columns:
        values = frame[column.key]
        if column.words and column.type is not Cell.INPUT:
            codes = values.drop_nulls().unique().sort().to_list()
            said = {code: words.word(column.words, code, book.language) for code in codes}
            values = values.replace(said)
        shown.append(fitted(values) if column.type in TEXTS else values)
    return frame.with_columns(shown)


def _set_widths(book: Book, page: BlockSheet, table: Table, shown: pl.DataFrame) -> None:
    """Columns as wide as what stands in them, within reason; empty and folded ones out of sight."""
    captions = words.captions(table, book.language)
    for position, (column, caption) in enumerate(zip(table.columns, captions, strict=True)):
        options: dict[str, Any] = {}
        if column.optional and not book.template and without_values(shown[column.key]):
            options["hidden"] = True
        elif column.folded:
            options |= {"level": 1, "hidden": True}
        longest_word = max(characters_of(part) for part in caption.split(" "))
        width = max(longest_word + _NARROW_CHARACTERS, column.width)
        if not page.drawn:  # an open workbook keeps the widths that it has
            width = max(longest_word + _NARROW_CHARACTERS, _content_width(column, shown))
        form = book.styles.input_column() if column.sparse else None
        if book.template and not column.sparse:
            form = book.styles.column(column.type, wrap=column.wrap)
        page.set_column(position, position, width, form, options)


def _content_width(column: Column, shown: pl.DataFrame) -> float:
    """What a column's cells need.  Ids are never cut short of a limit; prose wraps instead."""
    if column.type not in {Cell.ID, Cell.TEXT, Cell.WORD, Cell.STATUS} or shown.is_empty():
        return column.width
    longest = float(widest(shown[column.key]))
    needed = longest + _SIGN_CHARACTERS
    if column.wrap or not column.printed:
        return min(needed, column.width)
    return max(min(needed, _WIDEST_CHARACTERS), _least(column))


def _least(column: Column) -> float:
    """Codes keep their declared width, so that sheets look alike from month to month."""
    return column.width if column.words else _NARROWEST_CHARACTERS


def _add_table(book: Book, page: BlockSheet, table: Table, placed: Placed, *, totals: bool) -> None:
    frame = book.frames[table.name]
    mixed = len(book.currencies(table.name)) > 1 if "currency" in table.keys else False
    own = [column for column in book.own if column.table == table.name]
    columns = [
        *(
            _table_column(book, table, column, frame, totals=totals, mixed=mixed)
            for column in table.columns
        ),
        *({"header": c.caption, "header_format": book.styles.header()} for c in own),
    ]
    if totals:
        columns[0]["total_string"] = book.say("part.total")
        columns[0].pop("total_function", None)
    page.add_table(
        placed.header,
        0,
        placed.last + (1 if totals else 0),
        len(columns) - 1,
        {
            "name": table.name,
            "style": None,
            "banded_rows": False,
            "total_row": totals,
            "columns": columns,
        },
    )
    if own:  # a live workbook's own columns are not drawn
        made = page.tables[-1]["columns"][len(table.columns) :]
        for column, written in zip(own, made, strict=True):
            written["formula"] = column.formula
    if totals:
        _format_total_row(book, page, table, placed.last + 1, mixed=mixed)


def _table_column(
    book: Book, table: Table, column: Column, frame: pl.DataFrame, *, totals: bool, mixed: bool
) -> dict[str, Any]:
    options: dict[str, Any] = {
        "header": text(column.caption_key, book.language),
        "header_format": book.styles.header(column.type),
    }
    if totals and column.total and not mixed:
        options |= {"total_function": "sum", "total_value": exact_sum(book, table, column.key)}
    if totals and column is table.columns[1]:
        options |= {"total_function": count_formula(book, table), "total_value": frame.height}
    return options


def _format_total_row(book: Book, page: BlockSheet, table: Table, row: int, *, mixed: bool) -> None:
    """Writes the total row's cells again with their formats; the library keeps the functions."""
    page.write_string(row, 0, book.say("part.total"), book.styles.total())
    for position, column in enumerate(table.columns[1:], 1):
        reference = formulas.column(table.name, column.key, book.language)
        if position == 1:
            form = book.styles.total(Cell.COUNT)
            count = book.frames[table.name].height
            page.write_formula(row, position, count_formula(book, table), form, count)
        elif column.total and not mixed:
            form = book.styles.total(Cell.MONEY, decimals(book, table))
            value = exact_sum(book, table, column.key)
            page.write_formula(row, position, f"=SUBTOTAL({SUBTOTAL_SUM},{reference})", form, value)
        else:
            page.write_blank(row, position, None, book.styles.total())


def _decorate(book: Book, page: BlockSheet, table: Table, placed: Placed) -> None:
    """Colours by status, drop-downs, and no warnings about ids kept as text."""
    for position, column in enumerate(table.columns):
        area = (placed.first, position, _reach(book, table, placed), position)
        if column.type is Cell.STATUS:
            _colour(book, page, column, area)
        if column.type is Cell.CHECK:
            _colour_check(book, page, area)
        if column.type is Cell.INPUT and column.words:
            _offer(book, page, column, area)
        if column.sparse:
            always = {"type": "formula", "criteria": "TRUE", "format": book.styles.input_area()}
            page.conditional_format(placed.first, position, placed.last, position, always)
    letters = xl_range(placed.first, 0, placed.last, len(table.columns) - 1)
    page.ignore_errors({"number_stored_as_text": letters, "calculated_column": letters})


def _reach(book: Book, table: Table, placed: Placed) -> int:
    """The last row that rules cover: of the table, or all that will come below in a template."""
    is_last = SHEET_TABLES[sheet_of(table.name)][-1].name == table.name
    return ROWS_MAX - 1 if book.template and is_last else placed.last


def _colour(book: Book, page: BlockSheet, column: Column, area: tuple[int, ...]) -> None:
    tones = TONES[column.words]
    if column.words == "bucket":
        tones = dict.fromkeys(buckets(book.close.policy.ageing), "bad") | tones
    for code, tone in tones.items():
        word = formulas.literal(words.word(column.words, code, book.language))
        rule = {"type": "cell", "criteria": "==", "value": word, "format": book.styles.tone(tone)}
        page.conditional_format(*area, rule)


def _colour_check(book: Book, page: BlockSheet, area: tuple[int, ...]) -> None:
    for sign, tone in (("✓", "good"), ("!", "bad")):
        form = book.styles.tone_plain(tone)
        rule = {"type": "cell", "criteria": "==", "value": f'"{sign}"', "format": form}
        page.conditional_format(*area, rule)


def _offer(book: Book, page: BlockSheet, column: Column, area: tuple[int, ...]) -> None:
    help_ = {}
    if column.key == "decision":
        help_ = {
            "input_title": book.say("part.decision_title"),
            "input_message": book.say("part.decision_help"),
        }
    choices = words.offered(column.words, book.language)
    page.data_validation(
        *area, {"validate": "list", "source": choices, "error_type": "warning", **help_}
    )


def write_bands(book: Book, table: Table, row: int) -> None:
    """The headings above groups of columns."""
    page = book.sheets[sheet_of(table.name)]
    before = ""
    for position, column in enumerate(book.tables[table.name].columns):
        form = book.styles.get(bold=True, font_color=HEADER_TEXT, bg_color=BAND_FILLS[column.band])
        if column.band == before:
            page.write_blank(row, position, None, form)
        else:
            page.write_string(row, position, book.say(f"band.{column.band}"), form)
        before = column.band
