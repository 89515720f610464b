"""The close in one JSON object: counts, sums, the proof and the payouts, amounts as exact text."""

from typing import Any

import polars as pl

from recon_engine.model import money
from recon_engine.model.results import Close
from recon_engine.report.proof import identity_by_currency

_TERMS = ("opening", "new", "cleared", "written_off", "open", "difference")


def close_report(close: Close) -> dict[str, Any]:
    """The report as plain values, ready for ``json.dumps``; same close, same object."""
    statuses = close.matches["status"]
    return {
        "period": close.period.name,
        "records": _records(close.records),
        "matches": {name: int((statuses == name).sum()) for name in ("confirmed", "proposed")},
        "exceptions": _counts(close.exceptions),
        "identity": _identity(close.identity),
        "payouts": _payouts(close.payouts),
        "goods": {
            "shipping": _results(close.goods.shipping, ("amount", "shipped_amount", "difference")),
            "freight": _results(close.goods.freight, ("expected", "billed", "other", "difference")),
            "returned": _results(close.goods.returned, ("refund", "freight")),
        },
        "books": {
            "postings": _results(close.books.postings, ("expected", "booked", "difference")),
            "stock": _results(close.books.stock, ("amount",)),
        },
    }


def _records(records: pl.DataFrame) -> dict[str, Any]:
    sums = records.group_by("kind", "currency").agg(pl.len(), pl.col("amount").sum())
    found: dict[str, Any] = {}
    for row in sums.sort("kind", "currency").iter_rows(named=True):
        kind = found.setdefault(row["kind"], {"count": 0, "sums": {}})
        kind["count"] += row["len"]
        kind["sums"][row["currency"]] = money.to_text(row["amount"], row["currency"])
    return found


def _counts(exceptions: pl.DataFrame) -> dict[str, int]:
    counted = exceptions.group_by("code").len().sort("code")
    return {str(code): int(count) for code, count in counted.iter_rows()}


def _identity(identity: pl.DataFrame) -> dict[str, dict[str, str]]:
    return {
        row["currency"]: {term: money.to_text(row[term], row["currency"]) for term in _TERMS}
        for row in identity_by_currency(identity).iter_rows(named=True)
    }


def _results(table: pl.DataFrame, sums: tuple[str, ...]) -> list[dict[str, Any]]:
    """A row a result and currency: how many, and what they add up to."""
    counted = table.group_by("status", "currency").agg(pl.len().alias("count"), pl.col(sums).sum())
    exact = (money.column_to_text(name).alias(name) for name in sums)
    return (
        counted.sort("status", "currency")
        .with_columns(pl.col("count").cast(pl.Int64), *exact)
        .to_dicts()
    )


def _payouts(payouts: pl.DataFrame) -> list[dict[str, str]]:
    exact = payouts.sort("payout_id").select(
        "payout_id",
        "channel",
        "currency",
        *(money.column_to_text(name).alias(name) for name in ("net", "deposited", "difference")),
        "status",
    )
    return exact.to_dicts()
