"""Home's proof: opening + new − cleared − written off = open, for each kind and currency, live."""

from xlsxwriter.utility import xl_rowcol_to_cell

from recon_engine.messages import Language
from recon_engine.model.money import exponent
from workbook_templates import formulas, words
from workbook_templates.book import Book
from workbook_templates.frames import POSITIONS
from workbook_templates.layout import Cell
from workbook_templates.layout_records import TABLE_OF_KIND
from workbook_templates.rows import amount
from workbook_templates.styles import HAIR, money, money_zero

FIRST_POSITION = 2  # column of the opening
_DIFFERENCE, _CHECK, _FILES = 7, 8, 9
Row = dict[str, object]


def write_proof_table(book: Book, top: int) -> int:
    """Writes the table with its header at row ``top``; returns the row after it."""
    page, styles = book.sheets["home"], book.styles
    page.write_string(top, 0, book.say("home.proof"), styles.header())
    page.write_string(top, 1, book.say("part.currency"), styles.header())
    for position, key in enumerate((*POSITIONS, "difference"), FIRST_POSITION):
        page.write_string(top, position, book.say(f"home.{key}"), styles.header(Cell.MONEY))
    for position, key in ((_CHECK, "check"), (_FILES, "files")):
        page.write_string(top, position, book.say(f"home.{key}"), styles.header(Cell.CHECK))
    row = top + 1
    for told in _rows(book):
        _write_row(book, row, told)
        row += 1
    _colour_checks(book, top + 1, row - 1)
    hint = book.say("home.proof_told" if book.note else "home.proof_hint")
    page.write_string(row, 0, hint, styles.note(font_size=8))
    page.write_url(row, _CHECK, book.link("proof"), styles.link(), book.say("home.go"))
    return row + 1


def _rows(book: Book) -> list[Row]:
    """The identity, the home currency first, within it from order to bank."""
    kinds = list(TABLE_OF_KIND)
    order = book.currencies("Identity")
    rows = list(book.close.identity.iter_rows(named=True))
    return sorted(rows, key=lambda r: (order.index(r["currency"]), kinds.index(r["kind"])))


def _write_row(book: Book, row: int, told: Row) -> None:
    page, styles, language = book.sheets["home"], book.styles, book.language
    currency = str(told["currency"])
    places = exponent(currency)
    line = {"bottom": 1, "bottom_color": HAIR}
    page.write_string(
        row, 0, words.word("kind", str(told["kind"]), language), styles.get(bold=True, **line)
    )
    page.write_string(row, 1, currency, styles.get(**line))
    figure = styles.get(num_format=money(places), align="right", **line)
    for position, key in enumerate(POSITIONS, FIRST_POSITION):
        value = amount(int(str(told[key])), currency)
        page.write_formula(row, position, f"={_live(told, key, row, language)}", figure, value)
    cells = [xl_rowcol_to_cell(row, n) for n in range(FIRST_POSITION, _DIFFERENCE)]
    opening, new, cleared, written_off, left = cells
    formula = f"=ROUND({opening}+{new}-{cleared}-{written_off}-{left},{places})"
    zero = styles.get(num_format=money_zero(places), align="right", bold=True, **line)
    value = amount(int(str(told["difference"])), currency)
    page.write_formula(row, _DIFFERENCE, formula, zero, value)
    sign = styles.get(align="center", bold=True, **line)
    for position, table in ((_CHECK, "Identity"), (_FILES, "ControlTotals")):
        where = {"kind": f"$A{row + 1}", "currency": f"$B{row + 1}", "check": '"!"'}
        agrees = formulas.tick(formulas.countifs(table, language, **where))
        page.write_formula(row, position, f"={agrees}", sign, _agrees(book, table, told))


def _live(told: Row, position: str, row: int, language: Language) -> str:
    """A position over the sheet of its kind; opening and new are what the close was given.

    So the difference is between what came in and what the sheets hold now.
    """
    table = TABLE_OF_KIND[str(told["kind"])].name
    places, currency = exponent(str(told["currency"])), f"$B{row + 1}"
    if position in ("opening", "new"):
        which = formulas.literal(words.word("position", position, language))
        return formulas.sumifs("Identity", "engine_amount", language, places,
                               kind=f"$A{row + 1}", currency=currency, position=which)  # fmt: skip
    place = formulas.literal(words.word("place", position, language))
    return formulas.sumifs(table, "amount", language, places, currency=currency, place=place)


def _agrees(book: Book, table: str, told: Row) -> str:
    frame = book.frames[table]
    wrong = [
        row
        for row in frame.iter_rows(named=True)
        if (row["kind"], row["currency"], row["check"]) == (told["kind"], told["currency"], "!")
    ]
    return "!" if wrong else "✓"


def _colour_checks(book: Book, first: int, last: int) -> None:
    page = book.sheets["home"]
    for sign, tone in (("✓", "good"), ("!", "bad")):
        form = book.styles.tone_plain(tone)
        rule = {"type": "cell", "criteria": "==", "value": f'"{sign}"', "format": form}
        page.conditional_format(first, _CHECK, max(first, last), _FILES, rule)
