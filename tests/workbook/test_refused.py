"""What cannot be carried into the next workbook is named before anything is lost."""

import io
import re
from collections.abc import Callable

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.chart import BarChart, Reference

from recon_engine.errors import Code, TieoutError
from recon_engine.messages import Language
from tests.workbook.test_round_trip import applied, closed, months, one_of_each
from workbook_templates.own.package import (
    Package,
    Relation,
    relations_of,
    relations_xml,
    with_parts,
)
from workbook_templates.own.sheets import own_sheets
from workbook_templates.render import workbook_bytes

_TYPE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
Change = Callable[[Workbook], object]


@pytest.fixture(scope="module")
def data() -> bytes:
    return workbook_bytes(closed(months(1)), Language.EN, one_of_each())


def saved(data: bytes, *changes: Change) -> bytes:
    """The workbook after a person's changes, as another program saves it."""
    book = load_workbook(io.BytesIO(data))
    for change in changes:
        change(book)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def hung_on(data: bytes, sheet: str, kind: str) -> bytes:
    """The workbook with a part of that kind hung on a sheet, as Excel does."""
    package = Package(data)
    part = next(s.part for s in package.sheets() if s.name == sheet)
    target = f"xl/{kind}s/{kind}1.xml"
    relations = (*package.relations(part), Relation("rId99", _TYPE + kind, target))
    parts = {relations_of(part): relations_xml(relations), target: b"<x/>"}
    return with_parts(data, parts, {target: "application/xml"})


def told(data: bytes) -> list[tuple[Code, str, str]]:
    with pytest.raises(TieoutError) as found:
        applied(data)
    return [(p.code, p.place.sheet, p.value) for p in found.value.problems]


def write(sheet: str, cell: str, value: object) -> Change:
    def change(book: Workbook) -> None:
        page = book[sheet] if sheet in book.sheetnames else book.create_sheet(sheet)
        page[cell] = value

    return change


def chart(sheet: str) -> Change:
    def change(book: Workbook) -> None:
        page = book[sheet] if sheet in book.sheetnames else book.create_sheet(sheet)
        drawn = BarChart()
        drawn.add_data(Reference(page, min_col=1, min_row=1, max_row=3))
        page.add_chart(drawn, "B40")

    return change


@pytest.mark.parametrize("sheet", ["Mine", "Orders"])
@pytest.mark.parametrize(
    ("kind", "word"),
    [("pivotTable", "pivot"), ("slicer", "slicer"), ("ctrlProp", "control"),
     ("oleObject", "object"), ("queryTable", "query")],
)  # fmt: skip
def test_what_hangs_on_the_workbook_is_named(data: bytes, sheet: str, kind: str, word: str) -> None:
    mine = saved(data, write("Mine", "A1", 1))
    assert told(hung_on(mine, sheet, kind)) == [(Code.OWN_SHEET_REFUSED, sheet, word)]


def test_a_chart_on_a_sheet_of_the_persons_own_comes_along(data: bytes) -> None:
    done = applied(saved(data, write("Mine", "A1", 1), chart("Mine")))
    page = load_workbook(io.BytesIO(done.content))["Mine"]
    assert len(page._charts) == 1


def test_a_chart_on_a_list_of_ours_is_named(data: bytes) -> None:
    assert told(saved(data, chart("Orders"))) == [(Code.OWN_SHEET_REFUSED, "Orders", "drawing")]


@pytest.mark.parametrize("cell", ["CZ3", "B500"])
def test_cells_beside_and_below_a_table_are_named(data: bytes, cell: str) -> None:
    assert told(saved(data, write("Bank", cell, "ask Li"))) == [(Code.OWN_CELLS, "Bank", cell)]


@pytest.mark.parametrize(
    ("sheet", "cell"), [("Home", "B300"), ("Home", "Z4"), ("Analysis", "N7"), ("Proof", "P2")]
)
def test_what_is_typed_beside_the_figures_of_a_page_is_named(
    data: bytes, sheet: str, cell: str
) -> None:
    assert told(saved(data, write(sheet, cell, "ask Li"))) == [(Code.OWN_CELLS, sheet, cell)]


def test_a_page_saved_by_another_program_has_nothing_of_a_persons(data: bytes) -> None:
    assert applied(saved(data)).content == applied(data).content


def test_a_page_that_another_version_drew_is_not_judged(data: bytes) -> None:
    def older(book: Workbook) -> None:
        book["Home"]["Z4"] = "was there"
        book.custom_doc_props["TieoutPages"].value = "00000000"

    assert applied(saved(data, older)).decisions == 8


def test_a_formula_that_looks_at_another_file_is_named(data: bytes) -> None:
    outside = saved(data, write("Mine", "A1", "=SUM([1]Other!A1:A3)"))
    assert (Code.OWN_SHEET_REFUSED, "Mine", "outside") in told(outside)


def test_a_chart_sheet_is_named(data: bytes) -> None:
    def add(book: Workbook) -> None:
        drawn = BarChart()
        drawn.add_data(Reference(book["Orders"], min_col=1, min_row=1, max_row=3))
        book.create_chartsheet("Mine").add_chart(drawn)

    assert told(saved(data, add)) == [(Code.OWN_SHEET_REFUSED, "Mine", "kind")]


def test_all_that_cannot_be_kept_is_named_at_once(data: bytes) -> None:
    both = saved(data, write("Bank", "CZ3", 1), write("Mine", "A1", "=[1]Other!A1"))
    assert {code for code, *_ in told(both)} == {Code.OWN_CELLS, Code.OWN_SHEET_REFUSED}


def test_an_added_column_stays_with_its_rows(data: bytes) -> None:
    """Also when rows change places, come and go: a decision takes exceptions off the list."""

    def add(book: Workbook) -> None:
        for sheet, table in (("Exceptions", "Exceptions"), ("Bank", "Bank")):
            page = book[sheet]
            area = page.tables[table]
            first, last = re.findall(r"\d+", area.ref)
            column = page.max_column + 1
            letter = page.cell(1, column).column_letter
            page.cell(int(first), column, "Mine")
            for row in range(int(first) + 1, int(last)):
                named = [c.value for c in page[row] if str(c.value).startswith(("b0", "o0", "s0"))]
                page.cell(row, column, f"about {named[-1]}" if named else None)
            total = page.cell(int(last), column)
            total.value = None
            start = area.ref.split(":")[0]
            area.ref = f"{start}:{letter}{last}"
            area.autoFilter.ref = f"{start}:{letter}{int(last) - 1}"
            area.tableColumns.append(type(area.tableColumns[0])(id=999, name="Mine"))

    done = applied(saved(data, add))
    assert done.decisions == 8
    again = applied(done.content)
    assert again.content == done.content
    book = load_workbook(io.BytesIO(done.content))
    for sheet in ("Exceptions", "Bank"):
        page = book[sheet]
        head = next(c for row in page.iter_rows() for c in row if c.value == "Mine")
        said = 0
        for row in page.iter_rows(min_row=head.row + 1):
            mine = row[head.column - 1].value
            if mine:
                said += 1
                assert str(mine).removeprefix("about ") in [c.value for c in row[:-1]]
        assert said


def test_our_sheets_are_found_whatever_they_are_called(data: bytes) -> None:
    def rename(book: Workbook) -> None:
        book["Orders"].title = "Sales"

    found = own_sheets(saved(data, rename), {})
    assert found.ours["orders"].name == "Sales"
    assert found.sheets == ()
