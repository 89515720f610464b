"""What the two bank accounts see: payouts coming in, everyday payments, and what goes wrong."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from recon_engine.demo.goods import chinese_name
from recon_engine.demo.sales import END, START
from recon_engine.demo.shops import COMPANY
from recon_engine.demo.truth import PayoutLink
from recon_engine.demo.wechat_pay import MERCHANT
from recon_engine.model.reasons import Reason

WIRE_FEE = 1_500  # cents that a bank on the way keeps of one deposit
_LAST_OF_SEPTEMBER = 126_317  # fen: WeChat's payout for the day before the files begin


@dataclass(frozen=True, slots=True)
class Movement:
    """One movement on a bank account, before it is written down."""

    date: date
    amount: int
    summary: str  # what the bank calls it
    party: str
    note: str = ""
    payout: str = ""  # group of the payout it brings
    reason: Reason | None = None  # the exception it is, if it is one
    at_stake: int = 0  # money the exception is about; 0: all of it


def cny_movements(payouts: list[PayoutLink], rng: Random) -> list[Movement]:
    """The CNY account's month, oldest first: withdrawals, WeChat's day payouts, daily life."""
    wechat = [payout for payout in payouts if payout.channel == "wechat"]
    twice = wechat[len(wechat) // 2].group
    found = [_earlier_wechat()]
    for payout in payouts:
        movement = _withdrawal(payout) if payout.channel == "alipay" else _day_payout(payout)
        if movement.date <= END:
            found.append(movement)
        if movement.date <= END and payout.group == twice:
            found.append(replace(movement, payout="", reason=Reason.DUPLICATE_BANK_LINE))
    found += [*_everyday(rng), *_unknown(payouts, rng)]
    return sorted(found, key=lambda movement: movement.date)


def _withdrawal(payout: PayoutLink) -> Movement:
    return Movement(
        payout.date, payout.net, "网银跨行汇款", "支付宝（中国）网络技术有限公司2155001234",
        f"支付宝提现 {COMPANY}", payout.group,
    )  # fmt: skip


def _day_payout(payout: PayoutLink) -> Movement:
    return Movement(
        payout.date + timedelta(days=1), payout.net, "网联收款", "财付通支付科技有限公司",
        f"微信支付商户结算 {MERCHANT} {payout.group}", payout.group,
    )  # fmt: skip


def _earlier_wechat() -> Movement:
    """The payout of the day before the month: its trades are in last month's bill."""
    return Movement(
        START, _LAST_OF_SEPTEMBER, "网联收款", "财付通支付科技有限公司",
        f"微信支付商户结算 {MERCHANT} 20260930", reason=Reason.BANK_LINE_WITHOUT_PAYOUT,
    )  # fmt: skip


def _everyday(rng: Random) -> list[Movement]:
    """Money out that no platform knows of, and the bank's interest."""
    courier = [
        Movement(START + timedelta(days=day), -rng.randrange(80_000, 160_000), "网银转账",
                 "示例速运有限公司6225880100", "快递费")
        for day in (6, 13, 20, 27)
    ]  # fmt: skip
    others = [
        Movement(date(2026, 10, 12), -rng.randrange(300_000, 500_000), "网银转账",
                 "示例家居制品厂1202020", "货款"),
        Movement(date(2026, 10, 15), -1_865_000, "代发工资", "批量代发", "9月工资"),
        Movement(date(2026, 10, 20), -1_000, "账户管理费", "", "对公账户月费"),
    ]  # fmt: skip
    paid = [replace(m, reason=Reason.UNKNOWN_PAYMENT) for m in [*courier, *others]]
    interest = Movement(date(2026, 10, 21), 2_386, "结息", "", "活期存款利息")
    return [*paid, replace(interest, reason=Reason.UNKNOWN_REMITTANCE)]


def _unknown(payouts: list[PayoutLink], rng: Random) -> list[Movement]:
    """Money from strangers; one has the amount of a list price, as many orders do."""
    person = Movement(
        date(2026, 10, 17), 9_900, "手机转账", f"{chinese_name(rng)}6214830123", "转账",
        reason=Reason.UNKNOWN_REMITTANCE,
    )  # fmt: skip
    largest = max((payout.net for payout in payouts), default=100_000)
    firm = Movement(
        date(2026, 10, 23), largest // 300 * 100, "网银转账", "示例百货商行3301010", "往来款",
        reason=Reason.UNKNOWN_REMITTANCE,
    )  # fmt: skip
    return [person, firm]


def usd_movements(payouts: list[PayoutLink]) -> list[Movement]:
    """The USD account's month: Amazon's and Shopify's deposits and the bank's fee."""
    amazon = [payout for payout in payouts if payout.channel == "amazon" and payout.date <= END]
    shopify = [payout for payout in payouts if payout.channel == "shopify" and payout.date <= END]
    missing = lost_payout(shopify)
    found = [_amazon(payout, last=payout is amazon[-1]) for payout in amazon if payout.net > 0]
    found += [
        Movement(payout.date, payout.net, "", "SHOPIFY PAYMENTS", payout=payout.group)
        for payout in shopify
        if payout is not missing and payout.net > 0
    ]
    found.append(
        Movement(date(2026, 10, 30), -1_200, "", "ACCOUNT FEE", reason=Reason.UNKNOWN_PAYMENT)
    )
    return sorted(found, key=lambda movement: movement.date)


def lost_payout(shopify: list[PayoutLink]) -> PayoutLink | None:
    """The payout that never arrives: one from the middle of the month."""
    arriving = [payout for payout in shopify if payout.date <= END and payout.net > 0]
    return arriving[len(arriving) // 2] if arriving else None


def _amazon(payout: PayoutLink, *, last: bool) -> Movement:
    """A deposit: the last one comes without an id, and a bank on the way keeps its fee."""
    if not last:
        note = f"SETTLEMENT {payout.group}"
        return Movement(payout.date, payout.net, "", "AMAZON PAYMENTS INC", note, payout.group)
    return Movement(
        payout.date, payout.net - WIRE_FEE, "", "AMAZON PAYMENTS INC", payout=payout.group,
        reason=Reason.PAYOUT_DIFFERS, at_stake=WIRE_FEE,
    )  # fmt: skip
