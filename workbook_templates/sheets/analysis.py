"""Analysis: what monitoring found, each with a way to its rows."""

from workbook_templates.book import Book, Placed
from workbook_templates.layout import LINKS_MAX, Cell
from workbook_templates.layout_analysis import FINDINGS
from workbook_templates.sheets.lists import TOP, first_rows
from workbook_templates.tables import write_table

ROWS_FIRST = TOP + 1  # 0-based row of the first finding's row: that sheet has no lines of totals
FINDINGS_FIRST = TOP + 2  # 0-based row of the first finding on this sheet


def write_analysis(book: Book) -> None:
    """Writes the sheet; where nothing stands out it says so above the empty table."""
    page = book.sheets["analysis"]
    heading = "nothing_found" if book.frames["Findings"].is_empty() else "findings"
    page.write_string(TOP, 0, book.say(f"part.{heading}"), book.styles.section())
    page.write_url(TOP, 6, book.link("pictures"), book.styles.link(), book.say("part.to_pictures"))
    placed = write_table(book, FINDINGS, TOP + 1, totals=False, live=True)
    _link_rows(book, placed)
    page.freeze_panes(placed.first, 2)
    page.repeat_rows(placed.header)


def _link_rows(book: Book, placed: Placed) -> None:
    """From each finding to the first of its rows."""
    firsts = first_rows(book.frames["FindingRows"], "finding_id")
    page, column = book.sheets["analysis"], FINDINGS.position("rows")
    form = book.styles.cell(Cell.LINK)
    for n, finding in enumerate(book.frames["Findings"]["finding_id"].head(LINKS_MAX)):
        if finding in firsts:
            cell = f"A{ROWS_FIRST + 1 + int(str(firsts[finding]))}"
            page.write_url(placed.first + n, column, book.link("finding_rows", cell), form, "→")
