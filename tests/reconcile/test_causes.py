"""Each reason is told where it holds, with the cause that was looked for first."""

from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl

from recon_engine.close import close_month
from recon_engine.control.roll_forward import roll_forward
from recon_engine.errors import Code, Place, Problem
from recon_engine.match.explain import phrases
from recon_engine.messages import Language
from recon_engine.model.policy import FeeRule
from recon_engine.model.results import Close
from tests.reconcile.month import POLICY, bank, closed, line, order
from tests.reconcile.test_two_months import NOVEMBER, later
from tests.records import intake


def told(close: Close) -> list[str]:
    """Every exception as ``record: code at stake (evidence)``."""
    columns = ("record_id", "code", "at_stake", "evidence")
    rows = close.exceptions.select(columns).sort("record_id", "code").iter_rows()
    return [f"{record}: {code} {at_stake} ({why})" for record, code, at_stake, why in rows]


def test_what_is_not_due_says_its_day_and_how_far_the_files_reach() -> None:
    month = closed(
        intake(
            order("o1", 30, 100, "T100001", channel="ebay"),
            order("o2", 2, 200, "T100002", channel="ebay"),
            line("s1", 28, 7, "", channel="ebay", type="tax"),
        )
    )
    assert told(month) == [
        "o1: not_yet_due 100 (due=2026-11-06;covered=2026-10-28)",
        "o2: unpaid 200 (due=2026-10-09;covered=2026-10-28)",
    ]


def test_an_order_that_says_it_ended_elsewhere_is_missing_in_the_settlement() -> None:
    month = closed(
        intake(
            order("o1", 1, 100, "T100001", channel="tmall", state="交易关闭"),
            order("o2", 1, 900, "T100002", channel="tmall", refunded=300),
            order("o3", 1, 500, "T100003", channel="tmall", state="交易成功"),
        )
    )
    assert [text.split(" (")[0] for text in told(month)] == [
        "o1: order_missing_in_settlement 100",
        "o2: order_missing_in_settlement 900",
        "o3: unpaid 500",
    ]


def fees(*charged: int) -> list[dict[str, Any]]:
    rows = []
    for n, fee in enumerate(charged):
        rows += [
            order(f"o{n}", 1, 10_000, f"T10000{n}", channel="ebay"),
            line(f"s{n}", 3, 10_000, f"T10000{n}", channel="ebay"),
            line(f"f{n}", 3, -fee, f"T10000{n}", channel="ebay", type="commission"),
        ]
    return rows


def test_a_fee_above_the_named_rate_is_told_with_both_rates() -> None:
    policy = replace(POLICY, fees=(FeeRule("ebay 5 %", "ebay", rate_ppm=50_000),))
    assert told(closed(intake(*fees(500, 501, 650)), policy=policy)) == [
        "o2: fee_above_contract 150 (charged_ppm=65000;agreed_ppm=50000)"
    ]
    assert told(closed(intake(*fees(500, 501, 650)))) == [], "no rate is named, none is exceeded"


def test_ids_that_lost_digits_are_told_once_a_file_with_their_rows() -> None:
    read = intake(bank("b1", 1, 100, "x"))
    lost = tuple(
        Problem(Code.ID_LOST_DIGITS, Place("bank.xlsx", "", row, "id"), "2.02611E+17")
        for row in (4, 9)
    )
    files = (replace(read.files[0], file="bank.xlsx", rejects=lost),)
    month = closed(replace(read, files=files))
    assert told(month) == [
        "b1: unknown_remittance 100 ()",
        "bank.xlsx: lost_precision 0 (rows=2)",
    ]
    assert month.exceptions.filter(pl.col("code") == "lost_precision")["text"].item() == "4, 9"


def test_a_payout_that_differs_says_what_may_have_kept_it() -> None:
    rows = [
        line("s1", 3, 100_000, "111-1", channel="amazon", group="778899"),
        line("s2", 3, -1_500, "", channel="amazon", group="778899", type="reserve"),
    ]
    wire = closed(intake(*rows, bank("b1", 5, 98_400, "AMAZON PAYMENTS 778899")))
    assert told(wire) == [
        (
            "PO-amazon-778899-CNY: payout_differs 100 (ids=1;lefts=1;rights=1;cause_wire_minor=100;"
            "cause_fx_ppm=1015)"
        ),
    ]
    reserve = closed(intake(*rows, bank("b1", 5, 100_000, "AMAZON PAYMENTS 778899")))
    assert told(reserve) == [
        (
            "PO-amazon-778899-CNY: payout_differs 1500 (ids=1;lefts=1;rights=1;"
            "cause_reserve_minor=1500)"
        ),
    ]


def test_a_payout_that_reached_another_currency_says_so() -> None:
    month = closed(
        intake(
            line("s1", 3, 5_000, "111-1", channel="amazon", group="778899", currency="USD"),
            bank("b1", 5, 35_000, "AMAZON PAYMENTS"),
        )
    )
    assert "PO-amazon-778899-USD: payout_not_in_bank 5000 (elsewhere=CNY)" in told(month)


def test_an_order_of_an_earlier_period_settled_again_is_paid_twice() -> None:
    pair = [
        order("o1", 1, 900, "T100001", channel="tmall"),
        line("s1", 2, 900, "T100001", channel="alipay"),
    ]
    again = later(line("s2", 1, 900, "T100001", channel="alipay"), 4)
    kept = roll_forward(closed(intake(*pair)))
    second = close_month(intake(again), POLICY, NOVEMBER, kept=kept)
    assert told(second) == ["s2: paid_twice 900 ()"]
    assert second.as_of == date(2026, 11, 30)


def test_every_cause_has_words() -> None:
    said = "due=2026-11-06;covered=2026-10-28;cause_wire_minor=100;elsewhere=CNY;rows=2"
    assert phrases(said, Language.EN, "CNY") == (
        "due on 2026-11-06; settlement lines reach 2026-10-28; a bank may have kept 1.00 CNY; "
        "the bank shows this channel in CNY only; 2 rows"
    )
