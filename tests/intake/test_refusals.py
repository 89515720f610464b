"""What cannot be read is told by its own code; the rest is read all the same."""

import io
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from recon_engine.errors import Code
from recon_engine.intake import limits
from recon_engine.messages import Language, explain, text
from tests.intake.shared import SAMPLES, accounted, read

HEADER = "Date,Description,Amount,Currency,Balance\n"
GOOD = HEADER + "2026-05-01,Coffee,-3.50,EUR,96.50\n2026-05-02,Sale,10.00,EUR,106.50\n"


def made(folder: Path, name: str, content: bytes | str) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def zipped(members: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return target.getvalue()


SEALED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512 + "EncryptedPackage".encode("utf-16-le")
MISSING = "记账日期,货币,联机余额,交易摘要,对手信息,客户摘要\n2026-05-01,CNY,1.00,a,b,c\n"


REFUSED: list[tuple[str, bytes | str, Code]] = [
        ("empty.csv", b"", Code.FILE_EMPTY),
        ("blank.csv", b"\xef\xbb\xbf\r\n \r\n", Code.FILE_EMPTY),
        ("picture.csv", b"\x89PNG\r\n\x1a\n" + b"\0" * 40, Code.FILE_KIND_UNKNOWN),
        ("sealed.xlsx", SEALED, Code.FILE_ENCRYPTED),
        ("damaged.xlsx", zipped({"xl/workbook.xml": b"<workbook>"}), Code.FILE_DAMAGED),
        ("damaged.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\1" * 600, Code.FILE_DAMAGED),
        ("cut.zip", zipped({"a.csv": GOOD.encode()})[:60], Code.FILE_DAMAGED),
        ("unknown.csv", "colour,shape,taste\nred,round,sweet\n", Code.LAYOUT_UNKNOWN),
        ("no_rows.csv", HEADER, Code.NO_ROWS),
        ("no_amount.csv", MISSING, Code.COLUMN_MISSING),
        ("days.csv", HEADER + "01/02/2026,a,1.00,EUR,\n03/04/2026,b,2.00,EUR,\n",
         Code.DATE_ORDER_UNDECIDED),
        ("both.csv", HEADER + "13/02/2026,a,1.00,EUR,\n03/14/2026,b,2.00,EUR,\n",
         Code.DATE_ORDER_UNDECIDED),
        ("header_only.sta", ":20:A\n:25:B\n:60F:C260501EUR1,00\n", Code.NO_ROWS),
]  # fmt: skip


@pytest.mark.parametrize(("name", "content", "code"), REFUSED, ids=[row[0] for row in REFUSED])
def test_a_refused_file_has_its_code_and_stops_no_other(
    tmp_path: Path, name: str, content: bytes | str, code: Code
) -> None:
    intake = read(made(tmp_path, name, content), made(tmp_path, "good.csv", GOOD))
    assert [(p.code, p.place.file) for p in intake.problems] == [(code, name)]
    assert [report.file for report in intake.files] == ["good.csv"]
    assert intake.records.height == 2


def test_an_unknown_layout_lists_its_columns_and_a_near_miss_names_the_column(
    tmp_path: Path,
) -> None:
    unknown = made(tmp_path, "u.csv", "colour,shape,taste\nred,round,sweet\n")
    near = made(tmp_path, "n.csv", MISSING)
    first, second = read(unknown, near).problems
    assert first.value == "colour, shape, taste"
    assert second.place.column == "交易金额"
    assert second.value.startswith("cmb")


def test_nothing_given_and_nothing_there(tmp_path: Path) -> None:
    assert [p.code for p in read().problems] == [Code.NO_FILES]
    assert [p.code for p in read(tmp_path / "gone.csv").problems] == [Code.FILE_MISSING]


def test_a_workbook_with_a_password_in_the_middle_of_others(tmp_path: Path) -> None:
    archive = made(
        tmp_path, "all.zip", zipped({"a.csv": GOOD.encode(), "b.xlsx": SEALED, ".hidden": b"x"})
    )
    intake = read(archive)
    assert [p.code for p in intake.problems] == [Code.FILE_ENCRYPTED]
    assert [r.file for r in intake.files] == ["all.zip/a.csv"]


def test_a_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "RATIO_FREE_BYTES", 1 << 16)
    bomb = made(tmp_path, "bomb.zip", zipped({"a.csv": b"0" * (1 << 20)}))
    assert [p.code for p in read(bomb).problems] == [Code.FILE_TOO_LARGE]


