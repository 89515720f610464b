"""What a button costs besides the engine, with many rows on the sheet Bank.

    python -m bench.live [--rows 100000] [--month normal open]

A close of that many statement lines is opened in LibreOffice through the tests' xlwings engine and
a person's presses are timed: match, match again, decide about a few exceptions, undo.  Four parts
are told apart: the engine (matching, control, the figures of the reports), our own work around it
(reading, comparing, drawing, keeping for Undo), the bridge (what turns Python's values into UNO's
and back, where COM stands in Excel), and the spreadsheet.  CPU seconds, because a loaded machine
shows only those; the wall clock beside them.
"""

import argparse
import inspect
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import xlwings as xw

from recon_engine.close import close_month, laid_out
from recon_engine.messages import Language
from recon_engine.model.policy import default_policy
from recon_engine.model.records import Kind, as_records
from recon_engine.model.results import Close, FileReport, Intake, Total
from recon_engine.reconcile.take_up import Actor
from tests.live.calc import books, cells, engine, host, sheets
from workbook_templates.apply import decided
from workbook_templates.frames import close_frames
from workbook_templates.render import workbook_bytes
from workbook_templates.sheets import money
from workbook_templates.state import State, read_state
from xl_addin.live.book import LiveBook
from xl_addin.live.heard import Heard

_START = date(2026, 10, 1)
_UNPAID, _UNKNOWN = 100, 50  # one order in so many is not paid, one line in so many is no order's
_FIRST, _DECIDED = 10, 5  # exceptions that a person decides about: from which row, how many
_BRIDGE = (
    cells.Range, sheets.Sheet, sheets.Sheets, sheets.Table, sheets.Tables, books.Book, books.Books,
    books.Name, books.Names, engine.App,
)  # fmt: skip


class Inside:
    """CPU seconds inside some functions, however deep they call each other."""

    def __init__(self) -> None:
        self.seconds, self._depth = 0.0, 0

    def timed(self, inner: Callable[..., Any] | None) -> Callable[..., Any] | None:
        """A function that adds its time."""
        if inner is None:
            return None

        def outer(*given: Any, **named: Any) -> Any:
            self._depth += 1
            before = time.process_time()
            try:
                return inner(*given, **named)
            finally:
                self._depth -= 1
                if not self._depth:
                    self.seconds += time.process_time() - before

        return outer


def bridge() -> Inside:
    """The tests' xlwings engine, which stands where COM does in Excel."""
    inside = Inside()
    for kind in _BRIDGE:
        for name, held in list(vars(kind).items()):
            if isinstance(held, property):
                parts = [inside.timed(part) for part in (held.fget, held.fset)]
                setattr(kind, name, property(*parts))
            elif inspect.isfunction(held):
                setattr(kind, name, inside.timed(held))
    return inside


def reports() -> Inside:
    """The engine's reports, whose figures are asked for when their sheets are drawn."""
    inside = Inside()
    for name in ("statement_section", "remittance_section", "comparison_section", "custom_section"):
        setattr(money, name, inside.timed(getattr(money, name)))
    return inside


@dataclass
class Parts:
    """Seconds of one press."""

    wall: float = 0.0
    engine: float = 0.0
    ours: float = 0.0
    bridge: float = 0.0
    office: float = 0.0


@dataclass
class Clock:
    """Adds up a press in its parts."""

    office_group: int
    bridge: Inside
    reports: Inside
    parts: Parts = field(default_factory=Parts)

    @contextmanager
    def part(self, name: str, *, engine: bool = False) -> Iterator[None]:
        """Times a part of a press; all of it is the engine's, or none."""
        before = self._now()
        yield
        took = (one - two for one, two in zip(self._now(), before, strict=True))
        wall, here, bridge, reports, office = took
        done = self.parts
        if engine:
            done.engine += here
        else:
            done.wall += wall - reports
            done.engine += reports
            done.ours += here - bridge - reports
            done.bridge += bridge
            done.office += office
        print(f"    {name:<12} wall {wall:6.2f}  here {here - bridge:5.2f}  of it reports "
              f"{reports:5.2f}  bridge {bridge:5.2f}  spreadsheet {office:5.2f}")  # fmt: skip

    def _now(self) -> tuple[float, float, float, float, float]:
        ours = time.process_time(), self.bridge.seconds, self.reports.seconds
        return time.perf_counter(), *ours, self._office()

    def told(self, press: str) -> None:
        """Prints a press and begins the next one."""
        p = self.parts
        print(f"{press:<12} engine {p.engine:5.2f}  ours {p.ours:5.2f}  bridge {p.bridge:5.2f}  "
              f"spreadsheet {p.office:5.2f}  wall without engine {p.wall:6.2f}")  # fmt: skip
        self.parts = Parts()

    def _office(self) -> float:
        """CPU seconds of every process in the spreadsheet's group."""
        ticks = 0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = stat.read_text().rpartition(")")[2].split()
            except OSError:
                continue  # it has just ended
            if int(fields[2]) == self.office_group:
                ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")


# ---- months --------------------------------------------------------------------------------------


