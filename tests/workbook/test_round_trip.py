"""Close, decide in LibreOffice, apply, apply again: nothing is lost and nothing drifts."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
from openpyxl import load_workbook

from recon_engine.close import close_month
from recon_engine.messages import Language
from recon_engine.model.kept import TYPED
from recon_engine.model.policy import default_policy
from recon_engine.model.results import Close, Intake
from recon_engine.reconcile.take_up import Actor
from tests.reconcile.month import ANNA, NOON, OCTOBER, bank, line, order
from tests.records import intake
from tests.workbook.edited import cell, edited, needs_office, typing
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


def own(close: Close) -> list[list[Any]]:
    """What a person adds besides: a sheet of their own, notes, another order of rows."""
    sheet, cell_ = cell(workbook_bytes(close, Language.EN), "Bank", "b02", "text")
    return [
        ["sheet", "My own"],
        ["text", "My own", "A1", "total"],
        ["formula", "My own", "B1", "=SUM(B2:B3)"],
        ["number", "My own", "B2", 1.5],
        ["number", "My own", "B3", 2],
        ["merge", "My own", "A5:C5"],
        ["width", "My own", "A", 5000],
        ["fill", "My own", "B2", 0xFFCC00],
        ["note", "My own", "B2", "from the phone"],
        ["note", sheet, cell_, "called the bank"],
    ]


@needs_office
def test_fifty_decisions_typed_in_libreoffice_are_taken_up_and_stay(tmp_path: Path) -> None:
    close = closed(months())
    data = workbook_bytes(close, Language.EN)
    first = applied(edited(data, [*decisions(data, close), *own(close)], tmp_path))
    assert first.problems == ()
    assert first.decisions == SETS * len(KINDS)
    assert set(first.closed.kept.decisions["action"]) == set(KINDS)
    assert set(first.closed.outcomes["outcome"]) == {"applied"}
    assert applied(first.content).content == first.content
    path = tmp_path / "applied.xlsx"
    path.write_bytes(first.content)
    assert check_workbook(path) == []
    book = load_workbook(path)
    page = book["My own"]
    assert [page["A1"].value, page["B1"].value, page["B2"].value] == ["total", "=SUM(B2:B3)", 1.5]
    assert page["B2"].fill.start_color.rgb == "FFFFCC00"
    assert page["B2"].comment.text == "from the phone"
    assert [str(area) for area in page.merged_cells.ranges] == ["A5:C5"]
    assert page.column_dimensions["A"].width > 15
    sheet, address = cell(first.content, "Bank", "b02", "text")
    assert book[sheet][address].comment.text == "called the bank"


def typed_rows(*rows: tuple[str, str, str, str, str, str]) -> pl.DataFrame:
    """TYPED of ``table, record_id, match_id, decision, match_with, note``."""
    told = [(t, n, r, m, d, w, note, "") for n, (t, r, m, d, w, note) in enumerate(rows, 2)]
    return pl.DataFrame(told, schema=TYPED, orient="row")


def one_of_each(a: str = "0") -> pl.DataFrame:
    return typed_rows(
        ("Exceptions", f"o{a}1", "", "accept", "", ""),
        ("Exceptions", f"o{a}3", "", "match", f"s{a}3 s{a}4", ""),
        ("Exceptions", f"o{a}2", "", "carry_forward", "", "waits"),
        ("Bank", f"b{a}2", "", "exclude", "", ""),
        ("Exceptions", f"b{a}3", "", "write_off", "", "bank fee"),
        ("Matches", "", f"OS-o{a}6", "unmatch", "", ""),
        ("Bank", f"b{a}4", "", "reclassify", "type=transfer", ""),
        ("Bank", f"b{a}5", "", "split", "4.00 + 5.00", ""),
    )


FRAMES = ("records", "matches", "members", "exceptions", "receivables", "identity", "payouts")


def frames(close: Close) -> list[list[tuple[Any, ...]]]:
    return [sorted(getattr(close, name).rows(), key=str) for name in FRAMES]


def test_undoing_everything_brings_back_exactly_the_earlier_state() -> None:
    before = closed(months(1))
    done = applied(workbook_bytes(before, Language.EN, one_of_each()))
    assert (done.problems, done.decisions) == ((), 8)
    undo = typed_rows(*(("Decisions", "", "", "undo", name, "")
                        for name in done.closed.kept.decisions["decision_id"]))  # fmt: skip
    back = applied(workbook_bytes(done.closed, Language.EN, undo))
    assert back.problems == ()
    assert frames(back.closed) == frames(before)
    assert back.closed.kept.decisions.height == 16


def test_what_cannot_be_taken_up_is_told_at_its_cell_and_still_stands_there() -> None:
    wrong = typed_rows(
        ("Bank", "b02", "", "perhaps", "", ""),
        ("Bank", "b04", "", "match", "no such id", ""),
        ("Exceptions", "b03", "", "write_off", "", ""),
    )
    close = closed(months(1))
    data = workbook_bytes(close, Language.EN, wrong)
    done = applied(data)
    assert done.decisions == 1
    told = [(p.place.sheet, p.place.column, p.value) for p in done.problems]
    assert told == [
        ("Bank", "Decision", "perhaps"),
        ("Bank", "Match with (record ids)", "no"),
    ]
    again = applied(done.content)
    assert [p.value for p in again.problems] == ["perhaps", "no"]
    assert again.content == done.content


def test_what_nobody_took_is_the_owners_of_the_settings() -> None:
    """It stands beside the exception, not in the person's cell: it is nothing that was decided."""
    close = close_month(months(1), replace(default_policy(), owner="ann"), OCTOBER)
    assert set(close.exceptions["handled_owner"]) == {"ann"}
    done = applied(workbook_bytes(close, Language.EN, one_of_each()))
    kept = done.closed.exceptions.filter(pl.col("record_id") == "o02")
    assert kept["handled_owner"].to_list() == ["ann"]  # waits; nobody else took it
    assert done.decisions == 8
    taken = one_of_each().with_columns(owner=pl.lit("bob"))
    by_bob = applied(workbook_bytes(close, Language.EN, taken)).closed.exceptions
    owners = dict(by_bob.select("record_id", "handled_owner").iter_rows())
    assert owners["o02"] == "bob"
    assert owners["o08"] == "ann"
