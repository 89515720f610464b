"""Exports of a period that is already open: what they add, and what was there before."""

from recon_engine.control.opening import without
from recon_engine.errors import Code, Place, Problem
from recon_engine.model.results import Intake


def merged(before: Intake, read: Intake) -> Intake:
    """What was read before, and what further exports add to it.

    A file that is there already changes nothing; a row that is there already is not taken twice,
    and the report of its file counts without it.

    Args:
        before: the period's records and reports so far.
        read: what was read now.
    """
    known = {report.sha256 for report in before.files if report.sha256}
    new = tuple(report for report in read.files if report.sha256 not in known)
    names = {report.file for report in new}
    again = read.records["record_id"].is_in(before.records["record_id"].implode())
    from_new = read.records["source_file"].is_in(sorted(names))
    reports = without(new, read.records.filter(again & from_new), Code.ROWS_SEEN)
    problems = [problem for problem in read.problems if problem not in before.problems]
    return Intake(
        before.records.vstack(read.records.filter(~again & from_new)),
        (*before.files, *reports),
        (*before.problems, *problems),
        read.proposals,
    )


def seen(before: Intake, read: Intake) -> tuple[Problem, ...]:
    """The files that are there already, each told."""
    known = {report.sha256: report.file for report in before.files if report.sha256}
    return tuple(
        Problem(Code.FILE_TWICE, Place(report.file), known[report.sha256])
        for report in read.files
        if report.sha256 in known
    )
