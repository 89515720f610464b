"""Checks beside a hand calculation: one thing is changed in a month that is all alike."""

from dataclasses import replace

import pytest

from recon_engine.control.monitor.run import findings
from recon_engine.messages import Language
from recon_engine.model.findings import Code, Finding
from recon_engine.model.policy import FeeRule, default_policy
from recon_engine.report.finding_words import sentence

from .shop import Rows, closed, month

ENGLISH = "Douyin shop charged 6.50 % on 20 orders where the contract says 5.00 %"
CONTRACT = replace(default_policy(), fees=(FeeRule("commission", "douyin", 50_000),))


def only(orders: Rows, code: Code) -> Finding:
    (found,) = [each for each in findings(closed(orders, CONTRACT)) if each.code is code]
    return found


def test_a_month_that_is_all_alike_has_nothing_unusual():
    assert findings(closed(month(), CONTRACT)) == ()


def test_fee_above_contract():
    """Eight orders are charged 6.50 where 5 % of 100.00 is 5.00: 8 × 1.50 = 12.00.

    12.00 is less than is worth telling (20.00); with twenty such orders it is 30.00.
    """
    orders = month()
    for order in orders[:8]:
        order["commission"] = 6_50
    assert findings(closed(orders, CONTRACT)) == ()
    for order in orders[:20]:
        order["commission"] = 6_50
    found = only(orders, Code.FEE_ABOVE_CONTRACT)
    assert (found.at_stake, found.count) == (20 * 1_50, 20)
    assert found.figures == {"rate_ppm": 65_000, "contract_ppm": 50_000}
    assert set(found.records) == {f"o{n}" for n in range(20)}


def test_fee_that_rose():
    """5.00 to 6.00 on what is settled from 16 October on.

    Orders of 13 to 28 October are settled by then and within the month: 16 days × 4 orders.
    """
    orders = month()
    for order in orders:
        order["commission"] = 6_00 if order["day"] + order["wait"] >= 15 else 5_00
    found = only(orders, Code.FEE_ROSE)
    assert found.figures["before_ppm"] == 50_000
    assert found.figures["after_ppm"] == 60_000
    assert str(found.figures["since_on"]) == "2026-10-16"
    assert (found.count, found.at_stake) == (64, 64 * 1_00)


def test_short_payments_on_one_product():
    """Every paid order of cup 2 comes 10.00 short, 19 in all: 190.00."""
    orders = month()
    short = [o for o in orders if o["product"] == "cup 2" and o["day"] + o["wait"] <= 30]
    for order in short:
        order["paid"] = 90_00
    found = only(orders, Code.SHORT_PAID_CLUSTER)
    assert (found.subject, found.count, found.at_stake) == ("cup 2", len(short), len(short) * 10_00)
    assert found.figures["usual_ppm"] == 0


def test_refunds_on_one_product():
    """Every paid order of cup 2 is given back whole."""
    orders = month()
    back = [o for o in orders if o["product"] == "cup 2" and o["day"] + o["wait"] <= 30]
    for order in back:
        order["back"] = order["price"]
    found = only(orders, Code.REFUND_CLUSTER)
    assert (found.subject, found.count) == ("cup 2", len(back))
    assert found.at_stake == len(back) * 100_00


def test_orders_that_wait_longer_than_before():
    """Three days until 10 October, eight days from then on."""
    orders = month()
    for order in orders:
        order["wait"] = 8 if order["day"] >= 10 else 3
    found = only(orders, Code.PAYS_LATER)
    assert (found.figures["before_days"], found.figures["after_days"]) == (3, 8)
    assert str(found.figures["since_on"]) == "2026-10-11"


def test_one_buyer_of_much():
    """A buyer of one order of 6,000.00 among 123 of 100.00: 6,000 of 18,300 is 32.79 %."""
    orders = month()
    orders[5] |= {"price": 6_000_00, "paid": 6_000_00, "commission": 300_00}
    found = only(orders, Code.BUYER_CONCENTRATION)
    assert (found.subject, found.at_stake) == ("buyer 5", 6_000_00)
    assert found.figures["share_ppm"] == 6_000_000_000 // 18_300


def test_days_that_are_not_in_the_file():
    """Nine orders a day, none on 14 and 15 October: 18 × 100.00 are missing."""
    orders = [o | {"n": o["n"] * 3 + k} for o in month() for k in range(3)]
    kept = [o for o in orders if o["day"] not in {13, 14}]
    told = [f for f in findings(closed(kept, CONTRACT)) if f.code is Code.MISSING_DAYS]
    assert {str(f.figures["kind"]) for f in told} == {"order", "settlement_line"}
    orders_gap = next(f for f in told if f.figures["kind"] == "order")
    days = (orders_gap.figures["first_on"], orders_gap.figures["last_on"])
    assert [str(day) for day in days] == ["2026-10-14", "2026-10-15"]
    assert orders_gap.at_stake == 2 * 12 * 100_00


def test_a_product_that_loses():
    """Cup 3 brings 100.00 and is charged 130.00: 30.00 lost on each settled order."""
    orders = month()
    lost = [o for o in orders if o["product"] == "cup 3" and o["day"] + o["wait"] <= 30]
    for order in lost:
        order["commission"] = 130_00
    found = only(orders, Code.PRODUCT_LOSES)
    assert (found.subject, found.at_stake) == ("cup 3", len(lost) * 30_00)


def test_the_order_of_rows_changes_nothing():
    orders = month()
    for order in orders[:20]:
        order["commission"] = 6_50
    assert findings(closed(orders, CONTRACT)) == findings(closed(orders, CONTRACT, turned=True))


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (Language.EN, f"{ENGLISH}: 30.00 CNY too much."),
        (Language.ZH_HANS, "抖店 shop 对 20 笔订单收费 6.50 %，合同为 5.00 %，多收 30.00 CNY。"),
        (Language.ZH_HANT, "抖店 shop 對 20 筆訂單收費 6.50 %，合約為 5.00 %，多收 30.00 CNY。"),
    ],
)  # fmt: skip
def test_a_finding_is_one_sentence(language: Language, said: str):
    orders = month()
    for order in orders[:20]:
        order["commission"] = 6_50
    assert sentence(only(orders, Code.FEE_ABOVE_CONTRACT), language) == said
