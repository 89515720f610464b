"""The sheets of what the goods come to: orders, parcels, bills and returns, compared."""

from workbook_templates.layout import Cell, Column, Sheet, Table
from workbook_templates.layout_records import ALL_REFERENCES, FIRST_REFERENCE, MATCH_ID

_CARRIER = Column("carrier", Cell.ID, 14, optional=True)
_ACCOUNT = Column("account", Cell.ID, 18, optional=True)
_CURRENCY = Column("currency", Cell.ID, 8)
FREIGHT = Table(
    "Freight",
    (
        Column("status", Cell.STATUS, 14, words="freight_status", caption="freight_status"),
        Column("waybill", Cell.ID, 20),
        Column(FIRST_REFERENCE, Cell.ID, 22, caption="reference", linked=True),
        Column("date", Cell.DATE, 11.5),
        _CARRIER,
        _ACCOUNT,
        Column("leg", Cell.WORD, 12, words="leg"),
        Column("zone", Cell.ID, 10, caption="own_zone"),
        Column("zone_billed", Cell.ID, 10),
        Column("pieces", Cell.COUNT, 8, optional=True),
        Column("weight_g", Cell.COUNT, 10, caption="own_weight_g"),
        Column("slab_g", Cell.COUNT, 10),
        Column("weight_billed_g", Cell.COUNT, 10),
        Column("slab_billed_g", Cell.COUNT, 10),
        Column("charges", Cell.COUNT, 8),
        _CURRENCY,
        Column("expected", Cell.MONEY, 13.5, caption="expected_freight", total=True),
        Column("billed", Cell.MONEY, 13.5, total=True),
        Column("other", Cell.MONEY, 12, caption="other_charges", total=True, optional=True),
        Column("difference", Cell.MONEY, 13.5, caption="freight_difference", total=True),
        MATCH_ID,
        ALL_REFERENCES,
        Column("freight_id", Cell.ID, 20, printed=False),
    ),
)

SHIPPING = Table(
    "Shipping",
    (
        Column("status", Cell.STATUS, 14, words="shipping_status", caption="shipping_status"),
        Column(FIRST_REFERENCE, Cell.ID, 22, caption="orders_reference", linked=True),
        Column("date", Cell.DATE, 11.5, caption="ordered_on"),
        Column("channel", Cell.WORD, 12, words="channel"),
        _ACCOUNT,
        Column("shipped_on", Cell.DATE, 11.5),
        Column("days", Cell.COUNT, 9, caption="days_to_ship"),
        Column("late", Cell.WORD, 8, words="late", optional=True),
        Column("state", Cell.WORD, 12, words="logistics_state", caption="logistics_state"),
        _CARRIER,
        Column("waybill", Cell.ID, 20, optional=True),
        Column("parcels", Cell.COUNT, 8),
        Column("ordered", Cell.COUNT, 9),
        Column("shipped", Cell.COUNT, 9),
        Column("pieces_off", Cell.COUNT, 9),
        _CURRENCY,
        Column("amount", Cell.MONEY, 13.5, caption="ordered_amount", total=True),
        Column("shipped_amount", Cell.MONEY, 13.5, total=True),
        Column("difference", Cell.MONEY, 13, caption="amount_off", total=True),
        MATCH_ID,
        ALL_REFERENCES,
        Column("shipping_id", Cell.ID, 20, printed=False),
    ),
)
RETURNED = Table(
    "Returned",
    (
        Column("status", Cell.STATUS, 14, words="returned_status", caption="returned_status"),
        Column(FIRST_REFERENCE, Cell.ID, 22, caption="returns_reference", linked=True),
        Column("date", Cell.DATE, 11.5),
        Column("channel", Cell.WORD, 12, words="channel"),
        _ACCOUNT,
        _CARRIER,
        Column("waybill", Cell.ID, 20, caption="return_waybill"),
        Column("arrived", Cell.WORD, 9, words="arrived"),
        Column("arrived_on", Cell.DATE, 11.5),
        Column("pieces", Cell.COUNT, 8, optional=True),
        _CURRENCY,
        Column("refund", Cell.MONEY, 13.5, total=True),
        Column("freight", Cell.MONEY, 13, caption="return_freight", total=True),
        MATCH_ID,
        ALL_REFERENCES,
        Column("returned_id", Cell.ID, 20, printed=False),
    ),
)

GOODS_SHEETS = (
    Sheet("shipping", (SHIPPING,), frozen=2, pages_wide=2, tab="E69F00"),
    Sheet("freight", (FREIGHT,), frozen=2, pages_wide=2, tab="E69F00"),
    Sheet("returned", (RETURNED,), frozen=2, tab="E69F00"),
    Sheet("goods", gridlines=False, tab="E69F00"),
)
