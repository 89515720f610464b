"""A person's own sheets, taken out of one workbook and put into another, part by part.

Cells, formulas, formats, widths, merged cells, notes, charts and pictures stand in parts of the
file that point to each other.  They are copied as they are; only what is numbered by the workbook
(formats, shared texts, tables) gets the numbers of the new one.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from defusedxml import ElementTree

from recon_engine.errors import Code, Place, Problem
from workbook_templates.layout_book import SHEETS, TABLES
from workbook_templates.own.package import (
    STRINGS,
    STYLES,
    WORKBOOK,
    Package,
    Relation,
    SheetPart,
    relations_of,
    relations_xml,
    with_parts,
)
from workbook_templates.own.styles import Added

# What hangs on the workbook as a whole and not on the sheet, so that a copy would be damaged.
_NOT_CARRIED = {
    "pivotTable": "pivot", "slicer": "slicer", "timeline": "timeline", "control": "control",
    "ctrlProp": "control", "oleObject": "object", "queryTable": "query",
}  # fmt: skip
# Our sheets that have charts of their own; on all others a drawing is a person's.
_CHARTED = frozenset({"home", "pictures", "remittance", "statement", "comparison", "custom"})
_LEFT_OUT = frozenset({"threadedComment"})  # its text is in the note beside it
_CELL_TEXT = re.compile(r'(<c\b[^>]*?)\bt="s"([^>]*)>\s*<v>(\d+)</v>\s*</c>')
_STYLED = re.compile(r'(<(?:c|row)\b[^>]*?\bs=|<col\b[^>]*?\bstyle=)"(\d+)"')
_BY_CONDITION = re.compile(r'(\b\w*[dD]xfId=)"(\d+)"')
_OUTSIDE = re.compile(r"<f[^>]*>[^<]*\[\d+\][^<]*</f>")
_MARK = "Tieout_"  # starts the names that mark our sheets without a table


def mark(sheet: str) -> str:
    """The defined name by which one of our sheets is known, whatever it is called."""
    return f"{_MARK}{sheet}"


@dataclass(frozen=True, slots=True)
class OwnSheets:
    """What a person added as sheets.

    Attributes:
        package: the workbook they stand in.
        sheets: theirs, from left to right.
        ours: our own sheets of that workbook: key of the sheet, and where it stands.
    """

    package: Package
    sheets: tuple[SheetPart, ...]
    ours: dict[str, SheetPart]


def own_sheets(data: bytes, names: dict[str, str]) -> OwnSheets:
    """The sheets of a workbook that are not ours.

    Args:
        data: the workbook.
        names: what our sheets are called in its language, by key.
    """
    package = Package(data)
    by_table = {t.name: sheet.key for sheet in SHEETS for t in sheet.tables}
    marked = dict(_marked(package))
    called = {name: key for key, name in names.items()}
    ours: dict[str, SheetPart] = {}
    theirs: list[SheetPart] = []
    for sheet in package.sheets():
        tables = [name for name in table_names(package, sheet) if name in TABLES]
        key = by_table.get(tables[0], "") if tables else ""
        key = key or marked.get(sheet.name, "") or called.get(sheet.name, "")
        if key and key not in ours:
            ours[key] = sheet
        else:
            theirs.append(sheet)
    return OwnSheets(package, tuple(theirs), ours)


def table_names(package: Package, sheet: SheetPart) -> Iterator[str]:
    """The names of the tables on a sheet."""
    for relation in package.relations(sheet.part):
        if relation.name == "table":
            root = ElementTree.fromstring(package.read(relation.target))
            yield root.get("displayName") or root.get("name") or ""


def _marked(package: Package) -> Iterator[tuple[str, str]]:
    """Sheet's name and key, of our sheets that are marked by a defined name."""
    for attributes, said in package.defined_names():
        name = attributes.get("name", "")
        sheet, found, _ = said.rpartition("!")
        if name.startswith(_MARK) and found:
            yield sheet.strip("'").replace("''", "'"), name.removeprefix(_MARK)


