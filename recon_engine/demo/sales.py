"""The sales of one shop: who bought what and when, how it was paid, and what went wrong with it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from random import Random
from typing import NamedTuple

from recon_engine.demo.goods import Product, Shelf

START = date(2026, 10, 1)
END = date(2026, 10, 31)
OPENS = datetime(2026, 10, 1)  # noqa: DTZ001 - platforms write the shop's local time without a zone
CLOSES = datetime(2026, 11, 1)  # noqa: DTZ001 - the first moment after the month


class Fate(StrEnum):
    """What becomes of a sale."""

    NORMAL = "normal"
    UNPAID = "unpaid"  # long due, never settled
    SHORT_PAID = "short_paid"
    OVER_PAID = "over_paid"
    PAID_TWICE = "paid_twice"
    INSTALMENTS = "instalments"  # settled in two parts
    REFUNDED = "refunded"  # in full, after it was settled
    PART_REFUNDED = "part_refunded"
    REFUNDED_BEFORE = "refunded_before"  # in part, before it was settled: less is settled
    REFUND_OWED = "refund_owed"  # the shop says refunded, the platform shows no refund
    CANCELLED = "cancelled"  # never paid
    RETURNED = "returned"  # given back in full before it was settled: nothing is settled
    NO_ORDER = "no_order"  # settled, but in no order file


class Booking(NamedTuple):
    """Money the platform books for a sale: when, and how much (minor units, positive)."""

    when: datetime
    amount: int


class Item(NamedTuple):
    """One line of an order."""

    product: Product
    quantity: int


@dataclass(frozen=True, slots=True)
class Sale:
    """One sale; amounts in minor units of the shop's currency."""

    reference: str
    placed: datetime
    buyer: str
    items: tuple[Item, ...]
    freight: int
    discount: int
    tax: int
    fate: Fate
    bookings: tuple[Booking, ...]  # what the platform books as paid
    refunds: tuple[Booking, ...]  # what it books as given back
    refunded: int  # what the shop says was given back

    @property
    def goods(self) -> int:
        """List price of all items."""
        return sum(item.product.price * item.quantity for item in self.items)

    @property
    def paid(self) -> int:
        """What the buyer agreed to pay: goods - discount + freight + tax."""
        return self.goods - self.discount + self.freight + self.tax

    @property
    def quantity(self) -> int:
        """How many pieces."""
        return sum(item.quantity for item in self.items)

    @property
    def listed(self) -> bool:
        """Whether the shop's order file has it."""
        return self.fate is not Fate.NO_ORDER

    @property
    def cancelled(self) -> bool:
        """Whether the shop says it came to nothing."""
        return self.fate in (Fate.CANCELLED, Fate.RETURNED)


@dataclass(frozen=True, slots=True)
class Shop:
    """How a shop sells and how fast its platform settles."""

    channel: str
    currency: str
    shelf: Shelf
    name: Callable[[Random], str]
    reference: Callable[[Random, int, datetime], str]  # of the n-th sale
    opens: datetime  # first moment an order of the month's files was placed
    settles_from: datetime  # first moment the settlement file shows
    settles_until: datetime  # first moment it no longer shows
    lag_seconds: tuple[int, int]  # from order to settlement
    overdue_before: datetime  # an order placed before and never settled is overdue at month end
    freights: tuple[int, ...]
    tax_ppm: int  # tax that is part of what the buyer pays
    fates_ppm: Mapping[Fate, int]  # how often a sale meets each fate


EARLIER_PPM = 80_000  # share of orders placed before the month and settled in it
_HOURS = (1, 1, 0, 0, 0, 0, 1, 2, 3, 5, 6, 6, 5, 5, 5, 5, 5, 5, 6, 7, 9, 10, 8, 4)  # orders by hour
_LATER_DAYS_MAX = 6  # a refund or second instalment follows the first booking within this
_LATE = CLOSES - timedelta(days=_LATER_DAYS_MAX + 2)  # bookings before leave room for that


class _Draft(NamedTuple):
    placed: datetime
    settles: datetime


def draw_sales(shop: Shop, count: int, rng: Random) -> list[Sale]:
    """``count`` sales in the order they were placed."""
    drafts = sorted(_draft(shop, rng) for _ in range(count))
    fates = _deal_fates(shop, drafts, rng)
    return [
        _sale(shop, n, draft, fate, rng)
        for n, (draft, fate) in enumerate(zip(drafts, fates, strict=True))
    ]


