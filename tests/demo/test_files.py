"""Each file agrees with itself: totals, running balances, encodings, ids, as the real ones do."""

import functools
import re
from itertools import pairwise

import pytest

from recon_engine.demo import DemoMonth, make_month
from tests.demo import readers
from tests.demo.readers import minor

SEEDS = range(1, 6)
ORDERS = 300


@functools.cache
def month(seed: int) -> DemoMonth:
    return make_month(ORDERS, seed)


def settlements(seed: int) -> dict[str, bytes]:
    files = month(seed).files
    return {name: files[name] for name in files if name.startswith("amazon_settlement_")}


def test_same_seed_same_bytes_other_seed_other_month() -> None:
    again = make_month(ORDERS, 1)
    assert again == month(1)
    assert again.truth.to_json() == month(1).truth.to_json()
    other = month(2)
    differing = {n for n in other.files if other.files[n] != again.files.get(n)}
    assert differing == set(other.files)


def test_no_clock_in_the_workbook() -> None:
    content = month(1).files["微信小程序订单.xlsx"]
    assert readers.stamps(content) == {(2026, 11, 1, 0, 0, 0)}


def test_too_few_orders_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 100"):
        make_month(99, 1)


@pytest.mark.parametrize("orders", [100, 101])
def test_the_smallest_month_has_every_file(orders: int) -> None:
    assert len(make_month(orders, 3).files) == 12


@pytest.mark.parametrize("seed", SEEDS)
def test_alipay_balances_and_totals_agree_with_its_rows(seed: int) -> None:
    preamble, rows, footer = readers.alipay(month(seed).files["支付宝账务明细.csv"])
    assert len(preamble) == 4
    signed, balances = [], []
    for row in rows.values():
        income, expense = minor(row["收入金额（+元）"]), minor(row["支出金额（-元）"])
        assert income >= 0 >= expense
        assert bool(income) != bool(expense)
        signed.append(income + expense)
        balances.append(minor(row["账户余额（元）"]))
        assert row["账务流水号"].endswith("\t")
    assert all(
        after - before == move
        for (before, after), move in zip(pairwise(balances), signed[1:], strict=True)
    )
    assert min(balances) >= 0
    for sign, line in ((-1, footer[1]), (1, footer[2])):
        told = re.fullmatch(r"#[支收][出入]合计：(\d+)笔，共(-?[\d.]+)元", line)
        assert told
        side = [move for move in signed if move * sign > 0]
        assert (int(told[1]), minor(told[2])) == (len(side), sum(side))


@pytest.mark.parametrize("seed", SEEDS)
def test_alipay_rows_are_in_the_month_and_in_order(seed: int) -> None:
    _, rows, _ = readers.alipay(month(seed).files["支付宝账务明细.csv"])
    times = [row["发生时间"] for row in rows.values()]
    assert times == sorted(times)
    assert times[0] >= "2026-10-01"
    assert times[-1] < "2026-11-01"
    assert {row["业务类型"] for row in rows.values()} == {"交易付款", "交易退款", "收费", "提现"}


@pytest.mark.parametrize("seed", SEEDS)
def test_alipay_names_the_order_somewhere_on_every_line_of_one(seed: int) -> None:
    _, rows, _ = readers.alipay(month(seed).files["支付宝账务明细.csv"])
    for order in month(seed).truth.orders:
        for line in order.lines if order.channel == "tmall" else ():
            row = rows[line.row]
            said = row["商户订单号"] + row["业务基础订单号"] + row["备注"]
            assert order.reference in said
            assert row["账务流水号"].strip() == line.id


@pytest.mark.parametrize("seed", SEEDS)
def test_wechat_totals_agree_with_its_rows(seed: int) -> None:
    rows, totals = readers.wechat(month(seed).files["微信支付交易账单.csv"])
    sums = {
        "应结订单总金额": "应结订单金额",
        "退款总金额": "退款金额",
        "订单总金额": "订单金额",
        "申请退款总金额": "申请退款金额",
        "手续费总金额": "手续费",
    }
    for total, column in sums.items():
        assert minor(totals[total]) == sum(minor(row[column]) for row in rows.values())
    assert int(totals["总交易单数"]) == len(rows)
    for row in rows.values():
        moved = minor(row["应结订单金额"]) - minor(row["退款金额"])
        assert abs(minor(row["手续费"]) * 1000 - moved * 6) <= 500
        assert len(row["微信订单号"]) == 28


