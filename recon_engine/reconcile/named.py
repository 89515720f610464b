"""What a person names in a cell: record ids, payout ids, match ids, references of either side.

A reference stands on an order and on its settlement lines alike.  What is meant is the other side
of the row it was typed in, and there what is still open; where that leaves several, the cell is
told and nobody guesses.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import polars as pl

from recon_engine.errors import Code
from recon_engine.model.records import REFERENCE_SEPARATOR, Kind, Type
from recon_engine.model.results import Close
from recon_engine.reconcile.pinning import PAYOUT

_BETWEEN = re.compile(r"[\s,;，；、|]+")
_OTHER_SIDE: Mapping[str, tuple[str, ...]] = {
    Kind.ORDER: (Kind.SETTLEMENT_LINE, Kind.STATEMENT_LINE),
    Kind.SETTLEMENT_LINE: (Kind.ORDER, Kind.STATEMENT_LINE),
    PAYOUT: (Kind.STATEMENT_LINE,),
    Kind.STATEMENT_LINE: (PAYOUT, Kind.ORDER, Kind.SETTLEMENT_LINE),
    Kind.SHIPMENT: (Kind.COURIER_CHARGE, Kind.ORDER),
    Kind.COURIER_CHARGE: (Kind.SHIPMENT, Kind.RETURN),
    Kind.RETURN: (Kind.COURIER_CHARGE, Kind.RETURN),
    Kind.LEDGER_ENTRY: (Kind.ORDER, Kind.STATEMENT_LINE, Kind.SETTLEMENT_LINE),
    Kind.STOCK_MOVEMENT: (Kind.ORDER, Kind.RETURN),
}
Row = Mapping[str, Any]
_SEEN = (
    "record_id", "kind", "type", "date", "amount", "currency", "reference", "place", "channel",
    "gross", "refunded", "payout_id", "match_id",
)  # fmt: skip


def tokens(typed: str) -> tuple[str, ...]:
    """The names in a cell, each once, in order."""
    plain = unicodedata.normalize("NFKC", typed)
    return tuple(dict.fromkeys(part for part in _BETWEEN.split(plain) if part))


@dataclass(frozen=True)
class Known:
    """Everything in a close that a name can mean."""

    closed: Close

    @cached_property
    def rows(self) -> dict[str, Row]:
        """Every record and payout by id; a payout's place is its status."""
        records = self.closed.records.select(_SEEN)
        found: dict[str, Row] = {row["record_id"]: row for row in records.iter_rows(named=True)}
        for row in self.closed.payouts.iter_rows(named=True):
            matched = row["status"] == "matched"
            found[row["payout_id"]] = {
                "record_id": row["payout_id"], "kind": PAYOUT, "type": "", "date": "",
                "amount": row["net"], "currency": row["currency"], "reference": row["group"],
                "place": "cleared" if matched else "open", "channel": row["channel"],
                "gross": row["net"], "payout_id": "", "lines": row["lines"],
                "match_id": row["match_id"],
            }  # fmt: skip
        return found

    @cached_property
    def members(self) -> dict[str, tuple[str, ...]]:
        """The records of every match."""
        grouped = self.closed.members.group_by("match_id").agg(pl.col("record_id").sort())
        return {match: tuple(ids) for match, ids in grouped.iter_rows()}

    @cached_property
    def matches(self) -> dict[str, Row]:
        """Every match by id."""
        return {row["match_id"]: row for row in self.closed.matches.iter_rows(named=True)}

    @cached_property
    def of_record(self) -> dict[str, tuple[str, ...]]:
        """The matches of every record or payout."""
        grouped = self.closed.members.group_by("record_id").agg(pl.col("match_id").sort())
        return {record: tuple(ids) for record, ids in grouped.iter_rows()}

    @cached_property
    def by_reference(self) -> dict[str, tuple[str, ...]]:
        """The records and payouts of every reference."""
        found: dict[str, list[str]] = {}
        for record_id, row in self.rows.items():
            for reference in row["reference"].split(REFERENCE_SEPARATOR):
                if reference:
                    found.setdefault(reference, []).append(record_id)
        return {reference: tuple(ids) for reference, ids in found.items()}

    def meant(self, name: str, beside: Iterable[str]) -> tuple[str, ...] | Code:
        """The ids that a name means, in a row about ``beside``; or why that cannot be said."""
        if name in self.rows:
            return (name,)
        if name in self.members:
            return self.members[name]
        near = [self.rows[record] for record in beside if record in self.rows]
        said = [n for n in self.by_reference.get(name, ()) if n not in {*beside}]
        if not said:
            return Code.DECISION_RECORD_UNKNOWN
        sides = [_OTHER_SIDE.get(row["kind"], ()) for row in near]
        for kind in sides[0] if sides else ():
            there = [n for n in said if self.rows[n]["kind"] == kind]
            still = [n for n in there if self.rows[n]["place"] == "open"] or there
            # Fees carry their sale's reference; who names an order's lines means the sale.
            sales = [n for n in still if self.rows[n]["type"] == Type.SALE]
            wanted = sales if kind == Kind.SETTLEMENT_LINE and sales else still
            if wanted:
                return (wanted[0],) if len(wanted) == 1 else Code.DECISION_REFERENCE_AMBIGUOUS
        return (said[0],) if len(said) == 1 else Code.DECISION_REFERENCE_AMBIGUOUS
