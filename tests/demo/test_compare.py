"""The comparison counts what it says: a perfect close is perfect, and each fault is seen."""

from dataclasses import replace

import polars as pl
import pytest

from recon_engine.demo import Comparison, Truth, against_truth, make_month
from recon_engine.model.policy import default_policy
from recon_engine.model.reasons import Reason
from recon_engine.model.records import RECORDS, Kind, Type
from recon_engine.model.results import (
    EXCEPTIONS,
    IDENTITY,
    MATCHES,
    MEMBERS,
    PAYOUTS,
    RECEIVABLES,
    Close,
    Period,
    empty,
)

TRUTH = make_month(300, 1).truth
Rows = list[dict[str, object]]


def frame(rows: Rows, schema: dict[str, pl.DataType]) -> pl.DataFrame:
    return pl.DataFrame([dict.fromkeys(schema) | row for row in rows], schema=schema)


def record(kind: Kind, file: str, row: int, **cells: object) -> dict[str, object]:
    place = {"source_file": file, "source_row": row, "source_rows": 1}
    return {"record_id": f"{file}!{row}", "kind": kind, "payout_id": ""} | place | cells


def member(match: str, side: str, record_id: str) -> dict[str, object]:
    return {"match_id": match, "side": side, "record_id": record_id, "status": "confirmed"}


def bank_records(truth: Truth) -> Rows:
    lines = {line for payout in truth.payouts for line in payout.bank}
    lines |= {planted.bank for planted in truth.planted if planted.bank}
    ordered = sorted(lines, key=lambda line: (line.file, line.date, line.text))
    return [
        record(Kind.STATEMENT_LINE, x.file, n, date=x.date, amount=x.amount, party=" ", text=x.text)
        for n, x in enumerate(ordered)
    ]


def perfect(truth: Truth) -> Close:
    """A close that found everything, made from the truth itself."""
    records = [record(Kind.ORDER, o.file, o.row) for o in truth.orders]
    for n, payout in enumerate(truth.payouts):
        records += [
            record(Kind.SETTLEMENT_LINE, payout.file, row, payout_id=f"PO-{n}")
            for row in payout.rows
        ]
    known = {(r["source_file"], r["source_row"]) for r in records}
    records += [
        record(Kind.SETTLEMENT_LINE, line.file, line.row)
        for order in truth.orders
        for line in order.lines
        if (line.file, line.row) not in known
    ]
    for planted in truth.planted:
        if planted.reason is Reason.SETTLEMENT_WITHOUT_ORDER and planted.channel == "tmall":
            records += [record(Kind.SETTLEMENT_LINE, *place) for place in planted.places]
        if planted.kind in (Kind.SHIPMENT, Kind.RETURN, Kind.COURIER_CHARGE):
            records += [record(Kind(planted.kind), *place) for place in planted.places]
    banked = bank_records(truth)
    ids = {(b["source_file"], b["date"], b["amount"], b["text"]): b["record_id"] for b in banked}
    members: Rows = []
    for n, order in enumerate(truth.orders):
        if order.lines:
            sides = [(f"{order.file}!{order.row}", "left")]
            sides += [(f"{line.file}!{line.row}", "right") for line in order.lines]
            members += [member(f"OS{n}", s, r) for r, s in sides]
    for n, payout in enumerate(truth.payouts):
        for line in payout.bank:
            bank_id = ids[line.file, line.date, line.amount, line.text]
            members.append(member(f"PB{n}", "left", f"PO-{n}"))
            members.append(member(f"PB{n}", "right", bank_id))
    told: Rows = []
    for n, planted in enumerate(truth.planted):
        about = "!".join(map(str, planted.places[0])) if planted.places else ""
        if planted.kind == "payout":
            about = next(
                f"PO-{k}" for k, p in enumerate(truth.payouts) if p.group == planted.reference
            )
        if planted.bank:
            line = planted.bank
            about = str(ids[line.file, line.date, line.amount, line.text])
        told.append({"exception_id": str(n), "code": planted.reason.value, "record_id": about})
    matches = [
        {"match_id": m, "status": "confirmed"}
        for m in sorted({str(m["match_id"]) for m in members})
    ]
    return Close(
        period=Period(truth.start, truth.end),
        as_of=truth.end,
        company=truth.company,
        policy=default_policy(),
        files=(),
        problems=(),
        records=frame([*records, *banked], RECORDS | {"payout_id": pl.String()}),
        payouts=empty(PAYOUTS),
        matches=frame(matches, MATCHES),
        members=frame(members, MEMBERS),
        exceptions=frame(told, EXCEPTIONS),
        receivables=empty(RECEIVABLES),
        identity=empty(IDENTITY),
    )


