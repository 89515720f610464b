"""Ids made comparable: the same id written with other signs, cases and surroundings is one key."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from recon_engine.match.arrays import Flags, Rows, alike, hashed, mixed
from recon_engine.match.bytewise import bare, joined, pieces
from recon_engine.model.records import REFERENCE_SEPARATOR


@dataclass(frozen=True)
class Said:
    """Rows and what each says that could be an id; a row may say several, each once."""

    row: Rows
    key: pl.Series

    def __len__(self) -> int:
        return len(self.row)

    def where(self, kept: Flags) -> "Said":
        """Some of it."""
        return Said(self.row[kept], self.key.filter(pl.Series(kept)))

    def and_also(self, other: "Said") -> "Said":
        """What either says."""
        return Said(
            np.concatenate([self.row, other.row]), pl.concat([self.key, other.key], rechunk=True)
        )

    def frame(self) -> pl.DataFrame:
        """``row, key``."""
        return pl.DataFrame({"row": self.row, "key": self.key}, schema_overrides={"row": pl.Int64})


def normal(keys: pl.Series) -> pl.Series:
    """Upper case, letters and digits only: ``#1001-A`` and ``1001a`` are one id.

    Letters of every alphabet count: without them ``заказ-5`` and ``платёж-5`` would be one id.
    """
    return _normal(keys, joined(keys))


def _normal(keys: pl.Series, data: bytes) -> pl.Series:
    """:func:`normal` of keys that are joined already; those in other signs are few."""
    quick = bare(data, len(keys))
    if quick is not None:
        return quick
    odd = keys.str.contains(r"[^ -~]")
    slow = keys.filter(odd).str.to_uppercase().str.replace_all(r"[^\p{L}\p{N}]", "")
    return normal(keys.set(odd, "")).scatter(odd.arg_true(), slow)


def ids_in_column(column: pl.Series) -> Said:
    """The ids that a column holds, normalised."""
    said = _filled(Said(np.arange(len(column)), column))
    data = joined(said.key)
    several = REFERENCE_SEPARATOR.encode() in data
    if several:
        parts = said.key.str.split(REFERENCE_SEPARATOR)
        row = np.repeat(said.row, parts.list.len().to_numpy())
        said = Said(row, parts.explode())
        data = joined(said.key)
    said = _filled(Said(said.row, _normal(said.key, data).alias("key")))
    return without_repeats(said) if several else said


def _filled(said: Said) -> Said:
    """What is said, without empty texts."""
    filled = (said.key != "").to_numpy()
    return said if filled.all() else said.where(filled)


def ids_in_texts(texts: pl.Series, length_min: int) -> Said:
    """Every piece of a text that could be an id, of at least that length.

    An id in running text is letters and digits, joined by the signs that ids are written with; it
    holds a digit.  Where letters are glued to figures (``订单NO20261001``), the run of digits
    counts as well.
    """
    said = _filled(Said(np.arange(len(texts)), texts))
    place, key = pieces(said.key, length_min)
    return without_repeats(Said(said.row[place], key.alias("key")))


def without_repeats(said: Said) -> Said:
    """What is said, once for each row that says it; by row."""
    # Only a row that says several things can repeat itself.
    places = np.flatnonzero((np.bincount(said.row) > 1)[said.row])
    row, key = said.row[places], said.key.gather(places)
    first = alike(mixed([row, hashed(key)]))
    again: Flags = first != np.arange(len(first))
    again &= (row == row[first]) & (key == key.gather(first)).to_numpy()
    once = np.delete(np.arange(len(said)), places[again])
    once = once[np.argsort(said.row[once], kind="stable")]
    return Said(said.row[once], said.key.gather(once))
