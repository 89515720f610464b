"""After any sequence of decisions: the identity holds, nothing is lost, nothing raises."""

from itertools import chain as joined
from typing import Any

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from recon_engine.errors import Problem
from recon_engine.messages import Language, explain
from recon_engine.model.kept import Action, Kept
from recon_engine.model.results import Close
from recon_engine.reconcile.desk import as_read
from recon_engine.reconcile.take_up import TakenUp, take_up
from tests.reconcile.month import ANNA, NOON, closed, places, small, typed, typing

MONTH = small()
CLOSED = closed(MONTH)
IDS = [*MONTH.records["record_id"], "PO-amazon-778899-CNY"]
PARTS = ["o1~rest", "o2~2", "s5~rest", "b2~2", "o3~2"]
MATCHES = ["", "OS-o1", "OS-o6", "PB-PO-amazon-778899-CNY", "OS-nothing"]
WITH = [
    "", "A", "s3 s4", "o2", "b2", "T100002", "X1,X2", "20+30", "25 + 25", "4; 3", "type=fee",
    "type=refund;party=ACME", "channel=amazon", "party=支付宝", "D-000001", "D-000002", "b1", "s7",
]  # fmt: skip
WORDS = [*(action.value for action in Action), "Write-off", "", "nonsense"]

# Rows that make sense in the month as it is read.
SENSE: list[dict[str, Any]] = [
    {"record_id": "o1", "decision": "accept"},
    {"record_id": "o1", "decision": "write_off"},
    {"record_id": "o3", "decision": "match", "match_with": "s3 s4"},
    {"record_id": "b2", "decision": "match", "match_with": "T100002"},
    {"record_id": "PO-amazon-778899-CNY", "decision": "accept"},
    {"record_id": "PO-amazon-778899-CNY", "decision": "write_off"},
    {"record_id": "b3", "decision": "write_off"},
    {"record_id": "o6", "decision": "unmatch"},
    {"record_id": "o2", "decision": "split", "match_with": "20+30"},
    {"record_id": "b2", "decision": "exclude"},
    {"record_id": "b2", "decision": "split", "match_with": "25 + 25"},
    {"record_id": "s3", "decision": "reclassify", "match_with": "type=fee"},
    {"record_id": "s6", "decision": "reclassify", "match_with": "channel=shopify"},
    {"record_id": "o2", "decision": "carry_forward", "owner": "bob"},
    {"record_id": "PO-amazon-778899-CNY", "decision": "exclude"},
    {"record_id": "o1~rest", "decision": "write_off"},
    {"record_id": "o2~2", "decision": "exclude"},
    {"record_id": "s5~rest", "decision": "comment", "note": "wire"},
]

wild_row = st.fixed_dictionaries(
    {
        "table": st.sampled_from(["Exceptions", "Orders", "Matches", "Decisions"]),
        "record_id": st.sampled_from(["", *IDS, *PARTS]),
        "match_id": st.sampled_from(MATCHES),
        "decision": st.sampled_from(WORDS),
        "match_with": st.sampled_from(WITH),
        "note": st.sampled_from(["", "looked at"]),
        "owner": st.sampled_from(["", "bob"]),
    }
)


a_row = st.sampled_from(SENSE) | wild_row


def sums(frame: pl.DataFrame) -> dict[tuple[str, str], int]:
    by = frame.group_by("kind", "currency").agg(pl.col("amount").sum())
    return {(kind, currency): amount for kind, currency, amount in by.iter_rows()}


