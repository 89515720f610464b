"""Own books in the workbook: proved from its own cells, read back whole, computed by another."""

import io
import json
import shutil
import subprocess
from pathlib import Path

import pytest
from openpyxl import load_workbook

from recon_engine.close import close_month
from recon_engine.export.json_report import close_report
from recon_engine.messages import Language
from recon_engine.model.results import Close
from tests.reconcile.books_month import numbered
from tests.reconcile.goods import closed
from tests.run import validator
from tests.workbook.test_libreoffice import calculated
from workbook_templates.check import check_workbook
from workbook_templates.render import workbook_bytes
from workbook_templates.state import read_state

SHEETS = ("Books", "Stock", "Books check", "Stock check", "Goods and books")


@pytest.fixture(scope="module")
def month() -> Close:
    return closed(*numbered(1)[0])


def test_the_sheets_of_books_show_where_there_are_any(month: Close) -> None:
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


def test_a_figure_that_does_not_follow_is_told(month: Close, tmp_path: Path) -> None:
    book = load_workbook(io.BytesIO(workbook_bytes(month, Language.EN)))
    page = book["Books check"]
    captions = {cell.value: cell.column for row in page.iter_rows(max_row=9) for cell in row}
    page.cell(page.max_row - 2, captions["Booked"]).value = 99
    book.save(tmp_path / "close.xlsx")
    said = [problem.value for problem in check_workbook(tmp_path / "close.xlsx")]
    assert any("Difference" in value for value in said)


def test_the_report_for_programs_adds_up_the_results(month: Close) -> None:
    told = json.loads(json.dumps(close_report(month)))["books"]
    counts = {row["status"]: row["count"] for row in told["postings"]}
    assert sum(counts.values()) == month.books.postings.height
    assert counts["missing"] == counts["twice"] == counts["differs"] == 2
    assert {row["status"] for row in told["stock"]} == {"agreed", "missing", "differs"}


@pytest.mark.skipif(not validator().exists(), reason="the OOXML validator is not installed")
def test_the_file_is_valid(month: Close, tmp_path: Path) -> None:
    path = tmp_path / "close.xlsx"
    path.write_bytes(workbook_bytes(month, Language.ZH_HANT))
    done = subprocess.run([validator(), path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_another_program_comes_to_the_same_totals(month: Close, tmp_path: Path) -> None:
    data = workbook_bytes(month, Language.ZH_HANS)
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
    assert compared > 100
