"""The bench behaves as Excel does where it matters, or its tests would prove nothing."""

import datetime as dt

import pytest
import xlwings as xw

from tests.live.calc.wire import WIRE


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
