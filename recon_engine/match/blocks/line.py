"""A channel's open rows in day order beside its deposits, under one way of taking fees.

What rows bring together is their sum; what the bank shows is that sum less fees.  A platform
rounds its fee on every row (``due``), once on the payout's total (``total``), or the rows are net
already (``net``).  For each way the rows have values, and every deposit a range of sums that would
bring it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from recon_engine.match.blocks.deposits import settling, spoken
from recon_engine.match.case import Case, Flags, Rows
from recon_engine.match.fees import gross_range

NET, DUE, TOTAL = "net", "due", "total"


@dataclass(frozen=True)
class Line:
    """One channel in one currency.

    Attributes:
        name: channel and currency.
        way: NET, DUE or TOTAL.
        rows: row numbers of the left side, by day.
        day: days since 1970, of each row.
        value: what each row brings, minor units.
        deposits: bank rows; two on one day stand together.
        paid_day: the day of each deposit.
        named: whether each deposit names the channel.
        low: the smallest sum of values that would bring the deposit.
        high: the largest.
    """

    name: tuple[str, str]
    way: str
    rows: Rows
    day: Rows
    value: Rows
    deposits: tuple[tuple[int, ...], ...]
    paid_day: Rows
    named: Flags
    low: Rows
    high: Rows

    @cached_property
    def before(self) -> Rows:
        """Sum of the values before each place; one longer than the rows."""
        return np.concatenate([[0], np.cumsum(self.value)])

    @cached_property
    def typical(self) -> float:
        """Root mean square of the values: how far one row more or less moves a sum."""
        return float(np.sqrt(np.mean(np.square(self.value.astype(np.float64))))) or 1.0

    @cached_property
    def evenness(self) -> float:
        """How much more often two sums meet to the cent than if cents were drawn freely.

        List prices end in few ways (.90, .00), and so do their sums; 1 means all endings are as
        common, 100 that there is only one.
        """
        share = np.bincount(self.value % 100, minlength=100) / len(self.value)
        return float(100 * np.sum(share**2))


def lines(case: Case, deposits: pl.DataFrame) -> Iterator[Line]:
    """Every way of every channel that has both open rows and deposits.

    Args:
        case: says what is open.
        deposits: DEPOSITS with the channel they are tried for, and ``named``: whether they say so.
    """
    key = ["channel", "currency"]
    ours = (
        case.left.items[np.flatnonzero(case.left_open & ~spoken(case)[0])]
        .select("row", settling(case.channels), "currency", "amount", "due", day=_DAY)
        .join(deposits.select(key).unique(), on=key, how="semi", maintain_order="left")
    )
    priced = gross_range(_by_day(deposits), case.fees)
    theirs = priced.partition_by(key, as_dict=True, include_key=False)
    for name, rows in ours.partition_by(key, as_dict=True, include_key=False).items():
        yield from _ways((str(name[0]), str(name[1])), rows, theirs[name])


_DAY = pl.col("date").cast(pl.Int32).cast(pl.Int64)


def _by_day(deposits: pl.DataFrame) -> pl.DataFrame:
    """One row a deposit; two of one channel on one day are a payout sent in two parts.

    Unless a channel often pays more than once a day: then each is a payout of its own.
    """
    key = ["channel", "currency", "day"]
    several = pl.len().over(key) > 1
    seldom = several.mean().over("channel", "currency") < 0.5
    own = pl.when(pl.col("named") & seldom).then(-1).otherwise("row")
    return (
        deposits.sort("row")
        .with_columns(own=own)
        .group_by([*key, "own"], maintain_order=True)
        .agg(pl.col("row"), pl.col("amount").sum(), pl.col("named").first())
        .sort(*key, pl.col("row").list.first())
    )


def _ways(name: tuple[str, str], rows: pl.DataFrame, deposits: pl.DataFrame) -> Iterator[Line]:
    amount, due = rows["amount"].to_numpy(), rows["due"].to_numpy()
    paid = deposits["amount"].to_numpy()
    low, high = deposits["low"].to_numpy(), deposits["high"].to_numpy()
    ways = [(NET, amount, paid, paid)]
    if not np.array_equal(amount, due):
        ways += [(DUE, due, paid, paid), (TOTAL, amount, low, high)]
    for way, value, least, most in ways:
        yield Line(
            name=name,
            way=way,
            rows=rows["row"].to_numpy(),
            day=rows["day"].to_numpy(),
            value=value,
            deposits=tuple(tuple(part) for part in deposits["row"].to_list()),
            paid_day=deposits["day"].to_numpy(),
            named=deposits["named"].to_numpy(),
            low=least,
            high=most,
        )
