"""Exceptions of own books: what is missing, twice, different, in another period, or unfounded."""

import polars as pl

from recon_engine.model.reasons import Reason
from recon_engine.reconcile.goods.told import TOLD, as_told

_OF_POSTING = {
    "missing": Reason.POSTING_MISSING,
    "twice": Reason.POSTED_TWICE,
    "differs": Reason.POSTING_DIFFERS,
    "other_period": Reason.POSTING_OTHER_PERIOD,
    "no_document": Reason.POSTING_WITHOUT_DOCUMENT,
}
_OF_STOCK = {
    ("sold", "missing"): Reason.STOCK_MISSING,
    ("sold", "twice"): Reason.STOCK_DIFFERS,
    ("sold", "differs"): Reason.STOCK_DIFFERS,
    ("sold", "no_document"): Reason.STOCK_WITHOUT_SALE,
    ("returned", "missing"): Reason.RETURN_NOT_STOCKED,
    ("returned", "twice"): Reason.STOCK_DIFFERS,
    ("returned", "differs"): Reason.STOCK_DIFFERS,
    ("returned", "no_document"): Reason.STOCK_WITHOUT_SALE,
}


def books_told(postings: pl.DataFrame, stock: pl.DataFrame, let_go: frozenset[str]) -> pl.DataFrame:
    """TOLD of postings and movements; of one record and reason, one exception.

    Args:
        postings: POSTINGS and ``candidate``.
        stock: STOCK and ``candidate``.
        let_go: ids of what was written off.
    """
    told = as_told([_of_postings(postings), _of_stock(stock)])
    left = told.filter(~pl.col("record_id").is_in(let_go))
    others = [name for name in TOLD if name not in ("record_id", "code", "at_stake", "evidence")]
    return (
        left.group_by("record_id", "code", maintain_order=True)
        .agg(
            *(pl.col(name).first() for name in others),
            pl.col("at_stake").sum(),
            pl.col("evidence").first(),
        )
        .select(list(TOLD))
    )


def _of_postings(table: pl.DataFrame) -> pl.DataFrame:
    codes = {status: str(code) for status, code in _OF_POSTING.items()}
    missing = pl.col("status") == "missing"
    late = pl.col("status") == "other_period"
    found = table.filter(pl.col("status").is_in(list(codes)))
    some = (pl.col("entries") > 0) & (pl.col("documents") > 0)
    return found.select(
        "record_id", "match_id",
        code=pl.col("status").replace_strict(codes, return_dtype=pl.String),
        at_stake=pl.when(late | missing).then("expected").otherwise("difference").abs(),
        stake_currency="currency",
        candidate=pl.when(some).then("candidate").otherwise(pl.lit("")),
        candidate_date=pl.when(some).then("date"),
        candidate_amount=pl.when(some).then("expected"),
        difference=pl.when(some).then("difference"),
        evidence=pl.format(
            "by_{}=1;lefts={};rights={};to_book_minor={};booked_minor={}", "basis", "documents",
            "entries", "expected", pl.col("booked").fill_null(0),
        ),
    )  # fmt: skip


def _of_stock(table: pl.DataFrame) -> pl.DataFrame:
    rows = [(line, status, str(code)) for (line, status), code in _OF_STOCK.items()]
    codes = pl.DataFrame(
        rows, schema={"line": pl.String, "status": pl.String, "code": pl.String}, orient="row"
    )
    some = (pl.col("entries") > 0) & (pl.col("documents") > 0)
    to_move = pl.col("pieces").fill_null(0)
    return table.join(codes, on=["line", "status"]).select(
        "record_id", "code", "match_id",
        at_stake="amount",
        stake_currency="currency",
        candidate=pl.when(some).then("candidate").otherwise(pl.lit("")),
        candidate_date=pl.when(some).then("date"),
        evidence=pl.concat_str(
            pl.format("by_{}=1;to_move={};moved={}", "basis", to_move, "moved"),
            pl.when(pl.col("sku") != "").then(pl.format(";sku={}", "sku")).otherwise(pl.lit("")),
        ),
    )  # fmt: skip
