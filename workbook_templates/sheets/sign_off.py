"""Sign-off: who has signed what, where the log ends, and under it the log, entry by entry.

Between the two stands a control sum of all figures that are signed, once live and once as it was
signed.  Where they part, the sheet and Home say Void at once, before anybody presses *Check*; what
such a sum cannot see, *Check* does.
"""

from decimal import Decimal

import polars as pl
from xlsxwriter.utility import xl_rowcol_to_cell

from recon_engine.control.signing import SignState
from recon_engine.model.money import exponent
from workbook_templates import formulas, words
from workbook_templates.book import Book, Placed
from workbook_templates.layout import Cell
from workbook_templates.layout_book import TABLES
from workbook_templates.layout_kept import AUDIT_LOG, SIGN_OFF
from workbook_templates.layout_records import TABLE_OF_KIND
from workbook_templates.sheets.lists import TOP
from workbook_templates.styles import money
from workbook_templates.tables import write_table

_SUM_ROWS = 2  # of the control sum: live, and as signed
_SUM_COLUMN = 5  # 0-based: the first that is wide enough, right of the words
_HALF_A_CENT = "0.005"
# What the sum adds up: every amount that is signed and that no formula of the sheet computes.
_SUMMED = (
    *(table.name for table in TABLE_OF_KIND.values()), "Matches", "Exceptions", "Receivables",
    "Payouts", "Decisions",
)  # fmt: skip


def write_sign_off(book: Book) -> None:
    """Writes the sheet: two tables, one under the other, and the control sum between them."""
    row = _head(book, "sign_off", TOP)
    block = write_table(book, SIGN_OFF, row, widths=False, totals=False, live=True)
    _write_states(book, block)
    row = block.below + 1
    if all(name in book.frames for name in _SUMMED) and _signed(book):
        _write_sum(book, row)
    row = _head(book, "audit_log", row + _SUM_ROWS + 1)
    write_table(book, AUDIT_LOG, row, totals=False)


def _head(book: Book, part: str, row: int) -> int:
    page, styles = book.sheets["sign_off"], book.styles
    page.write_string(row, 0, book.say(f"part.{part}"), styles.section())
    page.write_string(row + 1, 0, book.say(f"part.{part}_note"), styles.note())
    return row + 2


def _signed(book: Book) -> list[int]:
    """Which rows of the block, from 0, hold a sign-off that the figures decide about."""
    states = book.frames["SignOff"]["state"]
    return (states == SignState.SIGNED).arg_true().to_list()


def _write_states(book: Book, placed: Placed) -> None:
    """Signed as long as the sum is what was signed."""
    language, row = book.language, placed.below + 2  # 1-based: the first row of the sum
    good, void = (
        formulas.literal(words.word("sign_state", state, language))
        for state in (SignState.SIGNED, SignState.VOID)
    )
    now, then = (xl_rowcol_to_cell(at, _SUM_COLUMN, True, True) for at in (row - 1, row))
    formula = f"=IF(ABS({now}-{then})<{_HALF_A_CENT},{good},{void})"
    form = book.styles.cell(Cell.STATUS)
    for at in _signed(book):
        value = words.word("sign_state", SignState.SIGNED, language)
        book.sheets["sign_off"].write_formula(placed.first + at, 0, formula, form, value)


def _write_sum(book: Book, row: int) -> None:
    page, value = book.sheets["sign_off"], control_sum(book)
    form = book.styles.get(num_format=money(2), align="right")
    for at, part in enumerate(("sum_now", "sum_signed")):
        page.write_string(row + at, 0, book.say(f"part.{part}"), book.styles.note())
    page.write_formula(row, _SUM_COLUMN, f"={_live_sum(book)}", form, value)
    page.write_number(row + 1, _SUM_COLUMN, value, form)


def _summed(name: str) -> list[str]:
    return [c.key for c in TABLES[name].columns if c.type is Cell.MONEY and not c.formula]


def _live_sum(book: Book) -> str:
    said = [
        f"ROUND(SUM({formulas.column(name, key, book.language)}),3)"
        for name in _SUMMED
        for key in _summed(name)
    ]
    counted = formulas.column("Decisions", "decision_id", book.language)
    return "+".join([*said, f"COUNTA({counted})"])


def control_sum(book: Book) -> float:
    """All amounts added up as plain numbers, whatever their currency, and the decisions counted."""
    whole = Decimal(book.frames["Decisions"].height)
    for name in _SUMMED:
        sums = book.frames[name].group_by("currency").agg(pl.col(_summed(name)).sum())
        for currency, *amounts in sums.rows():
            whole += Decimal(sum(amounts)).scaleb(-exponent(currency or ""))
    return float(whole)
