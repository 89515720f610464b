"""Closes made by hand: a small readable month with every place, reason and status; a large one."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from typing import Any

import polars as pl

from recon_engine.errors import Code, Place, Problem
from recon_engine.model.policy import Policy
from recon_engine.model.reasons import Reason
from recon_engine.model.records import RECORDS, Kind
from recon_engine.model.results import (
    EXCEPTIONS,
    IDENTITY,
    MATCHES,
    MEMBERS,
    PAYOUTS,
    PLACES,
    RECEIVABLES,
    Check,
    Close,
    FileReport,
    Period,
    Step,
    Total,
)

PERIOD = Period(date(2026, 10, 1), date(2026, 10, 31))
PLACED = {**RECORDS, "place": pl.String(), "match_id": pl.String(), "payout_id": pl.String()}
INJECTED = "=cmd|'/c calc'!A1"
Rows = list[dict[str, Any]]


@cache
def small() -> Close:
    """Two dozen records in two currencies."""
    return _close(_records(), _payouts(), (_matches(), _members()), _exceptions(), _receivables())


@cache
def empty() -> Close:
    """A close of nothing."""
    return replace(_close([], [], ([], []), [], []), files=(), problems=(), log=())


@cache
def large(orders: int) -> Close:
    """A month of that many orders, three settlement lines each; everything of it cleared."""
    made = pl.DataFrame({"n": range(orders)}).select(
        pl.col("n"),
        reference=pl.format("24100100{}", pl.col("n").cast(pl.String).str.zfill(10)),
        amount=(pl.col("n") * 7919 % 90_000 + 990).cast(pl.Int64),
        date=pl.lit(PERIOD.start) + pl.duration(days=pl.col("n") % 31),
        party=pl.format("买家{}", pl.col("n") % 977),
    )
    sales = _framed(made, Kind.ORDER, "tmall", "o", "sale")
    lines = [
        _framed(made.with_columns(amount=amount), Kind.SETTLEMENT_LINE, "alipay", f"s{tag}", tag)
        for tag, amount in (
            ("sale", pl.col("amount")),
            ("commission", -(pl.col("amount") // 20)),
            ("fee", -(pl.col("amount") // 166)),
        )
    ]
    days = made.head(orders // 10 or 1)
    bank = _framed(days, Kind.STATEMENT_LINE, "icbc", "b", "receipt")
    records = pl.concat([sales, *lines, bank])
    matches = made.select(
        match_id=pl.format("M-o{}", "n"), reconciliation=pl.lit("orders_settlement"),
        rule=pl.lit("exact_reference"), status=pl.lit("confirmed"), currency=pl.lit("CNY"),
        left_count=pl.lit(1, pl.Int64), right_count=pl.lit(1, pl.Int64), left_amount="amount",
        right_amount="amount", difference=pl.lit(0, pl.Int64), explained=pl.lit(0, pl.Int64),
        evidence=pl.format("ids=1;days={}", pl.col("n") % 9),
    )  # fmt: skip
    members = pl.concat(
        made.select(
            match_id=pl.format("M-o{}", "n"), side=pl.lit(side),
            record_id=pl.format(f"{name}{{}}", "n"), status=pl.lit("confirmed"),
        )
        for side, name in (("left", "o"), ("right", "ssale"))
    )  # fmt: skip
    zero = pl.lit(0, pl.Int64)
    receivables = made.select(
        record_id=pl.format("o{}", "n"), date="date", channel=pl.lit("tmall"), account=pl.lit(""),
        reference="reference", party="party", currency=pl.lit("CNY"), sold="amount", refunded=zero,
        fees=-(pl.col("amount") // 20), expected="amount",
        net_expected="amount", settled="amount", banked="amount",
        outstanding=zero, due=pl.col("date") + pl.duration(days=15), overdue_days=zero,
        bucket=pl.lit("settled"), status=pl.lit("settled"), match_id=pl.format("M-o{}", "n"),
    )  # fmt: skip
    base = _close([], [], ([], []), [], [])
    return replace(
        base, records=records, matches=matches, members=members, receivables=receivables,
        identity=identity(records), files=_files(records),
    )  # fmt: skip


def _framed(made: pl.DataFrame, kind: Kind, channel: str, tag: str, kind_of: str) -> pl.DataFrame:
    frame = made.with_columns(
        record_id=pl.format(f"{tag}{{}}", "n"), kind=pl.lit(kind.value), type=pl.lit(kind_of),
        currency=pl.lit("CNY"), channel=pl.lit(channel), text=pl.format("网店订单 {}", "reference"),
        source_file=pl.lit(f"{channel}.csv"), source_row=(pl.col("n") + 2).cast(pl.Int64),
        source_rows=pl.lit(1, pl.Int64), place=pl.lit("cleared"),
        match_id=pl.format("M-o{}", "n"),
    )  # fmt: skip
    missing = [pl.lit(None, kind).alias(key) for key, kind in PLACED.items() if key not in frame]
    return frame.with_columns(missing).select(PLACED.keys()).cast(PLACED)


def identity(records: pl.DataFrame) -> pl.DataFrame:
    """The identity that these records prove, nothing carried in."""
    rows: Rows = []
    groups = records.partition_by("kind", "currency", as_dict=True)
    for (kind, currency), frame in sorted(groups.items(), key=str):
        row: dict[str, Any] = {"kind": kind, "currency": currency, "opening_count": 0, "opening": 0}
        for place in PLACES[:3]:
            part = frame.filter(pl.col("place") == place)
            row |= {f"{place}_count": part.height, place: int(part["amount"].sum())}
        row["new_count"] = sum(row[f"{place}_count"] for place in PLACES[:3])
        row["new"] = sum(row[place] for place in PLACES[:3])
        row["difference"] = row["new"] - row["cleared"] - row["written_off"] - row["open"]
        rows.append(row)
    return pl.DataFrame(rows, schema=IDENTITY)


def _close(
    records: Rows, payouts: Rows, groups: tuple[Rows, Rows], exceptions: Rows, due: Rows
) -> Close:
    frame = pl.DataFrame(records, schema=PLACED)
    matches, members = groups
    return Close(
        period=PERIOD,
        as_of=PERIOD.end,
        company="示例电商有限公司",
        policy=Policy(company="示例电商有限公司"),
        files=_files(frame),
        problems=(Problem(Code.FILE_ENCRYPTED, Place("招行流水.xlsx")),),
        records=frame,
        payouts=pl.DataFrame(payouts, schema=PAYOUTS),
        matches=pl.DataFrame(matches, schema=MATCHES),
        members=pl.DataFrame(members, schema=MEMBERS),
        exceptions=pl.DataFrame(exceptions, schema=EXCEPTIONS),
        receivables=pl.DataFrame(due, schema=RECEIVABLES),
        identity=identity(frame),
        log=(
            Step("read", 6, len(records)),
            Step("match_orders", len(records), len(matches), "orders_settlement"),
            Step("identity", 6, 6),
        ),
    )


def _files(records: pl.DataFrame) -> tuple[FileReport, ...]:
    """A report for each file the records name, with what was refused in the bank's."""
    reports = []
    groups = records.partition_by("source_file", "kind", as_dict=True)
    for (file, kind), frame in sorted(groups.items(), key=str):
        totals = {
            str(currency): Total(part.height, int(part["amount"].sum()))
            for (currency,), part in frame.partition_by("currency", as_dict=True).items()
        }
        rejects: tuple[Problem, ...] = ()
        if kind == Kind.STATEMENT_LINE:
            place = Place(str(file), "明细", 17, "金额")
            rejects = (Problem(Code.AMOUNT_NOT_A_NUMBER, place, "一百"),)
        rows = int(frame["source_rows"].sum())
        reports.append(
            FileReport(
                file=str(file), sha256="9f86d081884c7d659a2feaa0c55ad015",
                profile=f"{frame['channel'][0]}_{kind}", kind=str(kind),
                rows=rows + len(rejects) + 1, records=frame.height, excluded=1, rejects=rejects,
                totals=totals,
                checks=(Check("rows", True, ""), Check("balance", kind != Kind.STATEMENT_LINE, "")),
                notes=(Problem(Code.COLUMN_UNKNOWN, Place(str(file), "", 1, "备注2")),),
            )
        )  # fmt: skip
    return tuple(reports)


