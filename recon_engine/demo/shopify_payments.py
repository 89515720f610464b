"""Shopify: payment transactions, and the payouts that the file names only by their day."""

from datetime import date, datetime, timedelta
from random import Random
from typing import NamedTuple

from recon_engine.demo.sales import END, Sale
from recon_engine.demo.sheet import SettlementFile, amount, comma_separated, share
from recon_engine.demo.truth import Line, PayoutLink
from recon_engine.model.records import Type

NAME = "shopify_payment_transactions.csv"
HEADER = (
    "Transaction Date", "Type", "Order", "Card Brand", "Card Source", "Payout Status",
    "Payout Date", "Available On", "Amount", "Fee", "Net", "Checkout", "Payment Method Name",
    "Presentment Amount", "Presentment Currency", "Currency",
)  # fmt: skip
_FEE_PPM, _FEE_FIXED = 29_000, 30  # of a charge; cents
_PAYOUT_WORKING_DAYS = 2
_BRANDS = ("visa", "visa", "mastercard", "american_express", "discover")


class _Transaction(NamedTuple):
    when: datetime
    type: Type
    amount: int
    sale: Sale

    @property
    def fee(self) -> int:
        """The fee as the file shows it: positive, none on a refund."""
        return share(self.amount, _FEE_PPM) + _FEE_FIXED if self.type is Type.SALE else 0


def shopify_payments(sales: list[Sale], rng: Random) -> SettlementFile:
    """The month's transactions, oldest first."""
    transactions = sorted(
        [_Transaction(b.when, Type.SALE, b.amount, sale) for sale in sales for b in sale.bookings]
        + [
            _Transaction(b.when, Type.REFUND, -b.amount, sale)
            for sale in sales
            for b in sale.refunds
        ],
        key=lambda each: (each.when, each.sale.reference),
    )
    lines: dict[str, list[Line]] = {}
    by_payout: dict[date, list[tuple[int, int]]] = {}
    for row, each in enumerate(transactions, 2):
        line = Line(NAME, row, "", each.type, each.amount, -each.fee)
        lines.setdefault(each.sale.reference, []).append(line)
        by_payout.setdefault(paid_on(each.when.date()), []).append((row, each.amount - each.fee))
    text = comma_separated([HEADER, *(_row(each, rng) for each in transactions)], "\n")
    payouts = [_payout(day, parts) for day, parts in sorted(by_payout.items())]
    return SettlementFile(NAME, text.encode("utf-8"), lines, payouts)


def paid_on(day: date) -> date:
    """The payout day of a transaction: the second working day after."""
    left = _PAYOUT_WORKING_DAYS
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < 5
    return day


def _payout(day: date, parts: list[tuple[int, int]]) -> PayoutLink:
    rows = tuple(row for row, _ in parts)
    net = sum(net for _, net in parts)
    return PayoutLink("shopify", f"{day:%Y-%m-%d}", "USD", day, net, NAME, rows)


def _row(each: _Transaction, rng: Random) -> tuple[str, ...]:
    paid = paid_on(each.when.date())
    return (
        f"{each.when:%Y-%m-%d %H:%M:%S} -0400",
        "charge" if each.type is Type.SALE else "refund",
        each.sale.reference,
        rng.choice(_BRANDS),
        "online",
        "paid" if paid <= END else "scheduled",
        f"{paid:%Y-%m-%d}",
        f"{paid:%Y-%m-%d}",
        amount(each.amount),
        amount(each.fee),
        amount(each.amount - each.fee),
        f"#{29_000_000_000_000 + int(each.sale.reference[1:]) * 127}",
        "card",
        amount(each.amount),
        "USD",
        "USD",
    )
