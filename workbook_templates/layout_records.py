"""The sheets that hold records: every column of model.records, the usual ones in front.

What an accountant does not look at every day is folded to the right, so that a workbook still
holds all that the engine knows and can be read back whole.
"""

from recon_engine.model.records import EXTRA, RECORDS, Kind
from workbook_templates.layout import Cell, Column, Sheet, Table

STATUS = Column("place", Cell.STATUS, 12, words="place")
MATCH_ID = Column("match_id", Cell.ID, 22, linked=True)
# The first of a record's ids is what a person looks for; all of them stand folded to the right.
FIRST_REFERENCE = "first_reference"
ALL_REFERENCES = Column(
    "reference", Cell.ID, 24, caption="all_references", folded=True, optional=True, printed=False
)
RECORD_ID = Column("record_id", Cell.ID, 11, printed=False)
# The person's own cells on the data sheets: narrow, and almost always empty.
INPUTS = (
    Column("decision", Cell.INPUT, 12, words="decision", printed=False, sparse=True),
    Column("match_with", Cell.INPUT, 12, printed=False, sparse=True),
    Column("note", Cell.INPUT, 12, printed=False, sparse=True),
)
# By which a row that was changed by hand is known; see edited_rows.
CHECK_NUMBER = "check_number"
PART_OF = Column("part_of", Cell.ID, 20, folded=True, optional=True, printed=False)
CARRIED = Column("carried", Cell.WORD, 10, words="carried", optional=True)
# Whole numbers of a record that are no money.
COUNT_KEYS = frozenset({"quantity", "source_row", "source_rows", "weight_g"})
_TYPES = {
    "type": Column("type", Cell.WORD, 12, words="type"),
    "date": Column("date", Cell.DATE, 11.5),
    "channel": Column("channel", Cell.WORD, 12, words="channel"),
    "account": Column("account", Cell.ID, 18, optional=True),
    "currency": Column("currency", Cell.ID, 8),
    "amount": Column("amount", Cell.MONEY, 14.5, total=True),
    "reason": Column("reason", Cell.WORD, 20, words="reason", optional=True),
    "party": Column("party", Cell.TEXT, 20, wrap=True, optional=True),
    "text": Column("text", Cell.TEXT, 32, wrap=True, optional=True),
    "items": Column("items", Cell.TEXT, 36, wrap=True, optional=True),
    "payout_id": Column("payout_id", Cell.ID, 20, optional=True, linked=True),
    "source_file": Column("source_file", Cell.TEXT, 30, printed=False),
    "source_row": Column("source_row", Cell.COUNT, 8, printed=False),
    "match_id": MATCH_ID,
}


def _column(key: str, *, folded: bool = False, caption: str = "") -> Column:
    found = _TYPES.get(key)
    if found is None:
        found = _by_kind_of_data(key)
    return Column(
        key, found.type, found.width, caption=caption or found.caption, words=found.words,
        total=found.total, wrap=found.wrap, optional=found.optional or folded, folded=folded,
        printed=found.printed and not folded, linked=found.linked and not folded,
    )  # fmt: skip


def _by_kind_of_data(key: str) -> Column:
    """A column that no sheet treats specially, as its data type asks."""
    if key in COUNT_KEYS:
        return Column(key, Cell.COUNT, 9, optional=True)
    if key in EXTRA and RECORDS[key].is_integer():
        return Column(key, Cell.MONEY, 13, total=key != "balance", optional=True)
    return Column(key, Cell.ID, 14, optional=True)


def _records(name: str, reference: str, visible: tuple[str, ...], **captions: str) -> Table:
    """A table of records: status, id, the visible columns, the rest folded, the record id last."""
    front = (
        STATUS,
        Column(FIRST_REFERENCE, Cell.ID, 24, caption=reference),
        *(_column(key, caption=captions.get(key, "")) for key in visible),
        CARRIED,
        *INPUTS,
    )
    taken = {column.key for column in front} | {"record_id", "kind", "reference"}
    rest = tuple(_column(key, folded=True) for key in RECORDS if key not in taken)
    number = Column(CHECK_NUMBER, Cell.COUNT, 12, folded=True, optional=True, printed=False)
    return Table(name, (*front, ALL_REFERENCES, *rest, PART_OF, number, RECORD_ID))


