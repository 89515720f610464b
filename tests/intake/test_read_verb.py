"""``tieout read``: the table, the report, and what it answers."""

import csv
import json
from pathlib import Path

import pytest

from tests.intake.shared import SAMPLES
from xl_addin.command_line import main


def run(*words: object) -> int:
    return main([str(word) for word in words])


def test_records_and_report_agree(tmp_path: Path) -> None:
    out, told = tmp_path / "records.csv", tmp_path / "report.json"
    sample = SAMPLES / "generic_orders" / "orders.csv"
    assert run("read", sample, SAMPLES / "cmb" / "cmb.csv", "--out", out, "--json", told) == 0
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == [
        "record_id", "kind", "type", "date", "amount", "currency", "reference", "group", "text",
        "party", "channel", "source_file", "source_sheet", "source_row",
    ]  # fmt: skip
    assert [(row["date"], row["amount"], row["currency"]) for row in rows] == [
        ("2026-05-01", "30.00", "USD"), ("2026-05-02", "10.00", "USD"),
        ("2026-05-01", "1234.00", "CNY"), ("2026-05-02", "-34.00", "CNY"),
    ]  # fmt: skip
    orders, bank = json.loads(told.read_text(encoding="utf-8"))["files"]
    assert orders["totals"] == {"USD": {"count": 2, "sum": "40.00"}}
    assert orders["rejects"] == [
        {"row": 5, "column": "Order Total", "value": "ten", "code": "amount_not_a_number"}
    ]
    assert (bank["profile"], bank["rows"], bank["records"], bank["excluded"]) == ("cmb", 2, 2, 0)
    assert all(check["ok"] for check in bank["checks"])


def test_a_refused_file_is_told_and_the_others_are_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad, out, told = tmp_path / "bad.csv", tmp_path / "records.csv", tmp_path / "report.json"
    bad.write_bytes(b"")
    sample = SAMPLES / "cmb" / "cmb.csv"
    assert run("read", bad, sample, "--out", out, "--json", told, "--lang", "en") == 0
    assert out.exists()
    assert "bad.csv: the file is empty [file_empty]" in capsys.readouterr().err
    problems = {f["file"]: f.get("problem") for f in json.loads(told.read_text("utf-8"))["files"]}
    assert problems == {"cmb.csv": None, "bad.csv": "file_empty"}


def test_nothing_read_is_exit_code_two_and_nothing_written(tmp_path: Path) -> None:
    bad, out = tmp_path / "bad.csv", tmp_path / "records.csv"
    bad.write_bytes(b"")
    assert run("read", bad, "--out", out) == 2
    assert not out.exists()


def test_an_input_is_never_overwritten(tmp_path: Path) -> None:
    sample = tmp_path / "cmb.csv"
    sample.write_bytes((SAMPLES / "cmb" / "cmb.csv").read_bytes())
    assert run("read", sample, "--out", sample) == 2
    assert sample.read_bytes() == (SAMPLES / "cmb" / "cmb.csv").read_bytes()
