"""Currency, direction and fee, where a statement tells them in columns and cells of its own."""

from dataclasses import replace
from pathlib import Path

import pytest

from recon_engine.errors import Code
from recon_engine.intake import read_files
from recon_engine.intake.mapping import read_mapping
from recon_engine.model.policy import default_policy
from recon_engine.model.results import Intake

DOLLARS = """Date,Type,Description,Withdrawal (-),Deposit (+),RunningBalance
05/31/2026,ACH,payout,,$120.00,"$1,120.00"
05/30/2026,ACH,parcels,$20.00,,"$1,000.00"
"""


def reading(tmp_path: Path, text: str, home: str = "CNY") -> Intake:
    path = tmp_path / "a.csv"
    path.write_text(text, encoding="utf-8")
    return read_files([path], replace(default_policy(), home_currency=home))


def moved(intake: Intake) -> list[tuple[str, int]]:
    assert [report.rejects for report in intake.files] == [()]
    return list(intake.records.select("currency", "amount").iter_rows())


def test_a_bare_dollar_is_the_homes_own_dollar_or_it_is_asked_whose(tmp_path: Path) -> None:
    assert moved(reading(tmp_path, DOLLARS, "USD")) == [("USD", 12000), ("USD", -2000)]
    assert moved(reading(tmp_path, DOLLARS, "HKD")) == [("HKD", 12000), ("HKD", -2000)]
    intake = reading(tmp_path, DOLLARS)
    assert [(p.code, p.value) for p in intake.problems] == [(Code.CURRENCY_UNKNOWN, "$")]
    assert len(intake.proposals) == 1


def test_a_confirmed_mapping_says_whose_dollar_it_is(tmp_path: Path) -> None:
    mapping = read_mapping(
        'kind = "statement_line"\nchannel = "bank"\ncurrency = "AUD"\nrequired = ["date", "in"]\n'
        '[columns]\ndate = ["Date"]\nin = ["Deposit (+)"]\nout = ["Withdrawal (-)"]\n'
        '[money]\nmode = "auto"\n',
        "m.toml",
    )
    path = tmp_path / "a.csv"
    path.write_text(DOLLARS, encoding="utf-8")
    intake = read_files([path], default_policy(), mappings=(mapping,))
    assert moved(intake) == [("AUD", 12000), ("AUD", -2000)]


def test_a_bare_dollar_among_other_currencies_refuses_its_own_row(tmp_path: Path) -> None:
    text = "Date,Payee,Cur,Amount\n2026-05-01,A,$,-2.00\n2026-05-02,B,€,-3.00\n2026-05-03,C,,1.00\n"
    intake = reading(tmp_path, text)
    assert [(r.code, r.place.row) for r in intake.files[0].rejects] == [(Code.CURRENCY_UNKNOWN, 2)]
    assert intake.records["currency"].to_list() == ["EUR", "CNY"]


CANADA = "Date,Text,Amount\n2026-05-01,a,CA$2.50\n2026-05-02,b,-CA$1.00\n"
SINGAPORE = """Account Number:,123456,SGD
Date,Text,Withdrawal,Deposit
30 Jun 2026,a,0,2.50
29 Jun 2026,b,1,0
"""
EURO = "Währung;EUR\nDatum;Text;Betrag\n30.06.2026;a;2,50\n29.06.2026;b;-1,00\n"
FORINT = "Könyvelés dátuma,Közlemény,Összeg,Pénznem\n2026-05-01,a,2.5,HUF\n2026-05-02,b,-1,HUF\n"


@pytest.mark.parametrize(
    ("text", "currency"),
    [(CANADA, "CAD"), (SINGAPORE, "SGD"), (EURO, "EUR"), (FORINT, "HUF")],
    ids=["in the figures", "beside the account", "above the header", "in its column"],
)
def test_the_currency_is_read_wherever_it_stands(tmp_path: Path, text: str, currency: str) -> None:
    intake = reading(tmp_path, text)
    assert moved(intake) == [(currency, 250), (currency, -100)]
    assert "currency_assumed" not in {check.code for check in intake.files[0].checks}


