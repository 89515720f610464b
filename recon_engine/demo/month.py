"""The month as a whole: every file, and the truth that belongs to them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from recon_engine.demo.alipay import alipay_account
from recon_engine.demo.amazon_account import amazon_settlements
from recon_engine.demo.amazon_orders import amazon_orders
from recon_engine.demo.amazon_settlement import settlement_file
from recon_engine.demo.cmb import NAME as CMB_NAME
from recon_engine.demo.cmb import cmb_statement, cmb_text
from recon_engine.demo.courier import GoodsFiles, goods_files
from recon_engine.demo.deposits import Movement, cny_movements, usd_movements
from recon_engine.demo.planted import planted_deposits, planted_payouts, planted_sales
from recon_engine.demo.sales import END, START, Sale, Shop, draw_sales
from recon_engine.demo.sheet import OrderFile, SettlementFile
from recon_engine.demo.shopify_orders import shopify_orders
from recon_engine.demo.shopify_payments import shopify_payments
from recon_engine.demo.shops import COMPANY, SHARES_PERCENT, shops
from recon_engine.demo.tmall import tmall_orders
from recon_engine.demo.truth import BankLine, Line, OrderLink, PayoutLink, Planted, Truth
from recon_engine.demo.usd_account import NAME as USD_NAME
from recon_engine.demo.usd_account import usd_statement, usd_text
from recon_engine.demo.wechat_orders import wechat_orders
from recon_engine.demo.wechat_pay import wechat_bill

ORDERS_MIN = 100  # fewer leave some platform without a payout


@dataclass(frozen=True, slots=True)
class DemoMonth:
    """A month's files by name, as bytes, and what is true of them."""

    files: dict[str, bytes]
    truth: Truth


@dataclass(frozen=True, slots=True)
class _Channel:
    """One shop with all that was drawn and written for it."""

    shop: Shop
    sales: list[Sale]
    orders: OrderFile
    settlements: list[SettlementFile]


def make_month(orders: int, seed: int, *, goods: bool = False) -> DemoMonth:
    """A seller's month; the same arguments always give the same bytes.

    Args:
        orders: how many sales on all platforms together; at least ORDERS_MIN.
        seed: another seed is another month.
        goods: with what the Tmall shop shipped, was billed for it and got back; the files of the
            money are the same.

    Raises:
        ValueError: too few orders to make a month of four platforms.
    """
    if orders < ORDERS_MIN:
        raise ValueError(f"a month needs at least {ORDERS_MIN} orders, not {orders}")
    channels = [_channel(shop, orders, seed) for shop in shops().values()]
    payouts = [p for channel in channels for file in channel.settlements for p in file.payouts]
    cny = cny_movements([p for p in payouts if p.currency == "CNY"], Random(f"{seed}:bank"))
    usd = usd_movements([p for p in payouts if p.currency == "USD"])
    written = [(m, BankLine(CMB_NAME, m.date, m.amount, cmb_text(m))) for m in cny]
    wired = [(m, BankLine(USD_NAME, m.date, m.amount, usd_text(m))) for m in usd]
    payouts = _banked(payouts, [*written, *wired])
    links = {channel.shop.channel: _order_links(channel) for channel in channels}
    planted: list[Planted] = []
    for channel in channels:
        found = {link.reference: link for link in links[channel.shop.channel]}
        planted += planted_sales(channel.shop, channel.sales, found, _lines(channel))
    planted += planted_payouts(payouts)
    groups = {payout.group: payout for payout in payouts}
    for deposits, currency in ((written, "CNY"), (wired, "USD")):
        planted += planted_deposits(deposits, groups, currency)
    every_order = tuple(link for of_channel in links.values() for link in of_channel)
    files = _files(channels, cny, usd)
    if goods:
        shipped = _goods(channels, links["tmall"], seed)
        files |= shipped.files
        planted += shipped.planted
    truth = Truth(seed, START, END, COMPANY, every_order, tuple(payouts), tuple(planted))
    return DemoMonth(files, truth)


def _goods(channels: list[_Channel], links: list[OrderLink], seed: int) -> GoodsFiles:
    sales = next(channel.sales for channel in channels if channel.shop.channel == "tmall")
    return goods_files(sales, {link.reference: link for link in links}, Random(f"{seed}:goods"))


def write_month(month: DemoMonth, folder: Path) -> list[Path]:
    """Writes the files into ``folder/files`` and ``truth.json`` beside them.

    Returns:
        The files' paths, in the order in which the month names them.
    """
    target = folder / "files"
    target.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, content in month.files.items():
        paths.append(target / name)
        paths[-1].write_bytes(content)
    (folder / "truth.json").write_bytes(month.truth.to_json().encode("utf-8"))
    return paths


def _channel(shop: Shop, orders: int, seed: int) -> _Channel:
    """Each shop draws from a source of its own, so that one never shifts another."""
    rng = Random(f"{seed}:{shop.channel}")
    sales = draw_sales(shop, orders * SHARES_PERCENT[shop.channel] // 100, rng)
    match shop.channel:
        case "tmall":
            return _Channel(shop, sales, tmall_orders(sales), [alipay_account(sales, rng)])
        case "wechat":
            return _Channel(shop, sales, wechat_orders(sales), [wechat_bill(sales, rng)])
        case "amazon":
            settlements = [
                settlement_file(settlement, wide=n == 0)
                for n, settlement in enumerate(amazon_settlements(sales))
            ]
            return _Channel(shop, sales, amazon_orders(sales), settlements)
        case _:
            return _Channel(shop, sales, shopify_orders(sales), [shopify_payments(sales, rng)])


def _lines(channel: _Channel) -> dict[str, list[Line]]:
    """Each order's settlement lines over all files of its platform."""
    lines: dict[str, list[Line]] = {}
    for file in channel.settlements:
        for reference, found in file.lines.items():
            lines.setdefault(reference, []).extend(found)
    return lines


def _order_links(channel: _Channel) -> list[OrderLink]:
    lines = _lines(channel)
    return [
        OrderLink(
            reference=sale.reference,
            channel=channel.shop.channel,
            currency=channel.shop.currency,
            file=channel.orders.name,
            row=channel.orders.rows[sale.reference],
            date=sale.placed.date(),
            amount=sale.paid,
            refunded=sale.refunded,
            cancelled=sale.cancelled,
            lines=tuple(lines.get(sale.reference, ())),
        )
        for sale in channel.sales
        if sale.listed
    ]


def _banked(
    payouts: list[PayoutLink], deposits: Iterable[tuple[Movement, BankLine]]
) -> list[PayoutLink]:
    """The payouts with the bank lines that brought them; a payout's group is unique."""
    brought: dict[str, list[BankLine]] = {}
    for movement, line in deposits:
        if movement.payout:
            brought.setdefault(movement.payout, []).append(line)
    return [replace(payout, bank=tuple(brought.get(payout.group, ()))) for payout in payouts]


def _files(channels: list[_Channel], cny: list[Movement], usd: list[Movement]) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    for channel in channels:
        files[channel.orders.name] = channel.orders.content
        files |= {file.name: file.content for file in channel.settlements}
    return files | {CMB_NAME: cmb_statement(cny), USD_NAME: usd_statement(usd)}
