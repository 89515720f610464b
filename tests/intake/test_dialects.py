"""Ways that banks of many countries write the same thing, each in a few lines of its own."""

from pathlib import Path

import pytest

from recon_engine.errors import Code
from recon_engine.model.results import Intake
from tests.intake.shared import read


def reading(tmp_path: Path, text: str, name: str = "a.csv", encoding: str = "utf-8") -> Intake:
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return read(path)


# name, text, {currency: amounts in minor units}
READ = [
    ("ING NL", '''"Datum","Naam / Omschrijving","Rekening","Tegenrekening","Code","Af Bij","Bedrag (EUR)","MutatieSoort","Mededelingen"
"20260513","Shop","NL99INGB9999999999","","VZ","Bij","1,25","Diversen","payout 1"
"20260514","Courier","NL99INGB9999999999","","DV","Af","0,75","Diversen","parcels"
''', {"EUR": [125, -75]}),  # noqa: E501 - as the bank writes it
    ("Knab", """KNAB EXPORT;;;;;;;
Rekeningnummer;Transactiedatum;Valutacode;CreditDebet;Bedrag;Tegenrekeninghouder;Omschrijving;
"NL99KNAB9999999999";"21-06-2026";"EUR";"D";"827,75";"Courier";"parcels";
"NL99KNAB9999999999";"22-06-2026";"EUR";"C";"27,75";"Shop";"payout";
""", {"EUR": [-82775, 2775]}),
    ("ING-DiBa", """Umsatzanzeige;Datei erstellt am: 01.06.2026

Buchung;Valuta;Auftraggeber/Empfänger;Buchungstext;Verwendungszweck;Saldo;Währung;Betrag;Währung
31.05.2026;31.05.2026;Shop;Gutschrift;Auszahlung;1.100,00;EUR;100,00;EUR
30.05.2026;30.05.2026;Bote;Lastschrift;Pakete;1.000,00;EUR;-20,00;EUR
""", {"EUR": [10000, -2000]}),
    ("Fineco", """Data,Entrate,Uscite,Descrizione,Stato
31/05/2026,,-9.99,corriere,Contabilizzato
31/05/2026,150.62,,accredito,Contabilizzato
30/05/2026,,-5.00,in corso,Autorizzato
""", {"CNY": [-999, 15062]}),
    ("交通银行借记卡", """序号,交易日期,交易时间,交易类型,借贷,交易金额,余额,对方户名,摘要
1,2026-05-01,00:00:00,转账,贷 Cr,10.00,110.00,网店,货款
2,2026-05-02,13:15:12,消费,借 Dr,3.21,106.79,快递,运费
""", {"CNY": [1000, -321]}),
    ("浦发银行", """账号,6200000000001230,,,,
顺序号,交易日期,交易类型,存入金额,取出金额,余额,交易对手名称
1,2026/05/03  14:06:51,支付,,3.88,96.12,快递
2,2026/05/05  07:22:32,汇入,10.00,,106.12,网店
""", {"CNY": [-388, 1000]}),
    ("spending positive", """交易日期,入账日期,交易摘要,交易金额,交易货币,入账金额,入账货币
2026/05/05,2026/05/06,（消费）包装,15.90,人民币,15.90,人民币
2026/05/04,2026/05/04,（退款）包装,-97.20,人民币,-97.20,人民币
""", {"CNY": [-1590, 9720]}),
    ("Belfius", """Boekingsdatum vanaf;
Rekening;Boekingsdatum;Naam tegenpartij bevat;Transactie;Valutadatum;Bedrag;Devies;Mededelingen
BE1;31/05/2026;Shop;x;31/05/2026;10,50;EUR;pay
BE1;30/05/2026;Bode;x;30/05/2026;-5,25;EUR;pay
""", {"EUR": [1050, -525]}),
    ("Nordea, whose Valuta is the currency", """Bokföringsdag;Belopp;Namn;Rubrik;Saldo;Valuta
2026/05/31;1 010,50;Shop;utb;1 110,50;SEK
2026/05/30;-5,25;Bud;paket;100,00;SEK
""", {"SEK": [101050, -525]}),
    ("Deutsche Bank's last line", """Buchungstag;Wert;Umsatzart;Verwendungszweck;Betrag;Währung
31.05.2026;31.05.2026;Gutschrift;Aus;1.100,50;EUR
30.05.2026;30.05.2026;Lastschrift;Pak;-5,25;EUR
Kontostand;31.05.2026;;;2.095,25;EUR
""", {"EUR": [110050, -525]}),
    ("captions in two languages", """交易日期[ Transaction Date ],交易金额[ Trade Amount ],交易货币[ Currency ],交易后余额[ Balance ],摘要[ Reference ]
20260531,1010.50,CNY,1110.50,货款
20260530,-5.25,CNY,100.00,运费
""", {"CNY": [101050, -525]}),  # noqa: E501 - as the bank writes it
    ("民國年", """交易日期,摘要,支出金額,存入金額,餘額
115/05/31,貨款,,"1,010","1,110"
115/05/30,運費,5,,100
""", {"CNY": [101000, -500]}),
    ("PayPal in German", """"Datum","Uhrzeit","Zeitzone","Name","Typ","Status","Währung","Brutto","Entgelt","Netto","Transaktionscode","Guthaben"
"31.05.2026","10:00:00","CET","Max","Website-Zahlung","Abgeschlossen","EUR","10,00","-0,64","9,36","T1","9,36"
"31.05.2026","11:00:00","CET","Max","Rückzahlung","Abgeschlossen","EUR","-10,00","0,64","-9,36","T2","0,00"
""", {"EUR": [936, -936]}),  # noqa: E501 - as PayPal writes it
    ("HDFC", """HDFC BANK Ltd.
Date,Narration,Chq./Ref.No.,Value Dt,Withdrawal Amt.,Deposit Amt.,Closing Balance
01/10/26,ACME,N2,01/10/26,,"85,000.00","1,35,000.00"
23/10/26,UPI,41,23/10/26,645.00,,"1,34,355.00"
""", {"CNY": [8500000, -64500]}),
    ("楽天銀行", """取引日,入出金(円),取引後残高(円),入出金内容
20260528,-1250,98750,カード
20260527,50000,100000,入金
""", {"JPY": [-1250, 50000]}),
    ("Тинькофф", """Дата операции;Дата платежа;Статус;Сумма операции;Валюта операции;Сумма платежа;Валюта платежа;Описание
28.05.2026 10:00:00;29.05.2026;OK;-12,50;USD;-1125,00;RUB;Магазин
27.05.2026 10:00:00;27.05.2026;OK;500,00;RUB;500,00;RUB;Зарплата
26.05.2026 10:00:00;;FAILED;-5,00;RUB;-5,00;RUB;Магазин
""", {"RUB": [-112500, 50000]}),  # noqa: E501 - as the bank writes it
    ("balances as rows without a figure", """Date,Description,Amount,Running Bal.
05/01/2026,Beginning balance as of 05/01/2026,,"1,000.00"
05/13/2026,PAYROLL,"500.00","1,500.00"
05/14/2026,RENT,"-200.00","1,300.00"
""", {"CNY": [50000, -20000]}),
    ("Banco do Brasil", """Data,Histórico,Data do Balancete,Valor
10/31/2026,Saldo Anterior,,100.00
11/01/2026,Proventos,,1000.00
11/13/2026,Compra,,-40.00
11/30/2026,S A L D O,,1060.00
""", {"CNY": [100000, -4000]}),
    ("rows that failed or were closed", """交易时间,交易对方,摘要,收/支,交易金额,交易状态,交易流水号
2026-05-01 10:00:00,网店,货款,收入,320.00,交易成功,N1
2026-05-01 10:05:00,快递,运费,支出,20.00,交易失败,N2
2026-05-01 10:06:00,快递,运费,支出,20.00,交易关闭,N3
""", {"CNY": [32000]}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "amounts"), [r[1:] for r in READ], ids=[r[0] for r in READ])
def test_a_banks_own_words_are_understood(
    tmp_path: Path, text: str, amounts: dict[str, list[int]]
) -> None:
    intake = reading(tmp_path, text)
    told = {
        str(code): part["amount"].to_list()
        for (code,), part in intake.records.group_by("currency", maintain_order=True)
    }
    assert told == amounts
    assert [report.rejects for report in intake.files] == [()]


