"""What a person decides is kept, replayed, and can be taken back; what cannot be is told."""

from dataclasses import replace

import polars as pl
import pytest

from recon_engine.model.kept import DECISIONS
from recon_engine.model.policy import FeeRule
from recon_engine.reconcile.desk import as_read
from recon_engine.reconcile.take_up import Actor, accept_all, take_up
from tests.reconcile.month import (
    ANNA,
    NOON,
    POLICY,
    bank,
    closed,
    decide,
    line,
    order,
    outcomes,
    places,
    reasons,
    small,
    told,
    typed,
)
from tests.records import intake

PAYOUT = "PO-amazon-778899-CNY"


def moved(before: dict[str, tuple[str, int]], after: dict[str, tuple[str, int]]) -> list[str]:
    """What differs in places and amounts, one line a record."""
    return [
        f"{name}: {' '.join(map(str, before.get(name, ('-',))))} → "
        f"{' '.join(map(str, after.get(name, ('-',))))}"
        for name in sorted({*before, *after})
        if before.get(name) != after.get(name)
    ]


GOLDEN = {
    "accept a proposal that is short: the rest stays open": (
        [{"record_id": "o1", "decision": "accept"}],
        ["accept o1 s1: applied"],
        ["o1: open 10000 → cleared 9000", "o1~rest: - → open 1000", "s1: open 9000 → cleared 9000"],
    ),
    "accept by the match on its own sheet": (
        [{"table": "Matches", "match_id": "OS-o1", "decision": "ACCEPT"}],
        ["accept o1 s1: applied"],
        ["o1: open 10000 → cleared 9000", "o1~rest: - → open 1000", "s1: open 9000 → cleared 9000"],
    ),
    "match one order with two lines, by id and by reference": (
        [{"record_id": "o3", "decision": "match", "match_with": "s3，X2"}],
        ["match o3 s3 s4: applied"],
        ["o3: open 700 → cleared 700", "s3: open 300 → cleared 300", "s4: open 400 → cleared 400"],
    ),
    "match over several rows that carry one mark": (
        [
            {"table": "Orders", "record_id": "o3", "decision": "match", "match_with": "A"},
            {"table": "Settlements", "record_id": "s3", "decision": "match", "match_with": "A"},
            {"table": "Settlements", "record_id": "s4", "decision": "match", "match_with": "A"},
        ],
        ["match o3 s3 s4: applied"],
        ["o3: open 700 → cleared 700", "s3: open 300 → cleared 300", "s4: open 400 → cleared 400"],
    ),
    "match an order with the bank itself": (
        [{"record_id": "b2", "decision": "match", "match_with": "T100002"}],
        ["match b2 o2: applied"],
        ["b2: open 5000 → cleared 5000", "o2: open 5000 → cleared 5000"],
    ),
    "write off what a bank kept of a payout": (
        [{"record_id": PAYOUT, "decision": "write_off", "note": "wire"}],
        ["write_off PO-amazon-778899-CNY b1: applied"],
        [
            "b1: open 7150 → cleared 7150",
            "s5: open 8000 → cleared 7950",
            "s5~rest: - → written_off 50",
            "s6: open -800 → cleared -800",
        ],
    ),
    "accept the payout: what the bank kept stays open": (
        [{"record_id": PAYOUT, "decision": "accept"}],
        ["accept PO-amazon-778899-CNY b1: applied"],
        [
            "b1: open 7150 → cleared 7150",
            "s5: open 8000 → cleared 7950",
            "s5~rest: - → open 50",
            "s6: open -800 → cleared -800",
        ],
    ),
    "write off a small line of the bank": (
        [{"record_id": "b3", "decision": "write off"}],
        ["write_off b3: applied"],
        ["b3: open -30 → written_off -30"],
    ),
    "unmatch what the matcher confirmed": (
        [{"record_id": "o6", "decision": "unmatch"}],
        ["unmatch o6 s7: applied"],
        ["o6: cleared 2500 → open 2500", "s7: cleared 2500 → open 2500"],
    ),
    "split an order": (
        [{"record_id": "o2", "decision": "split", "match_with": "20.00 + 30"}],
        ["split o2: applied"],
        ["o2: open 5000 → open 2000", "o2~2: - → open 3000"],
    ),
    "exclude a bank line": (
        [{"record_id": "b2", "decision": "exclude"}],
        ["exclude b2: applied"],
        ["b2: open 5000 → excluded 5000"],
    ),
    "exclude a whole payout": (
        [{"record_id": PAYOUT, "decision": "exclude"}],
        ["exclude PO-amazon-778899-CNY: applied"],
        ["o5: cleared 8000 → open 8000", "s5: open 8000 → excluded 8000",
         "s6: open -800 → excluded -800"],
    ),
    "reclassify a line as a cost": (
        [{"record_id": "s3", "decision": "reclassify", "match_with": "type=fee"}],
        ["reclassify s3: applied"],
        ["s3: open 300 → cleared 300"],
    ),
    "carry forward and comment change nothing": (
        [
            {"record_id": "o2", "decision": "carry_forward", "owner": "bob"},
            {"record_id": "b2", "note": "asked the bank"},
        ],
        ["comment b2: applied", "carry_forward o2: applied"],
        [],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", GOLDEN)
def test_each_decision_does_what_it_says(name: str) -> None:
    rows, expected, changes = GOLDEN[name]
    before = closed(small())
    after = decide(small(), None, *rows)
    said = [text.partition(" ")[2] for text in outcomes(after)]
    assert sorted(said) == sorted(expected)
    assert moved(places(before), places(after)) == changes
    assert after.identity["difference"].to_list() == [0] * after.identity.height


@pytest.mark.parametrize("name", GOLDEN)
def test_taking_it_back_brings_back_exactly_the_earlier_state(name: str) -> None:
    rows, *_ = GOLDEN[name]
    before, after = closed(small()), decide(small(), None, *rows)
    ids = after.kept.decisions["decision_id"].to_list()
    undo = [{"table": "Decisions", "match_with": one, "decision": "undo"} for one in ids]
    back = decide(small(), after.kept, *undo)
    assert places(back) == places(before)
    for frame in ("records", "matches", "members", "payouts", "exceptions", "receivables"):
        assert getattr(back, frame).sort(pl.all()).equals(getattr(before, frame).sort(pl.all()))
    assert back.originals.is_empty()
    assert set(back.outcomes.head(len(ids))["outcome"]) == {"undone"}


@pytest.mark.parametrize("name", GOLDEN)
def test_typing_the_same_again_adds_nothing(name: str) -> None:
    rows, *_ = GOLDEN[name]
    after = decide(small(), None, *rows)
    again = typed(after, *rows)
    assert told(again) == []
    assert again.kept.decisions.equals(after.kept.decisions)


@pytest.mark.parametrize("name", GOLDEN)
def test_records_as_read_can_be_had_again(name: str) -> None:
    rows, *_ = GOLDEN[name]
    after = decide(small(), None, *rows)
    columns = small().records.columns
    back = as_read(after.records, after.originals).select(columns).sort("record_id")
    assert back.equals(small().records.sort("record_id"))


def test_unmatch_of_what_a_person_matched_takes_that_decision_back() -> None:
    before = closed(small())
    after = decide(small(), None, {"record_id": "o1", "decision": "accept"})
    back = decide(small(), after.kept, {"record_id": "o1", "decision": "unmatch"})
    assert outcomes(back)[0] == "D-000001 accept o1 s1: undone"
    assert places(back) == places(before)


def test_an_undo_can_be_taken_back() -> None:
    first = decide(small(), None, {"record_id": "o1", "decision": "accept"})
    second = decide(small(), first.kept, {"record_id": "o1", "decision": "undo"})
    third = decide(small(), second.kept, {"match_with": "D-000002", "decision": "undo"})
    assert places(third) == places(first)


UNTAKABLE = {
    "a word that is no decision": (
        {"record_id": "o1", "decision": "perhaps"},
        "Exceptions!2 decision: decision_unknown perhaps",
    ),
    "something beside an empty decision": (
        {"record_id": "o1", "match_with": "s1"},
        "Exceptions!2 decision: decision_missing s1",
    ),
    "a stale id": (
        {"record_id": "o77", "decision": "exclude"},
        "Exceptions!2 decision: decision_record_unknown o77",
    ),
    "a reference nobody has": (
        {"record_id": "o3", "decision": "match", "match_with": "X9"},
        "Exceptions!2 match_with: decision_record_unknown X9",
    ),
    "sums that do not agree": (
        {"record_id": "o3", "decision": "match", "match_with": "s3"},
        "Exceptions!2 match_with: decision_sums_differ 4.00 CNY",
    ),
    "an order with an order": (
        {"record_id": "o3", "decision": "match", "match_with": "o2"},
        "Exceptions!2 match_with: decision_sums_differ 57.00 CNY",
    ),
    "an order with a payout": (
        {"record_id": "o3", "decision": "match", "match_with": PAYOUT},
        "Exceptions!2 match_with: decision_not_for_item PO-amazon-778899-CNY, o3",
    ),
    "a match with nothing": (
        {"record_id": "o3", "decision": "match"},
        "Exceptions!2 match_with: decision_not_for_item o3",
    ),
    "nothing to accept": (
        {"record_id": "o2", "decision": "accept"},
        "Exceptions!2 decision: decision_nothing_there accept",
    ),
    "nothing to take apart": (
        {"record_id": "o2", "decision": "unmatch"},
        "Exceptions!2 decision: decision_nothing_there unmatch",
    ),
    "nothing to take back": (
        {"record_id": "o2", "decision": "undo"},
        "Exceptions!2 decision: decision_nothing_there undo",
    ),
    "more than the role may write off": (
        {"record_id": "b2", "decision": "write_off"},
        "Exceptions!2 decision: decision_over_limit 50.00",
    ),
    "what is cleared cannot be written off": (
        {"record_id": "s7", "decision": "write_off"},
        "Exceptions!2 decision: decision_nothing_there write_off",
    ),
    "parts that are not the whole": (
        {"record_id": "o2", "decision": "split", "match_with": "20 + 31"},
        "Exceptions!2 match_with: decision_sums_differ 20 + 31",
    ),
    "parts that are no amounts": (
        {"record_id": "o2", "decision": "split", "match_with": "half"},
        "Exceptions!2 match_with: decision_value half",
    ),
    "a payout cannot be split": (
        {"record_id": PAYOUT, "decision": "split", "match_with": "1+2"},
        "Exceptions!2 decision: decision_not_for_item PO-amazon-778899-CNY",
    ),
    "a type that there is not": (
        {"record_id": "b2", "decision": "reclassify", "match_with": "type=gift"},
        "Exceptions!2 match_with: decision_value type=gift",
    ),
}


@pytest.mark.parametrize("name", UNTAKABLE)
def test_what_cannot_be_taken_up_is_told_at_its_cell_and_the_rest_is(name: str) -> None:
    row, expected = UNTAKABLE[name]
    good = {"record_id": "b3", "decision": "exclude"}
    done = typed(closed(small()), row, good)
    assert told(done) == [expected]
    assert done.kept.decisions["records"].to_list() == ["b3"]


def test_a_reference_on_several_open_records_is_ambiguous() -> None:
    read = intake(
        order("o1", 1, 500, "T100001"),
        line("s1", 2, 500, "Z1"),
        line("s2", 2, 500, "Z1"),
    )
    done = typed(closed(read), {"record_id": "o1", "decision": "match", "match_with": "Z1"})
    assert told(done) == ["Exceptions!2 match_with: decision_reference_ambiguous Z1"]
    assert done.problems[0].params["ids"] == "s1, s2"


def test_mixed_currencies_are_told() -> None:
    read = intake(order("o1", 1, 500, "T1"), bank("b1", 2, 500, "x", currency="USD"))
    done = typed(closed(read), {"record_id": "o1", "decision": "match", "match_with": "b1"})
    assert told(done) == ["Exceptions!2 match_with: currency_mixed b1, o1"]


def test_an_item_typed_twice_with_different_decisions_is_told_at_both() -> None:
    done = typed(
        closed(small()),
        {"record_id": "b2", "decision": "exclude"},
        {"table": "Bank", "record_id": "b2", "decision": "match", "match_with": "T100002"},
        {"record_id": "b3", "decision": "exclude"},
        {"table": "Bank", "record_id": "b3", "decision": "exclude"},
    )
    assert told(done) == [
        "Bank!3 decision: decision_twice b2",
        "Exceptions!2 decision: decision_twice b2",
    ]
    assert done.kept.decisions["records"].to_list() == ["b3"]


def test_what_another_decision_holds_is_not_changed_under_it() -> None:
    first = decide(small(), None, {"record_id": PAYOUT, "decision": "accept"})
    done = typed(
        first,
        {"record_id": "s6", "decision": "exclude"},
        {"record_id": "b1", "decision": "split", "match_with": "71+0.5"},
    )
    assert told(done) == [
        "Exceptions!2 decision: decision_held s6 (D-000001)",
        "Exceptions!3 decision: decision_held b1 (D-000001)",
    ]


def test_a_reviewer_may_write_off_more_and_a_viewer_nothing() -> None:
    row = {"record_id": "b2", "decision": "write_off"}
    reviewer = Actor("ruth", "reviewer", 10_000)
    assert places(decide(small(), None, row, by=reviewer))["b2"] == ("written_off", 5000)
    refused = typed(closed(small()), row, by=Actor("vera", "viewer"))
    assert told(refused) == ["Exceptions!2 decision: decision_role viewer"]


def test_a_write_off_proposes_its_entry() -> None:
    after = decide(
        small(),
        None,
        {"record_id": PAYOUT, "decision": "write_off", "note": "wire fee"},
        {"record_id": "b3", "decision": "write_off"},
        {"record_id": "o1", "decision": "write_off"},
    )
    columns = ("record_id", "amount", "debit", "credit", "note", "user")
    assert after.adjustments.select(columns).sort("record_id").rows() == [
        ("b3", -30, "written_off", "bank", "", "anna"),
        ("o1~rest", 1000, "written_off", "receivables", "", "anna"),
        ("s5~rest", 50, "written_off", "platform_clearing", "wire fee", "anna"),
    ]


def test_a_decision_whose_record_changed_or_vanished_is_shown_and_does_nothing() -> None:
    after = decide(
        small(),
        None,
        {"record_id": "o3", "decision": "match", "match_with": "s3 s4"},
        {"record_id": "b2", "decision": "exclude"},
    )
    changed = intake(
        order("o3", 2, 800, "T100003", channel="shopify"),
        line("s3", 3, 300, "X1", channel="shopify"),
        line("s4", 3, 400, "X2", channel="shopify"),
    )
    again = closed(changed, after.kept)
    assert outcomes(again) == [
        "D-000001 exclude b2: stale decision_vanished b2",
        "D-000002 match o3 s3 s4: stale decision_changed o3, s3, s4",
    ]
    assert {place for place, _ in places(again).values()} == {"open"}
    assert outcomes(closed(small(), after.kept)) == [
        "D-000001 exclude b2: applied",
        "D-000002 match o3 s3 s4: applied",
    ]


def test_decisions_hold_when_an_overlapping_export_brings_more() -> None:
    after = decide(small(), None, {"record_id": "o3", "decision": "match", "match_with": "s3 s4"})
    rows = [*small().records.to_dicts(), order("o9", 9, 100, "T100009", channel="shopify")]
    assert places(closed(intake(*rows), after.kept))["o3"] == ("cleared", 700)


def test_what_was_looked_at_stands_beside_its_exception() -> None:
    after = decide(
        small(), None, {"record_id": "o2", "decision": "carry_forward", "note": "n", "owner": "bob"}
    )
    row = after.exceptions.filter(pl.col("record_id") == "o2")
    assert row.select("handled", "handled_note", "handled_owner").rows() == [
        ("carry_forward", "n", "bob")
    ]


def test_all_proposals_above_a_certainty_are_accepted_at_once() -> None:
    month = closed(small())
    assert dict(
        month.exceptions.filter(pl.col("certainty") > 0).select("match_id", "certainty").iter_rows()
    ) == {"OS-o1": 100, f"PB-{PAYOUT}": 100}
    done = take_up(accept_all(month, 90), month, ANNA, NOON)
    assert done.problems == ()
    assert done.kept.decisions["match_id"].to_list() == ["OS-o1", f"PB-{PAYOUT}"]
    assert set(done.kept.decisions.columns) == set(DECISIONS)


def test_rivals_of_an_open_item_are_counted_and_named() -> None:
    read = intake(
        order("o1", 1, 500, "T100001", channel="shopify"),
        order("o2", 2, 500, "T100002", channel="shopify"),
        bank("b1", 3, 500, "?"),
        bank("b2", 30, 999, "?"),
    )
    columns = ("record_id", "alternatives", "alternative_ids")
    assert closed(read).exceptions.select(columns).sort("record_id").rows() == [
        ("b1", 2, "o2 o1"), ("b2", 0, ""), ("o1", 1, "b1"), ("o2", 1, "b1"),
    ]  # fmt: skip


def test_fees_of_named_rules_are_no_rest() -> None:
    policy = replace(POLICY, fees=(FeeRule("ten", channel="shopify", rate_ppm=100_000),))
    read = intake(order("o1", 1, 500, "T100001", channel="shopify"), bank("b1", 30, 450, "?"))
    month = closed(read, policy=policy)
    done = typed(month, {"record_id": "o1", "decision": "match", "match_with": "b1"})
    after = closed(read, done.kept, policy)
    assert places(after) == {"o1": ("cleared", 500), "b1": ("cleared", 450)}
    assert after.matches.select("difference", "explained").rows() == [(50, 50)]


def test_reasons_of_what_is_left_over_say_so() -> None:
    after = decide(
        small(),
        None,
        {"record_id": "o1", "decision": "accept"},
        {"record_id": PAYOUT, "decision": "accept"},
    )
    found = reasons(after)
    assert (found["o1~rest"], found["s5~rest"]) == ("short_paid", "payout_differs")