ORDERS = _records(
    "Orders",
    "orders_reference",
    (
        "date", "channel", "account", "type", "reason", "currency", "amount", "gross", "discount",
        "freight", "tax", "refunded", "party", "items", "quantity", "state", "text", "match_id",
        "source_file", "source_row",
    ),
    amount="orders_amount",
    gross="orders_gross",
)  # fmt: skip
SETTLEMENTS = _records(
    "Settlements",
    "settlements_reference",
    (
        "date", "channel", "account", "type", "fee_type", "reason", "currency", "amount", "gross",
        "fee", "balance", "payout_id", "party", "text", "match_id", "source_file", "source_row",
    ),
)  # fmt: skip
BANK = _records(
    "Bank",
    "bank_reference",
    (
        "date", "channel", "account", "type", "reason", "party", "text", "currency", "amount",
        "balance", "match_id", "source_file", "source_row",
    ),
    channel="bank_channel",
)  # fmt: skip

SHIPMENTS = _records(
    "Shipments",
    "shipments_reference",
    (
        "date", "channel", "account", "reason", "waybill", "carrier", "zone", "sku", "quantity",
        "weight_g", "state", "text", "match_id", "source_file", "source_row",
    ),
)  # fmt: skip
RETURNS = _records(
    "Returns",
    "returns_reference",
    (
        "date", "channel", "account", "fee_type", "reason", "currency", "amount", "waybill",
        "carrier", "sku", "quantity", "state", "text", "match_id", "source_file", "source_row",
    ),
    amount="return_amount",
)  # fmt: skip
COURIER = _records(
    "Courier",
    "courier_reference",
    (
        "date", "carrier", "account", "fee_type", "reason", "waybill", "zone", "weight_g",
        "currency", "amount", "text", "match_id", "source_file", "source_row",
    ),
    amount="bill_amount",
)  # fmt: skip
RATES = _records(
    "RateCards",
    "rates_reference",
    (
        "type", "carrier", "zone", "fee_type", "sku", "weight_g", "currency", "amount", "date",
        "source_file", "source_row",
    ),
    amount="rate_amount",
)  # fmt: skip

BOOKS = _records(
    "Books",
    "books_reference",
    (
        "date", "fee_type", "reason", "party", "text", "currency", "amount", "balance", "match_id",
        "source_file", "source_row",
    ),
    fee_type="books_account",
    amount="books_amount",
)  # fmt: skip
STOCK = _records(
    "Stock",
    "stock_reference",
    (
        "date", "account", "fee_type", "reason", "sku", "quantity", "text", "match_id",
        "source_file", "source_row",
    ),
    fee_type="movement_type",
)  # fmt: skip

# Which table holds the records of a kind.
TABLE_OF_KIND: dict[str, Table] = {
    Kind.ORDER: ORDERS,
    Kind.SETTLEMENT_LINE: SETTLEMENTS,
    Kind.STATEMENT_LINE: BANK,
    Kind.SHIPMENT: SHIPMENTS,
    Kind.RETURN: RETURNS,
    Kind.COURIER_CHARGE: COURIER,
    Kind.RATE_CARD: RATES,
    Kind.LEDGER_ENTRY: BOOKS,
    Kind.STOCK_MOVEMENT: STOCK,
}

RECORD_SHEETS = (
    Sheet("orders", (ORDERS,), frozen=2, tab="0072B2"),
    Sheet("settlements", (SETTLEMENTS,), frozen=2, tab="0072B2"),
    Sheet("bank", (BANK,), frozen=2, tab="0072B2"),
    Sheet("shipments", (SHIPMENTS,), frozen=2, tab="0072B2"),
    Sheet("returns", (RETURNS,), frozen=2, tab="0072B2"),
    Sheet("courier", (COURIER,), frozen=2, tab="0072B2"),
    Sheet("rates", (RATES,), frozen=2, tab="0072B2"),
    Sheet("books", (BOOKS,), frozen=2, tab="0072B2"),
    Sheet("stock", (STOCK,), frozen=2, tab="0072B2"),
)
