"""Stopped anywhere: the workbook is as before or as after, and Undo works.

The workbook lies in memory, so that an action can be stopped before each single call that changes
anything, the person's settings and the files beside the book included.  ``TIEOUT_EVERY_WRITE=1``
stops at every one; without it, at so many as are spread evenly over the action.
"""

import itertools
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import xlwings as xw

from recon_engine.close import close_month
from recon_engine.demo import make_month, write_month
from recon_engine.errors import Code
from recon_engine.messages import Language
from tests.live.calc.wire import WIRE, Busy, Gone, Killed
from tests.live.conftest import ORDERS
from tests.live.paper.engine import PAPER, started
from tests.live.paper.grid import Sheets
from tests.live.paper.world import ASKING, World, differences, watched
from tests.live.person import Person
from workbook_templates import words
from workbook_templates.drawing import draw
from workbook_templates.frames import close_frames
from workbook_templates.state import read_state
from xl_addin.actions.call import Call
from xl_addin.actions.entry import perform
from xl_addin.actions.rows import keys_of
from xl_addin.live import quiet
from xl_addin.live.book import LiveBook
from xl_addin.live.host import told
from xl_addin.live.patch import Patch
from xl_addin.live.plan import plan

EVERY = bool(os.environ.get("TIEOUT_EVERY_WRITE"))
STOPS = 4  # of each action, without that
NAME = "Close.xlsx"
USUAL = {"screen_updating": True, "enable_events": True, "calculation": "semiautomatic",
         "display_alerts": True}  # fmt: skip


Stand = tuple[Sheets, list[str]]


def spread(number: int) -> list[int]:
    """The moments at which an action is stopped, the first and the last among them."""
    if EVERY or number <= STOPS:
        return list(range(number))
    return sorted({round(n * (number - 1) / (STOPS - 1)) for n in range(STOPS)})


@dataclass
class Bench:
    """A program without a screen, one person, one workbook."""

    app: xw.App
    home: Path
    files: list[Path] = field(default_factory=list)
    patch: Patch | None = None

    @property
    def book(self) -> LiveBook:
        """As a new process finds it."""
        return LiveBook(self.app.books[NAME], PAPER, self.home / "undo")

    @property
    def cells(self) -> Sheets:
        return self.now.book(NAME)

    @property
    def now(self) -> World:
        return World.now(self.app, self.home)

    @property
    def stand(self) -> Stand:
        """What a person has before them, and can take back."""
        return self.cells, [step.action for step in self.book.steps]

    def is_one_of(self, ends: list[Stand], when: str) -> None:
        """The book is as it was at one of these, and so is what Undo would give back."""
        cells, steps = self.stand
        told_ = [differences(cells, end) for end, _ in ends]
        fits = [
            not differ and known == steps for differ, (_, known) in zip(told_, ends, strict=True)
        ]
        assert any(fits), f"{when}: {told_[0] or 'other steps'}"

    def put(self) -> None:
        """Writes the result of Match, which is worked out once."""
        if self.patch is None:
            source = self.book.source
            state = read_state(source)
            closed = close_month(state.intake, state.policy, state.period, kept=state.kept)
            frames = close_frames(closed, Language.EN, state.typed)
            self.patch = plan(source, draw(closed, Language.EN, frames))
        self.book.put(self.patch, "match")

    def told(self, code: Code) -> None:
        """Writes, and hears what stood in the way; nothing where all was written by then."""
        try:
            self.put()
        except (Busy, Gone) as fault:
            found = [problem.code for problem in told(fault, NAME).problems]
        else:
            found = [code]
        assert found == [code]

    def saved(self) -> Path:
        """Saves the book where it is."""
        self.app.books[NAME].save()
        return Path(self.app.books[NAME].fullname)

    def press(self, action: str, **answers: object) -> None:
        person = Person(**answers)  # type: ignore[arg-type]
        code = perform(Call(action, NAME, 0, Language.EN), self.app, person, self.home)
        assert code == 0, person.told

    def recovered(self) -> None:
        """What the next action does first, whatever it is; Excel is as the person had it."""
        self.book.recover()
        assert {name: self.app.impl.state[name] for name in USUAL} == USUAL
        assert [book.title for book in self.app.impl.books.held if "Tieout" in book.title] == []


@contextmanager
def stopped(fault: Callable[[], object], number: int, but: frozenset[str] = frozenset()):
    """From a call on, counted from 0, something happens; an exception is raised at each one."""
    count = itertools.count()

    def stop(kind: str) -> None:
        if kind not in but and next(count) >= number and isinstance(made := fault(), BaseException):
            raise made

    WIRE.before = stop
    try:
        yield
    finally:
        WIRE.before = None


