"""Paths → an Intake: every file read, proved and merged; a refused one never stops the others."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from recon_engine.errors import Code, Place, Problem, TieoutError
from recon_engine.intake import delimited, markup, overlaps, workbook
from recon_engine.intake.bai2 import read_bai2
from recon_engine.intake.camt import read_camt
from recon_engine.intake.columns import columns_of
from recon_engine.intake.decode import decode
from recon_engine.intake.melt import melted
from recon_engine.intake.mt940 import read_mt940
from recon_engine.intake.ofx import read_ofx
from recon_engine.intake.profile import Profile, profiles
from recon_engine.intake.qif import read_qif
from recon_engine.intake.reading import read
from recon_engine.intake.recognise import recognised
from recon_engine.intake.report import reported, totals_of
from recon_engine.intake.sniff import Container, container, defines_entities, lines_ended, text_kind
from recon_engine.intake.sources import Source, sources
from recon_engine.intake.table import Table
from recon_engine.model.policy import Policy
from recon_engine.model.progress import Progress, silent
from recon_engine.model.records import empty_records
from recon_engine.model.results import FileReport, Intake, Proposal

Part = tuple[pl.DataFrame, FileReport]
_STATEMENTS = {
    Container.MT940: read_mt940,
    Container.CAMT: read_camt,
    Container.OFX: read_ofx,
    Container.BAI2: read_bai2,
}
_MARKUP = {Container.CAMT, Container.OFX, Container.SPREADSHEET_XML, Container.XML}


@dataclass(frozen=True, slots=True)
class _Statement:
    """A text in one of the banks' own formats."""

    kind: Container
    text: str
    notes: tuple[Problem, ...] = ()


# What a person can answer by confirming what each column is.
_ASKED = {
    Code.LAYOUT_UNKNOWN, Code.LAYOUT_AMBIGUOUS, Code.COLUMN_MISSING, Code.SIGN_UNDECIDED,
    Code.DATE_ORDER_UNDECIDED, Code.CURRENCY_UNKNOWN,
}  # fmt: skip


def read_files(
    paths: Sequence[Path],
    policy: Policy,
    progress: Progress = silent,
    mappings: Sequence[Profile] = (),
    apart: Collection[Path] = (),
) -> Intake:
    """Reads files, folders and zips of any known layout.

    Args:
        paths: files, folders (read recursively, sorted; hidden files skipped) or zips.
        policy: gives the currency of files that name none.
        progress: called with ``read`` before each file and ``rows`` in a large sheet; no total
            is known.
        mappings: layouts that a person has confirmed; they go before all others.
        apart: resolved paths of files in those folders that are not to be read: the run's outputs.

    Returns:
        Records in the order of the files and their rows, without repeats across files; a report
        for each sheet or file read; the problems of what could not be read, and how it might be.
    """
    parts: list[Part] = []
    problems: list[Problem] = []
    proposals: list[Proposal] = []
    seen: dict[str, str] = {}
    for number, source in enumerate(sources(paths, apart)):
        progress("read", number, 0)
        if isinstance(source, Problem):
            problems.append(source)
        elif source.sha256 in seen:
            parts.append(_twice(source, seen[source.sha256], parts))
        else:
            seen[source.sha256] = source.name
            read_, refused, asked = _read_source(source, policy, mappings, progress)
            parts += read_
            problems += refused
            proposals += asked
    return _merged(parts, problems, proposals)


def joined(before: Intake, new: Intake) -> Intake:
    """What was read before and what was read now, as if it had been read at once.

    A file that was read before is told and changes nothing; a row that an earlier file holds is
    left out of the later one's count.
    """
    seen = {report.sha256: report.file for report in before.files if report.records}
    parts = [(_of_file(before, report), report) for report in before.files]
    for report in new.files:
        if report.sha256 in seen:
            note = Problem(Code.FILE_TWICE, Place(report.file), seen[report.sha256])
            told = replace(report, rows=0, records=0, excluded=0, rejects=(), totals={}, checks=())
            parts.append((empty_records(), replace(told, notes=(note,))))
        else:
            parts.append((_of_file(new, report), report))
    problems = [*before.problems, *(p for p in new.problems if p not in before.problems)]
    return _merged(parts, problems, list(new.proposals))


