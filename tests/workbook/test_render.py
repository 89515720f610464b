"""A close becomes a workbook: valid, the same each time, no data taken for a formula."""

import io
import json
import re
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from openpyxl import load_workbook

from recon_engine.errors import Code, TieoutError
from recon_engine.messages import Language
from recon_engine.model.results import Close
from tests.run import validator
from tests.workbook import sample
from workbook_templates import tables
from workbook_templates.layout import TEXT_MAX, Cell, Column
from workbook_templates.layout_book import SHEETS, TABLES
from workbook_templates.packing import StraightWorkbook
from workbook_templates.render import render_close, workbook_bytes
from workbook_templates.row_xml import Block
from workbook_templates.rows import BlockSheet, amount, write_fast, write_plain
from workbook_templates.styles import Styles

MADE = {"small": sample.small, "empty": sample.empty, "larger": lambda: sample.large(700)}
ERRORS = ("#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#N/A", "#NUM!", "#NULL!")


def sheets_of(data: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        names = [name for name in package.namelist() if name.startswith("xl/worksheets/sheet")]
        return {name: package.read(name).decode() for name in names}


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("which", MADE)
def test_the_validator_finds_nothing(which: str, language: Language, tmp_path: Path) -> None:
    if not validator().exists():
        pytest.skip("the OOXML validator is not installed")
    target = tmp_path / "close.xlsx"
    render_close(MADE[which](), target, language)
    told = subprocess.run(["node", validator(), target], capture_output=True, check=False)
    assert json.loads(told.stdout)["errors"] == []


@pytest.mark.parametrize("which", MADE)
def test_the_same_close_gives_the_same_bytes(which: str) -> None:
    first, second = (workbook_bytes(MADE[which](), Language.ZH_HANS) for _ in range(2))
    assert first == second


def test_rendering_changes_nothing_it_was_given() -> None:
    close, before = sample.small(), sample.small()
    workbook_bytes(close, Language.EN)
    for name in ("records", "payouts", "matches", "members", "exceptions", "receivables"):
        assert getattr(close, name).equals(getattr(before, name))


def test_text_from_data_is_never_a_formula_or_a_link() -> None:
    data = workbook_bytes(sample.small(), Language.EN)
    for xml in sheets_of(data).values():
        assert not [formula for formula in re.findall("<f>(.*?)</f>", xml) if "cmd" in formula]
    orders = load_workbook(io.BytesIO(data))["Orders"]
    cells = [cell for row in orders.iter_rows() for cell in row if cell.value == sample.INJECTED]
    assert [(cell.data_type, cell.number_format) for cell in cells] == [("s", "@")]


def test_no_cell_holds_an_error() -> None:
    book = load_workbook(io.BytesIO(workbook_bytes(sample.small(), Language.EN)), data_only=True)
    cells = (cell for sheet in book for row in sheet.iter_rows() for cell in row)
    assert [cell.coordinate for cell in cells if cell.value in ERRORS] == []


def test_formulas_use_only_functions_that_every_spreadsheet_knows() -> None:
    known = {"SUMIFS", "COUNTIFS", "SUBTOTAL", "SUM", "IF", "ABS", "ROUND", "DATE"}
    used: set[str] = set()
    for xml in sheets_of(workbook_bytes(sample.small(), Language.EN)).values():
        for formula in re.findall("<f>(.*?)</f>", xml):
            used |= set(re.findall(r"([A-Z.]+)\(", formula))
    assert used <= known


def test_sheets_without_data_stay_hidden() -> None:
    book = load_workbook(io.BytesIO(workbook_bytes(sample.empty(), Language.EN)))
    shown = [sheet.title for sheet in book if sheet.sheet_state == "visible"]
    assert shown == [
        "Home",
        "Settings",
        "Exceptions",
        "Analysis",
        "Custom report",
        "Proof",
        "Files",
    ]
    full = load_workbook(io.BytesIO(workbook_bytes(sample.small(), Language.EN)))
    hidden = {sheet.title for sheet in full if sheet.sheet_state != "visible"}
    nothing_kept = {"Decisions", "Learned rules", "Adjusting entries", "History"}
    nothing_kept |= {"Mappings"}
    nothing_kept |= {"Payout terms", "Account balances"}
    no_goods = {"Shipments", "Returns", "Courier", "Rate cards"}
    no_goods |= {"Shipping check", "Freight check", "Returns check", "Goods and books"}
    no_goods |= {"Books", "Stock", "Books check", "Stock check"}
    nothing_found = {"Finding rows"}  # nothing in so small a month is unusual
    assert hidden == nothing_kept | nothing_found | no_goods | {
        "Decision records",
        "Originals",
        "Earlier periods",
        "Sign-off",
    }
    assert len(full.sheetnames) == len(SHEETS)


def test_every_list_is_a_table_with_unique_headers() -> None:
    book = load_workbook(io.BytesIO(workbook_bytes(sample.small(), Language.ZH_HANS)))
    found = {table.displayName: table for sheet in book for table in sheet.tables.values()}
    assert set(found) == set(TABLES)
    for table in found.values():
        captions = [column.name for column in table.tableColumns]
        assert len(set(captions)) == len(captions)


def test_too_long_a_text_is_cut_visibly() -> None:
    close = sample.small()
    long = pl.lit("长" * (TEXT_MAX + 9))
    records = close.records.with_columns(text=long)
    book = load_workbook(
        io.BytesIO(workbook_bytes(replace(close, records=records), Language.EN)), data_only=True
    )
    texts = [str(cell.value) for row in book["Bank"].iter_rows() for cell in row]
    longest = max(texts, key=len)
    assert len(longest) == TEXT_MAX
    assert longest.endswith("…")


def test_more_rows_than_a_sheet_holds_is_an_error(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tables, "ROWS_MAX", 12)
    with pytest.raises(TieoutError) as told:
        render_close(sample.small(), tmp_path / "close.xlsx", Language.EN)
    assert told.value.problems[0].code == Code.TOO_MANY_ROWS
    assert list(tmp_path.iterdir()) == []


def test_a_target_that_cannot_be_written_keeps_what_was_there(tmp_path: Path) -> None:
    locked = tmp_path / "close.xlsx"
    (locked / "in it").mkdir(parents=True)
    with pytest.raises(TieoutError) as told:
        render_close(sample.small(), locked, Language.EN)
    assert told.value.problems[0].code == Code.TARGET_LOCKED
    assert [path.name for path in tmp_path.iterdir()] == ["close.xlsx"]


def test_a_kind_without_a_sheet_is_refused_not_dropped(tmp_path: Path) -> None:
    close = sample.small()
    records = close.records.with_columns(kind=pl.lit("unheard_of"))
    with pytest.raises(TieoutError) as told:
        render_close(replace(close, records=records), tmp_path / "close.xlsx", Language.EN)
    assert told.value.problems[0].code == Code.NOT_YET


def test_an_amount_is_the_float_nearest_to_its_decimal() -> None:
    assert amount(1999, "CNY") == 19.99
    assert amount(-5, "CNY") == -0.05
    assert amount(1234, "JPY") == 1234.0
    assert amount(999_999_999_999_999, "KWD") == 999999999999.999


COLUMNS = (
    Column("text", Cell.TEXT, 20, wrap=True),
    Column("id", Cell.ID, 20),
    Column("day", Cell.DATE, 11),
    Column("money", Cell.MONEY, 12),
    Column("n", Cell.COUNT, 8),
    Column("currency", Cell.ID, 8),
    Column("nothing", Cell.ID, 8, optional=True),
)


def block() -> Block:
    texts = ["plain", "", None, "=1+1", "<&>\"'", " kept ", "a\tb\nc", "tail ", "汉字" * 30]
    count = len(texts)
    frame = pl.DataFrame(
        {
            "text": texts,
            "id": ["00123456789012345678"] * count,
            "day": [sample.PERIOD.start, None, *[sample.PERIOD.end] * (count - 2)],
            "money": [0, None, -1, 1, 10**14, -(10**14), 123, 4, 5],
            "n": [0, None, -1, *range(count - 3)],
            "currency": ["CNY", "JPY", "KWD"] * 3,
            "nothing": [None] * count,
        },
        schema_overrides={"nothing": pl.String},
    )
    return Block(frame, COLUMNS, top=2)


def written(write) -> list[tuple]:
    stream = io.BytesIO()
    with StraightWorkbook(stream, Language.EN) as book:
        sheet = book.add_worksheet("rows", worksheet_class=BlockSheet)
        sheet.write_string(0, 0, "above")
        write(sheet, block(), Styles(book, Language.EN))
        sheet.write_string(20, 0, "below")
    cells = load_workbook(io.BytesIO(stream.getvalue()))["rows"].iter_rows()
    return [(c.coordinate, c.value, c.number_format, c.data_type) for row in cells for c in row]


def test_the_fast_rows_are_the_plain_rows() -> None:
    plain = written(write_plain)
    assert written(write_fast) == plain
    assert len(plain) == 21 * 6


@pytest.mark.parametrize("write", [write_plain, write_fast])
def test_what_looks_like_an_escape_of_excel_is_escaped(write) -> None:
    frame = block().frame.with_columns(text=pl.lit("\x01_x0041_"))
    stream = io.BytesIO()
    with StraightWorkbook(stream, Language.EN) as book:
        sheet = book.add_worksheet("rows", worksheet_class=BlockSheet)
        write(sheet, Block(frame, COLUMNS, top=0), Styles(book, Language.EN))
    with zipfile.ZipFile(io.BytesIO(stream.getvalue())) as package:
        parts = [package.read(name).decode() for name in package.namelist()]
    assert any("_x0001__x005F_x0041_" in part for part in parts)


def test_a_large_month_keeps_every_row() -> None:
    close: Close = sample.large(700)
    book = load_workbook(io.BytesIO(workbook_bytes(close, Language.EN)), data_only=True)
    ids = {str(row[1].value) for row in book["Orders"].iter_rows()}
    assert set(close.records.filter(pl.col("kind") == "order")["reference"]) <= ids