class AnyDecisions(RuleBasedStateMachine):
    """A person types whatever comes to mind, press after press."""

    def __init__(self) -> None:
        super().__init__()
        self.kept: Kept | None = None
        self.close = closed(MONTH)
        self.applied: set[str] = set()

    @rule(rows=st.lists(a_row, min_size=1, max_size=4))
    def types(self, rows: list[dict[str, Any]]) -> None:
        done = typed(self.close, *rows)
        self._told(done)
        self.kept = done.kept
        self.close = closed(MONTH, self.kept)
        outcome = dict(self.close.outcomes.select("decision_id", "outcome").iter_rows())
        refused = {d for d, state in outcome.items() if state == "refused"}
        assert not refused, "what was taken up must hold when it is replayed"

    @rule()
    def takes_back_the_last(self) -> None:
        if not self.close.outcomes.is_empty():
            last = self.close.outcomes.filter(pl.col("outcome") == "applied")["decision_id"].max()
            done = typed(self.close, {"match_with": str(last), "decision": "undo"})
            self.kept = done.kept
            self.close = closed(MONTH, self.kept)

    @invariant()
    def every_record_is_somewhere_and_every_sum_is_what_was_read(self) -> None:
        assert sums(self.close.records) == sums(MONTH.records)
        assert self.close.identity["difference"].to_list() == [0] * self.close.identity.height
        wholes = self.close.records.filter(pl.col("part_of") == "")
        assert sorted(wholes["record_id"]) == sorted(MONTH.records["record_id"])

    @invariant()
    def what_is_written_off_has_an_entry(self) -> None:
        gone = self.close.records.filter(pl.col("place") == "written_off")
        booked = self.close.adjustments
        assert gone["amount"].sum() == booked["amount"].sum()

    @invariant()
    def what_was_read_can_be_had_again(self) -> None:
        columns = MONTH.records.columns
        back = as_read(self.close.records, self.close.originals).select(columns)
        assert back.sort("record_id").equals(MONTH.records.sort("record_id"))

    @rule()
    def closing_again_changes_nothing(self) -> None:
        again = closed(MONTH, self.kept)
        for name in ("records", "matches", "members", "exceptions", "outcomes", "adjustments"):
            assert getattr(again, name).equals(getattr(self.close, name))

    def _told(self, done: TakenUp) -> None:
        for problem in done.problems:
            assert_sayable(problem)


def assert_sayable(problem: Problem) -> None:
    """A problem that a person is told has a cell and words in every language."""
    assert problem.place.sheet
    assert problem.place.row
    assert problem.place.column
    assert all(explain(problem, language) for language in Language)


TestAnyDecisions = AnyDecisions.TestCase
TestAnyDecisions.settings = settings(
    max_examples=6, stateful_step_count=6, deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)  # fmt: skip


def touched(close: Close, before: pl.DataFrame) -> set[str]:
    """All that the new decisions are about, lines of a payout among them."""
    new = close.kept.decisions.tail(close.kept.decisions.height - before.height)
    names = set(joined.from_iterable(cell.split(" ") for cell in new["records"]))
    lines = close.records.filter(pl.col("payout_id").is_in(sorted(names)))["record_id"]
    return {name.partition("~")[0] for name in (*names, *lines)}


@settings(max_examples=12, deadline=None)
@given(st.lists(st.sampled_from(range(len(SENSE))), min_size=2, max_size=2, unique=True))
def test_decisions_about_different_records_commute(chosen: list[int]) -> None:
    rows = [SENSE[n] for n in chosen]
    firsts = [closed(MONTH, typed(CLOSED, row).kept) for row in rows]
    ours, theirs = (touched(first, CLOSED.kept.decisions) for first in firsts)
    if ours & theirs:
        return
    seconds = [
        closed(MONTH, typed(first, row).kept)
        for first, row in zip(firsts, reversed(rows), strict=True)
    ]
    assert places(seconds[0]) == places(seconds[1])


any_text = st.text(max_size=12) | st.sampled_from([*WITH, "=1+1", "D-99", "+", ";", "=", "1e9+1"])
any_row = st.fixed_dictionaries(
    {
        "table": any_text,
        "record_id": any_text | st.sampled_from(IDS) | st.none(),
        "match_id": any_text | st.sampled_from(MATCHES) | st.none(),
        "decision": any_text | st.sampled_from(WORDS) | st.none(),
        "match_with": any_text | st.none(),
        "note": any_text | st.none(),
        "owner": any_text | st.none(),
    }
)


@settings(max_examples=60, deadline=None)
@given(st.lists(any_row, max_size=4))
def test_nothing_a_person_can_type_raises(rows: list[dict[str, Any]]) -> None:
    done = take_up(typing(*rows), CLOSED, ANNA, NOON)
    for problem in done.problems:
        assert all(explain(problem, language) for language in Language)
