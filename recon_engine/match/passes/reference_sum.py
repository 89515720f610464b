"""Pass 2: one reference, several records: instalments, partial refunds; their sums agree."""

from recon_engine.match.by_key import equal_sums, paid_once
from recon_engine.match.case import Case, Found


def run(case: Case) -> Found:
    """Groups by exact reference whose sums agree."""
    return equal_sums(case, case.index.by_id, "reference_sum")


def run_paid_once(case: Case) -> Found:
    """Of what is left under one reference: the row and one copy of its amount."""
    return paid_once(case, case.index.by_id, "reference_once")
