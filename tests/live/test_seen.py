"""What nobody touched is not read again; whatever is in doubt is, and the result is the same."""

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
import xlwings as xw
from polars.testing import assert_frame_equal

from bench.live import normal_month
from recon_engine.close import close_month, laid_out
from recon_engine.errors import Code, TieoutError
from recon_engine.messages import Language
from recon_engine.model.policy import default_policy
from recon_engine.model.results import Close
from tests.live.calc.host import CALC
from tests.live.calc.wire import WIRE, Killed
from tests.live.conftest import Opened
from tests.live.person import Person
from tests.live.tables import cells_of, tables_of
from workbook_templates.drawing import LINK_SIGN
from workbook_templates.readback import read_workbook
from workbook_templates.render import render_close
from workbook_templates.state import State, read_state
from xl_addin.actions.call import Call
from xl_addin.actions.entry import perform
from xl_addin.live.book import LiveBook
from xl_addin.live.heard import Heard
from xl_addin.live.source import LiveSource

ROWS = 400
RECORDS = ("Orders", "Bank")


@pytest.fixture(scope="module")
def begun() -> Close:
    return laid_out(normal_month(ROWS), default_policy())


class Launcher:
    """Presses buttons of one workbook as the add-in's launcher does, which listens meanwhile."""

    def __init__(self, app: xw.App, home: Path, opened: LiveBook) -> None:
        self.app, self.home, self.book = app, home, opened.book
        self.person = Person()
        self.session, self.presses = "s1", 0
        self.touched: dict[str, int] = {}

    def heard(self) -> Heard:
        self.presses += 1
        return Heard(self.session, self.presses, dict(self.touched))

    def live(self) -> LiveBook:
        """The book as the next press finds it."""
        return LiveBook(self.book, CALC, self.home / "undo", heard=self.heard())

    def press(self, action: str) -> str:
        self.person.told.clear()
        call = Call(action, str(self.book.name), 0, Language.EN, heard=self.heard())
        perform(call, self.app, self.person, self.home)
        return "\n".join(self.person.told)

    def type_in(self, table: str, row: int, caption: str, cell: object, *, told: bool) -> None:
        """A person's cell; a macro that switched events off does it untold."""
        place = LiveSource(self.book).place(table)
        cells = place.cells(row, row + 1, caption)
        cells.raw_value = [[cell], [cells.raw_value[1][0]]]
        if told:
            self.touched[table] = self.presses


@pytest.fixture
def launcher(app: xw.App, tmp_path: Path, opened: Opened, begun: Close) -> Launcher:
    """A month that was matched, so that its long tables are known."""
    made = Launcher(app, tmp_path, opened(begun))
    made.press("match")
    return made


def cells_read(run: Callable[[], object]) -> int:
    WIRE.reset()
    run()
    return sum(cells for kind, cells in WIRE.cells if kind == "read")


def state_of(book: LiveBook) -> State:
    return read_state(book.source)


def same_state(one: State, two: State) -> None:
    assert_frame_equal(one.intake.records, two.intake.records)
    assert_frame_equal(one.typed, two.typed)
    assert (one.policy, one.period, one.problems) == (two.policy, two.period, two.problems)
    assert one.intake.files == two.intake.files
    for part in ("decisions", "carried", "follow_up", "rules"):
        assert_frame_equal(getattr(one.kept, part), getattr(two.kept, part))


def whole(launcher: Launcher) -> State:
    return read_state(LiveSource(launcher.book))


def test_untouched_tables_are_not_read_and_are_understood_alike(launcher: Launcher) -> None:
    short = cells_read(lambda: state_of(launcher.live()))
    everything = cells_read(lambda: whole(launcher))
    tables = [LiveSource(launcher.book).place(name) for name in RECORDS]
    assert everything - short > 0.9 * sum(t.rows * len(t.captions) for t in tables)
    same_state(state_of(launcher.live()), whole(launcher))