@pytest.mark.parametrize("seed", SEEDS)
def test_amazon_amounts_add_up_to_the_deposit_and_reserves_carry_over(seed: int) -> None:
    reserve = 0
    layouts = []
    for content in settlements(seed).values():
        summary, rows = readers.amazon(content)
        assert sum(readers.amazon_amount(row) for row in rows.values()) == minor(
            summary["total-amount"]
        )
        layouts.append("amount-type" in summary)
        kept = {}
        for row in rows.values():
            words = row.get("amount-description") or row["transaction-type"]
            if "Reserve" in words:
                kept[words] = readers.amazon_amount(row)
        assert kept.get("Previous Reserve Amount Balance", 0) == reserve
        reserve = -kept.get("Current Reserve Amount", 0)
    assert layouts == [False, True, True]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_settlement_straddles_each_end_of_the_month(seed: int) -> None:
    spans = []
    for content in settlements(seed).values():
        summary, rows = readers.amazon(content)
        assert all(row["posted-date"][:10] <= "2026-10-31" for row in rows.values())
        start, end, deposit = (
            summary[f"settlement-{part}-date"][:10]
            if part != "deposit"
            else summary["deposit-date"][:10]
            for part in ("start", "end", "deposit")
        )
        spans.append((start, end, deposit))
    assert spans[0][0] < "2026-10-01" < spans[0][1]
    assert spans[-1][2] > "2026-10-31"


@pytest.mark.parametrize("seed", SEEDS)
def test_shopify_net_is_amount_less_fee(seed: int) -> None:
    rows = readers.table(month(seed).files["shopify_payment_transactions.csv"].decode("utf-8"))
    for row in rows.values():
        assert minor(row["Net"]) == minor(row["Amount"]) - minor(row["Fee"])
        if row["Type"] == "refund":
            assert minor(row["Amount"]) < 0 == minor(row["Fee"])


@pytest.mark.parametrize("seed", SEEDS)
def test_shopify_orders_carry_their_fields_once_and_add_up(seed: int) -> None:
    rows = readers.table(month(seed).files["shopify_orders_export.csv"].decode("utf-8"))
    firsts = [row for row in rows.values() if row["Id"]]
    assert len({row["Name"] for row in firsts}) == len(firsts)
    for first in firsts:
        items = [row for row in rows.values() if row["Name"] == first["Name"]]
        goods = sum(int(row["Lineitem quantity"]) * minor(row["Lineitem price"]) for row in items)
        assert goods - minor(first["Discount Amount"]) == minor(first["Subtotal"])
        parts = ("Subtotal", "Shipping", "Taxes")
        assert sum(minor(first[part]) for part in parts) == minor(first["Total"])


@pytest.mark.parametrize("seed", SEEDS)
def test_bank_balances_agree_with_their_rows(seed: int) -> None:
    rows = list(readers.table(month(seed).files["招商银行流水.csv"].decode("utf-8")).values())
    for before, after in pairwise(rows):
        assert before["记账日期"] <= after["记账日期"]
        moved = minor(after["联机余额"]) - minor(before["联机余额"])
        assert moved == minor(after["交易金额"])
    opening, moves, closing = readers.mt940(month(seed).files["usd_account.sta"])
    assert opening + sum(amount for _, amount, _ in moves) == closing
    assert all(len(text) <= 65 for _, _, text in moves)


@pytest.mark.parametrize("seed", SEEDS)
def test_order_ids_are_guarded_as_the_seller_desk_guards_them(seed: int) -> None:
    rows = readers.table(month(seed).files["天猫订单.csv"].decode("gb18030"))
    for row in rows.values():
        assert re.fullmatch(r'="\d{19}"', row["订单编号"])
        assert row["支付单号"] == "" or row["支付单号"].endswith("\t")
        parts = minor(row["买家应付货款"]) + minor(row["买家应付邮费"])
        assert parts == minor(row["总金额"])


@pytest.mark.parametrize("seed", SEEDS)
def test_wechat_orders_leave_repeated_fields_empty_for_some(seed: int) -> None:
    header, *rows = readers.sheet(month(seed).files["微信小程序订单.xlsx"]).values()
    assert header[0] == "订单编号"
    empty = [row for row in rows if row[0] is None]
    repeated = [a for a, b in pairwise(rows) if a[0] and a[0] == b[0]]
    assert empty
    assert repeated
    assert all(row[8] for row in rows)  # the quantity stands on every row
