"""Pass 9: a difference that a named rule allows either way, above all what a bank's FX leaves.

The id says who belongs together, so only the size of the difference is in question; a rule that a
person named for the channel says how large it may be.  Without a rule such pairs are proposals.
"""

import numpy as np
import polars as pl

from recon_engine.match.by_key import fee_pairs, lone_pairs
from recon_engine.match.case import Case, Found, nothing

_MILLION = 1_000_000


def run(case: Case) -> Found:
    """Pairs tied by an id, one row on each side, whose difference a named spread covers."""
    if not any(rule.spread_ppm for rule in case.fees):
        return nothing()
    left, right = lone_pairs(case, case.index.by_text)
    due, paid = case.left.due[left], case.right.amount[right]
    ours = case.left
    spread = ours.tariff.spread_ppm[ours.channel[left], ours.currency[left]]
    allowed = np.abs(due) * spread // _MILLION
    within = (due != paid) & (np.sign(due) == np.sign(paid)) & (np.abs(due - paid) <= allowed)
    left, right = left[within], right[within]
    share = pl.Series("share", np.abs(due - paid)[within] * _MILLION // np.abs(due)[within])
    said = share.to_frame().select(pl.format("ids=1;spread_ppm={}", "share")).to_series()
    return fee_pairs(case, left, right, "named_spread", said)
