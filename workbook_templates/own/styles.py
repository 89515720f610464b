"""Cell formats of a person's sheets among ours: each is added once, and known by its new number."""

import re
from collections.abc import Iterable
from typing import Any
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape, quoteattr

from defusedxml import ElementTree

from workbook_templates.own.package import MAIN

_OWN_FORMATS = 164  # number formats from here on are the workbook's own
_PARTS = (("fonts", "fontId"), ("fills", "fillId"), ("borders", "borderId"))


class Styles:
    """The styles part of one workbook, read."""

    def __init__(self, xml: bytes) -> None:
        """Reads the lists of formats."""
        root = ElementTree.fromstring(xml)
        self._lists = {e.tag.removeprefix(MAIN): list(e) for e in root if e.tag.startswith(MAIN)}
        self.number_formats = {
            int(e.get("numFmtId", "0")): e.get("formatCode", "") for e in self.of("numFmts")
        }

    def of(self, name: str) -> list[Element]:
        """The entries of a list: ``fonts``, ``cellXfs``, ``dxfs`` and so on."""
        return self._lists.get(name, [])


class Added:
    """Our styles part, growing by what a person's sheets use."""

    def __init__(self, ours: bytes, theirs: bytes) -> None:
        """Nothing is added yet."""
        self._xml = ours.decode()
        self._ours, self._theirs = Styles(ours), Styles(theirs)
        self._more: dict[str, list[str]] = {}
        self._known: dict[tuple[str, int], int] = {}
        self._next_format = max([_OWN_FORMATS - 1, *self._ours.number_formats]) + 1

    def cell(self, number: int) -> int:
        """Our number of their cell format."""
        return self._once("cellXfs", number, self._cell_format)

    def by_condition(self, number: int) -> int:
        """Our number of their format of a condition."""
        return self._once("dxfs", number, _plain)

    def _once(self, name: str, number: int, said: Any) -> int:
        entries = self._theirs.of(name)
        if number >= len(entries):
            return 0
        if (name, number) not in self._known:
            self._known[name, number] = self._append(name, said(entries[number]))
        return self._known[name, number]

    def _append(self, name: str, xml: str) -> int:
        more = self._more.setdefault(name, [])
        if xml in more:
            return len(self._ours.of(name)) + more.index(xml)
        more.append(xml)
        return len(self._ours.of(name)) + len(more) - 1

    def _cell_format(self, entry: Element) -> str:
        changes = {"xfId": "0", "numFmtId": str(self._format(int(entry.get("numFmtId", "0"))))}
        for name, key in _PARTS:
            number = int(entry.get(key, "0"))
            changes[key] = str(self._once(name, number, _plain))
        apply = {"applyNumberFormat": "1", "applyFont": "1", "applyFill": "1", "applyBorder": "1"}
        return _plain(entry, {**changes, **apply})

    def _format(self, number: int) -> int:
        code = self._theirs.number_formats.get(number)
        if number < _OWN_FORMATS or code is None:
            return number
        key = ("numFmts", number)
        if key not in self._known:
            same = [n for n, c in self._ours.number_formats.items() if c == code]
            self._known[key] = same[0] if same else self._new_format(code)
        return self._known[key]

    def _new_format(self, code: str) -> int:
        number = self._next_format
        self._next_format += 1
        self._more.setdefault("numFmts", []).append(
            f"<numFmt numFmtId={quoteattr(str(number))} formatCode={quoteattr(code)}/>"
        )
        return number

    def xml(self) -> bytes:
        """Our styles part with what was added."""
        said = self._xml
        for name, more in self._more.items():
            said = _longer(said, name, len(self._ours.of(name)) + len(more), more)
        return said.encode()


def _longer(xml: str, name: str, count: int, more: Iterable[str]) -> str:
    """The part with entries at the end of one of its lists."""
    entries = "".join(more)
    filled = re.sub(rf'<{name} count="\d+"', f'<{name} count="{count}"', xml, count=1)
    if f"</{name}>" in filled:
        return filled.replace(f"</{name}>", f"{entries}</{name}>", 1)
    whole = f'<{name} count="{count}">{entries}</{name}>'
    empty = re.compile(rf'<{name} count="\d+"/>')
    if empty.search(filled):
        return empty.sub(lambda _: whole, filled, count=1)
    return filled.replace("<fonts", f"{whole}<fonts", 1)


def _plain(entry: Element, changes: dict[str, str] | None = None) -> str:
    """An element without the extensions of one program; attributes changed as told."""
    name = entry.tag.removeprefix(MAIN)
    attributes = {k: v for k, v in entry.items() if "}" not in k} | (changes or {})
    said = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
    parts = "".join(
        _plain(part) for part in entry if part.tag.startswith(MAIN) and part.tag != f"{MAIN}extLst"
    )
    text = escape(entry.text or "") if not len(entry) else ""
    return f"<{name}{said}>{text}{parts}</{name}>" if text or parts else f"<{name}{said}/>"
