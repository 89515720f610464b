"""What both sides of a movement come to, and what that says."""

from datetime import date

import polars as pl

from recon_engine.reconcile.books.totals import first_of

NAME, PREFIX = "orders_stock", "ST"


def compared(
    sides: pl.DataFrame, by_hand: frozenset[str], days_to_ship: int, as_of: date
) -> pl.DataFrame:
    """A row a unit and line: what was to move, what did, and what that says.

    Args:
        sides: documents and movements with ``unit, line, side, sku, pieces, worth, basis, agrees,
            match_id``.
        by_hand: match ids of what a person put together.
        days_to_ship: an order that is no older waits for its movement.
        as_of: the day the close is counted on.
    """
    return (
        _sums(sides)
        .with_columns(
            status=_status(by_hand, days_to_ship, as_of),
            record_id=pl.coalesce("first_entry", "first_document"),
            date=pl.coalesce("of_document", "posted_on"),
            pieces_off=pl.when("told").then(pl.col("pieces") - pl.col("moved")),
        )
        .with_columns(
            pieces=pl.when("told").then("pieces"),
            stock_id=pl.concat_str("line", pl.lit(":"), "record_id", pl.lit(":"), "sku"),
            amount=_stake(),
            match_id=pl.when(pl.col("match") != "").then("match"),
            own_match=pl.concat_str(
                pl.lit(f"{PREFIX}-"), "line", pl.lit(":"), "record_id", pl.lit(":"), "sku"
            ),
        )
    )


def _sums(sides: pl.DataFrame) -> pl.DataFrame:
    """Both sides of each unit and line, added up."""
    left, right = pl.col("side") == "left", pl.col("side") == "right"
    pieces, ids = pl.col("pieces"), pl.col("record_id")
    return sides.group_by("unit", "line").agg(
        basis=pl.col("basis").first(),
        agrees=pl.col("agrees").all(),
        match=pl.col("match_id").max().fill_null(""),
        first_entry=first_of(right),
        first_document=first_of(left),
        reference=pl.coalesce(
            pl.col("reference").filter(left).min(), pl.col("reference").filter(right).min()
        ),
        sku=pl.when(pl.col("sku").n_unique() == 1).then(pl.col("sku").first()).otherwise(
            pl.col("sku").filter((pl.col("sku") != "") & right).min().fill_null("")
        ),
        of_document=pl.col("date").filter(left).min(),
        posted_on=pl.col("date").filter(right).min(),
        channel=pl.col("channel").filter(left).max().fill_null(""),
        documents=left.sum().cast(pl.Int64),
        entries=right.sum().cast(pl.Int64),
        currency=pl.coalesce(
            pl.col("currency").filter(left).min(), pl.col("currency").filter(right).min()
        ),
        told=pieces.filter(left).is_not_null().all(),
        pieces=pieces.filter(left).sum(),
        moved=pieces.filter(right).sum(),
        worth=pl.col("worth").filter(left).sum(),
        candidate=ids.filter(left).unique().sort().head(20).str.join(" "),
    )  # fmt: skip


def _status(by_hand: frozenset[str], days_to_ship: int, as_of: date) -> pl.Expr:
    """What both sides say, in the order in which it is asked."""
    own = pl.col("match").is_in(sorted(by_hand))
    equal = (pl.col("pieces") == pl.col("moved")) | (~pl.col("told") & (pl.col("moved") > 0))
    often = (pl.col("pieces") > 0) & (pl.col("moved") % pl.col("pieces") == 0) & (
        pl.col("moved") // pl.col("pieces") >= 2
    )  # fmt: skip
    waits = pl.col("of_document") + pl.duration(days=days_to_ship) >= as_of
    return (
        pl.when(own & (pl.col("match") != ""))
        .then(pl.lit("accepted"))
        .when((pl.col("entries") == 0) & waits)
        .then(pl.lit("waits"))
        .when(pl.col("entries") == 0)
        .then(pl.lit("missing"))
        .when((pl.col("documents") == 0) & ~pl.col("agrees"))
        .then(pl.lit("no_document"))
        .when(equal)
        .then(pl.lit("agreed"))
        .when(often)
        .then(pl.lit("twice"))
        .otherwise(pl.lit("differs"))
    )


def _stake() -> pl.Expr:
    """The pieces' share of what all were sold for; all of it where pieces are not told."""
    off = pl.col("pieces_off").abs()
    share = pl.col("worth") * pl.min_horizontal(off, "pieces") // pl.col("pieces")
    whole = pl.when(pl.col("entries") == 0).then("worth").otherwise(0)
    return pl.when(pl.col("pieces") > 0).then(share).otherwise(whole).fill_null(0)
