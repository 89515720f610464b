"""A workbook file as its parts: what each is, and which others it points to."""

import io
import posixpath
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from xml.sax.saxutils import quoteattr

from defusedxml import ElementTree

from workbook_templates.packing import ZIP_LEVEL

WORKBOOK, STYLES, STRINGS = "xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml"
TYPES = "[Content_Types].xml"
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
REL_ID = f"{{{_OFFICE}}}id"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_EARLIEST = (1980, 1, 1, 0, 0, 0)  # of a file in a zip; no clock


@dataclass(frozen=True, slots=True)
class Relation:
    """One part points to another, or to something outside.

    Attributes:
        rel_id: by which the part's own text names it.
        type: the whole address of the type.
        target: path of the part within the package, or the address outside.
        external: whether it points outside.
    """

    rel_id: str
    type: str
    target: str
    external: bool = False

    @property
    def name(self) -> str:
        """The type's last word: ``table``, ``drawing``, ``comments`` and so on."""
        return str(self.type.rpartition("/")[2])


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A sheet of a workbook: its name, its part, and whether it is shown."""

    name: str
    part: str
    state: str = ""


class Package:
    """The parts of a workbook file by path."""

    def __init__(self, data: bytes) -> None:
        """Opens the zip; parts are unpacked when they are asked for."""
        self._zip = zipfile.ZipFile(io.BytesIO(data))
        self.names = tuple(self._zip.namelist())
        root = ElementTree.fromstring(self.read(TYPES))
        self._defaults = {e.get("Extension", "").lower(): e.get("ContentType", "")
                          for e in root if e.tag.endswith("}Default")}  # fmt: skip
        self._overrides = {e.get("PartName", "").lstrip("/"): e.get("ContentType", "")
                           for e in root if e.tag.endswith("}Override")}  # fmt: skip

    def read(self, name: str) -> bytes:
        """A part's bytes; none if there is no such part."""
        found: bytes = self._zip.read(name) if name in self.names else b""
        return found

    def content_type(self, name: str) -> str:
        """What a part holds, by its own name or its ending."""
        ending = name.rpartition(".")[2].lower()
        return str(self._overrides.get(name) or self._defaults.get(ending, ""))

    def relations(self, name: str) -> tuple[Relation, ...]:
        """What a part points to."""
        found = self.read(relations_of(name))
        if not found:
            return ()
        folder = posixpath.dirname(name)
        return tuple(
            Relation(
                e.get("Id", ""), e.get("Type", ""),
                e.get("Target", "") if e.get("TargetMode") == "External"
                else _resolved(folder, e.get("Target", "")),
                e.get("TargetMode") == "External",
            )
            for e in ElementTree.fromstring(found)
        )  # fmt: skip

    def sheets(self) -> tuple[SheetPart, ...]:
        """The sheets from left to right."""
        targets = {r.rel_id: r.target for r in self.relations(WORKBOOK)}
        root = ElementTree.fromstring(self.read(WORKBOOK))
        found = root.find(f"{MAIN}sheets")
        return tuple(
            SheetPart(e.get("name", ""), targets.get(e.get(REL_ID, ""), ""), e.get("state", ""))
            for e in (found if found is not None else ())
        )

    def defined_names(self) -> tuple[tuple[Mapping[str, str], str], ...]:
        """The defined names: attributes and what each stands for."""
        root = ElementTree.fromstring(self.read(WORKBOOK))
        found = root.find(f"{MAIN}definedNames")
        return tuple((dict(e.items()), e.text or "") for e in (found if found is not None else ()))


def _resolved(folder: str, target: str) -> str:
    if target.startswith("/"):
        return target.lstrip("/")
    return posixpath.normpath(posixpath.join(folder, target))


def relations_of(name: str) -> str:
    """The part that says what a part points to."""
    folder, _, file = name.rpartition("/")
    return f"{folder}/_rels/{file}.rels" if folder else f"_rels/{file}.rels"


def relations_xml(relations: tuple[Relation, ...]) -> bytes:
    """The part that says so, with targets from the package's root."""
    lines = [
        f"<Relationship Id={quoteattr(r.rel_id)} Type={quoteattr(r.type)} "
        f"Target={quoteattr(r.target if r.external else '/' + r.target)}"
        + (' TargetMode="External"/>' if r.external else "/>")
        for r in relations
    ]
    return f'{_HEAD}<Relationships xmlns="{_RELATIONS}">{"".join(lines)}</Relationships>'.encode()


def with_parts(data: bytes, changed: Mapping[str, bytes], types: Mapping[str, str]) -> bytes:
    """The package with these parts replaced or added; the same parts give the same bytes.

    Args:
        data: the package.
        changed: parts by path.
        types: content types of the new ones.
    """
    overrides = "".join(
        f"<Override PartName={quoteattr('/' + name)} ContentType={quoteattr(kind)}/>"
        for name, kind in types.items()
    )
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = changed.get(name) or old.read(name)
            if name == TYPES:
                content = re.sub(rb"</Types>\s*$", overrides.encode() + b"</Types>", content)
            _store(new, name, content)
        for name, content in changed.items():
            if name not in old.namelist():
                _store(new, name, content)
    return out.getvalue()


def _store(package: zipfile.ZipFile, name: str, content: bytes) -> None:
    info = zipfile.ZipInfo(name, _EARLIEST)
    info.compress_type = zipfile.ZIP_DEFLATED
    package.writestr(info, content, compresslevel=ZIP_LEVEL)
