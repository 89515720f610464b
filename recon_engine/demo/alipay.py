"""支付宝: the merchant's account movements (账务明细), with what was withdrawn to the bank."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import NamedTuple

from recon_engine.demo.sales import CLOSES, OPENS, Sale
from recon_engine.demo.sheet import SettlementFile, amount, comma_separated, share
from recon_engine.demo.truth import Line, PayoutLink
from recon_engine.model.records import Type

NAME = "支付宝账务明细.csv"
ACCOUNT = "20885012345670156"
OPENING = 2_000_000  # fen on the account when the month begins
HEADER = (
    "账务流水号", "业务流水号", "商户订单号", "商品名称", "发生时间", "对方账号",
    "收入金额（+元）", "支出金额（-元）", "账户余额（元）", "交易渠道", "业务类型", "备注",
    "业务描述", "业务账单来源", "业务基础订单号", "业务订单号",
)  # fmt: skip
_PREAMBLE = (
    "#支付宝账务明细查询",
    f"#账号：[{ACCOUNT}]",
    "#起始日期：[2026年10月01日 00:00:00]   终止日期：[2026年11月01日 00:00:00]",
    "#-----------------------------------------账务明细列表----------------------------------------",
)
_FIRST_ROW = len(_PREAMBLE) + 2
_COMMISSION_PPM = (20_000, 30_000, 50_000)  # by category
_WITHDRAWN_EVERY_DAYS = 3
_KEPT = 500_000  # fen left on the account at a withdrawal
_WORDS = {
    Type.SALE: "交易付款",
    Type.REFUND: "交易退款",
    Type.COMMISSION: "收费",
    Type.TRANSFER: "提现",
}


class _Move(NamedTuple):
    when: datetime
    turn: int  # keeps movements of one second in the order they were made
    type: Type
    amount: int
    sale: Sale | None = None


def alipay_account(sales: list[Sale], rng: Random) -> SettlementFile:
    """The month's movements, oldest first, with a running balance and the totals below."""
    rows: list[tuple[str, ...]] = []
    lines: dict[str, list[Line]] = {}
    payouts: list[PayoutLink] = []
    balance = OPENING
    for n, move in enumerate(_with_withdrawals(_moves(sales))):
        balance += move.amount
        serial = f"{move.when:%Y%m%d}{3_200_100_000_000 + n * 37 + rng.randrange(37)}"
        rows.append(_row(move, serial, balance, hidden=rng.random() < 0.15))
        line = Line(NAME, _FIRST_ROW + n, serial, move.type, move.amount)
        if move.sale:
            lines.setdefault(move.sale.reference, []).append(line)
        else:
            payouts.append(
                PayoutLink(
                    "alipay", serial, "CNY", move.when.date(), -move.amount, NAME, (line.row,)
                )
            )
    text = "\r\n".join(_PREAMBLE) + "\r\n" + comma_separated([HEADER, *rows]) + _footer(rows)
    return SettlementFile(NAME, text.encode("gb18030"), lines, payouts)


def _moves(sales: list[Sale]) -> list[_Move]:
    moves: list[_Move] = []
    for sale in sales:
        rate = _COMMISSION_PPM[int(sale.items[0].product.sku[-1]) % 3]
        for when, paid in sale.bookings:
            moves.append(_Move(when, len(moves), Type.SALE, paid, sale))
            later = min(when + timedelta(seconds=2), CLOSES - timedelta(seconds=1))
            moves.append(_Move(later, len(moves), Type.COMMISSION, -share(paid, rate), sale))
        moves += [
            _Move(when, len(moves) + n, Type.REFUND, -back, sale)
            for n, (when, back) in enumerate(sale.refunds)
        ]
    return sorted(moves, key=lambda move: (move.when, move.turn))


def _with_withdrawals(moves: list[_Move]) -> Iterator[_Move]:
    """The movements with a withdrawal of whole yuan every few mornings."""
    balance, due = OPENING, OPENS + timedelta(days=1, hours=10)
    for move in [*moves, None]:
        until = move.when if move else CLOSES
        while due < until:
            taken = (balance - _KEPT) // 100 * 100
            if taken > 0:
                balance -= taken
                yield _Move(due, 0, Type.TRANSFER, -taken)
            due += timedelta(days=_WITHDRAWN_EVERY_DAYS, minutes=7)
        if move:
            balance += move.amount
            yield move


def _row(move: _Move, serial: str, balance: int, *, hidden: bool) -> tuple[str, ...]:
    """One movement; ``hidden``: the order's number stands only in another number or the remark."""
    sale = move.sale
    reference = sale.reference if sale else ""
    order = "" if hidden else reference
    merchant = f"T200P{reference}" if sale and move.type is not Type.COMMISSION else ""
    return (
        f"{serial}\t",
        f"{move.when:%Y%m%d}22001{serial[-15:]}\t",
        f"{merchant}\t",
        f"{sale.items[0].product.title if sale else '提现'}\t",
        f"{move.when:%Y-%m-%d %H:%M:%S}",
        f"{_counterparty(move)}\t",
        amount(max(move.amount, 0)),
        amount(min(move.amount, 0)),
        amount(balance),
        "支付宝",
        _WORDS[move.type],
        _remark(move, reference),
        "0030001|交易收入" if move.type is Type.SALE else "",
        "天猫" if sale else "",
        f"{order}\t",
        f"{order}\t",
    )


def _counterparty(move: _Move) -> str:
    if move.type is Type.COMMISSION:
        return "天猫技术有限公司 (tmall***@service.example)"
    if not move.sale:
        return "招商银行(0156)"
    return f"{move.sale.buyer[0]}** (138****{move.sale.reference[-4:]})"


def _remark(move: _Move, reference: str) -> str:
    if move.type is Type.COMMISSION:
        return f"天猫佣金（类目）{{{reference}}}"
    if move.type is Type.REFUND:
        return f"售后退款-T200P{reference}"
    return "" if move.sale else "提现到银行卡"


def _footer(rows: list[tuple[str, ...]]) -> str:
    """The totals, counted from the rows' own cells."""
    cents = [int(row[6].replace(".", "")) + int(row[7].replace(".", "")) for row in rows]
    spent, earned = [c for c in cents if c < 0], [c for c in cents if c > 0]
    lines = (
        "#-----------------------------------------账务明细列表结束------------------------------------",
        f"#支出合计：{len(spent)}笔，共{amount(sum(spent))}元",
        f"#收入合计：{len(earned)}笔，共{amount(sum(earned))}元",
        "#导出时间：[2026年11月02日 09:12:45]",
    )
    return "\r\n".join(lines) + "\r\n"
