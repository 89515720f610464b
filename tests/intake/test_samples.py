"""Each layout's own sample reads exactly as its golden file says, however it is packed."""

from pathlib import Path

import polars as pl
import pytest

from recon_engine.intake.profile import profiles
from recon_engine.intake.rows import Left
from recon_engine.messages import has
from tests.intake.shared import GOLDEN, SAMPLES, accounted, as_text, read, samples

# file, rows, records, excluded, rejects
COUNTS = [
    ("abc/abc.csv", 3, 3, 0, 0),
    ("alibaba_1688_in/1688收款.csv", 2, 2, 0, 0),
    ("alibaba_1688_out/1688付款.csv", 2, 2, 0, 0),
    ("alipay_funds/资金流水_15.csv", 7, 4, 3, 0),
    ("alipay_funds/资金流水_22.csv", 2, 2, 0, 0),
    ("alipay_merchant/账务明细.csv", 8, 4, 4, 0),
    ("alipay_personal/alipay_record.csv", 6, 5, 1, 0),
    ("alipay_web/alipay_record_20260601_0900_1.csv", 13, 4, 9, 0),
    ("amazon_orders/all_orders.txt", 4, 1, 2, 0),
    ("amazon_unified/2026MaiMonatlicheTransaktionen.csv", 2, 2, 0, 0),
    ("amazon_unified/2026MayMonthlyUnifiedTransaction.csv", 5, 4, 1, 0),
    ("amazon_v2/18000000001.txt", 11, 10, 1, 0),
    ("amazon_wide/settlement.csv.txt", 5, 4, 1, 0),
    ("bai2/statement.bai", 4, 3, 1, 0),
    ("bmo_credit/bmo.csv", 2, 2, 0, 0),
    ("bmo_debit/bmo.csv", 2, 2, 0, 0),
    ("boc/boc.csv", 3, 3, 0, 0),
    ("bocom_credit/bocom.csv", 3, 3, 0, 0),
    ("camt/camt053.xml", 5, 4, 1, 0),
    ("ccb/ccb.html.xls", 3, 2, 1, 0),
    ("citic_credit/citic.csv", 2, 2, 0, 0),
    ("cmb/cmb.csv", 2, 2, 0, 0),
    ("cmb_credit/cmb_credit.csv", 3, 3, 0, 0),
    ("cmb_two_columns/CMB_20260531.csv", 3, 2, 1, 0),
    ("corporate_bank/企业网银.xls", 3, 2, 1, 0),
    ("courier_app/快递账单.xlsx", 2, 2, 0, 0),
    ("courier_cn/运费表.xlsx", 3, 3, 0, 0),
    ("courier_dispute/disputes.csv", 1, 1, 0, 0),
    ("courier_in/Invoice.xlsx", 2, 2, 0, 0),
    ("douyin_insurance/运费险.csv", 3, 3, 0, 0),
    ("douyin_orders/抖店订单.csv", 4, 3, 0, 0),
    ("douyin_v1/动账明细_带符号.csv", 4, 4, 0, 0),
    ("douyin_v1/动账明细_方向.csv", 2, 2, 0, 0),
    ("douyin_v2/动账明细.csv", 3, 3, 0, 0),
    ("ebay_transactions/transaction_report.csv", 3, 3, 0, 0),
    ("etsy_orders/EtsySoldOrders2026-5.csv", 2, 2, 0, 0),
    ("etsy_statement/etsy_statement_2026_5.csv", 6, 6, 0, 0),
    ("generic_bank/soll_haben.csv", 2, 2, 0, 0),
    ("generic_bank/statement.csv", 3, 2, 1, 0),
    ("generic_charges/carrier_invoice.csv", 2, 2, 0, 0),
    ("generic_ledger/journal.csv", 2, 2, 0, 0),
    ("generic_ledger/凭证.csv", 3, 2, 1, 0),
    ("generic_ledger/序时账.csv", 7, 7, 0, 0),
    ("generic_orders/orders.csv", 4, 2, 0, 1),
    ("generic_orders/订单.csv", 4, 2, 1, 0),
    ("generic_shipments/shipments.csv", 2, 2, 0, 0),
    ("generic_shipments/发货记录.csv", 1, 1, 0, 0),
    ("generic_stock/出入库流水.csv", 2, 2, 0, 0),
    ("headless_bank/accountactivity.csv", 5, 5, 0, 0),
    ("hsbc_hk/hsbc.csv", 2, 2, 0, 0),
    ("icbc/hisdetail.csv", 3, 2, 1, 0),
    ("jd_orders/京东订单.csv", 4, 3, 0, 0),
    ("jd_settlement/对账中心_旧版.csv", 4, 3, 1, 0),
    ("jd_settlement/结算明细_202608.csv", 6, 6, 0, 0),
    ("jd_wallet/京东交易流水.csv", 7, 5, 2, 0),
    ("jst_costs/聚水潭成本.csv", 3, 3, 0, 0),
    ("kuaishou_ledger/快手动账.csv", 3, 3, 0, 0),
    ("kuaishou_settlement/快手结算.csv", 2, 2, 0, 0),
    ("lazada_transactions/transaction_overview.csv", 4, 4, 0, 0),
    ("meituan/meituan.csv", 2, 2, 0, 0),
    ("mt940/statement.sta", 2, 2, 0, 0),
    ("ofx/card.ofx", 2, 2, 0, 0),
    ("ofx/checking.qfx", 3, 2, 0, 1),
    ("paypal_activity/Download.csv", 6, 5, 1, 0),
    ("paypal_activity/Informe.csv", 3, 3, 0, 0),
    ("paypal_activity/statement_plugin.csv", 2, 2, 0, 0),
    ("pdd_ledger/pdd-mall-bill-detail.csv", 8, 6, 2, 0),
    ("pdd_orders/orders_export.csv", 2, 2, 0, 0),
    ("psbc/邮储流水.csv", 2, 2, 0, 0),
    ("qianniu_items/ExportOrderDetailList.xlsx", 3, 2, 0, 0),
    ("qianniu_orders/ExportOrderList.csv", 3, 3, 0, 0),
    ("qianniu_wechat/天猫微信8列.csv", 2, 2, 0, 0),
    ("qianniu_wechat/微信账单.csv", 3, 3, 0, 0),
    ("qif/bank.qif", 4, 2, 1, 1),
    ("rates_cn/快递报价.csv", 4, 4, 0, 0),
    ("rates_in/Rates.xlsx", 8, 8, 0, 0),
    ("revolut/account-statement.csv", 4, 2, 2, 0),
    ("shipped_items/Order Report.xlsx", 2, 2, 0, 0),
    ("shopee_adjustment/Income.released.my.adjustments.xlsx", 2, 2, 0, 0),
    ("shopee_income/Income.released.id.20260501_20260531.xlsx", 2, 2, 0, 0),
    ("shopee_income/Income.released.my.20260501_20260531.xlsx", 3, 3, 0, 0),
    ("shopee_income/Income.released.sg.20260501_20260531.xlsx", 1, 1, 0, 0),
    ("shopee_income/Income.released.th.20260501_20260531.xlsx", 1, 1, 0, 0),
    ("shopify_orders/orders_export_1.csv", 3, 2, 0, 0),
    ("shopify_payments/lower_case_long.csv", 1, 1, 0, 0),
    ("shopify_payments/payments_transactions_export_1.csv", 3, 3, 0, 0),
    ("shopify_payouts/payouts_export.csv", 2, 2, 0, 0),
    ("sku_weights/SKU Master.xlsx", 2, 2, 0, 0),
    ("stripe_balance/balance_history.csv", 3, 3, 0, 0),
    ("stripe_payout/balance_change_itemized.csv", 2, 2, 0, 0),
    ("stripe_payout/payout_reconciliation_itemized.csv", 3, 3, 0, 0),
    ("wdt_compare/称重对账.csv", 2, 2, 0, 0),
    ("wdt_parcels/包裹登记.csv", 2, 2, 0, 0),
    ("wdt_returns/退换单.csv", 2, 2, 0, 0),
    ("wechat_funds/1900000001Basic2026-05-01.csv", 6, 4, 2, 0),
    ("wechat_personal/微信支付账单.csv", 4, 4, 0, 0),
    ("wechat_shop/微信小店动账.csv", 5, 5, 0, 0),
    ("wechat_trade/1900000001All2026-05-01.csv", 5, 3, 2, 0),
    ("wechat_trade/1900000001Success2026-05-02.csv", 3, 1, 2, 0),
    ("xhs_ledger/小红书动账.csv", 2, 2, 0, 0),
    ("xhs_settlement/小红书结算.csv", 2, 2, 0, 0),
    ("zones_in/Zones.xlsx", 2, 2, 0, 0),
]


