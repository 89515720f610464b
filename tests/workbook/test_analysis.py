"""Analysis and Pictures in the workbook: findings lead to their rows, sums are live."""

import io
import zipfile
from dataclasses import replace
from functools import cache

from openpyxl import load_workbook

from recon_engine.messages import Language
from recon_engine.model.policy import FeeRule, default_policy
from recon_engine.model.results import Close
from tests.control.shop import closed, month
from workbook_templates.render import workbook_bytes

SAID = "Douyin shop charged 6.50 % on 20 orders where the contract says 5.00 %: 30.00 CNY too much."


@cache
def overcharged() -> Close:
    """Twenty orders charged 6.50 where the contract says 5.00: 30.00 too much."""
    orders = month()
    for order in orders[:20]:
        order["commission"] = 6_50
    fees = (FeeRule("commission", "douyin", 50_000),)
    return closed(orders, replace(default_policy(), fees=fees))


def test_a_finding_leads_to_its_rows_and_stands_on_home():
    book = load_workbook(io.BytesIO(workbook_bytes(overcharged(), Language.EN)))
    analysis, rows, home = book["Analysis"], book["Finding rows"], book["Home"]
    first = [cell.value for cell in analysis[6]][:7]
    assert first == [
        "To claim", "Fee above contract",
        SAID,
        "CNY", 30, 20, "→",
    ]  # fmt: skip
    assert analysis["G6"].hyperlink.location == "'Finding rows'!A5"
    assert rows["A5"].value == "Fee above contract"
    assert len([row for row in rows.iter_rows(min_row=5, max_col=1, values_only=True) if row[0]]) \
        == 20  # fmt: skip
    named = [row for row in home.iter_rows() if row[0].value == "Fee above contract"]
    # The orders are exceptions besides, under the same name.
    told = [row for row in named if str(row[3].value).startswith("=ROUND(SUMIFS(Findings[")]
    assert len(told) == 1
    assert told[0][8].hyperlink.location == "'Analysis'!A6"


def test_a_month_without_findings_says_so():
    book = load_workbook(io.BytesIO(workbook_bytes(closed(month()), Language.ZH_HANT)))
    assert book["分析"]["A4"].value == "本期沒有發現異常。"
    assert book["分析明細"].sheet_state == "hidden"


def test_the_pictures_are_excels_own_charts_over_live_sums():
    data = workbook_bytes(overcharged(), Language.ZH_HANS)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        charts = [archive.read(name).decode() for name in archive.namelist() if "/charts/" in name]
    kinds = {kind for kind in ("lineChart", "barChart") for xml in charts if f"<c:{kind}>" in xml}
    assert kinds == {"lineChart", "barChart"}
    assert not any("3D" in xml for xml in charts)
    page = load_workbook(io.BytesIO(data))["图表"]
    live = [
        row for row in page.iter_rows() if hasattr(row[0].value, "year")
        and str(row[1].value).startswith("=ROUND(SUMIFS(Orders[")
    ]  # fmt: skip
    assert len(live) == 31
