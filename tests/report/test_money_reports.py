"""The reports on money beside figures added up on paper; the month is told in small_month."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from recon_engine.control.history import came_to, handed_on
from recon_engine.control.roll_forward import roll_forward
from recon_engine.errors import Code
from recon_engine.export.pdf_cells import show
from recon_engine.messages import Language
from recon_engine.model.kept import Kept
from recon_engine.model.results import Close
from recon_engine.report.comparison import budget, comparison_section
from recon_engine.report.custom import (
    FIELDS,
    all_problems,
    custom_section,
    definition_keys,
    definition_words,
    fields,
)
from recon_engine.report.data import Section, Table, Type
from recon_engine.report.follow_up import follow_up, follow_up_section
from recon_engine.report.receipts import days_to_cash, receipts
from recon_engine.report.remittance import remittance_section
from recon_engine.report.statement import items, statement
from recon_engine.report.statement_section import statement_section
from tests.export.sample import sample_close
from tests.report.small_month import CUSTOM_ROWS, small_month

GOLDEN = Path(__file__).parent / "golden"
SECTIONS: dict[str, Callable[[Close, Language], Section]] = {
    "statement": statement_section,
    "remittance": remittance_section,
    "comparison": comparison_section,
    "follow_up": follow_up_section,
    "custom": custom_section,
}


def as_text(section: Section) -> str:
    """A section as a person reads it, columns apart by two blanks."""
    out = [section.title, section.lead]
    for part in section.parts:
        if not isinstance(part, Table):
            out += ["", f"[{type(part).__name__}] {part.title}"]
            continue
        lines = [[column.caption for column in part.columns]]
        for row in (*part.rows, *part.totals):
            kinds = (column.type for column in part.columns)
            lines.append(
                [show(c, k, row.currency).text for c, k in zip(row.cells, kinds, strict=True)]
            )
        widths = [max(len(line[at]) for line in lines) for at in range(len(part.columns))]
        out += ["", part.title]
        out += [
            "  ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)).rstrip()
            for line in lines
        ]
    return "\n".join([*out, *section.notes]) + "\n"


@pytest.mark.parametrize("language", [Language.EN, Language.ZH_HANS, Language.ZH_HANT])
@pytest.mark.parametrize("name", list(SECTIONS))
def test_a_report_reads_as_it_was_added_up(name: str, language: Language) -> None:
    close = small_month(history=True, custom=CUSTOM_ROWS)
    path = GOLDEN / f"{name}.{language.value}.txt"
    found = as_text(SECTIONS[name](close, language))
    if os.environ.get("TIEOUT_GOLDEN") == "write":
        path.write_text(found, encoding="utf-8")
    assert found == path.read_text(encoding="utf-8")


def test_both_sides_of_the_statement_come_to_one_balance() -> None:
    (account,) = statement(small_month()).iter_rows(named=True)
    # Bank: 1,000.00 + 85.00 + 7.77 - 3.00.  Books: 1,000.00 + 85.00 + 22.50 under way.
    assert (account["opening"], account["bank"], account["book"]) == (100000, 108977, 110750)
    assert (account["bank_in"], account["bank_out"]) == (777, -300)
    assert (account["book_in"], account["book_out"]) == (2250, 0)
    # 1,089.77 + 22.50 = 1,107.50 + 7.77 - 3.00 = 1,112.27
    assert (account["bank_adjusted"], account["book_adjusted"]) == (111227, 111227)
    assert account["difference"] == 0


def test_a_cent_that_only_the_match_knows_shows_as_a_difference() -> None:
    close = small_month()
    matched = close.matches.filter(pl.col("reconciliation") == "payouts_bank")
    assert matched.height == 1
    off = close.matches.with_columns(
        left_amount=pl.when(pl.col("reconciliation") == "payouts_bank")
        .then(pl.col("left_amount") + 1)
        .otherwise("left_amount")
    )
    (account,) = statement(replaced(close, matches=off)).iter_rows(named=True)
    assert account["difference"] == -1


def replaced(close: Close, **changes: object) -> Close:
    return replace(close, **changes)  # type: ignore[arg-type]


def test_every_open_bank_line_and_waiting_payout_is_one_item() -> None:
    told = items(small_month()).select("item", "record_id", "amount").rows()
    assert sorted(told) == [
        ("bank_in", "b2", 777),
        ("bank_out", "b3", -300),
        ("book_in", "PO-amazon-US store-P2-CNY", 2250),
    ]


def test_receipts_name_who_paid_and_days_are_counted_from_the_order() -> None:
    close = small_month()
    assert receipts(close).select("record_id", "channel", "amount").rows() == [
        ("b1", "amazon", 8500)
    ]
    # A1 of the 1st, in the bank on the 6th.
    assert days_to_cash(close).select("record_id", "days", "banked").rows() == [("A1", 5, 10000)]


def test_what_presses_comes_first_and_a_persons_note_stays() -> None:
    found = follow_up(small_month())
    assert found.select("record_id", "overdue_days").rows() == [
        ("J1", 15), ("PO-amazon-US store-P2-CNY", 0), ("J2", 0),
    ]  # fmt: skip
    assert found.row(0, named=True)["follow_up"] == "asked"


def test_the_periods_before_are_found_by_their_days() -> None:
    close = small_month(history=True)
    assert came_to(close).select("channel", "sold", "fees").rows() == [
        ("amazon", 15000, -2250), ("jd", 4200, 0),
    ]  # fmt: skip
    assert handed_on(close)["period"].unique().sort().to_list() == ["2025-10", "2026-09", "2026-10"]
    again = replaced(close, kept=replaced_kept(close))
    assert handed_on(again).equals(handed_on(close))


def replaced_kept(close: Close) -> Kept:
    return replace(close.kept, history=handed_on(close))


def test_a_budget_that_is_no_amount_is_told_and_the_other_counts() -> None:
    planned, wrong = budget(small_month())
    assert planned.rows() == [("amazon", "CNY", 20000)]
    assert [(p.code, p.value) for p in wrong] == [(Code.AMOUNT_NOT_A_NUMBER, "a lot")]


@pytest.mark.parametrize(
    ("row", "cells"),
    [
        (("", "Nowhere", "", "", "", "", "", "", ""), ["source"]),
        (("", "Bank", "sold", "status", "sold", "x", "", "up", "pie"),
         ["rows", "columns", "values", "filter", "sort", "chart"]),
        (("", "Bank", "", "", "", "", "", "", ""), ["rows"]),
    ],
)  # fmt: skip
def test_what_a_definition_asks_for_wrongly_is_told_at_its_cell(
    row: tuple[str, ...], cells: list[str]
) -> None:
    close = small_month(custom=(row, *CUSTOM_ROWS))
    told = all_problems(close)
    assert [(p.place.row, p.place.column) for p in told] == [(1, cell) for cell in cells]
    tables = [p for p in custom_section(close, Language.EN).parts if isinstance(p, Table)]
    assert [t.title for t in tables] == ["By platform · CNY", "Open bank lines · CNY"]


def test_a_report_of_too_many_columns_is_told() -> None:
    close = sample_close(400)
    asked = small_month(custom=(("", "Orders", "channel", "date", "", "", "", "", ""),)).kept
    told = all_problems(replaced(close, kept=asked))
    assert [p.code for p in told] == [Code.CUSTOM_TOO_WIDE]


@pytest.mark.parametrize("language", list(Language))
def test_a_definition_reads_back_from_its_words(language: Language) -> None:
    for source, (_, values) in FIELDS.items():
        for field in fields(source):
            row = {"name": "n", "source": source, "rows": field, "columns": "",
                   "values": values[0], "filter": "channel", "equals": "x", "sort": "largest",
                   "chart": "bars"}  # fmt: skip
            assert definition_keys(definition_words(row, language), language) == row


@pytest.mark.parametrize("size", [1, 40, 400])
def test_reports_agree_with_each_other_and_with_the_receivables(size: int) -> None:
    """Every table of the same orders adds up to the same total as the list itself."""
    close = sample_close(size)
    sold = dict(close.receivables.group_by("currency").agg(pl.col("sold").sum()).rows())
    for name in ("remittance", "comparison"):
        section = SECTIONS[name](close, Language.EN)
        for table in (p for p in section.parts if isinstance(p, Table)):
            captions = [column.caption for column in table.columns]
            if "Sold" in captions and table.totals:
                currency = table.totals[-1].currency
                assert table.totals[-1].cells[captions.index("Sold")] == sold[currency], table.title


@pytest.mark.parametrize("name", list(SECTIONS))
def test_a_total_is_the_sum_of_its_rows(name: str) -> None:
    section = SECTIONS[name](small_month(history=True, custom=CUSTOM_ROWS), Language.EN)
    summed = 0
    for table in (p for p in section.parts if isinstance(p, Table) and p.totals):
        for at, column in enumerate(table.columns):
            stated = table.totals[-1].cells[at]
            if column.type in {Type.MONEY, Type.COUNT} and isinstance(stated, int):
                cells = [row.cells[at] for row in (*table.rows, *table.totals[:-1])]
                if all(isinstance(cell, int) for cell in cells):
                    assert stated == sum(cell for cell in cells if isinstance(cell, int))
                    summed += 1
    assert summed


def test_reports_agree_with_the_control_totals() -> None:
    """Orders, bank lines and payouts add up in the reports to what the identity proves."""
    close = small_month()
    totals = {
        row["kind"]: row["opening"] + row["new"] for row in close.identity.iter_rows(named=True)
    }
    sold = as_section(close, "remittance").parts[0]
    assert isinstance(sold, Table)
    captions = [column.caption for column in sold.columns]
    assert sold.totals[0].cells[captions.index("Sold")] == totals["order"] == 19200
    (account,) = statement(close).iter_rows(named=True)
    assert account["bank"] - account["opening"] == totals["statement_line"] == 8977
    # What is under way in the statement is what the payouts still miss.
    missing = close.payouts.filter(pl.col("status") != "matched")["difference"].sum()
    assert account["book_in"] + account["book_out"] == missing == 2250
    # What the follow-up asks for is what the receivables have outstanding, and those payouts.
    asked = follow_up(close).group_by("kind").agg(pl.col("outstanding").sum())
    assert dict(asked.rows()) == {
        "order": close.receivables["outstanding"].sum(), "payout": missing,
    }  # fmt: skip


def as_section(close: Close, name: str) -> Section:
    return SECTIONS[name](close, Language.EN)


def test_the_next_period_knows_this_one_and_a_persons_reports() -> None:
    handed = roll_forward(small_month(history=True, custom=CUSTOM_ROWS))
    assert handed.custom.rows() == list(CUSTOM_ROWS)
    assert handed.history["period"].unique().sort().to_list() == ["2025-10", "2026-09", "2026-10"]
    assert handed.budget.is_empty()
