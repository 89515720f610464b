"""After a decision only the rows that differ are written; the table is the same as if all were."""

import random

import pytest

from xl_addin.live.narrow import ROWS_FEW, narrowed
from xl_addin.live.patch import TablePatch

ROWS = ROWS_FEW + 300
Sheet = list[list[object]]


def followed(patch: TablePatch, sheet: Sheet, captions: list[str]) -> Sheet:
    """What a spreadsheet makes of a patch: rows out, rows in, then cells."""
    rows = [list(row) for row in sheet]
    for first, last in reversed(patch.cuts):
        del rows[first : last + 1]
    for first, last in patch.gaps:
        assert 0 < first < len(rows), "put in at an edge, rows would take no formats"
        rows[first:first] = [[None] * len(captions) for _ in range(last - first + 1)]
    runs = patch.runs or [(0, patch.rows - 1)]
    at = [row for first, last in runs for row in range(first, last + 1)]
    for caption, cells in patch.values.items():
        for row, cell in zip(at, cells, strict=True):
            rows[row][captions.index(caption)] = cell
    return rows


def brought(before: Sheet, after: Sheet) -> tuple[TablePatch, Sheet]:
    captions = ["Id", "Text", "Amount"]
    turned = {
        caption: ([row[n] for row in before], [row[n] for row in after])
        for n, caption in enumerate(captions)
    }
    whole = TablePatch("Bank", 7, len(after))
    values = {c: new for c, (_, new) in turned.items()}
    keys = tuple([row[0] for row in side] for side in (before, after))
    made = narrowed(whole, values, lambda caption: turned[caption][0], keys, len(before))
    return made, followed(made, before, captions)


def table(ids: range | list[int]) -> Sheet:
    return [[f"id {n}", f"text {n}", float(n)] for n in ids]


@pytest.mark.parametrize("seed", range(30))
def test_rows_that_go_come_and_change_give_the_same_table(seed: int) -> None:
    dice = random.Random(seed)
    before = table(range(ROWS))
    gone = {dice.randrange(ROWS) for _ in range(dice.randrange(6))} | ({0} if seed % 3 else set())
    after = [list(row) for n, row in enumerate(before) if n not in gone]
    for _ in range(dice.randrange(5)):
        at = dice.choice([0, len(after), dice.randrange(len(after))])
        after.insert(at, [f"new {at} {len(after)}", "came", 1.0])
    for row in dice.sample(after, 4):
        row[1] = "changed"
    made, found = brought(before, after)
    assert found == after
    if len(before) != len(after):
        assert made.cuts or made.gaps
    assert sum(map(len, made.values.values())) < 3 * ROWS


def test_the_same_row_twice_is_told_apart_and_another_order_is_written_whole() -> None:
    before = table([*range(ROWS), 5])
    made, found = brought(before, before[:-1])
    assert found == before[:-1]
    assert made.cuts == [(ROWS, ROWS)]
    assert made.values == {}
    turned = before[::-1][1:]
    made, found = brought(before, turned)
    assert (made.cuts, made.runs) == ([], [])


def test_a_short_table_is_written_whole() -> None:
    before = table(range(10))
    made, _ = brought(before, before[1:])
    assert (made.cuts, made.gaps, made.runs) == ([], [], [])