def test_a_cards_spending_that_no_word_tells_is_asked(tmp_path: Path) -> None:
    text = """CardId,Date,Amount,Currency,MerchantName
1,2026-05-01,29.00,CHF,Post
1,2026-05-02,10.00,CHF,Paper
1,2026-05-03,-80.00,CHF,
"""
    intake = reading(tmp_path, text)
    assert [problem.code for problem in intake.problems] == [Code.SIGN_UNDECIDED]
    assert len(intake.proposals) == 1


def test_an_account_that_mostly_receives_is_no_card(tmp_path: Path) -> None:
    text = """Posting Date,Description,Amount
2026-05-01,payout,29.00
2026-05-02,payout,10.00
2026-05-03,parcels,-8.00
"""
    assert reading(tmp_path, text).records["amount"].to_list() == [2900, 1000, -800]


def test_a_day_without_a_year_needs_a_title_that_names_it(tmp_path: Path) -> None:
    rows = "交易日,记账日,交易摘要,人民币金额,卡号末四位,交易地金额\n,12/29,还款,-1.00,1,-1.00\n"
    titled = reading(tmp_path, f"信用卡对账单（2026年01月）\n{rows}")
    assert str(titled.records["date"][0]) == "2025-12-29"
    bare = reading(tmp_path, rows)
    assert [r.code for r in bare.files[0].rejects] == [Code.DATE_NOT_READ]


