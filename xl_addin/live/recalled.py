"""A table that is known from before: whether it still stands so, and what it would be if read.

What nobody was heard to touch may have been touched all the same, by a macro that switched events
off.  So the order of the rows is read in any case, and what a person may have typed.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cached_property
from typing import Any, overload

import polars as pl
import xlwings as xw

from recon_engine.messages import Language
from workbook_templates import words
from workbook_templates.layout import Cell, Table
from workbook_templates.source import Grid
from xl_addin.live.columns import alike, neighbours
from xl_addin.live.place import LiveTable
from xl_addin.live.plain import EPOCH, as_rows, cleaned, stored
from xl_addin.live.seen import Seen

# How many cells of a range hold anything; below 0 where that cannot be said.
Filled = Callable[[xw.Range], int]


def stands(place: LiveTable, seen: Seen, filled: Filled) -> bool:
    """Whether a table still has its columns, its rows in their order, and what was typed.

    Args:
        place: where it stands now.
        seen: what it held.
        filled: counts, so that empty columns need not be read.
    """
    if (place.captions, place.rows) != (seen.captions, seen.rows):
        return False
    with suppress(OSError, ValueError, pl.exceptions.PolarsError):  # kept, but not whole
        typed = neighbours(seen.captions, seen.typed)
        return all(_typed_as(place, seen, some, filled) for some in typed) and all(
            _reads_as(place, seen, some) for some in neighbours(seen.captions, seen.known_by)
        )
    return False


def _typed_as(place: LiveTable, seen: Seen, captions: Sequence[str], filled: Filled) -> bool:
    """Whether a person's neighbouring columns hold what they held."""
    empty = all(seen.cells(caption).null_count() == seen.rows for caption in captions)
    if empty and (count := filled(place.body(captions[0], captions[-1]))) >= 0:
        return count == 0
    return _reads_as(place, seen, captions)


def _reads_as(place: LiveTable, seen: Seen, captions: Sequence[str]) -> bool:
    """Whether neighbouring columns hold what they held."""
    rows = as_rows(place.body(captions[0], captions[-1]).raw_value)
    return all(
        alike(seen.cells(caption), stored(cleaned([row[n] for row in rows])))
        for n, caption in enumerate(captions)
    )


def grid_of(place: LiveTable, seen: Seen, table: Table, language: Language) -> Grid:
    """The table as if it were read.

    Args:
        place: where it stands now.
        seen: what it holds.
        table: its layout.
        language: of its captions.
    """
    captions = dict(zip(words.captions(table, language), table.columns, strict=True))
    known = tuple(
        _moments(seen.cells(caption))
        if captions[caption].type is Cell.DATE
        else seen.cells(caption)
        for caption in seen.captions
    )
    return Grid(str(place.sheet.name), place.first, seen.captions, _Turned(known), known=known)


class _Turned(Sequence[Sequence[Any]]):
    """Columns row by row, turned over only if somebody asks for a row."""

    def __init__(self, columns: Sequence[pl.Series]) -> None:
        self._columns = columns

    @cached_property
    def _rows(self) -> list[Sequence[Any]]:
        return list(zip(*(column.to_list() for column in self._columns), strict=True))

    def __len__(self) -> int:
        return self._columns[0].len()

    @overload
    def __getitem__(self, at: int) -> Sequence[Any]: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Sequence[Any]]: ...
    def __getitem__(self, at: int | slice) -> Sequence[Any]:
        return self._rows[at]


def _moments(days: pl.Series) -> pl.Series:
    """Days as their numbers into moments, as they are read."""
    whole = pl.duration(days=pl.col(days.name).cast(pl.Int64))
    return days.to_frame().select(pl.lit(EPOCH) + whole).to_series()
