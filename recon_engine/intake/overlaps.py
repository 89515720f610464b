"""Two exports that tell the same money in different rows: the fuller one counts, once.

A wallet's bill of trades and its bill of funds, a platform's settlement and its ledger: each has a
movement in rows of its own, a sale net of its fee here, the sale and the fee there.  Rows that the
same ids tie together and whose sums agree to the cent are the same money; those of the export that
says less are set aside.  Rows that agree with none stay, and so do withdrawals and whatever else
only one of them tells.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import polars as pl

from recon_engine.errors import Code, Place, Problem
from recon_engine.intake.report import totals_of
from recon_engine.model.records import REFERENCE_SEPARATOR, Kind
from recon_engine.model.results import FileReport

Part = tuple[pl.DataFrame, FileReport]
_FEE_TELLS = 2  # ids that a fee told beside its sale is worth
_LEFT, _RIGHT = 0, 1


@dataclass(frozen=True, slots=True)
class _Shared:
    """What two exports both tell: rows of either, by number, and how many ties do not agree."""

    left: list[int]
    right: list[int]
    differing: int


def set_aside(parts: Sequence[Part]) -> list[Part]:
    """The parts without what another part tells more fully.

    Args:
        parts: records of one file or sheet each, with its report.

    Returns:
        The same parts; rows set aside are counted as excluded, and a note says so.
    """
    left = list(parts)
    for one, two in combinations(range(len(left)), 2):
        if _may_repeat(left[one], left[two]):
            shared = _shared(left[one][0], left[two][0])
            if not shared.left:
                continue
            fuller = _detail(left[one][0], shared.left) >= _detail(left[two][0], shared.right)
            less, more, rows = (two, one, shared.right) if fuller else (one, two, shared.left)
            left[less] = _without(left[less], rows, left[more][1], shared.differing)
    return left


def _may_repeat(one: Part, two: Part) -> bool:
    """Other layouts of one channel, and of one account as far as both name it."""
    (records, report), (others, other) = one, two
    if report.profile == other.profile or records.is_empty() or others.is_empty():
        return False
    if {report.kind, other.kind} != {Kind.SETTLEMENT_LINE.value}:
        return False
    return records["channel"][0] == others["channel"][0] and _accounts_meet(records, others)


def _accounts_meet(records: pl.DataFrame, others: pl.DataFrame) -> bool:
    ours, theirs = set(records["account"]) - {""}, set(others["account"]) - {""}
    return not ours or not theirs or bool(ours & theirs)


def _shared(records: pl.DataFrame, others: pl.DataFrame) -> _Shared:
    """Rows that share ids, tied together, where both sides come to the same sum."""
    ties = _Ties()
    ids = _ids(records).join(_ids(others), on=("id", "currency"), suffix="_other")
    for row, other in ids.select("row", "row_other").iter_rows():
        ties.tie((_LEFT, row), (_RIGHT, other))
    amounts = (records["amount"].to_list(), others["amount"].to_list())
    agreed: tuple[list[int], list[int]] = ([], [])
    differing = 0
    for group in ties.groups():
        sums = [sum(amounts[s][row] or 0 for s, row in group if s == side) for side in (0, 1)]
        if sums[_LEFT] != sums[_RIGHT]:
            differing += 1
            continue
        for side, row in group:
            agreed[side].append(row)
    return _Shared(*agreed, differing)


def _ids(records: pl.DataFrame) -> pl.DataFrame:
    """A row an id of a record: ``row``, ``id``, ``currency``."""
    split = pl.col("reference").str.split(REFERENCE_SEPARATOR)
    rows = records.select(split.alias("id"), "currency").with_row_index("row")
    return rows.explode("id").filter(pl.col("id") != "").unique(maintain_order=True)


class _Ties:
    """Rows tied together, directly or through others."""

    def __init__(self) -> None:
        self._above: dict[tuple[int, int], tuple[int, int]] = {}

    def tie(self, one: tuple[int, int], two: tuple[int, int]) -> None:
        """Says that two rows belong together."""
        self._above[self._top(one)] = self._top(two)

    def _top(self, row: tuple[int, int]) -> tuple[int, int]:
        while (above := self._above.setdefault(row, row)) != row:
            self._above[row] = row = self._above[above]
        return row

    def groups(self) -> list[list[tuple[int, int]]]:
        """The rows by what they belong to, in the order in which they were tied."""
        found: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
        for row in list(self._above):
            found[self._top(row)].append(row)
        return list(found.values())


def _detail(records: pl.DataFrame, rows: list[int]) -> float:
    """How much a record says of its movement: ids, and a fee told beside the sale."""
    ids = pl.col("reference").str.count_matches(REFERENCE_SEPARATOR, literal=True)
    parts = pl.when(pl.col("fee").is_not_null()).then(_FEE_TELLS).otherwise(0)
    return int(records[rows].select((ids + parts).cast(pl.Int64).sum()).item()) / len(rows)


def _without(part: Part, rows: list[int], fuller: FileReport, differing: int) -> Part:
    records, report = part
    aside = records[sorted(rows)]
    kept = records.filter(~records["record_id"].is_in(aside["record_id"].implode()))
    count = int(aside["source_rows"].sum())
    place = Place(report.file)
    notes = [Problem(Code.ROWS_TOLD_FULLER, place, f"{count}, {fuller.file}")]
    if differing:
        notes.append(Problem(Code.OVERLAP_DIFFERS, place, f"{differing}, {fuller.file}"))
    told = replace(
        report,
        records=kept.height,
        excluded=report.excluded + count,
        totals=totals_of(kept),
        notes=(*report.notes, *notes),
    )
    return kept, told
