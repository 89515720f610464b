"""Closes made by hand: a small one with everything in it, and large ones for long tables."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import polars as pl

from recon_engine.errors import Code, Place, Problem
from recon_engine.model.policy import default_policy
from recon_engine.model.reasons import Reason
from recon_engine.model.records import as_records
from recon_engine.model.results import (
    EXCEPTIONS,
    IDENTITY,
    MATCHES,
    MEMBERS,
    PAYOUTS,
    RECEIVABLES,
    Check,
    Close,
    FileReport,
    Period,
    Step,
    Total,
)  # fmt: skip

START, END = date(2026, 10, 1), date(2026, 10, 31)
CHANNELS = {"CNY": ("tmall", "douyin", "jd", "pinduoduo"), "USD": ("amazon", "shopify")}
WALLETS = {"tmall": "alipay"}
BUCKETS = ("settled", "settled", "settled", "current", "1-30", "31-60", "61-90", "over-90")
PARTIES = (
    "王小明",
    "欧阳娜娜",
    "陳大文",
    "Müller & Söhne GmbH",
    "李𠮷",
    "Zoë O’Brien",
    "示例贸易有限公司",
)
REMARK = "支付宝 提现 2026103122001 货款及运费补贴，买家备注：请尽快发货，谢谢"
PLACES = ("cleared", "cleared", "cleared", "cleared", "open", "written_off", "excluded")
STATUSES = ("matched", "matched", "matched", "proposed", "open", "not_due")


def sample_close(orders: int = 40, payouts: int = 12, exceptions: int = 36) -> Close:
    """A close of October 2026 in CNY and USD whose identity holds."""
    records = _records(orders)
    return Close(
        period=Period(START, END),
        as_of=END,
        company="示例电商有限公司",
        policy=default_policy(),
        files=_files(records),
        problems=(Problem(Code.FILE_ENCRYPTED, Place("微信账单_10月.xlsx")),),
        records=records,
        payouts=_payouts(payouts),
        matches=_matches(orders),
        members=pl.DataFrame(schema=MEMBERS),
        exceptions=_exceptions(exceptions),
        receivables=_receivables(orders),
        identity=identity_of(records),
        log=(Step("read", 0, records.height, "6 files"), Step("match", records.height, 31)),
    )


def _currency(number: int) -> str:
    return "USD" if number % 4 == 3 else "CNY"


def _channel(number: int) -> str:
    names = CHANNELS[_currency(number)]
    return names[number // 4 % len(names)]


def _amount(number: int) -> int:
    return 1_99 + number * number % 977_003 + number * 1_357 % 250_000


def _day(number: int) -> date:
    return START + timedelta(days=number % 31)


def _record(kind: str, number: int) -> dict[str, Any]:
    return {
        "record_id": f"{kind}-{number:06d}", "kind": kind, "type": "sale",
        "date": _day(number), "amount": _amount(number), "currency": _currency(number),
        "reference": f"35020261{number:012d}", "party": PARTIES[number % len(PARTIES)],
        "text": "=HYPERLINK(“x”)" if number == 5 else "货款", "channel": _channel(number),
        "source_file": "订单.csv", "source_row": number + 2, "source_rows": 1,
    }  # fmt: skip


def _records(orders: int) -> pl.DataFrame:
    rows = [
        _record(kind, number)
        for kind in ("order", "settlement_line", "statement_line")
        for number in range(orders)
    ]
    frame = as_records(pl.DataFrame(rows))
    place = [PLACES[number % len(PLACES)] for number in range(frame.height)]
    return frame.with_columns(pl.Series("place", place), match_id=pl.lit(""), payout_id=pl.lit(""))


def identity_of(records: pl.DataFrame) -> pl.DataFrame:
    """The identity of records, the first tenth of which were open before the period."""
    counted = records.filter(pl.col("place") != "excluded").with_columns(
        old=pl.int_range(pl.len()) % 10 == 0
    )

    def part(name: str, where: pl.Expr) -> list[pl.Expr]:
        count = where.sum().cast(pl.Int64).alias(f"{name}_count")
        return [count, pl.col("amount").filter(where).sum().alias(name)]

    parts = [
        *part("opening", pl.col("old")),
        *part("new", ~pl.col("old")),
        *(e for p in ("cleared", "written_off", "open") for e in part(p, pl.col("place") == p)),
    ]
    difference = (
        pl.col("opening") + pl.col("new") - pl.col("cleared") - pl.col("written_off")
        - pl.col("open")
    )  # fmt: skip
    frame = counted.group_by("kind", "currency").agg(parts).sort("kind", "currency")
    return frame.with_columns(difference=difference).select(*IDENTITY)


def _payouts(count: int) -> pl.DataFrame:
    rows = []
    for number in range(count):
        gross = 1_000_00 + _amount(number * 3) * 10
        fees, refunds, other = -gross // 20, -(gross // 37), (-12_50 if number % 5 == 0 else 0)
        net = gross + fees + refunds + other
        status = STATUSES[number % len(STATUSES)]
        deposited = {"matched": net, "proposed": net - 25}.get(status, 0)
        channel = _channel(number)
        rows.append({
            "payout_id": f"{channel}|shop|P{number:08d}", "group": f"20261031{number:014d}",
            "channel": WALLETS.get(channel, channel), "account": "shop",
            "currency": _currency(number), "date": _day(number), "lines": 3 + number % 400,
            "gross": gross, "fees": fees, "refunds": refunds, "other": other, "net": net,
            "deposited": deposited, "difference": net - deposited, "status": status,
            "match_id": "",
        })  # fmt: skip
    return pl.DataFrame(rows, schema=PAYOUTS)


def _matches(count: int) -> pl.DataFrame:
    rows = [
        {
            "match_id": f"m{number}", "reconciliation": "orders_settlement", "rule": "reference",
            "status": "proposed" if number % 9 == 0 else "confirmed",
            "currency": _currency(number), "left_count": 1, "right_count": 1,
            "left_amount": _amount(number), "right_amount": _amount(number), "difference": 0,
            "explained": 0, "evidence": "ref=1",
        }
        for number in range(count)
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=MATCHES)


def _exceptions(count: int) -> pl.DataFrame:
    reasons = list(Reason)
    rows = []
    for number in range(count):
        amount = _amount(number * 7) * (-1 if number % 6 == 0 else 1)
        proposal = number % 3 == 0
        rows.append({
            "exception_id": f"e{number:06d}", "code": str(reasons[number % len(reasons)]),
            "record_id": f"order-{number:06d}", "kind": "order", "date": _day(number),
            "channel": _channel(number), "reference": f"35020261{number:012d}",
            "party": PARTIES[number % len(PARTIES)],
            "text": REMARK * (number % 3),
            "currency": _currency(number), "amount": amount, "at_stake": abs(amount),
            "age_days": number % 100, "match_id": f"m{number}" if proposal else "",
            "candidate": f"line-{number}" if proposal else "",
            "candidate_date": _day(number + 2) if proposal else None,
            "candidate_amount": amount - 5 if proposal else None,
            "difference": 5 if proposal else None, "evidence": "", "alternatives": number % 3,
        })  # fmt: skip
    return pl.DataFrame(rows, schema=EXCEPTIONS)


def _receivables(count: int) -> pl.DataFrame:
    rows = []
    for number in range(count):
        sold, bucket = _amount(number), BUCKETS[number % len(BUCKETS)]
        refunded = -sold // 4 if number % 7 == 0 else 0
        expected = sold + refunded
        # One settled order in sixteen was paid a little too much.
        settled = expected + (3 if number % 16 == 1 else 0) if bucket == "settled" else 0
        rows.append({
            "record_id": f"order-{number:06d}", "date": _day(number), "channel": _channel(number),
            "account": "shop", "reference": f"35020261{number:012d}",
            "party": PARTIES[number % len(PARTIES)], "currency": _currency(number), "sold": sold,
            "refunded": refunded, "fees": -sold // 20, "expected": expected, "settled": settled,
            "banked": settled if number % 2 else 0, "outstanding": expected - settled,
            "due": _day(number), "overdue_days": 0, "bucket": bucket,
            "status": "settled" if bucket == "settled" else "unpaid", "match_id": "",
        })  # fmt: skip
    return pl.DataFrame(rows, schema=RECEIVABLES)


@dataclass(frozen=True)
class _File:
    name: str
    profile: str
    kind: str
    rejects: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()


_FILES = (
    _File("天猫订单_2026-10.xlsx", "tmall_orders", "order", notes=(
        Problem(Code.COLUMN_UNKNOWN, Place("天猫订单_2026-10.xlsx", column="淘鲜达渠道")),)),
    _File("支付宝账务明细_2026-10.csv", "alipay_ledger", "settlement_line"),
    _File("建行流水.xls", "ccb_statement", "statement_line", rejects=(
        Problem(Code.AMOUNT_NOT_A_NUMBER, Place("建行流水.xls", "明细", 17, "金额"), "一百"),
        Problem(Code.ID_LOST_DIGITS, Place("建行流水.xls", "明细", 18, "流水号"), "3.5E+19"))),
    _File("Amazon settlement 2026-10-14 to 2026-10-28 (a long file name).txt",
          "amazon_settlement_v2", "settlement_line"),
)  # fmt: skip


def _files(records: pl.DataFrame) -> tuple[FileReport, ...]:
    reports = []
    for number, file in enumerate(_FILES):
        mine = records.filter(pl.col("kind") == file.kind)
        totals = {
            row["currency"]: Total(row["count"], row["sum"])
            for row in mine.group_by("currency")
            .agg(count=pl.len(), sum=pl.col("amount").sum())
            .iter_rows(named=True)
        }
        checks = (
            Check("rows", True, f"{mine.height} = {mine.height}"),
            Check("balance_chain", number != 2, "9,990.00 ≠ 9,900.00, row 40" * (number == 2)),
        )
        rejected = len(file.rejects)
        reports.append(FileReport(
            file.name, f"{number:x}f0e1d2c3b4a5968" * 4, file.profile, file.kind,
            mine.height + rejected + 1, mine.height, 1, file.rejects, totals, checks, file.notes,
        ))  # fmt: skip
    return tuple(reports)
