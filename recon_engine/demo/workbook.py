"""An .xlsx of one plain sheet whose bytes depend on nothing but its cells."""

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from decimal import Decimal

_STAMP = (2026, 11, 1, 0, 0, 0)
_WHEN = "2026-11-01T00:00:00Z"
_TIMES = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")


def one_sheet(title: str, rows: Iterable[Sequence[str | int | Decimal | None]]) -> bytes:
    """The workbook as bytes."""
    from openpyxl import Workbook  # noqa: PLC0415 - a quarter of a second that few need

    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    for row in rows:
        sheet.append(row)
    stamped = io.BytesIO()
    book.save(stamped)
    return _without_clock(stamped.getvalue())


def _without_clock(package: bytes) -> bytes:
    """The same package with fixed times in its properties and its directory."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(package)) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as rewritten,
    ):
        for name in source.namelist():
            content = source.read(name)
            if name == "docProps/core.xml":
                content = _TIMES.sub(rb"\g<1>" + _WHEN.encode(), content)
            rewritten.writestr(_entry(name), content)
    return target.getvalue()


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _STAMP)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.create_system = 3  # else it tells on which system it was made
    return entry
