"""The truth agrees with the files: every link's rows are there and their sums close."""

import functools
from collections import Counter

import pytest

from recon_engine.demo import DemoMonth, Truth, make_month, write_month
from recon_engine.model.reasons import Reason
from recon_engine.model.records import Type
from tests.demo import readers
from tests.demo.readers import Row, minor

SEEDS = range(1, 6)
ORDERS = 300
MONEY = (Type.SALE, Type.REFUND, Type.FREIGHT)


@functools.cache
def month(seed: int) -> DemoMonth:
    return make_month(ORDERS, seed)


def settlement_amounts(seed: int) -> dict[tuple[str, int], tuple[int, int]]:
    """(before fee, fee) of every settlement row, read from the files."""
    found: dict[tuple[str, int], tuple[int, int]] = {}
    for name, content in month(seed).files.items():
        if name == "支付宝账务明细.csv":
            _, rows, _ = readers.alipay(content)
            found |= {(name, n): (_alipay(row), 0) for n, row in rows.items()}
        elif name == "微信支付交易账单.csv":
            rows, _ = readers.wechat(content)
            found |= {
                (name, n): (minor(r["应结订单金额"]) - minor(r["退款金额"]), -minor(r["手续费"]))
                for n, r in rows.items()
            }
        elif name.startswith("amazon_settlement_"):
            _, rows = readers.amazon(content)
            found |= {(name, n): (readers.amazon_amount(row), 0) for n, row in rows.items()}
        elif name == "shopify_payment_transactions.csv":
            rows = readers.table(content.decode("utf-8"))
            found |= {(name, n): (minor(r["Amount"]), -minor(r["Fee"])) for n, r in rows.items()}
    return found


def _alipay(row: Row) -> int:
    return minor(row["收入金额（+元）"]) + minor(row["支出金额（-元）"])


def order_amounts(seed: int) -> dict[tuple[str, int], tuple[str, int]]:
    """(reference, amount) at the first row of every order, read from the files."""
    files = month(seed).files
    found: dict[tuple[str, int], tuple[str, int]] = {}
    name = "天猫订单.csv"
    for n, row in readers.table(files[name].decode("gb18030")).items():
        found[name, n] = (row["订单编号"].strip('="'), minor(row["总金额"]))
    name = "amazon_orders.csv"
    for n, row in readers.table(files[name].decode("utf-8")).items():
        found[name, n] = (row["Order ID"], minor(row["Amount"]))
    name = "shopify_orders_export.csv"
    for n, row in readers.table(files[name].decode("utf-8")).items():
        if row["Id"]:
            found[name, n] = (row["Name"], minor(row["Total"]))
    name = "微信小程序订单.xlsx"
    seen: set[str] = set()
    for n, cells in readers.sheet(files[name]).items():
        if n > 1 and cells[0] and cells[0] not in seen:
            seen.add(cells[0])
            found[name, n] = (cells[0], minor(cells[2] or ""))
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_every_order_of_the_files_is_in_the_truth_at_its_row(seed: int) -> None:
    told = {(o.file, o.row): (o.reference, o.amount) for o in month(seed).truth.orders}
    assert told == order_amounts(seed)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_line_of_an_order_has_the_amount_of_its_row(seed: int) -> None:
    rows = settlement_amounts(seed)
    lines = [line for order in month(seed).truth.orders for line in order.lines]
    assert lines
    assert all(rows[line.file, line.row] == (line.amount, line.fee) for line in lines)
    assert len({(line.file, line.row) for line in lines}) == len(lines)


@pytest.mark.parametrize("seed", SEEDS)
def test_an_orders_lines_bring_what_it_was_sold_for_unless_it_was_planted(seed: int) -> None:
    truth = month(seed).truth
    stake = {(p.channel, p.reference): p for p in truth.planted}
    signs = {
        Reason.UNPAID: -1,
        Reason.NOT_YET_DUE: -1,
        Reason.SHORT_PAID: -1,
        Reason.OVER_PAID: 1,
        Reason.PAID_TWICE: 1,
        Reason.REFUND_NOT_PAID_OUT: 1,
    }
    for order in truth.orders:
        settled = sum(line.amount for line in order.lines if line.type in MONEY)
        expected = 0 if order.cancelled else order.amount
        if not order.cancelled and order.channel != "amazon":  # whose list shows no refunds
            expected -= order.refunded
        if order.channel == "amazon":
            expected += sum(line.amount for line in order.lines if line.type is Type.REFUND)
        planted = stake.get((order.channel, order.reference))
        difference = signs[planted.reason] * planted.amount if planted else 0
        assert settled - expected == difference, order


