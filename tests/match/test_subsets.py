"""Sets of one party's rows, against every choice of rows by brute force."""

from itertools import combinations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from recon_engine.match.subsets import sets_of

ROWS = st.lists(st.tuples(st.integers(0, 2), st.integers(1, 9), st.integers(-5, 50)), max_size=9)


@given(ROWS, st.integers(1, 4), st.integers(0, 9), st.integers(0, 5))
def test_few_rows_are_tried_in_every_set_and_many_in_runs(rows, longest, days_max, free_max):
    rows = sorted(rows)
    group, day, amount = (np.array([r[n] for r in rows], dtype=np.int64) for n in range(3))
    found = sets_of(group, amount, day, (longest, days_max), free_max)
    _, place = found.places(np.arange(len(found.start)))
    sets = [tuple(part.tolist()) for part in np.split(place, found.start[1:])] if len(place) else []
    slow = []
    for number in {r[0] for r in rows}:
        ours = [n for n, row in enumerate(rows) if row[0] == number]
        for length in range(1, longest + 1):
            for chosen in combinations(ours, length):
                run = chosen[-1] - chosen[0] == length - 1
                near = rows[chosen[-1]][1] - rows[chosen[0]][1] <= days_max
                if near and (run or len(ours) <= free_max):
                    slow.append(chosen)
    assert sorted(sets) == sorted(slow)
    for n, chosen in enumerate(sets):
        assert found.total[n] == sum(rows[c][2] for c in chosen)
        assert (found.first[n], found.last[n]) == (rows[chosen[0]][1], rows[chosen[-1]][1])


def test_a_million_sets_are_not_made() -> None:
    group = np.repeat(np.arange(20_000), 8)
    same = np.ones(len(group), dtype=np.int64)
    assert len(sets_of(group, same, same, (6, 10), 8).start) <= 10 * len(group)
