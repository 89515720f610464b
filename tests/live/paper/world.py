"""All that outlives a process: the open workbooks, the program's settings, the files it keeps."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import xlwings as xw

from tests.live.calc.wire import WIRE
from tests.live.paper.engine import Book
from tests.live.paper.grid import EMPTY, LINE_POINTS, Sheets
from xl_addin.live.book import ID_NAME

ASKING = frozenset({"ask", "read"})  # calls that change nothing
_read: dict[tuple[Path, int, int], bytes] = {}


@dataclass(frozen=True)
class World:
    """What is there at one moment; :meth:`restore` makes it so again."""

    books: tuple[tuple[str, str, Sheets], ...]
    state: tuple[tuple[str, object], ...]
    home: Path
    files: tuple[tuple[Path, bytes], ...]

    @classmethod
    def now(cls, app: xw.App, home: Path) -> "World":
        """As it is."""
        books = tuple((book.title, book.path, book.snapshot()) for book in app.impl.books.held)
        paths = sorted(path for path in home.rglob("*") if path.is_file())
        files = tuple((path, _bytes(path)) for path in paths)
        return cls(books, tuple(app.impl.state.items()), home, files)

    def restore(self, app: xw.App) -> None:
        """Workbooks, settings and files as they were; what was there since then is gone."""
        for book in list(app.impl.books.held):
            book.gone()
        app.impl.books.held = [
            Book(app.impl.books, sheets.copy(), title, path) for title, path, sheets in self.books
        ]
        for book in app.impl.books.held:
            book.left = True
        app.impl.state = dict(self.state)
        wanted = dict(self.files)
        for path in self.home.rglob("*"):
            if path.is_file() and path not in wanted:
                path.unlink()
        for path, content in wanted.items():
            if not path.exists() or _bytes(path) != content:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)

    def book(self, name: str) -> Sheets:
        """The cells of one workbook."""
        return next(sheets for title, _, sheets in self.books if title == name)


def _bytes(path: Path) -> bytes:
    """A file's content, read once as long as it does not change."""
    told = path.stat()
    key = (path, told.st_mtime_ns, told.st_size)
    if key not in _read:
        _read[key] = path.read_bytes()
    return _read[key]


@contextmanager
def watched(app: xw.App, home: Path) -> Iterator[list[World]]:
    """The world before every call that changes anything: where a process may be killed."""
    seen: list[World] = []

    def look(kind: str) -> None:
        if kind not in ASKING:
            seen.append(World.now(app, home))

    WIRE.before = look
    try:
        yield seen
    finally:
        WIRE.before = None


def seen_by_a_person(sheets: Sheets) -> dict[str, object]:
    """What tells two workbooks apart: cells that hold something or have a format, and the rest."""
    pages = {}
    for name, page in sheets.pages.items():
        cells = {
            (row, column): (cell.formula or cell.value, cell.code)
            for row, held in page.rows.items()
            for column, cell in held.items()
            if cell._replace(value=cell.value or None) != EMPTY
        }
        heights = {row: points for row, points in page.heights.items() if points != LINE_POINTS}
        pages[name] = (cells, heights, page.hidden, page.shown, page.frozen)
    names = {name: said for name, said in sheets.names.items() if name != ID_NAME}
    return {"pages": pages, "tables": sheets.tables, "names": names}


def differences(one: Sheets, other: Sheets) -> list[str]:
    """What a person would see of it, the first few of each sheet."""
    left, right = seen_by_a_person(one), seen_by_a_person(other)
    told = [f"{part} differ" for part in ("tables", "names") if left[part] != right[part]]
    for name, page in left["pages"].items():
        for part, mine, theirs in zip(
            ("cells", "heights", "hidden", "shown", "frozen"), page, right["pages"][name],
            strict=True,
        ):  # fmt: skip
            if mine != theirs and isinstance(mine, dict):
                keys = [k for k in {*mine, *theirs} if mine.get(k) != theirs.get(k)]
                some = [(k, mine.get(k), theirs.get(k)) for k in sorted(keys)[:3]]
                told.append(f"{name} {part}: {len(keys)}, {some}")
            elif mine != theirs:
                told.append(f"{name} {part}: {mine} {theirs}")
    return told
