"""Which way the money went is proved or asked, never guessed."""

import zipfile
from pathlib import Path

import pytest

from recon_engine.errors import Code
from recon_engine.intake import read_files
from recon_engine.intake.dates import Order
from recon_engine.intake.mapping import read_mapping
from recon_engine.model.policy import default_policy
from tests.intake.shared import SAMPLES, read

CARD = "Date Processed,Description,Amount\n2026-05-13,Shop,20.00\n2026-05-14,Other shop,5.50\n"
SPENT = (
    "Date,Description,Amount,Balance\n2026-05-13,Shop,20.00,80.00\n"
    "2026-05-14,Other shop,5.50,74.50\n2026-05-15,Third,4.50,70.00\n"
)


def made(folder: Path, text: str, name: str = "card.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_card_statement_without_any_minus_is_asked_about(tmp_path: Path) -> None:
    intake = read(made(tmp_path, CARD))
    assert [(p.code, p.place.column) for p in intake.problems] == [(Code.SIGN_UNDECIDED, "Amount")]
    assert intake.records.is_empty()
    (proposal,) = intake.proposals
    assert [guess.role for guess in proposal.columns] == ["date", "text", "amount"]


def test_an_account_to_which_money_only_came_is_read_and_the_assumption_said(
    tmp_path: Path,
) -> None:
    intake = read(made(tmp_path, CARD.replace("Date Processed", "Date")))
    assert intake.records["amount"].to_list() == [2000, 550]
    assert "sign_assumed" in {check.code for check in intake.files[0].checks}


@pytest.mark.parametrize(
    ("text", "amounts"),
    [
        (CARD.replace(",5.50", ",-5.50"), [2000, -550]),
        (CARD.replace(",20.00", ",+20.00").replace(",5.50", ",+5.50"), [2000, 550]),
        (SPENT, [-2000, -550, -450]),
        (SPENT.replace("80.00\n", "120.00\n").replace("74.50", "125.50").replace("70.00", "130.00"),
         [2000, 550, 450]),
    ],
    ids=["a minus somewhere", "a plus everywhere", "balances fall", "balances rise"],
)  # fmt: skip
def test_a_minus_a_plus_or_the_balances_decide(
    tmp_path: Path, text: str, amounts: list[int]
) -> None:
    assert read(made(tmp_path, text)).records["amount"].to_list() == amounts


def test_a_confirmed_mapping_says_that_spending_is_positive(tmp_path: Path) -> None:
    mapping = read_mapping(
        'kind = "statement_line"\nchannel = "card"\nrequired = ["date", "amount"]\n'
        '[columns]\ndate = ["Date Processed"]\namount = ["Amount"]\ntext = ["Description"]\n'
        '[money]\nmode = "signed"\nflip = true\n',
        "card.toml",
    )
    assert mapping.date_order == Order.AUTO
    intake = read_files([made(tmp_path, CARD)], default_policy(), mappings=(mapping,))
    assert intake.records["amount"].to_list() == [-2000, -550]
    assert intake.files[0].profile == "card"


def test_outgoing_rows_of_both_signs_are_decided_by_the_balances_or_asked(tmp_path: Path) -> None:
    head = (
        "动账流水号,关联订单号,关联子订单号,动账时间,账户方向,动账金额(元),动账场景,账户余额(元)\n"
    )
    rows = (
        "1,A,A,2026-05-01 10:00:00,出账,-5.00,佣金,95.00\n"
        "2,A,A,2026-05-01 11:00:00,入账,20.00,货款,115.00\n"
        "3,A,A,2026-05-01 12:00:00,出账,2.00,佣金冲回,117.00\n"
    )
    intake = read(made(tmp_path, head + rows))
    assert intake.records["amount"].to_list() == [-500, 2000, 200]
    blind = rows.replace("95.00", "").replace("115.00", "").replace("117.00", "")
    assert [p.code for p in read(made(tmp_path, head + blind)).problems] == [Code.SIGN_UNDECIDED]


def test_a_signed_ledger_and_one_with_words_read_the_same() -> None:
    signed, worded = (
        read(path).records.select("type", "amount", "gross", "fee").head(2)
        for path in sorted((SAMPLES / "douyin_v1").glob("*.csv"))
        if not path.name.endswith(".expected.csv")
    )
    assert signed.equals(worded)


def test_an_insurance_file_beside_its_ledger_counts_a_premium_once(tmp_path: Path) -> None:
    archive = tmp_path / "动账.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.write(SAMPLES / "douyin_v2" / "动账明细.csv", "动账明细.csv")
        packed.write(SAMPLES / "douyin_insurance" / "运费险.csv", "运费险.csv")
    both = read(archive)
    assert both.records.filter(both.records["amount"] == -80).height == 1
    assert [n.code for n in both.files[1].notes] == [Code.ROWS_SEEN]


BILL = """Transaction Date,Post Date,Description,Amount
02/10/2026,02/11/2026,TAXI,24.50
02/12/2026,02/13/2026,{paid},-500.00
02/13/2026,02/14/2026,PAPER,15.49
"""


@pytest.mark.parametrize("paid", ["AUTOPAY PAYMENT - THANK YOU", "PAYMENT RECEIVED"])
def test_a_card_whose_issuer_thanks_for_money_out_shows_spending_as_positive(
    tmp_path: Path, paid: str
) -> None:
    text = BILL.format(paid=paid)
    assert read(made(tmp_path, text)).records["amount"].to_list() == [-2450, 50000, -1549]
    other = text.replace(",24.50", ",-24.50").replace(",15.49", ",-15.49").replace("-500", "500")
    assert read(made(tmp_path, other)).records["amount"].to_list() == [-2450, 50000, -1549]


@pytest.mark.parametrize("paid", ["-500.00", "500.00"])
def test_a_card_that_says_nothing_is_asked_about(tmp_path: Path, paid: str) -> None:
    intake = read(made(tmp_path, BILL.format(paid="A").replace("-500.00", paid)))
    assert [problem.code for problem in intake.problems] == [Code.SIGN_UNDECIDED]
