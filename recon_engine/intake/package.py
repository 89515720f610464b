"""What a workbook's package says before it is parsed: how far it reaches, which rows are hidden.

The parser lays a sheet out from its first cell to its last; one stray cell in the last corner, or
one cell repeated through rows and columns, would fill the memory.  So the reach is read first, by
patterns over the packed XML, at a small part of the parser's cost.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import unescape
from posixpath import normpath

from recon_engine.errors import Code, Place, error
from recon_engine.intake import limits
from recon_engine.intake.binary_reach import binary_reach
from recon_engine.intake.sources import DAMAGED

_CHUNK = 4 << 20
_HEAD = 1 << 20  # so much of a large sheet shows how its XML is made
_SHEET = re.compile(rb"""<(?:\w+:)?sheet\b[^>]*>""")
_NAME = re.compile(rb"""\bname=["']([^"']*)""")
_SHEET_ID = re.compile(rb"""\br:id=["']([^"']*)|\bid=["']([^"']*)""")
_RELATION = re.compile(rb"""<Relationship\b[^>]*>""")
_ID = re.compile(rb"""\bId=["']([^"']*)""")
_TARGET = re.compile(rb"""\bTarget=["']([^"']*)""")
_ANY_SHEET = re.compile(r"worksheets/[^/]*\.(?:xml|bin)$")  # named by the workbook or not
DATA = b"<sheetData>"
_FIRST_ROW = re.compile(rb'<sheetData><row\b[^>]*? r="\d{1,7}"')
_HIDDEN = re.compile(rb"""<(?:\w+:)?row\b[^>]*\bhidden=["'](?:1|true)["']""")
_ROW_END, _PLACE = b"</row>", b' r="'
_DIGITS, _LETTERS = b"0123456789", b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LONGEST = 13  # XFD and ten digits
_ODS_ROW = re.compile(rb"<table:table-row\b([^>]*?)(?:/>|>(.*?)</table:table-row>)", re.DOTALL)
_ODS_CELL = re.compile(rb"<table:(?:covered-)?table-cell\b([^>]*?)(/?)>")
_ROWS_REPEATED = re.compile(rb'number-rows-repeated="(\d{1,18})')
_COLUMNS_REPEATED = re.compile(rb'number-columns-repeated="(\d{1,18})')


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a sheet's cells reach, and how many of its rows are hidden."""

    rows: int
    columns: int
    hidden: int = 0


@dataclass(frozen=True, slots=True)
class Sheet:
    """A worksheet of an xlsx.

    Attributes:
        part: the name of its XML in the package.
        hidden: how many of its rows are.
        large: it is to be read in pieces; then nothing more is known of it.
    """

    part: str
    hidden: int = 0
    large: bool = False


def sheets(content: bytes, file: str) -> dict[str, Sheet]:
    """Each worksheet of an xlsx by its name, once the package is known to be safe to parse.

    Args:
        content: a zip: xlsx, xlsb or ods.
        file: its name.

    Raises:
        TieoutError: FILE_TOO_LARGE where a sheet reaches beyond the caps, FILE_UNSAFE where a part
            brings definitions of its own, FILE_DAMAGED.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _looked_at(archive, file)
    except DAMAGED as fault:
        raise error(Code.FILE_DAMAGED, Place(file), str(fault)) from fault


def _looked_at(archive: zipfile.ZipFile, file: str) -> dict[str, Sheet]:
    names = set(archive.namelist())
    for name in sorted(names):
        if name.endswith((".xml", ".rels")):
            _harmless(archive, name, file)
    if "content.xml" in names:
        held(_ods_reach(archive), file, "")
        return {}
    found: dict[str, Sheet] = {}
    known = dict(_sheets(archive, names))
    for part in sorted(name for name in names - set(known.values()) if _ANY_SHEET.search(name)):
        held(_reach_in(archive, part), file, "")
    for name, part in known.items():
        if _large(archive, part):
            found[name] = Sheet(part, large=True)
            continue
        reach = _reach_in(archive, part)
        held(reach, file, name)
        found[name] = Sheet(part, reach.hidden)
    return found


def _reach_in(archive: zipfile.ZipFile, part: str) -> Reach:
    if part.endswith(".bin"):
        return Reach(*binary_reach(archive.read(part)))
    return reach_of(_chunks(archive, part))


def _large(archive: zipfile.ZipFile, part: str) -> bool:
    """Whether a sheet is worth reading in pieces, and its XML of the make that can be cut."""
    if archive.getinfo(part).file_size < limits.WHOLE_SHEET_BYTES_MAX:
        return False
    with archive.open(part) as stream:
        head = stream.read(_HEAD)
    return bool(_FIRST_ROW.search(head)) and _ROW_END in head


def _harmless(archive: zipfile.ZipFile, name: str, file: str) -> None:
    with archive.open(name) as part:
        if b"<!DOCTYPE" in part.read(1_000).upper():
            raise error(Code.FILE_UNSAFE, Place(file))


def held(reach: Reach, file: str, sheet: str) -> None:
    """Refuses a sheet that reaches beyond the caps.

    Raises:
        TieoutError: FILE_TOO_LARGE.
    """
    if reach.rows > limits.ROWS_MAX or reach.rows * reach.columns > limits.CELLS_MAX:
        size = f"{reach.rows} × {reach.columns}"
        raise error(Code.FILE_TOO_LARGE, Place(file, sheet), size)


def _sheets(archive: zipfile.ZipFile, names: set[str]) -> Iterator[tuple[str, str]]:
    """Each worksheet's name and the part that holds it."""
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
        return
    targets = {}
    for relation in _RELATION.findall(archive.read("xl/_rels/workbook.xml.rels")):
        key, path = _ID.search(relation), _TARGET.search(relation)
        if key and path:
            targets[key[1]] = path[1].decode("utf-8", "replace")
    for sheet in _SHEET.findall(archive.read("xl/workbook.xml")):
        key, name = _SHEET_ID.search(sheet), _NAME.search(sheet)
        target = targets.get((key[1] or key[2]) if key else b"", "")
        part = target.lstrip("/") if target.startswith("/") else normpath(f"xl/{target}")
        if name and part in names:
            yield unescape(name[1].decode("utf-8", "replace")), part


def _chunks(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """The part in pieces that end before a tag, so that no tag is cut in two."""
    rest = b""
    with archive.open(part) as stream:
        while read := stream.read(_CHUNK):
            whole = rest + read
            cut = whole.rfind(b"<")
            yield whole[: max(cut, 0)]
            rest = whole[max(cut, 0) :]
    yield rest


def hidden_in(chunk: bytes) -> int:
    """How many of the rows that begin in a piece of a sheet's XML are hidden."""
    return len(_HIDDEN.findall(chunk)) if b"hidden=" in chunk else 0


def reach_of(chunks: Iterable[bytes]) -> Reach:
    """How far the last cells of the rows reach; cells stand in order within a row."""
    rows = width = hidden = 0
    for chunk in chunks:
        hidden += hidden_in(chunk)
        places = {_last_place(row) for row in chunk.split(_ROW_END)}
        columns = {place.rstrip(_DIGITS) for place in places}
        width = max(width, *map(column_number, columns))
        longest = max(map(len, places))
        numbers = [p.lstrip(_LETTERS) for p in places if len(p) >= longest - 2]
        rows = max(rows, *(int(n) if n.isdigit() else 0 for n in numbers))
    return Reach(rows, width, hidden)


def _last_place(row: bytes) -> bytes:
    """Where the last cell of a row says it stands, as in XFD1048576; nothing for an odd one."""
    start = row.rfind(_PLACE) + len(_PLACE)
    place = row[start : row.find(b'"', start)] if start >= len(_PLACE) else b""
    return place if len(place) <= _LONGEST and place.isalnum() else b""


def column_number(letters: bytes) -> int:
    """A column's number, A being 1; 0 for no letters."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _ods_reach(archive: zipfile.ZipFile) -> Reach:
    """Rows up to the last that is filled, and the widest of them, repeats counted."""
    if archive.getinfo("content.xml").file_size > limits.FILE_BYTES_MAX:
        return Reach(limits.ROWS_MAX + 1, 1)
    rows = reach = width = 0
    for found in _ODS_ROW.finditer(archive.read("content.xml")):
        told = _ROWS_REPEATED.search(found[1])
        rows += int(told[1]) if told else 1
        filled = _filled(found[2] or b"")
        if filled:
            reach, width = rows, max(width, filled)
    return Reach(reach, width)


def _filled(row: bytes) -> int:
    """How many columns a row takes up to its last filled cell."""
    reach = place = 0
    for attributes, closed in _ODS_CELL.findall(row):
        told = _COLUMNS_REPEATED.search(attributes)
        place += int(told[1]) if told else 1
        if not closed or b"office:value" in attributes:
            reach = place
    return reach
