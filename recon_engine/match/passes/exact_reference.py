"""Pass 1: an exact reference on one row of each side, with equal amounts."""

from recon_engine.match.by_key import one_to_one
from recon_engine.match.case import Case, Found


def run(case: Case) -> Found:
    """Pairs by exact reference."""
    return one_to_one(case, case.index.by_id, "exact_reference")
