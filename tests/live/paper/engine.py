"""Workbooks in memory, as xlwings sees a spreadsheet; every call passes the wire first."""

import io
import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import openpyxl
import xlwings as xw
from xlwings import NoSuchObjectError, XlwingsError, base_classes

from tests.live.calc.wire import WIRE, Gone
from tests.live.paper.grid import Page, Sheets, loaded
from tests.live.paper.sheets import Leaves
from xl_addin.live.host import HOSTS

NAME = "paper"
_SAVED: dict[bytes, Sheets] = {}  # what a file holds that was saved here: all, not its cells alone


class Apps(base_classes.Apps):
    """The programs started here."""

    def __init__(self) -> None:
        self.started: list[App] = []

    def __iter__(self):
        return iter(self.started)

    def __len__(self):
        return len(self.started)

    def keys(self):
        return [app.pid for app in self.started]


class Engine:
    """What ``xw.engines`` holds."""

    name, type = NAME, "desktop"

    def __init__(self) -> None:
        self.apps = Apps()


ENGINE = Engine()


class App(base_classes.App):
    """One program with its open workbooks."""

    books = None  # the base class has a property

    def __init__(self) -> None:
        self.books = Books(self)
        self.state = {
            "screen_updating": True, "enable_events": True, "calculation": "automatic",
            "status_bar": False, "display_alerts": True,
        }  # fmt: skip

    engine = property(lambda _: ENGINE)
    api = property(lambda self: self)
    pid = hwnd = property(lambda _: 0)
    selection = property(lambda self: self.books.active.selected)

    @property
    def version(self):
        WIRE.call("ask")
        return "16.0"

    def activate(self, steal_focus=False):
        WIRE.call("view")

    def alert(self, *_words):
        WIRE.call("ask")
        return "ok"


def _state(name: str) -> property:
    def asked(self):
        WIRE.call("ask")
        return self.state[name]

    def told(self, value):
        WIRE.call("state")
        self.state[name] = value

    return property(asked, told)


for _name in ("screen_updating", "enable_events", "calculation", "status_bar", "display_alerts"):
    setattr(App, _name, _state(_name))


class Books(base_classes.Books):
    """The open workbooks, the active one last."""

    def __init__(self, app) -> None:
        self.app, self.held = app, []
        self._number = itertools.count(1)

    api = property(lambda _: None)
    active = property(lambda self: self.held[-1] if self.held else None)

    def __call__(self, key):
        if isinstance(key, int):
            return self.held[key - 1]
        for book in self.held:
            if key.lower() in (book.title.lower(), book.path.lower()):
                return book
        raise KeyError(key)

    def __len__(self):
        return len(self.held)

    def __iter__(self):
        WIRE.call("ask")
        return iter(list(self.held))

    def add(self):
        WIRE.call("book")
        return self._took(Sheets({"Sheet1": Page()}, active="Sheet1"), f"Book{next(self._number)}")

    def open(self, fullname, *_more, **_options):
        WIRE.call("book")
        path = Path(fullname).absolute()
        self.unlike(path.name)
        content = path.read_bytes()
        found = _SAVED.get(content) or loaded(content)
        return self._took(found.copy(), path.name, str(path))

    def unlike(self, name: str) -> None:
        """Excel opens no two books of one name."""
        if any(book.title.lower() == name.lower() for book in self.held):
            raise XlwingsError(f"a book named {name} is open")

    def _took(self, sheets, name, path=""):
        book = Book(self, sheets, name, path)
        self.held.append(book)
        return book


