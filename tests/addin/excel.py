"""An Excel that is none: the add-in's file and VBA, run by an interpreter, the outside faked.

What the add-in would start, write and show is kept here, to be looked at.
"""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

from defusedxml import ElementTree
from pyopenvba.apps.excel import ExcelApplication
from pyopenvba.interpreter._objects import MemberSpec, VBAObject, member, method
from pyopenvba.interpreter._preprocess import strip_directives
from pyopenvba.interpreter._values import EMPTY, VBADate, VBAInt, error, to_text

from recon_engine.messages import Language
from workbook_templates.properties import custom_properties
from xl_addin.addin_file.package import addin_bytes
from xl_addin.addin_file.project import DOCUMENT, MODULES, source
from xl_addin.addin_file.ribbon import EDITIONS, ribbon_xml

CALLBACKS = ("GetLabel", "GetTip", "GetChanges", "GetEnabled")
ASK = 'Attribute VB_Name = "Ask"\r\nOption Explicit\r\n' + "".join(
    f"Public Function Ask{name}(control As IRibbonControl) As Variant\r\n"
    f"    Dim found As Variant\r\n    {name} control, found\r\n"
    f"    Ask{name} = found\r\nEnd Function\r\n"
    for name in CALLBACKS
)
UI_LANGUAGES = {Language.EN: 1033, Language.ZH_HANS: 2052, Language.ZH_HANT: 1028}
NOW = datetime(2026, 11, 25, 9, 0, 0)  # noqa: DTZ001 - VBA knows no time zone


@dataclass
class World:
    """What the add-in meets outside, and what it did there."""

    settings: dict[tuple[str, str, str], str] = field(default_factory=dict)
    ui_language: int = UI_LANGUAGES[Language.EN]
    exit_code: int = 0
    may_start: bool = True
    files: dict[str, str] = field(default_factory=dict)
    touched: dict[str, datetime] = field(default_factory=dict)
    started: list[tuple[str, int, bool]] = field(default_factory=list)
    scripts: list[tuple[str, str, str]] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)
    asked_again: int = 0


class Control(VBAObject):
    """A button of the ribbon, with what the XML says of it."""

    vba_type_name = "IRibbonControl"

    def __init__(self, element: Element) -> None:
        self.element = element

    @member
    def ID(self) -> object:
        return self.element.get("id")

    @member
    def Tag(self) -> object:
        return self.element.get("tag", "")


class Shell(VBAObject):
    """WScript.Shell: like the real one, it replaces %NAME% in what it runs."""

    def __init__(self, world: World) -> None:
        self.world = world

    @method
    def Run(self, command: object, style: object, wait: object) -> object:
        if not self.world.may_start:
            raise error(70)
        self.world.started.append((expanded(to_text(command)), int(style), bool(wait)))  # type: ignore[call-overload]
        return VBAInt(self.world.exit_code, "Long")

    @method
    def ExpandEnvironmentStrings(self, text: object) -> object:
        return expanded(to_text(text))

    @method
    def Popup(self, text: object, _seconds: object, _title: object, _style: object) -> object:
        self.world.shown.append(to_text(text))
        return VBAInt(1, "Long")


def expanded(text: str) -> str:
    """Windows' own replacement of the variables it knows."""
    known = {"%LOCALAPPDATA%": r"C:\Users\王 芳\AppData\Local", "%OS%": "Windows_NT"}
    for name, value in known.items():
        text = text.replace(name, value)
    return text


class Stream(VBAObject):
    def __init__(self, world: World, path: str) -> None:
        self.world, self.path = world, path
        world.files[path] = ""

    @method
    def Write(self, text: object) -> object:
        self.world.files[self.path] += to_text(text)
        return EMPTY

    @method
    def Close(self) -> object:
        return EMPTY


class File(VBAObject):
    def __init__(self, touched: datetime) -> None:
        self.touched = touched

    @member
    def DateLastModified(self) -> object:
        return VBADate.from_datetime(self.touched)


class Files(VBAObject):
    """Scripting.FileSystemObject over a dictionary."""

    def __init__(self, world: World) -> None:
        self.world = world

    @method
    def FileExists(self, path: object) -> object:
        return to_text(path) in self.world.touched

    @method
    def GetFile(self, path: object) -> object:
        return File(self.world.touched[to_text(path)])

    @method
    def CreateTextFile(self, path: object, _overwrite: object, _unicode: object) -> object:
        return Stream(self.world, to_text(path))


