"""Joins that cannot blow up: meetings too crowded to prove anything are left out beforehand."""

from collections.abc import Sequence

import polars as pl

from recon_engine.model.policy import MatchPolicy


def bounded_join(
    left: pl.DataFrame, right: pl.DataFrame, on: Sequence[str], policy: MatchPolicy
) -> pl.DataFrame:
    """An inner join without the keys at which more pairs would meet than the policy allows.

    A million rows that share amount and name would make more pairs than there is memory, and none
    of them would be evidence.

    Args:
        left: any frame.
        right: any frame; columns it shares with the left get the suffix ``_right``.
        on: the columns to join on.
        policy: ``candidates_max`` squared is the most pairs a key may make.
    """
    ours = left.group_by(on).len("ours")
    theirs = right.group_by(on).len("theirs")
    pairs = pl.col("ours").cast(pl.Int64) * pl.col("theirs").cast(pl.Int64)
    few = ours.join(theirs, on=on).filter(pairs <= policy.candidates_max**2).select(on)
    return left.join(few, on=on, how="semi").join(right, on=on)


def without_crowds(rows: pl.DataFrame, by: str, policy: MatchPolicy) -> pl.DataFrame:
    """Rows of those who have no more of them than a search may look at."""
    return rows.filter(pl.len().over(by) <= policy.candidates_max)
