"""A file is what its bytes are: encoding, delimiter, container and name change nothing."""

import io
from pathlib import Path

import pytest
import xlsxwriter

from recon_engine.errors import Code
from recon_engine.intake import delimited
from tests.intake.shared import read, samples
from tests.intake.test_refusals import zipped

TEXT = """日期,摘要,收入,支出,余额,对方户名
2026-05-01,货款,"1,200.00",,"1,200.00",示例公司
2026-05-02,手续费,,5.00,"1,195.00",银行
"""
CELLS = [
    ["日期", "摘要", "收入", "支出", "余额", "对方户名"],
    ["2026-05-01", "货款", "1200.00", "", "1200.00", "示例公司"],
    ["2026-05-02", "手续费", "", "5.00", "1195.00", "银行"],
]
TRADITIONAL = (
    "日期,摘要,收入金額,支出金額,餘額,對方戶名\n2026-05-01,貨款,1200.00,,1200.00,示例公司\n"
)


def joined(delimiter: str) -> str:
    return "\r\n".join(delimiter.join(row) for row in CELLS) + "\r\n"


def html() -> str:
    rows = "".join(f"<tr>{''.join(f'<td>{c}</td>' for c in row)}</tr>" for row in CELLS)
    return f"<html><body><table>{rows}</table></body></html>"


def spreadsheet_xml() -> str:
    def cells(row: list[str]) -> str:
        return "".join(
            f'<Cell ss:Index="{n}"><Data ss:Type="String">{cell}</Data></Cell>'
            for n, cell in enumerate(row, 1)
            if cell
        )

    rows = "".join(f"<Row>{cells(row)}</Row>" for row in CELLS)
    return (
        '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
        'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="明细">'
        f"<Table>{rows}</Table></Worksheet></Workbook>"
    )


def xlsx() -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        book.add_worksheet("说明").write(0, 0, "see the next sheet")
        sheet = book.add_worksheet("明细")
        for n, row in enumerate(CELLS):
            sheet.write_row(n, 0, row)
    return target.getvalue()


PACKED: list[tuple[str, bytes]] = [
    ("utf8.csv", TEXT.encode()),
    ("bom.csv", TEXT.encode("utf-8-sig")),
    ("utf16.csv", TEXT.encode("utf-16")),
    ("gbk.csv", TEXT.encode("gb18030")),
    ("crlf.txt", TEXT.replace("\n", "\r\n").encode()),
    ("mac.csv", TEXT.replace("\n", "\r").encode()),
    ("tab.xls", joined("\t").encode("gb18030")),
    ("semicolon.csv", joined(";").encode()),
    ("pipe.dat", joined("|").encode()),
    ("html.xls", html().encode("gb18030")),
    ("markup.xls", spreadsheet_xml().encode()),
    ("book.csv", xlsx()),
    ("preamble.csv", ("银行对账单\n账号：6222000011112222\n\n" + TEXT).encode()),
]


@pytest.mark.parametrize(("name", "content"), PACKED, ids=[name for name, _ in PACKED])
def test_however_it_is_packed_it_reads_the_same(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    intake = read(path)
    assert intake.problems == ()
    records = intake.records
    assert records["amount"].to_list() == [120000, -500]
    assert records["balance"].to_list() == [120000, 119500]
    assert records["text"].to_list() == ["货款", "手续费"]
    assert records["party"].to_list() == ["示例公司", "银行"]
    expected = "6222000011112222" if name == "preamble.csv" else ""
    assert set(records["account"]) == {expected}


def test_big5_is_told_from_gbk(tmp_path: Path) -> None:
    path = tmp_path / "b5.csv"
    path.write_bytes(TRADITIONAL.encode("big5"))
    records = read(path).records
    assert records["amount"].to_list() == [120000]
    assert records["text"].to_list() == ["貨款"]


def test_a_zip_with_names_in_gbk_and_a_folder_read_in_a_fixed_order(tmp_path: Path) -> None:
    # zipfile itself marks such names as UTF-8; Windows tools write GBK and no mark.
    content = zipped({"AAAA.csv": TEXT.encode("gb18030")}).replace(b"AAAA", "流水".encode("gbk"))
    folder = tmp_path / "in"
    (folder / "sub").mkdir(parents=True)
    (folder / "b.zip").write_bytes(content)
    (folder / "sub" / "a.csv").write_text(TEXT.replace("货款", "其他"), encoding="utf-8")
    (folder / ".DS_Store").write_bytes(b"x")
    (folder / "~$b.xlsx").write_bytes(b"x")
    files = [report.file for report in read(folder).files]
    assert [name.rsplit("/", 1)[-1] for name in files] == ["流水.csv", "a.csv"]


def test_the_same_file_twice_changes_nothing_and_says_so(tmp_path: Path) -> None:
    first, second = tmp_path / "a.csv", tmp_path / "b.csv"
    for path in (first, second):
        path.write_text(TEXT, encoding="utf-8")
    intake = read(first, second)
    assert intake.records.height == 2
    assert [note.code for note in intake.files[1].notes] == [Code.FILE_TWICE]
    assert intake.files[1].rows == 0


def test_overlapping_exports_merge_and_two_equal_payments_in_one_file_stay_two(
    tmp_path: Path,
) -> None:
    header = "Date,Description,Amount,Currency\n"
    rows = ["2026-05-01,Fee,-1.00,EUR\n"] * 2 + ["2026-05-02,Sale,9.00,EUR\n"]
    first, second = tmp_path / "a.csv", tmp_path / "b.csv"
    first.write_text(header + "".join(rows), encoding="utf-8")
    second.write_text(header + rows[2] + "2026-05-03,Fee,-9.00,EUR\n", encoding="utf-8")
    intake = read(first, second)
    assert intake.records["amount"].to_list() == [-100, -100, 900, -900]
    ids = intake.records["record_id"].to_list()
    assert ids[1] == f"{ids[0]}-2"
    report = intake.files[1]
    assert (report.rows, report.records, report.excluded) == (2, 1, 1)
    assert [note.code for note in report.notes] == [Code.ROWS_SEEN]


def test_the_fast_reading_of_text_agrees_with_the_slow_one() -> None:
    odd = 'a,b,c\n1,"x\ny",3\n\n4,5\n"he ""said""",1,2\n6,7,8,9\n'
    texts = [odd.partition("\n")[2]]
    for path in samples():
        if path.suffix in (".csv", ".txt"):
            raw = path.read_bytes()
            try:
                texts.append(raw.decode("utf-8-sig"))
            except UnicodeDecodeError:
                texts.append(raw.decode("gb18030"))
    agreed = 0
    for text in texts:
        for delimiter in delimited.DELIMITERS:
            fast = delimited.fast_body(text, delimiter, 1, 6)
            if fast is None:
                continue
            slow = delimited.slow_body(text, delimiter, 1, 6)
            agreed += 1
            assert fast.lines.to_list() == slow.lines.to_list()
            assert fast.cells.fill_null("").rows() == slow.cells.fill_null("").rows()
            assert fast.overflow.is_null().to_list() == slow.overflow.is_null().to_list()
    assert agreed > len(texts)


def test_a_zip_in_a_zip_is_read(tmp_path: Path) -> None:
    path = tmp_path / "outer.zip"
    path.write_bytes(zipped({"inner.zip": zipped({"a.csv": TEXT.encode()})}))
    assert [report.file for report in read(path).files] == ["outer.zip/inner.zip/a.csv"]
