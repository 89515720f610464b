"""What both sides of a posting come to, and what that says."""

import polars as pl

from recon_engine.reconcile.books.numbered import PREFIX
from recon_engine.reconcile.books.totals import first_of


def compared(sides: pl.DataFrame, by_hand: frozenset[str]) -> pl.DataFrame:
    """A row a unit and line: what was to be booked, what was, and what that says.

    Args:
        sides: documents and entries with ``unit, line, side, value, basis, agrees, match_id``.
        by_hand: match ids of what a person put together.
    """
    told = _sums(sides).with_columns(
        status=_status(by_hand),
        record_id=pl.coalesce("first_entry", "first_document"),
        date=pl.coalesce("of_document", "posted_on"),
    )
    foreign = pl.col("status") == "other_currency"
    return told.with_columns(
        booked=pl.when(foreign).then(None).otherwise("booked"),
        posting_id=pl.concat_str("line", pl.lit(":"), "record_id"),
        match_id=pl.when(pl.col("match") != "").then("match"),
        own_match=pl.concat_str(pl.lit(f"{PREFIX}-"), "line", pl.lit(":"), "record_id"),
    ).with_columns(difference=pl.col("expected") - pl.col("booked"))


def _sums(sides: pl.DataFrame) -> pl.DataFrame:
    """Both sides of each unit and line, added up."""
    left, right = pl.col("side") == "left", pl.col("side") == "right"
    channels = pl.col("channel").filter(pl.col("channel") != "")
    month = pl.col("date").dt.truncate("1mo")
    value = pl.col("value")
    ids = pl.col("record_id")
    return sides.group_by("unit", "line").agg(
        basis=pl.col("basis").first(),
        agrees=pl.col("agrees").all(),
        match=pl.col("match_id").max(),
        first_entry=first_of(right),
        first_document=first_of(left),
        reference=pl.coalesce(
            pl.col("reference").filter(left).min(), pl.col("reference").filter(right).min()
        ),
        of_document=pl.col("date").filter(left).min(),
        posted_on=pl.col("date").filter(right).min(),
        channel=pl.when(channels.n_unique() == 1).then(channels.min()).otherwise(pl.lit("")),
        documents=left.sum().cast(pl.Int64),
        entries=right.sum().cast(pl.Int64),
        currencies=pl.col("currency").n_unique(),
        currency=pl.coalesce(
            pl.col("currency").filter(left).min(), pl.col("currency").filter(right).min()
        ),
        expected=value.filter(left).sum(),
        booked=value.filter(right).sum(),
        months=month.filter(left).unique(),
        posted_months=month.filter(right & (value > 0)).unique(),
        candidate=ids.filter(left).sort().head(20).str.join(" "),
    )


def _status(by_hand: frozenset[str]) -> pl.Expr:
    """What both sides say, in the order in which it is asked."""
    cut_off = pl.col("posted_months").list.set_difference("months").list.len() > 0
    equal, some = pl.col("expected") == pl.col("booked"), pl.col("expected") != 0
    often = some & (pl.col("booked") % pl.col("expected") == 0) & (
        pl.col("booked") // pl.col("expected") >= 2
    )  # fmt: skip
    return (
        pl.when(pl.col("match").is_in(sorted(by_hand)) & (pl.col("match") != ""))
        .then(pl.lit("accepted"))
        .when(pl.col("entries") == 0)
        .then(pl.lit("missing"))
        .when(pl.col("currencies") > 1)
        .then(pl.lit("other_currency"))
        .when((pl.col("documents") == 0) & ~pl.col("agrees"))
        .then(pl.lit("no_document"))
        .when(equal & (pl.col("documents") > 0) & cut_off)
        .then(pl.lit("other_period"))
        .when(equal)
        .then(pl.lit("agreed"))
        .when(often)
        .then(pl.lit("twice"))
        .otherwise(pl.lit("differs"))
    )
