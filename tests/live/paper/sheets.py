"""Sheets, tables and ranges of a workbook in memory."""

from contextlib import suppress

from xlwings import NoSuchObjectError, base_classes, utils

from tests.live.calc import typed
from tests.live.calc.wire import WIRE
from tests.live.paper.grid import EMPTY, LINE_POINTS, Area, Cell, Page

WIDE = 16_384


class Leaves(base_classes.Sheets):
    """The sheets of a book."""

    def __init__(self, book) -> None:
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

    def __init__(self, book, title: str) -> None:
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
        rows, known = range(self.first[0], self.last[0] + 1), self.sheet.page.heights
        heights = {known.get(row, LINE_POINTS) for row in rows}
        return heights.pop() if len(heights) == 1 else None  # as in Excel

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
