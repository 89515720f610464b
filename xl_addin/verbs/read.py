"""``tieout read FILE... --out records.csv``: files of any known layout into one table."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import polars as pl

from recon_engine.errors import Code, Place, Problem, TieoutError, error
from recon_engine.export.files import write_atomically
from recon_engine.intake import read_files
from recon_engine.messages import Language, explain
from recon_engine.model import money
from recon_engine.model.policy import Policy, default_policy, read_policy
from recon_engine.model.results import FileReport, Intake

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
    _not_an_input([options.out, options.json], options.files)
    intake = read_files(options.files, _policy(options.policy))
    if intake.problems and not intake.files:
        if options.json:
            _write_report(options.json, intake)
        raise TieoutError(intake.problems)
    write_atomically(options.out, lambda path: _table(intake.records).write_csv(path))
    if options.json:
        _write_report(options.json, intake)
    notes = [note for report in intake.files for note in report.notes]
    for problem in (*intake.problems, *notes):
        print(explain(problem, _language(options)), file=sys.stderr)  # noqa: T201 - the edge speaks


def _language(options: argparse.Namespace) -> Language:
    from xl_addin.command_line import chosen_language  # noqa: PLC0415 - it imports this module

    return chosen_language(["--lang", options.lang] if options.lang else [])


def _not_an_input(outputs: list[Path | None], inputs: list[Path]) -> None:
    given = {path.resolve() for path in inputs}
    for output in outputs:
        if output is not None and output.resolve() in given:
            raise error(Code.TARGET_IS_INPUT, Place(output.name))


def _policy(path: Path | None) -> Policy:
    if path is None:
        return default_policy()
    if not path.is_file():
        raise error(Code.FILE_MISSING, Place(path.name))
    return read_policy(path.read_text(encoding="utf-8"), path.name)


def _table(records: pl.DataFrame) -> pl.DataFrame:
    """The records as text: exact decimal amounts, ISO dates."""
    return records.with_columns(
        amount=money.column_to_text(), date=pl.col("date").dt.to_string("%Y-%m-%d")
    ).select(COLUMNS)


def _write_report(target: Path, intake: Intake) -> None:
    entries = [*map(_entry, intake.files), *map(_refusal, intake.problems)]
    content = json.dumps({"files": entries}, ensure_ascii=False, indent=2) + "\n"

    def write(path: Path) -> None:
        path.write_text(content, encoding="utf-8")

    write_atomically(target, write)


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
