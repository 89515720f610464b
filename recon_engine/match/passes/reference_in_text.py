"""Pass 4: references found in free text.  All ids of a text count, not the first."""

from recon_engine.match.by_key import equal_sums, one_to_one, paid_once
from recon_engine.match.case import Case, Found


def run(case: Case) -> Found:
    """Pairs where one text names one reference of the other side."""
    return one_to_one(case, case.index.by_text, "reference_in_text")


def run_sum(case: Case) -> Found:
    """Groups tied by references in texts whose sums agree: one transfer for several orders."""
    return equal_sums(case, case.index.by_text, "references_in_text")


def run_paid_once(case: Case) -> Found:
    """Of what is left: a row, and one copy of its amount that names it."""
    return paid_once(case, case.index.by_text, "reference_in_text_once")
