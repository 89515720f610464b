"""The small workbooks that stand beside the person's while cells are copied to or from them.

Excel opens no two workbooks of one name, so what a killed action left open is closed before the
next one is opened; and Windows deletes no file that is open, so each is closed before its folder
goes, which stays where Excel does not answer.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import xlwings as xw

FORM, BEFORE = "Tieout form.xlsx", "Tieout before.xlsx"


@contextmanager
def opened(book: xw.Book, content: bytes) -> Iterator[xw.Book | None]:
    """The form that an action copies from; None where it copies nothing."""
    if not content:
        yield None
        return
    close_left(book.app)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        path = Path(folder) / FORM
        path.write_bytes(content)
        form = book.app.books.open(path)
        try:
            yield form
        finally:
            form.close()
            book.activate()


@contextmanager
def new(book: xw.Book, folder: Path) -> Iterator[xw.Book]:
    """An empty workbook in a folder, to be filled; it is saved and closed at the end."""
    close_left(book.app)
    form = book.app.books.add()
    try:
        form.save(folder / BEFORE)  # has its name from the start, to be known if this dies
        yield form
        form.save()
    finally:
        form.close()
        book.activate()


def close_left(app: xw.App) -> None:
    """Closes what an action left open that was killed."""
    for book in app.books:
        if book.name in (FORM, BEFORE):
            book.close()