def test_a_second_match_writes_nothing_and_reads_little(launcher: Launcher) -> None:
    before = cells_of(launcher.live())
    launcher.press("match")
    steps = len(launcher.live().steps)
    read = cells_read(lambda: launcher.press("match"))
    assert len(launcher.live().steps) == steps
    assert cells_of(launcher.live()) == before
    assert read < 0.3 * cells_read(lambda: tables_of(launcher.live()))


def test_a_touched_table_is_read_again_and_no_other(launcher: Launcher) -> None:
    untouched = cells_read(lambda: state_of(launcher.live()))
    launcher.touched["Bank"] = launcher.presses
    place = LiveSource(launcher.book).place("Bank")
    more = cells_read(lambda: state_of(launcher.live())) - untouched
    assert more == place.rows * (len(place.captions) - 1), "all but what tells the rows"


def test_a_record_changed_by_hand_is_told_at_once(launcher: Launcher) -> None:
    launcher.type_in("Bank", 7, "Text", "another", told=True)
    with pytest.raises(TieoutError) as fault:
        state_of(launcher.live())
    assert {p.code for p in fault.value.problems} == {Code.RECORD_EDITED}


def test_a_record_changed_untold_is_left_alone_and_told_by_whoever_proves_the_month(
    launcher: Launcher,
) -> None:
    launcher.type_in("Bank", 7, "Text", "another", told=False)
    same = cells_of(launcher.live())
    launcher.press("match")
    assert cells_of(launcher.live()) == same
    for action in ("checks", "roll_forward", "pdf"):
        launcher.person.target = launcher.home / f"{action}.out"
        assert "by hand" in launcher.press(action) or "changed" in launcher.press(action)


@pytest.mark.parametrize("told", [True, False])
def test_a_decision_is_taken_up_whether_it_was_told_or_not(launcher: Launcher, told: bool) -> None:
    launcher.type_in("Orders", 3, "Decision", "Exclude", told=told)
    assert state_of(launcher.live()).typed["decision"].to_list() == ["exclude"]
    launcher.press("apply_decisions")
    assert tables_of(launcher.live())["Decisions"].height == 1
    same_state(state_of(launcher.live()), whole(launcher))


def test_rows_sorted_by_hand_are_seen_though_no_event_tells(launcher: Launcher) -> None:
    place = LiveSource(launcher.book).place("Bank")
    body = place.body(place.captions[0], place.captions[-1])
    body.raw_value = [list(row) for row in body.raw_value][::-1]
    same_state(state_of(launcher.live()), whole(launcher))
    launcher.press("match")
    after = launcher.live()
    assert tables_of(after)["Bank"]["date"].is_sorted()


@pytest.mark.parametrize("session", ["s2", "s1"])
def test_another_session_and_an_earlier_press_know_nothing(
    launcher: Launcher, session: str
) -> None:
    everything = cells_read(lambda: whole(launcher))
    launcher.session = session
    if session == "s1":
        launcher.presses = -1
    assert cells_read(lambda: state_of(launcher.live())) >= everything


def test_what_was_written_by_half_is_read_as_a_whole(launcher: Launcher) -> None:
    everything = cells_read(lambda: whole(launcher))
    before = cells_of(launcher.live())
    launcher.type_in("Orders", 3, "Decision", "Exclude", told=True)
    typed = cells_of(launcher.live())
    assert typed != before
    WIRE.reset()
    launcher.press("apply_decisions")
    needed = WIRE.writes
    launcher.press("undo")
    assert cells_of(launcher.live()) == typed
    WIRE.reset()
    WIRE.dies_after = needed - 4
    with pytest.raises(Killed):
        launcher.press("apply_decisions")
    WIRE.reset()
    launcher.book.impl.hold(held=False)  # a dead process holds nothing
    assert cells_read(lambda: state_of(launcher.live())) >= everything
    launcher.press("settings")
    assert cells_of(launcher.live()) == typed


