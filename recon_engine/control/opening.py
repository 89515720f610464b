"""What a period opens with: the records an earlier one left open, beside those just read.

The same row in an overlapping export is the same record.  Where it was carried forward it is part
of the opening and not new; where an earlier period closed it, it is no news at all.  The files'
reports then count without it, so that the proof against them stays exact.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import polars as pl

from recon_engine.errors import Code, Place, Problem
from recon_engine.model.kept import Kept
from recon_engine.model.records import RECORDS
from recon_engine.model.results import FileReport, Intake, Total
from recon_engine.reconcile.desk import HELD, held
from recon_engine.reconcile.standing import PART


@dataclass(frozen=True)
class Opening:
    """A period's records, the reports of its files, and what there is to say about repeats.

    Attributes:
        records: HELD.
        files: without the rows that are no news.
        problems: rows seen earlier with another amount.
    """

    records: pl.DataFrame
    files: tuple[FileReport, ...]
    problems: tuple[Problem, ...] = ()


def opening(intake: Intake, kept: Kept) -> Opening:
    """The records that a close begins with.

    Args:
        intake: what was read.
        kept: what an earlier period left open and closed.
    """
    if kept.carried.is_empty() and kept.earlier.is_empty():
        return Opening(held(intake.records), intake.files)
    before = pl.concat([kept.carried["record_id"], kept.earlier["record_id"]]).unique()
    known = before.str.split(PART).list.first().unique()
    again = intake.records.filter(pl.col("record_id").is_in(known.implode()))
    fresh = intake.records.filter(~pl.col("record_id").is_in(known.implode()))
    carried = held(kept.carried).with_columns(carried=pl.lit(value=True), part_of=pl.lit(""))
    return Opening(
        pl.concat([held(fresh), carried.select(list(HELD))]),
        without(intake.files, again),
        _differing(again, kept, before),
    )


def _differing(again: pl.DataFrame, kept: Kept, before: pl.Series) -> tuple[Problem, ...]:
    """Records carried forward whole that a file now shows with another amount."""
    in_parts = before.filter(before.str.contains(PART, literal=True)).str.split(PART).list.first()
    whole = kept.carried.select("record_id", "amount").filter(
        ~pl.col("record_id").is_in(in_parts.implode())
    )
    both = again.join(whole, on="record_id", suffix="_carried")
    differing = both.filter(pl.col("amount") != pl.col("amount_carried")).sort("record_id")
    return tuple(
        Problem(Code.RECORD_DIFFERS_FROM_CARRIED, Place(file, sheet, row), record_id)
        for file, sheet, row, record_id in differing.select(
            "source_file", "source_sheet", "source_row", "record_id"
        ).iter_rows()
    )


def without(
    files: Sequence[FileReport], again: pl.DataFrame, code: Code = Code.ROWS_OF_EARLIER_PERIOD
) -> tuple[FileReport, ...]:
    """The reports without rows that are no news; how many they were is noted at each file.

    A file may have several reports, one a sheet: rows are taken off where there are that many.

    Args:
        files: as read.
        again: RECORDS that were read and are not taken.
        code: why not.
    """
    if again.is_empty():
        return tuple(files)
    left = {
        (file, kind, currency): (count, amount, rows)
        for file, kind, currency, count, amount, rows in again.group_by(
            "source_file", "kind", "currency"
        )
        .agg(pl.len(), pl.col("amount").sum(), pl.col("source_rows").sum())
        .iter_rows()
    }
    return tuple(_less(report, left, code) for report in files)


def _less(
    report: FileReport, left: dict[tuple[str, str, str], tuple[int, int, int]], code: Code
) -> FileReport:
    """One report less what is still to be taken off its file; ``left`` is used up."""
    totals, rows, records = dict(report.totals), 0, 0
    for currency, total in report.totals.items():
        key = (report.file, report.kind, currency)
        count, amount, taken = left.get(key, (0, 0, 0))
        if count and count <= total.count:
            totals[currency] = Total(total.count - count, total.sum - amount)
            rows, records = rows + taken, records + count
            del left[key]
    if not records:
        return report
    note = Problem(code, Place(report.file), str(rows))
    return replace(
        report,
        records=report.records - records,
        excluded=report.excluded + rows,
        totals={currency: total for currency, total in totals.items() if total.count},
        notes=(*report.notes, note),
    )


def plain(records: pl.DataFrame) -> pl.DataFrame:
    """RECORDS alone, without what a close adds."""
    return records.select(list(RECORDS))
