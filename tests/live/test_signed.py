"""People, log and sign-off in an open workbook that lies in memory: button by button.

What is done by files is tried in tests/people; here is what only an open workbook has: Undo, cells
that a person types over, and a program that is stopped anywhere.
"""

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
import xlwings as xw

from recon_engine.demo import make_month, write_month
from recon_engine.messages import Language, text
from recon_engine.trust.audit import entries_of, first_broken
from recon_engine.trust.passwords import Cost
from recon_engine.trust.roles import ROLES, Role
from tests.live.calc.wire import WIRE
from tests.live.conftest import ORDERS
from tests.live.paper.engine import PAPER, started
from tests.live.paper.world import World, watched
from tests.live.person import Person
from tests.live.tables import tables_of
from tests.live.test_every_write import spread
from workbook_templates.check_signed import results_of, signed
from workbook_templates.layout_book import TABLES
from workbook_templates.readback import read_tables
from workbook_templates.sign_frames import counted, log_frames
from xl_addin.actions.call import Call
from xl_addin.actions.entry import perform
from xl_addin.actions.rows import keys_of
from xl_addin.live.book import LiveBook
from xl_addin.people.gate import Gate
from xl_addin.people.places import Places

NAME = "Close.xlsx"
PASSWORD = "a word that is long"


class Office:
    """One program, several people, one workbook."""

    def __init__(self, app: xw.App, folder: Path) -> None:
        self.app, self.folder, self.home = app, folder, folder / "home"
        places = Places(folder / "users.json", self.home / "session.json", "os")
        self.gate = Gate(places, cost=Cost(2, 1, 1))

    @property
    def book(self) -> LiveBook:
        return LiveBook(self.app.books[NAME], PAPER, self.home / "undo")

    def press(self, action: str, code: int = 0, **answers: object) -> str:
        person = Person(**answers)  # type: ignore[arg-type]
        call = Call(action, NAME, 0, Language.EN)
        found = perform(call, self.app, person, self.home, self.gate)
        assert (found != 0) == (code != 0), person.told
        return "\n".join(person.told)

    def refused(self, action: str, **answers: object) -> str:
        return self.press(action, 1, **answers)

    def is_(self, name: str) -> None:
        self.press("sign_in", name=name, password=PASSWORD)

    def log(self) -> pl.DataFrame:
        return counted(tables_of(self.book)["AuditLog"])

    def acts(self) -> list[str]:
        assert first_broken(entries_of(self.log())) == 0
        return list(self.log()["act"])

    def state(self, part: str) -> str:
        """As the next drawing would show it: nothing computes here."""
        wanted = {name: table.keys for name, table in TABLES.items()}
        results = results_of(read_tables(self.book.source, wanted))
        shown = log_frames(self.log(), results)["SignOff"]
        return str(shown.filter(part=part)["state"].item())

    def cell(self, table: str, row: int, key: str) -> xw.Range:
        source = self.book.source
        caption = next(c for c, k in keys_of(table, Language.EN).items() if k == key)
        place = source.place(table)
        return place.sheet.range((place.first + row, place.column(caption)))

    @property
    def home_says(self) -> str:
        sheet = self.app.books[NAME].sheets[text("workbook.sheet.home", Language.EN)]
        return str(sheet.range((1, 9)).formula)


