"""A table's patch brought down to the rows that differ.

After a decision a few rows of a long table go, come or change, and all others are as they were.
Rows are told by the key of their table: what went is taken out, what came is put in, and only those
and the changed ones are written.  A table of which that cannot be said for sure is written whole.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from xl_addin.live.columns import Cells, differing, listed, picked
from xl_addin.live.patch import Column, TablePatch

ROWS_FEW = 200  # so many are written whole in less time than it takes to look at them
RUNS_MAX = 20  # blocks of rows; with more, all from the first to the last are one
_GAP_ROWS = 50  # rows between two runs that are written along rather than left out
# By which a row of a table is known, so that a person's own columns stay beside it.
ROW_KEYS = (
    "exception_id", "decision_id", "rule_id", "payout_id", "record_id", "match_id", "key", "part",
    "entry",
)  # fmt: skip
Run = tuple[int, int]


def gathered(cells: Cells, runs: Iterable[Run]) -> Column:
    """The cells of some rows of a column, one run after the other."""
    return [cell for first, last in runs for cell in listed(cells[first : last + 1])]


def narrowed(
    patch: TablePatch,
    values: Mapping[str, Cells],
    before: Callable[[str], Cells],
    keys: tuple[Column, Column] | None,
    rows: int,
) -> TablePatch:
    """The patch that does the same with fewer cells.

    Args:
        patch: of the table, but for its values.
        values: the columns that differ, whole.
        before: gives the cells of a column as they stand there now, by caption.
        keys: by which the rows that stand there and those of the patch are known; none where rows
            must not be moved.
        rows: how many rows the table has now, blank ones included.
    """
    if min(rows, patch.rows) >= ROWS_FEW and values:
        if rows == patch.rows:
            changed = {
                at for caption, cells in values.items() for at in differing(before(caption), cells)
            }
            if changed:
                return _written(patch, values, changed)
        elif keys:
            if any(len(set(side)) < len(side) for side in keys):
                keys = (_numbered(keys[0]), _numbered(keys[1]))
            made = _aligned(patch, values, before, keys)
            if made is not None:
                return made
    return replace(patch, values={caption: listed(cells) for caption, cells in values.items()})


def _numbered(keys: Column) -> Column:
    """Keys with their number among those alike, so that no two are the same."""
    seen: Counter[Any] = Counter()
    apart = []
    for key in keys:
        seen[key] += 1
        apart.append((key, seen[key]))
    return apart


def _aligned(
    patch: TablePatch,
    values: Mapping[str, Cells],
    before: Callable[[str], Cells],
    keys: tuple[Column, Column],
) -> TablePatch | None:
    """As :func:`narrowed`, of a table some of whose rows went or came; none where it is in vain."""
    old, new = keys
    known, wanted = set(old), set(new)
    stay = [at for at, row in enumerate(old) if row in wanted]
    meet = [at for at, row in enumerate(new) if row in known]
    if [old[at] for at in stay] != [new[at] for at in meet]:
        return None
    cuts = _runs(sorted(set(range(len(old))) - set(stay)))
    gaps = _runs(sorted(set(range(len(new))) - set(meet)))
    if len(cuts) + len(gaps) > RUNS_MAX or len(stay) < ROWS_FEW:
        return None
    changed = {at for first, last in gaps for at in range(first, last + 1)}
    for caption, cells in values.items():
        kept = differing(picked(before(caption), stay), picked(cells, meet))
        changed |= {meet[at] for at in kept}
    moved = [_between(gap, len(new)) for gap in gaps]
    for (first, last), (other_first, other_last) in zip(gaps, moved, strict=True):
        changed |= {first, last, other_first, other_last}
    return _written(replace(patch, cuts=cuts, gaps=moved), values, changed)


def _between(gap: Run, rows: int) -> Run:
    """The same number of rows put in between two others: at an edge they would take no formats."""
    first, last = gap
    if first == 0:
        return 1, last + 1
    return (first - 1, last - 1) if last == rows - 1 else gap


def _written(patch: TablePatch, values: Mapping[str, Cells], changed: set[int]) -> TablePatch:
    """Only these rows, and rows between them where that makes fewer blocks."""
    if not changed:
        return replace(patch, values={}, formats={})
    runs = _runs(sorted(changed), _GAP_ROWS)
    if len(runs) > RUNS_MAX:
        runs = [(runs[0][0], runs[-1][1])]
    written = {caption: gathered(cells, runs) for caption, cells in values.items()}
    return replace(patch, values=written, runs=runs)


def _runs(rows: Sequence[int], apart: int = 0) -> list[Run]:
    """Rising numbers as runs; ``apart`` numbers may lack within one."""
    if not rows:
        return []
    breaks = [(a, b) for a, b in pairwise(rows) if b - a > apart + 1]
    firsts = [rows[0], *(b for _, b in breaks)]
    lasts = [*(a for a, _ in breaks), rows[-1]]
    return list(zip(firsts, lasts, strict=True))
