"""The exact ids of a row, joined; ids that a spreadsheet has damaged are told, never guessed."""

from collections.abc import Mapping, Sequence

import polars as pl

from recon_engine.intake.profile import Extract
from recon_engine.model.records import REFERENCE_SEPARATOR

# 4.00123E+27, or a whole number that was stored as a float of 16 digits or more.
LOST = r"^\d\.\d+[Ee]\+?\d{2,}$|^\d[Ee]\+\d{2,}$"
_FLOAT_TAIL = r"^(\d+)\.0+$"


def exact(ids: pl.Series) -> pl.Series:
    """An id column without the tail that a float leaves: 8904223818706.0."""
    return ids.str.replace(_FLOAT_TAIL, "$1") if ids.str.contains(".0", literal=True).any() else ids


def joined(
    roles: Sequence[str], extracts: Sequence[Extract], cells: Mapping[str, pl.Series], rows: int
) -> pl.Series:
    """All ids of each row, in order, each once.

    Args:
        roles: id columns, the likeliest to be shared first.
        extracts: ids that hide in columns; they stand before the columns' own.
        cells: role → cleaned cells.
        rows: number of rows.
    """
    columns = [
        cells[e.column].str.extract(e.pattern, 1).fill_null("")
        for e in extracts
        if e.column in cells
    ]
    columns += [_ids(cells[role]) for role in roles if role in cells]
    columns = [column for column in columns if (column != "").any()]
    return united(columns, rows)


def united(columns: Sequence[pl.Series], rows: int) -> pl.Series:
    """The filled cells of each row, joined, each once."""
    if not columns:
        return pl.Series([""] * rows, dtype=pl.String)
    frame = pl.DataFrame({str(n): column for n, column in enumerate(columns)})
    return frame.select(_union(len(columns))).to_series()


def _ids(cells: pl.Series) -> pl.Series:
    """The cells without 0 and 000000, which some sources write for no id."""
    return cells.set(cells.str.contains(r"^0+$"), "")


def _union(count: int) -> pl.Expr:
    """Each column's id unless an earlier column already has it."""
    parts = []
    for n in range(count):
        repeated = pl.lit(value=False)
        for earlier in range(n):
            repeated = repeated | (pl.col(str(n)) == pl.col(str(earlier)))
        own = pl.col(str(n))
        parts.append(pl.when((own == "") | repeated).then(None).otherwise(own))
    return pl.concat_str(parts, separator=REFERENCE_SEPARATOR, ignore_nulls=True).fill_null("")
