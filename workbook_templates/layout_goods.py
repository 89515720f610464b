"""The sheets of what the goods come to: parcels and bills, compared."""

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

GOODS_SHEETS = (Sheet("freight", (FREIGHT,), frozen=2, tab="E69F00"),)
