"""What a spreadsheet program answers that xlwings does not ask: one small class a program.

Excel for Windows answers COM calls, Excel for Mac answers Apple events; a test brings a third.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import xlwings as xw
from xlwings.main import Table

from recon_engine.errors import Code, Place, TieoutError, error

# What COM answers while a cell is edited, a dialog is open, or a macro runs.
_BUSY = frozenset({-2147418111, -2147417846, -2146777998})
# What it answers when the book or Excel itself is gone.
_GONE = frozenset({-2147417848, -2147023174, -2147023170, -2147220995})
_REFUSED = -2147352567  # DISP_E_EXCEPTION: Excel itself says no; why stands in its own code
_OTHER_OFFICES = ("kingsoft", "wps office")
_ESCAPE = 0x1B


class Host(Protocol):
    """The program that the book is open in."""

    def is_excel(self, app: xw.App) -> bool:
        """Whether it is Excel, and not a program that answers to its name."""

    def protected(self, sheet: xw.Sheet) -> bool:
        """Whether the sheet's cells are locked against writing."""

    def read_only(self, book: xw.Book) -> bool:
        """Whether the book cannot be saved where it is."""

    def filtered(self, table: Table) -> bool:
        """Whether a filter hides rows of the table."""

    def show_all(self, table: Table) -> None:
        """Takes the filter's choice off; the arrows stay."""

    def filled(self, cells: xw.Range) -> int:
        """How many of the cells hold anything; below 0 where it must be seen by reading them."""

    def freeze(self, sheet: xw.Sheet, rows: int, columns: int) -> None:
        """Keeps the first rows and columns of a sheet in view; makes it the active one."""

    def cancelled(self, app: xw.App) -> bool:
        """Whether Escape was pressed since the last time this was asked."""


class WindowsExcel:
    """Excel for Windows, over COM."""

    def is_excel(self, app: xw.App) -> bool:
        """See Host; WPS registers itself under Excel's name."""
        path = str(app.api.Path).lower()
        return not any(name in path for name in _OTHER_OFFICES)

    def protected(self, sheet: xw.Sheet) -> bool:
        """See Host."""
        return bool(sheet.api.ProtectContents)

    def read_only(self, book: xw.Book) -> bool:
        """See Host."""
        return bool(book.api.ReadOnly)

    def filtered(self, table: Table) -> bool:
        """See Host."""
        arrows = table.api.AutoFilter
        return arrows is not None and bool(arrows.FilterMode)

    def show_all(self, table: Table) -> None:
        """See Host."""
        table.api.AutoFilter.ShowAllData()

    def filled(self, cells: xw.Range) -> int:
        """See Host."""
        return int(cells.sheet.book.app.api.WorksheetFunction.CountA(cells.api))

    def freeze(self, sheet: xw.Sheet, rows: int, columns: int) -> None:
        """See Host."""
        sheet.activate()
        window = sheet.book.app.api.ActiveWindow
        window.FreezePanes = False
        window.ScrollRow, window.ScrollColumn = 1, 1
        window.SplitRow, window.SplitColumn = rows, columns
        window.FreezePanes = True

    def cancelled(self, app: xw.App) -> bool:
        """See Host; only while Excel is in front, or Escape belongs to another program."""
        if sys.platform != "win32":
            return False
        import ctypes  # noqa: PLC0415 - only on Windows

        user = ctypes.windll.user32
        return user.GetForegroundWindow() == app.hwnd and bool(user.GetAsyncKeyState(_ESCAPE))


class MacExcel:
    """Excel for Mac, over Apple events."""

    def is_excel(self, app: xw.App) -> bool:
        """See Host; the events are addressed to Excel by its own id."""
        return bool(app)

    def protected(self, sheet: xw.Sheet) -> bool:
        """See Host."""
        return bool(sheet.api.protect_contents.get())

    def read_only(self, book: xw.Book) -> bool:
        """See Host."""
        return bool(book.api.read_only.get())

    def filtered(self, table: Table) -> bool:
        """See Host; any criterion counts, whether it hides a row or not."""
        return bool(table.autofilter.criteria)

    def show_all(self, table: Table) -> None:
        """See Host."""
        table.autofilter.clear()

    def filled(self, cells: xw.Range) -> int:
        """See Host; no function of a sheet is called here."""
        return -1 if cells else 0

    def freeze(self, sheet: xw.Sheet, rows: int, columns: int) -> None:
        """See Host."""
        sheet.activate()
        window = sheet.book.app.api.active_window
        window.freeze_panes.set(False)
        window.split_row.set(rows)
        window.split_column.set(columns)
        window.freeze_panes.set(True)

    def cancelled(self, app: xw.App) -> bool:
        """See Host; a Mac does not tell another program which keys are down."""
        return not app


# By the name of xlwings' engine; a test adds its own.
HOSTS: dict[str, Callable[[], Host]] = {
    "excel": MacExcel if sys.platform == "darwin" else WindowsExcel
}


def host_of(app: xw.App) -> Host:
    """The host of an application.

    Raises:
        TieoutError: HOST_NOT_EXCEL, for WPS and others that only call themselves so.
    """
    host = HOSTS[app.engine.name]()
    if not host.is_excel(app):
        raise error(Code.HOST_NOT_EXCEL)
    return host


def told(fault: Exception, book: str = "") -> TieoutError | None:
    """What a refused call means for the person; none where it is a fault of the program."""
    numbers = {getattr(fault, "hresult", None), _inner(fault)}
    if numbers & _BUSY:
        return error(Code.EXCEL_BUSY, Place(book))
    if numbers & _GONE:
        return error(Code.BOOK_CLOSED, Place(book))
    if _REFUSED in numbers:
        return error(Code.EXCEL_REFUSED, Place(book))
    return None


def is_busy(fault: Exception) -> bool:
    """Whether a call was refused only because it came at the wrong moment."""
    return bool({getattr(fault, "hresult", None), _inner(fault)} & _BUSY)


def is_gone(fault: Exception) -> bool:
    """Whether a call found neither the book nor Excel."""
    return bool({getattr(fault, "hresult", None), _inner(fault)} & _GONE)


@contextmanager
def if_there() -> Iterator[None]:
    """Lets pass that a name or its cell is not there, which each engine says in its own way.

    That Excel does not answer is no such news: what is there would be taken for missing.
    """
    try:
        yield
    except Exception as fault:
        if is_busy(fault) or is_gone(fault):
            raise


def _inner(fault: Exception) -> Any:
    """Excel's own code inside a COM error, which pywin32 puts last in ``excepinfo``."""
    inner = getattr(fault, "excepinfo", None)
    return inner[5] if inner and len(inner) > 5 else None
