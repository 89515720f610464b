"""Pass 3: all rows of a payout or batch against one or more deposits that name it."""

import polars as pl

from recon_engine.match.by_key import equal_sums
from recon_engine.match.case import Case, Found
from recon_engine.match.components import linked


def run(case: Case) -> Found:
    """Groups by payout id whose sums agree; the deposit may name it in any column."""
    named = pl.concat([case.right.groups, case.right.ids, case.right.tokens]).unique(
        maintain_order=True
    )
    return equal_sums(case, linked(case, case.left.groups, named), "group_sum")
