"""Workbooks of every make, hidden parts, text decoded twice, and files that would do harm."""

import io
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from msoffcrypto.format.ooxml import OOXMLFile

from recon_engine.errors import Code
from recon_engine.intake import limits
from recon_engine.intake.cell_texts import cell_text, column_texts
from recon_engine.model.results import Intake
from tests.intake.shared import read
from tests.intake.test_packing import CELLS, TEXT, TRADITIONAL, xlsx
from tests.intake.test_refusals import made, zipped
from tests.intake.xlsb import xlsb

SECONDS_MAX = 5.0  # each takes a few milliseconds; the bound is for busy machines
SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    '<dimension ref="A1"/><sheetData>{}</sheetData></worksheet>'
)


def with_sheet(sheet: str) -> bytes:
    """A true workbook whose one sheet is replaced."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        book.add_worksheet("明细")
    with zipfile.ZipFile(target) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    return zipped({**parts, "xl/worksheets/sheet1.xml": sheet.encode()})


def inline(rows: list[list[str]], mark: str = "") -> str:
    """Rows of sheet XML; ``mark`` goes into the tag of the second."""
    return "".join(
        f'<row r="{n}"{mark if n == 2 else ""}>'
        + "".join(
            f'<c r="{chr(64 + c)}{n}" t="inlineStr"><is><t>{cell}</t></is></c>'
            for c, cell in enumerate(row, 1)
        )
        + "</row>"
        for n, row in enumerate(rows, 1)
    )


def ods(rows: str) -> bytes:
    office = "urn:oasis:names:tc:opendocument:xmlns:"
    content = (
        f'<office:document-content xmlns:office="{office}office:1.0" '
        f'xmlns:table="{office}table:1.0" xmlns:text="{office}text:1.0">'
        f'<office:body><office:spreadsheet><table:table table:name="明细">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    kind = b"application/vnd.oasis.opendocument.spreadsheet"
    manifest = f'<manifest:manifest xmlns:manifest="{office}manifest:1.0"/>'
    return zipped(
        {
            "mimetype": kind,
            "META-INF/manifest.xml": manifest.encode(),
            "content.xml": content.encode(),
        }
    )


def ods_row(row: list[str]) -> str:
    cells = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{c}</text:p></table:table-cell>'
        if c else "<table:table-cell/>"
        for c in row
    )  # fmt: skip
    tail = '<table:table-cell table:number-columns-repeated="16378"/>'
    return f"<table:table-row>{cells}{tail}</table:table-row>"


EMPTY_TAIL = (
    '<table:table-row table:number-rows-repeated="1048573">'
    '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
)


def reads_as_always(intake: Intake) -> bool:
    records = intake.records
    return (
        intake.problems == ()
        and records["amount"].to_list() == [120000, -500]
        and records["text"].to_list() == ["货款", "手续费"]
    )


def test_an_open_document_with_its_usual_empty_tail(tmp_path: Path) -> None:
    content = ods("".join(map(ods_row, CELLS)) + EMPTY_TAIL)
    assert reads_as_always(read(made(tmp_path, "a.ods", content)))


def test_a_sheet_whose_dimension_is_wrong(tmp_path: Path) -> None:
    intake = read(made(tmp_path, "a.xlsx", with_sheet(SHEET.format(inline(CELLS)))))
    assert reads_as_always(intake)
    assert intake.files[0].notes == ()


def test_hidden_rows_are_read_and_said(tmp_path: Path) -> None:
    content = with_sheet(SHEET.format(inline(CELLS, ' hidden="1"')))
    intake = read(made(tmp_path, "a.xlsx", content))
    assert reads_as_always(intake)
    (note,) = intake.files[0].notes
    assert (note.code, note.value, note.place.sheet) == (Code.ROWS_HIDDEN, "1", "明细")


def test_a_binary_workbook_reads_as_any_other(tmp_path: Path) -> None:
    cells = [[float(c) if c[-3:-2] == "." else c or None for c in row] for row in CELLS]
    intake = read(made(tmp_path, "a.xlsb", xlsb(cells)))
    assert reads_as_always(intake)
    assert intake.records["source_sheet"].unique().to_list() == ["明细"]


def test_a_hidden_sheet_is_read_and_said(tmp_path: Path) -> None:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        book.add_worksheet("首页").write(0, 0, "见下表")
        sheet = book.add_worksheet("明细")
        for n, row in enumerate(CELLS):
            sheet.write_row(n + 3, 2, row)
        sheet.hide()
    intake = read(made(tmp_path, "a.xlsx", target.getvalue()))
    assert reads_as_always(intake)
    assert intake.records["source_row"].to_list() == [5, 6]
    assert [note.code for note in intake.files[0].notes] == [Code.SHEET_HIDDEN]


def test_every_sheet_of_a_workbook_is_read(tmp_path: Path) -> None:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        for month in ("五月", "六月"):
            sheet = book.add_worksheet(month)
            for n, row in enumerate(CELLS):
                sheet.write_row(n, 0, [cell.replace("货款", month) for cell in row])
    intake = read(made(tmp_path, "a.xlsx", target.getvalue()))
    assert [report.records for report in intake.files] == [2, 1]
    assert intake.records["source_sheet"].to_list() == ["五月", "五月", "六月"]


@pytest.mark.parametrize("rows", [[], CELLS[:1]], ids=["nothing", "a header"])
def test_a_workbook_without_rows_says_so(tmp_path: Path, rows: list[list[str]]) -> None:
    intake = read(made(tmp_path, "a.xlsx", with_sheet(SHEET.format(inline(rows)))))
    expected = Code.NO_ROWS if rows else Code.FILE_EMPTY
    assert [problem.code for problem in intake.problems] == [expected]


def test_a_truly_encrypted_workbook(tmp_path: Path) -> None:
    sealed = io.BytesIO()
    OOXMLFile(io.BytesIO(xlsx())).encrypt("secret", sealed)
    intake = read(made(tmp_path, "a.xlsx", sealed.getvalue()))
    assert [problem.code for problem in intake.problems] == [Code.FILE_ENCRYPTED]


# An even number of Chinese characters in a row, so that every byte finds its partner in GBK.
EVEN = "日期,收入,支出,摘要\n2026-05-01,1200.00,,货款\n2026-05-02,,5.00,费用\n"


@pytest.mark.parametrize("wrong", ["gb18030", "cp1252"])
def test_text_decoded_twice_is_given_back_and_said(tmp_path: Path, wrong: str) -> None:
    intake = read(made(tmp_path, "a.csv", twisted(EVEN, wrong)))
    assert intake.records["text"].to_list() == ["货款", "费用"]
    assert [note.code for note in intake.files[0].notes] == [Code.TEXT_REPAIRED]


def twisted(text: str, wrong: str) -> str:
    if wrong != "cp1252":
        return text.encode().decode(wrong)
    # What cp1252 leaves undefined, Windows keeps as the control of the same number.
    return "".join(
        bytes([b]).decode("cp1252", "replace").replace("�", chr(b)) for b in text.encode()
    )


def test_text_decoded_twice_that_lost_characters_is_refused(tmp_path: Path) -> None:
    lossy = TEXT.encode().decode("gb18030", "replace").replace("�", "?")
    (problem,) = read(made(tmp_path, "a.csv", lossy)).problems
    assert problem.code is Code.TEXT_DECODED_TWICE


@pytest.mark.parametrize(
    ("encoding", "word"),
    [("cp1250", "Příjem"), ("cp1251", "Оплата"), ("cp1252", "Überweisung"), ("cp1253", "Πληρωμή")],
)
def test_texts_of_one_byte_a_letter(tmp_path: Path, encoding: str, word: str) -> None:
    text = f"Date,Description,Amount,Currency\n2026-05-01,{word},1.00,EUR\n" + (
        f"2026-05-02,{word} {word},-2.00,EUR\n" * 3
    )
    intake = read(made(tmp_path, "a.csv", text.encode(encoding)))
    assert intake.records["amount"].sum() == -500


def test_big5_with_its_own_marks(tmp_path: Path) -> None:
    intake = read(
        made(tmp_path, "a.csv", TRADITIONAL.replace("貨款", "貨款（五月）").encode("big5"))
    )
    assert intake.records["text"].to_list() == ["貨款(五月)"]


def spreadsheet(rows: str) -> str:
    ns = "urn:schemas-microsoft-com:office:spreadsheet"
    return (
        f'<?xml version="1.0"?><Workbook xmlns="{ns}" xmlns:ss="{ns}">'
        f'<Worksheet ss:Name="a"><Table>{rows}</Table></Worksheet></Workbook>'
    )


def test_spreadsheet_markup_keeps_gaps_and_leaves_comments_out(tmp_path: Path) -> None:
    def cells(row: list[str]) -> str:
        return "".join(
            f"<Cell><Data>{c}</Data><Comment><Data>checked by Ann</Data></Comment></Cell>"
            for c in row
        )

    rows = [f'<Row ss:Index="{4 + 2 * n}">{cells(row)}</Row>' for n, row in enumerate(CELLS)]
    intake = read(made(tmp_path, "a.xls", spreadsheet("".join(rows))))
    assert reads_as_always(intake)
    assert intake.records["source_row"].to_list() == [6, 8]


LAUGHS = "".join(
    f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' if n else '<!ENTITY l0 "lol">' for n in range(10)
)
ENTITIES = f"<!DOCTYPE a [{LAUGHS}]>"
OUTSIDE = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
FAR = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
REPEATED = (
    '<table:table-row table:number-rows-repeated="1048576"><table:table-cell '
    'table:number-columns-repeated="16384" office:value-type="string"><text:p>1</text:p>'
    "</table:table-cell></table:table-row>"
)
CAMT = (
    '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08">'
    "<BkToCstmrStmt>&l9;&x;</BkToCstmrStmt></Document>"
)
HARMFUL: list[tuple[str, str | Callable[[], bytes], Code]] = [
    ("bomb.zip", lambda: zipped({"a.csv": bytes(128 << 20)}), Code.FILE_TOO_LARGE),
    ("bomb.xlsx", lambda: zipped({"xl/workbook.xml": bytes(128 << 20)}), Code.FILE_TOO_LARGE),
    ("laughs.xml", ENTITIES + CAMT, Code.FILE_UNSAFE),
    ("outside.xml", OUTSIDE + CAMT, Code.FILE_UNSAFE),
    ("doctype.xml", "<!DOCTYPE a>" + CAMT, Code.FILE_UNSAFE),
    ("plain.xml", f"{OUTSIDE}<a>&x;</a>", Code.FILE_UNSAFE),
    ("laughs.ofx", f"<?xml version='1.0'?>{ENTITIES}<OFX>&l9;</OFX>", Code.FILE_UNSAFE),
    ("laughs.xls", spreadsheet("").replace("<Workbook", f"{ENTITIES}<Workbook"), Code.FILE_UNSAFE),
    ("laughs.xlsx", lambda: with_sheet(ENTITIES + SHEET.format("")), Code.FILE_UNSAFE),
    ("far.xlsx", lambda: with_sheet(SHEET.format(FAR)), Code.FILE_TOO_LARGE),
    ("deep.xlsx", lambda: with_sheet(SHEET.format(FAR.replace("1048576", "4294967295"))),
     Code.FILE_TOO_LARGE),
    ("far.xlsb", lambda: xlsb([["x"], *[[None]] * 4_000, ["x", *[None] * 16_382, "x"]]),
     Code.FILE_TOO_LARGE),
    ("repeated.ods", lambda: ods(REPEATED), Code.FILE_TOO_LARGE),
    ("wide.xls", spreadsheet('<Row><Cell ss:Index="900000000"/></Row>'), Code.FILE_TOO_LARGE),
    ("nested.xml", CAMT[:80] + "<a>" * 100_000, Code.FILE_DAMAGED),
]  # fmt: skip


@pytest.mark.parametrize(("name", "content", "code"), HARMFUL, ids=[row[0] for row in HARMFUL])
def test_a_harmful_file_is_refused_at_once(
    tmp_path: Path, name: str, content: str | Callable[[], bytes], code: Code
) -> None:
    path = made(tmp_path, name, content if isinstance(content, str) else content())
    start = time.process_time()
    intake = read(path)
    assert [problem.code for problem in intake.problems] == [code]
    assert time.process_time() - start < SECONDS_MAX


def test_a_table_of_spanning_cells_has_a_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "CELLS_MAX", 1_000)
    page = f"<table><tr>{'<td colspan=500>x</td>' * 3}</tr></table>"
    (problem,) = read(made(tmp_path, "a.xls", page)).problems
    assert problem.code is Code.FILE_TOO_LARGE


def test_a_text_of_too_many_lines_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "ROWS_MAX", 2)
    (problem,) = read(made(tmp_path, "a.csv", TEXT)).problems
    assert problem.code is Code.FILE_TOO_LARGE


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.floats(),
            st.decimals(-(10**12), 10**12, places=2).map(float),
            st.integers(-(10**18), 10**18).map(float),
            st.sampled_from(["", "货款", "1.50"]),
        ),
        min_size=1,
    )
)
def test_a_column_of_numbers_reads_as_each_of_its_cells_would(cells: list[float | str]) -> None:
    assert column_texts(tuple(cells)).to_list() == [cell_text(c) for c in cells]


def test_a_text_of_thousands_of_columns_is_refused_without_looking_at_each(tmp_path: Path) -> None:
    row = ",".join(f"x{n}" for n in range(10_000))
    intake = read(made(tmp_path, "a.csv", f"{row}\n{row}\n"))
    assert [problem.code for problem in intake.problems] == [Code.LAYOUT_UNKNOWN]
    assert [len(proposal.columns) for proposal in intake.proposals] == [limits.GUESSED_COLUMNS_MAX]


def test_figures_of_another_script_are_no_count_and_stop_nothing(tmp_path: Path) -> None:
    header = "发货时间,订单编号,物流公司,物流单号,商家编码,数量,重量"
    rows = [f"2026-05-0{n},30000000000000050{n},圆通速递,YT000000{n},A-1,{q},{q}" for n, q in
            ((1, "1"), (2, "٣"))]  # fmt: skip
    found = read(made(tmp_path, "发货记录.csv", "\n".join([header, *rows]) + "\n")).records
    assert found["quantity"].to_list() == [1, None]