def _record(kind: Kind, number: int, **values: Any) -> dict[str, Any]:
    """A record with what every record has; ``values`` say the rest."""
    prefix = {Kind.ORDER: "tmall:", Kind.SETTLEMENT_LINE: "alipay:", Kind.STATEMENT_LINE: "icbc:"}
    base: dict[str, Any] = dict.fromkeys(
        (k for k, t in PLACED.items() if t == pl.String() and k in _NEVER_NULL), ""
    )
    return base | {
        "record_id": f"{prefix[kind]}{number:04}", "kind": kind.value, "type": "sale",
        "currency": "CNY", "channel": "alipay", "source_rows": 1, "source_row": number + 1,
    } | values  # fmt: skip


_NEVER_NULL = {
    "reference", "group", "text", "party", "channel", "account", "source_file", "source_sheet",
    "match_id", "payout_id",
}  # fmt: skip
_ORDERS: tuple[tuple[str, str, int, str, str, str], ...] = (
    ("202610010001", "王小明", 12_800, "cleared", "CNY", "sale"),
    ("202610020002", "李　静", 45_990, "cleared", "CNY", "sale"),
    ("202610030003", "欧阳修远", 8_800, "written_off", "CNY", "sale"),
    ("202609080004", "张三丰", 119_900, "open", "CNY", "sale"),
    ("202610250005", "赵敏", 23_456, "open", "CNY", "sale"),
    ("202610110006", "陈先生", 9_900, "excluded", "CNY", "cancelled"),
    ("114-2938471-0000007", "John O'Neill", 4_999, "cleared", "USD", "sale"),
    ("114-2938471-0000008", INJECTED, 12_050, "open", "USD", "sale"),
)


