"""Where a workbook's cells come from: a file, or a workbook that is open in a spreadsheet.

Reading cells and understanding them are two things.  A :class:`TableSource` only says what stands
in a table; :mod:`workbook_templates.readback` makes typed frames of it, the same ones for every
source.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter
from pathlib import Path
from typing import Any, Protocol

import polars as pl
from python_calamine import CalamineError, CalamineWorkbook

from recon_engine.errors import Code, Place, error
from recon_engine.messages import Language
from workbook_templates.layout import LAYOUT_VERSION
from workbook_templates.properties import LANGUAGE_PROPERTY, LAYOUT_PROPERTY, custom_properties

# Text, number, day, truth value; "" or None where the cell is empty.
CellValue = Any


@dataclass(frozen=True)
class Grid:
    """One table as it stands on its sheet, without its header and its total row.

    Attributes:
        sheet: the sheet's name, whatever a person called it.
        first_row: 1-based row of the sheet of the first of ``rows``.
        captions: the header's texts, left to right, columns that a person added among them.
        rows: the cells row by row, as values and never as formulas; each as long as ``captions``.
        first_column: 1-based column of the sheet of the first of ``captions``.
        known: the same cells column by column, where the source knows what was written and that
            nobody has changed it: texts, Float64 or Datetime, null where a cell is empty.
    """

    sheet: str
    first_row: int
    captions: tuple[str, ...]
    rows: Sequence[Sequence[CellValue]]
    first_column: int = 1
    known: tuple[pl.Series, ...] | None = None

    @cached_property
    def columns(self) -> tuple[list[CellValue] | pl.Series, ...]:
        """The same cells column by column, turned over once for all who ask."""
        if self.known is not None:
            return self.known
        return tuple(list(map(itemgetter(n), self.rows)) for n in range(len(self.captions)))


class TableSource(Protocol):
    """What reading a workbook back needs of it."""

    @property
    def file(self) -> str:
        """The workbook's name, for errors."""

    @property
    def language(self) -> Language:
        """The language of its captions and words."""

    def table(self, name: str) -> Grid | None:
        """The table of that name (of the file, the same in every language); none if it is gone."""

    def sheet(self, name: str) -> list[list[CellValue]]:
        """All cells of the sheet of that name from A1; no rows if there is no such sheet."""


class FileSource:
    """A workbook file, whatever program saved it last.  The file is read once and left alone."""

    def __init__(self, data: bytes, file: str) -> None:
        """Opens the workbook.

        Raises:
            TieoutError: no workbook of ours, or a damaged one.
        """
        self.file = file
        self.language = language_of(custom_properties(data), file)
        try:
            self._book = CalamineWorkbook.from_filelike(io.BytesIO(data), load_tables=True)
        except CalamineError as fault:
            raise error(Code.FILE_DAMAGED, Place(file), str(fault)) from fault

    def table(self, name: str) -> Grid | None:
        """See TableSource."""
        if name not in (self._book.table_names or []):
            return None
        found = self._book.get_table_by_name(name)
        row, column = found.start or (0, 0)
        return Grid(found.sheet, row + 1, tuple(found.columns), found.to_python(), column + 1)

    def sheet(self, name: str) -> list[list[CellValue]]:
        """See TableSource."""
        if name not in self._book.sheet_names:
            return []
        return self._book.get_sheet_by_name(name).to_python(skip_empty_area=False)


def file_source(path: Path) -> FileSource:
    """The workbook at that path.

    Raises:
        TieoutError: no such file, no workbook of ours, or a damaged one.
    """
    if not path.is_file():
        raise error(Code.FILE_MISSING, Place(path.name))
    return FileSource(path.read_bytes(), path.name)


def language_of(properties: dict[str, str], file: str) -> Language:
    """The workbook's language, from the properties by which it is known as ours.

    Raises:
        TieoutError: it is not ours, or of a layout that this version does not read.
    """
    layout, language = properties.get(LAYOUT_PROPERTY, ""), properties.get(LANGUAGE_PROPERTY, "")
    if layout != str(LAYOUT_VERSION) or language not in set(Language):
        raise error(Code.NOT_A_TIEOUT_WORKBOOK, Place(file))
    return Language(language)
