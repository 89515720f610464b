"""Real files of other people: what each reads as.  They stand beside the project, never in it."""

import mt940
import polars as pl
import pytest

from tests.intake.shared import SHARED, accounted, read

pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason=f"no shared files at {SHARED.name}")

# file, profile, rows, records, excluded, rejects, {currency: (count, sum in minor units)}
EXPECTED: list[tuple[str, str, int, int, int, int, dict[str, tuple[int, int]]]] = [
    ("bank_cn/abc_debit__example-abc_debit-records.csv", "abc", 5, 5, 0, 0,
     {"CNY": (5, -235588)}),
    ("bank_cn/bmo__credit__example-bmo-records.csv", "bmo_credit", 3, 3, 0, 0,
     {"CAD": (3, -9433)}),
    ("bank_cn/boc__credit__example-boc-records.csv", "boc", 14, 14, 0, 0,
     {"CNY": (13, -23825), "USD": (1, -372)}),
    ("bank_cn/bocom_credit__example-bocom_credit-records.csv", "bocom_credit", 8, 8, 0, 0,
     {"CNY": (8, 73169)}),
    ("bank_cn/ccb__交易明细_xxxx_2025xxxx_2025xxxx.xls", "ccb", 7, 6, 1, 0,
     {"CNY": (6, -70326)}),
    ("bank_cn/citic__credit__example-citic-records.xls", "citic_credit", 13, 13, 0, 0,
     {"CNY": (13, -109739)}),
    ("bank_cn/cmb__debit__example-cmb-records.csv", "cmb", 5, 5, 0, 0,
     {"CNY": (5, -77914)}),
    ("bank_cn/hsbchk__debit__example-hsbchk-debit-records.csv", "hsbc_hk", 10, 10, 0, 0,
     {"CNY": (1, 1250000), "HKD": (9, 947895)}),
    ("bank_cn/icbc__credit__example-icbc-credit-records.csv", "icbc", 10, 9, 1, 0,
     {"CNY": (9, 425788)}),
    ("bank_cn/icbc__debit-v2__example-icbc-debit-v2-records.csv", "icbc", 12, 11, 1, 0,
     {"CNY": (11, -139934)}),
    ("bank_cn/mt__example-mt-records.csv", "meituan", 29, 29, 0, 0,
     {"CNY": (29, -101407)}),
    ("bank_cn/wechat__example-wechat-records.xlsx", "wechat_personal", 27, 27, 0, 0,
     {"CNY": (27, -2237447)}),
    ("wallet_cn/单条测试_支付宝.csv", "alipay_personal", 2, 2, 0, 0,
     {"CNY": (2, -1900)}),
    ("wallet_cn/完整测试_微信.csv", "wechat_personal", 37, 37, 0, 0,
     {"CNY": (37, -1559756)}),
    ("wallet_cn/完整测试_支付宝.csv", "alipay_personal", 80, 80, 0, 0,
     {"CNY": (80, -25262083)}),
    ("bank_csv_eu/test_raiffeisen_01.csv", "headless_bank", 74, 73, 1, 0,
     {"EUR": (73, -458070)}),
    ("bank_csv_eu/test_regex_123456_87654321_1234_21_12.csv", "headless_bank", 74, 73, 1, 0,
     {"EUR": (73, -458070)}),
    ("mt940/ASNB__mt940.txt", "mt940", 8, 8, 0, 0,
     {"EUR": (8, 5694)}),
    ("mt940/betterplace__sepa_mt9401.sta", "mt940", 97, 97, 0, 0,
     {"EUR": (97, -926913590)}),
    ("mt940/betterplace__sepa_snippet_broken.sta", "mt940", 1, 1, 0, 0,
     {"EUR": (1, 5099005)}),
    ("mt940/citi__mt940.txt", "mt940", 5, 5, 0, 0,
     {"USD": (5, -114275)}),
    ("mt940/cmxl__statement_line.sta", "mt940", 1, 0, 0, 1,
     {}),
    ("mt940/jejik__abnamro.sta", "mt940", 10, 10, 0, 0,
     {"EUR": (10, -34593)}),
    ("mt940/jejik__ing.sta", "mt940", 7, 7, 0, 0,
     {"EUR": (7, -4559)}),
    ("mt940/jejik__postfinance.sta", "mt940", 4, 4, 0, 0,
     {"CHF": (4, 15940)}),
    ("mt940/jejik__rabobank.sta", "mt940", 5, 5, 0, 0,
     {"EUR": (5, -158909)}),
    ("mt940/jejik__triodos.sta", "mt940", 2, 2, 0, 0,
     {"EUR": (2, -71570)}),
    ("mt940/mBank__mt942.sta", "mt940", 3, 3, 0, 0,
     {"PLN": (3, 3)}),
    ("mt940/sberbank__171011_01234945.sta", "mt940", 3, 3, 0, 0,
     {"HUF": (3, -943700)}),
    ("mt940/self-provided__details_60-63.sta", "mt940", 1, 1, 0, 0,
     {"EUR": (1, -23315)}),
    ("mt940/self-provided__february_30.sta", "mt940", 1, 1, 0, 0,
     {"EUR": (1, -600)}),
    ("mt940/self-provided__malformed_details.sta", "mt940", 1, 1, 0, 0,
     {"EUR": (1, -23315)}),
    ("mt940/self-provided__multiline.sta", "mt940", 2, 2, 0, 0,
     {"EUR": (2, 11400)}),
    ("mt940/self-provided__raiffeisen-cmi.sta", "mt940", 7, 7, 0, 0,
     {"HUF": (7, -101221350)}),
    ("mt940/self-provided__sparkassen.sta", "mt940", 1, 0, 0, 1,
     {}),
    ("mt940/self-provided__whitespace.sta", "mt940", 1, 1, 0, 0,
     {"EUR": (1, -23315)}),
    ("bank_csv_eu/20171001-20171106.csv", "generic_bank", 1, 1, 0, 0,
     {"EUR": (1, -5999)}),
    ("bank_csv_eu/20180226-1000594757-umsatz.CSV", "generic_bank", 1, 1, 0, 0,
     {"EUR": (1, -3699)}),
    ("bank_csv_eu/2019-03-02_11-50-46_bunq-statement.csv", "generic_bank", 7, 7, 0, 0,
     {"CNY": (7, -2382)}),
    ("bank_csv_eu/Movements_1234512345_201805271848.csv", "generic_bank", 1, 1, 0, 0,
     {"CZK": (1, -100)}),
    ("bank_csv_eu/TH_20180101-20180523_strana_1.csv", "generic_bank", 9, 9, 0, 0,
     {"CZK": (9, -259999)}),
    ("bank_csv_eu/TransactionHistory_20180418043121.csv", "generic_bank", 16, 8, 8, 0,
     {"SGD": (8, -17328)}),
    ("bank_csv_eu/W80844_EBH_201945.202122.csv", "generic_bank", 2, 2, 0, 0,
     {"HUF": (2, 94000)}),
    ("bank_csv_eu/export_BE11123456789012_20180304_1422.csv", "generic_bank", 1, 1, 0, 0,
     {"EUR": (1, -340)}),
    ("bank_csv_eu/test_swedebank_statement.xls", "generic_bank", 17, 13, 4, 0,
     {"LTL": (13, 257893)}),
    ("courier/Company X - Order Report.xlsx", "shipped_items", 400, 400, 0, 0,
     {"CNY": (400, 0)}),
    ("courier/Company X - Pincode Zones.xlsx", "zones_in", 124, 124, 0, 0,
     {"CNY": (124, 0)}),
    ("courier/Company X - SKU Master.xlsx", "sku_weights", 66, 66, 0, 0,
     {"CNY": (66, 0)}),
    ("courier/Courier Company - Invoice.xlsx", "courier_in", 124, 124, 0, 0,
     {"INR": (124, 1364820)}),
    ("courier/Courier Company - Rates.xlsx", "rates_in", 20, 20, 0, 0,
     {"INR": (20, 74480)}),
    ("camt053/camt052.v1.xml", "camt", 1, 1, 0, 0,
     {"SEK": (1, -20000000)}),
    ("camt053/camt052.v2.with-account-name.xml", "camt", 1, 0, 0, 1,
     {}),
    ("camt053/camt052.v4.xml", "camt", 1, 0, 1, 0,
     {}),
    ("camt053/camt052.v6.xml", "camt", 1, 0, 1, 0,
     {}),
    ("camt053/camt053.v2.all-balance-types.xml", "camt", 1, 1, 0, 0,
     {"EUR": (1, 885)}),
    ("camt053/camt053.v2.minimal.ultimate.xml", "camt", 1, 1, 0, 0,
     {"EUR": (1, 885)}),
    ("camt053/camt053.v2.multi.statement.xml", "camt", 2, 2, 0, 0,
     {"EUR": (2, 185)}),
    ("camt053/camt053.v2.with-party-ids.xml", "camt", 1, 1, 0, 0,
     {"EUR": (1, 885)}),
    ("camt053/camt053.v3.xml", "camt", 1, 1, 0, 0,
     {"EUR": (1, 885)}),
    ("camt053/camt053.v8.xml", "camt", 1, 1, 0, 0,
     {"EUR": (1, 885)}),
    ("camt053/camt054.v2.xml", "camt", 1, 1, 0, 0,
     {"SEK": (1, -20000000)}),
    ("camt053/camt054.v8-with-UETR.xml", "camt", 1, 0, 0, 1,
     {}),
    ("camt053/camt054.v8.xml", "camt", 1, 1, 0, 0,
     {"SEK": (1, -20000000)}),
    ("bai2/sample1.txt", "bai2", 17, 17, 0, 0,
     {"CAD": (17, 0)}),
    ("bai2/sample2.txt", "bai2", 4, 4, 0, 0,
     {"USD": (4, 30950000)}),
    ("bai2/sample3.txt", "bai2", 26, 26, 0, 0,
     {"USD": (26, -19705)}),
    ("bai2/sample4-continuations-newline-delimited.txt", "bai2", 17, 17, 0, 0,
     {"USD": (17, -30748324)}),
    ("bai2/sample5-issue113.txt", "bai2", 20, 20, 0, 0,
     {"USD": (20, 3766789602)}),
    ("ofx/bank_medium.ofx", "ofx", 3, 3, 0, 0,
     {"CAD": (3, -34527)}),
    ("ofx/checking.ofx", "ofx", 3, 3, 0, 0,
     {"USD": (3, -5950)}),
    ("ofx/fail_nice__date_missing.ofx", "ofx", 3, 0, 0, 3,
     {}),
    ("ofx/fail_nice__empty_balance.ofx", "ofx", 1, 1, 0, 0,
     {"CAD": (1, 12000)}),
]  # fmt: skip
REFUSED = {
    "bank_cn/huobi__example-huobi-records.csv": "layout_unknown",
    "bank_cn/td__example-td-records.csv": "layout_unknown",
    "mt940/betterplace__amount_formats.sta": "no_rows",
    "mt940/betterplace__empty_86.sta": "no_rows",
    "mt940/betterplace__empty_line.sta": "no_rows",
    "mt940/cmxl__account_balance_debit.sta": "no_rows",
    "mt940/cmxl__account_identification_legacy.sta": "no_rows",
    "mt940/cmxl__closing_balance.sta": "no_rows",
    "mt940/cmxl__reference.sta": "no_rows",
    "mt940/self-provided__invalid_statement.sta": "layout_unknown",
    "bank_csv_eu/MS_JANE_SMITH_01-12-2019_14-12-2019.csv": "sign_undecided",
    "bank_csv_eu/statement_1.csv": "layout_unknown",
    "bank_csv_eu/test_delimiter_tab.csv": "layout_unknown",
    "bank_csv_eu/test_row_format_default.csv": "layout_unknown",
    "bai2/errors__sample-parseError.txt": "row_not_understood",
    "ofx/account_listing_aggregation.ofx": "no_statement",
    "ofx/fidelity.ofx": "investment_only",
    "ofx/investment_medium.ofx": "investment_only",
    "ofx/multiple_accounts2.ofx": "no_rows",
    "ofx/signon_fail.ofx": "no_statement",
    "ofx/signon_success_no_message.ofx": "no_statement",
    "ofx/td_ameritrade.ofx": "investment_only",
    "ofx/vanguard.ofx": "investment_only",
}


