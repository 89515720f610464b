"""Home and Proof recompute what the engine proved; a cent that goes is seen on both."""

import io
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from xlsxwriter import Workbook

from recon_engine.messages import Language
from tests.workbook.edited import cell, edited, needs_office
from tests.workbook.test_round_trip import closed, months
from workbook_templates.layout_reports import CONTROL_TOTALS, IDENTITY
from workbook_templates.packing import StraightWorkbook
from workbook_templates.render import workbook_bytes
from workbook_templates.rows import BlockSheet

KINDS = {"Orders": "Order", "Settlements": "Settlement line", "Bank": "Bank line"}
FIRST = {"Orders": "o01", "Settlements": "s01", "Bank": "b02"}


def shown(data: bytes, sheet: str, kind: str) -> list[tuple[Any, ...]]:
    book = load_workbook(io.BytesIO(data), data_only=True)
    return [row for row in book[sheet].iter_rows(values_only=True) if row[:2] == (kind, "CNY")]


def test_every_figure_of_the_proof_that_is_not_the_engines_is_a_formula() -> None:
    book = load_workbook(io.BytesIO(workbook_bytes(closed(months(1)), Language.EN)))
    rows = [r for r in book["Proof"].iter_rows(values_only=True) if r[0] in KINDS.values()]
    identity = [r for r in rows if r[IDENTITY.position("engine_amount")] is not None and r[8]]
    assert len(identity) == 15
    for row in identity:
        live = [IDENTITY.position(k) for k in ("difference", "check")]
        if row[2] != "Opening":
            live += [IDENTITY.position(k) for k in ("sheet_count", "sheet_amount")]
        assert all(str(row[n]).startswith("=") for n in live), row
    totals = [row for row in rows if not row[8]]
    assert len(totals) == 3
    for row in totals:
        assert all(str(value).startswith("=") for value in row[2 : len(CONTROL_TOTALS.columns)])


@needs_office
@pytest.mark.parametrize("table", list(KINDS))
def test_a_cent_that_goes_from_a_sheet_is_seen(table: str, tmp_path: Path) -> None:
    data = workbook_bytes(closed(months(1)), Language.EN)
    for kind in KINDS.values():
        (home,) = shown(data, "Home", kind)
        assert (home[7], home[8], home[9]) == (0, "✓", "✓")
    sheet, address = cell(data, table, FIRST[table], "amount")
    book = load_workbook(io.BytesIO(data), data_only=True)
    less = float(book[sheet][address].value) - 0.01
    after = edited(data, [["number", sheet, address, less]], tmp_path)
    for name, kind in KINDS.items():
        (home,) = shown(after, "Home", kind)
        if name == table:
            assert (home[7], home[8], home[9]) == (0.01, "!", "!")
            told = [row for row in shown(after, "Proof", kind) if "!" in row]
            assert len(told) >= 3  # new, the place where it stood, and the files
        else:
            assert (home[7], home[8], home[9]) == (0, "✓", "✓")


def test_no_cell_is_lost_under_a_block() -> None:
    with pytest.raises(ValueError, match="would be lost: \\[3\\]"):
        written_over(3)


def written_over(row: int) -> Workbook:
    book = StraightWorkbook(io.BytesIO(), Language.EN)
    sheet = book.add_worksheet("rows", worksheet_class=BlockSheet)
    sheet.put(2, 5, 0, iter([b""]))
    sheet.write_number(row, 4, 1)
    book.close()
    return book