@pytest.fixture(autouse=True)
def uncomputed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing computes in memory, so that of all proofs only those of the log can be tried."""
    for place in ("workbook_templates.signing", "xl_addin.actions.closing"):
        monkeypatch.setattr(f"{place}.check_tables", lambda book, keys: list(signed(book, keys)))


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    WIRE.reset()
    folder = tmp_path_factory.mktemp("office")
    write_month(make_month(ORDERS, 1), folder)
    with started() as app:
        made = Office(app, folder)
        made.is_("Rita")
        for name, role in (("Paul", Role.PREPARER), ("Vera", Role.VIEWER)):
            listed = len(made.gate.store.read().people)
            picks = [listed, ROLES.index(role)]
            made.press("users", name=name, password=PASSWORD, picks=picks)
        made.is_("Paul")
        made.press("new_close", target=folder / NAME)
        made.press("import_files", chosen=sorted((folder / "files").iterdir()))
        made.press("match")
        yield made


@pytest.fixture(scope="module")
def matched(office: Office) -> World:
    return World.now(office.app, office.folder)


@pytest.fixture
def desk(office: Office, matched: World) -> Office:
    """Matched by Paul, who has signed in."""
    matched.restore(office.app)
    return office


def test_buttons_are_for_those_whose_role_allows_them(desk: Office) -> None:
    desk.is_("Vera")
    assert "[role_lacking]" in desk.refused("match")
    assert "[role_lacking]" in desk.refused("users")
    assert "Everything adds up" in desk.press("checks")
    desk.press("sign_out")
    assert "[not_signed_in]" in desk.refused("checks")
    assert desk.press("help")
    assert "[sign_in_wrong]" in desk.refused("sign_in", name="Paul", password="another word")
    assert desk.acts() == ["import_files", "match"]


def test_no_cell_no_step_and_no_log_holds_a_password(desk: Office) -> None:
    desk.refused("sign_in", name="Paul", password="slipped password")
    desk.is_("Paul")
    desk.press("match")
    written = [path for path in desk.folder.rglob("*") if path.is_file()]
    for word in (PASSWORD, "slipped password"):
        assert [path for path in written if word.encode() in path.read_bytes()] == []


def test_what_changes_no_result_is_not_logged(desk: Office) -> None:
    for action in ("match", "refresh_reports", "undo", "undo"):
        desk.press(action)
        assert desk.acts() == ["import_files", "match"]


def test_what_is_undone_stays_in_the_log_and_so_does_that_it_was_undone(desk: Office) -> None:
    before = desk.log()
    desk.press("undo")
    assert desk.acts() == ["import_files", "match", "undo"]
    after = desk.log()
    assert after["results"].to_list() == [*before["results"], before["results"][0]]
    assert after["matches"].to_list()[2] == 0
    assert "Everything adds up" in desk.press("checks")
    desk.press("undo")
    assert desk.acts() == ["import_files", "match", "undo", "undo"]
    desk.press("import_files", chosen=sorted((desk.folder / "files").iterdir()))
    desk.press("match")
    assert desk.log()["results"][-1] == before["results"][1]
    assert "Everything adds up" in desk.press("checks")


def test_a_change_after_the_preparers_sign_off_voids_it_and_undo_brings_it_back(
    desk: Office,
) -> None:
    desk.press("sign_prepared")
    assert "[nothing_to_undo]" in desk.refused("undo")
    assert "Paul" in desk.home_says
    assert desk.state("sign_prepared") == "signed"
    desk.cell("Exceptions", 0, "decision").raw_value = "Carry forward"
    desk.press("apply_decisions")
    assert desk.state("sign_prepared") == "void"
    assert desk.home_says.endswith(text("workbook.home.void", Language.EN))
    assert "[sign_off_void]" in desk.press("checks")
    desk.is_("Rita")
    assert "[sign_off_not_prepared]" in desk.refused("sign_reviewed")
    desk.is_("Paul")
    desk.press("undo")
    assert desk.state("sign_prepared") == "signed"
    assert "Paul" in desk.home_says
    assert "Everything adds up" in desk.press("checks")
    assert desk.acts()[2:] == ["sign_prepared", "apply_decisions", "undo"]


def test_a_cent_typed_after_the_reviewers_sign_off_is_told(desk: Office) -> None:
    desk.press("sign_prepared")
    desk.is_("Rita")
    desk.press("sign_reviewed")
    cell = desk.cell("Receivables", 0, "settled")
    held = cell.raw_value
    cell.raw_value = held + 0.01
    assert "[sign_off_void]" in desk.press("checks")
    cell.raw_value = held
    assert "Everything adds up" in desk.press("checks")
    for action in ("match", "apply_decisions", "bulk_accept", "undo", "reimport", "import_files"):
        assert "[period_locked]" in desk.refused(action)
    assert "next" in desk.press("roll_forward", target=desk.folder / "next.xlsx").lower()
    rolled = LiveBook(desk.app.books["next.xlsx"], PAPER, desk.home / "undo")
    (entry,) = counted(tables_of(rolled)["AuditLog"]).to_dicts()
    assert entry["act"] == "roll_forward"
    assert entry["note"].endswith(desk.log()["hash"][-1])


def test_typed_decisions_are_taken_up_before_anybody_signs(desk: Office) -> None:
    desk.cell("Exceptions", 0, "decision").raw_value = "Carry forward"
    assert "[sign_off_pending]" in desk.refused("sign_prepared")
    assert desk.acts() == ["import_files", "match"]


def test_who_thinks_better_of_it_has_signed_nothing(desk: Office) -> None:
    assert desk.press("sign_prepared", yes=False) == ""
    assert desk.acts() == ["import_files", "match"]


@pytest.mark.parametrize("action", ["sign_prepared", "undo"])
def test_killed_anywhere_the_log_holds_and_says_what_stands_there(
    desk: Office, action: str
) -> None:
    begun = desk.acts()
    before = World.now(desk.app, desk.folder)
    with watched(desk.app, desk.folder) as moments:
        desk.press(action)
    ended = desk.acts()
    known = [begun, ended, begun[:-1]] if action == "undo" else [begun, ended]
    for number in spread(len(moments)):
        moments[number].restore(desk.app)
        desk.book.recover()
        assert desk.acts() in known, f"killed before call {number} of {len(moments)}"
        assert "Everything adds up" in desk.press("checks")
    before.restore(desk.app)
