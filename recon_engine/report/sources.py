"""Where the figures come from: files with their checks, what was refused, and the run log."""

from collections.abc import Iterator

from recon_engine.errors import Problem
from recon_engine.messages import Language, explain, text
from recon_engine.model.results import Close, FileReport
from recon_engine.report import words
from recon_engine.report.data import Part, Row, Section, Status, Table, Tone, Type

PROBLEMS_SHOWN = 100  # rows refused and remarks; the workbook lists them all


def sources_section(close: Close, language: Language) -> Section:
    """Files, their totals and checks; refused rows in words; fingerprints."""
    notes, problems = _said(close, language)
    parts: list[Part] = [_files_table(close.files, language), _totals_table(close.files, language)]
    if any(file.checks for file in close.files):
        parts.append(_checks_table(close.files, language))
    if problems.rows:
        parts.append(problems)
    if any(file.sha256 for file in close.files):  # a masked close tells none
        parts.append(_fingerprints(close.files, language))
    return Section(
        "sources",
        text("report.section.sources.title", language),
        text("report.section.sources.lead", language),
        tuple(parts),
        notes,
    )


def log_section(close: Close, language: Language) -> Section:
    """The steps of the run with what each took in and gave out."""
    rows = tuple(
        Row((words.word("step", step.step, language), step.count_in, step.count_out, step.detail))
        for step in close.log
    )
    columns = words.columns(
        language, ("step", Type.WORD), ("count_in", Type.COUNT), ("count_out", Type.COUNT),
        ("detail", Type.PROSE),
    )  # fmt: skip
    return Section(
        "log",
        text("report.section.log.title", language),
        text("report.section.log.lead", language),
        (Table(text("report.table.log", language), columns, rows),),
    )


def _files_table(files: tuple[FileReport, ...], language: Language) -> Table:
    rows = tuple(
        Row((file.file, words.word("profile", file.profile, language),
             words.word("kind", file.kind, language), file.rows, file.records, file.excluded,
             len(file.rejects), _verdict(file, language)))
        for file in files
    )  # fmt: skip
    sums = (
        sum(file.rows for file in files), sum(file.records for file in files),
        sum(file.excluded for file in files), sum(len(file.rejects) for file in files),
    )  # fmt: skip
    columns = words.columns(
        language, ("file", Type.TEXT), ("layout", Type.WORD), ("kind", Type.WORD),
        ("rows", Type.COUNT), ("records", Type.COUNT), ("excluded", Type.COUNT),
        ("rejects", Type.COUNT), ("checks", Type.STATUS),
    )  # fmt: skip
    total = Row((words.caption("total", language), None, None, *sums, None))
    return Table(text("report.table.files", language), columns, rows, (total,))


def _verdict(file: FileReport, language: Language) -> Status:
    """How many of the file's checks held."""
    held = sum(check.ok for check in file.checks)
    word = text("report.check.held", language, held=held, all=len(file.checks))
    return Status(word, Tone.GOOD if held == len(file.checks) and not file.rejects else Tone.BAD)


def _totals_table(files: tuple[FileReport, ...], language: Language) -> Table:
    rows = tuple(
        Row((file.file, words.word("kind", file.kind, language), currency, total.count, total.sum),
            currency)
        for file in files
        for currency, total in sorted(file.totals.items())
    )  # fmt: skip
    columns = words.columns(
        language, ("file", Type.TEXT), ("kind", Type.WORD), ("currency", Type.WORD),
        ("records", Type.COUNT), ("sum", Type.MONEY),
    )  # fmt: skip
    return Table(text("report.table.file_totals", language), columns, rows)


def _checks_table(files: tuple[FileReport, ...], language: Language) -> Table:
    rows = tuple(
        Row((file.file, words.word("check", check.code, language),
             Status(text(f"report.check.{'ok' if check.ok else 'failed'}", language),
                    Tone.GOOD if check.ok else Tone.BAD), words.detail(check, language)))
        for file in files
        for check in file.checks
    )  # fmt: skip
    columns = words.columns(
        language, ("file", Type.TEXT), ("check", Type.TEXT), ("result", Type.STATUS),
        ("detail", Type.PROSE),
    )  # fmt: skip
    return Table(text("report.table.checks", language), columns, rows)


def _problems(close: Close) -> Iterator[tuple[Status, Problem]]:
    """Everything refused or remarked on, the gravest first."""
    for problem in close.problems:
        yield Status("file", Tone.BAD), problem
    for file in close.files:
        for problem in file.rejects:
            yield Status("row", Tone.BAD), problem
    for file in close.files:
        for problem in file.notes:
            yield Status("note", Tone.PLAIN), problem


def _said(close: Close, language: Language) -> tuple[tuple[str, ...], Table]:
    """The problems as sentences, and a note where the list was cut."""
    found = list(_problems(close))
    rows = tuple(
        Row((Status(words.word("problem", status.word, language), status.tone),
             explain(problem, language)))
        for status, problem in found[:PROBLEMS_SHOWN]
    )  # fmt: skip
    columns = words.columns(language, ("what", Type.STATUS), ("explanation", Type.PROSE))
    table = Table(text("report.table.problems", language, count=len(found)), columns, rows)
    rest = len(found) - len(rows)
    return ((text("report.note.problems", language, count=rest),) if rest else (), table)


def _fingerprints(files: tuple[FileReport, ...], language: Language) -> Table:
    rows = tuple(Row((file.file, file.sha256)) for file in files)
    columns = words.columns(language, ("file", Type.TEXT), ("sha256", Type.ID))
    return Table(text("report.table.fingerprints", language), columns, rows)
