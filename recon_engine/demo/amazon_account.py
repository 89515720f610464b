"""Amazon: what it books on the seller's account, cut into settlements of fourteen days."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from recon_engine.demo.sales import Booking, Sale
from recon_engine.demo.sheet import share
from recon_engine.demo.shops import AMAZON_OPENS
from recon_engine.model.records import Type

_COMMISSION_PPM = 150_000
_REFUND_FEE_PPM = 200_000  # of the commission given back, which Amazon keeps
_FBA_SMALL, _FBA_LARGE, _FBA_LARGE_FROM = 322, 541, 2_500  # cents a piece; from this price on
_SUBSCRIPTION = 3_999
_STORAGE = 2_418
_RESERVE_PPM = 60_000
_MONTHLY_FROM = 50_000  # a settlement of less shows no monthly fee
_LENGTH = timedelta(days=14)
_DEPOSIT_AFTER = timedelta(days=2)
_SETTLEMENTS = 3  # the first begins before the month, the last is paid after it
_FIRST_ID, _ID_STEP = 62_578_223_125, 108_217_331


class Entry(NamedTuple):
    """One amount that Amazon books."""

    when: datetime
    kind: str  # transaction-type
    amount_type: str
    description: str
    amount: int  # cents, signed
    type: Type
    sale: Sale | None = None
    quantity: int = 0


@dataclass(frozen=True, slots=True)
class Settlement:
    """Fourteen days of the account and what is paid out for them."""

    id: str
    start: datetime
    end: datetime
    entries: tuple[Entry, ...]

    @property
    def deposit(self) -> datetime:
        """When Amazon says it pays."""
        return self.end + _DEPOSIT_AFTER

    @property
    def total(self) -> int:
        """What it pays, cents."""
        return sum(entry.amount for entry in self.entries)


def amazon_settlements(sales: list[Sale]) -> list[Settlement]:
    """The settlements that touch the month, each opening with the reserve of the one before."""
    settlements = []
    reserve = 0
    for n, booked in enumerate(_by_period(_entries(sales))):
        start = AMAZON_OPENS + n * _LENGTH
        end = start + _LENGTH
        entries = [*_reserve("Previous Reserve Amount Balance", start, reserve), *booked]
        entries += _monthly(n, end, sum(entry.amount for entry in booked))
        reserve = max(0, share(sum(entry.amount for entry in booked), _RESERVE_PPM))
        entries += _reserve("Current Reserve Amount", end, -reserve)
        settlements.append(Settlement(str(_FIRST_ID + n * _ID_STEP), start, end, tuple(entries)))
    return settlements


def _by_period(entries: list[Entry]) -> list[list[Entry]]:
    periods: list[list[Entry]] = [[] for _ in range(_SETTLEMENTS)]
    for entry in sorted(entries, key=lambda entry: entry.when):
        periods[(entry.when - AMAZON_OPENS) // _LENGTH].append(entry)
    return periods


def _reserve(description: str, when: datetime, amount: int) -> list[Entry]:
    entry = Entry(when, "other-transaction", "other-transaction", description, amount, Type.RESERVE)
    return [entry] if amount else []


def _monthly(n: int, end: datetime, booked: int) -> list[Entry]:
    """A fee of the account itself, in settlements large enough to bear it."""
    if booked < _MONTHLY_FROM:
        return []
    words, amount = ("Subscription Fee", _SUBSCRIPTION) if n == 0 else ("Storage Fee", _STORAGE)
    when = end - timedelta(hours=5)
    return [Entry(when, "other-transaction", "other-transaction", words, -amount, Type.FEE)]


def _entries(sales: list[Sale]) -> list[Entry]:
    entries: list[Entry] = []
    for sale in sales:
        for n, booking in enumerate(sale.bookings):
            entries += _shipped(sale, booking, first=n == 0)
        for refund in sale.refunds:
            entries += _refunded(sale, refund)
    return entries


def _shipped(sale: Sale, booking: Booking, *, first: bool) -> list[Entry]:
    """A shipment: what the buyer pays, the tax in and out, and Amazon's fees."""
    freight = sale.freight if first else 0
    principal = booking.amount - freight
    tax = _withheld_tax(sale, principal)
    unit = _FBA_LARGE if sale.items[0].product.price >= _FBA_LARGE_FROM else _FBA_SMALL
    parts = (
        ("ItemPrice", "Principal", principal, Type.SALE),
        ("ItemPrice", "Shipping", freight, Type.FREIGHT),
        ("ItemPrice", "Tax", tax, Type.TAX),
        ("ItemFees", "Commission", -share(booking.amount, _COMMISSION_PPM), Type.COMMISSION),
        ("ItemFees", "FBAPerUnitFulfillmentFee", -unit * sale.quantity if first else 0, Type.FEE),
        ("ItemWithheldTax", "MarketplaceFacilitatorTax-Principal", -tax, Type.TAX),
    )
    return _booked(sale, "Order", booking.when, parts)


def _refunded(sale: Sale, refund: Booking) -> list[Entry]:
    """A refund: freight goes back only with all the rest; commission comes back less a fee."""
    freight = sale.freight if refund.amount == sale.paid else 0
    principal = refund.amount - freight
    tax = _withheld_tax(sale, principal)
    commission = share(refund.amount, _COMMISSION_PPM)
    parts = (
        ("ItemPrice", "Principal", -principal, Type.REFUND),
        ("ItemPrice", "Shipping", -freight, Type.REFUND),
        ("ItemPrice", "Tax", -tax, Type.TAX),
        ("ItemFees", "Commission", commission, Type.COMMISSION),
        ("ItemFees", "RefundCommission", -share(commission, _REFUND_FEE_PPM), Type.FEE),
        ("ItemWithheldTax", "MarketplaceFacilitatorTax-Principal", tax, Type.TAX),
    )
    return _booked(sale, "Refund", refund.when, parts)


def _booked(
    sale: Sale, kind: str, when: datetime, parts: tuple[tuple[str, str, int, Type], ...]
) -> list[Entry]:
    return [
        Entry(when, kind, amount_type, description, amount, type_, sale, sale.quantity)
        for amount_type, description, amount, type_ in parts
        if amount
    ]


def _withheld_tax(sale: Sale, principal: int) -> int:
    """Tax by the buyer's state, of which the order's digits stand in for the address."""
    state = int(sale.reference[-2:])
    return 0 if state < 30 else share(principal, 60_000 + state % 4 * 8_750)
