"""Pass 4: references found in free text.  All ids of a text count, not the first."""

import polars as pl

from recon_engine.match.by_key import equal_sums, one_to_one, paid_once
from recon_engine.match.case import Case, Found
from recon_engine.match.components import linked


def run(case: Case) -> Found:
    """Pairs where one text names one reference of the other side."""
    return one_to_one(case, _left(case), _right(case), "reference_in_text")


def run_sum(case: Case) -> Found:
    """Groups tied by references in texts whose sums agree: one transfer for several orders."""
    return equal_sums(case, linked(case, _left(case), _right(case)), "references_in_text")


def run_paid_once(case: Case) -> Found:
    """Of what is left: a row, and one copy of its amount that names it."""
    return paid_once(case, linked(case, _left(case), _right(case)), "reference_in_text_once")


def _left(case: Case) -> pl.DataFrame:
    return _named(case.left.ids, case.left.tokens, case.right.ids)


def _right(case: Case) -> pl.DataFrame:
    return _named(case.right.ids, case.right.tokens, case.left.ids)


def _named(ids: pl.DataFrame, tokens: pl.DataFrame, others: pl.DataFrame) -> pl.DataFrame:
    """A side's own ids, and of its tokens those that are an id of the other side."""
    known = tokens.join(others.select("key").unique(), on="key", how="semi", maintain_order="left")
    return pl.concat([ids, known]).unique(maintain_order=True)
