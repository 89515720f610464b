"""The exceptions that a correct close reports: read off the sales, the payouts and the deposits."""

from collections.abc import Iterable, Iterator

from recon_engine.demo.deposits import Movement
from recon_engine.demo.sales import END, Fate, Sale, Shop
from recon_engine.demo.truth import BankLine, Line, OrderLink, PayoutLink, Place, Planted
from recon_engine.model.reasons import Reason
from recon_engine.model.records import Kind, Type

PAYOUT = "payout"  # what Planted.kind and the close's exceptions call a payout
_OF_FATE = {
    Fate.UNPAID: Reason.UNPAID,
    Fate.SHORT_PAID: Reason.SHORT_PAID,
    Fate.OVER_PAID: Reason.OVER_PAID,
    Fate.PAID_TWICE: Reason.PAID_TWICE,
    Fate.REFUND_OWED: Reason.REFUND_NOT_PAID_OUT,
}


def planted_sales(
    shop: Shop, sales: Iterable[Sale], links: dict[str, OrderLink], lines: dict[str, list[Line]]
) -> Iterator[Planted]:
    """What is wrong with a shop's orders, and the settlement lines that have none."""
    for sale in sales:
        if not sale.listed:
            yield _without_order(shop, sale, lines[sale.reference])
            continue
        reason = _OF_FATE.get(sale.fate)
        if sale.fate is Fate.NORMAL and not sale.bookings:
            reason = Reason.NOT_YET_DUE
        if reason:
            link = links[sale.reference]
            places = (Place(link.file, link.row), *_places(link.lines))
            yield Planted(reason, Kind.ORDER, sale.reference, shop.channel, shop.currency,
                          _at_stake(sale), places)  # fmt: skip


def _without_order(shop: Shop, sale: Sale, lines: list[Line]) -> Planted:
    sold = [line for line in lines if line.type is Type.SALE]
    return Planted(
        Reason.SETTLEMENT_WITHOUT_ORDER, Kind.SETTLEMENT_LINE, sale.reference, shop.channel,
        shop.currency, sum(line.amount for line in sold), _places(lines),
    )  # fmt: skip


def _places(lines: Iterable[Line]) -> tuple[Place, ...]:
    return tuple(Place(line.file, line.row) for line in lines)


def _at_stake(sale: Sale) -> int:
    if sale.fate is Fate.REFUND_OWED:
        return sale.refunded
    booked = sum(booking.amount for booking in sale.bookings)
    return abs(sale.paid - booked)


def planted_payouts(payouts: Iterable[PayoutLink]) -> Iterator[Planted]:
    """Payouts that the bank has not seen: lost, or on their way when the month ends."""
    for payout in payouts:
        if not payout.bank and payout.net > 0:
            reason = Reason.PAYOUT_NOT_IN_BANK if _due(payout) else Reason.NOT_YET_DUE
            yield Planted(reason, PAYOUT, payout.group, payout.channel, payout.currency,
                          payout.net, _lines_of(payout))  # fmt: skip


def _due(payout: PayoutLink) -> bool:
    """A payout of the last day is still on its way: platforms pay a day's trades the day after."""
    return payout.date < END


def planted_deposits(
    written: Iterable[tuple[Movement, BankLine]], payouts: dict[str, PayoutLink], currency: str
) -> Iterator[Planted]:
    """Bank lines that are an exception themselves, or make one of the payout they bring.

    Args:
        written: the movements of an account and how its statement shows them.
        payouts: by group.
        currency: of the account.
    """
    for movement, line in written:
        if movement.reason:
            brought = payouts.get(movement.payout)
            yield Planted(
                movement.reason, PAYOUT if brought else Kind.STATEMENT_LINE,
                movement.payout or f"{line.date:%Y-%m-%d}", _channel(movement), currency,
                movement.at_stake or abs(movement.amount), _lines_of(brought) if brought else (),
                line,
            )  # fmt: skip


def _lines_of(payout: PayoutLink) -> tuple[Place, ...]:
    return tuple(Place(payout.file, row) for row in payout.rows)


def _channel(movement: Movement) -> str:
    names = {"财付通": "wechat", "支付宝": "alipay", "AMAZON": "amazon", "SHOPIFY": "shopify"}
    return next((name for sign, name in names.items() if movement.party.startswith(sign)), "")
