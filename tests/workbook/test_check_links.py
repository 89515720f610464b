"""Each law between tables is broken once, and told."""

from collections.abc import Callable
from dataclasses import replace

import polars as pl
import pytest

from recon_engine.errors import Code
from recon_engine.messages import Language
from tests.report.small_month import CUSTOM_ROWS, small_month
from tests.workbook.test_round_trip import applied, closed, months, one_of_each
from workbook_templates.check import check_tables
from workbook_templates.layout_book import TABLES
from workbook_templates.readback import Readback, read_tables, sheet_name
from workbook_templates.render import workbook_bytes
from workbook_templates.source import FileSource

Break = Callable[[pl.DataFrame], pl.DataFrame]


def read(data: bytes) -> Readback:
    wanted = {name: table.keys for name, table in TABLES.items()}
    return read_tables(FileSource(data, "close.xlsx"), wanted)


@pytest.fixture(scope="module")
def books() -> list[Readback]:
    """A month with reports and what a person wrote, and one with decisions of every kind."""
    reported = workbook_bytes(small_month(history=True, custom=CUSTOM_ROWS), Language.EN)
    decided = applied(workbook_bytes(closed(months(1)), Language.EN, one_of_each())).content
    return [read(reported), read(decided)]


def first(column: str, value: object) -> Break:
    def change(frame: pl.DataFrame) -> pl.DataFrame:
        at = pl.int_range(pl.len()) == 0
        told = pl.when(at).then(pl.lit(value)).otherwise(column)
        return frame.with_columns(told.cast(frame.schema[column]).alias(column))

    return change


def more(column: str, where: str = "") -> Break:
    """A cent more in the first row, or in the first of a term."""

    def change(frame: pl.DataFrame) -> pl.DataFrame:
        at = int((frame["term"] == where).arg_true()[0]) if where else 0
        here = pl.int_range(pl.len()) == at
        return frame.with_columns(pl.col(column) + here.cast(pl.Int64))

    return change


def twice(frame: pl.DataFrame) -> pl.DataFrame:
    return pl.concat([frame, frame.head(1)])


def shorter(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.tail(-1)


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("Members", shorter),
        ("Members", first("match_id", "M-none")),
        ("Matches", twice),
        ("Payouts", twice),
        ("Payouts", more("net")),
        ("PayoutTerms", more("amount")),
        ("PayoutTerms", more("amount", "net")),
        ("PayoutTerms", more("amount", "bank")),
        ("PayoutTerms", more("residual", "net")),
        ("PayoutTerms", first("payout_id", "PO-none")),
        ("Receivables", first("record_id", "nothing")),
        ("StatementItems", first("record_id", "nothing")),
        ("FollowUp", first("record_id", "nothing")),
        ("FollowUp", twice),
        ("Budget", twice),
        ("History", twice),
        ("History", more("outstanding")),
        ("Settings", twice),
        ("AdjustingEntries", first("record_id", "nothing")),
        ("AdjustingEntries", first("decision_id", "D-none")),
        ("Decisions", twice),
        ("Identity", more("difference")),
    ],
)
def test_a_law_that_is_broken_is_told(books: list[Readback], table: str, change: Break) -> None:
    tried = 0
    for book in books:
        assert check_tables(book) == []
        if book.tables[table].is_empty():
            continue
        tables = {**book.tables, table: change(book.tables[table])}
        told = check_tables(replace(book, tables=tables, rows=book.rows | {
            table: pl.int_range(1, tables[table].height + 1, eager=True)}))  # fmt: skip
        assert {p.code for p in told} == {Code.WORKBOOK_DIFFERS}
        sheets = {sheet_name(name, book.language) for name in (table, "PayoutTerms", "Matches")}
        assert {p.place.sheet for p in told} & sheets
        tried += 1
    assert tried
