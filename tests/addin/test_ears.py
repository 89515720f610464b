"""What the launcher hears between two presses, and that any doubt begins a new session."""

from pathlib import Path
from typing import Any

import pytest

from recon_engine.messages import Language, text
from tests.addin.excel import BrokenSheet, Excel
from tests.addin.test_vba import spoken
from tests.workbook import sample
from workbook_templates.render import workbook_bytes
from xl_addin.actions.call import read_call
from xl_addin.live.heard import Heard, read_heard


@pytest.fixture(scope="module")
def close(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("close") / "close.xlsx"
    path.write_bytes(workbook_bytes(sample.small(), Language.EN))
    return path


class Ears:
    """An Excel with a close in front."""

    def __init__(self, folder: Path, close: Path) -> None:
        self.excel, self.folder, self.close = Excel(folder), folder, close
        self.book = self.open("close.xlsx")

    def open(self, name: str) -> Any:
        """Opens a copy of the close."""
        (self.folder / name).write_bytes(self.close.read_bytes())
        self.excel.open(self.folder / name)
        return self.excel.app.workbooks()[-1]

    def press(self) -> Heard:
        self.excel.press("action_match")
        _, words = spoken(self.excel.world.started[-1][0])
        heard = read_call(words[3:]).heard
        assert heard is not None
        return heard

    def change(self, sheet: str) -> None:
        """What Excel raises when a cell is changed."""
        wanted = text(f"workbook.sheet.{sheet}", Language.EN)
        (page,) = (page for page in self.book.sheets_ if page.name == wanted)
        self.excel.app.run("HearChange", page)


@pytest.fixture
def ears(tmp_path: Path, close: Path) -> Ears:
    return Ears(tmp_path, close)


def test_what_is_touched_is_told_with_the_press_before_it(ears: Ears) -> None:
    first = ears.press()
    assert (first.press, first.touched) == (1, {})
    ears.change("bank")
    ears.change("bank")
    assert ears.press() == Heard(first.session, 2, {"Bank": 1})
    ears.change("proof")
    assert ears.press() == Heard(first.session, 3, {"Bank": 1, "Identity": 2, "ControlTotals": 2})
    ears.change("bank")
    assert ears.press() == Heard(first.session, 4, {"Identity": 2, "ControlTotals": 2, "Bank": 3})


def test_before_the_first_press_nothing_is_heard(ears: Ears) -> None:
    ears.change("bank")
    assert ears.press().touched == {}


def test_a_table_whose_name_begins_like_another_is_another(ears: Ears) -> None:
    ears.press()
    for name in ("Files", "FileTotals", "File", "Files"):
        ears.excel.app.run("NoteTouch", name)
    assert ears.press().touched == {"FileTotals": 1, "File": 1, "Files": 1}


def test_another_workbook_begins_a_session_and_so_does_coming_back(ears: Ears) -> None:
    first, one = ears.press(), ears.book
    ears.book = ears.open("another.xlsx")
    second = ears.press()
    ears.excel.app.activate_workbook(one)
    third = ears.press()
    assert len({first.session, second.session, third.session}) == 3
    assert third.press == 1


def test_a_change_in_another_workbook_is_not_this_ones(ears: Ears) -> None:
    first, one = ears.press(), ears.book
    ears.book = ears.open("another.xlsx")
    ears.change("bank")
    ears.excel.app.activate_workbook(one)
    assert ears.press() == Heard(first.session, 2, {})


def test_a_workbook_that_is_closed_ends_its_session(ears: Ears) -> None:
    first = ears.press()
    ears.excel.app.run("HearEnd", ears.book)
    assert ears.press().session != first.session


def test_a_sheet_that_cannot_be_asked_ends_the_session(ears: Ears) -> None:
    first = ears.press()
    ears.excel.app.run("HearChange", BrokenSheet(ears.book))
    assert ears.press().session != first.session


@pytest.mark.parametrize(
    "word", ["", "7", "abc", "abc-", "abc-1.Bank", "abc-1.Bank-x", "abc-1..Bank-2", "abc-1.Bank-2-"]
)
def test_a_word_that_is_not_whole_says_nothing(word: str) -> None:
    assert read_heard(word) is None
