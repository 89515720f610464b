"""Sets of one party's rows that may be paid, or may pay, together.

Of a few rows every set is tried; of more only *runs*, neighbours in date order, because of forty
rows some set brings nearly any sum.  Either way the number of sets is known, so that the gate can
count how likely chance is to hit.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

import numpy as np

from recon_engine.match.arrays import Groups, Rows, spread


@dataclass(frozen=True)
class Sets:
    """Sets of rows, which are known by their places in a given order.

    Attributes:
        place: of the rows, those of a set side by side.
        start: where each set begins in ``place``.
        length: number of its rows.
        total: sum of their amounts, minor units.
        first: day of its first row, since 1970.
        last: day of its last row.
    """

    place: Rows
    start: Rows
    length: Rows
    total: Rows
    first: Rows
    last: Rows

    @classmethod
    def of(cls, tables: Sequence[Rows], amount: Rows, day: Rows) -> "Sets":
        """The sets whose places stand in tables ``(set, place)``, ascending by day.

        Args:
            tables: one or more for each number of rows.
            amount: of each place, minor units.
            day: of each place, since 1970.
        """
        if not tables:
            none = np.zeros(0, dtype=np.int64)
            return cls(none, none, none, none, none, none)
        length = np.concatenate([np.full(len(places), places.shape[1]) for places in tables])
        return cls(
            np.concatenate([places.ravel() for places in tables]),
            np.cumsum(length) - length,
            length,
            np.concatenate([amount[places].sum(axis=1) for places in tables]),
            np.concatenate([day[places[:, 0]] for places in tables]),
            np.concatenate([day[places[:, -1]] for places in tables]),
        )

    def and_also(self, other: "Sets", rows: int) -> "Sets":
        """These, and those of other rows that stand behind so many."""
        place, start = other.place + rows, other.start + len(self.place)
        return Sets(
            np.concatenate([self.place, place]),
            np.concatenate([self.start, start]),
            *(
                np.concatenate([getattr(self, name), getattr(other, name)])
                for name in ("length", "total", "first", "last")
            ),
        )

    def places(self, chosen: Rows) -> tuple[Rows, Rows]:
        """``(place in chosen, place)`` of the rows of some sets."""
        which, within = spread(self.length[chosen])
        return which, self.place[self.start[chosen][which] + within]


_A_ROW = 4  # sets that are no runs, for each row: more would be memory for little


def sets_of(group: Rows, amount: Rows, day: Rows, lengths: tuple[int, int], free_max: int) -> Sets:
    """Sets of rows of one group.

    Args:
        group: group number of each row; rows of a group stand together, in date order.
        amount: minor units.
        day: days since 1970.
        lengths: most rows of a set, and most days from its first to its last.
        free_max: groups of up to so many rows are tried in every set, larger ones in runs.
    """
    longest, days_max = lengths
    parts = [*_runs(group, longest), *_free(group, longest, free_max)]
    kept = [
        places[day[places[:, -1]] - day[places[:, 0]] <= days_max]
        for places in (part.reshape(-1, part.shape[-1]) for part in parts)
    ]
    return Sets.of(kept, amount, day)


def _runs(group: Rows, longest: int) -> Iterator[Rows]:
    """Places of all runs, a table for each length."""
    for length in range(1, min(longest, len(group)) + 1):
        start = np.arange(len(group) - length + 1)
        start = start[group[start] == group[start + length - 1]]
        yield start[:, None] + np.arange(length)


def _free(group: Rows, longest: int, free_max: int) -> Iterator[Rows]:
    """Places of all sets of small groups that are no runs, a table for each size."""
    groups, left = Groups.of(group), _A_ROW * len(group)
    for rows in range(3, free_max + 1):
        start = groups.start[groups.size == rows]
        some = [_no_runs(rows, length) for length in range(2, min(longest, rows - 1) + 1)]
        left -= len(start) * sum(map(len, some))
        if left < 0:
            return
        for chosen in some:
            yield start[:, None, None] + chosen


def _no_runs(rows: int, length: int) -> Rows:
    """Every choice of so many places that are not all neighbours."""
    every = combinations(range(rows), length)
    chosen = [one for one in every if any(b > a + 1 for a, b in pairwise(one))]
    return np.array(chosen, dtype=np.int64).reshape(-1, length)
