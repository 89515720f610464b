"""Ids made comparable: the same id written with other signs, cases and surroundings is one key."""

import numpy as np
import polars as pl

from recon_engine.match.arrays import Flags, Groups, hashed, mixed
from recon_engine.model.records import REFERENCE_SEPARATOR

# An id in running text: letters and digits, joined by the signs that ids are written with.
_PIECE = r"[A-Za-z0-9]+(?:[-_/.#][A-Za-z0-9]+)*"
_DIGITS = r"[0-9]+"


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


def normal_ids(items: pl.DataFrame, column: str) -> pl.DataFrame:
    """``row, key``: the ids a column holds, one row each, normalised, without repeats."""
    filled = items.filter(pl.col(column) != "").select("row", pl.col(column).alias("key"))
    several = filled["key"].str.contains(REFERENCE_SEPARATOR, literal=True).any()
    if several:
        filled = filled.with_columns(pl.col("key").str.split(REFERENCE_SEPARATOR)).explode("key")
    keyed = filled.with_columns(normal(filled["key"])).filter(pl.col("key") != "")
    return without_repeats(keyed) if several else keyed


def ids_in_text(items: pl.DataFrame, length_min: int) -> pl.DataFrame:
    """``row, key``: every piece of the free text that could be an id, of at least that length.

    A piece holds a digit.  Where letters are glued to figures (``订单NO20261001``), the run of
    digits counts as well.
    """
    texts = items.filter(pl.col("text").str.contains("[0-9]")).select("row", key="text")
    words = _extracted(texts, _PIECE, length_min)
    words = words.with_columns(normal(words["key"])).filter(pl.col("key").str.contains("[0-9]"))
    runs = _extracted(words.filter(pl.col("key").str.contains("[A-Z]")), _DIGITS, length_min)
    long = pl.col("key").str.len_bytes() >= length_min
    return without_repeats(pl.concat([words.filter(long), runs]))


def _extracted(texts: pl.DataFrame, pattern: str, length_min: int) -> pl.DataFrame:
    """``row, key`` of every piece that the pattern finds."""
    found = texts.select("row", pl.col("key").str.extract_all(pattern)).explode("key")
    return found.filter(pl.col("key").str.len_bytes() >= length_min)


def without_repeats(keyed: pl.DataFrame) -> pl.DataFrame:
    """``row, key`` with each pair once, sorted by row."""
    row, key = keyed["row"].to_numpy(), keyed["key"]
    groups = Groups.of(mixed([row, hashed(key)]))
    first = groups.first[groups.number]
    again: Flags = first != np.arange(len(row))
    again &= (row == row[first]) & (key == key.gather(first)).to_numpy()
    return keyed.filter(pl.Series(~again)).sort("row", maintain_order=True)
