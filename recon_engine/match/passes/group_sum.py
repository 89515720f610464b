"""Pass 3: all rows of a payout or batch against one or more deposits that name it."""

from recon_engine.match.by_key import equal_sums
from recon_engine.match.case import Case, Found


def run(case: Case) -> Found:
    """Groups by payout id whose sums agree; the deposit may name it in any column."""
    return equal_sums(case, case.index.by_group_anywhere, "group_sum")
