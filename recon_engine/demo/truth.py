"""What is true of a demo month: which lines belong together, and what was planted.

Everything is named by where it stands in the files (name and 1-based row), so the truth knows
nothing of how the engine makes its ids.  All amounts are minor units.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, NamedTuple

from recon_engine.model.reasons import Reason
from recon_engine.model.records import Type


class Place(NamedTuple):
    """A row of a file; both as the engine names them in ``source_file`` and ``source_row``."""

    file: str
    row: int


@dataclass(frozen=True, slots=True)
class Line:
    """A settlement line as it stands in a platform's file."""

    file: str
    row: int
    id: str  # the platform's own id of the movement, "" where it gives none
    type: Type
    amount: int  # signed, before a fee on the same row
    fee: int = 0  # signed fee on the same row


@dataclass(frozen=True, slots=True)
class OrderLink:
    """An order and all settlement lines that are its own; none when nothing was settled."""

    reference: str
    channel: str
    currency: str
    file: str
    row: int
    date: date
    amount: int  # what the buyer agreed to pay
    refunded: int  # what the order's file says was given back, positive
    cancelled: bool
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class BankLine:
    """A bank line as the statement shows it."""

    file: str
    date: date
    amount: int
    text: str


@dataclass(frozen=True, slots=True)
class PayoutLink:
    """The lines paid out together and the bank lines that brought the money."""

    channel: str
    group: str  # the platform's own id, else the day
    currency: str
    date: date  # the day the platform says it paid
    net: int
    file: str
    rows: tuple[int, ...]  # of the settlement lines in it
    bank: tuple[BankLine, ...] = ()


@dataclass(frozen=True, slots=True)
class Planted:
    """An exception that a correct close reports, and where."""

    reason: Reason
    kind: str  # a Kind, or "payout"
    reference: str
    channel: str
    currency: str
    amount: int  # the money it is about: unpaid, short, over, not refunded … as a positive figure
    places: tuple[Place, ...]  # an exception about any of these is about it
    bank: BankLine | None = None  # or about this bank line


@dataclass(frozen=True, slots=True)
class Truth:
    """All that is true of a month."""

    seed: int
    start: date
    end: date
    company: str
    orders: tuple[OrderLink, ...]
    payouts: tuple[PayoutLink, ...]
    planted: tuple[Planted, ...]

    def to_json(self) -> str:
        """The truth as readable JSON: one order, payout or planted exception a line."""
        head = {"seed": self.seed, "start": self.start, "end": self.end, "company": self.company}
        parts = [f" {_json(name)}: {_json(value)}" for name, value in head.items()]
        parts += [_listed(name, getattr(self, name)) for name in ("orders", "payouts", "planted")]
        return "{\n" + ",\n".join(parts) + "\n}\n"

    @staticmethod
    def from_json(text: str) -> "Truth":
        """Reads back what :meth:`to_json` wrote."""
        told = json.loads(text)
        return Truth(
            seed=told["seed"],
            start=date.fromisoformat(told["start"]),
            end=date.fromisoformat(told["end"]),
            company=told["company"],
            orders=tuple(_order(entry) for entry in told["orders"]),
            payouts=tuple(_payout(entry) for entry in told["payouts"]),
            planted=tuple(_planted(entry) for entry in told["planted"]),
        )


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=_plain)


def _plain(value: Any) -> object:
    """A date as its ISO text; a dataclass as its fields, which asdict would first copy deeply."""
    if isinstance(value, date):
        return value.isoformat()
    return {field.name: getattr(value, field.name) for field in fields(value)}


def _listed(name: str, entries: Iterable[Any]) -> str:
    lines = ",\n".join(f"  {_json(entry)}" for entry in entries)
    return f' "{name}": [\n{lines}\n ]'


def _order(told: Mapping[str, Any]) -> OrderLink:
    lines = tuple(Line(**{**line, "type": Type(line["type"])}) for line in told["lines"])
    return OrderLink(**{**told, "date": date.fromisoformat(told["date"]), "lines": lines})


def _payout(told: Mapping[str, Any]) -> PayoutLink:
    return PayoutLink(
        **{
            **told,
            "date": date.fromisoformat(told["date"]),
            "rows": tuple(told["rows"]),
            "bank": tuple(_bank(line) for line in told["bank"]),
        }
    )


def _planted(told: Mapping[str, Any]) -> Planted:
    bank = _bank(told["bank"]) if told["bank"] else None
    places = tuple(Place(*place) for place in told["places"])
    reason = Reason(told["reason"])
    return Planted(**{**told, "reason": reason, "places": places, "bank": bank})


def _bank(told: Mapping[str, Any]) -> BankLine:
    return BankLine(**{**told, "date": date.fromisoformat(told["date"])})