def _records() -> Rows:
    return [*_orders(), *_lines(), *_bank()]


def _orders() -> Rows:
    return [
        _record(
            Kind.ORDER, n, reference=reference, party=party, amount=amount, gross=amount + 500,
            discount=-500, place=place, currency=currency, type=kind,
            channel="tmall" if currency == "CNY" else "amazon",
            date=_day(reference, n), items="蓝牙耳机 ×1; 充电线 ×2", quantity=3, state="交易成功",
            account="旗舰店", match_id=f"M-tmall:{n:04}" if place != "open" else "",
            source_file="天猫订单.xlsx" if currency == "CNY" else "amazon orders.csv",
        )
        for n, (reference, party, amount, place, currency, kind) in enumerate(_ORDERS, 1)
    ]  # fmt: skip


def _day(reference: str, number: int) -> date:
    if reference.startswith("2026"):
        return date(int(reference[:4]), int(reference[4:6]), int(reference[6:8]))
    return PERIOD.start + timedelta(days=number)


def _lines() -> Rows:
    told = (
        (1, "202610010001", 12_800, "sale", "cleared", "CNY"),
        (2, "202610010001", -640, "commission", "cleared", "CNY"),
        (3, "202610020002", 45_990, "sale", "cleared", "CNY"),
        (4, "202610020002", -2_300, "commission", "cleared", "CNY"),
        (5, "202610030003", 8_795, "sale", "cleared", "CNY"),
        (6, "202610090099", 6_600, "sale", "open", "CNY"),
        (7, "114-2938471-0000007", 4_999, "sale", "cleared", "USD"),
        (8, "114-2938471-0000007", -750, "fee", "cleared", "USD"),
        (9, "", -3_000, "reserve", "open", "USD"),
    )
    return [
        _record(
            Kind.SETTLEMENT_LINE, n, reference=reference, amount=amount, type=kind, place=place,
            currency=currency, channel="alipay" if currency == "CNY" else "amazon",
            fee_type={"sale": "交易付款", "commission": "天猫佣金"}.get(kind, "Other"),
            date=PERIOD.start + timedelta(days=n + 5), time="10:02:33",
            text=f"商品-蓝牙耳机 {reference} & <promo>", balance=100_000 + amount,
            payout_id="alipay:P1" if currency == "CNY" else "amazon:P2",
            source_file="支付宝账务明细.csv" if currency == "CNY" else "amazon settlement.txt",
        )
        for n, reference, amount, kind, place, currency in told
    ]  # fmt: skip


