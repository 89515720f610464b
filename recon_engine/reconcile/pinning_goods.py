"""Goods that a person puts together: orders with shipments, parcels with bills, returns.

What goods are worth stands on one side only, so nothing is left over: who accepts a bill accepts
it as billed, and who accepts a shipment accepts it as shipped.
"""

from collections.abc import Sequence

from recon_engine.errors import Code
from recon_engine.model.goods import GOODS_KINDS
from recon_engine.model.records import Kind
from recon_engine.reconcile.link import Item, Link

_PARCELS = frozenset({str(Kind.SHIPMENT), str(Kind.RETURN)})


def holds_goods(items: Sequence[Item]) -> bool:
    """Whether any of the items is of a kind that the reconciliations of goods take."""
    return any(item.kind in {str(kind) for kind in GOODS_KINDS} for item in items)


def goods_links(items: Sequence[Item]) -> tuple[Link, ...] | Code:
    """The link that a set of records holds, or why it holds none.

    Args:
        items: distinct records of one decision, goods among them.
    """
    kinds = {item.kind for item in items}
    bills = [item for item in items if item.kind == Kind.COURIER_CHARGE]
    parcels = [item for item in items if item.kind in _PARCELS]
    if bills and parcels and len(bills) + len(parcels) == len(items):
        return (_link("parcels_charges", "PC", parcels, bills, bills),)
    orders = [item for item in items if item.kind == Kind.ORDER]
    if kinds == {str(Kind.ORDER), str(Kind.SHIPMENT)}:
        return (_link("orders_shipments", "SH", orders, parcels, orders),)
    refunds = [item for item in items if item.amount]
    arrived = [item for item in items if not item.amount]
    if kinds == {str(Kind.RETURN)} and refunds and arrived:
        return (_link("returns_parcels", "RP", refunds, arrived, refunds),)
    return Code.DECISION_NOT_FOR_ITEM


def _link(
    name: str, prefix: str, left: Sequence[Item], right: Sequence[Item], worth: Sequence[Item]
) -> Link:
    amount = sum(item.amount for item in worth)
    ours, theirs = (tuple(sorted(item.record_id for item in side)) for side in (left, right))
    return Link(name, prefix, ours, theirs, amount, amount)
