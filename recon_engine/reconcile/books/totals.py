"""What no number brings together is added up: by day, by amount, by week, by month.

Each stage takes what the ones before left.  A stretch of days agrees when both sides add up to the
same; a week never reaches over the end of a month, for a month's end is what books are closed by.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

NUMBER, DAY, AMOUNT, WEEK, MONTH = "number", "day", "amount", "week", "month"
_STRETCHES = {DAY: "1d", WEEK: "1w", MONTH: "1mo"}
SIDES = ("left", "right")


@dataclass(frozen=True)
class Added:
    """Both sides, added up.

    Attributes:
        members: ``record_id``, the keys, ``side, unit, basis, agrees``, all that was given.
    """

    members: pl.DataFrame


def added_up(
    left: pl.DataFrame, right: pl.DataFrame, keys: Sequence[str], days: int, single: pl.DataFrame
) -> Added:
    """Brings documents and entries together by their totals.

    Args:
        left: ``record_id, line, date, value`` and the keys: documents.
        right: the same of entries.
        keys: what totals are added up by, ``line`` among them.
        days: how far a posting of the same amount may be from its document.
        single: the keys of which what is left over is told record by record.
    """
    rest = pl.concat(
        [
            frame.select("record_id", *keys, "date", "value", side=pl.lit(side))
            for side, frame in zip(SIDES, (left, right), strict=True)
        ]
    )
    done = []
    for basis in (DAY, AMOUNT, WEEK, MONTH):
        unit = _paired(rest, keys, days) if basis == AMOUNT else _agreeing(rest, keys, basis)
        found = rest.join(unit, on=["record_id", *keys, "side"], how="inner")
        done.append(found.with_columns(basis=pl.lit(basis), agrees=pl.lit(value=True)))
        rest = rest.join(unit, on=["record_id", *keys, "side"], how="anti")
    agreed = pl.concat(done)
    left_over = _left_over(rest, agreed, keys, single)
    columns = ("record_id", *keys, "side", "unit", "basis", "agrees")
    return Added(pl.concat([agreed.select(columns), left_over.select(columns)]))


def _stretch(basis: str) -> pl.Expr:
    month = pl.col("date").dt.truncate("1mo")
    first = pl.max_horizontal(pl.col("date").dt.truncate(_STRETCHES[basis]), month)
    return first.cast(pl.String).fill_null("")


def _named(basis: str, keys: Sequence[str], stretch: str) -> pl.Expr:
    return pl.concat_str(pl.lit(basis), *keys, stretch, separator=":")


def _sums(rows: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    sides = [
        pl.col("value").filter(pl.col("side") == side).sum().alias(f"{side}_sum") for side in SIDES
    ]
    counts = [(pl.col("side") == side).sum().alias(f"{side}_count") for side in SIDES]
    return rows.group_by(by).agg(*sides, *counts)


def _agreeing(rest: pl.DataFrame, keys: Sequence[str], basis: str) -> pl.DataFrame:
    """``record_id, keys, side, unit`` of the stretches in which both sides are the same."""
    rows = rest.filter(pl.col("date").is_not_null()).with_columns(stretch=_stretch(basis))
    same = pl.col("left_sum") == pl.col("right_sum")
    # Entries that cancel each other need no document; documents that do need an entry.
    agreeing = _sums(rows, [*keys, "stretch"]).filter(same & (pl.col("right_count") > 0))
    found = rows.join(agreeing, on=[*keys, "stretch"], how="semi")
    return found.select("record_id", *keys, "side", unit=_named(basis, keys, "stretch"))


def _paired(rest: pl.DataFrame, keys: Sequence[str], days: int) -> pl.DataFrame:
    """Days of either side with the same amount, which no other day has."""
    dated = rest.filter(pl.col("date").is_not_null())
    one = dated.group_by(*keys, "side", "date").agg(pl.col("value").sum())
    alone = one.filter(pl.len().over(*keys, "side", "value") == 1).filter(pl.col("value") != 0)
    left, right = (alone.filter(pl.col("side") == side).drop("side") for side in SIDES)
    both = left.join(right, on=[*keys, "value"], suffix="_right").filter(
        (pl.col("date") - pl.col("date_right")).dt.total_days().abs() <= days
    )
    named = both.with_columns(
        unit=pl.concat_str(pl.lit(AMOUNT), *keys, pl.col("date").cast(pl.String), separator=":")
    )
    ends = [
        named.select(*keys, "unit", side=pl.lit(side), date=column)
        for side, column in zip(SIDES, ("date", "date_right"), strict=True)
    ]
    found = dated.join(pl.concat(ends), on=[*keys, "side", "date"])
    return found.select("record_id", *keys, "side", "unit")


def _left_over(
    rest: pl.DataFrame, agreed: pl.DataFrame, keys: Sequence[str], single: pl.DataFrame
) -> pl.DataFrame:
    """What agrees nowhere: record by record, else by the finest stretch that agreed elsewhere."""
    ranks = {DAY: 0, AMOUNT: 0, WEEK: 1, MONTH: 2}
    finest = agreed.group_by(keys).agg(rank=pl.col("basis").replace_strict(ranks).min())
    alone = single.select(keys).unique().with_columns(alone=pl.lit(value=True))
    known = rest.join(finest, on=keys, how="left").join(alone, on=keys, how="left")
    names = pl.col("rank").fill_null(2).replace_strict({0: DAY, 1: WEEK, 2: MONTH})
    stretch = pl.coalesce(
        *(pl.when(names == basis).then(_stretch(basis)) for basis in _STRETCHES), pl.lit("")
    )
    by_record = pl.col("alone").fill_null(value=False)
    return known.with_columns(
        basis=pl.when(by_record).then(pl.lit(NUMBER)).otherwise(names),
        stretch=pl.when(by_record).then("record_id").otherwise(stretch),
        agrees=pl.lit(value=False),
    ).with_columns(unit=_named("rest", keys, "stretch"))


def mostly_numbered(documents: pl.DataFrame, unit: str, keys: Sequence[str]) -> pl.DataFrame:
    """The keys of which at least half of the documents are booked by number.

    There a document that no entry names is missed by itself; elsewhere a number is an accident of a
    book that is kept in totals.

    Args:
        documents: the keys and ``unit``.
        unit: the column that is null where no number leads to an entry.
        keys: what documents are judged by.
    """
    counted = documents.group_by(keys).agg(named=pl.col(unit).is_not_null().sum(), all=pl.len())
    return counted.filter((pl.col("named") > 0) & (2 * pl.col("named") >= pl.col("all"))).select(
        keys
    )


def first_of(side: pl.Expr) -> pl.Expr:
    """The id of a group's earliest record of a side; null where it has none.

    Args:
        side: which rows of the group are meant.
    """
    ids = pl.col("record_id").filter(side)
    return ids.sort_by(pl.col("date").filter(side), ids, nulls_last=True).first()
