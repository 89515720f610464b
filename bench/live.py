"""What a button costs besides the engine, with many rows on the sheet Bank.

    python -m bench.live [--rows 100000]

A close of that many statement lines is opened in LibreOffice through the tests' xlwings engine; a
match is pressed, and the time of everything but the engine's run is added up.  Both processes'
CPU seconds are told beside the wall clock, because a loaded machine shows only the former.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import polars as pl
import xlwings as xw

from recon_engine.close import close_month, laid_out
from recon_engine.messages import Language
from recon_engine.model.policy import default_policy
from recon_engine.model.records import Kind, as_records
from recon_engine.model.results import FileReport, Intake, Total
from tests.live.calc import engine, host
from workbook_templates.frames import close_frames
from workbook_templates.render import workbook_bytes
from workbook_templates.state import read_state
from xl_addin.live.book import LiveBook

_START = date(2026, 10, 1)


@dataclass
class Clock:
    """Seconds by step: wall, this process's CPU, the spreadsheet's CPU."""

    office_group: int
    steps: dict[str, tuple[float, float, float]] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Times one step."""
        before = (time.perf_counter(), time.process_time(), self._office())
        yield
        after = (time.perf_counter(), time.process_time(), self._office())
        wall, mine, theirs = (one - two for one, two in zip(after, before, strict=True))
        self.steps[name] = (wall, mine, theirs)
        print(f"{name:<24} wall {wall:7.2f}  CPU here {mine:6.2f}  spreadsheet {theirs:6.2f}")

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


def intake(rows: int) -> Intake:
    """So many lines of one bank account; every twentieth pair reverses each other."""
    number = pl.int_range(rows, eager=True).alias("n")
    lines = pl.DataFrame({"n": number}).select(
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
    records = as_records(lines)
    total = {"CNY": Total(rows, int(records["amount"].sum()))}
    report = FileReport(
        "bank.csv", "0" * 64, "cmb", str(Kind.STATEMENT_LINE), rows, rows, 0, (), total, ()
    )
    return Intake(records, (report,))


def press(clock: Clock, live: LiveBook, name: str) -> None:
    """A match, timed; the engine's own run is left out of the sum."""
    with clock.step(f"{name}: read"):
        state = read_state(live.source)
    with clock.step(f"{name}: engine, not counted"):
        closed = close_month(state.intake, state.policy, state.period, kept=state.kept)
    with clock.step(f"{name}: write"):
        live.write(closed, "match", close_frames(closed, live.language, state.typed))
    parts = [clock.steps[f"{name}: {part}"] for part in ("read", "write")]
    wall, mine, theirs = (sum(part) for part in zip(*parts, strict=True))
    print(f"{name}: overhead wall {wall:.2f}, CPU here {mine:.2f}, spreadsheet {theirs:.2f}")


def main() -> None:
    """Opens, reads, matches, writes, and undoes."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=100_000)
    rows = parser.parse_args().rows

    engine.register()
    host.register()
    app = xw.App(add_book=False)
    clock = Clock(os.getpgid(app.pid))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "close.xlsx"
        policy = default_policy()
        begun = laid_out(intake(rows), policy)
        path.write_bytes(workbook_bytes(begun, Language.EN))
        with clock.step("open (not counted)"):
            book = app.books.open(path)
        with clock.step("find the tables"):
            live = LiveBook(book, host.CALC, Path(folder) / "undo")
        press(clock, live, "first")  # every line becomes an exception: as many rows again
        press(clock, live, "second")  # nothing has changed
        with clock.step("undo"):
            live.undo()
    app.quit()


if __name__ == "__main__":
    main()