@pytest.mark.parametrize("seed", SEEDS)
def test_a_payouts_lines_add_up_to_its_net_and_the_bank_brought_it(seed: int) -> None:
    rows = settlement_amounts(seed)
    truth = month(seed).truth
    differing = {p.reference: p.amount for p in truth.planted if p.reason is Reason.PAYOUT_DIFFERS}
    for payout in truth.payouts:
        net = sum(sum(rows[payout.file, row]) for row in payout.rows)
        assert (-net if payout.channel == "alipay" else net) == payout.net
        if payout.bank:
            brought = sum(line.amount for line in payout.bank)
            assert brought == payout.net - differing.get(payout.group, 0)


@pytest.mark.parametrize("seed", SEEDS)
def test_no_settlement_line_is_in_two_payouts_and_groups_are_unique(seed: int) -> None:
    payouts = month(seed).truth.payouts
    places = [(payout.file, row) for payout in payouts for row in payout.rows]
    assert len(places) == len(set(places))
    assert len({payout.group for payout in payouts}) == len(payouts)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_bank_line_is_brought_by_a_payout_or_planted(seed: int) -> None:
    files, truth = month(seed).files, month(seed).truth
    shown = Counter(
        ("招商银行流水.csv", row["记账日期"].replace("-", "")[2:], minor(row["交易金额"]))
        for row in readers.table(files["招商银行流水.csv"].decode("utf-8")).values()
    )
    _, moves, _ = readers.mt940(files["usd_account.sta"])
    shown.update(("usd_account.sta", day, amount) for day, amount, _ in moves)
    told = [line for payout in truth.payouts for line in payout.bank]
    told += [p.bank for p in truth.planted if p.bank and p.reason is not Reason.PAYOUT_DIFFERS]
    assert shown == Counter((line.file, f"{line.date:%y%m%d}", line.amount) for line in told)


@pytest.mark.parametrize("seed", SEEDS)
def test_everything_that_goes_wrong_in_a_month_is_planted(seed: int) -> None:
    planted = {p.reason for p in month(seed).truth.planted}
    assert planted >= {
        Reason.UNPAID,
        Reason.NOT_YET_DUE,
        Reason.SHORT_PAID,
        Reason.OVER_PAID,
        Reason.PAID_TWICE,
        Reason.REFUND_NOT_PAID_OUT,
        Reason.SETTLEMENT_WITHOUT_ORDER,
        Reason.PAYOUT_NOT_IN_BANK,
        Reason.PAYOUT_DIFFERS,
        Reason.BANK_LINE_WITHOUT_PAYOUT,
        Reason.UNKNOWN_REMITTANCE,
        Reason.UNKNOWN_PAYMENT,
        Reason.DUPLICATE_BANK_LINE,
    }
    orders = month(seed).truth.orders
    assert any(order.cancelled for order in orders)
    assert any(order.date.month == 9 and order.lines for order in orders)
    sales = [[line for line in o.lines if line.type is Type.SALE] for o in orders]
    assert any(len(lines) > 1 for lines in sales)


def test_amounts_collide_as_list_prices_do() -> None:
    amounts = Counter(order.amount for order in make_month(2000, 1).truth.orders)
    assert amounts.most_common(1)[0][1] > 40


def test_the_truth_survives_its_own_file(tmp_path) -> None:
    paths = write_month(month(1), tmp_path)
    assert [path.name for path in paths] == list(month(1).files)
    assert all(path.read_bytes() == month(1).files[path.name] for path in paths)
    told = (tmp_path / "truth.json").read_text(encoding="utf-8")
    assert Truth.from_json(told) == month(1).truth
