"""Records that a person puts together: which reconciliation each pair of sides belongs to.

Orders meet settlement lines, payouts meet statement lines, and so on; a set of records of several
kinds is taken apart into the links of the chain that it holds.  Each link says what its sides add
up to and what is left over.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import polars as pl

from recon_engine.errors import Code
from recon_engine.match.fees import due
from recon_engine.model.policy import Policy
from recon_engine.model.records import Kind, Type
from recon_engine.reconcile.items import settling_channel
from recon_engine.reconcile.link import Item, Link
from recon_engine.reconcile.orders import MEASURES
from recon_engine.reconcile.pinning_books import books_links, holds_books
from recon_engine.reconcile.pinning_goods import goods_links, holds_goods
from recon_engine.reconcile.standing import PART, REST

PAYOUT = "payout"


def items_of(rows: Sequence[Mapping[str, Any]], policy: Policy) -> list[Item]:
    """Records and payouts as items.

    Args:
        rows: ``record_id, kind, type, amount, currency, channel, payout_id`` and, where they
            have them, ``gross, refunded, lines``.
        policy: fee rules and how channels belong together.
    """
    fees = _fees([row for row in rows if row["kind"] == Kind.ORDER], policy)
    return [
        Item(
            record_id=row["record_id"],
            kind=row["kind"],
            type=row["type"],
            amount=row["amount"],
            currency=row["currency"],
            gross=row["amount"] if row.get("gross") is None else row["gross"],
            refunded=row.get("refunded") or 0,
            # What its payout lacked at the bank meets a bank line of its own.
            payout_id="" if row["record_id"].endswith(f"{PART}{REST}") else row["payout_id"],
            lines=row.get("lines") or 0,
            fee_settled=fees.get(row["record_id"], (0, 0))[0],
            fee_banked=fees.get(row["record_id"], (0, 0))[1],
        )
        for row in rows
    ]


def _fees(orders: Sequence[Mapping[str, Any]], policy: Policy) -> dict[str, tuple[int, int]]:
    """By order: the fees that named rules keep back, on the settling and on its own channel."""
    if not policy.fees or not orders:
        return {}
    columns = ("record_id", "amount", "channel", "currency")
    frame = pl.DataFrame([{name: row[name] for name in columns} for row in orders])
    settled = due(frame.with_columns(settling_channel(policy.channels)), policy.fees).tolist()
    banked = due(frame, policy.fees).tolist()
    amounts = zip(frame["record_id"], frame["amount"], settled, banked, strict=True)
    return {name: (amount - one, amount - other) for name, amount, one, other in amounts}


def links(items: Sequence[Item], payouts: dict[str, Item]) -> tuple[Link, ...] | Code:
    """The links that a set of records holds, or why it holds none.

    Args:
        items: distinct records and payouts, of one decision.
        payouts: every payout that one of the lines belongs to, by id.
    """
    if holds_books(items):
        return books_links(items)
    if holds_goods(items):
        return goods_links(items)
    if len({item.currency for item in items}) > 1:
        return Code.CURRENCY_MIXED
    kinds = {
        kind: [item for item in items if item.kind == kind]
        for kind in (Kind.ORDER, Kind.SETTLEMENT_LINE, PAYOUT, Kind.STATEMENT_LINE)
    }
    if sum(map(len, kinds.values())) != len(items) or len(items) < 2:
        return Code.DECISION_NOT_FOR_ITEM
    orders, lines, paid, bank = kinds.values()
    if bank and lines and not paid:
        whole = _whole_payouts(lines, payouts)
        if whole:
            paid, lines = whole, (lines if orders else [])
    found = tuple(_chain(orders, lines, paid, bank))
    held = {record for link in found for record in (*link.left, *link.right)}
    asked = {item.record_id for item in (*orders, *lines, *paid, *bank)}
    return found if found and held == asked else Code.DECISION_NOT_FOR_ITEM


def _whole_payouts(lines: Sequence[Item], payouts: dict[str, Item]) -> list[Item]:
    """The payouts that the lines are, line by line; none if a line of them is missing."""
    named = {line.payout_id for line in lines}
    if "" in named:
        return []
    counts = {name: sum(line.payout_id == name for line in lines) for name in named}
    whole = all(name in payouts and payouts[name].lines == counts[name] for name in named)
    return [payouts[name] for name in sorted(named)] if whole else []


def _chain(
    orders: list[Item], lines: list[Item], paid: list[Item], bank: list[Item]
) -> Iterator[Link]:
    if orders and lines:
        yield _orders_settlement(orders, lines)
    elif orders and bank and not paid:
        yield _orders_bank(orders, bank)
    if paid and bank:
        yield _link("payouts_bank", "PB", paid, bank)
    elif lines and bank and not paid and not any(line.payout_id for line in lines):
        yield _lines_bank(lines, bank)
    one = [side for side in (orders, lines, paid, bank) if side]
    if len(one) == 1:
        yield _alone(one[0])


def _ids(items: Sequence[Item]) -> tuple[str, ...]:
    return tuple(sorted(item.record_id for item in items))


def _sum(items: Sequence[Item]) -> int:
    return sum(item.amount for item in items)


def _link(name: str, prefix: str, left: Sequence[Item], right: Sequence[Item]) -> Link:
    return Link(name, prefix, _ids(left), _ids(right), _sum(left), _sum(right))


def _alone(items: Sequence[Item]) -> Link:
    """An entry and its reversal: one side that adds up to nothing."""
    if items[0].kind in (Kind.ORDER, PAYOUT):
        name, prefix = (
            ("orders_settlement", "OS") if items[0].kind == Kind.ORDER else ("payouts_bank", "PB")
        )
        return _link(name, prefix, items, ())
    line = items[0].kind == Kind.SETTLEMENT_LINE
    name, prefix = ("orders_settlement", "OS") if line else ("payouts_bank", "PB")
    return _link(name, prefix, (), items)


@dataclass(frozen=True, slots=True)
class _Reading:
    """One way to read what orders are due and what came: the best leaves nothing over."""

    left: int
    right: int
    fees: int = 0
    rounding: int = 0

    @property
    def explained(self) -> int:
        off = self.left - self.right - self.fees
        return self.fees + off if self.fees and abs(off) <= self.rounding else self.fees

    @property
    def rest(self) -> int:
        return self.left - self.right - self.explained


def _best(sold: int, net: int, came: Sequence[int], fees: int, rounding: int) -> _Reading:
    """The first reading that leaves nothing over, else what is due against the fullest reading."""
    plain = [_Reading(left, right) for left, right in product((sold, net), came)]
    less_fees = [
        _Reading(left, right, fees, rounding) for left, right in product((sold, net), came)
    ]
    last = _Reading(net, came[0])
    return next((each for each in (*plain, *less_fees) if each.rest == 0), last)


def _sold(orders: Sequence[Item]) -> tuple[int, int]:
    """What the orders were sold for, and what is left of it after refunds known to them."""
    net = sum(
        0 if order.type == Type.CANCELLED else order.amount - order.refunded for order in orders
    )
    return _sum(orders), net


def _orders_settlement(orders: Sequence[Item], lines: Sequence[Item]) -> Link:
    refunds = sum(_measure(line) for line in lines if line.type == Type.REFUND)
    came = [sum(_measure(line) for line in lines if line.type in types) for types in MEASURES]
    fees, rounding = sum(o.fee_settled for o in orders), _rounding(orders)
    read = _best(*_sold(orders), came, fees, rounding)
    return Link(
        "orders_settlement", "OS", _ids(orders), _ids(lines),
        read.left, read.right + refunds, read.explained - refunds,
    )  # fmt: skip


def _rounding(orders: Sequence[Item]) -> int:
    """A fee is rounded on each order: a unit either way."""
    return sum(order.has_fee for order in orders)


def _measure(line: Item) -> int:
    return line.amount if line.type == Type.TAX else line.gross


def _orders_bank(orders: Sequence[Item], bank: Sequence[Item]) -> Link:
    fees, rounding = sum(o.fee_banked for o in orders), _rounding(orders)
    read = _best(*_sold(orders), [_sum(bank)], fees, rounding)
    return Link(
        "orders_bank", "OB", _ids(orders), _ids(bank), read.left, read.right, read.explained
    )


def _lines_bank(lines: Sequence[Item], bank: Sequence[Item]) -> Link:
    """Money between own accounts leaves one and reaches the other, with the opposite sign."""
    moved, came = _sum(lines), _sum(bank)
    left = -moved if moved == -came else moved
    return Link("lines_bank", "LB", _ids(lines), _ids(bank), left, came)