CAMT_DAY = """<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt><Stmt>
<Acct><Id><Othr><Id>LT1</Id></Othr></Id><Ccy>EUR</Ccy></Acct>
<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">10.00</Amt>
<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-05-07</Dt></Dt></Bal>
<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">15.00</Amt>
<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>{closing}</Dt></Dt></Bal>
<Ntry><Amt Ccy="EUR">5.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts></Ntry>
</Stmt></BkToCstmrStmt></Document>"""


def test_an_entry_without_a_day_is_of_its_statements_only_day(tmp_path: Path) -> None:
    (day,) = reading(tmp_path, CAMT_DAY.format(closing="2026-05-07"), "a.xml").records["date"]
    assert str(day) == "2026-05-07"
    (report,) = reading(tmp_path, CAMT_DAY.format(closing="2026-05-08"), "b.xml").files
    assert [reject.code for reject in report.rejects] == [Code.DATE_MISSING]


def test_one_comma_too_many_at_a_lines_end_moves_no_summary(tmp_path: Path) -> None:
    text = """01,1,1,260514,0754,1,,,2/
02,1,1,1,260501,,USD,2/
03,123,USD,010,1000,,,015,1500,,,/
88,040,1000,,,045,1500,,,/
16,142,500,,172629,/
49,5500,4/
98,5500,1,6/
99,5500,1,8/
"""
    (report,) = reading(tmp_path, text, "a.bai").files
    assert {check.code for check in report.checks} >= {"total", "closing_balance"}
    assert [check for check in report.checks if not check.ok] == []


def test_a_currency_that_is_no_more_is_still_one(tmp_path: Path) -> None:
    text = ":20:1\n:25:1/2\n:60F:C020315DEM0,00\n:61:0203170317C5,00NCHG\n:62F:C020317DEM5,00\n"
    assert reading(tmp_path, text, "a.sta").records["currency"].to_list() == ["DEM"]


def test_lines_that_end_as_in_home_banking(tmp_path: Path) -> None:
    text = "@@:20:STARTUMS@@:25:72090900/1@@:60F:C260401EUR1,00@@:61:2604210421D0,02NMSC"
    text += "@@:62F:C260421EUR0,98@@-"
    intake = reading(tmp_path, text, "a.sta")
    assert intake.records["amount"].to_list() == [-2]
    assert all(check.ok for check in intake.files[0].checks)


def test_a_quote_too_few_costs_its_own_line_only(tmp_path: Path) -> None:
    text = """"Datum","Bedrag","Munt","Omschrijving"
"01.06.2026","-337,49","EUR","RENTE, LENING"
02.06.2026","+50,00","EUR","buis zwart"
"03.06.2026","-1.750,00","EUR","Naar Bunq"
"""
    intake = reading(tmp_path, text)
    assert intake.records["amount"].to_list() == [-33749, -175000]
    assert intake.records["text"].to_list() == ["RENTE, LENING", "Naar Bunq"]
    assert [problem.place.row for problem in intake.files[0].rejects] == [3]