class LanguageSettings(VBAObject):
    def __init__(self, world: World) -> None:
        self.world = world

    @member
    def LanguageID(self, which: object) -> object:
        return VBAInt(self.world.ui_language if int(which) == 2 else 1033, "Long")  # type: ignore[call-overload]


class Ribbon(VBAObject):
    vba_type_name = "IRibbonUI"

    def __init__(self, world: World) -> None:
        self.world = world

    @method
    def Invalidate(self) -> object:
        self.world.asked_again += 1
        return EMPTY


class Property(VBAObject):
    def __init__(self, value: str) -> None:
        self.value = value

    @member
    def Value(self) -> object:
        return self.value


class BrokenSheet(VBAObject):
    """A sheet that says which workbook it is of, and nothing else."""

    def __init__(self, book: object) -> None:
        self.book = book

    @member
    def Parent(self) -> object:
        return self.book

    @member
    def ListObjects(self) -> object:
        raise error(438)


class Excel:
    """The add-in, loaded."""

    def __init__(self, folder: Path, *, mac: bool = False) -> None:
        addin = folder / "Tieout.xlam"
        addin.write_bytes(addin_bytes())
        self.world = World()
        self.app = ExcelApplication.open(addin, with_vba=False)
        self.app.freeze_clock(NOW)
        self._fake()
        for name in MODULES:
            self.app.add_module(strip_directives(source(name), constants={"Mac": mac}), name=name)
        document = source(DOCUMENT).replace("WithEvents ", "")  # the interpreter raises no events
        self.app.add_module(document, name=DOCUMENT, kind="document")
        self.app.add_module(ASK, name="Ask")
        xml = ElementTree.fromstring(ribbon_xml(EDITIONS[1]))
        self.controls = {e.get("id", ""): Control(e) for e in xml.iter() if e.get("id")}
        self.app.run("OnLoad", Ribbon(self.world))

    def _fake(self) -> None:
        world, application = self.world, self.app.application
        made = {"WScript.Shell": Shell(world), "Scripting.FileSystemObject": Files(world)}
        self.app.interpreter.host.create = made.__getitem__
        intrinsics = dict(self.app.interpreter._intrinsics)
        intrinsics["getsetting"] = lambda _i, a, _n: world.settings.get(_key(a), to_text(a[3]))
        intrinsics["savesetting"] = lambda _i, a, _n: world.settings.update(
            {_key(a): to_text(a[3])}
        )
        intrinsics["applescripttask"] = lambda _i, a, _n: world.scripts.append(
            tuple(to_text(one) for one in a)
        )
        self.app.interpreter._intrinsics = intrinsics
        _give(application, "Hwnd", lambda _self: VBAInt(265_482, "Long"))
        _give(application, "Path", lambda _self: "/Applications/Microsoft Excel.app")
        _give(application, "LanguageSettings", lambda _self: LanguageSettings(world))

    def open(self, path: Path | None = None, name: str = "") -> None:
        """Brings a workbook to the front: a file, or a new one of that name."""
        book: Any = self.app.open_workbook(path) if path else self.app.add_workbook()
        book.name = name or book.name
        held = custom_properties(path.read_bytes()) if path else {}

        def property_of(_self: object, name: object) -> object:
            if to_text(name) not in held:
                raise error(5)
            return Property(held[to_text(name)])

        _give(book, "CustomDocumentProperties", property_of, "Name")
        self.app.activate_workbook(book)

    def press(self, control: str) -> None:
        """What Excel does when a button is pressed."""
        element = self.controls[control].element
        self.app.run(element.get("onAction", "").rpartition(".")[2], self.controls[control])

    def ask(self, callback: str, control: str) -> object:
        """What the add-in answers when the ribbon asks about a control."""
        return self.app.run(f"Ask{callback}", self.controls[control])


def _key(arguments: list[object]) -> tuple[str, str, str]:
    return to_text(arguments[0]), to_text(arguments[1]), to_text(arguments[2])


def _give(thing: VBAObject, name: str, getter: Any, *parameters: str) -> None:
    """A member that the interpreter's own Excel lacks."""
    spec = MemberSpec(name=name, kind="property", getter=getter, parameters=parameters)
    thing._vba_members = {**thing._vba_members, name.lower(): spec}  # type: ignore[misc]
