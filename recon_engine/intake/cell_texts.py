"""The cells of a workbook → the texts that stand for them everywhere after.

A stored number is written as the figure that was typed (money.float_text); from sixteen digits on
it has lost some, and is written in scientific notation so that an id column can tell.
"""

from datetime import date, datetime, time, timedelta
from typing import Any

import polars as pl

from recon_engine.model import money

_EXACT_BELOW = 10**15
# At most fifteen digits and no exponent: then the shortest text is the typed one.
_SHORT_FIGURE = r"^-?(?:[0-9]{1,15}|[0-9]{1,10}\.[0-9]{1,5})$"


def column_texts(cells: tuple[Any, ...]) -> pl.Series:
    """One column as text; text and numbers, nearly all that there is, cost nothing a cell."""
    kinds = set(map(type, cells))
    if kinds == {str}:
        return pl.Series(cells, dtype=pl.String)
    if not kinds <= {str, float}:
        return pl.Series([cell_text(cell) for cell in cells], dtype=pl.String)
    texts = pl.Series([c if type(c) is str else None for c in cells], dtype=pl.String)
    numbers = pl.Series([c if type(c) is float else None for c in cells], dtype=pl.Float64)
    return texts.zip_with(texts.is_not_null(), figures(numbers))


def figures(numbers: pl.Series) -> pl.Series:
    """cell_text of many numbers: the shortest text, where it has few enough digits to be sure."""
    texts = numbers.cast(pl.String).str.replace(r"\.0$", "")
    plain = texts.str.contains(_SHORT_FIGURE).fill_null(value=True)
    if plain.all():
        return texts
    rest = (~plain).arg_true()
    return texts.scatter(rest, [cell_text(n) for n in numbers.gather(rest).to_list()])


def cell_text(cell: Any) -> str:
    """A cell's value as the text that stands for it everywhere after."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, int | float):
        return money.float_text(cell) if abs(cell) < _EXACT_BELOW else f"{cell:.14E}"
    if isinstance(cell, datetime):
        # A day typed without a time is stored as its midnight, give or take what a float holds.
        midnight = cell.time().replace(microsecond=0) == time()
        return cell.date().isoformat() if midnight else cell.isoformat(" ", "seconds")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell) if isinstance(cell, timedelta) else ""
