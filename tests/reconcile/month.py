"""A small month and a person who types into its workbook, told in lines that can be read."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl

from recon_engine.close import close_month
from recon_engine.model.kept import TYPED, Kept
from recon_engine.model.policy import Policy, default_policy
from recon_engine.model.results import Close, Intake, Period
from recon_engine.reconcile.take_up import Actor, TakenUp, take_up
from tests.records import intake, record

OCTOBER = Period(date(2026, 10, 1), date(2026, 10, 31))
POLICY = default_policy()
ANNA = Actor("anna", "preparer")
NOON = "2026-11-03T12:00:00+08:00"


def order(record_id: str, day: int, amount: int, reference: str, **rest: Any) -> dict[str, Any]:
    return record("order", record_id, day, amount, reference=reference, **rest)


def line(record_id: str, day: int, amount: int, reference: str, **rest: Any) -> dict[str, Any]:
    return record("settlement_line", record_id, day, amount, reference=reference, **rest)


def bank(record_id: str, day: int, amount: int, text: str, **rest: Any) -> dict[str, Any]:
    plain = {"type": "receipt", "channel": "cmb", "text": text}
    return record("statement_line", record_id, day, amount, **{**plain, **rest})


def small() -> Intake:
    """Every kind of open item once: short paid, unpaid, a payout that differs, strangers."""
    return intake(
        order("o1", 1, 10000, "T100001", channel="shopify"),
        line("s1", 2, 9000, "T100001", channel="shopify"),
        order("o2", 1, 5000, "T100002", channel="shopify"),
        order("o3", 2, 700, "T100003", channel="shopify"),
        line("s3", 3, 300, "X1", channel="shopify"),
        line("s4", 3, 400, "X2", channel="shopify"),
        order("o5", 1, 8000, "T100005", channel="amazon"),
        line("s5", 3, 8000, "T100005", channel="amazon", group="778899"),
        line("s6", 3, -800, "T100005", channel="amazon", group="778899", type="commission"),
        bank("b1", 5, 7150, "AMAZON PAYMENTS 778899"),
        bank("b2", 6, 5000, "who is this"),
        bank("b3", 7, -30, "fee"),
        order("o6", 1, 2500, "T100006", channel="shopify"),
        line("s7", 2, 2500, "T100006", channel="shopify"),
    )  # fmt: skip


def closed(read: Intake, kept: Kept | None = None, policy: Policy = POLICY) -> Close:
    return close_month(read, policy, OCTOBER, kept=kept)


def typing(*rows: Mapping[str, Any]) -> pl.DataFrame:
    """TYPED of rows that name only what was typed; rows of the sheet are numbered from 2."""
    plain = {"table": "Exceptions", "record_id": "", "match_id": "", "decision": ""}
    plain |= {"match_with": "", "note": "", "owner": ""}
    return pl.DataFrame([{**plain, "row": n, **row} for n, row in enumerate(rows, 2)], schema=TYPED)


def typed(close: Close, *rows: Mapping[str, Any], by: Actor = ANNA) -> TakenUp:
    return take_up(typing(*rows), close, by, NOON)


def decide(read: Intake, kept: Kept | None, *rows: Mapping[str, Any], by: Actor = ANNA) -> Close:
    """Types the rows, which must all be taken up, and closes again."""
    done = typed(closed(read, kept), *rows, by=by)
    assert done.problems == (), told(done)
    return closed(read, done.kept)


def told(done: TakenUp) -> list[str]:
    """Every problem as ``sheet!row column: code value``."""
    return [
        f"{p.place.sheet}!{p.place.row} {p.place.column}: {p.code} {p.value}".rstrip()
        for p in done.problems
    ]


def places(close: Close) -> dict[str, tuple[str, int]]:
    """Each record's place and amount."""
    columns = ("record_id", "place", "amount")
    rows = close.records.select(columns).sort("record_id").iter_rows()
    return {record_id: (place, amount) for record_id, place, amount in rows}


def reasons(close: Close) -> dict[str, str]:
    return dict(close.exceptions.select("record_id", "code").sort("record_id").iter_rows())


def outcomes(close: Close) -> list[str]:
    """Every decision as ``id action records: outcome code value``."""
    both = close.kept.decisions.join(close.outcomes, on="decision_id", suffix="_out")
    columns = ("decision_id", "action", "records", "outcome", "code", "value_out")
    return [
        f"{d} {action} {records}: {outcome} {code} {value}".rstrip()
        for d, action, records, outcome, code, value in both.select(columns).iter_rows()
    ]
