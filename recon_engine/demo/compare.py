"""A close held against the truth of its month: links found, wrong and missed; exceptions by code.

Records are recognised by the file and row they were read from, bank lines by file, day, amount and,
where those are shared, their text.  So nothing here depends on how the engine makes its ids.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass

import polars as pl

from recon_engine.demo.truth import BankLine, Place, Truth
from recon_engine.model.reasons import Reason
from recon_engine.model.records import Kind, Type
from recon_engine.model.results import Close

_MONEY_OF_ORDER = (Type.SALE, Type.REFUND)  # lines that a close must link; fees it may
Pair = tuple[Hashable, Hashable]


@dataclass(frozen=True, slots=True)
class Tally:
    """Links as pairs: ``true = found + proposed + missed``; wrong ones come on top."""

    true: int
    found: int  # confirmed and right
    proposed: int  # right, and left to a person
    wrong: int  # confirmed and not so
    missed: int


@dataclass(frozen=True, slots=True)
class CodeTally:
    """Exceptions of one code."""

    reason: Reason
    planted: int
    found: int
    beyond: int  # reported, and not planted


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a close found of what is true."""

    orders: Tally  # pairs of an order and a sale or refund line
    payouts: Tally  # pairs of a payout and a bank line
    exceptions: tuple[CodeTally, ...]  # in the order of Reason; codes that nobody told are left out


def against_truth(close: Close, truth: Truth) -> Comparison:
    """Compares a close with the truth of the month whose files it closed."""
    seen = _Seen(close, truth)
    banked: set[Pair] = {
        (n, line) for n, payout in enumerate(truth.payouts) for line in payout.bank
    }
    return Comparison(
        orders=_tally(
            _order_pairs(truth, _MONEY_OF_ORDER),
            _order_pairs(truth, tuple(Type)),
            *_split(seen, seen.order_pairs),
        ),
        payouts=_tally(banked, banked, *_split(seen, seen.payout_pairs)),
        exceptions=tuple(_by_code(seen, truth)),
    )


def _order_pairs(truth: Truth, types: tuple[Type, ...]) -> set[Pair]:
    return {
        (order.reference, Place(line.file, line.row))
        for order in truth.orders
        for line in order.lines
        if line.type in types
    }


class _Seen:
    """The close's groups, with every member named as the truth names it."""

    def __init__(self, close: Close, truth: Truth) -> None:
        self.close = close
        self._orders = {Place(o.file, o.row): o.reference for o in truth.orders}
        self._payouts = {
            Place(payout.file, row): n
            for n, payout in enumerate(truth.payouts)
            for row in payout.rows
        }
        self._bank = _by_day_and_amount(truth)
        self.kinds: dict[str, str] = {}
        self.places: dict[str, list[Place]] = {}  # of a record, or of all lines of a payout
        self.bank_lines: dict[str, BankLine | None] = {}
        self._read(close.records)

    def _read(self, records: pl.DataFrame) -> None:
        columns = ("record_id", "kind", "source_file", "source_row", "source_rows", "payout_id")
        for record, kind, file, row, rows, payout in records.select(columns).iter_rows():
            self.kinds[record] = kind
            places = [Place(file, n) for n in range(row, row + (rows or 1))]
            self.places[record] = places
            if payout:
                self.places.setdefault(payout, []).extend(places)
        statement = records.filter(pl.col("kind") == Kind.STATEMENT_LINE)
        columns = ("record_id", "source_file", "date", "amount", "party", "text")
        for record, file, day, amount, party, text in statement.select(columns).iter_rows():
            candidates = self._bank.get((file, day, amount), [])
            self.bank_lines[record] = _told_by_text(candidates, f"{party}{text}")

    def order_pairs(self, members: list[str]) -> Iterator[Pair]:
        """Every order of a group with every settlement or bank line of it."""
        orders = [m for m in members if self.kinds.get(m) == Kind.ORDER]
        money = (Kind.SETTLEMENT_LINE, Kind.STATEMENT_LINE)
        others = [m for m in members if self.kinds.get(m) in money]
        for order in orders:
            reference = next((self._orders[p] for p in self.places[order] if p in self._orders), "")
            yield from ((reference, place) for other in others for place in self.places[other])

    def payout_pairs(self, members: list[str]) -> Iterator[Pair]:
        """Every payout of a group with every bank line of it."""
        banked = [m for m in members if m in self.bank_lines]
        lines = [m for m in members if self.kinds.get(m, "") in ("", Kind.SETTLEMENT_LINE)]
        paid = {self._payouts.get(p) for line in lines for p in self.places.get(line, ())}
        yield from ((payout, self.bank_lines[line]) for payout in paid for line in banked)

    def exceptions(self) -> Iterator[tuple[str, set[Hashable]]]:
        """Each exception's code and everything it is about."""
        for code, record in self.close.exceptions.select("code", "record_id").iter_rows():
            about: set[Hashable] = set(self.places.get(record, ()))
            line = self.bank_lines.get(record)
            yield code, about | ({line} if line else set())


def _by_day_and_amount(truth: Truth) -> dict[Hashable, list[BankLine]]:
    lines = {line for payout in truth.payouts for line in payout.bank}
    lines |= {planted.bank for planted in truth.planted if planted.bank}
    found: dict[Hashable, list[BankLine]] = {}
    for line in lines:
        found.setdefault((line.file, line.date, line.amount), []).append(line)
    return found


def _told_by_text(candidates: list[BankLine], text: str) -> BankLine | None:
    if len(candidates) < 2:
        return candidates[0] if candidates else None
    said = "".join(text.split())
    return next((line for line in candidates if "".join(line.text.split()) in said), None)


def _split(
    seen: _Seen, pairs_of: Callable[[list[str]], Iterable[Pair]]
) -> tuple[set[Pair], set[Pair]]:
    """The pairs of members that are confirmed, and those of groups with one that is not."""
    confirmed: set[Pair] = set()
    proposed: set[Pair] = set()
    sure = pl.col("record_id").filter(pl.col("status") == "confirmed")
    grouped = seen.close.members.group_by("match_id", maintain_order=True).agg(
        "record_id", sure=sure
    )
    for _, members, certain in grouped.iter_rows():
        told = set(pairs_of(certain))
        confirmed |= told
        proposed |= set(pairs_of(members)) - told
    return confirmed, proposed


def _tally(
    required: set[Pair], allowed: set[Pair], confirmed: set[Pair], proposed: set[Pair]
) -> Tally:
    found = required & confirmed
    shown = (required & proposed) - found
    return Tally(
        true=len(required),
        found=len(found),
        proposed=len(shown),
        wrong=len(confirmed - allowed),
        missed=len(required) - len(found) - len(shown),
    )


def _by_code(seen: _Seen, truth: Truth) -> Iterator[CodeTally]:
    told: dict[str, list[set[Hashable]]] = {}
    for code, about in seen.exceptions():
        told.setdefault(code, []).append(about)
    for reason in Reason:
        planted = [_about(p.places, p.bank) for p in truth.planted if p.reason is reason]
        reported = told.get(reason, [])
        if planted or reported:
            every_planted = set().union(*planted)
            every_reported = set().union(*reported)
            found = sum(1 for about in planted if about & every_reported)
            beyond = sum(1 for about in reported if not about & every_planted)
            yield CodeTally(reason, len(planted), found, beyond)


def _about(places: Iterable[Place], bank: BankLine | None) -> set[Hashable]:
    return {*places, *([bank] if bank else [])}
