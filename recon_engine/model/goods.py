"""What the reconciliations of goods come to: parcels and bills, orders and shipments, returns."""

from dataclasses import dataclass, field

import polars as pl

from recon_engine.model.records import Kind

# The kinds that the reconciliations of goods take, and the one of them that is no item: a price.
GOODS_KINDS = (Kind.SHIPMENT, Kind.RETURN, Kind.COURIER_CHARGE, Kind.RATE_CARD)

# One row a parcel (or order, where the seller's files name no parcel) and what it was billed.
FREIGHT: dict[str, pl.DataType] = {
    "freight_id": pl.String(),  # its first charge, else its first shipment or return
    # agreed | over | under | unrated | not_billed | not_billed_yet | not_shipped
    "status": pl.String(),
    "waybill": pl.String(),
    "reference": pl.String(),  # the orders' ids
    "date": pl.Date(),  # sent; else billed; null in bills without days
    "carrier": pl.String(),
    "account": pl.String(),
    "leg": pl.String(),  # forward | return | forward_return
    "zone": pl.String(),  # by the seller's own zones and addresses
    "zone_billed": pl.String(),
    "pieces": pl.Int64(),
    "weight_g": pl.Int64(),  # by the seller's scales, else by the weights of the goods
    "slab_g": pl.Int64(),  # rounded up to whole slabs of the rate card
    "weight_billed_g": pl.Int64(),
    "slab_billed_g": pl.Int64(),
    "charges": pl.Int64(),  # lines of bills, without those that repeat another
    "currency": pl.String(),
    "expected": pl.Int64(),  # by the rate card; null where it does not say
    "billed": pl.Int64(),  # forward, return and what re-weighing added
    "other": pl.Int64(),  # surcharges and tax, for which a rate card has no price
    "difference": pl.Int64(),  # expected - billed; null where nothing is expected
    "match_id": pl.String(),
}


@dataclass(frozen=True, slots=True)
class Goods:
    """What became of the goods.

    Attributes:
        freight: FREIGHT.
    """

    freight: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=FREIGHT))
