"""An order on many rows → one record with its lines kept."""

import polars as pl

_MONEY = ("gross", "discount", "freight", "tax", "refunded")
# What an order says once, on whichever of its rows.
_TEXTS = (
    "currency", "reference", "group", "text", "party", "channel", "account", "state", "time",
    "fee_type",
)  # fmt: skip


def order_index(ids: pl.Series, start: pl.Series | None) -> pl.Series:
    """A number for each row: rows of one order have the same.

    Args:
        ids: the order's id, cleaned and filled down.
        start: a column that is filled on an order's first row only; ids may then repeat.
    """
    if start is None or start.is_empty() or start[0] == "":
        return ids.rank("dense").cast(pl.Int64)
    begun = (start != "").cast(pl.Int64).cum_sum()
    frame = pl.DataFrame({"id": ids, "begun": begun})
    return frame.select(pl.struct("id", "begun").rank("dense").cast(pl.Int64)).to_series()


def order_amounts(amounts: pl.Series, index: pl.Series, *, order_level: bool) -> pl.Series:
    """Each row's share of its order: the order's whole amount is the sum over its rows.

    A total that the source repeats on each row of an order is kept on the first only; if any order
    has different ones, they are amounts of lines and all count.
    """
    frame = pl.DataFrame({"a": amounts, "i": index})
    if not order_level:
        return amounts
    differing = frame.group_by("i").agg(n=pl.col("a").drop_nulls().n_unique())["n"].max()
    if isinstance(differing, int) and differing > 1:
        return amounts
    filled = pl.col("a").is_not_null()
    first = filled & (filled.cast(pl.Int64).cum_sum().over("i") == 1)
    return frame.select(pl.when(first).then(pl.col("a"))).to_series()


def items(
    rows: int, sku: pl.Series | None, title: pl.Series | None, quantity: pl.Series
) -> pl.Series:
    """Each row's line in short: ``SKU ×2``; the title where there is no SKU."""
    nothing = pl.Series([""] * rows, dtype=pl.String)
    frame = pl.DataFrame(
        {
            "s": nothing if sku is None else sku,
            "t": nothing if title is None else title,
            "q": quantity,
        }
    )
    what = pl.when(pl.col("s") != "").then(pl.col("s")).otherwise(pl.col("t"))
    times = pl.when(pl.col("q").is_not_null()).then(" ×" + pl.col("q").cast(pl.String))
    return frame.select(pl.when(what != "").then(what + times.otherwise(pl.lit("")))).to_series()


def merged(rows: pl.DataFrame) -> pl.DataFrame:
    """One record an order, in the order of their first rows.

    Args:
        rows: record columns a row, ``order`` (order_index), and ``order_key``, what identifies
            the order.  ``amount`` adds up over rows.
    """
    if rows["order"].n_unique() == rows.height:
        return rows.drop("order")
    columns = set(rows.columns)
    texts = [pl.col(name).filter(pl.col(name) != "").first() for name in _TEXTS if name in columns]
    money = [_once_or_sum(name) for name in _MONEY if name in columns]
    return (
        rows.group_by("order", maintain_order=True)
        .agg(
            pl.col(
                "kind", "type", "source_file", "source_sheet", "source_row", "order_key"
            ).first(),
            pl.col("date").drop_nulls().first(),
            pl.col("amount").sum(),
            pl.col("quantity").sum(),
            pl.col("items").drop_nulls().str.join("; "),
            pl.len().cast(pl.Int64).alias("source_rows"),
            *texts,
            *money,
        )
        .drop("order")
    )


def _once_or_sum(name: str) -> pl.Expr:
    """An order's value repeated on each row counts once; different ones add up."""
    values = pl.col(name).drop_nulls()
    once = values.n_unique() == 1
    return pl.when(once).then(values.first()).otherwise(values.sum()).alias(name)
