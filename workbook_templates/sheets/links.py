"""The ways between sheets: from an order to its bank line and back, from a figure to its rows.

An order leads to the members of its match, a member to its record, a settlement line to its payout,
a payout to its terms and its match, a term to its first row, and each of them back again.  A sheet
holds a limited number of links; beyond it a reader filters by the id that stands in the cell.
"""

from dataclasses import dataclass

import polars as pl
from xlsxwriter.utility import xl_col_to_name

from workbook_templates.book import Book
from workbook_templates.layout import LINKS_MAX, Cell
from workbook_templates.layout_book import SHEET_OF_TABLE
from workbook_templates.layout_records import FIRST_REFERENCE, TABLE_OF_KIND

MATCH, RECORD, PAYOUT, TERM_ROWS, TERMS = "match", "record", "payout", "term_rows", "terms"


@dataclass(frozen=True, slots=True)
class Way:
    """Cells of a column that lead somewhere.

    Attributes:
        table: where they stand.
        column: key of their column.
        by: key of the column that says where to.
        to: what kind of place.
    """

    table: str
    column: str
    by: str
    to: str


WAYS = (
    *(
        Way(table.name, "match_id", "match_id", MATCH)
        for table in TABLE_OF_KIND.values()
        if "match_id" in table.keys  # a price matches nothing
    ),
    Way("Settlements", "payout_id", "payout_id", PAYOUT),
    Way("Matches", "records", "match_id", MATCH),
    Way("Members", FIRST_REFERENCE, "record_id", RECORD),
    Way("Exceptions", FIRST_REFERENCE, "record_id", RECORD),
    Way("Exceptions", "candidate_reference", "match_id", MATCH),
    Way("Receivables", FIRST_REFERENCE, "record_id", RECORD),
    Way("Receivables", "match_id", "match_id", MATCH),
    Way("Payouts", "group", "payout_id", TERMS),
    Way("Payouts", "match_id", "match_id", MATCH),
    Way("PayoutTerms", "rows", "@row", TERM_ROWS),
    Way("PayoutTerms", "group", "payout_id", PAYOUT),
    Way("Freight", FIRST_REFERENCE, "freight_id", RECORD),
    Way("Freight", "match_id", "match_id", MATCH),
    Way("Shipping", FIRST_REFERENCE, "shipping_id", RECORD),
    Way("Shipping", "match_id", "match_id", MATCH),
    Way("Returned", FIRST_REFERENCE, "returned_id", RECORD),
    Way("Returned", "match_id", "match_id", MATCH),
    Way("Postings", FIRST_REFERENCE, "record_id", RECORD),
    Way("Postings", "match_id", "match_id", MATCH),
    Way("StockCheck", FIRST_REFERENCE, "record_id", RECORD),
    Way("StockCheck", "match_id", "match_id", MATCH),
    Way("AdjustingEntries", FIRST_REFERENCE, "record_id", RECORD),
)


def write_links(book: Book) -> None:
    """Writes every way; the tables stand already."""
    places = _places(book)
    counts = {way.table: sum(w.table == way.table for w in WAYS) for way in WAYS}
    for way in WAYS:
        page = book.sheets[SHEET_OF_TABLE[way.table]]
        table = book.tables[way.table]
        if way.column not in table.keys:
            continue
        if page.drawn and table.column(way.column).type is not Cell.LINK:
            continue  # in an open workbook only columns made for it lead somewhere
        frame = book.frames[way.table].with_row_index("@row")
        found = (
            frame.select(pl.col("@row").cast(pl.Int64), by=pl.col(way.by).cast(pl.String))
            .join(places[way.to], on="by", maintain_order="left")
            .head(LINKS_MAX // counts[way.table])
        )
        first = book.placed[way.table].first
        letter = xl_col_to_name(table.position(way.column))
        page.lead(
            found.select(
                "to",
                cell=pl.concat_str(pl.lit(letter), (pl.col("@row") + first + 1).cast(pl.String)),
            )
        )


def _places(book: Book) -> dict[str, pl.DataFrame]:
    """``by, to`` for each kind of place: what leads there, and its address."""
    payouts = _firsts(book, "Payouts", "payout_id")
    records = [_firsts(book, table.name, "record_id") for table in TABLE_OF_KIND.values()]
    match = _firsts(book, "Members", "match_id")
    return {
        MATCH: match,
        PAYOUT: payouts,
        RECORD: pl.concat([*records, payouts]).unique("by", keep="first", maintain_order=True),
        TERMS: _firsts(book, "PayoutTerms", "payout_id"),
        TERM_ROWS: _term_rows(book, payouts, match),
    }


def _firsts(book: Book, table: str, key: str) -> pl.DataFrame:
    """The first row of each value of a column, as an address."""
    frame = book.frames[table].with_row_index("at")
    found = frame.group_by(key, maintain_order=True).agg(pl.first("at"))
    return found.filter(pl.col(key) != "").select(by=key, to=_address(book, table))


def _address(book: Book, table: str) -> pl.Expr:
    start = book.link(SHEET_OF_TABLE[table], "A").removeprefix("internal:")
    row = pl.col("at").cast(pl.Int64) + book.placed[table].first + 1
    return pl.concat_str(pl.lit(start), row.cast(pl.String))


def _term_rows(book: Book, payouts: pl.DataFrame, match: pl.DataFrame) -> pl.DataFrame:
    """Where the rows of each term begin: lines of its type, the payout itself, its bank line."""
    terms = book.frames["PayoutTerms"].with_row_index("@row")
    paid = book.frames["Payouts"].select("payout_id", "match_id")
    named = terms.join(paid, on="payout_id", how="left", maintain_order="left")
    lines = book.frames["Settlements"].with_row_index("at").filter(pl.col("payout_id") != "")
    kept = lines.filter(pl.col("fee").fill_null(0) != 0).with_columns(term=pl.lit("fee_kept"))
    of_type = pl.concat([lines.with_columns(term="type"), kept])
    firsts = of_type.group_by("payout_id", "term", maintain_order=True).agg(pl.first("at"))
    rows = firsts.select("payout_id", "term", to=_address(book, "Settlements"))
    own = named.join(rows, on=["payout_id", "term"])
    bank = named.filter(pl.col("term") == "bank").join(match, left_on="match_id", right_on="by")
    rest = named.filter(pl.col("term").is_in(["net", "left_over"])).join(
        payouts, left_on="payout_id", right_on="by"
    )
    return pl.concat(
        part.select(by=pl.col("@row").cast(pl.String), to="to") for part in (own, bank, rest)
    )
