"""Two exports of the same money: it counts once, what only one tells stays, counts are proved."""

from pathlib import Path

import pytest

from recon_engine.errors import Code
from recon_engine.intake import read_files
from recon_engine.model.policy import default_policy
from recon_engine.model.results import FileReport, Intake
from tests.intake.shared import accounted

TRADES = """交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注
`2026-05-01 10:00:00,`wx1,`1900000001,`0,`,`4200000001,`WX1,`u1,`JSAPI,`SUCCESS,`OTHERS,`CNY,`59.00,`0.00,`0,`0,`0.00,`0.00,`,`,`包,`,`0.35000,`0.60%,`59.00,`0.00,`
`2026-05-01 11:00:00,`wx1,`1900000001,`0,`,`4200000002,`WX2,`u2,`JSAPI,`SUCCESS,`OTHERS,`CNY,`{second},`0.00,`0,`0,`0.00,`0.00,`,`,`杯,`,`0.12000,`0.60%,`{second},`0.00,`
`2026-05-01 12:00:00,`wx1,`1900000001,`0,`,`4200000001,`WX1,`u1,`JSAPI,`REFUND,`OTHERS,`CNY,`0.00,`0.00,`5000000009,`RF1,`30.00,`0.00,`ORIGINAL,`SUCCESS,`包,`,`-0.18000,`0.60%,`0.00,`30.00,`
总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额
`3,`{total},`30.00,`0.00,`0.29000,`{total},`30.00
"""  # noqa: E501 - as WeChat Pay writes it
FUNDS = """记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额(元),账户结余(元),资金变更提交申请人,备注,业务凭证号
`2026-05-01 10:00:00,`4200000001,`1001,`交易,`交易,`收入,`59.00,`59.00,`system,`,`4200000001
`2026-05-01 10:00:00,`4200000001,`1002,`手续费,`手续费,`支出,`0.35,`58.65,`system,`,`4200000001
`2026-05-01 11:00:00,`4200000002,`1003,`交易,`交易,`收入,`20.00,`78.65,`system,`,`4200000002
`2026-05-01 11:00:00,`4200000002,`1004,`手续费,`手续费,`支出,`0.12,`78.53,`system,`,`4200000002
`2026-05-01 12:00:00,`5000000009,`1005,`退款,`退款,`支出,`29.82,`48.71,`1900000001API,`,`5000000009
`2026-05-01 23:00:00,`6000000001,`1006,`提现,`提现,`支出,`40.00,`8.71,`system,`,`6000000001
资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额
`6,`2,`79.00,`4,`70.29
"""  # noqa: E501 - likewise


def reading(folder: Path, order: tuple[str, ...], second: str = "20.00") -> Intake:
    total = f"{59 + float(second):.2f}"
    (folder / "trades.csv").write_text(TRADES.format(second=second, total=total), encoding="utf-8")
    (folder / "funds.csv").write_text(FUNDS, encoding="utf-8")
    return read_files([folder / name for name in order], default_policy())


def reports(intake: Intake) -> dict[str, FileReport]:
    return {report.file: report for report in intake.files}


@pytest.mark.parametrize("order", [("trades.csv", "funds.csv"), ("funds.csv", "trades.csv")])
def test_trades_and_funds_of_one_wallet_count_once(tmp_path: Path, order: tuple[str, ...]) -> None:
    intake = reading(tmp_path, order)
    funds = reports(intake)["funds.csv"]
    assert sum(intake.records["amount"]) == 5865 + 1988 - 2982 - 4000
    assert intake.records.filter(source_file="funds.csv")["type"].to_list() == ["transfer"]
    assert (funds.rows, funds.records, funds.excluded, funds.rejects) == (8, 1, 7, ())
    assert {code: (t.count, t.sum) for code, t in funds.totals.items()} == {"CNY": (1, -4000)}
    told = [note for note in funds.notes if note.code is Code.ROWS_TOLD_FULLER]
    assert [note.value for note in told] == ["5, trades.csv"]
    assert all(accounted(report, intake.records) for report in intake.files)
    assert sum(r.totals["CNY"].sum for r in intake.files) == intake.records["amount"].sum()


def test_what_does_not_agree_is_kept_on_both_sides_and_told(tmp_path: Path) -> None:
    intake = reading(tmp_path, ("trades.csv", "funds.csv"), second="20.01")
    funds = reports(intake)["funds.csv"]
    amounts = intake.records.filter(source_file="funds.csv")["amount"].to_list()
    assert amounts == [2000, -12, -4000]
    assert [n.value for n in funds.notes if n.code is Code.OVERLAP_DIFFERS] == ["1, trades.csv"]
    assert all(accounted(report, intake.records) for report in intake.files)


def test_one_export_alone_is_whole(tmp_path: Path) -> None:
    intake = reading(tmp_path, ("funds.csv",))
    assert intake.records.height == 6
    assert intake.files[0].notes == ()


def test_a_settlement_and_its_ledger_count_once(tmp_path: Path) -> None:
    (tmp_path / "settled.csv").write_text(
        "订单号,售后单号,下单时间,结算时间,交易类型,结算账户,动账金额,计佣基数,商品实付/实退,运费实付/实退,佣金,支付渠道费,备注\n"
        "P1,,2026-05-01 10:00:00,2026-05-08 10:00:00,订单,店铺,95.00,100,100,0,-5.00,0,\n",
        encoding="utf-8",
    )
    (tmp_path / "ledger.csv").write_text(
        "创建时间,交易类型描述,收入（元）,支出（元）,账户余额（元）,业务单号,备注\n"
        "2026-05-08 10:00:00,订单结算,95.00,,95.00,P1,\n"
        "2026-05-09 10:00:00,提现,,95.00,0.00,T1,\n",
        encoding="utf-8",
    )
    intake = read_files([tmp_path / "ledger.csv", tmp_path / "settled.csv"], default_policy())
    told = intake.records.select("source_file", "amount").rows()
    assert told == [("ledger.csv", -9500), ("settled.csv", 9500)]
    ledger = reports(intake)["ledger.csv"]
    assert (ledger.rows, ledger.records, ledger.excluded) == (2, 1, 1)
