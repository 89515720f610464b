"""Thousands of damaged files through the intake: each is read exactly or refused clearly.

``python -m bench.fuzz --files 50000 [--seed 1] [--first 0]``.  Seeds are the project's own samples;
every mutation follows from its number, so a fault is repeated by that number alone.
"""

import argparse
import io
import random
import re
import resource
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import polars as pl
import xlsxwriter

from recon_engine.intake import read_files
from recon_engine.model.policy import default_policy
from recon_engine.model.results import Intake

SAMPLES = Path(__file__).resolve().parent.parent / "tests" / "intake" / "samples"
SECONDS_MAX = 10.0
PEAK_MB_MAX = 1_024
PLAIN_HEADER = "Date,Description,Amount,Currency,Reference"
_FIGURE = re.compile(r"^-?[0-9]{1,9}(?:\.[0-9]{1,2})?$")
_MOVEMENTS = ["settlement_line", "statement_line"]
_ENCODINGS = ("gb18030", "big5", "cp1252", "utf-16", "utf-8-sig", "cp1251", "shift_jis")
_ODD = (
    "", "-", "合计", "Total", "1e400", "NaN", "9" * 40, "2026-02-30", "=1+1", "\x00", "￥", '"',
    "1,2,3", "٣", "-0", "1.005", "inf", "　",
)  # fmt: skip


@dataclass(slots=True)
class Tally:
    """What a run came to."""

    files: int = 0
    read: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    slowest: float = 0.0


def seeds() -> list[tuple[str, bytes]]:
    """The samples, and a workbook made of one of them."""
    found = [p for p in sorted(SAMPLES.glob("*/*")) if not p.name.endswith(".expected.csv")]
    named = [(p.name, p.read_bytes()) for p in found]
    return [*named, ("book.xlsx", _workbook()), *[("plain.csv", _plain())] * 8]


def _plain() -> bytes:
    """A file whose every figure can be checked by other means."""
    rows = (f"2026-05-{n % 28 + 1:02d},sale {n},{n * 37 - 400}.{n:02d},EUR,R{n}" for n in range(40))
    return "\n".join([PLAIN_HEADER, *rows, ""]).encode()


def _workbook() -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        sheet = book.add_worksheet("明细")
        sheet.write_row(1, 1, ["日期", "摘要", "收入", "支出", "余额", "流水号"])
        for n in range(30):
            sheet.write_row(
                n + 2, 1, [f"2026-05-{n % 28 + 1:02d}", "货款", n + 0.25, "", "", f"N{n}"]
            )
    return target.getvalue()


def mutated(content: bytes, draw: random.Random) -> bytes:
    """One to four mutations of a file; inside a zip, of one of its parts or of the zip itself."""
    if content.startswith(b"PK") and draw.random() < 0.7:
        return _inside(content, draw)
    for _ in range(draw.randint(1, 4)):
        content = draw.choice(_MUTATIONS)(content, draw)
    return content


def _inside(content: bytes, draw: random.Random) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w") as new:
        names = old.namelist()
        chosen = draw.choice(names)
        for name in names:
            part = old.read(name)
            new.writestr(name, draw.choice(_MUTATIONS)(part, draw) if name == chosen else part)
    return target.getvalue()


def _flip(content: bytes, draw: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(draw.randint(1, 8)):
        if changed:
            changed[draw.randrange(len(changed))] = draw.randrange(256)
    return bytes(changed)


def _truncate(content: bytes, draw: random.Random) -> bytes:
    return content[: draw.randrange(len(content) + 1)]


def _lines(content: bytes, draw: random.Random) -> bytes:
    """Lines doubled, dropped, moved."""
    lines = content.splitlines(keepends=True)
    for _ in range(draw.randint(1, 3)):
        if lines:
            n = draw.randrange(len(lines))
            what = draw.randrange(3)
            if what == 0:
                lines.insert(draw.randrange(len(lines) + 1), lines[n])
            elif what == 1:
                del lines[n]
            else:
                lines.insert(draw.randrange(len(lines)), lines.pop(n))
    return b"".join(lines)


def _cells(content: bytes, draw: random.Random) -> bytes:
    """Cells swapped, or one replaced by something odd, wherever commas and the like part them."""
    mark = draw.choice([b",", b"\t", b";", b">", b"<", b":", b"/", b'"'])
    cells = content.split(mark)
    if len(cells) < 3:
        return content
    a, b = draw.randrange(len(cells)), draw.randrange(len(cells))
    if draw.random() < 0.5:
        cells[a], cells[b] = cells[b], cells[a]
    else:
        cells[a] = draw.choice(_ODD).encode()
    return mark.join(cells)


def _encode(content: bytes, draw: random.Random) -> bytes:
    return content.decode("utf-8", "replace").encode(draw.choice(_ENCODINGS), "replace")


def _twice(content: bytes, draw: random.Random) -> bytes:
    wrong = draw.choice(["gb18030", "cp1252", "latin-1"])
    return content.decode(wrong, "replace").encode("utf-8")


def _splice(content: bytes, draw: random.Random) -> bytes:
    """A piece of the file repeated somewhere else in it."""
    if not content:
        return content
    start = draw.randrange(len(content))
    piece = content[start : start + draw.randint(1, 400)] * draw.choice([1, 1, 2, 50])
    where = draw.randrange(len(content))
    return content[:where] + piece + content[where:]


_MUTATIONS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    _flip, _truncate, _lines, _lines, _cells, _cells, _cells, _encode, _twice, _splice,
)  # fmt: skip


