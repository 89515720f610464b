"""Every link leads to the row that it speaks of; the chain is walked by links alone."""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

import pytest
from xlsxwriter.utility import xl_cell_to_rowcol

from recon_engine.close import close_month
from recon_engine.demo.month import make_month
from recon_engine.intake import read_files
from recon_engine.messages import Language
from recon_engine.model.policy import default_policy
from workbook_templates import words
from workbook_templates.layout_book import TABLES
from workbook_templates.layout_records import TABLE_OF_KIND
from workbook_templates.own.package import Package
from workbook_templates.readback import read_tables
from workbook_templates.render import workbook_bytes
from workbook_templates.source import FileSource

Row = dict[str, object]
RECORD_TABLES = {table.name for table in TABLE_OF_KIND.values()}


@dataclass
class Walker:
    """A workbook in which one goes by links: from a row and a column to another row."""

    rows: dict[tuple[str, int], tuple[str, Row]]
    links: dict[tuple[str, int, int], tuple[str, int]]
    columns: dict[tuple[str, str], int]

    def follow(self, table: str, row: Row, column: str) -> tuple[str, Row]:
        sheet, number = row["@sheet"], row["@row"]
        to = self.links[str(sheet), int(str(number)), self.columns[table, column]]
        return self.rows[to]

    def of(self, table: str) -> list[Row]:
        return [row for name, row in self.rows.values() if name == table]


def hyperlinks(data: bytes) -> Iterator[tuple[str, str, str]]:
    """Sheet, cell and address of each link, from the file itself."""
    package = Package(data)
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        for sheet in package.sheets():
            text = parts.read(sheet.part).decode()
            for cell, to in re.findall(r'<hyperlink ref="([A-Z]+\d+)" location="([^"]*)"', text):
                yield sheet.name, cell, unescape(to)


def place(address: str) -> tuple[str, int, int]:
    sheet, _, cell = address.rpartition("!")
    row, column = xl_cell_to_rowcol(cell)
    return sheet.strip("'").replace("''", "'"), row + 1, column


