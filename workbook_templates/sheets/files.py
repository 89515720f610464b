"""Files: what was read and proved, what each adds up to, and every row that was refused."""

from workbook_templates.book import Book
from workbook_templates.layout_reports import FILE_TOTALS, FILES, PROBLEMS
from workbook_templates.sheets.lists import TOP
from workbook_templates.tables import write_table


def write_files(book: Book) -> None:
    """Writes the sheet: three tables, one under the other, each as long as it is."""
    page, styles = book.sheets["files"], book.styles
    row = TOP
    for table, title in ((FILES, "files"), (FILE_TOTALS, "file_totals"), (PROBLEMS, "problems")):
        page.write_string(row, 0, book.say(f"part.{title}"), styles.section())
        placed = write_table(book, table, row + 1, widths=table is FILES, totals=False)
        row = placed.below + 1
