"""Rows that share keys, directly or through each other, as connected components."""

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


def linked(case: Case, tie: Tie) -> pl.DataFrame:
    """Members of the components that open rows of both sides form through common keys.

    Args:
        case: says what is open.
        tie: of the case's index.

    Returns:
        FOUND_MEMBERS; every component has members on both sides.
    """
    tied = case.open_ties(tie)
    if not len(tied.left.row):
        return pl.DataFrame(schema=FOUND_MEMBERS)
    label = _labels_of_keys(tied)
    sides = [_rows_with_labels(side, label) for side in (tied.left, tied.right)]
    return pl.DataFrame(
        {
            "group": np.concatenate([group for _, group in sides]),
            "left": np.repeat([True, False], [len(row) for row, _ in sides]),
            "row": np.concatenate([row for row, _ in sides]),
        },
        schema=FOUND_MEMBERS,
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


def sums(case: Case, members: pl.DataFrame) -> pl.DataFrame:
    """One row a group: what both sides add up to.

    Returns:
        ``group, lefts, rights, left_sum, left_due, right_sum, first, last, currencies, currency,
        channel``, sorted by group.  ``left_due`` is the left sum less the fees of named rules,
        ``channel`` the left side's one channel ("" when there are several), ``currencies`` the
        number of distinct ones.
    """
    ordered = members.sort("left", descending=True)
    left, row = ordered["left"].to_numpy(), ordered["row"].to_numpy()
    cut = int(left.sum())
    ours, theirs = case.left, case.right
    amount = np.concatenate([ours.amount[row[:cut]], theirs.amount[row[cut:]]])
    due = np.concatenate([ours.due[row[:cut]], np.zeros(len(row) - cut, dtype=np.int64)])
    day = np.concatenate([ours.day[row[:cut]], theirs.day[row[cut:]]])
    currency = np.concatenate(
        [case.index.currency[0][row[:cut]], case.index.currency[1][row[cut:]]]
    )
    # Left rows stand first, so the first place of a group is a left one if it has any.
    group = ordered["group"].to_numpy()
    groups = Groups.of(group)
    is_left = left.astype(np.int64)
    lefts, left_sum = groups.sum(is_left), groups.sum(amount * is_left)
    return pl.DataFrame(
        {
            "group": group[groups.first],
            "lefts": lefts,
            "rights": groups.size - lefts,
            "left_sum": left_sum,
            "left_due": groups.sum(due),
            "right_sum": groups.sum(amount) - left_sum,
            "first": pl.Series(groups.min(day)).cast(pl.Int32).cast(pl.Date),
            "last": pl.Series(groups.max(day)).cast(pl.Int32).cast(pl.Date),
            "currencies": groups.different(currency),
            "currency": case.index.currencies.gather(currency[groups.first]),
            "channel": _only_channel(case, groups, left, row),
        }
    )


def _only_channel(case: Case, groups: Groups, left: Flags, row: Rows) -> pl.Series:
    """The one channel of each group's left rows, or ""."""
    code = np.zeros(len(row), dtype=np.int64)
    code[left] = case.index.channel[row[left]]
    code[~left] = code[groups.first[groups.number[~left]]]
    one = left[groups.first] & (groups.min(code) == groups.max(code))
    channel = case.index.channels.gather(code[groups.first])
    return channel.zip_with(pl.Series(one), pl.Series([""]))