def wrong_with(intake: Intake, content: bytes) -> list[str]:
    """Laws that hold for any file at all; what breaks them."""
    wrong = [] if intake.files or intake.problems else ["neither read nor refused"]
    records = intake.records
    if len(intake.files) == 1:
        (report,) = intake.files
        rows = int(records["source_rows"].sum()) + report.excluded + len(report.rejects)
        told = {code: (total.count, total.sum) for code, total in report.totals.items()}
        wrong += [f"rows {report.rows} != {rows}"] if rows != report.rows else []
        wrong += [f"totals {told}"] if _sums(records) != told else []
        wrong += _unlike_cells(records, content)
    wrong += [] if records["record_id"].is_unique().all() else ["record ids repeat"]
    movements = records.filter(pl.col("kind").is_in(_MOVEMENTS))
    missing = movements.filter(pl.any_horizontal(pl.col("date", "amount").is_null()))
    return [*wrong, *(["a movement without date or amount"] if missing.height else [])]


def _sums(records: pl.DataFrame) -> dict[str, tuple[int, int]]:
    """Count and sum by currency, in plain Python."""
    sums: dict[str, tuple[int, int]] = {}
    pairs = zip(records["currency"].to_list(), records["amount"].to_list(), strict=True)
    for code, amount in pairs:
        count, total = sums.get(code, (0, 0))
        sums[code] = (count + 1, total + (amount or 0))
    return sums


def _unlike_cells(records: pl.DataFrame, content: bytes) -> list[str]:
    """Records of the plain CSV against the cells they came from, by the csv module and Decimal."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return []
    if not text.startswith(PLAIN_HEADER) or text.count('"') % 2 or "\r" in text:
        return []
    cells = {n: line.split(",") for n, line in enumerate(text.split("\n"), 1) if '"' not in line}
    wrong = []
    for row, amount, code in records.select("source_row", "amount", "currency").iter_rows():
        cell = cells.get(row, [])
        if code == "EUR" and len(cell) > 2 and _FIGURE.match(cell[2]):
            right = Decimal(cell[2]) * 100 == amount
            wrong += [] if right else [f"row {row}: {cell[2]} read as {amount}"]
    return wrong


def run(files: int, seed: int, tally: Tally, folder: Path, first: int = 0) -> None:
    """Reads that many mutated files, one at a time, from the given number on."""
    given = seeds()
    for number in range(first, first + files):
        draw = random.Random(f"{seed}:{number}")  # noqa: S311 - repeatable, nothing secret
        name, content = draw.choice(given)
        content = mutated(content, draw)
        path = folder / name
        path.write_bytes(content)
        start = time.process_time()
        try:
            intake = read_files([path], default_policy())
        except Exception as fault:  # noqa: BLE001 - finding these is what this is for
            tally.faults.append(f"{seed}:{number} {name}: {type(fault).__name__} {fault}")
            continue
        seconds = time.process_time() - start
        tally.slowest = max(tally.slowest, seconds)
        tally.files += 1
        tally.read += bool(intake.files)
        tally.refused.update({problem.code.value for problem in intake.problems})
        wrong = wrong_with(intake, content)
        wrong += [f"{seconds:.1f} s"] if seconds > SECONDS_MAX else []
        tally.faults += [f"{seed}:{number} {name}: {what}" for what in wrong]


def main(words: Sequence[str] | None = None) -> int:
    """Runs and prints what came of it; 1 when a law was broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="for a long run in pieces")
    given = parser.parse_args(words)
    tally = Tally()
    with tempfile.TemporaryDirectory() as folder:
        run(given.files, given.seed, tally, Path(folder), given.first)
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    if peak_mb > PEAK_MB_MAX:
        tally.faults.append(f"{peak_mb:.0f} MB")
    print(
        f"{tally.files} files, {tally.read} read, slowest {tally.slowest:.2f} s, {peak_mb:.0f} MB"
    )
    print("refused:", dict(tally.refused.most_common()))
    print("\n".join(tally.faults) or "no faults")
    return 1 if tally.faults else 0


if __name__ == "__main__":
    sys.exit(main())
