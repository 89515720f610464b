"""Entries and movements that a person puts together with what they stand for.

Who accepts a posting accepts it as booked, so nothing is left over: what a document is to bring is
another reconciliation's.
"""

from collections.abc import Sequence

from recon_engine.errors import Code
from recon_engine.model.books import BOOKS_KINDS
from recon_engine.model.records import Kind
from recon_engine.reconcile.link import Item, Link

_MONEY = frozenset({str(Kind.ORDER), str(Kind.SETTLEMENT_LINE), str(Kind.STATEMENT_LINE), "payout"})
_GOODS = frozenset({str(Kind.ORDER), str(Kind.RETURN)})


def holds_books(items: Sequence[Item]) -> bool:
    """Whether any of the items is an entry or a movement of the books."""
    return any(item.kind in {str(kind) for kind in BOOKS_KINDS} for item in items)


def books_links(items: Sequence[Item]) -> tuple[Link, ...] | Code:
    """The link that a set of records holds, or why it holds none.

    Args:
        items: distinct records of one decision, entries or movements among them.
    """
    entries = [item for item in items if item.kind == Kind.LEDGER_ENTRY]
    movements = [item for item in items if item.kind == Kind.STOCK_MOVEMENT]
    if entries and movements:
        return Code.DECISION_NOT_FOR_ITEM
    booked = entries or movements
    documents = [item for item in items if item not in booked]
    name, prefix, kinds = (
        ("documents_ledger", "DL", _MONEY) if entries else ("orders_stock", "ST", _GOODS)
    )
    if {item.kind for item in documents} - kinds:
        return Code.DECISION_NOT_FOR_ITEM
    amount = sum(item.amount for item in documents)
    left, right = (tuple(sorted(item.record_id for item in side)) for side in (documents, booked))
    return (Link(name, prefix, left, right, amount, amount),)
