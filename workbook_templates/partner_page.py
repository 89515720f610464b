"""A sheet of a partner copy: what reaches beyond the copy becomes a plain value.

The sheets are written by the same code as those of a close.  A formula over a list that is not in
the copy leaves its value, a link to a sheet that is not there leaves its words, and drop-downs, by
which nobody decides anything there, are not offered.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from workbook_templates.rows import BlockSheet

_COLUMN = re.compile(r"\b([A-Za-z_]\w*)\[([^\]]*)\]")
_SHEET = re.compile(r"(?:'((?:[^']|'')+)'|([\w.]+))!")


@dataclass(frozen=True, slots=True)
class Reach:
    """What a partner copy holds.

    Attributes:
        sheets: names of its sheets.
        captions: of the columns of its tables, by the table's name.
        arrows: words that only lead somewhere and say nothing where they do not.
        plain: the format of words that led somewhere.
    """

    sheets: frozenset[str]
    captions: Mapping[str, frozenset[str]]
    arrows: frozenset[str]
    plain: Any

    def holds(self, formula: str) -> bool:
        """Whether a formula asks for nothing that the copy does not have."""
        columns = _COLUMN.findall(formula)
        sheets = [quoted.replace("''", "'") or bare for quoted, bare in _SHEET.findall(formula)]
        return self.sheets.issuperset(sheets) and all(
            caption in self.captions.get(table, ()) for table, caption in columns
        )

    def leads(self, url: str) -> bool:
        """Whether a link leads to a sheet of the copy."""
        return self.holds(url.removeprefix("internal:"))


class PartnerPage(BlockSheet):
    """See the module."""

    reach: Reach | None = None

    def write_formula(
        self, row: int, column: int, formula: str, form: Any = None, value: Any = 0
    ) -> int:
        """The formula where the copy holds all that it asks for, else its value."""
        if self.reach is None or self.reach.holds(formula):
            return int(super().write_formula(row, column, formula, form, value))
        if isinstance(value, str):
            return int(super().write_string(row, column, value, form))
        return int(super().write_number(row, column, value, form))

    def write_url(
        self, row: int, column: int, url: str, form: Any = None, string: str = "", tip: str = ""
    ) -> int:
        """The link where it leads to a sheet of the copy, else its words."""
        if self.reach is None or self.reach.leads(url):
            return int(super().write_url(row, column, url, form, string, tip))
        if not string or string in self.reach.arrows:
            return int(super().write_blank(row, column, None, self.reach.plain))
        return int(super().write_string(row, column, string, self.reach.plain))

    def lead(self, ways: pl.DataFrame) -> None:
        """Those links that lead to a sheet of the copy."""
        if self.reach is None:
            return
        starts = [f"'{name.replace(chr(39), chr(39) * 2)}'!" for name in sorted(self.reach.sheets)]
        inside = pl.any_horizontal(pl.col("to").str.starts_with(start) for start in starts)
        super().lead(ways.filter(inside))

    def data_validation(self, *_area: Any, **_options: Any) -> int:
        """Nothing: a partner decides nothing."""
        return 0
