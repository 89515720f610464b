"""Formulas over the workbook's tables, by the keys of their columns.

Only functions that Excel 2016, WPS and LibreOffice all know, and references to tables by name, so
that a formula still holds when rows are added or sorted.
"""

from collections.abc import Sequence

from recon_engine.messages import Language, text
from workbook_templates.layout_book import TABLES


def column(table: str, key: str, language: Language) -> str:
    """A structured reference to a table's column: ``Orders[金额]``."""
    return f"{table}[{text(TABLES[table].column(key).caption_key, language)}]"


def literal(word: str) -> str:
    """A text inside a formula."""
    return '"' + word.replace('"', '""') + '"'


def sumifs(table: str, key: str, language: Language, places: int, /, **criteria: str) -> str:
    """``ROUND(SUMIFS(…), places)`` without ``=``; criteria are column keys and formula parts."""
    where = _where(table, language, criteria)
    return f"ROUND(SUMIFS({column(table, key, language)},{where}),{places})"


def countifs(table: str, language: Language, /, **criteria: str) -> str:
    """``COUNTIFS(…)`` without ``=``; criteria are column keys and formula parts."""
    return f"COUNTIFS({_where(table, language, criteria)})"


def _where(table: str, language: Language, criteria: dict[str, str]) -> str:
    return _pairs(table, language, list(criteria.items()))


def _pairs(table: str, language: Language, parts: Sequence[tuple[str, str]]) -> str:
    return ",".join(f"{column(table, key, language)},{part}" for key, part in parts)


def sum_where(
    table: str, key: str, language: Language, places: int, parts: Sequence[tuple[str, str]]
) -> str:
    """As :func:`sumifs`, for criteria that may name a column twice: from a day to a day."""
    return (
        f"ROUND(SUMIFS({column(table, key, language)},{_pairs(table, language, parts)}),{places})"
    )


def count_where(table: str, language: Language, parts: Sequence[tuple[str, str]]) -> str:
    """As :func:`countifs`, for criteria that may name a column twice."""
    return f"COUNTIFS({_pairs(table, language, parts)})"


def tick(difference: str) -> str:
    """✓ where the difference is zero, ! where it is not."""
    return f'IF({difference}=0,"✓","!")'
