"""The reports on money onto their sheets: statement, remittance, comparison, custom reports."""

from xlsxwriter.utility import xl_range_abs

from recon_engine.messages import text
from recon_engine.model.money import exponent
from recon_engine.report.comparison import comparison_section
from recon_engine.report.custom import CHARTS, FIELDS, SORTS, custom_section, field_word, fields
from recon_engine.report.data import Section, Table
from recon_engine.report.goods import goods_section
from recon_engine.report.remittance import remittance_section
from recon_engine.report.statement import Item
from recon_engine.report.statement_section import statement_section
from workbook_templates import formulas, words
from workbook_templates.book import Book, Placed
from workbook_templates.layout import Cell
from workbook_templates.layout_money import BUDGET, CUSTOM, STATEMENT_ITEMS
from workbook_templates.sheets.lists import TOP
from workbook_templates.sheets.section import set_widths, write_part, write_section
from workbook_templates.tables import write_table

_SIDES = ((1, (Item.BOOK_IN, Item.BOOK_OUT)), (3, (Item.BANK_IN, Item.BANK_OUT)))


def write_statement(book: Book) -> None:
    """Both sides of every account, live over the items below; hidden where there is no bank."""
    section = statement_section(book.close, book.language)
    page = book.sheets["statement"]
    sides = [part for part in section.parts if isinstance(part, Table) and len(part.columns) == 4]
    page.write_string(TOP, 0, "" if book.template else section.lead, book.styles.note())
    row = TOP + 2
    for table in sides:
        below = write_part(book, "statement", table, row)
        _live_items(book, table, row + 3)
        row = below + 1
    page.write_string(row, 0, book.say("part.statement_items"), book.styles.section())
    write_table(book, STATEMENT_ITEMS, row + 1, widths=False)
    for position, column in enumerate(STATEMENT_ITEMS.columns):
        page.set_column(position, position, column.width)
    if not sides:
        page.hide()


def _live_items(book: Book, table: Table, top: int) -> None:
    """The two lines of items on either side as sums over the list of items.

    Accounts without a number cannot be found by a formula and keep the engine's figures.
    """
    page, where = book.sheets["statement"], table.rows[0].where
    for column, kinds in _SIDES if where else ():
        for number, item in enumerate(kinds):
            word = words.word("statement_item", item, book.language)
            parts = [("item", formulas.literal(f"={word}"))]
            for one in where:
                named = STATEMENT_ITEMS.column(one.key).words
                value = str(one.value)
                said = words.word(named, value, book.language) if named else value
                parts.append((one.key, formulas.literal(f"={said}")))
            currency = table.rows[0].currency
            places = exponent(currency)
            formula = formulas.sum_where("StatementItems", "amount", book.language, places, parts)
            figure = table.rows[number + 1].cells[column]
            value_shown = int(figure) / 10**places if isinstance(figure, int) else 0
            form = book.styles.cell(Cell.MONEY, places)
            page.write_formula(top + number, column, f"={formula}", form, value_shown)


def write_remittance(book: Book) -> None:
    """What was sold, settled and banked, in every breakdown; hidden where there is nothing."""
    _write(book, "remittance", remittance_section(book.close, book.language))


def write_goods(book: Book) -> None:
    """What was shipped, billed and returned, in every breakdown; hidden where there is nothing."""
    _write(book, "goods", goods_section(book.close, book.language))


def write_comparison(book: Book) -> None:
    """Against the past and the budget; below it the cells in which the budget is given."""
    section = comparison_section(book.close, book.language)
    below = _write(book, "comparison", section)
    page = book.sheets["comparison"]
    page.write_string(below + 1, 0, book.say("part.budget"), book.styles.section())
    write_table(book, BUDGET, below + 2, widths=False, totals=False)


def _write(book: Book, sheet: str, section: Section) -> int:
    set_widths(book, sheet, section.parts)
    if not section.parts:
        book.sheets[sheet].hide()
    return write_section(book, sheet, section, TOP)


def write_custom(book: Book) -> None:
    """The definitions to fill in, what they give, and at the foot what each list offers."""
    section = custom_section(book.close, book.language)
    page = book.sheets["custom"]
    placed = write_table(book, CUSTOM, TOP, totals=False)
    below = write_section(book, "custom", section, placed.last + 3)
    page.write_string(below + 1, 0, book.say("part.custom_offer"), book.styles.section())
    _offer(book, placed, below + 2)


def _offered(source: str, book: Book) -> list[str]:
    """Everything that a list offers, in words: what may be rows, then what may be added up."""
    keys = (*fields(source), *FIELDS[source][1])
    return [field_word(key, book.language) for key in keys]


def _offer(book: Book, placed: Placed, top: int) -> None:
    """What each list offers, and the drop-downs made of it."""
    page = book.sheets["custom"]
    every: list[str] = []
    for position, source in enumerate(FIELDS):
        offered = _offered(source, book)
        every += [word for word in offered if word not in every]
        name = text(f"reports.list.{source}", book.language)
        page.write_string(top, position, name, book.styles.header())
        page.write_column(top + 1, position, offered, book.styles.note())
    together = len(FIELDS)
    page.write_string(top, together, book.say("part.custom_all"), book.styles.header())
    page.write_column(top + 1, together, every, book.styles.note())
    area = xl_range_abs(top + 1, together, top + len(every), together)
    lists = [text(f"reports.list.{source}", book.language) for source in FIELDS]
    sorts = [text(f"reports.sort.{name}", book.language) for name in SORTS]
    charts = [text(f"reports.chart_kind.{name}", book.language) for name in CHARTS]
    choices: dict[str, str | list[str]] = {"source": lists, "sort": sorts, "chart": charts}
    choices |= dict.fromkeys(("rows", "columns", "values", "filter"), f"={area}")
    for key, offered_in in choices.items():
        position = CUSTOM.position(key)
        rule = {"validate": "list", "source": offered_in, "error_type": "warning"}
        page.data_validation(placed.first, position, placed.last, position, rule)
