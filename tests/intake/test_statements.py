"""CAMT, BAI2, OFX and QIF: signs, batches, proofs, and what each refuses."""

from pathlib import Path

import pytest

from recon_engine.errors import Code
from recon_engine.model.results import Intake
from tests.intake.shared import SAMPLES, accounted, read
from tests.intake.test_refusals import made

CAMT = (SAMPLES / "camt" / "camt053.xml").read_text(encoding="utf-8")
BAI2 = (SAMPLES / "bai2" / "statement.bai").read_text(encoding="utf-8")
CARD = (SAMPLES / "ofx" / "card.ofx").read_text(encoding="utf-8")
QIF = (SAMPLES / "qif" / "bank.qif").read_text(encoding="utf-8")


def changed(folder: Path, name: str, text: str, old: str, new: str) -> Intake:
    assert old in text
    return read(made(folder, name, text.replace(old, new)))


def test_a_batch_that_does_not_add_up_stays_one_row_with_all_its_references(tmp_path: Path) -> None:
    intake = changed(tmp_path, "a.xml", CAMT, "200.50", "200.49")
    first = intake.records.row(0, named=True)
    assert (first["amount"], first["reference"]) == (25050, "A-1|A-2|BANK-1")
    assert intake.records.height == 3
    assert all(check.ok for check in intake.files[0].checks)


@pytest.mark.parametrize("version", ["camt.052.001.02", "camt.053.001.14", "camt.054.001.04"])
def test_versions_differ_in_their_namespace_only(tmp_path: Path, version: str) -> None:
    intake = changed(tmp_path, "a.xml", CAMT, "camt.053.001.08", version)
    assert intake.records["amount"].to_list() == [20050, 5000, -2500, 1200]


def test_a_wrong_closing_balance_and_a_wrong_sum_are_notes(tmp_path: Path) -> None:
    intake = changed(tmp_path, "a.xml", CAMT, "12.00", "12.01")
    (report,) = intake.files
    assert [n.code for n in report.notes] == [Code.TOTAL_DIFFERS, Code.TOTAL_DIFFERS]
    assert intake.records["amount"].sum() == 23751


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('<Amt Ccy="EUR">12.00</Amt>', '<Amt Ccy="EUR">twelve</Amt>', Code.AMOUNT_NOT_A_NUMBER),
        ('<Amt Ccy="EUR">12.00</Amt>', '<Amt Ccy="EUR">12.001</Amt>', Code.AMOUNT_TOO_PRECISE),
        ('<Amt Ccy="EUR">12.00</Amt>', "<Amt>12.00</Amt>", Code.CURRENCY_UNKNOWN),
        ('<Amt Ccy="EUR">12.00</Amt>', "", Code.AMOUNT_MISSING),
        ('12.00</Amt><CdtDbtInd>CRDT', '12.00</Amt><CdtDbtInd>BOTH', Code.DIRECTION_UNKNOWN),
        ("<Dt>2026-05-03</Dt></BookgDt><Addtl", "<Dt>2026-02-30</Dt></BookgDt><Addtl",
         Code.DATE_NOT_READ),
        ("<BookgDt><Dt>2026-05-03</Dt></BookgDt><Addtl", "<Addtl", Code.DATE_MISSING),
    ],
)  # fmt: skip
def test_one_bad_entry_is_a_reject_with_its_line(
    tmp_path: Path, old: str, new: str, code: Code
) -> None:
    intake = changed(tmp_path, "a.xml", CAMT, old, new)
    (report,) = intake.files
    assert [(r.code, r.place.row) for r in report.rejects] == [(code, 21)]
    assert accounted(report, intake.records)
    assert intake.records["amount"].to_list() == [20050, 5000, -2500]


def test_the_same_entries_in_a_notification_and_a_statement_are_merged(tmp_path: Path) -> None:
    first = made(tmp_path, "053.xml", CAMT)
    second = made(
        tmp_path, "054.xml", CAMT.replace("camt.053", "camt.054").replace("Stmt>", "Ntfctn>")
    )
    intake = read(first, second)
    assert intake.records.height == 4
    assert (intake.files[1].records, intake.files[1].excluded) == (0, 5)


def test_an_xml_that_is_cut_off_is_damaged_with_its_line(tmp_path: Path) -> None:
    (problem,) = read(made(tmp_path, "a.xml", CAMT[:1500])).problems
    assert (problem.code, problem.place.row > 5) == (Code.FILE_DAMAGED, True)


def test_a_statement_in_the_encoding_that_it_declares(tmp_path: Path) -> None:
    text = CAMT.replace('encoding="UTF-8"', 'encoding="ISO-8859-15"').replace("Bo Ex", "Böß Ex€")
    intake = read(made(tmp_path, "a.xml", text.encode("iso8859-15")))
    assert intake.records["party"][1] == "Böß Ex€ample & Co"


