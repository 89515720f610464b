"""The reports on money on their sheets: live formulas, a person's cells, charts, what is told."""

import io
import zipfile
from pathlib import Path

import pytest
from openpyxl import load_workbook

from recon_engine.close import close_month
from recon_engine.messages import Language
from tests.report.small_month import CUSTOM_ROWS, small_month
from workbook_templates.check import check_workbook
from workbook_templates.render import render_close, workbook_bytes
from workbook_templates.state import read_state
from xl_addin.command_line import main

WRONG = ("", "Bank", "Turnover", "", "", "", "", "", "")


def cells(data: bytes, sheet: str) -> list[list[object]]:
    return [[cell.value for cell in row] for row in load_workbook(io.BytesIO(data))[sheet].rows]


def test_the_statement_adds_its_items_up_by_formula() -> None:
    rows = cells(workbook_bytes(small_month(), Language.EN), "Statement")
    received = next(row for row in rows if row[0] == "+ Received by the books, not yet by the bank")
    assert str(received[1]).startswith("=ROUND(SUMIFS(StatementItems[Amount]")
    assert str(received[3]).startswith("=ROUND(SUMIFS(StatementItems[Amount]")


def test_a_custom_report_is_live_and_has_its_chart() -> None:
    data = workbook_bytes(small_month(custom=CUSTOM_ROWS), Language.EN)
    rows = cells(data, "Custom report")
    amazon = next(row for row in rows if row[0] == "Amazon")
    assert str(amazon[1]).startswith("=ROUND(SUMIFS(Receivables[Sold],Receivables[Currency]")
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        charts = [package.read(n).decode() for n in package.namelist() if "/charts/chart" in n]
    assert any("By platform · CNY" in chart for chart in charts)


def test_what_a_definition_asks_for_wrongly_stands_beside_it() -> None:
    rows = cells(workbook_bytes(small_month(custom=(WRONG,)), Language.EN), "Custom report")
    told = next(row for row in rows if row[1] == "Bank lines")
    assert str(told[9]).startswith("Rows: the report asks for something its list does not have")


@pytest.mark.parametrize("language", list(Language))
def test_what_a_person_wrote_comes_back_and_makes_the_same_workbook(
    language: Language, tmp_path: Path
) -> None:
    close = small_month(history=True, custom=(WRONG, *CUSTOM_ROWS))
    path = tmp_path / "close.xlsx"
    render_close(close, path, language)
    state = read_state(path)
    for name in ("follow_up", "budget", "custom", "history"):
        kept, given = getattr(state.kept, name), getattr(close.kept, name)
        assert sorted(kept.rows(), key=str) == sorted(given.rows(), key=str), name
    again = close_month(state.intake, state.policy, state.period, kept=state.kept)
    assert workbook_bytes(again, language, state.typed) == path.read_bytes()
    assert check_workbook(path) == []


def test_a_budget_that_is_no_amount_is_told_in_its_line() -> None:
    rows = cells(workbook_bytes(small_month(), Language.ZH_HANS), "销售对比")
    told = next(row for row in rows if row[3] == "a lot")
    assert "a lot" in str(told[4])


def test_every_report_of_the_pack_is_exported(tmp_path: Path) -> None:
    path = tmp_path / "close.xlsx"
    render_close(small_month(custom=CUSTOM_ROWS), path, Language.EN)
    calls = ["--csv", str(tmp_path / "csv"), "--parquet", str(tmp_path / "parquet")]
    assert main(["export", str(path), *calls]) == 0
    named = {file.stem for file in (tmp_path / "csv" / "reports").iterdir()}
    assert {"statement", "remittance", "comparison", "follow_up", "custom"} <= named
    assert named == {file.stem for file in (tmp_path / "parquet").iterdir()}
    first = (tmp_path / "csv" / "reports" / "remittance.csv").read_text(encoding="utf-8-sig")
    assert "CNY: by platform,CNY,Amazon,2,150.00,-20.00,-22.50" in first
