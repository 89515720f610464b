"""What a person hears where something stands in the way, told by the whole action."""

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
import xlwings as xw

from recon_engine.messages import Language
from tests.live.calc.host import CALC
from tests.live.calc.wire import WIRE, Killed
from tests.live.conftest import Opened
from tests.live.person import Person
from tests.live.tables import cells_of, tables_of
from tests.workbook.sample import large, small
from workbook_templates.state import read_state
from xl_addin.actions.call import Call
from xl_addin.actions.entry import perform
from xl_addin.live.book import LiveBook
from xl_addin.live.source import LiveSource

LANGUAGE = Language.EN


class Presser:
    """Presses buttons on one book."""

    def __init__(self, app: xw.App, home: Path, book: LiveBook) -> None:
        self.app, self.home, self.book = app, home, book
        self.person = Person()

    def press(self, action: str) -> tuple[int, str]:
        self.person.told.clear()
        call = Call(action, str(self.book.book.name), 0, LANGUAGE)
        code = perform(call, self.app, self.person, self.home)
        return code, "\n".join(self.person.told)


@pytest.fixture
def presser(app: xw.App, tmp_path: Path, opened: Opened) -> Presser:
    return Presser(app, tmp_path, opened(small()))


def test_a_read_only_book_is_told_to_whoever_changes_it(presser: Presser) -> None:
    presser.book.book.impl.read_only = True
    code, said = presser.press("refresh_reports")
    assert code == 0
    assert "read-only" in said
    assert "read-only" not in presser.press("settings")[1]


def test_what_was_cut_off_is_taken_back_and_told(presser: Presser) -> None:
    before = cells_of(presser.book)
    WIRE.reset()
    presser.book.write(large(30), "match")
    needed = WIRE.writes
    presser.book.undo()
    WIRE.reset()
    WIRE.dies_after = needed // 2
    with pytest.raises(Killed):
        presser.book.write(large(30), "match")
    WIRE.reset()
    presser.book.book.impl.hold(held=False)  # a dead process holds nothing
    code, said = presser.press("settings")
    assert code == 0
    assert "“Match” had been cut off and was taken back" in said
    assert cells_of(presser.book) == before
    assert presser.press("settings") == (0, "")


def test_wps_is_refused_and_a_protected_sheet_is_named(presser: Presser) -> None:
    before = cells_of(presser.book)
    place = presser.book.source.place("RunLog")
    place.sheet.range((place.first, place.left)).raw_value = "spoilt"
    CALC.locked = frozenset({str(place.sheet.name)})
    code, said = presser.press("refresh_reports")
    assert code != 0
    assert str(place.sheet.name) in said
    CALC.locked, CALC.excel = frozenset(), False
    code, said = presser.press("match")
    assert code != 0
    assert "not Microsoft Excel" in said
    assert set(before) == set(cells_of(presser.book))


def test_a_closed_or_foreign_book_is_named(presser: Presser, app: xw.App) -> None:
    other = app.books.add()
    try:
        call = Call("match", str(other.name), 0, LANGUAGE)
        assert perform(call, app, presser.person, presser.home) != 0
        assert "Tieout" in presser.person.told[-1]
    finally:
        other.close()
    call = Call("match", "Gone.xlsx", 0, LANGUAGE)
    assert perform(call, app, presser.person, presser.home) != 0
    assert "Gone.xlsx" in presser.person.told[-1]


def test_a_book_in_a_cloud_suggests_a_folder_of_this_machine(presser: Presser) -> None:
    presser.book.book.impl._path = "https://d.docs.live.net/123/Close.xlsx"
    presser.person.target = None
    assert presser.press("pdf")[0] == 0
    assert presser.book.path is None


def test_a_partner_copy_that_cannot_be_is_told_and_nothing_is_written(
    presser: Presser, tmp_path: Path
) -> None:
    person = presser.person
    person.target, person.secrets = tmp_path / str(presser.book.book.name), []
    code, said = presser.press("partner_copy")
    assert code != 0
    assert "target_locked" in said
    person.target, person.secrets = tmp_path / "p.xlsx", ["one", "other"]
    code, said = presser.press("partner_copy")
    assert code != 0
    assert "passwords_differ" in said
    person.secrets = [None]  # thought better of it
    assert presser.press("partner_copy") == (0, "")
    person.target = None
    assert presser.press("partner_copy") == (0, "")
    assert not (tmp_path / "p.xlsx").exists()


def test_hidden_rows_are_read_and_written_like_others(presser: Presser) -> None:
    place = presser.book.source.place("Bank")
    place.sheet.range((place.first, 1), (place.first + 1, 1)).impl.row_hidden = True
    before = tables_of(presser.book)["Bank"]
    assert presser.press("match")[0] == 0
    after = tables_of(presser.book)["Bank"]
    assert after["record_id"].to_list() == before["record_id"].to_list()


def test_a_report_typed_under_its_table_is_taken_up_and_undo_gives_it_back(
    presser: Presser,
) -> None:
    source = presser.book.source
    place = source.place("CustomReports")
    below = place.header + place.rows + 1
    width = len(place.captions)
    rows = [[None] * width for _ in range(place.rows + 1)]
    for n, row in enumerate(rows):
        row[0], row[1] = f"Report {n}", "Orders"
    cells = place.sheet.range((place.first, place.left), (below, place.left + width - 1))
    cells.number_format = "@"
    cells.raw_value = rows
    wanted = read_state(LiveSource(presser.book.book)).kept.custom
    assert wanted.height == len(rows)
    before = cells_of(presser.book)
    assert presser.press("refresh_reports")[0] == 0
    assert LiveSource(presser.book.book).place("CustomReports").rows >= len(rows)
    assert read_state(LiveSource(presser.book.book)).kept.custom.equals(wanted)
    assert presser.press("undo")[0] == 0
    assert cells_of(presser.book) == before


def test_killed_while_rows_go_out_and_come_in(opened: Opened) -> None:
    """Of a long table only the rows that differ move; that too is taken back whole."""
    close = large(400)
    gone = close.matches["match_id"].gather_every(90)
    kept = ~pl.col("match_id").is_in(gone.implode())
    fewer = replace(close, matches=close.matches.filter(kept), members=close.members.filter(kept))
    book = opened(close)
    before = cells_of(book)
    WIRE.reset()
    book.write(fewer, "match")
    needed = WIRE.writes
    assert tables_of(book)["Matches"].height == fewer.matches.height
    book.undo()
    assert cells_of(book) == before
    for share in (0.2, 0.7):
        WIRE.reset()
        WIRE.dies_after = int(needed * share)
        with pytest.raises(Killed):
            LiveBook(book.book, CALC, book._folder).write(fewer, "match")
        WIRE.reset()
        book.book.impl.hold(held=False)
        LiveBook(book.book, CALC, book._folder).recover()
        assert cells_of(book) == before, f"killed after {share:.0%} of {needed} writes"
