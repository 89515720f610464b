"""Close, decide in LibreOffice, apply, apply again: nothing is lost and nothing drifts."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from recon_engine.close import close_month
from recon_engine.messages import Language
from recon_engine.model.policy import default_policy
from recon_engine.model.results import Close, Intake, Period
from recon_engine.reconcile.take_up import Actor
from tests.reconcile.month import ANNA, NOON, OCTOBER, bank, line, order
from tests.records import intake
from tests.workbook.edited import edited, needs_office, typing
from workbook_templates.apply import Applied, apply_workbook
from workbook_templates.check import check_workbook
from workbook_templates.render import workbook_bytes

SETS = 6
KINDS = ("accept", "match", "carry_forward", "exclude", "write_off", "unmatch", "reclassify",
         "split", "comment")  # fmt: skip


def months(sets: int = SETS) -> Intake:
    """Every kind of open item, several times over."""
    rows: list[dict[str, Any]] = []
    for k in range(sets):
        a, price = f"{k}", k * 11
        rows += [
            order(f"o{a}1", 1, 10000 + price, f"T1{a}0001", channel="shopify"),
            line(f"s{a}1", 2, 9000 + price, f"T1{a}0001", channel="shopify"),
            order(f"o{a}2", 1, 5000 + price, f"T1{a}0002", channel="shopify"),
            order(f"o{a}3", 2, 700 + price, f"T1{a}0003", channel="shopify"),
            line(f"s{a}3", 3, 300 + price, f"X{a}1", channel="shopify"),
            line(f"s{a}4", 3, 400, f"X{a}2", channel="shopify"),
            order(f"o{a}6", 1, 2500 + price, f"T1{a}0006", channel="shopify"),
            line(f"s{a}7", 2, 2500 + price, f"T1{a}0006", channel="shopify"),
            order(f"o{a}8", 1, 3100 + price, f"T1{a}0008", channel="shopify"),
            bank(f"b{a}2", 6, 5600 + price, f"who is this {a}"),
            bank(f"b{a}3", 7, -30 - k, f"fee {a}"),
            bank(f"b{a}4", 8, 1234 + price, f"mystery {a}"),
            bank(f"b{a}5", 9, 900 + price, f"pieces {a}"),
        ]
    return intake(*rows)


def closed(read: Intake) -> Close:
    return close_month(read, default_policy(), OCTOBER)


def exception_of(close: Close, record_id: str) -> str:
    found = close.exceptions.filter(pl.col("record_id") == record_id)["exception_id"]
    assert found.len(), record_id
    return str(found[0])


def decisions(data: bytes, close: Close, sets: int = SETS) -> list[list[Any]]:
    """Nine decisions a set, each of another kind, on every sheet that takes them."""
    edits: list[list[Any]] = []
    for a in map(str, range(sets)):
        on = {record: exception_of(close, record)
              for record in (f"o{a}1", f"o{a}2", f"o{a}3", f"o{a}8", f"b{a}3")}  # fmt: skip
        half = (900 + int(a) * 11) // 2
        rest = 900 + int(a) * 11 - half
        edits += typing(data, "Exceptions", on[f"o{a}1"], decision="接受")
        edits += typing(data, "Exceptions", on[f"o{a}3"], decision="match",
                        match_with=f"s{a}3 s{a}4")  # fmt: skip
        edits += typing(data, "Exceptions", on[f"o{a}2"], decision="CARRY FORWARD", note="waits",
                        owner="bob")  # fmt: skip
        edits += typing(data, "Bank", f"b{a}2", decision="Ｅxclude")
        edits += typing(data, "Exceptions", on[f"b{a}3"], decision="核銷差額", note="bank fee")
        edits += typing(data, "Matches", f"OS-o{a}6", decision="取消核销")
        edits += typing(data, "Bank", f"b{a}4", decision="reclassify", match_with="type=transfer")
        edits += typing(data, "Bank", f"b{a}5", decision="Split",
                        match_with=f"{half / 100:.2f} + {rest / 100:.2f}")  # fmt: skip
        edits += typing(data, "Exceptions", on[f"o{a}8"], note="asked the platform")
    return edits


def applied(data: bytes, by: Actor = ANNA) -> Applied:
    return apply_workbook(data, "close.xlsx", by, NOON)


@needs_office
def test_fifty_decisions_typed_in_libreoffice_are_taken_up_and_stay(tmp_path: Path) -> None:
    close = closed(months())
    data = workbook_bytes(close, Language.EN)
    first = applied(edited(data, decisions(data, close), tmp_path))
    assert first.problems == ()
    assert first.decisions == SETS * len(KINDS)
    assert set(first.closed.kept.decisions["action"]) == set(KINDS)
    assert set(first.closed.outcomes["outcome"]) == {"applied"}
    second = applied(first.content)
    assert second.content == first.content
    again = applied(edited(first.content, [], tmp_path))
    assert again.content == first.content
    path = tmp_path / "applied.xlsx"
    path.write_bytes(first.content)
    assert check_workbook(path) == []


def test_undoing_everything_brings_back_exactly_the_earlier_state(tmp_path: Path) -> None:
    assert Period and pytest and tmp_path
