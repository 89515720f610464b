"""A large sheet's XML, cut at its row ends → small workbooks that hold it one after the other.

A reader lays a sheet out whole: a million rows fill the memory before the first is read.  Each
piece is a workbook of its own, with the package's styles and texts and some thousand rows, and is
gone before the next is made.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from recon_engine.intake import package

_PIECE_BYTES = 4 << 20  # of XML; larger ones leave the processor's cache
_PIECE_BYTES_MAX = 64 << 20
_TEXTS_SHARE = 4  # a piece is so many times as long as the texts that each has to repeat
_ROW = re.compile(rb'<row\b[^>]*? r="(\d{1,7})"')
_LAST_CELL = re.compile(rb'.*<c\b[^>]*? r="([A-Z]{1,2})\d', re.DOTALL)
_END = b"</row>"
# Before the first row of a piece stands one of an error value, which no column's type counts: the
# piece then begins at the column A of a known row.
_MARK = '<row r="{0}"><c r="A{0}" t="e"><v>#N/A</v></c></row>'
_SHEETS, _UNNEEDED = "xl/worksheets/", ("xl/media/", "xl/drawings/", "xl/charts/", "docProps/")


@dataclass(frozen=True, slots=True)
class Piece:
    """A few thousand rows.

    Attributes:
        workbook: an xlsx of the one sheet.
        first: the 1-based number of its first row; the row before it is a mark, if there is one.
        reach: how far its cells reach, and how many of its rows are hidden.
    """

    workbook: bytes
    first: int
    reach: package.Reach


def pieces(archive: zipfile.ZipFile, part: str) -> Iterator[Piece]:
    """The pieces of a worksheet's part that package.sheets calls large.

    Raises:
        zipfile.BadZipFile and its like: the package is damaged.
    """
    kept = {name: archive.read(name) for name in archive.namelist() if _needed(name)}
    texts = max((len(data) for name, data in kept.items() if "sharedStrings" in name), default=0)
    size = min(max(_PIECE_BYTES, _TEXTS_SHARE * texts), _PIECE_BYTES_MAX)
    head, rest = b"", b""
    with archive.open(part) as stream:
        while read := stream.read(size):
            rest += read
            if not head:
                begins = rest.find(package.DATA) + len(package.DATA)
                head, rest = rest[:begins], rest[begins:]
            cut = rest.rfind(_END) + len(_END)
            if cut >= len(_END):
                yield _piece(kept, part, head, rest[:cut])
                rest = rest[cut:]


def _needed(name: str) -> bool:
    return not name.startswith((_SHEETS, *_UNNEEDED))


def _piece(kept: dict[str, bytes], part: str, head: bytes, rows: bytes) -> Piece:
    told = _ROW.search(rows)
    first = int(told[1]) if told else 1
    mark = _MARK.format(first - 1).encode() if told and first > 1 else b""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as book:
        for name, data in kept.items():
            book.writestr(name, data)
        book.writestr(part, b"".join((head, mark, rows, b"</sheetData></worksheet>")))
    return Piece(target.getvalue(), first, _reach(rows, first))


def _reach(rows: bytes, first: int) -> package.Reach:
    """How far the rows reach: read cell by cell only where one may lie beyond its neighbours."""
    hidden = package.hidden_in(rows)
    start = rows.rfind(b"<row")
    last, widest = _ROW.match(rows, start), _LAST_CELL.match(rows, start)
    if last and widest:
        beyond = _beyond(widest[1].decode(), len(str(first)), len(last[1]))
        text = pl.Series([rows], dtype=pl.Binary).cast(pl.String, strict=False)
        if text.str.contains(beyond).item() is False:
            return package.Reach(int(last[1]), package.column_number(widest[1]), hidden)
    return package.reach_of([rows])


def _beyond(column: str, fewest: int, most: int) -> str:
    """A pattern of cells to the right of a column, or in rows of fewer or more digits."""
    one, last = column[:-1], column[-1]
    right = f"{one}[{chr(ord(last) + 1)}-Z]" if last < "Z" else ""
    further = f"[{chr(ord(one or '@') + 1)}-Z][A-Z]" if one < "Z" else ""
    columns = "|".join(filter(None, (right, further, "[A-Z]{3}")))
    rows = f"[0-9]{{{most + 1}}}|1[1-9][0-9]{{5}}|[2-9][0-9]{{6}}"
    if fewest > 1:
        rows += f'|[0-9]{{1,{fewest - 1}}}"'
    return f' r="(?:(?:{columns})[0-9]|[A-Z]+(?:{rows}))'
