"""Any report as CSV and Parquet: exact, harmless, its totals left out."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl

from recon_engine.export.report_tables import write_csv, write_parquet
from recon_engine.report.data import Column, Row, Section, Status, Table, Tone, Type

COLUMNS = (
    Column("Day", Type.DATE), Column("Party", Type.TEXT), Column("Amount", Type.MONEY),
    Column("Rate", Type.RATE), Column("Orders", Type.COUNT), Column("Status", Type.STATUS),
)  # fmt: skip


def row(amount: int | None, currency: str, party: str = "王小明") -> Row:
    status = Status("Open", Tone.BAD)
    return Row((date(2026, 10, 3), party, amount, 58_000, 12, status), currency)


REPORT = Section(
    "fees",
    "Fees",
    parts=(
        Table("CNY: fees", COLUMNS, (row(-1_234_567, "CNY", "=cmd|'/c calc'!A1"), row(None, "CNY")),
              (row(99, "CNY"),)),
        Table("JPY: fees", COLUMNS, (row(1_500, "JPY", "-1"),)),
        Table("Other", COLUMNS[:2], (Row((None, "@x")),)),
    ),
)  # fmt: skip


def test_tables_of_the_same_columns_are_one_file(tmp_path: Path):
    written = write_csv(REPORT, tmp_path / "fees.csv")
    assert [path.name for path in written] == ["fees.csv", "fees-2.csv"]
    assert written[0].read_bytes().decode("utf-8-sig") == (
        "table,currency,Day,Party,Amount,Rate,Orders,Status\n"
        "CNY: fees,CNY,2026-10-03,'=cmd|'/c calc'!A1,-12345.67,0.058000,12,Open\n"
        "CNY: fees,CNY,2026-10-03,王小明,,0.058000,12,Open\n"
        "JPY: fees,JPY,2026-10-03,'-1,1500.00,0.058000,12,Open\n"
    )


def test_the_mark_of_utf_8_is_an_option(tmp_path: Path):
    with_mark, without = tmp_path / "a.csv", tmp_path / "b.csv"
    write_csv(REPORT, with_mark)
    write_csv(REPORT, without, bom=False)
    assert with_mark.read_bytes() == b"\xef\xbb\xbf" + without.read_bytes()


def test_parquet_keeps_types_and_texts(tmp_path: Path):
    (first, _) = write_parquet(REPORT, tmp_path / "fees.parquet")
    frame = pl.read_parquet(first)
    assert frame.schema["Day"] == pl.Date
    assert frame["Amount"].to_list() == [Decimal("-12345.67"), None, Decimal("1500.00")]
    assert frame["Party"].to_list() == ["=cmd|'/c calc'!A1", "王小明", "-1"]
    assert frame["Orders"].dtype == pl.Int64


def test_the_same_report_gives_the_same_bytes(tmp_path: Path):
    for name in ("a", "b"):
        write_parquet(REPORT, tmp_path / f"{name}.parquet")
    assert (tmp_path / "a.parquet").read_bytes() == (tmp_path / "b.parquet").read_bytes()