def _draft(shop: Shop, rng: Random) -> _Draft:
    earlier = shop.opens < OPENS and rng.randrange(1_000_000) < EARLIER_PPM
    first, last = (shop.opens, OPENS) if earlier else (OPENS, CLOSES)
    day = first + timedelta(days=rng.randrange((last - first).days))
    hour = rng.choices(range(24), weights=_HOURS)[0]
    placed = day + timedelta(hours=hour, seconds=rng.randrange(3600))
    shortest, longest = shop.lag_seconds
    shortest = max(shortest, int((shop.settles_from - placed).total_seconds()))
    return _Draft(placed, placed + timedelta(seconds=rng.randint(shortest, longest)))


def _deal_fates(shop: Shop, drafts: list[_Draft], rng: Random) -> list[Fate]:
    """A fate for each draft: every kind at least once, each where the calendar allows it."""
    fates = [Fate.NORMAL] * len(drafts)
    free = list(range(len(drafts)))
    rng.shuffle(free)
    for fate, ppm in shop.fates_ppm.items():
        wanted = max(1, len(drafts) * ppm // 1_000_000)
        kept = []
        for n in free:
            if wanted and _allows(shop, drafts[n], fate):
                fates[n], wanted = fate, wanted - 1
            else:
                kept.append(n)
        free = kept
    return fates


def _allows(shop: Shop, draft: _Draft, fate: Fate) -> bool:
    if fate is Fate.UNPAID:
        return OPENS <= draft.placed < shop.overdue_before
    if fate in (Fate.CANCELLED, Fate.RETURNED):
        return draft.placed >= OPENS
    return draft.settles < _LATE


def _sale(shop: Shop, n: int, draft: _Draft, fate: Fate, rng: Random) -> Sale:
    items = _items(shop, rng)
    goods = sum(item.product.price * item.quantity for item in items)
    freight = rng.choice(shop.freights)
    discount = rng.choice((0, 0, 0, 0, goods // 1000 * 100, goods // 500 * 100))
    tax = (goods - discount) * shop.tax_ppm // 1_000_000 if rng.random() < 0.6 else 0
    paid = goods - discount + freight + tax
    settled = draft.settles < shop.settles_until
    bookings = _bookings(fate, paid, draft.settles, rng) if settled else ()
    refunded = _refunded(fate, paid, rng)
    refunds: tuple[Booking, ...] = ()
    if fate is Fate.REFUNDED_BEFORE:
        bookings = (Booking(draft.settles, paid - refunded),)
    elif fate in (Fate.REFUNDED, Fate.PART_REFUNDED):
        refunds = (Booking(_later(draft.settles, rng), refunded),)
    reference = shop.reference(rng, n, draft.placed)
    return Sale(reference, draft.placed, shop.name(rng), items, freight, discount, tax, fate,
                bookings, refunds, refunded)  # fmt: skip


def _items(shop: Shop, rng: Random) -> tuple[Item, ...]:
    products = shop.shelf.pick(rng, rng.choices((1, 2, 3), weights=(80, 15, 5))[0])
    return tuple(
        Item(product, rng.choices((1, 2, 3), weights=(88, 9, 3))[0])
        for product in dict.fromkeys(products)
    )


def _bookings(fate: Fate, paid: int, when: datetime, rng: Random) -> tuple[Booking, ...]:
    if fate in (Fate.UNPAID, Fate.CANCELLED, Fate.RETURNED):
        return ()
    difference = min(paid // 3, rng.choice((137, 300, 500, 1000, 2000)))
    if fate is Fate.SHORT_PAID:
        return (Booking(when, paid - difference),)
    if fate is Fate.OVER_PAID:
        return (Booking(when, paid + difference),)
    if fate is Fate.PAID_TWICE:
        return (Booking(when, paid), Booking(when + timedelta(seconds=41), paid))
    if fate is Fate.INSTALMENTS:
        first = paid * 6 // 10
        return (Booking(when, first), Booking(_later(when, rng), paid - first))
    return (Booking(when, paid),)


def _refunded(fate: Fate, paid: int, rng: Random) -> int:
    if fate in (Fate.REFUNDED, Fate.RETURNED):
        return paid
    if fate in (Fate.PART_REFUNDED, Fate.REFUNDED_BEFORE, Fate.REFUND_OWED):
        return max(1, paid * rng.choice((10, 20, 25, 30, 50)) // 100)
    return 0


def _later(when: datetime, rng: Random) -> datetime:
    return when + timedelta(seconds=rng.randint(3600, _LATER_DAYS_MAX * 86_400))
