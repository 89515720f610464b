"""Any report as CSV or Parquet: its tables, one below the other where they have the same columns.

A report is a section of report data.  Tables that differ only in their currency (or title) become
one, with the title and the currency as its first columns; a report of several kinds of tables
becomes several files.  Totals stay out: they are sums of what is there.

In CSV amounts are exact decimal text and rates plain parts of one; in Parquet they are decimals,
dates are dates, and texts stay as they are, because no program reads a formula there.
"""

from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import partial
from pathlib import Path

import polars as pl

from recon_engine.export.files import write_atomically
from recon_engine.export.tables import harmless
from recon_engine.model.money import exponent
from recon_engine.report.data import Cell, Column, Row, Section, Status, Table, Type

_MONEY = frozenset({Type.MONEY, Type.PROVED})
_WHOLE = frozenset({Type.COUNT, Type.DAYS})
_PARTS = frozenset({Type.SHARE, Type.RATE})
_PPM_PLACES = 6
_DIGITS = 38


def write_csv(report: Section, path: Path, *, bom: bool = True) -> list[Path]:
    """Writes the report's tables as CSV and answers the files.

    Args:
        report: a section of report data.
        path: of the first file; further kinds of tables get ``-2``, ``-3`` before the suffix.
        bom: whether the file begins with the mark by which Excel knows UTF-8.

    Raises:
        TieoutError: a file is held open elsewhere.
    """
    made = []
    for frame in frames_of(report):
        texts = [name for name, dtype in frame.schema.items() if dtype == pl.String]
        exact = [
            pl.col(name).cast(pl.String)
            for name, dtype in frame.schema.items()
            if isinstance(dtype, pl.Decimal)
        ]
        plain = frame.with_columns(*(harmless(pl.col(name)).alias(name) for name in texts), *exact)
        made.append(partial(plain.write_csv, include_bom=bom))
    return _written(made, path)


def write_parquet(report: Section, path: Path) -> list[Path]:
    """As :func:`write_csv`, with every column in its own type."""
    return _written([partial(frame.write_parquet) for frame in frames_of(report)], path)


def _written(writers: Sequence[Callable[[Path], object]], path: Path) -> list[Path]:
    paths = [
        path if number == 1 else path.with_name(f"{path.stem}-{number}{path.suffix}")
        for number in range(1, len(writers) + 1)
    ]
    for writer, target in zip(writers, paths, strict=True):
        write_atomically(target, writer)
    return paths


def frames_of(report: Section) -> list[pl.DataFrame]:
    """The report's tables as frames, those of the same columns together."""
    alike: dict[tuple[tuple[str, Type], ...], list[Table]] = {}
    for part in report.parts:
        if isinstance(part, Table):
            heads = tuple((column.caption, column.type) for column in part.columns)
            alike.setdefault(heads, []).append(part)
    return [_frame(tables[0].columns, tables) for tables in alike.values()]


def _frame(columns: tuple[Column, ...], tables: list[Table]) -> pl.DataFrame:
    rows = [(table.title, row) for table in tables for row in table.rows]
    names = _names(["", "", *(column.caption for column in columns)])
    places = max((exponent(row.currency) for _, row in rows if row.currency), default=2)
    made = [
        pl.Series(names[0], [title for title, _ in rows], pl.String),
        pl.Series(names[1], [row.currency for _, row in rows], pl.String),
        *(_series(names[at + 2], column.type, [(row, row.cells[at]) for _, row in rows], places)
          for at, column in enumerate(columns)),
    ]  # fmt: skip
    return pl.DataFrame(made)


def _names(captions: list[str]) -> list[str]:
    """Unique column names; the title and currency columns have names of their own."""
    found: list[str] = []
    for at, caption in enumerate(captions):
        name = ("table", "currency")[at] if at < 2 else caption or f"column {at - 1}"
        number = 2
        unique = name
        while unique in found:
            unique, number = f"{name} {number}", number + 1
        found.append(unique)
    return found


def _series(name: str, kind: Type, cells: list[tuple[Row, Cell]], places: int) -> pl.Series:
    if kind in _MONEY:
        values = [_decimal(cell, exponent(row.currency)) for row, cell in cells]
        return pl.Series(name, values, pl.Decimal(_DIGITS, places))
    if kind in _PARTS:
        values = [_decimal(cell, _PPM_PLACES) for _, cell in cells]
        return pl.Series(name, values, pl.Decimal(_DIGITS, _PPM_PLACES))
    if kind in _WHOLE:
        return pl.Series(name, [cell for _, cell in cells], pl.Int64)
    if kind is Type.DATE:
        return pl.Series(name, [cell for _, cell in cells], pl.Date)
    return pl.Series(name, [_text(cell) for _, cell in cells], pl.String)


def _decimal(cell: Cell, places: int) -> Decimal | None:
    return Decimal(cell).scaleb(-places) if isinstance(cell, int) else None


def _text(cell: Cell) -> str:
    if isinstance(cell, Status):
        return cell.word
    return "" if cell is None else str(cell)
