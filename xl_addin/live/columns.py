"""Columns of cells, as lists or as series: compared, picked from, and told apart by rows.

What was read from a spreadsheet are lists of whatever stood there; what is to stand there, and what
is known from before, are series of one kind: texts, Float64 (a day is its number) or nothing.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import polars as pl

Cells = list[Any] | pl.Series


def listed(cells: Cells) -> list[Any]:
    """The cells one by one, as they are written."""
    return cells.to_list() if isinstance(cells, pl.Series) else cells


def holds_nothing(cells: Cells) -> bool:
    """Whether no cell holds anything."""
    if isinstance(cells, pl.Series):
        return cells.null_count() == cells.len()
    return all(cell is None for cell in cells)


def alike(one: Cells, two: Cells) -> bool:
    """Whether the same stands in both."""
    if isinstance(one, pl.Series) and isinstance(two, pl.Series):
        if one.dtype != two.dtype:
            return one.len() == two.len() and holds_nothing(one) and holds_nothing(two)
        return one.equals(two)
    return listed(one) == listed(two)


def differing(old: Cells, new: Cells) -> list[int]:
    """The rows, from 0, in which two columns of the same length differ."""
    if isinstance(old, pl.Series) and isinstance(new, pl.Series) and old.dtype == new.dtype:
        return old.ne_missing(new).arg_true().to_list()
    pairs = zip(listed(old), listed(new), strict=True)
    return [at for at, (before, after) in enumerate(pairs) if before != after]


def picked(cells: Cells, rows: Sequence[int]) -> Cells:
    """The cells of some rows, in the order of the rows."""
    if isinstance(cells, pl.Series):
        return cells.gather(list(rows))
    return [cells[row] for row in rows]


def neighbours(
    order: Sequence[str], wanted: Sequence[str], kind: Callable[[str], object] = lambda _: None
) -> Iterator[list[str]]:
    """The wanted captions in runs of columns that stand side by side and are of one kind."""
    run: list[str] = []
    for caption in order:
        if run and (caption not in wanted or kind(caption) != kind(run[-1])):
            yield run
            run = []
        if caption in wanted:
            run.append(caption)
    if run:
        yield run