@pytest.mark.parametrize("path", samples(), ids=lambda p: f"{p.parent.name}/{p.name}")
def test_a_sample_reads_as_its_golden_file_says(path: Path) -> None:
    golden = path.with_name(path.name + GOLDEN).read_text(encoding="utf-8")
    assert as_text(read(path).records) == golden


def test_every_profile_has_a_sample_and_every_sample_its_counts() -> None:
    named = {profile.name for profile in profiles()} | {"bai2", "camt", "mt940", "ofx", "qif"}
    assert named == {path.name for path in SAMPLES.iterdir()}
    assert all(has(f"intake.profile.{name}") for name in named)
    assert [name for name, *_ in COUNTS] == [f"{p.parent.name}/{p.name}" for p in samples()]


@pytest.mark.parametrize(("name", "rows", "records", "excluded", "rejects"), COUNTS)
def test_counts_and_proofs(name: str, rows: int, records: int, excluded: int, rejects: int) -> None:
    intake = read(SAMPLES / name)
    (report,) = intake.files
    assert report.profile == (SAMPLES / name).parent.name
    counts = (report.rows, report.records, report.excluded, len(report.rejects))
    assert counts == (rows, records, excluded, rejects)
    assert accounted(report, intake.records)
    assert [check for check in report.checks if not check.ok] == []


