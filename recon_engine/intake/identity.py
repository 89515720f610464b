"""A record's id: the same row has the same id in every export that holds it."""

from collections.abc import Sequence
from hashlib import blake2b

import polars as pl

from recon_engine.model.records import MONEY_KINDS, Kind

_PREFIX = {
    Kind.ORDER: "or", Kind.SETTLEMENT_LINE: "se", Kind.STATEMENT_LINE: "st", Kind.SHIPMENT: "sh",
    Kind.RETURN: "re", Kind.COURIER_CHARGE: "co", Kind.LEDGER_ENTRY: "le",
    Kind.STOCK_MOVEMENT: "sm", Kind.RATE_CARD: "ra",
}  # fmt: skip
# What tells a row from others where the layout has no key of its own.
_IDENTIFYING = ("date", "time", "amount", "currency", "reference", "party", "text", "balance")
# Parcels and pieces are told apart by these besides.
_PIECES = ("sku", "waybill", "zone", "quantity", "weight_g", "fee_type")
_BETWEEN = "\x1f"
# So many rows are written out as text at once, that a large file's texts never all stand in memory.
_AT_ONCE = 100_000


def with_ids(records: pl.DataFrame, key: Sequence[pl.Series]) -> pl.DataFrame:
    """The records with ``record_id``: prefix, 16 hex digits, and ``-2``, ``-3`` for repeats.

    Args:
        records: one file's records of one kind, all columns but the id.
        key: cleaned columns of the layout's natural key; rows where all are empty have none.
    """
    if not records.height:
        return records.with_columns(record_id=pl.lit("", pl.String))
    starts = range(0, records.height, _AT_ONCE)
    digests = pl.concat(
        [
            _digests(records.slice(n, _AT_ONCE), [cells.slice(n, _AT_ONCE) for cells in key])
            for n in starts
        ]
    )
    prefix = f"{_PREFIX[Kind(records['kind'][0])]}-"
    named = records.with_columns(record_id=prefix + digests.bin.encode("hex"))
    repeated = digests.bin.reinterpret(dtype=pl.UInt64).n_unique() < digests.len()
    return _numbered(named) if repeated else named


def _digests(records: pl.DataFrame, key: Sequence[pl.Series]) -> pl.Series:
    """Eight bytes a row.  One tight loop: nearly all of its time is the hash itself."""
    texts = _key_texts(records, key).cast(pl.Binary).to_list()
    return pl.Series([blake2b(t, digest_size=8).digest() for t in texts], dtype=pl.Binary)


def _key_texts(records: pl.DataFrame, key: Sequence[pl.Series]) -> pl.Series:
    owner = [pl.col(name) for name in ("kind", "channel", "account")]
    told = _IDENTIFYING if records["kind"][0] in MONEY_KINDS else (*_IDENTIFYING, *_PIECES)
    identifying = [pl.col(name).cast(pl.String).fill_null("") for name in told]
    by_row = pl.concat_str(*owner, *identifying, separator=_BETWEEN)
    if not key:
        return records.select(by_row).to_series()
    names = [f"key{n}" for n in range(len(key))]
    frame = records.with_columns([s.alias(n) for n, s in zip(names, key, strict=True)])
    filled = pl.any_horizontal(pl.col(name) != "" for name in names)
    whole = frame.select(filled.all()).item()
    by_key = pl.concat_str(*owner, pl.lit("key"), *map(pl.col, names), separator=_BETWEEN)
    if whole:
        return frame.select(by_key).to_series()
    return frame.select(pl.when(filled).then(by_key).otherwise(by_row)).to_series()


def _numbered(records: pl.DataFrame) -> pl.DataFrame:
    nth = pl.int_range(1, pl.len() + 1).over("record_id")
    tail = pl.when(nth > 1).then(pl.concat_str(pl.lit("-"), nth.cast(pl.String)))
    return records.with_columns(record_id=pl.col("record_id") + tail.otherwise(pl.lit("")))
