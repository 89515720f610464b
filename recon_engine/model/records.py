"""The columns of every kind of record: one frame, one row a record, whatever file it came from."""

from enum import StrEnum

import polars as pl


class Kind(StrEnum):
    """What a record is.  The words are the glossary's."""

    ORDER = "order"
    SETTLEMENT_LINE = "settlement_line"
    STATEMENT_LINE = "statement_line"
    SHIPMENT = "shipment"
    RETURN = "return"
    COURIER_CHARGE = "courier_charge"
    LEDGER_ENTRY = "ledger_entry"
    STOCK_MOVEMENT = "stock_movement"
    RATE_CARD = "rate_card"  # what a parcel ought to cost: rates, zones, weights of goods


# The kinds that a close walks from order to bank; the others are goods, parcels and books.
MONEY_KINDS = (Kind.ORDER, Kind.SETTLEMENT_LINE, Kind.STATEMENT_LINE)


class Type(StrEnum):
    """What a movement was for.  Orders are ``sale`` or ``cancelled``."""

    SALE = "sale"
    REFUND = "refund"
    COMMISSION = "commission"
    FEE = "fee"
    FREIGHT = "freight"
    TAX = "tax"
    SUBSIDY = "subsidy"
    RESERVE = "reserve"
    ADJUSTMENT = "adjustment"
    TRANSFER = "transfer"  # between the platform's or wallet's account and a bank account
    RECEIPT = "receipt"  # money in, purpose not said
    PAYMENT = "payment"  # money out, purpose not said
    CANCELLED = "cancelled"
    RATE = "rate"  # rate card: the price of a slab
    ZONE = "zone"  # rate card: the zone between two places
    WEIGHT = "weight"  # rate card: what one piece weighs


# What every record has.  Money is Int64 minor units of ``currency``.
COMMON: dict[str, pl.DataType] = {
    "record_id": pl.String(),  # stable across runs and overlapping exports
    "kind": pl.String(),  # Kind
    "type": pl.String(),  # Type
    "date": pl.Date(),  # the day it counts for (order placed, line posted); null in bills without
    # Signed effect: an order's expected receipt, a movement on an account; what a courier bills,
    # what a return pays back; a ledger entry's debit less credit; 0 where no money is told.
    "amount": pl.Int64(),
    "currency": pl.String(),  # ISO 4217
    "reference": pl.String(),  # exact ids, joined by REFERENCE_SEPARATOR
    "group": pl.String(),  # payout id or batch, "" when none
    "text": pl.String(),  # free text
    "party": pl.String(),  # buyer or counterparty
    "channel": pl.String(),  # platform, wallet or bank: alipay, amazon, icbc …
    "account": pl.String(),  # store, merchant or bank account number, "" when the file has none
    "source_file": pl.String(),
    "source_sheet": pl.String(),
    "source_row": pl.Int64(),  # 1-based row of the sheet or line of the file (the first of many)
    "source_rows": pl.Int64(),  # how many rows the record was read from
}

# What some kinds have besides; null elsewhere.
EXTRA: dict[str, pl.DataType] = {
    "gross": pl.Int64(),  # order: list price; settlement line: before the platform's fee
    "fee": pl.Int64(),  # settlement line: fee kept back on the row, signed; amount = gross + fee
    "fee_type": pl.String(),  # the source's own word for that fee, or for the movement
    "discount": pl.Int64(),
    "freight": pl.Int64(),
    "tax": pl.Int64(),
    "refunded": pl.Int64(),  # order: refunded so far, positive
    "balance": pl.Int64(),  # running balance after the movement, where the source shows one
    "time": pl.String(),  # HH:MM:SS where known; orders movements within a day
    "items": pl.String(),  # an order's lines in short, "SKU ×2; SKU ×1"
    "quantity": pl.Int64(),
    "state": pl.String(),  # the source's own status word
}

# What parcels and pieces have besides; null in orders, settlement and statement lines.
PARCEL: dict[str, pl.DataType] = {
    "sku": pl.String(),  # of kinds that are one product a row
    "waybill": pl.String(),  # the parcel's own number
    "carrier": pl.String(),
    "zone": pl.String(),  # what the carrier charges by: zone, province, destination
    "weight_g": pl.Int64(),  # whole grams, half up
}

RECORDS: dict[str, pl.DataType] = {**COMMON, **EXTRA, **PARCEL}
REFERENCE_SEPARATOR = "|"


def empty_records() -> pl.DataFrame:
    """A records frame of no rows."""
    return pl.DataFrame(schema=RECORDS)


def as_records(frame: pl.DataFrame) -> pl.DataFrame:
    """``frame`` with exactly the record columns, in order; missing ones null.

    Texts that every record has are never null; those that only some kinds have are never empty.

    Args:
        frame: any frame holding some of the columns under their names.
    """
    columns = []
    for name, dtype in RECORDS.items():
        column = pl.col(name).cast(dtype) if name in frame.columns else pl.lit(None, dtype)
        if dtype == pl.String():
            column = column.fill_null("") if name in COMMON else column.replace("", None)
        columns.append(column.alias(name))
    return frame.select(columns)