def test_the_totals_of_the_reports_are_the_sums_of_the_records() -> None:
    intake = read(SAMPLES)
    sums = {
        row["currency"]: row["amount"]
        for row in intake.records.group_by("currency")
        .agg(pl.col("amount").sum())
        .iter_rows(named=True)
    }
    told: dict[str, int] = {}
    for report in intake.files:
        for currency, total in report.totals.items():
            told[currency] = told.get(currency, 0) + total.sum
    assert told == sums
    assert intake.records["record_id"].is_unique().all()


def test_proofs_that_a_file_carries_are_tried() -> None:
    tried = {
        path.parent.name: {check.code for check in read(path).files[0].checks} for path in samples()
    }
    assert {"total", "balance_chain"} <= tried["alipay_merchant"]
    assert "total" in tried["wechat_trade"]
    assert "total" in tried["amazon_v2"]
    assert "total" in tried["amazon_wide"]
    assert "total_stated" in tried["alipay_personal"]
    assert "total_stated" in tried["alipay_web"]
    assert all("parts" in tried[name] for name in ("etsy_statement", "stripe_balance"))
    assert all("closing_balance" in tried[name] for name in ("mt940", "camt", "bai2"))
    assert all("total" in tried[name] for name in ("camt", "bai2"))
    assert all(has(f"intake.check.{code}") for codes in tried.values() for code in codes)
    assert all(has(f"intake.left.{reason}") for reason in Left if reason is not Left.BLANK)
