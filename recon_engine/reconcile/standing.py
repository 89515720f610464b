"""Decisions as they stand: read from their rows, with those that were taken back left out.

Taking back is a row as well, and can itself be taken back: the rows are read from the last to the
first, and a row that a standing undo names does not stand.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import polars as pl

from recon_engine.model.kept import DECISIONS, ID_SEPARATOR, Action

PART = "~"  # between a record's id and the name of its part
REST = "rest"  # the part of a record that a decided match leaves over
_DIGITS = 16  # of a fingerprint, hexadecimal: chance hits are out of the question
_IDENTIFYING = ("kind", "date", "amount", "currency", "reference")


@dataclass(frozen=True, slots=True)
class Decision:
    """One row of DECISIONS, its records apart."""

    decision_id: str
    action: str
    records: tuple[str, ...]
    fingerprint: str
    match_id: str
    value: str
    currency: str
    amount: int | None
    note: str
    owner: str
    user: str
    role: str
    decided_at: str


def read(decisions: pl.DataFrame) -> tuple[Decision, ...]:
    """The rows of DECISIONS, in their order."""
    rows = decisions.select(list(DECISIONS)).with_columns(pl.col(pl.String).fill_null(""))
    return tuple(
        Decision(**{**row, "records": tuple(row["records"].split(ID_SEPARATOR))})
        for row in rows.iter_rows(named=True)
    )


def standing(decisions: Sequence[Decision]) -> tuple[tuple[Decision, ...], frozenset[str]]:
    """The decisions that hold, in order, and the ids of those that were taken back.

    An undo that stands is itself among neither.
    """
    undone: set[str] = set()
    for decision in reversed(decisions):
        if decision.action == Action.UNDO and decision.decision_id not in undone:
            undone.add(decision.value)
    hold = tuple(d for d in decisions if d.action != Action.UNDO and d.decision_id not in undone)
    return hold, frozenset(undone)


def whole_id(record_id: str) -> str:
    """The id of the record that was read, of a part of it or of itself."""
    return record_id.partition(PART)[0]


def fingerprint(rows: Iterable[Mapping[str, Any]]) -> str:
    """What records or payouts are, in a few letters: changed if any of them is another.

    A type, a party or a channel may be put right by another decision and does not count.

    Args:
        rows: ``record_id`` and what identifies, in any order.
    """
    told = sorted(
        "|".join([str(row["record_id"]), *(str(row[name]) for name in _IDENTIFYING)])
        for row in rows
    )
    return sha256("\n".join(told).encode()).hexdigest()[:_DIGITS]
