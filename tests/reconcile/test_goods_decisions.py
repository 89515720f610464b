"""What a person decides about goods: accepted, let go, set aside, matched by hand, taken back."""

from typing import Any

import pytest

from recon_engine.control.roll_forward import roll_forward
from recon_engine.model.results import Close, Intake
from tests.reconcile.goods import bill, came_back, order, rates, sent
from tests.reconcile.month import closed, decide, outcomes, places, reasons, told, typed
from tests.records import intake


def goods() -> Intake:
    """An overcharged parcel, a strange one, a piece too few, a refund whose parcel is nameless."""
    return intake(
        order("o1", 1, 9000, "A100001", quantity=2),
        sent("p1", 2, "A100001", "YT100001", zone="浙江", weight_g=900),
        bill("c1", 440, "YT100001", weight_g=2500),
        sent("p2", 2, "", "YT100002", zone="浙江", weight_g=900, source_file="other.csv"),
        bill("c2", 281, "YT100020", weight_g=900),
        sent("p4", 2, "", "YT1234567", zone="浙江", weight_g=900, source_file="other.csv"),
        bill("c4", 280, "YT1234576", weight_g=900),
        came_back("r1", 3, 4000, "A100001|TK100001", fee_type="2", state="1"),
        came_back("b1", 6, 0, "SF100001", waybill="SF100001"),
        *rates("浙江", 280, 80),
    )


def place(close: Close) -> dict[str, str]:
    return {name: where for name, (where, _) in places(close).items() if "r-" not in name}


def test_before_anything_is_decided() -> None:
    month = closed(goods())
    assert place(month) == dict.fromkeys(
        ("o1", "p1", "c1", "p2", "c2", "p4", "c4", "r1", "b1"), "open"
    )
    assert reasons(month) | {"o1": ""} == {
        "b1": "parcel_without_refund", "c1": "weight_overcharged", "c2": "billed_not_shipped",
        "c4": "billed_not_shipped", "o1": "", "p2": "not_billed_yet", "p4": "not_billed_yet",
        "r1": "refund_without_parcel",
    }  # fmt: skip
    assert "quantity_differs" in set(month.exceptions["code"])


DECISIONS: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
    "accept the bill as billed": (
        {"record_id": "c1", "decision": "accept"}, {"c1": "cleared"},
    ),
    "accept a parcel whose number the bill has with a slip": (
        {"record_id": "c4", "decision": "accept"}, {"c4": "cleared", "p4": "cleared"},
    ),
    "let a line go that seems to be another parcel's": (
        {"record_id": "c4", "decision": "write_off", "note": "small"}, {"c4": "written_off"},
    ),
    "let a strange line go": (
        {"record_id": "c2", "decision": "write_off", "note": "small"}, {"c2": "written_off"},
    ),
    "set it aside": ({"record_id": "c2", "decision": "exclude"}, {"c2": "excluded"}),
    "match a parcel with a bill that names it wrongly": (
        {"record_id": "c2", "decision": "match", "match_with": "p2"},
        {"c2": "cleared", "p2": "cleared"},
    ),
    "match a refund with a nameless parcel": (
        {"record_id": "r1", "decision": "match", "match_with": "b1"},
        {"r1": "cleared", "b1": "cleared"},
    ),
    "say something": ({"record_id": "c1", "note": "asked the courier"}, {}),
    "leave it for the next period": ({"record_id": "c2", "decision": "carry_forward"}, {}),
}  # fmt: skip


@pytest.mark.parametrize("name", DECISIONS)
def test_a_decision_moves_what_it_is_about_and_can_be_taken_back(name: str) -> None:
    row, moved = DECISIONS[name]
    before, after = closed(goods()), decide(goods(), None, row)
    assert [text.rpartition(": ")[2] for text in outcomes(after)] == ["applied"]
    now, then = place(after), place(before)
    assert {key: now[key] for key in now if now[key] != then[key]} == moved
    assert set(after.identity["difference"]) == {0}
    undo = {"table": "Decisions", "match_with": "D-000001", "decision": "undo"}
    back = decide(goods(), after.kept, undo)
    assert place(back) == then
    assert reasons(back) == reasons(before)
    assert back.goods.freight.equals(before.goods.freight)


def test_an_accepted_bill_is_shown_as_accepted_and_its_order_still_waits_for_its_money() -> None:
    after = decide(goods(), None, {"record_id": "c1", "decision": "accept"})
    status = dict(after.goods.freight.select("freight_id", "status").iter_rows())
    assert status["c1"] == "accepted"
    assert place(after)["o1"] == "open"
    assert reasons(after).get("c1") is None


def test_accepting_what_was_shipped_leaves_the_money_of_the_order_alone() -> None:
    before = closed(goods())
    match = before.goods.shipping.row(0, named=True)["match_id"]
    after = decide(goods(), None, {"table": "Matches", "match_id": match, "decision": "accept"})
    assert after.goods.shipping.row(0, named=True)["status"] == "accepted"
    assert "quantity_differs" not in set(after.exceptions["code"])
    assert "unpaid" in set(after.exceptions["code"])


def test_a_parcel_taken_off_a_bill_is_not_put_back() -> None:
    month = decide(goods(), None, {"record_id": "c1", "decision": "unmatch"})
    assert reasons(month)["c1"] == "billed_not_shipped"
    found = month.matches.filter(month.matches["reconciliation"] == "parcels_charges")
    assert found["rule"].to_list() == ["near_reference"]


def test_the_difference_of_a_bill_is_not_written_off_alone() -> None:
    row = {"record_id": "c1", "decision": "write_off"}
    assert told(typed(closed(goods()), row)) == [
        "Exceptions!2 decision: decision_nothing_there write_off"
    ]


def test_the_next_period_opens_with_what_is_open_and_with_the_rates() -> None:
    first = closed(goods())
    kept = roll_forward(first)
    assert set(kept.carried["kind"]) == {
        "order", "shipment", "courier_charge", "return", "rate_card",
    }  # fmt: skip
    later = closed(intake(bill("c3", 280, "YT100002", weight_g=900)), kept)
    assert place(later)["p2"] == "cleared"
    assert place(later)["c3"] == "cleared"
    assert place(later)["c1"] == "open"
    opening = dict(later.identity.select("kind", "opening_count").iter_rows())
    assert opening == {"order": 1, "shipment": 3, "courier_charge": 3, "return": 2}


def test_an_order_that_was_shipped_before_is_not_asked_for_again() -> None:
    first = closed(intake(order("o1", 1, 9000, "A100001"), sent("p1", 2, "A100001", "YT1")))
    kept = roll_forward(first)
    other = order("o2", 3, 100, "A100002")
    again = closed(intake(other, sent("p2", 3, "A100002", "YT2")), kept)
    assert "order_not_shipped" not in set(again.exceptions["code"])
    late = closed(intake(sent("p3", 5, "A100001", "YT3"), sent("p2", 3, "A100002", "YT2"), other),
                  kept)  # fmt: skip
    assert "shipment_without_order" not in set(late.exceptions["code"])