def _of_file(intake: Intake, report: FileReport) -> pl.DataFrame:
    """The records that a report is about: those of its file and kind."""
    same = (pl.col("source_file") == report.file) & (pl.col("kind") == report.kind)
    return intake.records.filter(same) if report.records else empty_records()


def _twice(source: Source, first: str, parts: list[Part]) -> Part:
    """A report of nothing, which says that the file was read before."""
    before = next((r for _, r in parts if r.sha256 == source.sha256), None)
    note = Problem(Code.FILE_TWICE, Place(source.name), first)
    profile, kind = (before.profile, before.kind) if before else ("", "")
    report = FileReport(source.name, source.sha256, profile, kind, 0, 0, 0, (), {}, (), (note,))
    return empty_records(), report


def _read_source(
    source: Source, policy: Policy, mappings: Sequence[Profile], progress: Progress
) -> tuple[list[Part], list[Problem], list[Proposal]]:
    """One file's sheets.  Sheets of no known layout are told only where no sheet was read."""
    parts: list[Part] = []
    problems: list[Problem] = []
    proposals: list[Proposal] = []
    try:
        for item in sorted(_readable(source, progress), key=_repeats):
            try:
                if not _aside(item, source, parts):
                    parts.append(_read_found(item, source, policy, mappings))
            except TieoutError as told:
                problems += told.problems
                proposals += _proposed(item, source, told.problems)
    except TieoutError as told:
        problems += told.problems
    if parts:
        quiet = (Code.LAYOUT_UNKNOWN, Code.NO_ROWS)
        problems = [problem for problem in problems if problem.code not in quiet]
        told_of = {problem.place.sheet for problem in problems}
        proposals = [proposal for proposal in proposals if proposal.sheet in told_of]
    return parts, problems, proposals


def _proposed(
    item: list[Table] | _Statement, source: Source, problems: Sequence[Problem]
) -> list[Proposal]:
    """How a sheet that has to be asked about might be read."""
    from recon_engine.intake.guess import proposal  # noqa: PLC0415 - only an unknown layout needs it

    if isinstance(item, _Statement) or not {problem.code for problem in problems} & _ASKED:
        return []
    found = proposal(item, source.name)
    return [found] if found else []


def _read_found(
    item: list[Table] | _Statement, source: Source, policy: Policy, mappings: Sequence[Profile]
) -> Part:
    if isinstance(item, _Statement):
        records, report = _read_statement(item, source, policy)
        return records, replace(report, notes=(*report.notes, *item.notes))
    found = melted(recognised(item, source.name, mappings))
    columns = columns_of(found, source.name, policy.home_currency)
    reading = read(columns)
    report = reported(columns, reading, source.sha256)
    return reading.records, replace(
        report, notes=(*report.notes, *found.table.notes, *columns.body.notes)
    )


def _repeats(item: list[Table] | _Statement) -> bool:
    """Sheets whose name says that they repeat others are looked at after all others."""
    sheet = "" if isinstance(item, _Statement) or not item else item[0].sheet
    patterns = [p.other_sheets for p in profiles() if p.other_sheets]
    return bool(sheet) and any(re.search(pattern, sheet) for pattern in patterns)


def _aside(item: list[Table] | _Statement, source: Source, parts: list[Part]) -> bool:
    """Whether the sheet repeats what a sheet before it told; then that one's report says so."""
    sheet = "" if isinstance(item, _Statement) or not item else item[0].sheet
    for n, (records, report) in enumerate(parts):
        pattern = next((p.other_sheets for p in profiles() if p.name == report.profile), "")
        if sheet and pattern and re.search(pattern, sheet):
            note = Problem(Code.SHEET_ASIDE, Place(source.name, sheet), report.profile)
            parts[n] = (records, replace(report, notes=(*report.notes, note)))
            return True
    return False


