"""A binary workbook of one sheet, written record by record."""

import io
import zipfile
from collections.abc import Sequence
from struct import pack

_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="bin" '
    'ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/>'
    '<Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/></Types>'
)
_RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
    'relationships/{kind}" Target="{target}"/></Relationships>'
)


def xlsb(rows: Sequence[Sequence[str | float | None]], name: str = "明细") -> bytes:
    """The rows as a workbook; None is no cell."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as book:
        book.writestr("[Content_Types].xml", _TYPES)
        book.writestr("_rels/.rels", _relation("officeDocument", "xl/workbook.bin"))
        book.writestr("xl/_rels/workbook.bin.rels", _relation("worksheet", "worksheets/sheet1.bin"))
        sheets = _record(156, pack("<II", 0, 1) + _text("rId1") + _text(name))
        parts = (_record(131), _record(143), sheets, _record(144), _record(132))
        book.writestr("xl/workbook.bin", b"".join(parts))
        book.writestr("xl/worksheets/sheet1.bin", _sheet(rows))
    return target.getvalue()


def _sheet(rows: Sequence[Sequence[str | float | None]]) -> bytes:
    width = max(map(len, rows))
    size = _record(148, pack("<IIII", 0, len(rows) - 1, 0, width - 1))
    body = b"".join(_row(n, row) for n, row in enumerate(rows))
    return b"".join((_record(129), size, _record(145), body, _record(146), _record(130)))


def _row(number: int, cells: Sequence[str | float | None]) -> bytes:
    head = _record(0, pack("<IIHBBBI", number, 0, 300, 0, 0, 0, 0))
    return head + b"".join(cell(n, value) for n, value in enumerate(cells) if value is not None)


def cell(column: int, value: str | float) -> bytes:
    """One cell's record, of the row before it."""
    where = pack("<II", column, 0)
    if isinstance(value, str):
        return _record(6, where + _text(value))
    return _record(5, where + pack("<d", value))


def _text(value: str) -> bytes:
    return pack("<I", len(value)) + value.encode("utf-16-le")


def _record(kind: int, content: bytes = b"") -> bytes:
    name = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
    length, rest = b"", len(content)
    while True:
        length += bytes([rest & 0x7F | (0x80 if rest > 0x7F else 0)])
        rest >>= 7
        if not rest:
            return name + length + content


def _relation(kind: str, target: str) -> str:
    return _RELATIONS.format(kind=kind, target=target)
