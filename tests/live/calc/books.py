"""Workbooks and their names."""

import itertools
from numbers import Number
from pathlib import Path

from xlwings import NoSuchObjectError, XlwingsError, base_classes

from tests.live.calc.sheets import Sheet, Sheets
from tests.live.calc.wire import WIRE, Gone

FILTERS = {
    ".xlsx": "Calc MS Excel 2007 XML",
    ".xltx": "Calc MS Excel 2007 XML",
    ".xlsm": "Calc MS Excel 2007 VBA XML",
    ".pdf": "calc_pdf_Export",
}


def option(name, value):
    """One named argument of a UNO call."""
    from com.sun.star.beans import PropertyValue  # noqa: PLC0415 - only where the system has it

    made = PropertyValue()
    made.Name, made.Value = name, value
    return made


def url(path) -> str:
    """A path as UNO wants it."""
    return Path(path).absolute().as_uri()


class Books(base_classes.Books):
    """The open workbooks, the active one last."""

    def __init__(self, app) -> None:
        self.app = app
        self.open_books: list[Book] = []
        self._number = itertools.count(1)

    api = property(lambda _: None)

    @property
    def active(self):
        return self.open_books[-1] if self.open_books else None

    def __call__(self, key):
        if isinstance(key, Number):
            return self.open_books[key - 1]
        for book in self.open_books:
            if key.lower() in (book.name.lower(), book.fullname.lower()):
                return book
        raise KeyError(key)

    def __contains__(self, key):
        try:
            return self(key) is not None
        except KeyError:
            return False

    def __len__(self):
        return len(self.open_books)

    def __iter__(self):
        return iter(list(self.open_books))

    def add(self):
        document = self.app.desktop.loadComponentFromURL(
            "private:factory/scalc", "_blank", 0, (option("Hidden", True),)
        )
        return self._took(document, f"Book{next(self._number)}", "")

    def open(self, fullname, update_links=None, read_only=None, *_more, **_options):
        path = str(Path(fullname).absolute())
        asked = [option("Hidden", True), option("ReadOnly", bool(read_only))]
        if path.endswith(".xltx"):
            asked.append(option("AsTemplate", False))
        document = self.app.desktop.loadComponentFromURL(url(path), "_blank", 0, tuple(asked))
        if document is None:
            raise XlwingsError(f"could not open {path}")
        return self._took(document, Path(path).name, path)

    def adopt(self, document, name: str, path: str = "") -> "Book":
        """Takes a document that another process opened in the same soffice."""
        return self._took(document, name, path)

    def _took(self, document, name, path):
        book = Book(self, document, name, path)
        self.open_books.append(book)
        return book


class Book(base_classes.Book):
    """One document."""

    def __init__(self, books, document, name: str, path: str) -> None:
        self.books, self._document, self._name, self._path = books, document, name, path
        self.formats: dict[int, int] = {}
        self.tables: list[tuple] = []  # sheet, name and range of each, as long as those stand
        self.tables_of = None
        self.read_only = False
        self.closed = self._held = False
        self.selected = None

    @property
    def document(self):
        if self.closed:
            raise Gone
        return self._document

    def hold(self, *, held: bool) -> None:
        """Draws and measures nothing for a while: the heights of rows above all."""
        if held and not self._held:
            self.document.lockControllers()
            self.document.addActionLock()
        elif self._held and not held:
            self.document.removeActionLock()
            self.document.unlockControllers()
        self._held = held

    api = property(lambda self: self)
    name = property(lambda self: self._name)
    fullname = property(lambda self: self._path or self._name)
    app = property(lambda self: self.books.app)
    sheets = property(Sheets)
    names = property(lambda self: Names(self))

    def activate(self):
        self.books.open_books.remove(self)
        self.books.open_books.append(self)

    def close(self):
        self._document.close(True)
        self.closed = True
        if self in self.books.open_books:
            self.books.open_books.remove(self)

    def save(self, path=None, password=None):
        target = Path(path or self._path or f"{self._name}.xlsx").absolute()
        asked = (option("FilterName", FILTERS[target.suffix]), option("Overwrite", True))
        self.document.storeToURL(url(target), asked)
        self._path, self._name = str(target), target.name

    def to_pdf(self, path, quality=None):
        self.document.storeToURL(url(path), (option("FilterName", FILTERS[".pdf"]),))

    def format_type(self, key: int) -> int:
        """What kind of number format a key stands for, without the bit of user-made ones."""
        if key not in self.formats:
            self.formats[key] = self.document.NumberFormats.getByKey(key).Type & ~1
        return self.formats[key]

    def format_key(self, code: str) -> int:
        """The key of a number format, made where it is new."""
        from com.sun.star.lang import Locale  # noqa: PLC0415

        known, place = self.document.NumberFormats, Locale("en", "US", "")
        found = known.queryKey(code, place, False)
        return known.addNew(code, place) if found == -1 else found


class Names(base_classes.Names):
    """Names of the whole workbook."""

    def __init__(self, book: Book) -> None:
        self.book = book

    @property
    def held(self):
        return self.book.document.NamedRanges

    api = held

    def __call__(self, key):
        if isinstance(key, Number):
            return Name(self.book, self.held.ElementNames[key - 1])
        if not self.held.hasByName(key):
            raise NoSuchObjectError(key)
        return Name(self.book, key)

    def contains(self, key):
        return key <= len(self) if isinstance(key, Number) else self.held.hasByName(key)

    def __len__(self):
        return self.held.Count

    def __iter__(self):
        return iter([Name(self.book, name) for name in self.held.ElementNames])

    def add(self, name, refers_to):
        from com.sun.star.table import CellAddress  # noqa: PLC0415

        WIRE.call("name")
        content = refers_to.removeprefix("=")
        if "!" in content:
            sheet, _, cells = content.partition("!")
            content = f"${sheet}.{cells}"
        if self.held.hasByName(name):
            self.held.removeByName(name)
        self.held.addNewByName(name, content, CellAddress(), 0)
        return Name(self.book, name)


class Name(base_classes.Name):
    """One name."""

    def __init__(self, book: Book, name: str) -> None:
        self.book, self._name = book, name

    api = property(lambda self: self.book.document.NamedRanges.getByName(self._name))
    name = property(lambda self: self._name)
    refers_to = property(lambda self: "=" + self.api.Content)

    def delete(self):
        self.book.document.NamedRanges.removeByName(self._name)

    @property
    def refers_to_range(self):
        cells = self.api.ReferredCells
        if cells is None:
            raise NoSuchObjectError(self._name)
        area = cells.RangeAddress
        sheet = Sheet(self.book, self.book.document.Sheets.getByIndex(area.Sheet))
        return sheet.area(area)