def lines(rows: int) -> pl.DataFrame:
    """So many lines of one bank account."""
    return pl.DataFrame({"n": pl.int_range(rows, eager=True)}).select(
        record_id=pl.format("st-{}", pl.col("n").cast(pl.String).str.zfill(16)),
        kind=pl.lit(str(Kind.STATEMENT_LINE)),
        date=pl.lit(_START) + pl.duration(days=pl.col("n") % 31),
        amount=(pl.col("n") * 7919 % 9_000_000 + 100).cast(pl.Int64),
        currency=pl.lit("CNY"),
        channel=pl.lit("bank"),
        type=pl.lit("transfer"),
        reference=pl.format("B2610{}", pl.col("n").cast(pl.String).str.zfill(8)),
        text=pl.format("transfer {} of the month", pl.col("n")),
        party=pl.format("customer {}", pl.col("n") % 5_000),
        source_file=pl.lit("bank.csv"),
        source_row=(pl.col("n") + 2).cast(pl.Int64),
        source_rows=pl.lit(1, pl.Int64),
    )


def orders(rows: int) -> pl.DataFrame:
    """The orders that those lines pay, but for some lines and some orders."""
    return (
        lines(rows)
        .with_row_index("n")
        .filter(pl.col("n") % _UNKNOWN != 0)
        .with_columns(
            record_id=pl.col("record_id").str.replace("st-", "or-"),
            kind=pl.lit(str(Kind.ORDER)),
            channel=pl.lit("shop"),
            type=pl.lit("sale"),
            text=pl.lit(""),
            source_file=pl.lit("orders.csv"),
            reference=pl.when(pl.col("n") % _UNPAID == 1)
            .then(pl.format("unpaid {}", "n"))
            .otherwise("reference"),
            amount=pl.when(pl.col("n") % _UNPAID == 1)
            .then(pl.col("amount") + 10_000_000)
            .otherwise("amount"),
        )
        .drop("n")
    )


def open_month(rows: int) -> Intake:
    """No line has a counterpart: as many exceptions and open items again."""
    return _intake(lines(rows))


def normal_month(rows: int) -> Intake:
    """Nearly every line pays an order."""
    return _intake(lines(rows), orders(rows))


def _intake(*frames: pl.DataFrame) -> Intake:
    reports = []
    for frame in frames:
        total = {"CNY": Total(frame.height, int(frame["amount"].sum()))}
        file, kind = frame["source_file"][0], frame["kind"][0]
        reports.append(FileReport(file, "0" * 64, "cmb", kind, frame.height, frame.height, 0, (),
                                  total, ()))  # fmt: skip
    return Intake(pl.concat(as_records(frame) for frame in frames), tuple(reports))


MONTHS = {"normal": normal_month, "open": open_month}

# ---- presses -------------------------------------------------------------------------------------


class Desk:
    """A workbook whose buttons are pressed; the launcher listens all the while."""

    def __init__(self, clock: Clock, book: xw.Book, folder: Path) -> None:
        self.clock, self.book, self.folder = clock, book, folder
        self.presses = 0
        self.touched: dict[str, int] = {}

    def live(self) -> LiveBook:
        """The book as a new process finds it."""
        self.presses += 1
        heard = Heard("bench", self.presses, dict(self.touched))
        return LiveBook(self.book, host.CALC, self.folder, heard=heard)

    def touch(self, table: str) -> None:
        """A person changes a cell there."""
        self.touched[table] = self.presses


def press(desk: Desk, name: str, run: Callable[[State], Close]) -> None:
    """One press: read, run, write."""
    clock = desk.clock
    with clock.part("read"):
        live = desk.live()
        state = read_state(live.source)
    with clock.part("engine", engine=True):
        closed = run(state)
        frames = close_frames(closed, live.language)
    with clock.part("write"):
        live.write(closed, "match", frames)
        live.disproved()  # as every button does; the spreadsheet calculates what it now shows
    clock.told(name)


def matched(state: State) -> Close:
    """As the button Match."""
    return close_month(state.intake, state.policy, state.period, kept=state.kept)


def type_decisions(desk: Desk) -> None:
    """A person excludes a few exceptions by hand."""
    place = LiveBook(desk.book, host.CALC, desk.folder).source.place("Exceptions")
    rows = _FIRST, _FIRST + _DECIDED - 1
    for caption, word in (("Decision", "Exclude"), ("Note", "by hand")):
        place.cells(*rows, caption).raw_value = [[word]] * _DECIDED
    desk.touch("Exceptions")


def as_decided(state: State) -> Close:
    """As the button Apply decisions."""
    by, at = Actor("bench"), "2026-11-01T12:00:00+08:00"
    return decided(state, by, at)[0]


def month(clock: Clock, app: xw.App, name: str, rows: int, folder: Path) -> None:
    """Opens a month and works through it."""
    path = folder / f"{name}.xlsx"
    begun = laid_out(MONTHS[name](rows), default_policy())
    path.write_bytes(workbook_bytes(begun, Language.EN))
    print(f"\n{name} month, {rows:,} lines on the sheet Bank")
    book = app.books.open(path)
    desk = Desk(clock, book, folder / "undo")
    press(desk, "match", matched)
    press(desk, "match again", matched)
    type_decisions(desk)
    press(desk, "decide", as_decided)
    with clock.part("undo"):
        desk.live().undo()
    clock.told("undo")
    book.close()


def main(arguments: Sequence[str] | None = None) -> None:
    """Every month that was asked for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--month", nargs="+", choices=MONTHS, default=list(MONTHS))
    asked = parser.parse_args(arguments)
    engine.register()
    host.register()
    app = xw.App(add_book=False)
    clock = Clock(os.getpgid(app.pid), bridge(), reports())
    with tempfile.TemporaryDirectory() as folder:
        for name in asked.month:
            month(clock, app, name, asked.rows, Path(folder))
    app.quit()


if __name__ == "__main__":
    main()
