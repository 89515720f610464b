"""The proof of a partner copy: the file as it lies on the disk, opened and searched part by part.

Every text in every part counts: cells, formulas' texts, captions, names of sheets, links, titles of
charts and what they keep of their figures, properties.
"""

import html
import io
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import compress
from pathlib import Path

from xlsxwriter import Workbook

from recon_engine.errors import Code, Place, Problem, TieoutError
from recon_engine.export.encrypting import decrypted
from recon_engine.trust.leaks import Hidden, Leak

_SHEET_PART = re.compile(r"xl/worksheets/sheet(\d+)\.xml")
_SHARED_STRINGS = "xl/sharedStrings.xml"
_NAME_OF_SHEET = re.compile(r'<sheet name="([^"]*)" sheetId="\d+"[^>]*r:id="rId(\d+)"')
_CELL = re.compile(r'<c r="([A-Z]+)(\d+)"[^>]*?(?:/>|>(.*?)</c>)', re.DOTALL)
_SHARED_CELL = re.compile(r'<c r="([A-Z]+\d+)"[^>]*? t="s"[^>]*><v>(\d+)</v>')
_ITEM = re.compile(r"<si>(.*?)</si>", re.DOTALL)
_TEXT = re.compile(r">([^<]+)<")
_FORMULA = re.compile(r"<f[^>]*>(.*?)</f>", re.DOTALL)
_QUOTED = re.compile(r'"((?:[^"]|"")*)"')
# Attributes that hold addresses, numbers and names of the format's own, none of them anybody's.
_ATTRIBUTE = re.compile(
    r' (?!(?:r|s|t|ref|sqref|spans|val|type|xmlns(?::\w+)?|xml:space)=)[\w:]+="([^"]*)"'
)
_MARKUP = (".xml", ".rels", ".vml")
_SAID_MAX = 5  # places that an error names
MayHold = Callable[[list[str]], list[bool]]


def prove_masked(path: Path, hidden: Hidden, password: str = "", name: str = "") -> None:
    """Searches a written file for everything that was hidden.

    Args:
        path: the file.
        hidden: what must not be in it.
        password: that it was encrypted with, "" for none.
        name: that it is going to have.

    Raises:
        TieoutError: PERSONAL_DATA_LEFT, with the sheet and cell of each, never with the value.
    """
    content = path.read_bytes()
    plain = decrypted(content, password, name) if password else content
    known = replace(hidden, public=(*hidden.public, *_texts_of_nothing()))
    leaks = list(known.find(texts_of(plain, known.may_hold)))
    if leaks:
        raise TieoutError([_problem(leak, name) for leak in leaks[:_SAID_MAX]])


def _texts_of_nothing() -> set[str]:
    """What stands in a workbook before anything is written into it: names of fonts and styles."""
    empty = io.BytesIO()
    with Workbook(empty, {"in_memory": True}) as workbook:
        workbook.add_worksheet()
    return {text for _, text in texts_of(empty.getvalue())}


def _problem(leak: Leak, name: str) -> Problem:
    sheet, _, cell = leak.place.rpartition("!")
    letters, row = re.fullmatch(r"([A-Z]*)(\d*)", cell).groups() if sheet else ("", "")  # type: ignore[union-attr]
    place = Place(name, sheet or leak.place, int(row or 0), letters)
    return Problem(Code.PERSONAL_DATA_LEFT, place, params={"count": leak.characters})


def texts_of(package: bytes, may_hold: MayHold | None = None) -> Iterator[tuple[str, str]]:
    """Every text of a workbook: ``sheet!cell`` or the part's name, and the text.

    Args:
        package: the file.
        may_hold: which rows of a sheet are worth a look, of a long list of them; all if not given.
    """
    with zipfile.ZipFile(io.BytesIO(package)) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    named = _sheet_names(parts)
    shared = _shared_places(parts, named)
    for name, part in parts.items():
        yield name, name
        if not name.endswith(_MARKUP):
            yield from ((name, part.decode(code, "replace")) for code in ("utf-8", "utf-16-le"))
            continue
        xml = part.decode("utf-8", "replace")
        if name in named:
            yield from _of_sheet(xml, named[name], may_hold)
        elif name == _SHARED_STRINGS:
            for number, item in enumerate(_ITEM.findall(xml)):
                yield shared.get(number, name), _joined(item)
        else:
            yield from ((name, html.unescape(text)) for text in _TEXT.findall(xml))
            yield from ((name, html.unescape(text)) for text in _ATTRIBUTE.findall(xml))


def _sheet_names(parts: dict[str, bytes]) -> dict[str, str]:
    """By part, the name of the sheet; sheets are numbered in their order."""
    book = parts.get("xl/workbook.xml", b"").decode("utf-8", "replace")
    names = {number: html.unescape(name) for name, number in _NAME_OF_SHEET.findall(book)}
    found = ((part, _SHEET_PART.fullmatch(part)) for part in parts)
    return {part: names.get(match[1], part) for part, match in found if match}


def _shared_places(parts: dict[str, bytes], named: dict[str, str]) -> dict[int, str]:
    """By number of a shared text, the first cell that shows it."""
    places: dict[int, str] = {}
    for part, name in named.items():
        for cell, number in _SHARED_CELL.findall(parts[part].decode("utf-8", "replace")):
            places.setdefault(int(number), f"{name}!{cell}")
    return places


def _of_sheet(xml: str, name: str, may_hold: MayHold | None) -> Iterator[tuple[str, str]]:
    """Texts of the cells, with their places, and of everything around them."""
    start, end = max(xml.find("<sheetData>"), 0), max(xml.find("</sheetData>"), 0)
    rows = xml[start:end].split("</row>")
    wanted = may_hold(rows) if may_hold else [True] * len(rows)
    for row in compress(rows, wanted):
        for letters, number, inside in _CELL.findall(row):
            yield from ((f"{name}!{letters}{number}", text) for text in _of_cell(inside))
    around = xml[:start] + xml[end:]
    yield from ((name, html.unescape(text)) for text in _TEXT.findall(around))
    yield from ((name, html.unescape(text)) for text in _ATTRIBUTE.findall(around))


def _of_cell(xml: str) -> Iterator[str]:
    """What a cell shows, and the texts within its formula."""
    formula = _FORMULA.search(xml)
    if formula:
        yield from _QUOTED.findall(html.unescape(formula[1]))
    shown = _joined(_FORMULA.sub("", xml))
    if shown:
        yield shown


def _joined(xml: str) -> str:
    """The text of a cell, however many runs it is written in."""
    return html.unescape("".join(_TEXT.findall(xml)))
