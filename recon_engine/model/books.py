"""What the reconciliation with own books comes to: postings and movements beside documents."""

from dataclasses import dataclass, field

import polars as pl

from recon_engine.model.records import Kind

BOOKS_KINDS = (Kind.LEDGER_ENTRY, Kind.STOCK_MOVEMENT)

# One row a document (or stretch of days) and kind of account: what was to be posted, what was.
POSTINGS: dict[str, pl.DataType] = {
    "posting_id": pl.String(),  # kind of account and record
    "record_id": pl.String(),  # the first entry; without one the first document
    # agreed | accepted | missing | twice | differs | other_period | no_document | other_currency
    "status": pl.String(),
    "line": pl.String(),  # sales | refunds | fees | bank
    "basis": pl.String(),  # number | day | amount | week | month: what brought both together
    "reference": pl.String(),  # of the documents that entries name
    "date": pl.Date(),  # of the first document; else of the first entry
    "posted_on": pl.Date(),  # the first entry
    "channel": pl.String(),
    "documents": pl.Int64(),
    "entries": pl.Int64(),
    "currency": pl.String(),
    "expected": pl.Int64(),  # by the platform's or the bank's documents, positive as is usual
    "booked": pl.Int64(),
    "difference": pl.Int64(),  # expected - booked
    "match_id": pl.String(),
}

# One row an order, a return, or a product and stretch of days; what was to move, and what did.
STOCK: dict[str, pl.DataType] = {
    "stock_id": pl.String(),  # sold or returned, and the record
    "record_id": pl.String(),
    "status": pl.String(),  # as above, without other_currency
    "line": pl.String(),  # sold | returned
    "basis": pl.String(),
    "reference": pl.String(),
    "sku": pl.String(),
    "date": pl.Date(),
    "posted_on": pl.Date(),
    "channel": pl.String(),
    "documents": pl.Int64(),
    "entries": pl.Int64(),
    "pieces": pl.Int64(),  # sold or returned
    "moved": pl.Int64(),  # booked out or in
    "pieces_off": pl.Int64(),  # pieces - moved
    "currency": pl.String(),
    "amount": pl.Int64(),  # what the pieces off were sold for, where it is known; unsigned
    "match_id": pl.String(),
}


@dataclass(frozen=True, slots=True)
class Books:
    """What the books say.

    Attributes:
        postings: POSTINGS.
        stock: STOCK.
    """

    postings: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=POSTINGS))
    stock: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=STOCK))
