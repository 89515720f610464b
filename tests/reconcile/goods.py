"""Small months of goods: orders, shipments, bills, returns and rate cards that one can add up."""

from typing import Any

from recon_engine.close import close_month
from recon_engine.model.policy import Policy, default_policy
from recon_engine.model.results import Close
from tests.reconcile.month import OCTOBER
from tests.records import intake, record

Record = dict[str, Any]


def order(name: str, day: int, amount: int, number: str, **rest: Any) -> Record:
    """An order of Tmall."""
    return record("order", name, day, amount, **{"reference": number, "channel": "tmall", **rest})


def sent(name: str, day: int, number: str, waybill: str, **rest: Any) -> Record:
    """A row of the warehouse's list: a product in a parcel."""
    ids = "|".join(part for part in (number, waybill) if part)
    row = {"reference": ids, "waybill": waybill or None, "carrier": "圆通速递", "quantity": 1}
    return record("shipment", name, day, 0, **{**row, **rest})


def bill(name: str, amount: int, waybill: str, **rest: Any) -> Record:
    """A line of the courier's bill."""
    row = {"reference": waybill, "waybill": waybill, "channel": "courier", "type": "freight"}
    return record("courier_charge", name, 28, amount, **{**row, "carrier": "圆通", **rest})


def came_back(name: str, day: int, amount: int, number: str, **rest: Any) -> Record:
    """A row of the list of returns."""
    return record("return", name, day, amount, **{"reference": number, "type": "refund", **rest})


def rates(zone: str, first: int, more: int, **rest: Any) -> list[Record]:
    """A zone's prices: the first kilogram and each further one."""
    row = {"type": "rate", "zone": zone, "carrier": "圆通", **rest}
    return [
        record("rate_card", f"r-{zone}-{word}", 1, amount, fee_type=word, **row)
        for word, amount in (("首重(元)", first), ("续重(元)", more))
    ]


def weight(sku: str, grams: int) -> Record:
    """What one piece weighs."""
    return record("rate_card", f"w-{sku}", 1, 0, type="weight", sku=sku, weight_g=grams)


def closed(*rows: Record | list[Record], policy: Policy | None = None) -> Close:
    """October closed from these records."""
    flat = [row for each in rows for row in (each if isinstance(each, list) else [each])]
    return close_month(intake(*flat), policy or default_policy(), OCTOBER)


def told(month: Close) -> dict[str, tuple[str, int]]:
    """``{record id: (code, money at stake)}`` of the exceptions of goods."""
    money = ("unpaid", "not_yet_due", "order_missing_in_settlement")
    listed = month.exceptions.select("record_id", "code", "at_stake").iter_rows()
    return {name: (code, stake) for name, code, stake in listed if code not in money}


def places(month: Close) -> dict[str, str]:
    """The place of each record."""
    return dict(month.records.select("record_id", "place").iter_rows())