@pytest.mark.parametrize(
    ("name", "profile", "rows", "records", "excluded", "rejects", "totals"), EXPECTED,
    ids=[row[0] for row in EXPECTED],
)  # fmt: skip
def test_a_real_file_reads_as_expected(
    name: str,
    profile: str,
    rows: int,
    records: int,
    excluded: int,
    rejects: int,
    totals: dict[str, tuple[int, int]],
) -> None:
    intake = read(SHARED / name)
    report = intake.files[0]
    counts = (report.rows, report.records, report.excluded, len(report.rejects))
    assert (report.profile, *counts) == (profile, rows, records, excluded, rejects)
    assert {code: (t.count, t.sum) for code, t in report.totals.items()} == totals
    if len(intake.files) == 1:
        assert accounted(report, intake.records)


@pytest.mark.parametrize(("name", "code"), REFUSED.items())
def test_a_real_file_is_refused_with_its_code(name: str, code: str) -> None:
    intake = read(SHARED / name)
    assert [problem.code.value for problem in intake.problems] == [code]
    assert intake.files == ()


def test_mt940_agrees_with_the_library_wherever_the_library_reads() -> None:
    agreed = 0
    for path in sorted((SHARED / "mt940").iterdir()):
        try:
            text = path.read_bytes().decode("utf-8")
            theirs = mt940.models.Transactions()
            theirs.parse(text)
        except (UnicodeDecodeError, RuntimeError):
            continue
        lines = [t.data for t in theirs if t.data.get("currency")]
        ours = read(path).records
        assert ours.height == len(lines), path.name
        # A reversed credit is money out, as the closing balances prove; the library adds it.
        signs = [-1 if line["status"] == "RC" else 1 for line in lines]
        sums = [
            sign * round(line["amount"].amount * 100)
            for sign, line in zip(signs, lines, strict=True)
        ]
        assert ours["amount"].to_list() == sums, path.name
        agreed += 1
    assert agreed > 15


def test_the_whole_folder_of_banks_reads_in_one_go() -> None:
    intake = read(SHARED / "bank_cn", SHARED / "wallet_cn")
    assert intake.records["record_id"].is_unique().all()
    assert intake.records.filter(pl.col("amount").is_null()).is_empty()
