"""Open rows of one party in date order, and the runs over them."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from recon_engine.match.case import Case, Rows
from recon_engine.match.names import MASKED, keys_of_rows, meet, name_keys
from recon_engine.match.runs import Runs, rows_of, runs


@dataclass(frozen=True)
class Pool:
    """Rows grouped by who they belong to, and all runs within a group.

    Attributes:
        label: what each group is called, by place (the party, or a key of names).
        order: row number at each place.
        runs: runs over the places.
        frame: ``run, label, currency, total, length, first, last`` of every run; dates as days.
    """

    order: Rows
    runs: Runs
    frame: pl.DataFrame

    @classmethod
    def of(cls, rows: pl.DataFrame, longest: int, days_max: int) -> "Pool":
        """The pool of ``row, label, currency, amount, day``; groups are (label, currency)."""
        placed = rows.sort("label", "currency", "row")
        group = placed.select(pl.struct("label", "currency").rank("dense")).to_series()
        day = placed["day"].to_numpy()
        found = runs(group.to_numpy(), placed["amount"].to_numpy(), day, longest, days_max)
        first = day[found.start] if len(day) else found.start
        frame = pl.DataFrame(
            {
                "run": np.arange(len(found.start)),
                "total": found.total,
                "length": found.length,
                "first": first,
                "last": first + found.days,
            }
        ).with_columns(
            label=placed["label"].gather(found.start),
            currency=placed["currency"].gather(found.start),
        )
        return cls(placed["row"].to_numpy(), found, frame)

    def rows(self, chosen: pl.Series) -> pl.DataFrame:
        """``run, row`` of the chosen runs."""
        run, row = rows_of(self.runs, self.order, chosen.to_numpy())
        return pl.DataFrame({"run": run, "row": row}, schema={"run": pl.Int64, "row": pl.Int64})


def order_pool(case: Case) -> Pool:
    """Open left rows by party; a row without a party is a group of its own.

    A masked party stands with each party that it may be, besides by itself: platforms mask some of
    a buyer's orders and not others.
    """
    items = case.open_left(case.left.items).filter(pl.col("due") > 0)
    own = pl.when(pl.col("party") == "").then(pl.format("row {}", "row")).otherwise("party")
    rows = items.select("row", "currency", label=own, amount="due", day=_day())
    keys = name_keys(rows["label"].unique())
    hidden = keys.filter((pl.col("kind") == MASKED) & pl.col("short"))
    shown = keys.filter((pl.col("kind") == MASKED) & ~pl.col("short"))
    few = shown.group_by("key").len().filter(pl.col("len") <= case.policy.candidates_max)
    pairs = hidden.select("key", masked="name").join(
        shown.join(few, on="key", how="semi").select("key", whole="name"), on="key"
    )
    also = rows.join(pairs.select("masked", "whole").unique(), left_on="label", right_on="masked")
    both = [rows, also.drop("label").rename({"whole": "label"}).select(rows.columns)]
    return Pool.of(pl.concat(both), case.policy.group_size_max, case.policy.run_days_max)


def _day() -> pl.Expr:
    return pl.col("date").cast(pl.Int32).cast(pl.Int64)


def payment_pool(case: Case, orders: Pool, spoken: pl.DataFrame) -> Pool:
    """Open right rows by each party of the left that may have paid them.

    A payer who could be anyone of a crowd (王*) is left out, and so are copies.

    Args:
        case: both sides.
        orders: the left side's pool.
        spoken: ``row`` of those that name an item and so belong to it.
    """
    items = case.open_right(case.right.items).filter(pl.col("amount") > 0)
    copies = case.right.items.select("row").filter(case.right.copies)
    apart = pl.concat([spoken.select("row"), copies])
    payers = keys_of_rows(items.join(apart, on="row", how="anti"))
    parties = name_keys(orders.frame["label"].unique())
    met = _met(case, parties, payers)
    paid = items.select("row", "amount", "currency", day=_day())
    return Pool.of(
        met.join(paid, on="row"), case.policy.instalments_max, case.policy.window_days_after
    )


def _met(case: Case, parties: pl.DataFrame, payers: pl.DataFrame) -> pl.DataFrame:
    """``row, label``: payments and the parties whose names their payers' may be."""
    few = parties.group_by("key").len().filter(pl.col("len") <= case.policy.candidates_max)
    theirs = payers.select("key", "row", letters_right="letters", short_right="short")
    pairs = parties.join(few, on="key", how="semi").join(theirs, on="key")
    return meet(pairs).select("row", label="name").unique()
