"""The gate: how likely chance alone is to have brought two rows together.

A payment that belongs to nothing at hand still meets some item by chance.  How often is counted in
the data: items of that amount within the days between the two, times the share of items that carry
the name key.  The common names and list prices of a large month so prove less than those of a small
one.  Times the share of payments that are strangers, it must stay below the policy's limit.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from recon_engine.match.case import Rows
from recon_engine.model.policy import MatchPolicy

Shares = npt.NDArray[np.float64]

_NEIGHBOURHOOD = 20  # sums within a twentieth are of one size
_ENDINGS = 100  # the last two digits of a sum


@dataclass(frozen=True)
class Crowd:
    """How common each sum and each name key is among items that could be meant.

    Attributes:
        sums: ``paid, currency, alike``: items that would bring that sum.
        keys: ``key, share``: part of all items with that key.
        span_days: days over which the items are spread.
    """

    sums: pl.DataFrame
    keys: pl.DataFrame
    span_days: int

    @classmethod
    def of(cls, named: pl.DataFrame) -> "Crowd":
        """The crowd of the left side's ``row, date, paid, currency, key``."""
        items = named.select("row", "date", "paid", "currency").unique()
        alike = items.group_by("currency", "paid").len("alike")
        counted = named.select("key", "row").unique().group_by("key").len("count")
        days = (pl.col("date").max() - pl.col("date").min()).dt.total_days()
        span = items.select(days.fill_null(0)).item() + 1
        # A key seen once is not known to be that rare: one more sighting is allowed for.
        share = (pl.col("count") + 1) / (items.height + 1)
        return cls(alike, counted.select("key", share=share), span)


def with_chance(met: pl.DataFrame, crowd: Crowd, policy: MatchPolicy) -> pl.DataFrame:
    """Adds ``chance``, the wrong meetings to expect in parts per million, to pairs of rows.

    Args:
        met: ``paid, currency, key, days`` and more, one row for each shared key.
        crowd: of the same left side.
        policy: the share of strangers.
    """
    near = ((pl.col("days").abs() + 2) / crowd.span_days).clip(0, 1)
    expected = pl.col("alike").fill_null(1) * near * pl.col("share")
    return (
        met.join(crowd.sums, on=["paid", "currency"], how="left")
        .join(crowd.keys, on="key", how="left")
        .with_columns(chance=expected * policy.stranger_ppm)
    )


def clear_best(
    classes: pl.DataFrame, left: list[str], right: list[str], policy: MatchPolicy
) -> pl.DataFrame:
    """The pairs of classes in which each is the other's best, clear of the next by the margin.

    Args:
        classes: the columns of both keys and ``chance``; lower is better.
        left: columns that name the left class.
        right: columns that name the right class.
        policy: the margin.
    """
    ranked = classes
    for name, key in (("l", left), ("r", right)):
        lowest = pl.col("chance").min().over(key)
        second = pl.col("chance").bottom_k(2).max().over(key)
        clear = (pl.len().over(key) == 1) | (second >= lowest * policy.margin_min)
        ranked = ranked.with_columns(((pl.col("chance") == lowest) & clear).alias(f"best_{name}"))
    return ranked.filter(pl.col("best_l") & pl.col("best_r")).drop("best_l", "best_r")


def likelihood(totals: Rows, wanted: Rows) -> Shares:
    """How likely one of ``totals``, taken at random, is to equal a given sum by accident.

    Sums are dense where many are of that size, and denser on the endings that list prices leave
    (.99, .90): both are counted in the totals themselves.

    Args:
        totals: sums of one side, minor units.
        wanted: sums asked about.
    """
    ordered = np.sort(totals)
    reach = np.maximum(wanted // _NEIGHBOURHOOD, 1)
    low = np.searchsorted(ordered, wanted - reach, side="left")
    high = np.searchsorted(ordered, wanted + reach, side="right")
    endings = np.bincount(ordered % _ENDINGS, minlength=_ENDINGS) / max(1, len(ordered))
    uneven = _ENDINGS * float((endings**2).sum())
    density: Shares = (high - low) / (2 * reach + 1) / max(1, len(ordered)) * uneven
    return density
