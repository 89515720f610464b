"""Goods that belong together by their numbers: the matcher with passes for numbers alone.

A parcel's number or an order's id says who belongs together; what goods weigh and cost is compared
afterwards.  So every item measures nothing, any number of rows on either side agree, and the passes
that lean on amounts have no place here.
"""

from dataclasses import replace
from datetime import date

import polars as pl

from recon_engine.match import NUMBER_PASSES, match_items
from recon_engine.model.policy import Policy
from recon_engine.reconcile.groups import Decided, Groups, named, together
from recon_engine.reconcile.items import as_items

_NEVER = -1  # days: no two lines are so near
_UNDATED = date(1970, 1, 1)  # bills without days; no pass for numbers looks at days
Side = tuple[pl.DataFrame, pl.Expr]


def by_number(
    left: Side, right: Side, policy: Policy, decided: Decided, name: tuple[str, str]
) -> Groups:
    """Groups of records that share a number, in a column or in the right side's text.

    Args:
        left: RECORDS and the numbers they are known by, as ``reference`` holds them.
        right: the same.
        policy: the shortest number that is looked for in a text.
        decided: what a person took apart.
        name: of the reconciliation, and the prefix of its match ids.
    """
    if left[0].is_empty() or right[0].is_empty():
        return together([])
    own = replace(policy, fees=(), match=replace(policy.match, copy_days_max=_NEVER))
    sides = (_items(*left, text=pl.lit("")), _items(*right, text=pl.col("text")))
    return named(match_items(*sides, own, NUMBER_PASSES, bans=decided.bans), *name)


def _items(records: pl.DataFrame, numbers: pl.Expr, text: pl.Expr) -> pl.DataFrame:
    told = records.with_columns(
        reference=numbers.fill_null(""),
        text=text,
        group=pl.lit(""),
        party=pl.lit(""),
        currency=pl.lit(""),
        date=pl.lit(_UNDATED),
    )
    return as_items(told, pl.lit(0, pl.Int64))
