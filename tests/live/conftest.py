"""One spreadsheet for all tests of the live half; a workbook of its own for each."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import xlwings as xw

from recon_engine.demo import make_month, write_month
from recon_engine.messages import Language
from recon_engine.model.results import Close
from tests.live.calc import engine, office
from tests.live.calc.host import CALC, register
from tests.live.calc.wire import WIRE
from workbook_templates.render import workbook_bytes
from workbook_templates.template import empty_workbook
from xl_addin.live.book import LiveBook

ORDERS = 100  # of the demo's month; the fewest it makes

Opened = Callable[..., LiveBook]


@pytest.fixture(scope="session")
def app() -> Iterator[xw.App]:
    """A LibreOffice that xlwings takes for Excel."""
    told = office.missing()
    if told:
        pytest.skip(told)
    engine.register()
    register()
    started = xw.App(add_book=False)
    yield started
    started.quit()


@pytest.fixture(autouse=True)
def calm() -> Iterator[None]:
    """What a test broke is whole again for the next one."""
    yield
    WIRE.reset()
    CALC.excel, CALC.escape, CALC.locked = True, False, frozenset()


@pytest.fixture(scope="session")
def month(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of an invented month."""
    folder = tmp_path_factory.mktemp("month")
    write_month(make_month(ORDERS, 1), folder)
    return folder / "files"


_files: dict[tuple[int, Language], tuple[Close | None, bytes]] = {}


def _made(close: Close | None, language: Language) -> bytes:
    """The file of a close, or the template; written once for all tests of a run."""
    key = (id(close), language)
    if key not in _files:
        made = empty_workbook(language) if close is None else workbook_bytes(close, language)
        _files[key] = (close, made)  # the close stays, so that its id is nobody else's
    return _files[key][1]


@pytest.fixture
def opened(app: xw.App, tmp_path: Path) -> Iterator[Opened]:
    """Opens a close, or the template, as a person would; closes it afterwards."""
    books: list[xw.Book] = []

    def open_(close: Close | None = None, language: Language = Language.EN) -> LiveBook:
        path = tmp_path / f"Close {len(books)}.xlsx"
        path.write_bytes(_made(close, language))
        books.append(app.books.open(path))
        WIRE.reset()
        return LiveBook(books[-1], CALC, tmp_path / "undo")

    yield open_
    WIRE.reset()
    for book in books:
        book.impl.hold(held=False)
        if not book.impl.closed:
            book.close()
    app.impl.reset()
