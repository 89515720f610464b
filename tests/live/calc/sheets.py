"""Sheets and the tables on them."""

import re
from numbers import Number

from xlwings import NoSuchObjectError, base_classes, utils

from tests.live.calc.cells import Range
from tests.live.calc.wire import WIRE

ROWS_MAX, COLUMNS_MAX = 1_048_576, 16_384


class Sheets(base_classes.Sheets):
    """The sheets of a book."""

    def __init__(self, book) -> None:
        self.book, self.held = book, book.document.Sheets

    api = property(lambda self: self.held)

    @property
    def active(self):
        return Sheet(self.book, self.book.document.CurrentController.ActiveSheet)

    def __call__(self, key):
        if isinstance(key, Number):
            return Sheet(self.book, self.held.getByIndex(key - 1))
        for name in self.held.ElementNames:
            if name.lower() == key.lower():
                return Sheet(self.book, self.held.getByName(name))
        raise NoSuchObjectError(key)

    def __len__(self):
        return self.held.Count

    def __iter__(self):
        return iter([Sheet(self.book, self.held.getByIndex(n)) for n in range(self.held.Count)])

    def add(self, before=None, after=None, name=None):
        at = before.index - 1 if before else after.index if after else 0
        name = name or f"Sheet{self.held.Count + 1}"
        self.held.insertNewByName(name, at)
        return Sheet(self.book, self.held.getByName(name))


class Sheet(base_classes.Sheet):
    """One sheet."""

    def __init__(self, book, held) -> None:
        self.book_impl, self.held = book, held

    api = property(lambda self: self)
    book = property(lambda self: self.book_impl)
    index = property(lambda self: self.held.RangeAddress.Sheet + 1)
    tables = property(lambda self: Tables(self))
    cells = property(lambda self: Range(self, (1, 1), (ROWS_MAX, COLUMNS_MAX)))

    @property
    def name(self):
        return self.held.Name

    @name.setter
    def name(self, value):
        self.held.Name = value

    @property
    def visible(self):
        return self.held.IsVisible

    @visible.setter
    def visible(self, value):
        WIRE.call("show")
        self.held.IsVisible = bool(value)

    def range(self, arg1, arg2=None):
        if isinstance(arg1, Range) and arg2 is None:
            return arg1
        top, bottom = self._corners(arg1)
        if arg2 is not None:
            bottom = self._corners(arg2)[1]
        return Range(self, top, bottom)

    def area(self, address) -> Range:
        """The range of a UNO address."""
        top = (address.StartRow + 1, address.StartColumn + 1)
        return Range(self, top, (address.EndRow + 1, address.EndColumn + 1))

    @staticmethod
    def _corners(at):
        if isinstance(at, Range):
            return at.first, at.last
        if isinstance(at, tuple):
            return at, at
        text = at.replace("$", "").upper()
        if re.fullmatch(r"\d+:\d+", text):
            first, last = text.split(":")
            return (int(first), 1), (int(last), COLUMNS_MAX)
        if re.fullmatch(r"[A-Z]+:[A-Z]+", text):
            first, last = text.split(":")
            columns = [utils.address_to_index_tuple(f"{letter}1")[1] for letter in (first, last)]
            return (1, columns[0]), (ROWS_MAX, columns[1])
        first, _, last = text.partition(":")
        top = utils.address_to_index_tuple(first)
        return top, utils.address_to_index_tuple(last) if last else top

    @property
    def used_range(self):
        cursor = self.held.createCursor()
        cursor.gotoEndOfUsedArea(False)
        end = cursor.RangeAddress
        return Range(self, (1, 1), (end.EndRow + 1, end.EndColumn + 1))

    def activate(self):
        self.book.document.CurrentController.setActiveSheet(self.held)

    select = activate

    def delete(self):
        self.book.document.Sheets.removeByName(self.held.Name)


class Tables(base_classes.Tables):
    """The Excel tables of a sheet, which Calc keeps as database ranges."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet, self.held = sheet, sheet.book.document.DatabaseRanges

    def _here(self):
        """Excel gives a sheet's own; Calc those of the book, which are asked for once."""
        book, names = self.sheet.book, self.held.ElementNames
        stand = (names, book.document.Sheets.ElementNames)
        if book.tables_of != stand:
            ranges = [(name, self.held.getByName(name)) for name in names]
            found = [(held.DataArea.Sheet, name, held) for name, held in ranges]
            book.tables_of, book.tables = stand, found
        index = self.sheet.index - 1
        return [Table(self.sheet, held, name) for at, name, held in book.tables if at == index]

    def __iter__(self):
        return iter(self._here())

    def __len__(self):
        return len(self._here())

    def __contains__(self, key):
        return any(table.name == key for table in self._here())

    def __call__(self, key):
        if isinstance(key, Number):
            return self._here()[key - 1]
        for table in self._here():
            if table.name == key:
                return table
        raise NoSuchObjectError(key)


class Table(base_classes.Table):
    """One table."""

    def __init__(self, sheet: Sheet, held, name: str) -> None:
        self.sheet, self.held, self._name = sheet, held, name

    api = property(lambda self: self)
    parent = property(lambda self: self.sheet)
    show_headers = property(lambda _: True)
    show_totals = property(lambda self: self.held.TotalsRow)

    @property
    def name(self):
        return self._name

    @name.setter
    def name(self, value):
        self.held.Name = self._name = value

    display_name = name

    @property
    def range(self):
        return self.sheet.area(self.held.DataArea)

    @property
    def header_row_range(self):
        whole = self.range
        return Range(self.sheet, whole.first, (whole.first[0], whole.last[1]))

    @property
    def data_body_range(self):
        whole = self.range
        last = whole.last[0] - (1 if self.show_totals else 0)
        return Range(self.sheet, (whole.first[0] + 1, whole.first[1]), (last, whole.last[1]))

    @property
    def show_autofilter(self):
        return self.held.AutoFilter

    def resize(self, area):
        WIRE.call("format")
        self.held.DataArea = getattr(area, "impl", area).held.RangeAddress
