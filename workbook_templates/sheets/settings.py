"""Settings: whose close and which period, then every setting of the policy with its unit."""

from workbook_templates.book import Book
from workbook_templates.layout import LAYOUT_VERSION, Cell
from workbook_templates.layout_reports import SETTINGS
from workbook_templates.sheets.lists import TOP
from workbook_templates.styles import DATE
from workbook_templates.tables import write_table


def write_settings(book: Book) -> None:
    """Writes the sheet."""
    page, styles, close = book.sheets["settings"], book.styles, book.close
    label = styles.get(font_color="#52606D", bottom=1, bottom_color="#E4E7EB")
    day = styles.get(num_format=DATE, align="left", bottom=1, bottom_color="#E4E7EB")
    dates = {"as_of": close.as_of}
    texts = {
        "company": close.company,
        "language": book.language.value,
        "layout": str(LAYOUT_VERSION),
    }
    row = TOP
    for key, value in dates.items():
        page.write_string(row, 0, book.say(f"part.{key}"), label)
        if book.template:
            page.write_blank(row, 1, None, day)
        else:
            page.write_datetime(row, 1, value, day)
        row += 1
    for key, said in texts.items():
        page.write_string(row, 0, book.say(f"part.{key}"), label)
        page.write_string(row, 1, said, styles.cell(Cell.TEXT))
        row += 1
    page.write_string(row + 1, 0, book.say("part.settings"), styles.section())
    placed = write_table(book, SETTINGS, row + 2, totals=False)
    page.repeat_rows(placed.header)
