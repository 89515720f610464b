"""The raw table: text cells as they stand, with their sheet and 1-based row numbers."""

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from recon_engine.errors import Problem

Row = tuple[str, ...]
BEYOND = 8  # cells to the right of the header's last column in which a stray one is looked for


@dataclass(frozen=True, slots=True)
class Body:
    """The rows beneath a header.

    Attributes:
        lines: Int64, the 1-based row of the sheet or line of the file each row begins on.
        cells: String columns named "0", "1", …; null is empty.
        overflow: what stands in a row beyond the last column, null where nothing does.
        notes: what is worth saying of the sheet and was seen only as its rows were read.
    """

    lines: pl.Series
    cells: pl.DataFrame
    overflow: pl.Series
    notes: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet, or one text file read with one delimiter.

    Attributes:
        sheet: the sheet's name, "" for text.
        top: the first rows, enough to find the header in.
        lines: the 1-based row number of each row of ``top``.
        body: given the header's index in ``top``, everything beneath it.
        notes: what is worth saying of the sheet itself.
    """

    sheet: str
    top: tuple[Row, ...]
    lines: tuple[int, ...]
    body: Callable[[int], Body]
    notes: tuple[Problem, ...] = ()


def body_of_rows(rows: list[list[str]], lines: list[int], width: int) -> Body:
    """A body from rows of any width."""
    columns = {str(n): [row[n] if n < len(row) else None for row in rows] for n in range(width)}
    beyond = [
        " ".join(c.strip() for c in row[width : width + BEYOND] if c.strip()) or None
        for row in rows
    ]
    return Body(
        pl.Series(lines, dtype=pl.Int64),
        pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String)),
        pl.Series(beyond, dtype=pl.String),
    )
