"""Workbooks in memory, as xlwings sees a spreadsheet; every call passes the wire first."""

import io
import itertools
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import openpyxl
import xlwings as xw
from xlwings import NoSuchObjectError, XlwingsError, base_classes, utils

from tests.live.calc import typed
from tests.live.calc.wire import WIRE, Gone
from tests.live.paper.grid import EMPTY, LINE_POINTS, Area, Cell, Page, Sheets, loaded
from xl_addin.live.host import HOSTS

NAME = "paper"
WIDE = 16_384
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


class Leaves(base_classes.Sheets):
    """The sheets of a book."""

    def __init__(self, book: Book) -> None:
        self.book = book

    api = property(lambda _: None)

    @property
    def active(self):
        WIRE.call("ask")
        return Leaf(self.book, self.book.held.active)

    def __call__(self, key):
        known = list(self.book.held.pages)
        if isinstance(key, int):
            return Leaf(self.book, known[key - 1])
        for name in known:
            if name.lower() == key.lower():
                return Leaf(self.book, name)
        raise NoSuchObjectError(key)

    def __len__(self):
        return len(self.book.held.pages)

    def __iter__(self):
        WIRE.call("ask")
        return iter([Leaf(self.book, name) for name in self.book.held.pages])

    def add(self, before=None, after=None, name=None):
        WIRE.call("book")
        self.book.held.pages[name] = Page()
        return Leaf(self.book, name)


class Leaf(base_classes.Sheet):
    """One sheet."""

    def __init__(self, book: Book, title: str) -> None:
        self._book, self.title = book, title

    api = property(lambda self: self)
    book = property(lambda self: self._book)
    page = property(lambda self: self._book.held.pages[self.title])
    index = property(lambda self: list(self._book.held.pages).index(self.title) + 1)
    tables = property(lambda self: Tables(self))

    def __eq__(self, other):
        return isinstance(other, Leaf) and (self._book, self.title) == (other._book, other.title)

    __hash__ = None

    @property
    def name(self):
        WIRE.call("ask")
        return self._book.held and self.title

    @property
    def visible(self):
        WIRE.call("ask")
        return self.page.shown

    @visible.setter
    def visible(self, value):
        WIRE.call("show")
        self.page.shown = bool(value)

    def range(self, arg1, arg2=None):
        if isinstance(arg1, Range) and arg2 is None:
            return arg1
        top, bottom = _corners(arg1)
        return Range(self, top, _corners(arg2)[1] if arg2 is not None else bottom)

    @property
    def used_range(self):
        WIRE.call("ask")
        filled = [
            (row, column)
            for row, cells in self.page.rows.items()
            for column, cell in cells.items()
            if cell.formula or cell.value is not None
        ]
        ends = [max(part, default=1) for part in zip(*filled, strict=True)] or [1, 1]
        return Range(self, (1, 1), (ends[0], ends[1]))

    def activate(self):
        WIRE.call("view")
        self._book.held.active = self.title

    select = activate


def _corners(at):
    if isinstance(at, Range):
        return at.first, at.last
    if isinstance(at, tuple):
        return at, at
    first, _, last = at.replace("$", "").partition(":")
    if first.isdigit():
        return (int(first), 1), (int(last), WIDE)
    top = utils.address_to_index_tuple(first)
    return top, utils.address_to_index_tuple(last) if last else top


class Tables(base_classes.Tables):
    """The tables of a sheet."""

    def __init__(self, sheet: Leaf) -> None:
        self.sheet = sheet

    def _names(self):
        known = self.sheet.book.held.tables
        return [name for name, area in known.items() if area.sheet == self.sheet.title]

    def __iter__(self):
        WIRE.call("ask")
        return iter([Table(self.sheet, name) for name in self._names()])

    def __len__(self):
        return len(self._names())

    def __call__(self, key):
        names = self._names()
        return Table(self.sheet, names[key - 1] if isinstance(key, int) else key)


class Table(base_classes.Table):
    """One table."""

    def __init__(self, sheet: Leaf, title: str) -> None:
        self.sheet, self.title = sheet, title

    api = property(lambda self: self)
    parent = property(lambda self: self.sheet)
    name = display_name = property(lambda self: self.title)

    @property
    def area(self) -> Area:
        WIRE.call("ask")
        return self.sheet.book.held.tables[self.title]

    show_totals = property(lambda self: self.area.totals)

    @property
    def range(self):
        at = self.area
        return Range(self.sheet, (at.first, at.left), (at.last, at.right))


