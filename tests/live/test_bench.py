"""The bench behaves as Excel does where it matters, or its tests would prove nothing."""

import datetime as dt
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
import xlwings as xw
from polars.testing import assert_frame_equal

from recon_engine.messages import Language
from tests.live.calc.office import PATIENCE_S
from tests.live.calc.wire import WIRE
from tests.live.paper import engine as paper
from tests.live.paper.grid import moved
from tests.live.tables import tables_of
from tests.workbook.sample import small
from workbook_templates.drawing import draw
from workbook_templates.readback import read_workbook
from workbook_templates.render import render_close
from workbook_templates.template import empty_workbook
from xl_addin.live.book import LiveBook

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def sheet(app: xw.App):
    book = app.books.add()
    yield book.sheets[0]
    book.close()


def test_a_text_is_read_as_typed_unless_its_cell_is_text(sheet: xw.Sheet) -> None:
    sheet.range("A1:B1").raw_value = [["00123", "1/2"]]
    assert sheet.range("A1").raw_value == 123.0
    assert isinstance(sheet.range("B1").raw_value, dt.datetime)
    sheet.range("A2:B2").number_format = "@"
    sheet.range("A2:B2").raw_value = [["00123", "=1+1"]]
    assert sheet.range("A2:B2").raw_value == (("00123", "=1+1"),)


def test_dates_come_back_by_their_format_and_errors_as_nothing(sheet: xw.Sheet) -> None:
    sheet.range("A1").raw_value = dt.datetime(2026, 10, 31)
    assert sheet.range("A1").raw_value == dt.datetime(2026, 10, 31)
    sheet.range("A2:B2").impl.formula = [["=NA()", "=1/0"]]
    assert sheet.range("A2:B2").raw_value == [[None, None]]


def test_rows_put_inside_a_range_widen_its_formulas(sheet: xw.Sheet) -> None:
    sheet.range("A1:A2").raw_value = [[1.0], [2.0]]
    sheet.range("B1:B1").impl.formula = [["=SUM(A1:A2)"]]
    sheet.range("2:3").insert("down")
    assert sheet.range("B1").formula == "=SUM(A1:A4)"
    sheet.range("2:3").delete("up")
    assert sheet.range("B1").formula == "=SUM(A1:A2)"


def test_calls_are_counted(sheet: xw.Sheet) -> None:
    WIRE.reset()
    sheet.range("A1:B2").raw_value = [[1.0, 2.0], [3.0, 4.0]]
    _ = sheet.range("A1:B2").raw_value
    assert (WIRE.calls["write"], WIRE.calls["read"]) == (1, 1)
    assert WIRE.cells == [("write", 4), ("read", 4)]


def test_cells_in_memory_take_a_close_as_the_spreadsheet_does(tmp_path: Path) -> None:
    """What the tests of faults write into; it computes nothing, so computed columns are out."""
    path, target = tmp_path / "Close.xlsx", tmp_path / "file.xlsx"
    path.write_bytes(empty_workbook(Language.EN))
    render_close(small(), target, Language.EN)
    with paper.started() as app:
        book = LiveBook(app.books.open(path), paper.PAPER, tmp_path / "undo")
        book.write(small(), "match")
        found = tables_of(book)
    drawn = [t for sheet in draw(small(), Language.EN).sheets.values() for t in sheet.tables]
    expected = read_workbook(target).tables
    for table in drawn:
        plain = [key for key in expected[table.name].columns if key not in table.formulas]
        assert_frame_equal(found[table.name].select(plain), expected[table.name].select(plain))


@pytest.mark.parametrize(
    ("formula", "row", "count", "wanted"),
    [
        ("=SUM(A1:A2)", 2, 2, "=SUM(A1:A4)"),
        ("=SUM($A$1:A4)", 2, -2, "=SUM($A$1:A2)"),
        ("=A5+'It''s'!A5", 2, -1, "=A4+'It''s'!A5"),
        ("=SUM(B2:B3)+B3", 2, -2, "=SUM(#REF!)+#REF!"),
        ('=COUNTIFS(Bank[A5],$B5,Bank[B],"A5")', 1, 1, '=COUNTIFS(Bank[A5],$B6,Bank[B],"A5")'),
    ],
)
def test_rows_in_memory_move_formulas_as_excel_does(
    formula: str, row: int, count: int, wanted: str
) -> None:
    assert moved(formula, "Here", "Here", row, count) == wanted


@pytest.mark.usefixtures("app")
def test_an_office_ends_with_the_run_that_started_it() -> None:
    """Also where that run is killed and can clear nothing away itself."""
    code = "from tests.live.calc.office import Office; print(Office().process.pid, flush=True)"
    run = subprocess.Popen(
        [sys.executable, "-c", f"{code}; import time; time.sleep(99)"],
        stdout=subprocess.PIPE, text=True, cwd=ROOT,
    )  # fmt: skip
    group = int(run.stdout.readline())
    run.kill()
    run.communicate()
    give_up = time.monotonic() + PATIENCE_S
    while alive(group) and time.monotonic() < give_up:
        time.sleep(0.1)
    assert not alive(group)


def alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True
