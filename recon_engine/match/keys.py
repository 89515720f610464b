"""Ids made comparable: the same id written with other signs, cases and surroundings is one key."""

import polars as pl

from recon_engine.model.records import REFERENCE_SEPARATOR

# An id in running text: letters and digits, joined by the signs that ids are written with.
_PIECE = r"[A-Za-z0-9]+(?:[-_/.#][A-Za-z0-9]+)*"
_DIGITS = r"[0-9]+"


def normal(key: pl.Expr) -> pl.Expr:
    """Upper case, letters and digits only: ``#1001-A`` and ``1001a`` are one id.

    Letters of every alphabet count: without them ``заказ-5`` and ``платёж-5`` would be one id.
    """
    return key.str.to_uppercase().str.replace_all(r"[^\p{L}\p{N}]", "")


def normal_ids(items: pl.DataFrame, column: str) -> pl.DataFrame:
    """``row, key``: the ids a column holds, one row each, normalised, without repeats."""
    filled = items.filter(pl.col(column) != "").select("row", pl.col(column).alias("key"))
    if filled["key"].str.contains(REFERENCE_SEPARATOR, literal=True).any():
        filled = filled.with_columns(pl.col("key").str.split(REFERENCE_SEPARATOR)).explode("key")
    keyed = filled.with_columns(normal(pl.col("key"))).filter(pl.col("key") != "")
    return keyed.unique(maintain_order=True)


def ids_in_text(items: pl.DataFrame, length_min: int) -> pl.DataFrame:
    """``row, key``: every piece of the free text that could be an id, of at least that length.

    A piece holds a digit.  Where letters are glued to figures (``订单NO20261001``), the run of
    digits counts as well.
    """
    filled = items.filter(pl.col("text") != "").select("row", "text")
    words = filled.select("row", key=pl.col("text").str.extract_all(_PIECE)).explode("key")
    words = words.drop_nulls().filter(pl.col("key").str.len_bytes() >= length_min)
    words = words.with_columns(normal(pl.col("key"))).filter(pl.col("key").str.contains(r"[0-9]"))
    glued = words.filter(pl.col("key").str.contains(r"[A-Z]"))
    runs = (
        glued.select("row", key=pl.col("key").str.extract_all(_DIGITS)).explode("key").drop_nulls()
    )
    every = pl.concat([words, runs]).filter(pl.col("key").str.len_bytes() >= length_min)
    return every.unique(maintain_order=True)
