"""Texts that differ by one slip: a letter too many, too few, wrong, or two that changed places."""

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
    slips = cpdist(*pairs, scorer=OSA.distance, score_cutoff=1, dtype=np.uint8)
    alike = np.zeros(len(one), dtype=np.bool_)
    alike[places.to_numpy()] = slips <= 1
    return alike
