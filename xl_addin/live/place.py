"""Where a table stands in an open workbook."""

from dataclasses import dataclass

import xlwings as xw
from xlwings.main import Table


@dataclass(frozen=True)
class LiveTable:
    """A table of ours on its sheet.

    Attributes:
        header: 1-based row of the captions.
        left: 1-based column of the first one.
        rows: of data.
        captions: left to right, columns that a person added among them.
    """

    sheet: xw.Sheet
    table: Table
    header: int
    left: int
    rows: int
    totals: bool
    captions: tuple[str, ...]

    @property
    def first(self) -> int:
        """1-based row of the first row of data."""
        return self.header + 1

    def column(self, caption: str) -> int:
        """1-based column of the sheet in which a caption stands."""
        return self.left + self.captions.index(caption)

    def body(self, caption: str, last: str = "") -> xw.Range:
        """The cells of a column, or of neighbouring ones, without header and total row."""
        columns = self.column(caption), self.column(last or caption)
        bottom = self.header + self.rows
        return self.sheet.range((self.first, columns[0]), (bottom, columns[1]))

    def cells(self, first: int, last: int, caption: str, right: str = "") -> xw.Range:
        """Some rows of a column, or of neighbouring ones, counted from 0."""
        columns = self.column(caption), self.column(right or caption)
        return self.sheet.range((self.first + first, columns[0]), (self.first + last, columns[1]))
