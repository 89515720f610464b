"""The records that decisions touch, laid out one by one: parts are cut off, types put right.

A part keeps its record's place in the files.  The record itself keeps its id and what is left of
its amount; each part is named after it, so that the same decision always makes the same ids.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from recon_engine.model.records import RECORDS, Kind
from recon_engine.reconcile.payouts import payout_id
from recon_engine.reconcile.standing import PART, whole_id

# RECORDS as a close holds them: with the record a part was cut from, and where they came from.
HELD: dict[str, pl.DataType] = {**RECORDS, "part_of": pl.String(), "carried": pl.Boolean()}
Row = Mapping[str, Any]
# What belongs to the record as a whole and not to a part cut off it.
_OF_THE_WHOLE = ("fee", "discount", "freight", "tax", "refunded", "balance", "items", "quantity")


def held(records: pl.DataFrame) -> pl.DataFrame:
    """Records with the columns of :data:`HELD`; those they lack say: whole, and new."""
    given = {"part_of": pl.lit(""), "carried": pl.lit(value=False)}
    lacking = [column.alias(n) for n, column in given.items() if n not in records.columns]
    return records.with_columns(lacking).select(list(HELD))


@dataclass
class Desk:
    """The touched records as they are after the decisions so far.

    Attributes:
        records: HELD of all records, as they were before any decision.
        rows: the touched ones by id, as they are now; parts among them.
    """

    records: pl.DataFrame
    rows: dict[str, Row] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._before: dict[str, Row] = {}

    def lay_out(self, ids: Iterable[str]) -> None:
        """Takes the records of these ids (or of the wholes of parts) onto the desk."""
        wanted = sorted({whole_id(name) for name in ids} - self._before.keys())
        found = self.records.filter(
            pl.col("record_id").is_in(wanted)
            | pl.col("record_id").is_in([name for name in ids if PART in name])
        )
        for row in found.iter_rows(named=True):
            self.rows.setdefault(row["record_id"], row)
            self._before.setdefault(row["record_id"], row)

    def with_payout(self, names: Sequence[str]) -> dict[str, str]:
        """The payout that each of these records belongs to, "" where none."""
        lines = [row for n in names if (row := self.rows[n])["kind"] == Kind.SETTLEMENT_LINE]
        frame = pl.DataFrame(lines, schema=HELD)
        return dict(zip((line["record_id"] for line in lines), payout_id(frame), strict=True))

    def cut(self, record_id: str, amount: int, name: str) -> str:
        """Cuts a part of this amount off a record; answers the part's id."""
        row = self.rows[record_id]
        part = f"{record_id}{PART}{name}"
        has_gross = row["gross"] is not None
        self.rows[part] = {
            **row,
            **dict.fromkeys(_OF_THE_WHOLE),
            "record_id": part,
            "amount": amount,
            "gross": amount if has_gross else None,
            "part_of": row["part_of"] or record_id,
            "source_rows": 0,
        }
        self.rows[record_id] = {
            **row,
            "amount": row["amount"] - amount,
            "gross": row["gross"] - amount if has_gross else None,
        }
        return part

    def change(self, record_id: str, changes: Mapping[str, str]) -> None:
        """Puts columns of a record right."""
        self.rows[record_id] = {**self.rows[record_id], **changes}

    def after(self) -> pl.DataFrame:
        """HELD of all records, those on the desk as they are now."""
        if not self._before:
            return self.records
        now = pl.DataFrame(list(self.rows.values()), schema=HELD).sort("record_id")
        rest = self.records.filter(~pl.col("record_id").is_in(list(self._before)))
        return pl.concat([rest, now])

    def originals(self) -> pl.DataFrame:
        """RECORDS of what is no longer as it was read."""
        changed = [row for name, row in self._before.items() if self.rows[name] != row]
        names = list(RECORDS)
        rows = [{n: row[n] for n in names} for row in changed]
        return pl.DataFrame(rows, schema=RECORDS).sort("record_id")


def as_read(records: pl.DataFrame, originals: pl.DataFrame) -> pl.DataFrame:
    """Records as they were before any decision: parts put back, types as they stood in the files.

    Args:
        records: a close's records.
        originals: its originals.
    """
    changed = set(originals["record_id"])
    named = records.filter(pl.col("record_id").str.contains(PART, literal=True))["record_id"]
    gone = [name for name in named if _came_of(name, changed)] + sorted(changed)
    came = records.select("record_id", "part_of", "carried")
    back = originals.join(came, on="record_id", how="left").select(list(HELD))
    kept = records.filter(~pl.col("record_id").is_in(gone)).select(list(HELD))
    return pl.concat([kept, back])


def _came_of(part: str, changed: set[str]) -> bool:
    """Whether a part was cut off one of these records, directly or off a part of it."""
    while PART in part:
        part = part.rpartition(PART)[0]
        if part in changed:
            return True
    return False