def refusals(own: OwnSheets, file: str, names: dict[str, str]) -> list[Problem]:
    """What of a person's cannot be carried over; nothing is written while there is any."""
    told = [
        Problem(Code.OWN_SHEET_REFUSED, Place(file, sheet.name), reason)
        for key, sheet in own.ours.items()
        for reason in _on_ours(own, key, sheet)
    ]
    renamed = [s.name for key, s in own.ours.items() if s.name != names.get(key)]
    for sheet in own.sheets:
        text = own.package.read(sheet.part).decode("utf-8", "replace")
        why = {_NOT_CARRIED[r.name] for r in own.package.relations(sheet.part)
               if r.name in _NOT_CARRIED}  # fmt: skip
        if "<worksheet" not in text:
            why.add("kind")
        if _OUTSIDE.search(text):
            why.add("outside")
        told += [Problem(Code.OWN_SHEET_REFUSED, Place(file, sheet.name), reason)
                 for reason in sorted(why)]  # fmt: skip
        for name in renamed:
            if f"{name}!" in text or f"{name}'!" in text:
                told.append(Problem(Code.SHEET_RENAMED, Place(file, sheet.name), name))
    return told


def _on_ours(own: OwnSheets, key: str, sheet: SheetPart) -> list[str]:
    """What a person laid on a sheet of ours that the next one would lack."""
    names = {relation.name for relation in own.package.relations(sheet.part)}
    why = {_NOT_CARRIED[name] for name in names if name in _NOT_CARRIED}
    if "drawing" in names and key not in _CHARTED:
        why.add("drawing")
    return sorted(why)


def with_own_sheets(data: bytes, own: OwnSheets) -> bytes:
    """The workbook with a person's sheets after ours.

    Args:
        data: a workbook that we wrote.
        own: the sheets, none of which is refused.
    """
    if not own.sheets:
        return data
    return _Graft(data, own).done()


