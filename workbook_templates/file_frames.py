"""The frames of the sheet Files: what was read, what it adds up to, and what was refused."""

import json
from dataclasses import astuple

import polars as pl

from recon_engine.errors import Problem
from recon_engine.intake.mapping_rows import COLUMN, UNSURE
from recon_engine.messages import Language, catalogue, has, text
from recon_engine.model.results import Close, FileReport
from recon_engine.report.words import detail
from workbook_templates import words


def files(close: Close, language: Language) -> pl.DataFrame:
    """One row a file (or sheet of it), with its proofs in words."""
    rows = [
        {
            "status": "ok" if read_well(report) else "warn",
            "file": report.file,
            "kind": report.kind,
            "profile": report.profile,
            "rows": report.rows,
            "records": report.records,
            "excluded": report.excluded,
            "rejects": len(report.rejects),
            "checks": _checks(report, language),
            "sha256": report.sha256,
            "number": number,
            "checks_code": _plain([[c.code, c.ok, c.detail] for c in report.checks]),
            "balances_code": _plain([list(astuple(b)) for b in report.balances]),
        }
        for number, report in enumerate(close.files, 1)
    ]
    whole, said = pl.Int64, pl.String
    schema = {
        "status": said, "file": said, "kind": said, "profile": said, "rows": whole,
        "records": whole, "excluded": whole, "rejects": whole, "checks": said, "sha256": said,
        "number": whole, "checks_code": said, "balances_code": said,
    }  # fmt: skip
    return pl.DataFrame(rows, schema=schema)


def mappings(close: Close, language: Language) -> pl.DataFrame:
    """The layouts a person told, line by line, each with what it means."""
    kept = close.kept.mappings
    said = [_meaning(setting.strip(), language) for setting in kept["setting"]]
    return kept.with_columns(meaning=pl.Series(said, dtype=pl.String))


def _meaning(setting: str, language: Language) -> str:
    if setting.startswith(UNSURE):
        keys = (key for key in catalogue("intake", language) if key.startswith("role."))
        roles = ", ".join(f"{COLUMN}{key.removeprefix('role.')}" for key in keys)
        return text("intake.setting.unsure", language, roles=roles)
    if setting.startswith(COLUMN):
        key = f"intake.role.{setting.removeprefix(COLUMN)}"
        return text(key, language) if has(key) else ""
    key = f"intake.setting.{setting.replace('.', '_')}"
    return text(key, language) if has(key) else ""


def _plain(value: object) -> str:
    """Data for the machine, which reads it back; nothing stands for nothing."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) if value else ""


def read_well(report: FileReport) -> bool:
    """Whether nothing in the file needs a look."""
    return not report.rejects and all(check.ok for check in report.checks)


def _checks(report: FileReport, language: Language) -> str:
    said = [
        words.say(
            f"check.{'good' if check.ok else 'bad'}",
            language,
            check=words.word("check", check.code, language),
        )
        + (f" ({detail(check, language)})" if check.detail else "")
        for check in report.checks
    ]
    return words.say("evidence.separator", language).join(said)


def file_totals(close: Close) -> pl.DataFrame:
    """One row a file and currency: how many records it brought and their sum."""
    rows = [
        (number, report.file, report.kind, currency, total.count, total.sum)
        for number, report in enumerate(close.files, 1)
        for currency, total in sorted(report.totals.items())
    ]
    schema = {
        "number": pl.Int64, "file": pl.String, "kind": pl.String, "currency": pl.String,
        "count": pl.Int64, "amount": pl.Int64,
    }  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row")


def problems(close: Close, language: Language) -> pl.DataFrame:
    """What was not read, refused or worth saying, each with its place and remedy in words."""
    rows = [_problem("file", problem, language) for problem in close.problems]
    for number, report in enumerate(close.files, 1):
        of_file = {"profile": report.profile, "number": number}
        rows += [_problem("reject", told, language) | of_file for told in report.rejects]
        rows += [_problem("note", told, language) | of_file for told in report.notes]
    said = ("level", "file", "sheet", "column", "value", "profile", "code", "what", "remedy",
            "params")  # fmt: skip
    schema = dict.fromkeys(said, pl.String()) | {"row": pl.Int64(), "number": pl.Int64()}
    return pl.DataFrame(rows, schema=schema)


def _problem(level: str, problem: Problem, language: Language) -> dict[str, object]:
    place = problem.place
    params = {"value": problem.value, "column": place.column, **problem.params}
    return {
        "level": level,
        "file": place.file,
        "sheet": place.sheet,
        "column": place.column,
        "row": place.row or None,
        "value": problem.value,
        "what": text(f"errors.{problem.code}.what", language, **params),
        "remedy": text(f"errors.{problem.code}.remedy", language, **params),
        "code": problem.code.value,
        "params": _plain(dict(problem.params)),
    }