@pytest.fixture(scope="module")
def whole() -> Close:
    return perfect(TRUTH)


def compared(close: Close, **changes: pl.DataFrame) -> Comparison:
    return against_truth(replace(close, **changes), TRUTH)


def test_a_perfect_close_has_found_everything(whole: Close) -> None:
    found = compared(whole)
    for tally in (found.orders, found.payouts):
        assert tally.found == tally.true > 0
        assert (tally.proposed, tally.wrong, tally.missed) == (0, 0, 0)
    assert sum(code.planted for code in found.exceptions) == len(TRUTH.planted)
    assert all(code.found == code.planted and code.beyond == 0 for code in found.exceptions)


def test_a_close_that_matched_nothing_has_missed_everything(whole: Close) -> None:
    nothing = {
        "matches": empty(MATCHES),
        "members": empty(MEMBERS),
        "exceptions": empty(EXCEPTIONS),
    }
    found = compared(whole, **nothing)
    assert found.orders.missed == found.orders.true
    assert found.payouts.missed == found.payouts.true
    assert sum(code.found for code in found.exceptions) == 0


def test_a_proposal_is_neither_found_nor_missed_nor_wrong(whole: Close) -> None:
    found = compared(whole, members=whole.members.with_columns(status=pl.lit("proposed")))
    assert found.orders.proposed == found.orders.true
    assert found.payouts.proposed == found.payouts.true
    assert found.orders.wrong == found.payouts.wrong == 0


def test_two_orders_exchanged_are_two_wrong_and_two_missed(whole: Close) -> None:
    plain = [
        order
        for order in TRUTH.orders
        if len(order.lines) == 1 and order.lines[0].type is Type.SALE
    ]
    one, two = (f"{order.file}!{order.row}" for order in plain[:2])
    swapped = whole.members.with_columns(pl.col("record_id").replace({one: two, two: one}))
    found = compared(whole, members=swapped)
    assert (found.orders.wrong, found.orders.missed) == (2, 2)


def test_an_order_linked_to_a_bank_line_is_wrong(whole: Close) -> None:
    order = next(order for order in TRUTH.orders if not order.lines)
    bank = whole.records.filter(pl.col("kind") == Kind.STATEMENT_LINE)["record_id"][0]
    extra = frame(
        [
            member("X", "left", f"{order.file}!{order.row}"),
            member("X", "right", bank),
        ],
        MEMBERS,
    )
    matches = pl.concat([whole.matches, frame([{"match_id": "X", "status": "confirmed"}], MATCHES)])
    found = compared(whole, members=pl.concat([whole.members, extra]), matches=matches)
    assert found.orders.wrong == 1


def test_an_exception_with_another_code_counts_twice(whole: Close) -> None:
    unpaid, wrong_code = Reason.UNPAID.value, Reason.SHORT_PAID.value
    codes = whole.exceptions.with_columns(pl.col("code").replace({unpaid: wrong_code}))
    tallies = {tally.reason: tally for tally in compared(whole, exceptions=codes).exceptions}
    unpaid_tally = tallies[Reason.UNPAID]
    assert unpaid_tally.found == 0
    assert tallies[Reason.SHORT_PAID].beyond == unpaid_tally.planted > 0
