"""What calls itself .xls and is markup: HTML tables and SpreadsheetML 2003."""

from html.parser import HTMLParser
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from recon_engine.errors import Code, Place, error
from recon_engine.intake import limits
from recon_engine.intake.table import Body, Table, body_of_rows

_NS = "{urn:schemas-microsoft-com:office:spreadsheet}"


class _Rows(HTMLParser):
    """Collects the cells of every table row; a cell's line breaks become blanks."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[list[str]] = []
        self._cell: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th") and self.rows:
            self._close()
            self._cell = []
            span = next((value for name, value in attrs if name == "colspan"), None)
            self._span = int(span) if span and span.isdecimal() else 1
        elif tag == "br" and self._cell is not None:
            self._cell.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th", "tr", "table"):
            self._close()

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)

    def _close(self) -> None:
        if self._cell is not None:
            # A spanning cell is its first column; the rest are empty, as a spreadsheet shows it.
            self.rows[-1] += ["".join(self._cell).strip(), *[""] * (min(self._span, 500) - 1)]
            self._cell = None


def html_table(text: str) -> Table:
    """All rows of all tables of a page, in order."""
    parser = _Rows()
    parser.feed(text)
    parser.close()
    return _table("", parser.rows)


def spreadsheet_xml(text: str, file: str) -> list[Table]:
    """The worksheets of a SpreadsheetML file.  No entities, no external parts.

    Raises:
        TieoutError: FILE_DAMAGED, FILE_UNSAFE.
    """
    try:
        root = fromstring(text, forbid_dtd=True)
    except DefusedXmlException as fault:
        raise error(Code.FILE_UNSAFE, Place(file)) from fault
    except (ParseError, ValueError) as fault:
        raise error(Code.FILE_DAMAGED, Place(file), str(fault)) from fault
    return [
        _table(sheet.get(f"{_NS}Name") or "", [_cells(row) for row in sheet.iter(f"{_NS}Row")])
        for sheet in root.iter(f"{_NS}Worksheet")
    ]


def _cells(row: object) -> list[str]:
    cells: list[str] = []
    for cell in row.iter(f"{_NS}Cell"):  # type: ignore[attr-defined]
        index = cell.get(f"{_NS}Index")
        if index:  # cells in between are empty and left out
            cells += [""] * (int(index) - 1 - len(cells))
        cells.append("".join(cell.itertext()).strip())
    return cells


def _table(sheet: str, rows: list[list[str]]) -> Table:
    top = tuple(tuple(row) for row in rows[: limits.HEADER_ROWS_MAX])

    def body(header: int) -> Body:
        lines = list(range(header + 2, len(rows) + 1))
        return body_of_rows(rows[header + 1 :], lines, len(rows[header]))

    return Table(sheet, top, tuple(range(1, len(top) + 1)), body)