def test_bai2_control_totals_are_proved_at_every_level(tmp_path: Path) -> None:
    intake = changed(tmp_path, "a.bai", BAI2, "16,475,3000", "16,475,3001")
    failed = [check.detail for check in intake.files[0].checks if not check.ok]
    assert [detail.partition(":")[0] for detail in failed] == ["1001", "49 1001", "98", "99"]
    assert intake.records["amount"].to_list() == [12050, 27500, -3001]


def test_bai2_cut_off_says_which_trailers_are_missing(tmp_path: Path) -> None:
    intake = read(made(tmp_path, "a.bai", BAI2.partition("49,")[0]))
    failed = [check.detail for check in intake.files[0].checks if not check.ok]
    assert sorted(detail[:2] for detail in failed) == ["49", "98", "99"]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("16,475,3000", "16,475,30.00", Code.AMOUNT_NOT_A_NUMBER),
        ("16,475,3000", "16,475,", Code.AMOUNT_MISSING),
        ("16,475,3000", "16,475,1000000000000000", Code.AMOUNT_TOO_LARGE),
        ("16,475,3000", "16,720,3000", Code.DIRECTION_UNKNOWN),
        ("16,475,3000", "16,xyz,3000", Code.ROW_NOT_UNDERSTOOD),
    ],
)
def test_one_bad_detail_is_a_reject_with_its_line(
    tmp_path: Path, old: str, new: str, code: Code
) -> None:
    intake = changed(tmp_path, "a.bai", BAI2, old, new)
    (report,) = intake.files
    assert [(r.code, r.place.row) for r in report.rejects] == [(code, 7)]
    assert accounted(report, intake.records)


def test_a_deletion_group_is_never_read_as_movements(tmp_path: Path) -> None:
    intake = changed(tmp_path, "a.bai", BAI2, "026000000,1,", "026000000,2,")
    assert {r.code for r in intake.files[0].rejects} == {Code.ROW_NOT_UNDERSTOOD}
    assert intake.records.is_empty()


def test_bai2_without_its_file_header_is_refused_with_the_place(tmp_path: Path) -> None:
    text = BAI2.replace("01,TESTBANK", "00,TESTBANK", 1)
    (problem,) = read(made(tmp_path, "a.bai", text)).problems
    assert (problem.code, problem.place.row) == (Code.ROW_NOT_UNDERSTOOD, 1)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("<OFX><INVSTMTMSGSRSV1><INVSTMTRS></INVSTMTRS></INVSTMTMSGSRSV1></OFX>",
         Code.INVESTMENT_ONLY),
        ("<OFX><SONRS><STATUS><CODE>15500<MESSAGE>wrong password</STATUS></SONRS></OFX>",
         Code.NO_STATEMENT),
        ("<OFX><STMTRS><CURDEF>USD<BANKACCTFROM><ACCTID>1</BANKACCTFROM></STMTRS></OFX>",
         Code.NO_ROWS),
        ("!Type:Invst\nD1/2/26\nNBuy\n^\n", Code.INVESTMENT_ONLY),
        ("!Type:Bank\nD1/2/26\nT1.00\n^\nD3/4/26\nT1.00\n^\n", Code.DATE_ORDER_UNDECIDED),
        ("!Type:Cat\nNFees\n^\n", Code.NO_ROWS),
    ],
)  # fmt: skip
def test_what_holds_no_statement_says_so(tmp_path: Path, text: str, code: Code) -> None:
    assert [p.code for p in read(made(tmp_path, "a.txt", text)).problems] == [code]


def test_an_investment_accounts_cash_is_not_the_bank_accounts(tmp_path: Path) -> None:
    extra = "<INVBANKTRAN><STMTTRN><DTPOSTED>20260501<TRNAMT>1.00<FITID>I</STMTTRN></INVBANKTRAN>"
    intake = changed(tmp_path, "a.ofx", CARD, "</OFX>", f"{extra}</OFX>")
    assert intake.records["amount"].to_list() == [-1999, -3000]


def test_qif_splits_that_do_not_make_the_amount_are_a_note(tmp_path: Path) -> None:
    intake = changed(tmp_path, "a.qif", QIF, "$-2.00", "$-3.00")
    assert [n.code for n in intake.files[0].notes] == [Code.TOTAL_DIFFERS]


def test_qif_days_follow_the_file_and_a_file_that_contradicts_itself_is_refused(
    tmp_path: Path,
) -> None:
    day_first = QIF.replace("D5/13'26", "D13/5'26").replace("D5/14'26", "D14/5'26")
    intake = read(made(tmp_path, "a.qif", day_first))
    assert [day.isoformat() for day in intake.records["date"]] == ["2026-02-05", "2026-05-13"]
    contradicts = changed(tmp_path, "b.qif", QIF, "D5/13'26", "D13/5'26")
    assert [p.code for p in contradicts.problems] == [Code.DATE_ORDER_UNDECIDED]