class _Graft:
    """Copies parts and gives them names and numbers that are free."""

    def __init__(self, data: bytes, own: OwnSheets) -> None:
        self._data, self._own = data, own
        self._target = Package(data)
        self._styles = Added(self._target.read(STYLES), own.package.read(STYLES))
        self._strings = _strings(own.package.read(STRINGS))
        self._parts: dict[str, bytes] = {}
        self._types: dict[str, str] = {}
        self._named: dict[str, str] = {}
        self._tables = sum(n.startswith("xl/tables/") for n in self._target.names)

    def done(self) -> bytes:
        placed = [self._copy(sheet.part, self._sheet) for sheet in self._own.sheets]
        self._parts[WORKBOOK] = self._workbook(placed).encode()
        self._parts[relations_of(WORKBOOK)] = self._workbook_relations(placed)
        self._parts[STYLES] = self._styles.xml()
        return with_parts(self._data, self._parts, self._types)

    def _copy(self, part: str, changed: Callable[[str], str] | None = None) -> str:
        """Copies a part and all that it points to; answers its new name."""
        if part in self._named:
            return self._named[part]
        name = self._free(part)
        self._named[part] = name
        content = self._own.package.read(part)
        if changed:
            content = changed(content.decode()).encode()
        self._parts[name] = content
        self._types[name] = self._own.package.content_type(part)
        relations = tuple(self._relation(r) for r in self._own.package.relations(part)
                          if r.name not in _LEFT_OUT)  # fmt: skip
        if relations:
            self._parts[relations_of(name)] = relations_xml(relations)
        return name

    def _relation(self, relation: Relation) -> Relation:
        if relation.external:
            return relation
        changed = self._table if relation.name == "table" else None
        target = self._copy(relation.target, changed)
        return Relation(relation.rel_id, relation.type, target)

    def _free(self, part: str) -> str:
        """A name in the same folder that neither workbook uses: parts are numbered anew."""
        folder, _, file = part.rpartition("/")
        ending = file.rpartition(".")[2]
        stem = re.sub(r"\d+$", "", re.sub(r"^own_", "", file.rpartition(".")[0]))
        taken = {*self._target.names, *self._parts}
        number = 1
        while f"{folder}/own_{stem}{number}.{ending}" in taken:
            number += 1
        return f"{folder}/own_{stem}{number}.{ending}"

    def _sheet(self, text: str) -> str:
        text = _CELL_TEXT.sub(self._text_cell, text)
        text = _STYLED.sub(lambda m: f'{m[1]}"{self._styles.cell(int(m[2]))}"', text)
        # Ours is the sheet that opens; two selected sheets would be edited together.
        return self._conditions(re.sub(r'\s+tabSelected="\w+"', "", text))

    def _text_cell(self, found: re.Match[str]) -> str:
        number = int(found[3])
        said = self._strings[number] if number < len(self._strings) else "<t/>"
        return f'{found[1]}t="inlineStr"{found[2]}><is>{said}</is></c>'

    def _conditions(self, text: str) -> str:
        return _BY_CONDITION.sub(lambda m: f'{m[1]}"{self._styles.by_condition(int(m[2]))}"', text)

    def _table(self, text: str) -> str:
        self._tables += 1
        numbered = re.sub(r'(<table\b[^>]*?\bid=)"\d+"', rf'\g<1>"{self._tables}"', text, count=1)
        return self._conditions(numbered)

    def _workbook(self, placed: list[str]) -> str:
        """Our workbook part that lists their sheets and names too."""
        text = self._target.read(WORKBOOK).decode()
        count = len(self._target.sheets())
        listed = "".join(
            f'<sheet name="{_attribute(sheet.name)}" sheetId="{count + n}"'
            + (f' state="{sheet.state}"' if sheet.state not in ("", "visible") else "")
            + f' r:id="rIdOwn{n}"/>'
            for n, (sheet, _) in enumerate(zip(self._own.sheets, placed, strict=True), 1)
        )
        text = text.replace("</sheets>", f"{listed}</sheets>", 1)
        names = "".join(self._names(count))
        if "</definedNames>" in text:
            return text.replace("</definedNames>", f"{names}</definedNames>", 1)
        return text.replace("</sheets>", f"</sheets><definedNames>{names}</definedNames>", 1)

    def _names(self, count: int) -> Iterator[str]:
        """A person's defined names: those of the workbook, and those of their sheets."""
        order = [sheet.name for sheet in self._own.package.sheets()]
        at = {order.index(s.name): count + n for n, s in enumerate(self._own.sheets)}
        known = {a.get("name") for a, _ in self._target.defined_names()}
        for attributes, said in self._own.package.defined_names():
            name, local = attributes.get("name", ""), attributes.get("localSheetId")
            ours = name.startswith(_MARK) or (local is None and name in known)
            if ours or (local is not None and int(local) not in at) or "#REF!" in said:
                continue
            kept = {k: v for k, v in attributes.items() if "}" not in k}
            if local is not None:
                kept["localSheetId"] = str(at[int(local)])
            shown = "".join(f' {k}="{_attribute(v)}"' for k, v in kept.items())
            yield f"<definedName{shown}>{_escaped(said)}</definedName>"

    def _workbook_relations(self, placed: list[str]) -> bytes:
        kind = next(r.type for r in self._target.relations(WORKBOOK) if r.name == "worksheet")
        added = tuple(Relation(f"rIdOwn{n}", kind, part) for n, part in enumerate(placed, 1))
        return relations_xml((*self._target.relations(WORKBOOK), *added))


def _strings(xml: bytes) -> list[str]:
    """What stands in each shared text, as it would stand in the cell itself."""
    if not xml:
        return []
    found = re.findall(r"<si\b[^>]*?(?:/>|>(.*?)</si>)", xml.decode(), re.DOTALL)
    return [said or "<t/>" for said in found]


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _attribute(text: str) -> str:
    return _escaped(text).replace('"', "&quot;")
