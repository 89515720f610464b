"""The bench's table, and the machine its figures come from."""

import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from statistics import mean

START, END = "<!-- figures -->", "<!-- end of figures -->"


@dataclass(frozen=True, slots=True)
class Row:
    """What one matcher took and reached; shares are 0 to 1."""

    seconds: float
    cpu_seconds: float  # of all cores; what a machine that others use can still tell
    peak_mb: float
    precision: float
    recall: float
    f1: float
    to_noise: float  # share of the unrelated bank rows that are noise and were linked
    to_duplicates: float  # share of the unrelated bank rows that are copies and were linked
    by_scenario: Mapping[str, float] = field(default_factory=dict)


def averaged(rows: Sequence[Row | None]) -> Row | None:
    """Means over the seeds; a matcher that failed once has failed."""
    done = [row for row in rows if row is not None]
    if not done or len(done) < len(rows):
        return None
    figures = [f.name for f in fields(Row) if f.name != "by_scenario"]
    return Row(
        **{name: mean(getattr(row, name) for row in done) for name in figures},
        by_scenario={s: _mean_of(done, s) for s in _scenarios(done)},
    )


def _scenarios(rows: Sequence[Row]) -> list[str]:
    return sorted({s for row in rows for s in row.by_scenario})


def _mean_of(rows: Sequence[Row], scenario: str) -> float:
    """A scenario so rare that a small month may lack it counts where it is."""
    return mean(row.by_scenario[scenario] for row in rows if scenario in row.by_scenario)


def table(caption: str, rows: Mapping[str, Row | None]) -> str:
    """A Markdown table of one setting: figures, then recall by scenario."""
    done = [row for row in rows.values() if row is not None]
    scenarios = _scenarios(done)
    head = ["", "seconds", "CPU s", "peak MB", "precision", "recall", "F1", "to noise", "to copies"]
    lines = [
        f"### {caption}",
        "",
        _line([*head, *scenarios]),
        _line(["---"] * (len(head) + len(scenarios))),
    ]
    for name, row in rows.items():
        lines.append(_line([name, *(_cells(row, scenarios) if row else ["failed"])]))
    return "\n".join(lines) + "\n"


def _cells(row: Row, scenarios: Sequence[str]) -> list[str]:
    figures = [f"{row.seconds:.3g}", f"{row.cpu_seconds:.3g}", f"{row.peak_mb:,.0f}"]
    figures += [f"{v:.4f}" for v in (row.precision, row.recall, row.f1)]
    figures += [f"{v:.1%}" for v in (row.to_noise, row.to_duplicates)]
    return [*figures, *(f"{row.by_scenario[s]:.3f}" for s in scenarios)]


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def machine() -> str:
    """Cores, memory, processor and Python, in one line."""
    processor = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        named = [x for x in cpuinfo.read_text(encoding="utf-8").splitlines() if "model name" in x]
        processor = named[0].partition(":")[2].strip() if named else processor
    memory_gb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} cores ({processor}), {memory_gb:.0f} GiB, {platform.system()}, "
        f"Python {platform.python_version()}"
    )


def write_readme(path: Path, tables: Sequence[str], command: str) -> None:
    """Replaces the figures between the two marks of the README."""
    text = path.read_text(encoding="utf-8")
    before, _, rest = text.partition(START)
    after = rest.partition(END)[2]
    figures = [f"`{command}` on {machine()}.", "", *tables]
    path.write_text(before + "\n".join([START, *figures, END]) + after, encoding="utf-8")
