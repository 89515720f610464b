"""The close of small months that a person can follow: places, exceptions, receivables, proofs."""

from datetime import date

import polars as pl
import pytest

from recon_engine.close import close_month
from recon_engine.control.identity import by_currency, identity, prove
from recon_engine.errors import Code, ExitCode, TieoutError
from recon_engine.model.policy import default_policy
from recon_engine.model.results import Close, Period
from tests.records import intake, record

OCTOBER = Period(date(2026, 10, 1), date(2026, 10, 31))
POLICY = default_policy()


def closed(*rows: dict[str, object]) -> Close:
    return close_month(intake(*rows), POLICY, OCTOBER)


def places(close: Close) -> dict[str, str]:
    return dict(close.records.select("record_id", "place").iter_rows())


def codes(close: Close) -> dict[str, str]:
    return dict(close.exceptions.select("record_id", "code").iter_rows())


def order(
    record_id: str, day: int, amount: int, reference: str, **rest: object
) -> dict[str, object]:
    return record("order", record_id, day, amount, reference=reference, **rest)


def line(
    record_id: str, day: int, amount: int, reference: str, **rest: object
) -> dict[str, object]:
    return record("settlement_line", record_id, day, amount, reference=reference, **rest)


def bank(record_id: str, day: int, amount: int, text: str, **rest: object) -> dict[str, object]:
    return record(
        "statement_line", record_id, day, amount, text=text, channel="cmb", type="receipt", **rest
    )


def test_a_wallet_month_walks_from_order_to_bank() -> None:
    month = closed(
        order("o1", 1, 10000, "T100001", channel="tmall"),
        order("o2", 2, 5000, "T100002", channel="tmall"),
        line("s1", 3, 10000, "T100001", channel="alipay"),
        line("s2", 3, -60, "T100001", channel="alipay", type="fee"),
        line("s3", 4, 5000, "T100002", channel="alipay"),
        line("s4", 5, -14940, "W777777", channel="alipay", type="transfer"),
        bank("b1", 6, 14940, "支付宝提现"),
    )
    assert set(places(month).values()) == {"cleared"}
    assert month.exceptions.is_empty()
    assert by_currency(month.identity).row(0, named=True) | {"currency": ""} == {
        "currency": "", "opening": 0, "opening_count": 0, "new": 29940, "new_count": 7,
        "cleared": 29940, "cleared_count": 7, "written_off": 0, "written_off_count": 0,
        "open": 0, "open_count": 0, "difference": 0,
    }  # fmt: skip


def test_a_payout_of_many_lines_is_cleared_by_its_deposit_only() -> None:
    rows = [
        order("o1", 1, 10000, "111-1", channel="amazon"),
        line("s1", 3, 10000, "111-1", channel="amazon", group="778899"),
        line("s2", 3, -1500, "111-1", channel="amazon", group="778899", type="commission"),
    ]
    waiting = closed(*rows)
    assert places(waiting) == {"o1": "cleared", "s1": "open", "s2": "open"}
    assert codes(waiting) == {"PO-amazon-778899-CNY": "payout_not_in_bank"}
    paid = closed(*rows, bank("b1", 5, 8500, "AMAZON PAYMENTS 778899"))
    assert set(places(paid).values()) == {"cleared"}
    assert paid.payouts.row(0, named=True) | {"match_id": ""} == {
        "payout_id": "PO-amazon-778899-CNY", "group": "778899", "channel": "amazon", "account": "",
        "currency": "CNY", "date": date(2026, 10, 3), "lines": 2, "gross": 10000, "fees": -1500,
        "refunds": 0, "other": 0, "net": 8500, "deposited": 8500, "difference": 0,
        "status": "matched", "match_id": "",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([order("o1", 1, 10000, "T100001", channel="tmall")], {"o1": "unpaid"}),
        ([order("o1", 30, 10000, "T100001", channel="tmall")], {"o1": "not_yet_due"}),
        (
            [order("o1", 1, 10000, "T100001"), line("s1", 2, 9000, "T100001")],
            {"o1": "short_paid"},
        ),
        (
            [order("o1", 1, 10000, "T100001"), line("s1", 2, 10100, "T100001")],
            {"o1": "over_paid"},
        ),
        (
            [
                order("o1", 1, 10000, "T100001", refunded=2000),
                line("s1", 2, 10000, "T100001"),
            ],
            {"o1": "refund_not_paid_out"},
        ),
        (
            [
                order("o1", 1, 100, "T100001"),
                line("s1", 2, 100, "T100001"),
                line("s2", 2, 70, "T9"),
            ],
            {"s2": "settlement_without_order"},
        ),
        ([bank("b1", 2, 100, "?")], {"b1": "unknown_remittance"}),
        ([bank("b1", 2, -100, "?")], {"b1": "unknown_payment"}),
        ([bank("b1", 2, 100, "财付通 结算")], {"b1": "bank_line_without_payout"}),
        (
            [bank("b1", 2, 100, "x"), bank("b2", 2, 100, "x")],
            {"b1": "duplicate_bank_line", "b2": "duplicate_bank_line"},
        ),
    ],
)
def test_each_open_item_has_its_reason(
    rows: list[dict[str, object]], expected: dict[str, str]
) -> None:
    assert codes(closed(*rows)) == expected


