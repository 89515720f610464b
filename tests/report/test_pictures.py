"""The figures behind the pictures agree with the other reports and with a calculation by hand."""

from datetime import date

import polars as pl

from recon_engine.control.monitor.facts import Facts
from recon_engine.messages import Language
from recon_engine.report import pictures
from recon_engine.report.analysis import analysis_section
from recon_engine.report.data import BarChart, HeatMap, Trend
from recon_engine.report.flow import flow
from tests.control.shop import EACH_DAY, PRICE, closed, month


def test_money_by_day_adds_up_to_the_other_reports():
    close = closed(month())
    days = pictures.by_day(close, "CNY")
    assert days["sold"].to_list() == [EACH_DAY * PRICE] * 31
    assert days["sold"].sum() == close.receivables["sold"].sum()
    assert days["settled"].sum() == flow(close)["CNY"]["net"]
    # Nothing is settled on the first three days, then four orders of 100.00 less 5.00 a day.
    assert days["settled"].to_list() == [0] * 3 + [EACH_DAY * 95_00] * 28
    assert pictures.by_platform(Facts(close)).rows() == [("CNY", "douyin", 31 * EACH_DAY * PRICE)]


def test_days_to_cash_by_the_week_the_money_came():
    """Three days, from 11 October on eight: money of the week of 19 October waited eight days."""
    orders = month()
    for order in orders:
        order["wait"] = 8 if order["day"] >= 10 else 3
    found = pictures.days_to_cash(Facts(closed(orders)))
    told = dict(found.select("week", "days").iter_rows())
    assert told == {date(2026, 9, 28): 3, date(2026, 10, 5): 3, date(2026, 10, 12): 3,
                    date(2026, 10, 19): 8, date(2026, 10, 26): 8}  # fmt: skip
    # Of the week of 12 October only what came on the 12th and 13th: orders of 9 and 10 October.
    assert found.filter(pl.col("week") == date(2026, 10, 12))["orders"].item() == 2 * EACH_DAY


def test_the_section_says_that_nothing_is_unusual_and_has_its_pictures():
    section = analysis_section(closed(month()), Language.ZH_HANS)
    assert section.lead == "没有发现异常。以下为未收订单的资金预测与图表。"
    shapes = {type(part) for part in section.parts}
    assert {Trend, HeatMap, BarChart} <= shapes
    (bars,) = [part for part in section.parts if isinstance(part, BarChart)]
    assert [bar.label for bar in bars.bars] == ["抖店 100.0 %"]
