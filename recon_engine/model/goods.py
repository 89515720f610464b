"""What the reconciliations of goods come to: parcels and bills, orders and shipments, returns."""

from dataclasses import dataclass, field

import polars as pl

from recon_engine.model.records import Kind

# The kinds that the reconciliations of goods take, and the one of them that is no item: a price.
GOODS_KINDS = (Kind.SHIPMENT, Kind.RETURN, Kind.COURIER_CHARGE, Kind.RATE_CARD)

# One row a parcel (or order, where the seller's files name no parcel) and what it was billed.
FREIGHT: dict[str, pl.DataType] = {
    "freight_id": pl.String(),  # its first charge, else its first shipment or return
    # agreed | accepted | over | under | unrated | not_billed | not_billed_yet | not_shipped
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

# One row an order (or the orders that one list row names together) and what was shipped for it.
SHIPPING: dict[str, pl.DataType] = {
    "shipping_id": pl.String(),  # the order, else the first shipment
    # shipped | accepted | part | more | waits | not_shipped | cancelled | cancelled_shipped |
    # no_order
    "status": pl.String(),
    "state": pl.String(),  # shipped | in_transit | signed | returned | lost, "" when not shipped
    "reference": pl.String(),
    "date": pl.Date(),  # ordered
    "channel": pl.String(),
    "account": pl.String(),
    "shipped_on": pl.Date(),  # the first parcel
    "days": pl.Int64(),  # from order to that parcel
    "late": pl.String(),  # yes, or "" within the days of the setting or unknown
    "carrier": pl.String(),
    "waybill": pl.String(),  # the first of them
    "parcels": pl.Int64(),
    "ordered": pl.Int64(),  # pieces; null where the files do not say
    "shipped": pl.Int64(),
    "pieces_off": pl.Int64(),  # ordered - shipped
    "currency": pl.String(),
    "amount": pl.Int64(),  # of the orders
    "shipped_amount": pl.Int64(),  # the part of it that the pieces shipped are worth
    "difference": pl.Int64(),  # amount - shipped_amount
    "match_id": pl.String(),
}

# One row a return: the refund, the parcel, and what the way back cost.
RETURNED: dict[str, pl.DataType] = {
    "returned_id": pl.String(),  # the refund, else the parcel
    # agreed | exchange | money_only | waits | no_parcel | no_refund
    "status": pl.String(),
    "reference": pl.String(),
    "date": pl.Date(),
    "channel": pl.String(),
    "account": pl.String(),
    "carrier": pl.String(),
    "waybill": pl.String(),  # of the way back
    "arrived": pl.String(),  # yes, or "" where no parcel came
    "arrived_on": pl.Date(),
    "pieces": pl.Int64(),
    "currency": pl.String(),
    "refund": pl.Int64(),
    "freight": pl.Int64(),  # billed for the way back
    "match_id": pl.String(),
}


@dataclass(frozen=True, slots=True)
class Goods:
    """What became of the goods.

    Attributes:
        freight: FREIGHT.
        shipping: SHIPPING.
        returned: RETURNED.
    """

    shipping: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=SHIPPING))
    returned: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=RETURNED))
    freight: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=FREIGHT))
