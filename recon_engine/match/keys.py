"""Ids made comparable: the same id written with other signs, cases and surroundings is one key."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from recon_engine.match.arrays import Flags, Rows, alike, hashed, mixed
from recon_engine.model.records import REFERENCE_SEPARATOR

# An id in running text: letters and digits, joined by the signs that ids are written with.
_PIECE = r"[A-Za-z0-9]+(?:[-_/.#][A-Za-z0-9]+)*"
_DIGITS = r"[0-9]+"


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
        return Said(np.concatenate([self.row, other.row]), pl.concat([self.key, other.key]))

    def frame(self) -> pl.DataFrame:
        """``row, key``."""
        return pl.DataFrame({"row": self.row, "key": self.key}, schema_overrides={"row": pl.Int64})


def normal(keys: pl.Series) -> pl.Series:
    """Upper case, letters and digits only: ``#1001-A`` and ``1001a`` are one id.

    Letters of every alphabet count: without them ``заказ-5`` and ``платёж-5`` would be one id.
    """
    # Most ids hold capitals, figures and dashes; only what holds more is looked at closely.
    bare = keys.str.replace_all("-", "", literal=True)
    odd = bare.str.contains(r"[^0-9A-Z]")
    if not odd.any():
        return bare
    whole = bare.filter(odd).str.to_uppercase().str.replace_all(r"[^\p{L}\p{N}]", "")
    return bare.scatter(odd.arg_true(), whole)


def ids_in_column(column: pl.Series) -> Said:
    """The ids that a column holds, normalised."""
    filled = column != ""
    row, key = np.flatnonzero(filled.to_numpy()), column.filter(filled).alias("key")
    if not len(row):
        return Said(row, key)
    several = key.str.contains(REFERENCE_SEPARATOR, literal=True).any()
    if several:
        parts = pl.DataFrame({"row": row, "key": key.str.split(REFERENCE_SEPARATOR)}).explode("key")
        row, key = parts["row"].to_numpy(), parts["key"]
    said = Said(row, normal(key))
    said = said.where((said.key != "").to_numpy())
    return without_repeats(said) if several else said


def ids_in_texts(texts: pl.Series, length_min: int) -> Said:
    """Every piece of a text that could be an id, of at least that length.

    A piece holds a digit.  Where letters are glued to figures (``订单NO20261001``), the run of
    digits counts as well.
    """
    row = np.flatnonzero(texts.str.contains("[0-9]").to_numpy())
    if not len(row):
        return Said(row, texts.head(0).alias("key"))
    words = _extracted(Said(row, texts.gather(row).alias("key")), _PIECE, length_min)
    words = words.where(words.key.str.contains("[0-9]").to_numpy())
    words = Said(words.row, normal(words.key))
    glued = words.where(words.key.str.contains("[A-Z]").to_numpy())
    runs = _extracted(glued, _DIGITS, length_min)
    return without_repeats(_long(words, length_min).and_also(runs))


def _extracted(said: Said, pattern: str, length_min: int) -> Said:
    """Every piece that the pattern finds."""
    found = said.key.str.extract_all(pattern)
    count = found.list.len().to_numpy().astype(np.int64)
    row = np.repeat(said.row, np.maximum(count, 1))  # where nothing was found stands a null
    return _long(Said(row, found.explode()), length_min)


def _long(said: Said, length_min: int) -> Said:
    long = (said.key.str.len_bytes() >= length_min).fill_null(value=False)
    return said.where(long.to_numpy())


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
