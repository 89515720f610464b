"""Texts that differ by one slip: a letter too many, too few, wrong, or two that changed places."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from rapidfuzz.distance import OSA
from rapidfuzz.process import cpdist

from recon_engine.match.arrays import Flags, Rows


@dataclass(frozen=True)
class Ends:
    """What one slip leaves whole of a text: its start or its end.

    Attributes:
        size: characters.
        start: a number for the first few characters; of different ones seldom the same.
        end: a number for the last few.
    """

    size: Rows
    start: Rows
    end: Rows

    @classmethod
    def of(cls, texts: pl.Series, length: int) -> "Ends":
        """The ends of texts, of so many characters."""
        text = pl.col("text").str
        told = (
            texts.alias("text")
            .to_frame()
            .select(
                size=text.len_chars().cast(pl.Int64),
                start=text.slice(0, length).hash().reinterpret(signed=True),
                end=text.slice(-length).hash().reinterpret(signed=True),
            )
        )
        return cls(*(told[name].to_numpy() for name in ("size", "start", "end")))

    def where(self, kept: Flags | Rows) -> "Ends":
        """Some of them."""
        return Ends(self.size[kept], self.start[kept], self.end[kept])


def one_slip(one: pl.Series, two: pl.Series) -> Flags:
    """Whether the texts of each pair are alike but for one slip at most."""
    return at_most_one_slip(one.to_list(), two.to_list())


def at_most_one_slip(one: Sequence[str], two: Sequence[str]) -> Flags:
    """The same of plain texts."""
    slips = cpdist(one, two, scorer=OSA.distance, score_cutoff=1, dtype=np.uint8)
    flags: Flags = slips <= 1
    return flags
