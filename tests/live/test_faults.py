"""Whatever breaks while an action writes: the workbook is as before or as after, and Undo works."""

import pytest
import xlwings as xw

from recon_engine.errors import Code, TieoutError
from recon_engine.messages import Language
from tests.live.calc.host import CALC
from tests.live.calc.wire import WIRE, Busy, Killed
from tests.live.conftest import Opened
from tests.live.tables import cells_of
from tests.workbook.sample import small
from xl_addin.live import quiet
from xl_addin.live.book import LiveBook
from xl_addin.live.host import told


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for a cell to be left."""
    monkeypatch.setattr(quiet, "BUSY_PATIENCE_S", 0.0)


def writes_needed(book: LiveBook) -> int:
    WIRE.reset()
    book.write(small(), "match")
    needed = WIRE.writes
    book.undo()
    WIRE.reset()
    return needed


def test_a_process_killed_half_way_is_taken_back_by_the_next(opened: Opened) -> None:
    """One moment in a real spreadsheet; tests/live/test_every_write.py has all the others."""
    book = opened()
    before = cells_of(book)
    needed = writes_needed(book)
    assert cells_of(book) == before
    WIRE.dies_after = needed // 2
    with pytest.raises(Killed):
        LiveBook(book.book, CALC, book._folder).write(small(), "match")
    WIRE.reset()
    book.book.impl.hold(held=False)  # a dead process holds nothing
    after = LiveBook(book.book, CALC, book._folder)
    after.recover()
    assert cells_of(after) == before
    after.write(small(), "match")
    assert after.undo() == "match"
    assert cells_of(after) == before


def test_a_cell_in_edit_mode_is_waited_for_and_then_told(opened: Opened) -> None:
    book = opened()
    before = cells_of(book)
    WIRE.busy_from = 0
    with pytest.raises(Busy) as fault:
        book.write(small(), "match")
    assert told(fault.value, "a").problems[0].code is Code.EXCEL_BUSY
    WIRE.reset()
    assert cells_of(book) == before


def test_a_cell_edited_half_way_gives_everything_back_when_it_is_left(opened: Opened) -> None:
    book = opened()
    before = cells_of(book)
    needed = writes_needed(book)
    WIRE.busy_from = needed // 2
    with pytest.raises(Busy):
        book.write(small(), "match")
    WIRE.reset()
    later = LiveBook(book.book, CALC, book._folder)
    later.recover()
    assert later.recovered in {"match", ""}
    assert cells_of(later) == before


def test_a_book_closed_meanwhile_is_told(opened: Opened) -> None:
    book = opened()
    book.book.impl.close()
    with pytest.raises(Exception, match="disconnected") as fault:
        book.write(small(), "match")
    assert told(fault.value, "a").problems[0].code is Code.BOOK_CLOSED


def test_the_application_is_let_go_whatever_happens(opened: Opened, app: xw.App) -> None:
    book = opened()
    app.calculation = "manual"

    def stop(done: int, _whole: int) -> None:
        if done:
            raise TieoutError(())

    before = cells_of(book)
    with pytest.raises(TieoutError):
        book.write(small(), "match", tick=stop)
    state = (app.screen_updating, app.enable_events, app.calculation)
    assert state == (True, True, "manual")
    assert cells_of(book) == before


def test_a_protected_sheet_is_refused_before_anything_changes(opened: Opened) -> None:
    book = opened()
    before = cells_of(book)
    CALC.locked = frozenset({"Bank"})
    WIRE.reset()
    with pytest.raises(TieoutError) as fault:
        book.write(small(), "match")
    assert [(p.code, p.place.sheet) for p in fault.value.problems] == [
        (Code.SHEET_PROTECTED, "Bank")
    ]
    assert WIRE.writes == 0
    assert cells_of(book) == before


def test_a_filtered_table_takes_every_row(opened: Opened) -> None:
    book = opened(small())
    place = book.source.place("Bank")
    descriptor = place.table.impl.held.getFilterDescriptor()
    from com.sun.star.sheet import TableFilterField  # noqa: PLC0415 - only beside Calc
    from com.sun.star.sheet.FilterOperator import EQUAL  # noqa: PLC0415

    field = TableFilterField()
    field.Field, field.Operator, field.StringValue = 0, EQUAL, "nothing"
    descriptor.setFilterFields((field,))
    place.table.impl.held.refresh()
    assert CALC.filtered(place.table)
    fewer = small()
    book.write(fewer, "match")
    assert book.source.table("Bank") is not None


def test_what_is_not_ours_is_not_touched(app: xw.App, tmp_path) -> None:
    book = app.books.add()
    try:
        with pytest.raises(TieoutError) as fault:
            LiveBook(book, CALC, tmp_path)
        assert fault.value.problems[0].code is Code.NOT_A_TIEOUT_WORKBOOK
    finally:
        book.close()


def test_a_renamed_column_is_named(opened: Opened) -> None:
    from workbook_templates.state import read_state  # noqa: PLC0415 - beside what it is for

    book = opened(small())
    place = book.source.place("Bank")
    last = place.left + len(place.captions) - 1  # the id of the record, which nothing replaces
    place.sheet.range((place.header, last)).raw_value = "Something else"
    with pytest.raises(TieoutError) as fault:
        read_state(LiveBook(book.book, CALC, book._folder).source)
    assert {problem.code for problem in fault.value.problems} == {Code.TABLE_COLUMN_MISSING}


def test_a_deleted_sheet_is_named_by_its_table(opened: Opened) -> None:
    from workbook_templates.state import read_state  # noqa: PLC0415 - beside what it is for

    book = opened(small())
    book.source.found["Matches"][0].delete()
    with pytest.raises(TieoutError) as fault:
        read_state(LiveBook(book.book, CALC, book._folder).source)
    assert Code.TABLE_MISSING in {problem.code for problem in fault.value.problems}


def test_sheets_may_be_renamed(opened: Opened) -> None:
    book = opened(small())
    book.source.place("Bank").sheet.name = "My bank"
    home = next(sheet for sheet in book.book.sheets if sheet.name == "Home")
    home.name = "Start"
    again = LiveBook(book.book, CALC, book._folder)
    again.write(small(), "match")
    assert again.language is Language.EN
    assert home.name == "Start"
