"""微信支付: the merchant's trade bill (交易账单) and the day payouts that follow from it."""

from datetime import date, datetime
from itertools import groupby
from random import Random
from typing import NamedTuple

from recon_engine.demo.sales import Sale
from recon_engine.demo.sheet import SettlementFile, amount, share
from recon_engine.demo.truth import Line, PayoutLink
from recon_engine.model.records import Type

NAME = "微信支付交易账单.csv"
MERCHANT = "1900000109"
HEADER = (
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,"
    "付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,"
    "退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注"
)
TOTALS_HEADER = (
    "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额"
)
FEE_PPM = 6_000
_BANKS = ("OTHERS", "CMB_DEBIT", "ICBC_DEBIT", "CFT", "CCB_CREDIT")


class _Trade(NamedTuple):
    when: datetime
    type: Type
    amount: int  # positive for a sale, negative for a refund
    sale: Sale

    @property
    def fee(self) -> int:
        """Fee kept back (negative) or given back with a refund (positive)."""
        return -share(self.amount, FEE_PPM)


def wechat_bill(sales: list[Sale], rng: Random) -> SettlementFile:
    """The month's bill, oldest trade first."""
    trades = sorted(
        [_Trade(b.when, Type.SALE, b.amount, sale) for sale in sales for b in sale.bookings]
        + [_Trade(b.when, Type.REFUND, -b.amount, sale) for sale in sales for b in sale.refunds],
        key=lambda trade: (trade.when, trade.sale.reference),
    )
    lines: dict[str, list[Line]] = {}
    text = [HEADER]
    numbers: dict[str, str] = {}  # a refund names the payment it gives back
    for n, trade in enumerate(trades):
        number = f"{trade.when:%Y%m%d}{n * 97 + rng.randrange(97):013d}"
        paid = numbers.setdefault(trade.sale.reference, f"4200002{number}")
        refund = "" if trade.type is Type.SALE else f"5030000{number}"
        text.append(_row(trade, paid, refund, rng))
        line = Line(NAME, n + 2, refund or paid, trade.type, trade.amount, trade.fee)
        lines.setdefault(trade.sale.reference, []).append(line)
    text += [TOTALS_HEADER, _totals(trades), ""]
    content = "\r\n".join(text).encode("utf-8-sig")
    return SettlementFile(NAME, content, lines, _payouts(trades))


def _row(trade: _Trade, paid: str, refund: str, rng: Random) -> str:
    refunded = amount(-trade.amount) if refund else "0.00"
    settled = "0.00" if refund else amount(trade.amount)
    buyer = f"oUpF8u{int(trade.sale.reference[-10:]) * 7919:x}"
    cells = (
        f"{trade.when:%Y-%m-%d %H:%M:%S}", "wx0123456789abcdef", MERCHANT, "0", "", paid,
        trade.sale.reference, buyer, "JSAPI", "REFUND" if refund else "SUCCESS",
        rng.choice(_BANKS), "CNY", settled, "0.00", refund or "0",
        f"RF{trade.sale.reference}" if refund else "0", refunded, "0.00",
        "ORIGINAL" if refund else "", "SUCCESS" if refund else "",
        trade.sale.items[0].product.title, "", f"{amount(-trade.fee)}000", "0.60%", settled,
        refunded, "",
    )  # fmt: skip
    return ",".join(f"`{cell}" for cell in cells)


def _totals(trades: list[_Trade]) -> str:
    sold = sum(trade.amount for trade in trades if trade.type is Type.SALE)
    refunded = -sum(trade.amount for trade in trades if trade.type is Type.REFUND)
    fees = -sum(trade.fee for trade in trades)
    cells = (
        str(len(trades)), amount(sold), amount(refunded), "0.00", f"{amount(fees)}000",
        amount(sold), amount(refunded),
    )  # fmt: skip
    return ",".join(f"`{cell}" for cell in cells)


def _payouts(trades: list[_Trade]) -> list[PayoutLink]:
    """A payout a day of all its trades less fees; a day in the red is held back to the next."""
    payouts: list[PayoutLink] = []
    net, rows, n = 0, [], 2
    for day, trades_of_day in groupby(trades, key=lambda trade: trade.when.date()):
        for trade in trades_of_day:
            net += trade.amount + trade.fee
            rows.append(n)
            n += 1
        if net > 0:
            payouts.append(_payout(day, net, rows))
            net, rows = 0, []
    return payouts


def _payout(day: date, net: int, rows: list[int]) -> PayoutLink:
    return PayoutLink("wechat", f"{day:%Y%m%d}", "CNY", day, net, NAME, tuple(rows))