class Book(base_classes.Book):
    """One workbook."""

    def __init__(self, books, sheets: Sheets, name: str, path: str) -> None:
        self.books, self._held, self.title, self.path = books, sheets, name, path
        self.closed, self.read_only, self.selected = False, False, None
        self.left = False  # by a process that died; its files may be gone

    @property
    def held(self) -> Sheets:
        if self.closed:
            raise Gone
        return self._held

    def snapshot(self) -> Sheets:
        """Its cells as they are now."""
        return self._held.copy()

    api = property(lambda self: self)
    app = property(lambda self: self.books.app)
    sheets = property(lambda self: Leaves(self))
    names = property(lambda self: Names(self))

    @property
    def name(self):
        WIRE.call("ask")
        return self.held and self.title

    @property
    def fullname(self):
        WIRE.call("ask")
        return self.held and (self.path or self.title)

    def activate(self):
        WIRE.call("view")
        assert self.held
        self.books.held.remove(self)
        self.books.held.append(self)

    def close(self):
        WIRE.call("book")
        told = "Windows deletes no file that is open"
        assert self.left or not self.path or Path(self.path).exists(), told
        self.gone()

    def gone(self) -> None:
        """Closed, by whomever; what was not saved is lost."""
        self.closed = True
        if self in self.books.held:
            self.books.held.remove(self)

    def save(self, path=None, password=None):
        WIRE.call("save")
        target = Path(path or self.path).absolute()
        if target.name.lower() != self.title.lower():
            self.books.unlike(target.name)
        self.path, self.title = str(target), target.name
        content = _written(self.held)
        target.write_bytes(content)
        _SAVED[content] = self.held.copy()


def _written(sheets: Sheets) -> bytes:
    """A plain file with these cells, which is kept beside the data of Undo."""
    made, stream = openpyxl.Workbook(), io.BytesIO()
    made.remove(made.active)
    for name, page in sheets.pages.items():
        sheet = made.create_sheet(name)
        for row, cells in page.rows.items():
            for column, cell in cells.items():
                at = sheet.cell(row, column)
                at.value, at.number_format = cell.formula or cell.value, cell.code
                if not cell.formula and isinstance(cell.value, str):
                    at.data_type = "s"
    made.save(stream)
    return stream.getvalue()


class Names(base_classes.Names):
    """Names of the whole workbook."""

    def __init__(self, book: Book) -> None:
        self.book = book

    api = property(lambda _: None)

    def __call__(self, key):
        WIRE.call("ask")
        if key not in self.book.held.names:
            raise NoSuchObjectError(key)
        return Name(self.book, key)

    def contains(self, key):
        return key in self.book.held.names

    def add(self, name, refers_to):
        WIRE.call("name")
        self.book.held.names[name] = refers_to
        return Name(self.book, name)


class Name(base_classes.Name):
    """One name."""

    def __init__(self, book: Book, name: str) -> None:
        self.book, self.title = book, name

    api = property(lambda self: self)
    name = property(lambda self: self.title)
    refers_to = property(lambda self: self.book.held.names[self.title])

    @property
    def refers_to_range(self):
        WIRE.call("ask")
        sheet, _, cells = self.refers_to.removeprefix("=").rpartition("!")
        return self.book.sheets(sheet.strip("'")).range(cells)


class Paper:
    """See xl_addin.live.host.Host."""

    def is_excel(self, app):
        return bool(app)

    def protected(self, sheet):
        WIRE.call("ask")
        return not sheet.impl.page

    def read_only(self, book):
        WIRE.call("ask")
        return book.impl.read_only

    def filtered(self, table):
        return not table.impl.area

    def show_all(self, table):
        raise AssertionError(table)

    def filled(self, cells):
        WIRE.call("count")
        return -1 if cells else 0

    def freeze(self, sheet, rows, columns):
        WIRE.call("view")
        sheet.impl.page.frozen = (rows, columns)

    def cancelled(self, app):
        return not app


PAPER = Paper()


@contextmanager
def started() -> Iterator[xw.App]:
    """A program without any workbook, the active one for a while."""
    HOSTS[NAME] = lambda: PAPER
    if NAME not in [engine.name for engine in xw.engines]:
        xw.engines.add(xw.Engine(impl=ENGINE))
    before = xw.engines.active
    xw.engines.active = xw.engines[NAME]
    ENGINE.apps.started = [App()]
    try:
        yield xw.App(impl=ENGINE.apps.started[0])
    finally:
        ENGINE.apps.started.clear()
        xw.engines.active = before
