"""Cells as a file would give them, and as they are written again."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

EPOCH = dt.datetime(1899, 12, 30)  # noqa: DTZ001 - a sheet's day has no zone
PLAIN = frozenset({str, float, dt.datetime, type(None)})
_ERROR_BELOW = -2_000_000_000  # COM gives the errors of cells as such whole numbers


def as_rows(values: Any) -> Sequence[Sequence[Any]]:
    """What a range gives, as rows; a row or a cell alone comes without them."""
    if not isinstance(values, list | tuple):
        return [[values]]
    return values if isinstance(values[0], list | tuple) else [values]


def block(values: Any) -> list[list[Any]]:
    """What a range gives, as rows of plain cells."""
    return [
        list(row) if PLAIN.issuperset(map(type, row)) else cleaned(row) for row in as_rows(values)
    ]


def cleaned(row: Sequence[Any]) -> list[Any]:
    """Cells as a file would give them: no zones, no error numbers, no currency type."""
    return [cell if type(cell) in PLAIN else _plain(cell) for cell in row]


def _plain(cell: Any) -> Any:
    """A cell as a file would give it: no zones, no error numbers, no currency type."""
    if isinstance(cell, bool):
        return cell
    if isinstance(cell, dt.datetime):  # a COM date is one of a kind of its own, with a zone
        return cell.replace(tzinfo=None, microsecond=0)
    if isinstance(cell, int):
        return None if cell < _ERROR_BELOW else float(cell)
    if isinstance(cell, Decimal):
        return float(cell)
    return cell if type(cell) in PLAIN else None


def stored(cells: Sequence[Any]) -> list[Any]:
    """Cells as they are written again: days as their numbers, empty ones as none."""
    kinds = set(map(type, cells))
    if kinds <= {str}:
        return [cell or None for cell in cells] if any(cells) else [None] * len(cells)
    if kinds <= {float, type(None)}:
        return list(cells)
    days = {cell: _serial(cell) for cell in set(cells) if isinstance(cell, dt.datetime)}
    return [days.get(cell, cell) if cell != "" else None for cell in cells]


def _serial(moment: dt.datetime) -> float:
    return (moment - EPOCH) / dt.timedelta(days=1)


def says(cell: Any, wanted: str | float | None) -> bool:
    """Whether a cell's formula, as it is asked for, is what is wanted; a number is its digits."""
    if isinstance(wanted, float):
        try:
            return float(cell or 0) == wanted
        except (TypeError, ValueError):
            return False
    return str(cell or "") == (wanted or "")