def test_killed_before_anything_is_kept_all_is_read(
    launcher: Launcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    everything = cells_read(lambda: whole(launcher))
    launcher.type_in("Orders", 3, "Decision", "Exclude", told=True)
    with monkeypatch.context() as cut:
        cut.setattr(LiveBook, "_keep", lambda *_: None)
        launcher.press("apply_decisions")
    assert cells_read(lambda: state_of(launcher.live())) >= everything
    same_state(state_of(launcher.live()), whole(launcher))


def test_a_kept_file_that_is_damaged_is_not_believed(launcher: Launcher) -> None:
    (kept,) = launcher.home.glob("undo/*/seen/Bank.arrow")
    kept.write_bytes(kept.read_bytes()[:100])
    same_state(state_of(launcher.live()), whole(launcher))


def test_undo_gives_every_cell_back_and_what_it_left_alone_stays_known(launcher: Launcher) -> None:
    before = cells_of(launcher.live())
    launcher.type_in("Exceptions", 1, "Decision", "Exclude", told=True)
    typed = cells_of(launcher.live())
    assert typed != before
    launcher.press("apply_decisions")
    assert cells_of(launcher.live()) != typed
    launcher.press("undo")
    assert cells_of(launcher.live()) == typed
    everything = cells_read(lambda: whole(launcher))
    assert cells_read(lambda: state_of(launcher.live())) < everything
    same_state(state_of(launcher.live()), whole(launcher))


def test_the_result_is_the_command_lines_table_by_table(launcher: Launcher, tmp_path: Path) -> None:
    launcher.type_in("Exceptions", 1, "Decision", "Exclude", told=True)
    launcher.press("apply_decisions")
    launcher.press("match")
    state = whole(launcher)
    closed = close_month(state.intake, state.policy, state.period, kept=state.kept)
    render_close(closed, tmp_path / "file.xlsx", Language.EN)
    found = tables_of(launcher.live())
    for name, frame in read_workbook(tmp_path / "file.xlsx").tables.items():
        if name != "RunLog":
            assert_frame_equal(found[name], frame)


def test_links_lead_where_they_shall_after_rows_went(launcher: Launcher) -> None:
    """Links are formulas of whole columns: where rows of another table went, all below move."""
    proposal = LiveSource(launcher.book).place("Matches")
    launcher.type_in("Matches", 2, "Decision", "Unmatch", told=True)
    launcher.press("apply_decisions")
    source = LiveSource(launcher.book)
    members = tables_of(launcher.live())["Members"]
    first = {
        group: source.place("Members").first + at
        for at, group in reversed(list(enumerate(members["match_id"])))
    }
    groups = tables_of(launcher.live())["Matches"]["match_id"]
    links = source.formulas("Matches", "Records")
    assert len(groups) < proposal.rows
    for group, link in zip(groups, links, strict=True):
        assert f"{first[group]}" in link, link
        assert link.endswith(f'"{LINK_SIGN}")')


def test_a_book_in_a_cloud_is_read_as_a_whole(launcher: Launcher) -> None:
    everything = cells_read(lambda: whole(launcher))
    launcher.book.impl._path = "https://d.docs.live.net/123/Close.xlsx"
    assert cells_read(lambda: state_of(launcher.live())) >= everything


def test_a_table_with_a_persons_column_is_read_each_time(launcher: Launcher) -> None:
    place = LiveSource(launcher.book).place("Bank")
    right = place.left + len(place.captions)
    place.sheet.range((place.header, right)).raw_value = "Mine"
    place.table.resize(place.sheet.range((place.header, 1), (place.header + place.rows + 1, right)))
    launcher.press("match")
    launcher.press("match")
    live = launcher.live()
    assert (live.source.seen("Bank"), live.source.seen("Orders") is None) == (None, False)
    assert isinstance(live.source.table("Orders").known[0], pl.Series)