def _read_statement(item: _Statement, source: Source, policy: Policy) -> Part:
    if item.kind is Container.QIF:
        return read_qif(item.text, source.name, source.sha256, policy.home_currency)
    return _STATEMENTS[item.kind](item.text, source.name, source.sha256)


def _readable(source: Source, progress: Progress) -> Iterator[list[Table] | _Statement]:
    """The source's sheets, each as the tables it may be; or its text in a bank's format.

    Raises:
        TieoutError: what keeps the file from being opened.
    """
    kind = container(source.content)
    if kind in (Container.ZIP, Container.OLD_WORKBOOK):
        for table in workbook.tables(source.content, source.name, progress):
            yield [table]
        return
    refusals = {
        Container.EMPTY: Code.FILE_EMPTY,
        Container.ENCRYPTED: Code.FILE_ENCRYPTED,
        Container.OTHER: Code.FILE_KIND_UNKNOWN,
    }
    if kind in refusals:
        value = Path(source.name).suffix.lstrip(".")
        raise TieoutError([Problem(refusals[kind], Place(source.name), value)])
    yield from _readable_text(source)


def _readable_text(source: Source) -> Iterator[list[Table] | _Statement]:
    decoded = decode(source.content)
    if decoded is None:
        raise TieoutError([Problem(Code.ENCODING_UNKNOWN, Place(source.name))])
    notes: tuple[Problem, ...] = ()
    if decoded.repair:
        lost = decoded.repair.text is None
        code = Code.TEXT_DECODED_TWICE if lost else Code.TEXT_REPAIRED
        notes = (Problem(code, Place(source.name), decoded.repair.via),)
        if lost:
            raise TieoutError(notes)
    yield from _readable_kind(source, decoded.text, notes)


def _readable_kind(
    source: Source, text: str, notes: tuple[Problem, ...]
) -> Iterator[list[Table] | _Statement]:
    text = lines_ended(text)
    kind = text_kind(text)
    if kind in _MARKUP and defines_entities(text):
        raise TieoutError([Problem(Code.FILE_UNSAFE, Place(source.name))])
    if kind is Container.XML:
        raise TieoutError([Problem(Code.FILE_KIND_UNKNOWN, Place(source.name), "xml")])
    if kind in _STATEMENTS or kind is Container.QIF:
        yield _Statement(kind, text, notes)
        return
    if kind is Container.HTML:
        sheets = [[markup.html_table(text, source.name)]]
    elif kind is Container.SPREADSHEET_XML:
        sheets = [[table] for table in markup.spreadsheet_xml(text, source.name)]
    else:
        sheets = [list(delimited.tables(text, source.name))]
    for tables in sheets:
        yield [replace(table, notes=(*table.notes, *notes)) for table in tables]


def _merged(parts: list[Part], problems: list[Problem], proposals: list[Proposal]) -> Intake:
    """One frame; a row that an earlier file holds counts there, one told fuller elsewhere there."""
    once: list[Part] = []
    known = pl.Series([], dtype=pl.String)
    for records, report in parts:
        repeated = records["record_id"].is_in(known.implode())
        kept = records.filter(~repeated) if repeated.any() else records
        once.append((kept, _without_repeats(report, records.filter(repeated), kept)))
        known = pl.concat([known, kept["record_id"]])
    once = overlaps.set_aside(once)
    frame = pl.concat([records for records, _ in once]) if once else empty_records()
    reports = tuple(report for _, report in once)
    return Intake(frame, reports, tuple(problems), tuple(proposals))


def _without_repeats(report: FileReport, repeated: pl.DataFrame, kept: pl.DataFrame) -> FileReport:
    if repeated.is_empty():
        return report
    rows = int(repeated["source_rows"].sum())
    note = Problem(Code.ROWS_SEEN, Place(report.file), str(rows))
    return replace(
        report,
        records=kept.height,
        excluded=report.excluded + rows,
        totals=totals_of(kept),
        notes=(*report.notes, note),
    )
