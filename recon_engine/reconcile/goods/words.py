"""The sources' own words in one table: legs, slabs, states, kinds of return; see words.toml."""

import tomllib
from functools import cache
from importlib.resources import files

import polars as pl

Groups = dict[str, list[str]]


@cache
def _tables() -> dict[str, Groups]:
    source = files("recon_engine.reconcile.goods").joinpath("words.toml")
    tables: dict[str, Groups] = tomllib.loads(source.read_text("utf-8"))
    return tables


def spoken(table: str, texts: pl.Series, default: str = "") -> pl.Series:
    """The first group of a table whose words each text holds.

    A word of one digit is a code and must be the whole text; an empty word is any text.

    Args:
        table: of words.toml.
        texts: as the sources write them; null is no text.
        default: where no group speaks.
    """
    said = texts.fill_null("").unique()
    groups = _tables()[table]
    meant = [_group(text.strip().lower(), groups, default) for text in said]
    return texts.fill_null("").replace_strict(said, meant, return_dtype=pl.String)


def _group(text: str, groups: Groups, default: str) -> str:
    return next((name for name, words in groups.items() if _holds(text, words)), default)


def _holds(text: str, words: list[str]) -> bool:
    return any(text == word if word.isdigit() else word in text for word in words)
