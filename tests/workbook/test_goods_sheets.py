"""The goods in the workbook: proved from its own cells, read back whole, computed by another."""

import io
import shutil
import subprocess
from pathlib import Path

import pytest
from openpyxl import load_workbook

from recon_engine.close import close_month
from recon_engine.messages import Language
from recon_engine.model.results import Close
from tests.reconcile.goods import bill, closed, sent
from tests.reconcile.test_goods_laws import a_month
from tests.run import validator
from tests.workbook.test_libreoffice import calculated
from workbook_templates.check import check_workbook
from workbook_templates.render import workbook_bytes
from workbook_templates.state import read_state

SHEETS = ("Shipments", "Returns", "Courier", "Rate cards", "Shipping check", "Freight check",
          "Returns check", "Goods and books")  # fmt: skip


@pytest.fixture(scope="module")
def month() -> Close:
    return closed(*a_month(1))


def test_the_sheets_of_goods_show_where_there_are_any(month: Close) -> None:
    book = load_workbook(io.BytesIO(workbook_bytes(month, Language.EN)))
    assert {book[name].sheet_state for name in SHEETS} == {"visible"}


@pytest.mark.parametrize("language", list(Language))
def test_read_back_and_written_again_it_is_the_same(
    month: Close, language: Language, tmp_path: Path
) -> None:
    path = tmp_path / "close.xlsx"
    path.write_bytes(workbook_bytes(month, language))
    assert check_workbook(path) == []
    state = read_state(path)
    assert state.problems == ()
    again = close_month(state.intake, state.policy, state.period, kept=state.kept)
    assert workbook_bytes(again, state.language, state.typed) == path.read_bytes()


def test_a_bill_shared_with_other_shops_is_noted_once(tmp_path: Path) -> None:
    lines = [bill("c1", 280, "YT1", account="ours"), bill("c2", 300, "YT2", account="theirs")]
    shared = closed(sent("p1", 2, "", "YT1"), *lines)
    path = tmp_path / "close.xlsx"
    path.write_bytes(workbook_bytes(shared, Language.EN))
    assert check_workbook(path) == []
    state = read_state(path)
    again = close_month(state.intake, state.policy, state.period, kept=state.kept)
    assert workbook_bytes(again, state.language, state.typed) == path.read_bytes()
    assert sum(len(report.notes) for report in again.files) == 1


def test_a_figure_that_does_not_follow_is_told(month: Close, tmp_path: Path) -> None:
    book = load_workbook(io.BytesIO(workbook_bytes(month, Language.EN)))
    page = book["Freight check"]
    captions = {cell.value: cell.column for row in page.iter_rows(max_row=9) for cell in row}
    page.cell(page.max_row - 2, captions["Expected − billed"]).value = 99
    book.save(tmp_path / "close.xlsx")
    said = [problem.value for problem in check_workbook(tmp_path / "close.xlsx")]
    assert any("Expected − billed" in value for value in said)


@pytest.mark.skipif(not validator().exists(), reason="the OOXML validator is not installed")
def test_the_file_is_valid(month: Close, tmp_path: Path) -> None:
    path = tmp_path / "close.xlsx"
    path.write_bytes(workbook_bytes(month, Language.ZH_HANT))
    done = subprocess.run([validator(), path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
@pytest.mark.parametrize("language", [Language.ZH_HANS, Language.EN])
def test_another_program_comes_to_the_same_totals(
    month: Close, language: Language, tmp_path: Path
) -> None:
    data = workbook_bytes(month, language)
    formulas = load_workbook(io.BytesIO(data))
    stored = load_workbook(io.BytesIO(data), data_only=True)
    afresh = load_workbook(io.BytesIO(calculated(data, tmp_path)), data_only=True)
    compared = 0
    for title in (sheet.title for sheet in formulas):
        for cell in (c for row in formulas[title].iter_rows() for c in row if c.data_type == "f"):
            ours = stored[title][cell.coordinate].value
            theirs = afresh[title][cell.coordinate].value
            same = ours == pytest.approx(theirs) if isinstance(ours, float | int) else (
                (ours or "") == (theirs or "")
            )  # fmt: skip
            assert same, f"{title}!{cell.coordinate}: {ours!r} ≠ {theirs!r}"
            compared += 1
    assert compared > 200
