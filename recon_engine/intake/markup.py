"""What calls itself .xls and is markup: HTML tables and SpreadsheetML 2003."""

import re
from html.parser import HTMLParser
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from recon_engine.errors import Code, Place, error
from recon_engine.intake import limits
from recon_engine.intake.table import Body, Table, body_of_rows

_SPAN_MAX = 500
_SHORT = re.compile(r"^[0-9]{1,6}$")
_NS = "{urn:schemas-microsoft-com:office:spreadsheet}"


class _Rows(HTMLParser):
    """Collects the cells of every table row; a cell's line breaks become blanks."""

    def __init__(self, file: str) -> None:
        super().__init__(convert_charrefs=True)
        self._file = file
        self._cells = 0
        self.rows: list[list[str]] = []
        self._cell: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th") and self.rows:
            self._close()
            self._cell = []
            span = next((value for name, value in attrs if name == "colspan"), None)
            self._span = min(int(span), _SPAN_MAX) if span and _SHORT.match(span) else 1
            self._cells += self._span
            if self._cells > limits.CELLS_MAX:
                raise error(Code.FILE_TOO_LARGE, Place(self._file), str(self._cells))
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
            self.rows[-1] += ["".join(self._cell).strip(), *[""] * (self._span - 1)]
            self._cell = None


def html_table(text: str, file: str) -> Table:
    """All rows of all tables of a page, in order.

    Raises:
        TieoutError: FILE_TOO_LARGE.
    """
    parser = _Rows(file)
    parser.feed(text)
    parser.close()
    return _table("", parser.rows)


def spreadsheet_xml(text: str, file: str) -> list[Table]:
    """The worksheets of a SpreadsheetML file.  No entities, no external parts.

    Raises:
        TieoutError: FILE_DAMAGED, FILE_TOO_LARGE, FILE_UNSAFE.
    """
    try:
        root = fromstring(text, forbid_dtd=True)
    except DefusedXmlException as fault:
        raise error(Code.FILE_UNSAFE, Place(file)) from fault
    except (ParseError, ValueError) as fault:
        raise error(Code.FILE_DAMAGED, Place(file), str(fault)) from fault
    return [
        _table(sheet.get(f"{_NS}Name") or "", _rows(sheet, file))
        for sheet in root.iter(f"{_NS}Worksheet")
    ]


def _rows(sheet: Element, file: str) -> list[list[str]]:
    """The sheet's rows, each in its own place: rows that are left out are empty."""
    rows: list[list[str]] = []
    cells = 0
    for row in sheet.iter(f"{_NS}Row"):
        rows += [[]] * (_index(row, limits.ROWS_MAX, len(rows), file) - len(rows))
        rows.append(_cells(row, file))
        cells += len(rows[-1])
        if cells > limits.CELLS_MAX:
            raise error(Code.FILE_TOO_LARGE, Place(file), str(cells))
    return rows


def _cells(row: Element, file: str) -> list[str]:
    cells: list[str] = []
    for cell in row.iter(f"{_NS}Cell"):
        cells += [""] * (_index(cell, limits.COLUMNS_MAX, len(cells), file) - len(cells))
        data = cell.find(f"{_NS}Data")  # a comment on the cell has data of its own
        cells.append("".join(data.itertext()).strip() if data is not None else "")
    return cells


def _index(element: Element, most: int, next_: int, file: str) -> int:
    """The 0-based place that a row or cell gives itself, else the next one."""
    told = element.get(f"{_NS}Index")
    if not told:
        return next_
    if not _SHORT.match(told) or int(told) > most:
        raise error(Code.FILE_TOO_LARGE, Place(file), told)
    return int(told) - 1


def _table(sheet: str, rows: list[list[str]]) -> Table:
    top = tuple(tuple(row) for row in rows[: limits.HEADER_ROWS_MAX])

    def body(header: int) -> Body:
        lines = list(range(header + 2, len(rows) + 1))
        width = len(rows[header]) if header >= 0 else max(map(len, rows), default=0)
        return body_of_rows(rows[header + 1 :], lines, width)

    return Table(sheet, top, tuple(range(1, len(top) + 1)), body)