def test_refunds_explain_what_their_order_lacks() -> None:
    month = closed(
        order("o1", 1, 10000, "T100001", refunded=2000),
        line("s1", 2, 10000, "T100001"),
        line("s2", 9, -2000, "T100001", type="refund"),
        order("o2", 1, 10000, "T100002", refunded=3000),
        line("s3", 2, 7000, "T100002"),
        order("o3", 1, 500, "T100003", refunded=500),
    )
    assert set(places(month).values()) == {"cleared"}
    owed = dict(month.receivables.select("record_id", "outstanding").iter_rows())
    assert owed == {"o1": 0, "o2": 0, "o3": 0}
    shown = month.matches.select("rule", "difference", "explained").sort("rule", "difference")
    assert shown.rows() == [
        ("exact_reference", 0, 0),
        ("exact_reference", 2000, 2000),
        ("nothing_due", 0, 0),
    ]


def test_orders_without_a_settlement_file_meet_the_bank() -> None:
    month = closed(order("o1", 1, 10000, "SO-100001"), bank("b1", 3, 10000, "payment SO100001"))
    assert set(places(month).values()) == {"cleared"}
    assert month.matches["reconciliation"].to_list() == ["orders_bank"]


def test_row_order_changes_nothing() -> None:
    rows = [
        *(order(f"o{n}", 1 + n % 5, 1000 + n % 3, f"T10000{n}", channel="tmall") for n in range(9)),
        *(line(f"s{n}", 3 + n % 5, 1000 + n % 3, f"T10000{n}", channel="alipay") for n in range(7)),
        line("w1", 8, -5000, "W1", channel="alipay", type="transfer"),
        bank("b1", 9, 5000, "支付宝"),
    ]
    first, second = closed(*rows), closed(*reversed(rows))
    for name in ("matches", "members", "exceptions", "identity", "payouts", "receivables"):
        assert getattr(first, name).equals(getattr(second, name)), name


def test_a_cent_taken_from_a_file_stops_the_run() -> None:
    month = intake(order("o1", 1, 10000, "T100001"))
    short = month.records.with_columns(amount=pl.col("amount") - 1)
    with pytest.raises(TieoutError) as told:
        close_month(type(month)(short, month.files), POLICY, OCTOBER)
    assert told.value.exit_code == ExitCode.PROOF_FAILED
    assert told.value.problems[0].value == "order CNY: 100.00 ≠ 99.99"


def test_a_record_in_two_places_stops_the_run() -> None:
    month = closed(order("o1", 1, 10000, "T100001"))
    twice = pl.concat([month.records, month.records])
    with pytest.raises(TieoutError) as told:
        prove(twice, month.members, identity(twice), ())
    assert told.value.problems[0].code == Code.PLACE_BROKEN


def test_an_order_of_nothing_waits_for_nothing() -> None:
    month = closed(order("o1", 30, 0, "T100001"), line("s1", 2, 70, "T100002"))
    assert places(month)["o1"] == "cleared"
    assert "o1" not in codes(month)


def test_of_two_equal_orders_one_paid_later_neither_is_cleared_and_the_rest_is() -> None:
    amounts = [20_000 + 1_313 * n + 7 * n * n for n in range(56)]
    orders = [
        order(f"o{n:02}", 1 + n // 4, amount, f"S{n:05}", channel="shopify")
        for n, amount in enumerate(amounts)
    ]
    twin = order("twin", 5, amounts[19], "S99999", channel="shopify")
    orders.append(twin)
    days = [
        [row for row in orders if row["date"].day in (first, first + 1)]
        for first in range(1, 14, 2)
    ]
    sums = [sum(row["amount"] for row in rows) for rows in days]
    sums[2], sums[3] = sums[2] - twin["amount"], sums[3] + twin["amount"]
    deposits = [bank(f"b{n}", 4 + 2 * n, amount, "SHOPIFY payout") for n, amount in enumerate(sums)]
    month = closed(*orders, *deposits)
    doubtful = {"o19", "twin"}
    assert {name for name, place in places(month).items() if place != "cleared"} == doubtful
    assert codes(month) == dict.fromkeys(doubtful, "proposal")
    candidates = dict(month.exceptions.select("record_id", "candidate").iter_rows())
    assert set(candidates.values()) == {"b2", "b3"}
    proposed = month.members.filter(pl.col("status") == "proposed")
    assert set(proposed["record_id"]) == doubtful
    assert set(month.matches["status"]) == {"confirmed"}
    assert set(month.matches["difference"]) == {0}
    assert set(month.identity["difference"]) == {0}
