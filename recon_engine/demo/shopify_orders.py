"""Shopify: the orders export, one line per item, an order's fields on its first line only."""

from datetime import datetime, timedelta

from recon_engine.demo.sales import Fate, Item, Sale
from recon_engine.demo.sheet import OrderFile, amount, comma_separated

NAME = "shopify_orders_export.csv"
HEADER = (
    "Name", "Email", "Financial Status", "Paid at", "Fulfillment Status", "Fulfilled at",
    "Accepts Marketing", "Currency", "Subtotal", "Shipping", "Taxes", "Total", "Discount Code",
    "Discount Amount", "Shipping Method", "Created at", "Lineitem quantity", "Lineitem name",
    "Lineitem price", "Lineitem compare at price", "Lineitem sku", "Lineitem requires shipping",
    "Lineitem taxable", "Lineitem fulfillment status", "Billing Name", "Billing Street",
    "Billing Address1", "Billing Address2", "Billing Company", "Billing City", "Billing Zip",
    "Billing Province", "Billing Country", "Billing Phone", "Shipping Name", "Shipping Street",
    "Shipping Address1", "Shipping Address2", "Shipping Company", "Shipping City",
    "Shipping Zip", "Shipping Province", "Shipping Country", "Shipping Phone", "Notes",
    "Note Attributes", "Cancelled at", "Payment Method", "Payment Reference", "Refunded Amount",
    "Vendor", "Outstanding Balance", "Employee", "Location", "Device ID", "Id", "Tags",
    "Risk Level", "Source", "Lineitem discount", "Tax 1 Name", "Tax 1 Value", "Phone",
    "Receipt Number", "Duties", "Billing Province Name", "Shipping Province Name", "Payment ID",
    "Payment Terms Name", "Next Payment Due At", "Payment References",
)  # fmt: skip
_FIRST_ID = 6_120_000_000_000


def shopify_orders(sales: list[Sale]) -> OrderFile:
    """The export, oldest order first."""
    table: list[list[str]] = [list(HEADER)]
    rows: dict[str, int] = {}
    for sale in sales:
        if sale.listed:
            rows[sale.reference] = len(table) + 1
            table += [_row(sale, n, item) for n, item in enumerate(sale.items)]
    return OrderFile(NAME, comma_separated(table, "\n").encode("utf-8"), rows)


def _row(sale: Sale, n: int, item: Item) -> list[str]:
    cells = _item(item) | {"Name": sale.reference, "Email": _mail(sale)}
    if n == 0:
        cells |= _order(sale)
    return [cells.get(name, "") for name in HEADER]


def _item(item: Item) -> dict[str, str]:
    return {
        "Lineitem quantity": str(item.quantity),
        "Lineitem name": item.product.title,
        "Lineitem price": amount(item.product.price),
        "Lineitem sku": item.product.sku,
        "Lineitem requires shipping": "true",
        "Lineitem taxable": "true",
        "Lineitem fulfillment status": "fulfilled",
        "Vendor": "Example Goods",
        "Lineitem discount": "0.00",
    }


def _order(sale: Sale) -> dict[str, str]:
    dead = sale.fate is Fate.CANCELLED
    return {
        "Financial Status": _state(sale),
        "Paid at": "" if dead else _time(sale.placed),
        "Fulfillment Status": "unfulfilled" if dead else "fulfilled",
        "Fulfilled at": "" if dead else _time(sale.placed + timedelta(hours=20)),
        "Accepts Marketing": "no",
        "Currency": "USD",
        "Subtotal": amount(sale.goods - sale.discount),
        "Shipping": amount(sale.freight),
        "Taxes": amount(sale.tax),
        "Total": amount(sale.paid),
        "Discount Code": "AUTUMN" if sale.discount else "",
        "Discount Amount": amount(sale.discount),
        "Shipping Method": "Standard",
        "Created at": _time(sale.placed),
        "Billing Name": sale.buyer,
        "Billing Country": "US",
        "Shipping Name": sale.buyer,
        "Shipping Country": "US",
        "Cancelled at": _time(sale.placed + timedelta(hours=3)) if dead else "",
        "Payment Method": "" if dead else "Shopify Payments",
        "Payment Reference": "" if dead else f"c{_FIRST_ID + int(sale.reference[1:]) * 61}.1",
        "Refunded Amount": amount(sale.refunded),
        "Outstanding Balance": "0.00",
        "Id": str(_FIRST_ID + int(sale.reference[1:]) * 32_771),
        "Source": "web",
        "Tax 1 Name": "State Tax 7.25%" if sale.tax else "",
        "Tax 1 Value": amount(sale.tax) if sale.tax else "",
    }


def _state(sale: Sale) -> str:
    if sale.fate is Fate.CANCELLED:
        return "voided"
    if sale.refunded:
        return "refunded" if sale.refunded == sale.paid else "partially_refunded"
    return "paid"


def _mail(sale: Sale) -> str:
    return f"{sale.buyer.lower().replace(' ', '.')}@mail.example"


def _time(when: datetime) -> str:
    return f"{when:%Y-%m-%d %H:%M:%S} -0400"
