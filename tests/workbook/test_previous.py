"""A close that goes on: an overlapping export of the same month, and the month after it."""

import csv
from pathlib import Path

import pytest

from recon_engine.errors import Code
from tests.workbook.edited import cell
from workbook_templates.check import check_workbook
from workbook_templates.source import file_source
from workbook_templates.state import read_state
from xl_addin.command_line import main


def shop(path: Path, rows: list[tuple[str, str]]) -> Path:
    """A Shopify orders export of those order numbers and days."""
    head = [
        "Name", "Financial Status", "Paid at", "Currency", "Subtotal", "Shipping", "Taxes", "Total",
        "Created at", "Lineitem quantity", "Lineitem name", "Lineitem price", "Id",
    ]  # fmt: skip
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(head)
        for number, day in rows:
            when = f"{day} 10:00:00 +0800"
            out.writerow([f"#{number}", "paid", when, "USD", "50.00", "0.00", "0.00", "50.00",
                          when, 1, "thing", "50.00", f"77{number}"])  # fmt: skip
    return path


OCTOBER = [(str(1000 + n), f"2026-10-{n:02d}") for n in range(1, 12)]


def run(*words: object) -> None:
    assert main([str(word) for word in words]) == 0


@pytest.fixture
def october(tmp_path: Path) -> Path:
    out = tmp_path / "october.xlsx"
    run("close", shop(tmp_path / "a.csv", OCTOBER[:8]), "--out", out, "--lang", "en")
    return out


def test_an_overlapping_export_is_merged_and_what_was_kept_still_holds(
    october: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before, data = read_state(file_source(october)), october.read_bytes()
    new = shop(tmp_path / "b.csv", OCTOBER[4:])
    out = tmp_path / "october-2.xlsx"
    run("close", tmp_path / "a.csv", new, "--previous", october, "--out", out, "--lang", "en")
    assert "[file_twice]" in capsys.readouterr().err
    after = read_state(file_source(out))
    assert after.intake.records.height == len(OCTOBER)
    assert [(r.file, r.records, r.excluded) for r in after.intake.files] == [
        ("a.csv", 8, 0), ("b.csv", 3, 4),
    ]  # fmt: skip
    assert Code.ROWS_SEEN in {note.code for note in after.intake.files[1].notes}
    assert set(before.intake.records["record_id"]) < set(after.intake.records["record_id"])
    assert after.period == before.period
    assert october.read_bytes() == data
    assert check_workbook(out) == []


def test_the_same_files_once_more_change_nothing(october: Path, tmp_path: Path) -> None:
    out = tmp_path / "again.xlsx"
    run("close", tmp_path / "a.csv", "--previous", october, "--out", out, "--lang", "en")
    assert out.read_bytes() == october.read_bytes()


def test_the_next_month_opens_with_what_the_last_one_left(october: Path, tmp_path: Path) -> None:
    november = shop(tmp_path / "n.csv", [("2001", "2026-11-02"), ("1003", "2026-10-03")])
    out = tmp_path / "november.xlsx"
    run("close", november, "--previous", october, "--out", out, "--lang", "en")
    state = read_state(file_source(out))
    assert state.period.name == "2026-11"
    assert state.kept.carried.height == 8
    assert state.intake.records.height == 1
    assert check_workbook(out) == []
    again = tmp_path / "again.xlsx"
    again.write_bytes(out.read_bytes())
    run("apply", again, "--lang", "en")
    assert again.read_bytes() == out.read_bytes()
    assert cell(out.read_bytes(), "Orders", state.kept.carried["record_id"][0], "carried")


def test_a_workbook_of_a_later_month_is_refused(
    october: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    early = shop(tmp_path / "s.csv", [("900", "2026-09-02")])
    words = ["close", str(early), "--previous", str(october), "--out", str(tmp_path / "x.xlsx")]
    assert main([*words, "--lang", "en"]) == 2
    assert "[previous_is_later]" in capsys.readouterr().err


def test_a_bill_without_days_belongs_to_the_period_of_the_workbook_or_to_the_one_named(
    october: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bill = tmp_path / "bill.csv"
    text = "Tracking Number,Zone,Billed Weight,Charge,Currency\nTRK0001,5,1.0,8.45,USD\n"
    bill.write_text(text, encoding="utf-8")
    words = ("close", bill, "--previous", october, "--lang", "en", "--out")
    run(*words, tmp_path / "again.xlsx")
    assert capsys.readouterr().out.splitlines()[-1].startswith("2026-10: ")
    run(*words, tmp_path / "next.xlsx", "--period", "2026-11")
    assert capsys.readouterr().out.splitlines()[-1].startswith("2026-11: ")
