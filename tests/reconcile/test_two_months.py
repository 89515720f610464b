"""Two months in a row: what straddles is cleared in the second, nothing is lost or doubled."""

from datetime import date
from typing import Any

import polars as pl

from recon_engine.close import close_month
from recon_engine.control.roll_forward import roll_forward
from recon_engine.errors import Code
from recon_engine.model.kept import Kept
from recon_engine.model.results import Close, Intake, Period
from tests.reconcile.month import (
    OCTOBER,
    POLICY,
    bank,
    decide,
    line,
    order,
    outcomes,
    places,
    reasons,
    small,
    typed,
)
from tests.records import intake

NOVEMBER = Period(date(2026, 11, 1), date(2026, 11, 30))


def later(row: dict[str, Any], day: int) -> dict[str, Any]:
    return {**row, "date": date(2026, 11, day)}


def october(read: Intake, kept: Kept | None = None) -> Close:
    return close_month(read, POLICY, OCTOBER, kept=kept)


def november(read: Intake, kept: Kept) -> Close:
    return close_month(read, POLICY, NOVEMBER, kept=kept)


STRADDLING = (
    order("o1", 29, 10000, "111-1", channel="amazon"),
    line("s1", 31, 10000, "111-1", channel="amazon", group="778899"),
    line("s2", 31, -1500, "111-1", channel="amazon", group="778899", type="commission"),
    order("o2", 30, 4000, "T100002", channel="shopify"),
)


def test_a_payout_that_straddles_the_month_end_is_cleared_by_its_deposit() -> None:
    first = october(intake(*STRADDLING))
    assert {n: p for n, (p, _) in places(first).items()} == {
        "o1": "cleared", "s1": "open", "s2": "open", "o2": "open",
    }  # fmt: skip
    second = november(
        intake(
            later(bank("b1", 1, 8500, "AMAZON PAYMENTS 778899"), 2),
            later(line("s3", 1, 4000, "T100002", channel="shopify"), 3),
            later(order("o9", 1, 100, "111-9", channel="amazon"), 3),
        ),
        roll_forward(first),
    )
    assert {n: p for n, (p, _) in places(second).items()} == {
        "s1": "cleared", "s2": "cleared", "o2": "cleared", "b1": "cleared", "s3": "cleared",
        "o9": "open",
    }  # fmt: skip
    assert set(reasons(second)) == {"o9"}


def test_the_opening_is_the_closing_before_for_every_kind_and_currency() -> None:
    first = october(small())
    second = november(intake(later(bank("b9", 1, 77, "x"), 2)), roll_forward(first))
    closing = first.identity.filter(pl.col("open_count") > 0).select(
        "kind", "currency", "open_count", "open"
    )
    opened = second.identity.filter(pl.col("opening_count") > 0).select(
        "kind", "currency", "opening_count", "opening"
    )
    assert opened.rows() == closing.rows()
    assert second.identity["difference"].to_list() == [0] * second.identity.height


def test_an_overlapping_export_doubles_nothing() -> None:
    first = october(intake(*STRADDLING))
    again = intake(*STRADDLING, later(bank("b1", 1, 8500, "AMAZON PAYMENTS 778899"), 2))
    second = november(again, roll_forward(first))
    assert sorted(places(second)) == ["b1", "o2", "s1", "s2"]
    assert sum(report.records for report in second.files) == 1
    said = [note.code for report in second.files for note in report.notes]
    assert said == [Code.ROWS_OF_EARLIER_PERIOD] * 2
    assert second.problems == ()


def test_a_carried_row_that_comes_again_with_another_amount_is_told() -> None:
    first = october(intake(*STRADDLING))
    changed = order("o2", 30, 4100, "T100002", channel="shopify", source_row=7)
    second = november(intake(changed, later(bank("b1", 1, 5, "x"), 2)), roll_forward(first))
    assert places(second)["o2"] == ("open", 4000)
    assert [(p.code, p.place.row, p.value) for p in second.problems] == [
        (Code.RECORD_DIFFERS_FROM_CARRIED, 7, "o2")
    ]


def test_a_later_refund_of_an_order_that_is_closed_needs_no_order_again() -> None:
    first = october(
        intake(
            order("o1", 1, 900, "T100001", channel="tmall"),
            line("s1", 2, 900, "T100001", channel="alipay"),
        )
    )
    refund = later(line("r1", 1, -900, "T100001", channel="alipay", type="refund"), 4)
    second = november(intake(refund), roll_forward(first))
    assert places(second) == {"r1": ("cleared", -900)}
    assert second.matches.select("rule", "reconciliation").rows() == [
        ("earlier_period", "orders_settlement")
    ]


def test_a_line_whose_payout_is_banked_waits_for_its_order_only() -> None:
    first = october(
        intake(
            order("o1", 1, 100, "111-1", channel="amazon"),
            line("s1", 3, 100, "111-1", channel="amazon", group="778899"),
            line("s2", 3, 250, "111-2", channel="amazon", group="778899"),
            bank("b1", 5, 350, "AMAZON PAYMENTS 778899"),
        )
    )
    assert reasons(first) == {"s2": "settlement_without_order"}
    idle = november(intake(later(bank("b9", 1, 77, "x"), 2)), roll_forward(first))
    assert reasons(idle) == {"b9": "unknown_remittance", "s2": "settlement_without_order"}
    second = november(
        intake(later(order("o2", 1, 250, "111-2", channel="amazon"), 1)),
        roll_forward(idle),
    )
    assert places(second) | {"b9": 0} == {
        "o2": ("cleared", 250), "s2": ("cleared", 250), "b9": 0,
    }  # fmt: skip


def test_what_a_decision_left_over_is_carried_and_found_later() -> None:
    first = decide(small(), None, {"record_id": "o1", "decision": "accept"})
    assert places(first)["o1~rest"] == ("open", 1000)
    missing = later(line("s8", 1, 1000, "T100001", channel="shopify"), 5)
    second = november(intake(missing), roll_forward(first))
    assert places(second)["o1~rest"] == ("cleared", 1000)
    assert "o1" not in places(second)


def test_pairs_taken_apart_stay_apart_while_they_are_open() -> None:
    first = decide(small(), None, {"record_id": "o6", "decision": "unmatch"})
    second = november(intake(later(bank("b9", 1, 77, "x"), 2)), roll_forward(first))
    assert places(second)["o6"] == ("open", 2500)
    assert outcomes(second) == ["D-000001 unmatch o6 s7: applied"]


def test_taking_back_in_the_second_month_what_the_first_decided_works() -> None:
    first = decide(small(), None, {"record_id": "o6", "decision": "unmatch"})
    read = intake(later(bank("b9", 1, 77, "x"), 2))
    second = november(read, roll_forward(first))
    taken_back = typed(second, {"record_id": "o6", "decision": "undo"})
    assert taken_back.problems == ()
    assert places(november(read, taken_back.kept))["o6"] == ("cleared", 2500)


def test_rows_are_forgotten_after_the_periods_that_the_policy_remembers() -> None:
    kept = roll_forward(october(intake(*STRADDLING)))
    for month in range(1, 4):
        period = Period(date(2027, month, 1), date(2027, month, 28))
        cost = line(f"f{month}", 1, -5, "", channel="alipay", type="fee")
        row = {**cost, "date": date(2027, month, 3)}
        closed = close_month(intake(row), POLICY, period, kept=kept)
        assert ("o1" in set(closed.kept.earlier["record_id"])) == (month <= 3)
        kept = roll_forward(closed)
    assert "2026-10" not in set(kept.earlier["period"])