@pytest.fixture(scope="module", params=[Language.EN, Language.ZH_HANT])
def walker(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Walker:
    folder = tmp_path_factory.mktemp("month")
    for file, content in make_month(300, seed=5).files.items():
        (folder / file).write_bytes(content)
    close = close_month(read_files([folder], default_policy()), default_policy())
    data = workbook_bytes(close, request.param)
    source = FileSource(data, "close.xlsx")
    book = read_tables(source, {name: table.keys for name, table in TABLES.items()})
    rows: dict[tuple[str, int], tuple[str, Row]] = {}
    for name, frame in book.tables.items():
        for number, row in zip(book.rows[name], frame.iter_rows(named=True), strict=True):
            sheet = book.sheets[name]
            rows[sheet, number] = (name, row | {"@sheet": sheet, "@row": number})
    columns = {
        (name, key): grid.first_column - 1 + grid.captions.index(caption)
        for name in TABLES
        if (grid := source.table(name))
        for key, caption in words.captions_by_key(name, request.param).items()
    }
    links = {}
    for sheet, cell, to in hyperlinks(data):
        row, column = xl_cell_to_rowcol(cell)
        links[sheet, row + 1, column] = place(to)[:2]
    return Walker(rows, links, columns)


def test_every_link_leads_to_a_sheet_and_row_that_there_are(walker: Walker) -> None:
    filled = {sheet for sheet, _ in walker.rows}
    pages = {sheet for sheet, *_ in walker.links} | filled
    for (sheet, row, _), (to, target) in walker.links.items():
        assert to in pages, (sheet, row, to)
        if (sheet, row) in walker.rows:  # a cell of a list leads to a row of a list
            assert (to, target) in walker.rows, (sheet, row, to, target)


@pytest.mark.parametrize(
    ("table", "column", "by", "to", "key"),
    [
        ("Orders", "match_id", "match_id", {"Members"}, "match_id"),
        ("Settlements", "match_id", "match_id", {"Members"}, "match_id"),
        ("Bank", "match_id", "match_id", {"Members"}, "match_id"),
        ("Settlements", "payout_id", "payout_id", {"Payouts"}, "payout_id"),
        ("Matches", "records", "match_id", {"Members"}, "match_id"),
        ("Members", "first_reference", "record_id", RECORD_TABLES | {"Payouts"}, ""),
        ("Exceptions", "first_reference", "record_id", RECORD_TABLES | {"Payouts"}, ""),
        ("Exceptions", "candidate_reference", "match_id", {"Members"}, "match_id"),
        ("Receivables", "first_reference", "record_id", {"Orders"}, "record_id"),
        ("Receivables", "match_id", "match_id", {"Members"}, "match_id"),
        ("Payouts", "group", "payout_id", {"PayoutTerms"}, "payout_id"),
        ("Payouts", "match_id", "match_id", {"Members"}, "match_id"),
        ("PayoutTerms", "group", "payout_id", {"Payouts"}, "payout_id"),
    ],
)  # fmt: skip
def test_a_link_leads_to_what_its_row_speaks_of(
    walker: Walker, table: str, column: str, by: str, to: set[str], key: str
) -> None:
    """Every row that names something has a link to it, and the row there has that very id."""
    members = {row["match_id"] for row in walker.of("Members")}  # none without members
    for row in walker.of(table):
        if not row[by] or (by == "match_id" and row[by] not in members):
            continue
        found, there = walker.follow(table, row, column)
        assert found in to
        held = key or ("payout_id" if found == "Payouts" else "record_id")
        assert there[held] == row[by]


def test_every_term_of_a_payout_opens_its_rows(walker: Walker) -> None:
    payouts = {row["payout_id"]: row for row in walker.of("Payouts")}
    opened = set()
    for term in walker.of("PayoutTerms"):
        if not term["count"] and term["term"] not in ("net", "bank", "left_over"):
            continue
        at = (str(term["@sheet"]), int(str(term["@row"])), walker.columns["PayoutTerms", "rows"])
        if at not in walker.links:
            assert term["term"] not in opened or not term["amount"], term
            continue
        found, there = walker.rows[walker.links[at]]
        opened.add(term["term"])
        if found == "Settlements":
            assert there["payout_id"] == term["payout_id"]
            assert term["term"] in (there["type"], "fee_kept")
        elif found == "Payouts":
            assert there["payout_id"] == term["payout_id"]
        else:
            assert (found, term["term"]) == ("Members", "bank")
            assert there["match_id"] == payouts[term["payout_id"]]["match_id"]
    assert {"sale", "net", "bank"} <= opened


def test_an_order_is_walked_to_its_bank_line_and_back(walker: Walker) -> None:
    """Order → match → settlement line → payout → match → statement line, and each step back."""
    walked = 0
    for order in walker.of("Orders"):
        if order["place"] != "cleared" or not order["match_id"]:
            continue
        for line in members(walker, "Orders", order, "Settlements"):
            assert order in members(walker, "Settlements", line, "Orders")
            if not line["payout_id"]:
                continue
            _, payout = walker.follow("Settlements", line, "payout_id")
            if not payout["match_id"]:
                continue
            for deposit in members(walker, "Payouts", payout, "Bank"):
                assert payout in members(walker, "Bank", deposit, "Payouts")
                walked += 1
    assert walked > 100


def members(walker: Walker, table: str, row: Row, wanted: str) -> list[Row]:
    """From a row to its match's members, and on to those of them that are of another list."""
    _, first = walker.follow(table, row, "match_id")
    sheet, number = str(first["@sheet"]), int(str(first["@row"]))
    found = []
    while (at := walker.rows.get((sheet, number))) and at[1]["match_id"] == first["match_id"]:
        name, there = walker.follow("Members", at[1], "first_reference")
        if name == wanted:
            found.append(there)
        number += 1
    return found


def test_no_sheet_has_more_links_than_excel_takes(walker: Walker) -> None:
    for sheet in {sheet for sheet, *_ in walker.links}:
        assert sum(at[0] == sheet for at in walker.links) <= 65_530
