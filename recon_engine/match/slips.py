"""Texts that differ by one slip: a letter too many, too few, wrong, or two that changed places."""

from collections.abc import Sequence

import numpy as np
import polars as pl
from rapidfuzz.distance import OSA
from rapidfuzz.process import cpdist

from recon_engine.match.arrays import Flags


def one_slip(one: pl.Series, two: pl.Series) -> Flags:
    """Whether the texts of each pair are alike but for one slip at most."""
    near = one.str.len_chars().cast(pl.Int64) - two.str.len_chars().cast(pl.Int64)
    places = near.abs().le(1).arg_true()
    pairs = one.gather(places).to_list(), two.gather(places).to_list()
    alike = np.zeros(len(one), dtype=np.bool_)
    alike[places.to_numpy()] = at_most_one_slip(*pairs)
    return alike


def at_most_one_slip(one: Sequence[str], two: Sequence[str]) -> Flags:
    """The same of plain texts."""
    slips = cpdist(one, two, scorer=OSA.distance, score_cutoff=1, dtype=np.uint8)
    flags: Flags = slips <= 1
    return flags
