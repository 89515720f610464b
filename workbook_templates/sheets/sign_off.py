"""Sign-off: who has signed what, where the log ends, and under it the log, entry by entry."""

from workbook_templates.book import Book
from workbook_templates.layout_kept import AUDIT_LOG, SIGN_OFF
from workbook_templates.sheets.lists import TOP
from workbook_templates.tables import write_table


def write_sign_off(book: Book) -> None:
    """Writes the sheet: two tables, one under the other."""
    page, styles = book.sheets["sign_off"], book.styles
    row = TOP
    for table, title in ((SIGN_OFF, "sign_off"), (AUDIT_LOG, "audit_log")):
        page.write_string(row, 0, book.say(f"part.{title}"), styles.section())
        page.write_string(row + 1, 0, book.say(f"part.{title}_note"), styles.note())
        placed = write_table(book, table, row + 2, widths=table is AUDIT_LOG, totals=False)
        row = placed.below + 1
