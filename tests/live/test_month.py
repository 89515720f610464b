"""A month by buttons alone: from the empty template to next month's workbook.

The last test of the module asks that every action of the registry was pressed on the way.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from zipfile import is_zipfile

import polars as pl
import pytest
import xlwings as xw
from polars.testing import assert_frame_equal

from recon_engine.export.replacing import is_closed
from recon_engine.messages import Language, text
from recon_engine.model.policy import default_policy
from recon_engine.trust.passwords import Cost
from recon_engine.trust.roles import ROLES, Role
from tests.live.calc.host import CALC
from tests.live.person import Person
from tests.live.pictures import drawn
from tests.live.tables import cells_of, tables_of
from workbook_templates.frames import CARRIED
from workbook_templates.partner_check import texts_of
from workbook_templates.readback import read_workbook
from workbook_templates.render import render_close
from xl_addin.actions.call import Call
from xl_addin.actions.entry import perform
from xl_addin.actions.registry import ACTIONS
from xl_addin.live.book import LiveBook
from xl_addin.people.gate import Gate
from xl_addin.people.places import Places
from xl_addin.verbs.close import close_files

LANGUAGE = Language.EN
NAME = "Close & 100% = a 'b' 月结.xlsx"


class Desk:
    """One workbook, one person, one Excel."""

    def __init__(self, app: xw.App, folder: Path) -> None:
        self.app, self.folder, self.person = app, folder, Person()
        self.pressed: list[str] = []
        self.name = NAME
        self.gate: Gate | None = None

    @property
    def book(self) -> LiveBook:
        return LiveBook(self.app.books[self.name], CALC, self.folder / "home" / "undo")

    def press(self, action: str, **answers: object) -> str:
        """Presses a button, answers what is asked, and hears what was said."""
        for name, answer in answers.items():
            setattr(self.person, name, answer)
        self.person.told.clear()
        call = Call(action, self.name, 0, LANGUAGE, "en" if action == "language" else "")
        code = perform(call, self.app, self.person, self.folder / "home", self.gate)
        said = "\n".join(self.person.told)
        assert code == 0, said
        self.pressed.append(action)
        return said

    def refused(self, action: str) -> str:
        """Presses a button that is refused, and hears why."""
        self.person.told.clear()
        call = Call(action, self.name, 0, LANGUAGE, "")
        assert perform(call, self.app, self.person, self.folder / "home", self.gate) != 0
        return "\n".join(self.person.told)

    def look(self, stage: str, sheet: str) -> None:
        """A picture of what shows after a stage, which is this sheet."""
        book = self.book.book
        assert book.sheets.active.name == text(f"workbook.sheet.{sheet}", LANGUAGE)
        said = drawn(book, f"{stage} {sheet}", self.folder / "pictures")
        title = text(f"workbook.title.{sheet}", LANGUAGE)
        assert not said or "".join(said.split()).startswith("".join(title.split()))

    def select(self, table: str, *rows: int) -> None:
        """Selects rows of a table, counted from 0."""
        place = self.book.source.place(table)
        place.sheet.activate()
        first, last = place.first + min(rows), place.first + max(rows)
        place.sheet.range((first, 1), (last, 2)).select()

    def type_in(self, table: str, row: int, key: str, word: str) -> None:
        """Types into a cell, as a person does."""
        source = self.book.source
        from xl_addin.actions.rows import keys_of  # noqa: PLC0415 - beside its use

        caption = next(c for c, k in keys_of(table, source.language).items() if k == key)
        place = source.place(table)
        place.sheet.range((place.first + row, place.column(caption))).raw_value = word

    def press_row(self, table: str, record: str) -> str:
        """Selects the row of a record and presses Match selected."""
        self.select(table, self.row_of(table, record_id=record))
        return self.press("match_selected", yes=True)

    def together(self, left: str, right: str) -> bool:
        """Whether two records stand in one match."""
        members = tables_of(self.book)["Members"]
        groups = [set(members.filter(record_id=one)["match_id"]) for one in (left, right)]
        return bool(groups[0] & groups[1])

    def undone(self) -> int:
        """How many steps were taken since the month was matched."""
        actions = [step.action for step in self.book.steps]
        return len(actions) - 1 - max(n for n, name in enumerate(actions) if name == "match")

    def row_of(self, table: str, **where: str) -> int:
        frame = tables_of(self.book)[table]
        found = frame.with_row_index("at").filter(
            *(pl.col(key) == value for key, value in where.items())
        )
        return int(found["at"][0])


@pytest.fixture(scope="module")
def desk(app: xw.App, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    one = Desk(app, tmp_path_factory.mktemp("desk"))
    yield one
    for book in app.books:
        book.close()


Tables = dict[str, pl.DataFrame]


@pytest.fixture(scope="module")
def expected(month: Path, tmp_path_factory: pytest.TempPathFactory) -> Tables:
    """What the command line makes of the same files."""
    target = tmp_path_factory.mktemp("file") / "close.xlsx"
    render_close(close_files([month], default_policy()), target, LANGUAGE)
    return read_workbook(target).tables


def same(found: Tables, wanted: Tables, but: Callable[[str], bool] = lambda _: False) -> None:
    for name, frame in wanted.items():
        if not but(name):
            assert_frame_equal(found[name], frame)


def test_from_the_empty_template_to_the_command_lines_result(
    desk: Desk, month: Path, expected: Tables
) -> None:
    assert "Import files" in desk.press("new_close", target=desk.folder / NAME)
    desk.look("1 new", "home")
    first, *rest = sorted(month.iterdir())
    assert "1 files read" in desk.press("import_files", chosen=[first])
    for path in rest:
        (desk.folder / "rest").mkdir(exist_ok=True)
        (desk.folder / "rest" / path.name).write_bytes(path.read_bytes())
    desk.press("import_folder", chosen=[desk.folder / "rest"])
    assert set(tables_of(desk.book)["Bank"]["place"]) == {"open"}
    desk.look("2 import", "home")
    said = desk.press("match")
    assert "matches confirmed" in said
    desk.look("3 match", "home")
    same(tables_of(desk.book), expected)
    assert "Everything adds up" in desk.press("checks")


def test_reports_and_files_read_again_change_nothing(desk: Desk, expected: Tables) -> None:
    desk.press("refresh_reports")
    desk.press("reimport")
    desk.press("match")
    same(tables_of(desk.book), expected)


def test_looking_changes_nothing(desk: Desk, expected: Tables) -> None:
    for action in ("next_exception", "next_exception", "previous_exception"):
        desk.press(action)
    decision = desk.app.selection
    assert decision.sheet.name == text("workbook.sheet.exceptions", LANGUAGE)
    place = desk.book.source.place("Exceptions")
    assert decision.row == place.first
    desk.look("4 review", "exceptions")
    desk.select("Exceptions", 0)
    desk.press("suggest")
    desk.press("settings")
    desk.look("5 settings", "settings")
    for action in ("learned_rules", "help", "about", "language"):
        assert desk.press(action)
    desk.look("6 rules", "learned_rules")
    same(tables_of(desk.book), expected)


def test_decisions_are_taken_up_and_taken_back(desk: Desk, expected: Tables) -> None:
    proposal = desk.row_of("Matches", status="proposed")
    desk.select("Matches", proposal)
    assert "Accept" in desk.press("bulk_accept", yes=True)
    assert "decisions are taken up" in desk.press("apply_decisions")
    tables = tables_of(desk.book)
    assert tables["Decisions"].height > 0
    assert set(tables["Decisions"]["outcome"]) == {"applied"}
    desk.look("7 decisions", "matches")
    assert "Taken back" in desk.press("undo")
    desk.press("undo")
    same(tables_of(desk.book), expected)


def test_rows_are_matched_and_parted_by_hand(desk: Desk, expected: Tables) -> None:
    pairs = expected["Matches"].filter(
        status="confirmed", reconciliation="orders_settlement", left_count=1, right_count=1
    )
    group = pairs["match_id"][0]
    members = expected["Members"].filter(match_id=group)
    left, right = (members.filter(side=side)["record_id"][0] for side in ("left", "right"))
    desk.select("Matches", desk.row_of("Matches", match_id=group))
    assert "taken up" in desk.press("unmatch")
    assert not desk.together(left, right)
    assert "noted" in desk.press_row("Orders", left)
    desk.press_row("Settlements", right)
    for _ in range(desk.undone()):
        desk.press("undo")
    same(tables_of(desk.book), expected)


def test_an_unknown_layout_is_asked_for(desk: Desk) -> None:
    path = desk.folder / "strange.csv"
    path.write_text(
        "Wann,Wieviel,Wer\n2026-10-05,12.50,Anna\n2026-10-06,-3.00,Bert\n2026-10-07,8.00,Carl\n",
        encoding="utf-8",
    )
    said = desk.press("mapping", chosen=[path], yes=False)
    assert desk.person.asked
    assert "Mappings" in said
    lines = tables_of(desk.book)["Mappings"].select("setting", "value").rows()
    assert ("confirmed", "false") in lines
    assert ("columns.amount", "Wieviel") in lines
    desk.look("8 mapping", "mappings")
    desk.press("undo")
    assert tables_of(desk.book)["Mappings"].is_empty()


def test_a_copy_for_a_partner_holds_no_name_and_the_book_stays(desk: Desk) -> None:
    target, before = desk.folder / "partner.xlsx", cells_of(desk.book)
    said = desk.press("partner_copy", target=target, secrets=["geheim", "geheim"])
    assert "password" in said
    assert not is_zipfile(target)
    said = desk.press("partner_copy", target=target, secrets=[""])
    assert "masked" in said
    shown = {shown for _, shown in texts_of(target.read_bytes())}
    names = set(tables_of(desk.book)["Orders"]["party"]) - {"", None}
    assert names
    assert {name for name in names for text in shown if name in text} == set()
    assert cells_of(desk.book) == before


def test_two_people_sign_the_month(desk: Desk) -> None:
    places = Places(desk.folder / "users.json", desk.folder / "session.json", "os")
    desk.gate = Gate(places, cost=Cost(2, 1, 1))
    rita, paul = ({"name": name, "password": f"{name}'s long word"} for name in ("Rita", "Paul"))
    assert "administrator" in desk.press("sign_in", yes=True, **rita)
    assert "Paul" in desk.press("users", **paul, picks=[1, ROLES.index(Role.PREPARER)])
    desk.press("sign_in", **paul)
    assert "[role_lacking]" in desk.refused("sign_reviewed")
    desk.press("match")
    desk.press("sign_prepared")
    desk.press("sign_in", **rita)
    assert "locked" in desk.press("sign_reviewed")
    for action in ("match", "import_files", "apply_decisions", "undo"):
        assert "[period_locked]" in desk.refused(action)
    sheet = desk.book.book.sheets[text("workbook.sheet.sign_off", LANGUAGE)]
    assert sheet.visible
    sheet.activate()
    desk.look("9 signed", "sign_off")
    assert "Everything adds up" in desk.press("checks")
    desk.press("withdraw_sign_off")
    assert "[nothing_to_undo]" in desk.refused("undo")
    desk.press("sign_reviewed")
    acts = tables_of(desk.book)["AuditLog"]["act"].to_list()
    assert acts == ["match", "sign_prepared", "sign_reviewed", "withdraw_sign_off", "sign_reviewed"]
    desk.press("sign_out")
    assert "[not_signed_in]" in desk.refused("match")
    desk.press("sign_in", **rita)


def test_next_month_opens_with_what_is_open(desk: Desk) -> None:
    desk.press("pdf", target=desk.folder / "close.pdf")
    assert (desk.folder / "close.pdf").read_bytes().startswith(b"%PDF")
    still_open = tables_of(desk.book)["Bank"].filter(place="open").height
    said = desk.press("roll_forward", target=desk.folder / "next.xlsx")
    assert "2026-11" in said
    assert "read-only" in said
    assert is_closed(desk.folder / NAME)
    desk.name = "next.xlsx"
    rolled = tables_of(desk.book)
    assert rolled["Bank"].height == still_open
    assert set(rolled["Bank"]["carried"]) == {CARRIED}
    desk.look("10 next month", "home")
    assert "Everything adds up" in desk.press("checks")


def test_every_button_was_pressed(desk: Desk) -> None:
    assert {action.name for action in ACTIONS} == set(desk.pressed)
