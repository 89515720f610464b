"""What is to stand in an open workbook, as data: what an action writes, and what Undo gives back.

Both have the same shape, so that one writer does both.  A patch names only what differs from what
is there.
"""

from dataclasses import dataclass, field
from typing import Any

# A cell to be written: text, number, truth value, or nothing.
Column = list[Any]


@dataclass(frozen=True)
class TablePatch:
    """A table: where it is to stand, how long it is, and the columns that differ.

    Attributes:
        name: of the table.
        header: 1-based row of the captions.
        rows: of data, blank ones included.
        values: by caption, all rows of a column.
        formulas: by caption, all rows of a column that the sheet computes itself.
        formats: number formats by caption, of columns that are written.
        odd_formats: number formats of some rows: caption, first and last row from 0, format.
        totals: the formulas of the total row from its second cell; none where they stay.
        hidden: by caption, whether a column is out of sight; only where that changes.
        runs: first and last row, from 0, of the rows that are written, one after the other in each
            column of ``values``; none where all rows are.
        cuts: rows of the table as it stands, from 0, that are taken out before anything is written.
        gaps: rows of the table as it will stand, from 0, that are put in after that.
    """

    name: str
    header: int
    rows: int
    values: dict[str, Column] = field(default_factory=dict)
    formulas: dict[str, Column] = field(default_factory=dict)
    formats: dict[str, str] = field(default_factory=dict)
    odd_formats: list[tuple[str, int, int, str]] = field(default_factory=list)
    totals: list[str] | None = None
    hidden: dict[str, bool] = field(default_factory=dict)
    runs: list[tuple[int, int]] = field(default_factory=list)
    cuts: list[tuple[int, int]] = field(default_factory=list)
    gaps: list[tuple[int, int]] = field(default_factory=list)


@dataclass(frozen=True)
class Zone:
    """Rows of a sheet outside its tables, which are copied from the form.

    Attributes:
        top: 1-based first row.
        bottom: 1-based last row.
        width: how many columns from the first.
        formulas: runs of formulas: row, first column, the cells from there to the right.
        heights: of its rows, in points; 0 hides a row.
    """

    top: int
    bottom: int
    width: int
    formulas: list[tuple[int, int, list[list[str]]]] = field(default_factory=list)
    heights: dict[int, float] = field(default_factory=dict)


@dataclass(frozen=True)
class SheetPatch:
    """A sheet.

    Attributes:
        key: of the layout.
        form: the name of the sheet of the form that its zones are copied from.
        tables: from top to bottom, all of them where one moves.
        zones: rows around the tables that differ.
        chart_row: 1-based row of the cell under which charts hang; 0 where there are none.
        visible: whether it is shown; none where that stays.
        frozen: rows and columns that stay in view; none where that stays.
    """

    key: str
    form: str
    tables: list[TablePatch] = field(default_factory=list)
    zones: list[Zone] = field(default_factory=list)
    chart_row: int = 0
    visible: bool | None = None
    frozen: tuple[int, int] | None = None


@dataclass(frozen=True)
class Patch:
    """All that is written at once.

    Attributes:
        sheets: in the order in which they are written.
        form: the bytes of a workbook with the cells of all zones; "" where there are no zones.
        calculation: how Excel calculated before it was written to; "" where that is not known.
    """

    sheets: list[SheetPatch]
    form: bytes = b""
    calculation: str = ""