def every_call(bench: Bench, world: World) -> Iterator[tuple[int, list[Stand]]]:
    """Before each call at which writing is stopped: its number, and the book before and after."""
    world.restore(bench.app)
    bench.put()
    world.restore(bench.app)
    ends = [bench.stand]
    WIRE.reset()
    bench.put()
    ends.append(bench.stand)
    for number in spread(sum(WIRE.calls.values())):
        world.restore(bench.app)
        yield number, ends


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for a cell to be left."""
    monkeypatch.setattr(quiet, "BUSY_PATIENCE_S", 0.0)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    WIRE.reset()
    with started() as app:
        app.calculation = USUAL["calculation"]
        yield Bench(app, tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def month(bench: Bench, tmp_path_factory: pytest.TempPathFactory) -> dict[str, World]:
    """The world before each action of a month."""
    folder = tmp_path_factory.mktemp("month")
    write_month(make_month(ORDERS, 1), folder)
    stages = {}
    bench.press("new_close", target=folder / NAME)
    first, *bench.files = sorted((folder / "files").iterdir())
    bench.press("import_files", chosen=[first])
    stages["import_files"] = bench.now
    bench.press("import_files", chosen=bench.files)
    stages["match"] = bench.now
    bench.press("match")
    _decide(bench)
    stages["apply_decisions"] = bench.now
    bench.press("apply_decisions")
    stages["undo"] = stages["roll_forward"] = bench.now
    return stages


def _decide(bench: Bench) -> None:
    """A decision of each kind that needs no other row."""
    source = bench.book.source
    caption = next(c for c, key in keys_of("Exceptions", Language.EN).items() if key == "decision")
    chosen = ["carry_forward", "write_off", "carry_forward", "exclude"]
    place = source.place("Exceptions")
    place.cells(0, len(chosen) - 1, caption).raw_value = [
        [words.word("decision", decision, Language.EN)] for decision in chosen
    ]


@pytest.mark.parametrize(
    "action", ["import_files", "match", "apply_decisions", "undo", "roll_forward"]
)
def test_killed_before_any_call_the_book_is_as_before_or_as_after(
    bench: Bench, month: dict[str, World], action: str, tmp_path: Path
) -> None:
    month[action].restore(bench.app)
    ends = [bench.stand]
    with watched(bench.app, bench.home) as moments:
        bench.press(action, chosen=bench.files, target=tmp_path / "Next.xlsx")
    ends.append(bench.stand)
    if action == "undo":  # what began to be taken back is taken back to its end
        ends = ends[1:]
    for number in spread(len(moments)):
        moments[number].restore(bench.app)
        bench.recovered()
        bench.is_one_of(ends, f"killed before call {number} of {len(moments)}")


def test_a_real_kill_leaves_what_was_looked_at(bench: Bench, month: dict[str, World]) -> None:
    """The moments above are what a process leaves that dies there, up to what it let go of."""
    month["match"].restore(bench.app)
    with watched(bench.app, bench.home) as moments:
        bench.press("match")
    for number in (30, len(moments) // 2):
        month["match"].restore(bench.app)
        with stopped(Killed, number, ASKING), pytest.raises(Killed):
            bench.press("match")
        assert differences(bench.cells, moments[number].book(NAME)) == []
        assert bench.app.impl.state == dict(moments[number].state)
        assert len(bench.now.files) == len(moments[number].files)


@pytest.mark.skipif(not EVERY, reason="only where every call is tried: TIEOUT_EVERY_WRITE=1")
def test_killed_while_it_is_given_back_it_is_given_back_by_the_next(
    bench: Bench, month: dict[str, World]
) -> None:
    month["match"].restore(bench.app)
    ends = [bench.stand]
    with watched(bench.app, bench.home) as moments:
        bench.press("match")
    moments[len(moments) * 3 // 4].restore(bench.app)
    with watched(bench.app, bench.home) as again:
        bench.book.recover()
    for number in spread(len(again)):
        again[number].restore(bench.app)
        bench.recovered()
        bench.is_one_of(ends, f"killed twice, before call {number} of {len(again)}")


def test_a_cell_edited_at_any_call_leaves_the_book_as_before_or_as_after(
    bench: Bench, month: dict[str, World]
) -> None:
    for number, ends in every_call(bench, month["match"]):
        with stopped(Busy, number):
            bench.told(Code.EXCEL_BUSY)
        for book in bench.app.impl.books.held:
            book.left = True  # a form that could not be closed
        bench.recovered()
        bench.is_one_of(ends, f"edited at call {number}")


def test_a_book_closed_at_any_call_opens_as_it_was_saved(
    bench: Bench, month: dict[str, World]
) -> None:
    for number, ends in every_call(bench, month["match"]):
        path = bench.saved()
        book = bench.app.books[NAME].impl
        with stopped(book.gone, number):
            bench.told(Code.BOOK_CLOSED)
        book.gone()
        bench.app.books.open(path)
        bench.recovered()
        bench.is_one_of(ends[:1], f"closed at call {number}")


def test_a_book_from_before_the_last_steps_is_not_given_back_what_it_never_lost(
    bench: Bench, month: dict[str, World]
) -> None:
    """Excel died, and what it had not saved is gone, while the steps are still there."""
    month["match"].restore(bench.app)
    saved = bench.stand
    path = bench.saved()
    with watched(bench.app, bench.home) as moments:
        bench.press("match")
    moments[-40].restore(bench.app)
    bench.app.books[NAME].impl.gone()
    bench.app.books.open(path)
    bench.recovered()
    bench.is_one_of([saved], "opened as it was saved long ago")
    bench.press("match")
    bench.press("undo")
    bench.is_one_of([saved], "a step of its own")


def test_two_copies_of_a_book_have_steps_of_their_own(
    bench: Bench, month: dict[str, World], tmp_path: Path
) -> None:
    month["match"].restore(bench.app)
    saved = bench.stand
    bench.app.books[NAME].save(tmp_path / NAME)
    bench.press("match")
    bench.app.books[NAME].impl.gone()
    bench.app.books.open(tmp_path / NAME)
    bench.press("import_files", chosen=bench.files[:1])
    bench.press("undo")
    bench.is_one_of([saved], "the copy, which was never matched")