@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        ("2026-05-03,x,ten,EUR,\n", Code.AMOUNT_NOT_A_NUMBER, "Amount"),
        ("2026-05-03,x,1.234,EUR,\n", Code.AMOUNT_TOO_PRECISE, "Amount"),
        ("2026-05-03,x,,EUR,\n", Code.AMOUNT_MISSING, "Amount"),
        ("2026-02-30,x,1.00,EUR,\n", Code.DATE_NOT_READ, "Date"),
        (",x,1.00,EUR,\n", Code.DATE_MISSING, "Date"),
        ("2026-05-03,x,1.00,XXQ,\n", Code.CURRENCY_UNKNOWN, "Currency"),
        ("2026-05-03,a, b,1.00,EUR,5.00\n", Code.AMOUNT_NOT_A_NUMBER, "Amount"),
        ("2026-05-03,x,1.00,EUR,5.00,more,still\n", Code.ROW_NOT_UNDERSTOOD, ""),
    ],
)
def test_one_bad_row_is_a_reject_with_its_place_and_all_others_are_read(
    tmp_path: Path, row: str, code: Code, column: str
) -> None:
    intake = read(made(tmp_path, "bad.csv", GOOD + row + "2026-05-04,y,2.00,EUR,\n"))
    (report,) = intake.files
    (reject,) = report.rejects
    assert (reject.code, reject.place.row, reject.place.column) == (code, 4, column)
    assert intake.records["source_row"].to_list() == [2, 3, 5]
    assert accounted(report, intake.records)


def test_one_bad_cell_among_a_hundred_thousand_rows(tmp_path: Path) -> None:
    days = ("2026-05-01", "2026-05-02", "2026-05-03", "2026-05-04")
    rows = [f"{days[n % 4]},sale {n},{n}.25,EUR,\n" for n in range(100_000)]
    rows[70_000] = "2026-05-01,sale,1O.25,EUR,\n"
    intake = read(made(tmp_path, "large.csv", HEADER + "".join(rows)))
    (report,) = intake.files
    (reject,) = report.rejects
    assert (report.rows, report.records) == (100_000, 99_999)
    assert intake.records["amount"].sum() == sum(
        n * 100 + 25 for n in range(100_000) if n != 70_000
    )
    place = reject.place
    assert (place.file, place.row, place.column) == ("large.csv", 70_002, "Amount")
    for language in Language:
        told = explain(reject, language)
        assert all(word in told for word in ("large.csv", "70002", "Amount", "1O.25"))
        assert text(f"errors.{reject.code}.remedy", language) in told


def test_one_bad_cell_names_its_sheet(tmp_path: Path) -> None:
    path = tmp_path / "large.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("五月")
        sheet.write_row(0, 0, ["Date", "Description", "Amount", "Currency"])
        sheet.write_row(1, 0, ["2026-05-01", "sale", 1.25, "EUR"])
        sheet.write_row(2, 0, ["2026-05-01", "sale", "1O.25", "EUR"])
    (reject,) = read(path).files[0].rejects
    assert (reject.place.sheet, reject.place.row, reject.value) == ("五月", 3, "1O.25")
    assert all("五月" in explain(reject, language) for language in Language)


def test_ids_that_a_spreadsheet_turned_into_numbers_are_rejects(tmp_path: Path) -> None:
    path = tmp_path / "orders.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("订单")
        sheet.write_row(2, 1, ["订单号", "下单时间", "金额"])
        sheet.write_row(3, 1, [8904223818706, "2026-05-01", 19.99])
        sheet.write_row(4, 1, [123456789012345678, "2026-05-02", 5])
    text = made(
        tmp_path, "o.csv", "订单号,下单时间,金额\n4.00123E+27,2026-05-01,1.00\nA1,2026-05-01,1.00\n"
    )
    intake = read(path, text)
    assert [
        (p.code, p.place.sheet, p.place.row, p.place.column)
        for report in intake.files
        for p in report.rejects
    ] == [
        (Code.ID_LOST_DIGITS, "订单", 5, "订单号"),
        (Code.ID_LOST_DIGITS, "", 2, "订单号"),
    ]
    assert intake.records["reference"].to_list() == ["8904223818706", "A1"]
    assert intake.records["amount"].to_list() == [1999, 100]


def test_a_broken_chain_and_a_wrong_total_are_failed_proofs_and_lose_nothing(
    tmp_path: Path,
) -> None:
    gap = made(tmp_path, "gap.csv", GOOD + "2026-05-03,Lost,1.00,EUR,999.00\n")
    amazon = (SAMPLES / "amazon_v2" / "18000000001.txt").read_text(encoding="utf-8")
    wrong = made(tmp_path, "wrong.txt", amazon.replace("61.05", "61.06"))
    chain, total = read(gap, wrong).files
    assert chain.records == 3
    assert [n.code for n in chain.notes] == [Code.BALANCE_CHAIN_BROKEN]
    assert "row 4" in chain.notes[0].value
    assert [n.code for n in total.notes] == [Code.TOTAL_DIFFERS]
    assert total.records == 10


def test_an_order_with_one_bad_row_is_refused_whole(tmp_path: Path) -> None:
    text = (
        "Order ID,Date,SKU,Line total\nA,2026-05-01,X,1.00\nA,2026-05-01,Y,?\nB,2026-05-01,X,2.00\n"
    )
    intake = read(made(tmp_path, "o.csv", text))
    codes = [(p.place.row, p.code) for p in intake.files[0].rejects]
    assert codes == [(2, Code.ORDER_INCOMPLETE), (3, Code.AMOUNT_NOT_A_NUMBER)]
    assert intake.records["reference"].to_list() == ["B"]
