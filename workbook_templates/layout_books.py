"""The sheets of what own books come to: documents and entries, goods and stock movements."""

from workbook_templates.layout import Cell, Column, Sheet, Table
from workbook_templates.layout_records import ALL_REFERENCES, FIRST_REFERENCE, MATCH_ID

_CHANNEL = Column("channel", Cell.WORD, 12, words="channel", optional=True)
_CURRENCY = Column("currency", Cell.ID, 8)
_RECORD = Column("record_id", Cell.ID, 20, caption="posting_record", printed=False)
POSTINGS = Table(
    "Postings",
    (
        Column("status", Cell.STATUS, 14, words="posting_status", caption="posting_status"),
        Column(FIRST_REFERENCE, Cell.ID, 22, caption="books_reference", linked=True),
        Column("line", Cell.WORD, 12, words="posting_line", caption="posting_line"),
        Column("basis", Cell.WORD, 11, words="basis"),
        Column("date", Cell.DATE, 11.5),
        Column("posted_on", Cell.DATE, 11.5),
        _CHANNEL,
        Column("documents", Cell.COUNT, 10),
        Column("entries", Cell.COUNT, 10),
        _CURRENCY,
        Column("expected", Cell.MONEY, 14, caption="expected_posting", total=True),
        Column("booked", Cell.MONEY, 14, caption="booked_posting", total=True),
        Column("difference", Cell.MONEY, 14, caption="posting_difference", total=True),
        MATCH_ID,
        ALL_REFERENCES,
        _RECORD,
        Column("posting_id", Cell.ID, 24, printed=False),
    ),
)
STOCK_CHECK = Table(
    "StockCheck",
    (
        Column("status", Cell.STATUS, 14, words="stock_status", caption="stock_status"),
        Column(FIRST_REFERENCE, Cell.ID, 22, caption="stock_reference", linked=True),
        Column("line", Cell.WORD, 12, words="stock_line", caption="stock_line"),
        Column("basis", Cell.WORD, 11, words="basis"),
        Column("sku", Cell.ID, 16, optional=True),
        Column("date", Cell.DATE, 11.5),
        Column("posted_on", Cell.DATE, 11.5),
        _CHANNEL,
        Column("documents", Cell.COUNT, 10),
        Column("entries", Cell.COUNT, 10, caption="stock_movements"),
        Column("pieces", Cell.COUNT, 12, caption="to_move"),
        Column("moved", Cell.COUNT, 11),
        Column("pieces_off", Cell.COUNT, 12, caption="stock_off"),
        _CURRENCY,
        Column("amount", Cell.MONEY, 14, caption="stock_amount", total=True),
        MATCH_ID,
        ALL_REFERENCES,
        _RECORD,
        Column("stock_id", Cell.ID, 24, printed=False),
    ),
)

BOOKS_SHEETS = (
    Sheet("posted", (POSTINGS,), frozen=2, tab="E69F00"),
    Sheet("stocked", (STOCK_CHECK,), frozen=2, tab="E69F00"),
)
