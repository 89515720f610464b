"""A Tieout workbook read back: its tables by their keys, codes instead of words, exact amounts.

Whatever program saved it last: a table is found by its name and a column by its caption in the
workbook's own language, so sheets may be renamed, rows sorted and columns added or moved.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

from recon_engine.errors import Code, Place, Problem, TieoutError
from recon_engine.messages import Language, text
from workbook_templates import words
from workbook_templates.cells import Cells, typed_cells
from workbook_templates.layout import Table
from workbook_templates.layout_book import SHEET_OF_TABLE, TABLES
from workbook_templates.source import Grid, TableSource, file_source

# Which columns of which tables are wanted, by key.
Wanted = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Readback:
    """What a workbook holds.

    Attributes:
        file: its name.
        language: of its captions and words.
        tables: by table name; columns by key: codes, texts, minor units (Int64), dates.
        home: gives the rows of Home, as they stand; read when they are asked for.
        problems: cells that are not what their column says.
        rows: by table name, the 1-based row of the sheet of each row of the frame.
        sheets: by table name, the sheet that it stands on now.
        sure: tables whose cells the source knows to be as they were written.
    """

    file: str
    language: Language
    tables: dict[str, pl.DataFrame]
    home: Callable[[], list[list[Any]]]
    problems: tuple[Problem, ...]
    rows: dict[str, pl.Series]
    sheets: dict[str, str]
    sure: frozenset[str]

    def place(self, table: str, row: int = 0, key: str = "") -> Place:
        """A cell of a table, as a person finds it."""
        caption = words.captions_by_key(table, self.language)[key] if key else ""
        return Place(self.file, self.sheets[table], row, caption)


def read_workbook(path: Path) -> Readback:
    """Reads every table of a Tieout workbook file.

    Args:
        path: the file; it is not changed and may be open elsewhere.

    Raises:
        TieoutError: no such file, not a workbook of ours, or a table or column is missing.
    """
    return read_tables(file_source(path), {name: table.keys for name, table in TABLES.items()})


def read_tables(source: TableSource, wanted: Wanted) -> Readback:
    """Reads those columns of those tables.

    Args:
        source: the workbook, in a file or open.
        wanted: keys of columns by table name.

    Raises:
        TieoutError: with every table and column that is missing.
    """
    grids = {name: source.table(name) for name in wanted}
    missing = [
        problem
        for name, keys in wanted.items()
        for problem in _missing(source, TABLES[name], grids[name], keys)
    ]
    if missing:
        raise TieoutError(missing)
    problems: list[Problem] = []
    found = {name: grid for name, grid in grids.items() if grid}
    read = {name: _read(source, TABLES[name], found[name], wanted[name]) for name in found}
    for _, _, told in read.values():
        problems += told
    home = partial(source.sheet, text("workbook.sheet.home", source.language))
    return Readback(
        source.file, source.language, {name: frame for name, (frame, _, _) in read.items()}, home,
        tuple(problems), {name: rows for name, (_, rows, _) in read.items()},
        {name: grid.sheet for name, grid in found.items()},
        frozenset(name for name, grid in found.items() if grid.known is not None),
    )  # fmt: skip


def _missing(
    source: TableSource, table: Table, grid: Grid | None, keys: Iterable[str]
) -> list[Problem]:
    if grid is None:
        place = Place(source.file, sheet_name(table.name, source.language))
        return [Problem(Code.TABLE_MISSING, place, table.name)]
    captions = words.captions_by_key(table.name, source.language)
    gone = [captions[key] for key in keys if captions[key] not in grid.captions]
    return [
        Problem(Code.TABLE_COLUMN_MISSING, Place(source.file, grid.sheet, column=name), table.name)
        for name in gone
    ]


def _read(
    source: TableSource, table: Table, grid: Grid, keys: Sequence[str]
) -> tuple[pl.DataFrame, pl.Series, list[Problem]]:
    """The frame, the sheet's row of each of its rows, and the cells that do not fit."""
    known = set(words.captions(table, source.language))
    columns = dict(zip(grid.captions, grid.columns, strict=True))
    kept = _filled([cells for caption, cells in columns.items() if caption in known])
    captions = words.captions_by_key(table.name, source.language)
    cells = {key: columns[captions[key]] for key in keys}
    if len(kept) < len(grid.rows):
        cells = {
            key: column.gather(list(kept))
            if isinstance(column, pl.Series)
            else [column[at] for at in kept]
            for key, column in cells.items()
        }
    rows = pl.Series(kept, dtype=pl.Int64) + grid.first_row
    frame, told = typed_cells(cells, table, source.language)
    place = Place(source.file, grid.sheet)
    problems = [
        Problem(fault.code, Place(place.file, place.sheet, rows[fault.at], captions[fault.key]),
                fault.value)
        for fault in told
    ]  # fmt: skip
    return frame, rows, problems


def _filled(columns: Sequence[Cells]) -> Sequence[int]:
    """The rows, from 0, in which any of the columns holds something."""
    height = len(columns[0]) if columns else 0
    empty: Sequence[int] = range(height)
    for cells in columns:
        if isinstance(cells, pl.Series) and not cells.has_nulls():
            return range(height)
        empty = [at for at in empty if cells[at] in ("", None)]
        if not empty:  # after the first column that every row has
            return range(height)
    blank = frozenset(empty)
    return [at for at in range(height) if at not in blank]


def sheet_name(table: str, language: Language) -> str:
    """The name of the sheet that a table stands on."""
    return text(f"workbook.sheet.{SHEET_OF_TABLE[table]}", language)