def test_a_type_that_only_says_debit_or_credit_is_the_direction(tmp_path: Path) -> None:
    text = """Date,Description,Amount,Transaction Type,Category,Notes
5/27/2026,Paper,7.99,debit,Office,
5/28/2026,Payout,71.06,credit,Sales,
"""
    assert moved(reading(tmp_path, text)) == [("CNY", -799), ("CNY", 7106)]
    signed = text.replace(",7.99", ",-7.99")
    assert moved(reading(tmp_path, signed)) == [("CNY", -799), ("CNY", 7106)]
    of_a_card = text.replace(",71.06", ",-71.06")
    assert moved(reading(tmp_path, of_a_card)) == [("CNY", -799), ("CNY", 7106)]
    other = reading(tmp_path, text.replace("credit", "transfer"))
    assert other.records["amount"].to_list() == [-799]
    assert [r.code for r in other.files[0].rejects] == [Code.DIRECTION_UNKNOWN]
    signed = text.replace(",7.99,debit", ",-7.99,Debit").replace("credit", "transfer")
    assert moved(reading(tmp_path, signed)) == [("CNY", -799), ("CNY", 7106)]


def test_an_amount_goes_with_its_own_currency(tmp_path: Path) -> None:
    chinese = """交易日期,交易摘要,交易金额,交易货币,入账金额,入账货币
2026-05-05,包装,-15.90,USD,-113.20,CNY
2026-05-04,货款,97.20,CNY,97.20,CNY
"""
    assert moved(reading(tmp_path, chinese)) == [("CNY", -11320), ("CNY", 9720)]
    english = """Date,Text,Transaction Amount,Transaction Currency
2026-05-05,a,-15.90,USD
2026-05-04,b,97.20,EUR
"""
    assert moved(reading(tmp_path, english)) == [("USD", -1590), ("EUR", 9720)]
    both = """Date,Text,Transaction Amount,Transaction Currency,Billing Amount,Billing Currency
2026-05-05,a,-15.90,USD,-14.00,GBP
2026-05-04,b,97.20,EUR,80.00,GBP
"""
    assert moved(reading(tmp_path, both)) == [("GBP", -1400), ("GBP", 8000)]


NET = """Date,Type,Amount,Fee,Net,Currency
2026-05-01,Card payment,97.00,{fee}3.07,93.93,EUR
2026-05-02,Withdrawal,-90.00,0.00,-90.00,EUR
"""


@pytest.mark.parametrize("sign", ["", "-"])
def test_what_moved_is_the_net_of_a_fee_signed_either_way(tmp_path: Path, sign: str) -> None:
    intake = reading(tmp_path, NET.format(fee=sign))
    assert moved(intake) == [("EUR", 9393), ("EUR", -9000)]
    assert intake.records.select("gross", "fee").rows() == [(9700, -307), (-9000, 0)]


def test_a_net_before_tax_is_not_what_moved(tmp_path: Path) -> None:
    text = """Datum;Text;Betrag;MwSt;Netto;Währung
13.05.2026;a;-119,00;19,00;-100,00;EUR
14.05.2026;b;238,00;38,00;200,00;EUR
"""
    assert moved(reading(tmp_path, text)) == [("EUR", -11900), ("EUR", 23800)]


@pytest.mark.parametrize(
    "text",
    [NET.format(fee="").replace("93.93", "93.92"), NET.format(fee="").replace(",Net,", ",,")],
    ids=["figures that do not add up", "a fee and no net"],
)
def test_a_fee_that_may_be_in_the_amount_or_not_is_asked_about(tmp_path: Path, text: str) -> None:
    intake = reading(tmp_path, text)
    assert [problem.code for problem in intake.problems] == [Code.LAYOUT_AMBIGUOUS]
    assert len(intake.proposals) == 1


def test_a_buyer_has_paid_what_waits_to_be_received_and_its_seller_is_not_paid_yet(
    tmp_path: Path,
) -> None:
    text = """支付宝账户：shop@example.com
交易时间,交易分类,交易对方,对方账号,商品说明,收/支,金额,收/付款方式,交易状态,交易订单号,商家订单号,备注,
2026-05-01 10:00:00,日用,纸箱厂,/,纸箱,支出,20.00,余额,等待确认收货,A1,B1,,
2026-05-02 10:00:00,日用,买家,/,杯,收入,30.00,余额,等待确认收货,A2,B2,,
2026-05-03 10:00:00,日用,纸箱厂,/,胶带,支出,5.00,余额,等待付款,A3,B3,,
2026-05-04 10:00:00,投资理财,余额宝,/,余额宝-自动攒入,不计收支,66.00,银行卡,交易成功,A4,B4,,
"""
    assert moved(reading(tmp_path, text)) == [("CNY", -2000), ("CNY", 6600)]