def _bank() -> Rows:
    told = (
        (1, 64_645, "receipt", "支付宝（中国）网络技术有限公司", "余额提现 P1", "cleared", "CNY"),
        (2, 88_800, "receipt", "上海某某贸易有限公司", "货款", "open", "CNY"),
        (3, -1_200, "payment", "", "账户管理费", "open", "CNY"),
        (4, 4_249, "receipt", "AMAZON PAYMENTS INC", "AMZN 8F3K2", "open", "USD"),
        (5, 4_249, "receipt", "AMAZON PAYMENTS INC", "AMZN 8F3K2", "open", "USD"),
    )
    return [
        _record(
            Kind.STATEMENT_LINE, n, amount=amount, type=kind, party=party, text=text, place=place,
            currency=currency, channel="icbc", account="6222 **** 0123", reference=f"LS{n:012}",
            date=PERIOD.start + timedelta(days=n * 5), balance=5_000_000 + n * amount,
            source_file="工商银行流水.xls", source_sheet="明细",
            match_id="M-alipay:P1" if place == "cleared" else "",
        )
        for n, amount, kind, party, text, place, currency in told
    ]  # fmt: skip


def _payouts() -> Rows:
    told = (
        ("alipay:P1", "CNY", 67_585, -2_940, 0, 0, 64_645, "matched"),
        ("amazon:P2", "USD", 4_999, -750, 0, 0, 0, "proposed"),
        ("alipay:P3", "CNY", 6_600, 0, 0, 0, 0, "not_due"),
        ("alipay:P4", "CNY", 10_000, -500, -2_000, 300, 0, "open"),
    )
    return [
        {
            "payout_id": name, "group": name.partition(":")[2] * 3,
            "channel": name.partition(":")[0],
            "account": "", "currency": currency, "date": PERIOD.end - timedelta(days=len(told) - n),
            "lines": 3, "gross": gross, "fees": fees, "refunds": refunds, "other": other,
            "net": gross + fees + refunds + other, "deposited": got,
            "difference": gross + fees + refunds + other - got, "status": status,
            "match_id": "M-alipay:P1" if status == "matched" else "",
        }
        for n, (name, currency, gross, fees, refunds, other, got, status) in enumerate(told)
    ]  # fmt: skip


def _match(name: str, rule: str, left: int, right: int, **values: Any) -> dict[str, Any]:
    return {
        "match_id": name, "reconciliation": "orders_settlement", "rule": rule,
        "status": "confirmed", "currency": "CNY", "left_count": 1, "right_count": 1,
        "left_amount": left, "right_amount": right, "difference": left - right, "explained": 0,
        "evidence": "ids=1;days=5",
    } | values  # fmt: skip


