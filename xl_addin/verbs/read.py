"""``tieout read FILE... --out records.csv``: files of any known layout into one table."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl

from recon_engine.errors import Code, Problem, TieoutError
from recon_engine.export.files import write_atomically, write_bytes, write_json
from recon_engine.intake import read_files
from recon_engine.intake.mapping import as_toml
from recon_engine.messages import Language
from recon_engine.model import money
from recon_engine.model.results import FileReport, Intake, Proposal
from xl_addin.inputs import (
    check_targets,
    given_mapping,
    given_policy,
    tell,
    tell_proposals,
    terminal_progress,
)

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
    parser.add_argument("--mapping", type=Path, metavar="TOML", action="append", default=[])
    parser.add_argument("--write-mapping", type=Path, metavar="TOML")
    parser.add_argument("--lang", choices=list(Language))


def run(options: argparse.Namespace) -> None:
    """Reads the files and writes the table, and the report if one is asked for.

    Raises:
        TieoutError: nothing could be read, or an output cannot be written.
    """
    targets = [options.out, options.json, options.write_mapping]
    outputs = check_targets([*options.files, *options.mapping], targets)
    progress = terminal_progress(options.language)
    mappings = [given_mapping(path) for path in options.mapping]
    intake = read_files(options.files, given_policy(options.policy), progress, mappings, outputs)
    tell_proposals(intake.proposals, options.language)
    if options.write_mapping:
        _write_mappings(options.write_mapping, intake.proposals)
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


def _write_mappings(target: Path, proposals: Sequence[Proposal]) -> None:
    """Each proposal as a mapping to confirm; a second one beside the first, as NAME-2.toml."""
    for number, proposal in enumerate(proposals, 1):
        path = target if number == 1 else target.with_stem(f"{target.stem}-{number}")
        write_bytes(path, as_toml(proposal).encode())


def _table(records: pl.DataFrame) -> pl.DataFrame:
    """The records as text: exact decimal amounts, ISO dates."""
    return records.with_columns(
        amount=money.column_to_text(), date=pl.col("date").dt.to_string("%Y-%m-%d")
    ).select(COLUMNS)


def _write_report(target: Path, intake: Intake) -> None:
    mapped = {(p.file, p.sheet): p for p in intake.proposals}
    refusals = [_refusal(p, mapped.get((p.place.file, p.place.sheet))) for p in intake.problems]
    entries = [*map(_entry, intake.files), *refusals]
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


def _refusal(problem: Problem, proposal: Proposal | None) -> dict[str, Any]:
    """A file that was not read, in the same shape, and what its columns seem to be."""
    guesses = proposal.columns if proposal else ()
    return {
        "file": problem.place.file, "profile": "", "kind": "", "rows": 0, "records": 0,
        "excluded": 0, "rejects": [], "totals": {}, "checks": [], "notes": [],
        "problem": problem.code.value, "column": problem.place.column, "value": problem.value,
        "mapping": [
            {
                "column": guess.column, "role": guess.role, "confidence": guess.confidence,
                "evidence": list(guess.evidence),
            }
            for guess in guesses
        ],
    }  # fmt: skip
