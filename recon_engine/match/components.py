"""Rows that share keys, directly or through each other, as connected components."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from recon_engine.match.arrays import Flags, Groups, Rows, distinct
from recon_engine.match.case import FOUND_MEMBERS, Case
from recon_engine.match.index import Keyed, Tie


def labels(first: Rows, second: Rows, count: int) -> Rows:
    """The smallest node reachable from each node of a graph.

    Args:
        first: one end of every edge, node numbers from 0.
        second: the other end.
        count: number of nodes.

    The labels of both ends fall to the smaller one, then every node jumps to its label's label,
    until nothing moves; a chain of n rows needs about log n rounds.
    """
    label = np.arange(count)
    while len(first):
        low = np.minimum(label[first], label[second])
        lower = label.copy()
        np.minimum.at(lower, label[first], low)
        np.minimum.at(lower, label[second], low)
        lower = lower[lower]
        if np.array_equal(lower, label):
            break
        label = lower
    return label


@dataclass(frozen=True)
class Members:
    """Rows of groups, the left ones first.

    Attributes:
        group: number of each one's group.
        left: whether it is a left row.
        row: of its side.
    """

    group: Rows
    left: Flags
    row: Rows

    def __len__(self) -> int:
        return len(self.row)

    def where(self, kept: Flags) -> "Members":
        """Some of them."""
        return Members(self.group[kept], self.left[kept], self.row[kept])

    def frame(self) -> pl.DataFrame:
        """FOUND_MEMBERS."""
        columns = {"group": self.group, "left": self.left, "row": self.row}
        return pl.DataFrame(columns, schema=FOUND_MEMBERS)


def linked(case: Case, tie: Tie) -> pl.DataFrame:
    """:func:`components` as FOUND_MEMBERS."""
    return components(case, tie).frame()


def components(case: Case, tie: Tie) -> Members:
    """Members of the components that open rows of both sides form through common keys.

    Args:
        case: says what is open.
        tie: of the case's index.

    Returns:
        Every component has members on both sides.
    """
    tied = case.open_ties(tie)
    label = _labels_of_keys(tied)
    sides = [_rows_with_labels(side, label) for side in (tied.left, tied.right)]
    return Members(
        np.concatenate([group for _, group in sides]),
        np.repeat([True, False], [len(row) for row, _ in sides]),
        np.concatenate([row for row, _ in sides]),
    )


def _labels_of_keys(tie: Tie) -> Rows:
    """By key: the smallest key that rows with several keys tie it to.

    Most rows have one key, so there are far fewer edges between keys than between rows.
    """
    ends = []
    for side in (tie.left, tie.right):
        again = np.flatnonzero(side.row[1:] == side.row[:-1])
        ends.append((side.key[again], side.key[again + 1]))
    first, second = (np.concatenate(end) for end in zip(*ends, strict=True))
    if not len(first):
        return np.arange(tie.keys)
    # Only the keys that have edges are nodes of the graph.
    nodes = distinct(np.concatenate([first, second]))
    found = labels(np.searchsorted(nodes, first), np.searchsorted(nodes, second), len(nodes))
    label = np.arange(tie.keys)
    label[nodes] = nodes[found]
    return label


def _rows_with_labels(side: Keyed, label: Rows) -> tuple[Rows, Rows]:
    """Each row once, and the label of its keys."""
    first = np.diff(side.row, prepend=-1) != 0
    return side.row[first], label[side.key[first]]


@dataclass(frozen=True)
class Sums:
    """What both sides of groups add up to, by group in the order of their numbers.

    Attributes:
        group: its number.
        groups: the members' places.
        lefts: left members.
        rights: right members.
        left_sum: minor units.
        left_due: the left sum less the fees of named rules.
        right_sum: minor units.
        first: the first day of its members.
        last: the last.
        currencies: how many different ones.
        head: the first member, a left one if there is any, as a place among the members.
    """

    group: Rows
    groups: Groups
    lefts: Rows
    rights: Rows
    left_sum: Rows
    left_due: Rows
    right_sum: Rows
    first: Rows
    last: Rows
    currencies: Rows
    head: Rows

    @classmethod
    def of(cls, case: Case, members: Members) -> "Sums":
        """The sums of some members."""
        group, left = members.group, members.left
        cut = int(left.sum())
        ours, theirs = members.row[:cut], members.row[cut:]
        amount = np.concatenate([case.left.amount[ours], case.right.amount[theirs]])
        due = np.concatenate([case.left.due[ours], np.zeros(len(theirs), dtype=np.int64)])
        day = np.concatenate([case.left.day[ours], case.right.day[theirs]])
        currency = case.index.currency
        groups = Groups.of(group)
        is_left = left.astype(np.int64)
        lefts, left_sum = groups.sum(is_left), groups.sum(amount * is_left)
        return cls(
            group[groups.first], groups, lefts, groups.size - lefts, left_sum, groups.sum(due),
            groups.sum(amount) - left_sum, groups.min(day), groups.max(day),
            groups.different(np.concatenate([currency[0][ours], currency[1][theirs]])),
            groups.first,
        )  # fmt: skip


def sums(case: Case, members: pl.DataFrame) -> pl.DataFrame:
    """One row a group: what both sides add up to.

    Returns:
        ``group, lefts, rights, left_sum, left_due, right_sum, first, last, currencies``, as
        :class:`Sums` describes them, sorted by group.
    """
    group, left, row = (members[name].to_numpy() for name in ("group", "left", "row"))
    order = np.argsort(~left, kind="stable")
    added = Sums.of(case, Members(group[order], left[order], row[order]))
    days = {name: getattr(added, name).astype(np.int32) for name in ("first", "last")}
    numbers = ("group", "lefts", "rights", "left_sum", "left_due", "right_sum")
    return pl.DataFrame(
        {
            **{name: getattr(added, name) for name in numbers},
            **{name: pl.Series(day).cast(pl.Date) for name, day in days.items()},
            "currencies": added.currencies,
        }
    )