class Range(base_classes.Range):
    """A rectangle of cells."""

    def __init__(self, sheet: Leaf, first, last) -> None:
        self.sheet, self.first, self.last = sheet, first, last

    api = property(lambda self: self)
    row = property(lambda self: self.first[0])
    column = property(lambda self: self.first[1])
    shape = property(
        lambda self: (self.last[0] - self.first[0] + 1, self.last[1] - self.first[1] + 1)
    )
    address = property(lambda self: self.get_address())

    def get_address(self, row_absolute=True, col_absolute=True, external=False):
        return ":".join(
            f"${utils.col_name(column)}${row}" for row, column in (self.first, self.last)
        )

    def __len__(self):
        return self.shape[0] * self.shape[1]

    def _cells(self, kind="read"):
        WIRE.call(kind, len(self))
        rows, columns = self.sheet.page.rows, range(self.first[1], self.last[1] + 1)
        for row in range(self.first[0], self.last[0] + 1):
            held = rows.get(row, {})
            yield [held.get(column, EMPTY) for column in columns]

    def _put(self, kind, change) -> None:
        """Each cell becomes what ``change(row, column, cell)`` says, counted from 0."""
        WIRE.call(kind, len(self))
        rows = self.sheet.page.rows
        for row in range(self.first[0], self.last[0] + 1):
            held = rows.setdefault(row, {})
            for column in range(self.first[1], self.last[1] + 1):
                at = (row - self.first[0], column - self.first[1])
                held[column] = change(*at, held.get(column, EMPTY))

    def _given(self, rows):
        return rows[0][0] if len(self) == 1 else rows

    @property
    def raw_value(self):
        return self._given([[_shown(cell) for cell in row] for row in self._cells()])

    @raw_value.setter
    def raw_value(self, data):
        if not isinstance(data, list | tuple):
            data = [[data] * self.shape[1]] * self.shape[0]
        self._put("write", lambda r, c, cell: _typed(data[r][c], cell))

    @property
    def formula(self):
        return self._given([[_said(cell) for cell in row] for row in self._cells()])

    @formula.setter
    def formula(self, data):
        if isinstance(data, str):
            data = [[data] * self.shape[1]] * self.shape[0]
        self._put("formula", lambda r, c, cell: _typed(_parsed(data[r][c], cell), cell))

    @property
    def number_format(self):
        codes = {cell.code for row in self._cells("ask") for cell in row}
        return codes.pop() if len(codes) == 1 else None

    @number_format.setter
    def number_format(self, code):
        self._put("format", lambda _r, _c, cell: cell._replace(code=code))

    @property
    def row_height(self):
        WIRE.call("ask")
        return self.sheet.page.heights.get(self.first[0], LINE_POINTS)

    @row_height.setter
    def row_height(self, points):
        WIRE.call("format")
        rows = range(self.first[0], self.last[0] + 1)
        self.sheet.page.heights |= dict.fromkeys(rows, float(points))

    @property
    def column_hidden(self):
        WIRE.call("ask")
        return self.first[1] in self.sheet.page.hidden

    @column_hidden.setter
    def column_hidden(self, value):
        WIRE.call("format")
        columns = set(range(self.first[1], self.last[1] + 1))
        hidden = self.sheet.page.hidden
        self.sheet.page.hidden = hidden | columns if value else hidden - columns

    def insert(self, shift=None, copy_origin=None):
        WIRE.call("insert")
        self.sheet.book.held.put_in(self.sheet.title, self.first[0], self.shape[0])

    def delete(self, shift=None):
        WIRE.call("delete")
        self.sheet.book.held.take_out(self.sheet.title, self.first[0], self.last[0])

    def copy(self, destination=None):
        target = getattr(destination, "impl", destination)
        held = list(self._cells("copy"))
        rows = target.sheet.page.rows
        for row, cells in enumerate(held, target.first[0]):
            rows.setdefault(row, {}).update(enumerate(cells, target.first[1]))

    def select(self):
        WIRE.call("view")
        self.sheet.book.selected = self


def _shown(cell: Cell):
    if isinstance(cell.value, float) and cell.is_date:
        return typed.moment(cell.value)
    wrong = cell.formula and str(cell.value).startswith("#")
    return None if wrong else cell.value


def _said(cell: Cell):
    """What stands in the line above the sheet: always a text."""
    if cell.formula or cell.value is None:
        return cell.formula
    return cell.value if isinstance(cell.value, str) else f"{cell.value:.15g}"


def _parsed(said, cell: Cell):
    """A number that comes as its digits; a text where the cell is one."""
    if isinstance(said, str) and cell.code != "@":
        with suppress(ValueError):
            return float(said)
    return said


def _typed(value, cell: Cell) -> Cell:
    """What Excel makes of a value: a text cell takes everything as it is."""
    if isinstance(value, str) and value.startswith("=") and cell.code != "@":
        return Cell(None, value, cell.code)
    if hasattr(value, "year"):
        return Cell(typed.serial(value), "", cell.code)
    return Cell(None if value == "" else value, "", cell.code)


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
