"""Proof: what the engine found beside what the sheets add up to, and the files behind both."""

from recon_engine.messages import Language
from recon_engine.model.money import exponent
from workbook_templates import formulas, words
from workbook_templates.book import Book, Placed
from workbook_templates.frames import CARRIED
from workbook_templates.layout import Cell
from workbook_templates.layout_records import TABLE_OF_KIND
from workbook_templates.layout_reports import CONTROL_TOTALS, IDENTITY
from workbook_templates.rows import amount
from workbook_templates.sheets.lists import TOP
from workbook_templates.tables import write_table

Row = dict[str, object]


def write_proof(book: Book) -> int:
    """Writes the sheet; returns the row from which the charts' figures may stand."""
    page, styles = book.sheets["proof"], book.styles
    page.write_string(TOP, 0, book.say("part.identity"), styles.section())
    identity = write_table(book, IDENTITY, TOP + 1, totals=False, live=True)
    for row, told in enumerate(book.frames["Identity"].iter_rows(named=True), identity.first):
        _identity_formulas(book, row, told)
    top = identity.below + 1
    page.write_string(top, 0, book.say("part.control_totals"), styles.section())
    totals = write_table(book, CONTROL_TOTALS, top + 1, widths=False, totals=False, live=True)
    _control_formulas(book, totals)
    return totals.below + 1


def _identity_formulas(book: Book, row: int, told: Row) -> None:
    """Count, amount, difference and check of one position, live over its sheet."""
    position, places = str(told["position"]), exponent(str(told["currency"]))
    if position != "opening":
        count, total = live(book, told, row)
        _formula(book, row, IDENTITY.position("sheet_count"), count, told["sheet_count"])
        _money(book, row, IDENTITY.position("sheet_amount"), total, (told["sheet_amount"], told))
    n = row + 1
    _money(book, row, IDENTITY.position("difference"), f"ROUND(F{n}-G{n},{places})",
           (told["difference"], told))  # fmt: skip
    check = formulas.tick(f"ABS(D{n}-E{n})+ABS(H{n})")
    page, form = book.sheets["proof"], book.styles.cell(Cell.CHECK)
    page.write_formula(row, IDENTITY.position("check"), f"={check}", form, told["check"])


def live(book: Book, told: Row, row: int) -> tuple[str, str]:
    """Count and sum of a position over the sheet of its kind, as formulas without ``=``.

    Opening stands as the close was given it; new is everything not set aside, less the opening,
    which stands in the row above.
    """
    table, language = TABLE_OF_KIND[str(told["kind"])].name, book.language
    places, where = exponent(str(told["currency"])), {"currency": f"$B{row + 1}"}
    if told["position"] == "new":
        kept = formulas.literal("<>" + words.word("place", "excluded", language))
        where["place"] = kept
        count = f"{formulas.countifs(table, language, **where)}-E{row}"
        total = formulas.sumifs(table, "amount", language, places, **where)
        return count, f"ROUND({total}-G{row},{places})"
    where["place"] = formulas.literal(words.word("place", str(told["position"]), language))
    return (
        formulas.countifs(table, language, **where),
        formulas.sumifs(table, "amount", language, places, **where),
    )


def _control_formulas(book: Book, placed: Placed) -> None:
    for row, told in enumerate(book.frames["ControlTotals"].iter_rows(named=True), placed.first):
        n, language, places = row + 1, book.language, exponent(told["currency"])
        table = TABLE_OF_KIND[told["kind"]].name
        of_files = {"kind": f"$A{n}", "currency": f"$B{n}"}
        _money(book, row, 4, formulas.sumifs("FileTotals", "amount", language, places, **of_files),
               (told["files_amount"], told))  # fmt: skip
        _formula(book, row, 2, formulas.sumifs("FileTotals", "count", language, 0, **of_files),
                 told["files_count"])  # fmt: skip
        count, total = _of_files(table, language, places, f"$B{n}")
        _formula(book, row, 3, count, told["sheet_count"])
        _money(book, row, 5, total, (told["sheet_amount"], told))
        _money(book, row, 6, f"ROUND(E{n}-F{n},{places})", (told["difference"], told))
        check = formulas.tick(f"ABS(C{n}-D{n})+ABS(G{n})")
        form = book.styles.cell(Cell.CHECK)
        book.sheets["proof"].write_formula(row, 7, f"={check}", form, told["check"])


def _of_files(table: str, language: Language, places: int, currency: str) -> tuple[str, str]:
    """Count and sum of what a sheet holds of the files: no parts counted, nothing carried in."""
    yes = words.word("carried", CARRIED, language)
    here, carried = {"currency": currency}, {"carried": formulas.literal(yes)}
    parts = {"carried": formulas.literal(f"<>{yes}"), "part_of": '"<>"'}
    count = "-".join(
        formulas.countifs(table, language, **here, **more) for more in ({}, carried, parts)
    )
    sums = (formulas.sumifs(table, "amount", language, places, **here, **more)
            for more in ({}, carried))  # fmt: skip
    return count, f"ROUND({'-'.join(sums)},{places})"


def _formula(book: Book, row: int, column: int, formula: str, value: object) -> None:
    form = book.styles.cell(Cell.COUNT)
    book.sheets["proof"].write_formula(row, column, f"={formula}", form, value)


def _money(book: Book, row: int, column: int, formula: str, what: tuple[object, Row]) -> None:
    minor, currency = what[0], str(what[1]["currency"])
    form = book.styles.cell(Cell.MONEY, exponent(currency))
    value = amount(int(str(minor)), currency)
    book.sheets["proof"].write_formula(row, column, f"={formula}", form, value)
