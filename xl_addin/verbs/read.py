"""``tieout read FILE... --out records.csv``: files of any known layout into one table."""

import argparse
from pathlib import Path
from typing import Any

import polars as pl

from recon_engine.errors import Code, Problem, TieoutError
from recon_engine.export.files import write_atomically, write_json
from recon_engine.intake import read_files
from recon_engine.messages import Language
from recon_engine.model import money
from recon_engine.model.results import FileReport, Intake
from xl_addin.inputs import check_targets, given_policy, tell, terminal_progress

COLUMNS = (
    "record_id", "kind", "type", "date", "amount", "currency", "reference", "group", "text",
    "party", "channel", "source_file", "source_sheet", "source_row",
)  # fmt: skip


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the verb's arguments."""
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--out", type=Path, required=True, metavar="CSV")
    parser.add_argument("--json", type=Path, metavar="JSON")
    parser.add_argument("--policy", type=Path, metavar="TOML")
    parser.add_argument("--lang", choices=list(Language))


def run(options: argparse.Namespace) -> None:
    """Reads the files and writes the table, and the report if one is asked for.

    Raises:
        TieoutError: nothing could be read, or an output cannot be written.
    """
    check_targets(options.files, [options.out, options.json])
    progress = terminal_progress(options.language)
    intake = read_files(options.files, given_policy(options.policy), progress)
    if intake.problems and not intake.files:
        if options.json:
            _write_report(options.json, intake)
        raise TieoutError(intake.problems)
    write_atomically(options.out, _table(intake.records).write_csv)
    if options.json:
        _write_report(options.json, intake)
    progress("done", 0, 0)
    tell(intake.problems, options.language)
    tell([note for report in intake.files for note in report.notes], options.language)


def _table(records: pl.DataFrame) -> pl.DataFrame:
    """The records as text: exact decimal amounts, ISO dates."""
    return records.with_columns(
        amount=money.column_to_text(), date=pl.col("date").dt.to_string("%Y-%m-%d")
    ).select(COLUMNS)


def _write_report(target: Path, intake: Intake) -> None:
    entries = [*map(_entry, intake.files), *map(_refusal, intake.problems)]
    write_json(target, {"files": entries})


def _entry(report: FileReport) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "file": report.file,
        "profile": report.profile,
        "kind": report.kind,
        "rows": report.rows,
        "records": report.records,
        "excluded": report.excluded,
        "rejects": [
            {"row": p.place.row, "column": p.place.column, "value": p.value, "code": p.code.value}
            for p in report.rejects
        ],
        "totals": {
            code: {"count": total.count, "sum": money.to_text(total.sum, code)}
            for code, total in report.totals.items()
        },
        "checks": [{"code": c.code, "ok": c.ok, "detail": c.detail} for c in report.checks],
        "notes": [{"code": n.code.value, "value": n.value} for n in report.notes],
    }
    if any(note.code is Code.FILE_TWICE for note in report.notes):
        entry["problem"] = Code.FILE_TWICE.value
    return entry


def _refusal(problem: Problem) -> dict[str, Any]:
    """A file that was not read, in the same shape."""
    return {
        "file": problem.place.file, "profile": "", "kind": "", "rows": 0, "records": 0,
        "excluded": 0, "rejects": [], "totals": {}, "checks": [], "notes": [],
        "problem": problem.code.value, "column": problem.place.column, "value": problem.value,
    }  # fmt: skip
