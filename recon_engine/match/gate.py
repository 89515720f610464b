"""The gate: how likely chance alone is to have brought two rows together.

A payment that belongs to nothing at hand still meets some item by chance.  How often is counted in
the data: items of that amount within the days between the two, times the share of items that carry
the name key.  The common names and list prices of a large month so prove less than those of a small
one.  Times the share of payments that are strangers, it must stay below the policy's limit.
"""

from dataclasses import dataclass

import polars as pl

from recon_engine.match.case import Case
from recon_engine.model.policy import MatchPolicy

_MILLION = 1_000_000


@dataclass(frozen=True)
class Crowd:
    """How common each amount and each name key is among the left side's items.

    Attributes:
        amounts: ``paid, currency, alike``: open items that would bring that amount.
        keys: ``key, share``: part of all named items with that key.
        span_days: days over which the items are spread.
    """

    amounts: pl.DataFrame
    keys: pl.DataFrame
    span_days: int

    @classmethod
    def of(cls, case: Case) -> "Crowd":
        """The crowd of a case as it stands."""
        items = case.open_left(case.left.items)
        alike = items.group_by("currency", paid="due").len("alike")
        names = case.left.names
        counted = names.group_by("key").agg(count=pl.col("row").n_unique())
        total = max(1, names["row"].n_unique())
        days = case.left.day
        span = int(days.max() - days.min()) + 1 if len(days) else 1
        return cls(alike, counted.select("key", share=pl.col("count") / total), span)


def sure(case: Case, met: pl.DataFrame, crowd: Crowd) -> pl.DataFrame:
    """Adds ``chance``, the wrong meetings to expect in parts per million, to pairs of rows.

    Args:
        case: for the policy.
        met: ``paid, currency, key, days`` and more, one row for each shared key.
        crowd: of the same case.
    """
    near = ((pl.col("days").abs() + 2) / crowd.span_days).clip(0, 1)
    expected = pl.col("alike").fill_null(1) * near * pl.col("share")
    return (
        met.join(crowd.amounts, on=["paid", "currency"], how="left")
        .join(crowd.keys, on="key", how="left")
        .with_columns(chance=expected * case.policy.stranger_ppm)
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
        lowest, second = (
            pl.col("chance").min().over(key),
            pl.col("chance").bottom_k(2).max().over(key),
        )
        alone = pl.len().over(key) == 1
        clear = alone | (second >= lowest * policy.margin_min)
        ranked = ranked.with_columns(((pl.col("chance") == lowest) & clear).alias(f"best_{name}"))
    return ranked.filter(pl.col("best_l") & pl.col("best_r")).drop("best_l", "best_r")
