"""Columns of figures → minor units: the decimal sign is decided over all of a table's figures."""

from collections.abc import Iterable

import polars as pl

from recon_engine.model import money
from recon_engine.model.money import COMMA, PLAIN, NumberStyle

_COMMA_SURE = r"\d,\d{1,2}\D*$|\.\d{3},|,\d{4,}\D*$"
_POINT_SURE = r"\d\.\d{1,2}\D*$|,\d{3}\.|\.\d{4,}\D*$"
# Blanks, and the Swiss apostrophe, between groups of three.
# What was given back later stands in a row of its own: 235.61(已退款235.50).
_GIVEN_BACK = r"\(已(?:全额|部分)?退款[\d.,]*\)$"
_GROUPED = r"(\d)[ '’](\d{3})"


def style_of(columns: Iterable[pl.Series], told: str) -> NumberStyle:
    """The table's number style.

    Args:
        columns: all its cleaned columns of figures.
        told: the profile's word: ``plain``, ``comma`` or ``auto``.
    """
    if told != "auto":
        return COMMA if told == "comma" else PLAIN
    columns = list(columns)
    if not any(column.str.contains(",", literal=True).any() for column in columns):
        # 1.234 and 12.345.678 without any comma: grouped only if a figure has two points.
        twice = any(column.str.contains(r"\d\.\d{3}\.\d{3}").any() for column in columns)
        return COMMA if twice else PLAIN
    commas = sum(_count(column, _COMMA_SURE) for column in columns)
    points = sum(_count(column, _POINT_SURE) for column in columns)
    return COMMA if commas > points else PLAIN


def _count(column: pl.Series, pattern: str) -> int:
    return int(column.str.contains(pattern).sum())


def to_minor(
    cells: pl.Series, places: pl.Series, style: NumberStyle, *, rounded: bool = False
) -> pl.DataFrame:
    """money.column_to_minor over cleaned cells: ``minor`` and ``code``; both null where empty."""
    if cells.str.contains(_GIVEN_BACK).any():
        cells = cells.str.replace(_GIVEN_BACK, "")
    if cells.str.contains(r"[ '’]").any():
        for _ in range(2):  # groups overlap: 1 234 567
            cells = cells.str.replace_all(_GROUPED, "$1$2")
    return money.column_to_minor(cells, places, style, rounded=rounded)
