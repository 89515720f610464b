"""Amazon: a settlement as the flat file V2 and as the older, wide flat file."""

from datetime import datetime

from recon_engine.demo.amazon_account import Entry, Settlement
from recon_engine.demo.sheet import SettlementFile, amount
from recon_engine.demo.truth import Line, PayoutLink

_FRONT = (
    "settlement-id", "settlement-start-date", "settlement-end-date", "deposit-date",
    "total-amount", "currency", "transaction-type", "order-id", "merchant-order-id",
    "adjustment-id", "shipment-id", "marketplace-name",
)  # fmt: skip
V2_HEADER = (
    *_FRONT, "amount-type", "amount-description", "amount", "fulfillment-id", "posted-date",
    "posted-date-time", "order-item-code", "merchant-order-item-id",
    "merchant-adjustment-item-id", "sku", "quantity-purchased", "promotion-id",
)  # fmt: skip
WIDE_HEADER = (
    *_FRONT, "shipment-fee-type", "shipment-fee-amount", "order-fee-type", "order-fee-amount",
    "fulfillment-id", "posted-date", "order-item-code", "merchant-order-item-id",
    "merchant-adjustment-item-id", "sku", "quantity-purchased", "price-type", "price-amount",
    "item-related-fee-type", "item-related-fee-amount", "misc-fee-amount", "other-fee-amount",
    "other-fee-reason-description", "direct-payment-type", "direct-payment-amount",
    "other-amount",
)  # fmt: skip
_FIRST_ROW = 3  # after the header and the summary row


def settlement_file(settlement: Settlement, *, wide: bool) -> SettlementFile:
    """One settlement in one of the two layouts."""
    name = f"amazon_settlement_{settlement.id}.txt"
    header, row, time = (WIDE_HEADER, _wide, _iso) if wide else (V2_HEADER, _v2, _utc)
    summary = {
        "settlement-id": settlement.id,
        "settlement-start-date": time(settlement.start),
        "settlement-end-date": time(settlement.end),
        "deposit-date": time(settlement.deposit),
        "total-amount": amount(settlement.total),
        "currency": "USD",
    }
    table = [summary, *(_common(settlement, entry) | row(entry) for entry in settlement.entries)]
    text = ["\t".join(header), *("\t".join(cells.get(h, "") for h in header) for cells in table)]
    content = ("\n".join(text) + "\n").encode("utf-8")
    return SettlementFile(name, content, _lines(settlement, name), [_payout(settlement, name)])


def _lines(settlement: Settlement, name: str) -> dict[str, list[Line]]:
    lines: dict[str, list[Line]] = {}
    for row, entry in enumerate(settlement.entries, _FIRST_ROW):
        if entry.sale:
            line = Line(name, row, "", entry.type, entry.amount)
            lines.setdefault(entry.sale.reference, []).append(line)
    return lines


def _payout(settlement: Settlement, name: str) -> PayoutLink:
    rows = tuple(range(_FIRST_ROW, _FIRST_ROW + len(settlement.entries)))
    day = settlement.deposit.date()
    return PayoutLink("amazon", settlement.id, "USD", day, settlement.total, name, rows)


def _common(settlement: Settlement, entry: Entry) -> dict[str, str]:
    """The cells that both layouts share."""
    cells = {"settlement-id": settlement.id, "transaction-type": entry.kind}
    if not entry.sale:
        return cells
    digits = entry.sale.reference.replace("-", "")
    return cells | {
        "order-id": entry.sale.reference,
        "merchant-order-id": entry.sale.reference,
        "adjustment-id": f"A{digits[-10:]}" if entry.kind == "Refund" else "",
        "shipment-id": "" if entry.kind == "Refund" else f"D{digits[-8:]}",
        "marketplace-name": "Amazon.com",
        "fulfillment-id": "AFN",
        "order-item-code": f"6{digits[-13:]}",
        "sku": entry.sale.items[0].product.sku,
    }


def _v2(entry: Entry) -> dict[str, str]:
    counted = entry.description == "Principal" and entry.kind == "Order"
    return {
        "amount-type": entry.amount_type,
        "amount-description": entry.description,
        "amount": amount(entry.amount),
        "posted-date": f"{entry.when:%Y-%m-%d}",
        "posted-date-time": _utc(entry.when),
        "quantity-purchased": str(entry.quantity) if counted else "",
    }


def _wide(entry: Entry) -> dict[str, str]:
    cells = {"posted-date": _iso(entry.when)}
    if not entry.sale:
        return cells | {"transaction-type": entry.description, "other-amount": amount(entry.amount)}
    if entry.amount_type == "ItemPrice":
        return cells | {"price-type": entry.description, "price-amount": amount(entry.amount)}
    return cells | {
        "item-related-fee-type": entry.description,
        "item-related-fee-amount": amount(entry.amount),
    }


def _utc(when: datetime) -> str:
    return f"{when:%Y-%m-%d %H:%M:%S} UTC"


def _iso(when: datetime) -> str:
    return f"{when:%Y-%m-%dT%H:%M:%S}+00:00"