def _matches() -> Rows:
    return [
        _match("M-tmall:0001", "exact_reference", 12_800, 12_800),
        _match("M-tmall:0002", "exact_reference", 45_990, 45_990),
        _match("M-tmall:0003", "fee_rule", 8_800, 8_795, explained=5, evidence="ids=1;fee_minor=5"),
        _match("M-tmall:0007", "reference_in_text", 4_999, 4_999, currency="USD"),
        _match("M-alipay:P1", "group_sum", 64_645, 64_645, reconciliation="payouts_bank",
               evidence="ids=1;lefts=1;rights=1;days=1"),
        _match("M-amazon:P2", "party_amount", 4_249, 4_249, reconciliation="payouts_bank",
               currency="USD", status="proposed", evidence="party=1;days=3;of=2"),
    ]  # fmt: skip


def _members() -> Rows:
    told: Iterable[tuple[str, str, str]] = (
        ("M-tmall:0001", "tmall:0001", "alipay:0001"),
        ("M-tmall:0002", "tmall:0002", "alipay:0003"),
        ("M-tmall:0003", "tmall:0003", "alipay:0005"),
        ("M-tmall:0007", "tmall:0007", "alipay:0007"),
        ("M-alipay:P1", "alipay:P1", "icbc:0001"),
        ("M-amazon:P2", "amazon:P2", "icbc:0004"),
    )
    status = {str(match["match_id"]): match["status"] for match in _matches()}
    return [
        {"match_id": name, "side": side, "record_id": record, "status": status[name]}
        for name, left, right in told
        for side, record in (("left", left), ("right", right))
    ]


def _exceptions() -> Rows:
    """One of every reason, on records in turn; the proposal and two more have a candidate."""
    records = [*_orders(), *_lines(), *_bank()]
    rows: Rows = []
    for n, reason in enumerate(Reason):
        about = records[(n * 5) % len(records)]
        with_candidate = reason in {Reason.PROPOSAL, Reason.SHORT_PAID, Reason.PAYOUT_DIFFERS}
        rows.append(
            {
                "exception_id": f"E-{reason}-{n}", "code": reason.value,
                "record_id": about["record_id"], "kind": about["kind"], "date": about["date"],
                "channel": about["channel"], "reference": about["reference"],
                "party": about["party"], "text": about["text"], "currency": about["currency"],
                "amount": about["amount"], "at_stake": abs(about["amount"]) + n,
                "age_days": n * 6, "match_id": "M-amazon:P2" if with_candidate else "",
                "candidate": "icbc:0004 icbc:0005" if with_candidate else "",
                "candidate_date": date(2026, 10, 21) if with_candidate else None,
                "candidate_amount": 4_249 if with_candidate else None,
                "difference": about["amount"] - 4_249 if with_candidate else None,
                "evidence": "party=1;days=3;of=2" if with_candidate else "",
                "alternatives": 1 if with_candidate else 0,
            }
        )  # fmt: skip
    return rows


def _receivables() -> Rows:
    told = (
        (0, 12_800, 0, -640, 12_800, 12_800, "settled", "settled", 0),
        (1, 45_990, 0, -2_300, 45_990, 45_990, "settled", "settled", 0),
        (2, 8_800, 0, 0, 8_795, 8_795, "current", "part_settled", 0),
        (3, 119_900, 0, 0, 0, 0, "31-60", "unpaid", 38),
        (4, 23_456, -1_000, 0, 0, 0, "current", "unpaid", 0),
        (5, 0, 0, 0, 0, 0, "settled", "cancelled", 0),
        (6, 4_999, 0, -750, 5_100, 0, "settled", "over_settled", 0),
        (7, 12_050, 0, 0, 0, 0, "over-90", "unpaid", 120),
    )
    orders = _orders()
    return [
        {
            **{k: orders[n][k] for k in ("record_id", "date", "channel", "account", "reference",
                                         "party", "currency", "match_id")},
            "sold": sold, "refunded": refunded, "fees": fees, "expected": sold + refunded,
            "settled": settled, "banked": banked, "outstanding": sold + refunded - settled,
            "due": orders[n]["date"] + timedelta(days=15), "overdue_days": overdue,
            "bucket": bucket, "status": status,
        }
        for n, sold, refunded, fees, settled, banked, bucket, status, overdue in told
    ]  # fmt: skip
