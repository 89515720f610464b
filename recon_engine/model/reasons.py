"""Why an item is an exception: every reason code.  Words live in ``messages/*/reasons.toml``."""

from enum import StrEnum


class Reason(StrEnum):
    """Each has a cause and a next step; ``PROPOSAL`` and ``NOT_YET_DUE`` are no one's fault."""

    PROPOSAL = "proposal"  # a match that is not sure enough to confirm by itself
    NOT_YET_DUE = "not_yet_due"
    UNPAID = "unpaid"  # due, and no settlement line for the order
    SHORT_PAID = "short_paid"
    OVER_PAID = "over_paid"
    PAID_TWICE = "paid_twice"
    REFUND_NOT_PAID_OUT = "refund_not_paid_out"
    FEE_ABOVE_CONTRACT = "fee_above_contract"
    SETTLEMENT_WITHOUT_ORDER = "settlement_without_order"
    ORDER_MISSING_IN_SETTLEMENT = "order_missing_in_settlement"  # cancelled or refunded elsewhere
    PAYOUT_NOT_IN_BANK = "payout_not_in_bank"
    PAYOUT_DIFFERS = "payout_differs"  # found at the bank, with another amount
    BANK_LINE_WITHOUT_PAYOUT = "bank_line_without_payout"  # names a channel, no payout fits
    UNKNOWN_REMITTANCE = "unknown_remittance"  # money in that nothing explains
    UNKNOWN_PAYMENT = "unknown_payment"  # money out that nothing explains
    WALLET_MOVEMENT_OPEN = "wallet_movement_open"  # a wallet's line with no counterpart here
    DUPLICATE_BANK_LINE = "duplicate_bank_line"  # same day, amount and text as another line
    LOST_PRECISION = "lost_precision"
    # parcels and couriers' bills
    NOT_BILLED_YET = "not_billed_yet"
    SHIPPED_NOT_BILLED = "shipped_not_billed"
    BILLED_NOT_SHIPPED = "billed_not_shipped"
    BILLED_TWICE = "billed_twice"  # the same way of the same parcel
    RETURN_FREIGHT_TWICE = "return_freight_twice"
    WEIGHT_OVERCHARGED = "weight_overcharged"
    ZONE_OVERCHARGED = "zone_overcharged"
    FREIGHT_ABOVE_RATE = "freight_above_rate"  # neither weight nor zone tells why
    FREIGHT_BELOW_RATE = "freight_below_rate"
    # goods of orders, and what came back
    ORDER_NOT_SHIPPED = "order_not_shipped"
    SHIPPED_LATE = "shipped_late"
    SHIPMENT_WITHOUT_ORDER = "shipment_without_order"
    QUANTITY_DIFFERS = "quantity_differs"
    CANCELLED_SHIPPED = "cancelled_shipped"  # cancelled, and a parcel went all the same
    PARCEL_LOST = "parcel_lost"
    IN_TRANSIT_LONG = "in_transit_long"
    RETURN_UNDERWAY = "return_underway"
    REFUND_WITHOUT_PARCEL = "refund_without_parcel"
    PARCEL_WITHOUT_REFUND = "parcel_without_refund"
    # own books
    POSTING_MISSING = "posting_missing"
    POSTED_TWICE = "posted_twice"
    POSTING_DIFFERS = "posting_differs"  # booked with another amount
    POSTING_OTHER_PERIOD = "posting_other_period"  # in another month than the document
    POSTING_WITHOUT_DOCUMENT = "posting_without_document"
    STOCK_MISSING = "stock_missing"  # sold, and not booked out
    STOCK_WITHOUT_SALE = "stock_without_sale"
    STOCK_DIFFERS = "stock_differs"
    RETURN_NOT_STOCKED = "return_not_stocked"
