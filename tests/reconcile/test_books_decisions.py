"""What a person decides about own books: accepted, let go, set aside, matched, taken back."""

from typing import Any

import pytest

from recon_engine.control.roll_forward import roll_forward
from recon_engine.model.results import Close, Intake
from tests.reconcile.books import entry, moved, order, told
from tests.reconcile.month import closed, decide, outcomes, places
from tests.records import intake

SALES = "6001 主营业务收入"


def books() -> Intake:
    """A posting with another amount, one without document, and movements alike."""
    return intake(
        order("o1", 1, 9000, "A100001", quantity=2),
        order("o2", 2, 5000, "A100002", quantity=1),
        entry("e1", 1, -9100, SALES, "A100001"),
        entry("e2", 9, -490, SALES),
        moved("m1", 2, -3, "A100001"),
        moved("m2", 20, -1, "X100002"),
    )


def place(close: Close) -> dict[str, str]:
    return {name: where for name, (where, _) in places(close).items()}


def test_before_anything_is_decided() -> None:
    month = closed(books())
    assert set(place(month).values()) == {"open"}
    assert told(month) | {"o2": ("", 0)} == {
        "e1": ("posting_differs", 100), "e2": ("posting_without_document", 490), "o2": ("", 0),
        "m1": ("stock_differs", 4500), "m2": ("stock_without_sale", 0),
    }  # fmt: skip


DECISIONS: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
    "accept a posting as booked": ({"record_id": "e1", "decision": "accept"}, {"e1": "cleared"}),
    "accept a movement as booked": ({"record_id": "m1", "decision": "accept"}, {"m1": "cleared"}),
    "let an entry go": (
        {"record_id": "e2", "decision": "write_off", "note": "old"}, {"e2": "written_off"},
    ),
    "set it aside": ({"record_id": "e2", "decision": "exclude"}, {"e2": "excluded"}),
    "match an entry with its order": (
        {"record_id": "e2", "decision": "match", "match_with": "o2"}, {"e2": "cleared"},
    ),
    "match a movement with its order": (
        {"record_id": "m2", "decision": "match", "match_with": "o2"}, {"m2": "cleared"},
    ),
    "leave it for the next period": ({"record_id": "e2", "decision": "carry_forward"}, {}),
}  # fmt: skip


@pytest.mark.parametrize("name", DECISIONS)
def test_a_decision_moves_what_it_is_about_and_can_be_taken_back(name: str) -> None:
    row, changed = DECISIONS[name]
    before, after = closed(books()), decide(books(), None, row)
    assert [text.rpartition(": ")[2] for text in outcomes(after)] == ["applied"]
    now, then = place(after), place(before)
    assert {key: now[key] for key in now if now[key] != then[key]} == changed
    assert set(after.identity["difference"]) == {0}
    undo = {"table": "Decisions", "match_with": "D-000001", "decision": "undo"}
    back = decide(books(), after.kept, undo)
    assert place(back) == then
    assert told(back) == told(before)
    assert back.books.postings.equals(before.books.postings)


def test_an_accepted_posting_is_shown_as_accepted_and_its_order_waits_for_its_money() -> None:
    after = decide(books(), None, {"record_id": "e1", "decision": "accept"})
    status = dict(after.books.postings.select("record_id", "status").iter_rows())
    assert status["e1"] == "accepted"
    assert "e1" not in told(after)
    assert place(after)["o1"] == "open"


def test_an_entry_taken_off_its_order_is_not_put_back() -> None:
    month = decide(books(), None, {"record_id": "e1", "decision": "unmatch"})
    assert told(month)["e1"][0] == "posting_without_document"
    assert told(month)["o1"][0] in ("posting_missing", "stock_differs")
    assert "e1" not in set(month.members["record_id"])


def test_a_movement_taken_off_its_order_is_not_put_back() -> None:
    month = decide(books(), None, {"record_id": "m1", "decision": "unmatch"})
    assert told(month)["m1"][0] == "stock_without_sale"
    assert "m1" not in set(month.members["record_id"])


def test_the_next_period_opens_with_the_open_entries_and_asks_for_no_old_posting() -> None:
    first = closed(books())
    kept = roll_forward(first)
    assert {"ledger_entry", "stock_movement"} <= set(kept.carried["kind"])
    later = closed(intake(order("o3", 20, 700, "A100003"), entry("e3", 20, -700, SALES)), kept)
    opening = dict(later.identity.select("kind", "opening_count").iter_rows())
    assert (opening["ledger_entry"], opening["stock_movement"]) == (2, 2)
    assert set(later.identity["difference"]) == {0}
    assert "o2" not in told(later)
    assert place(later)["e3"] == "cleared"
