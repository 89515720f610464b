"""Rows that share keys, directly or through each other, as connected components."""

import numpy as np
import polars as pl

from recon_engine.match.case import FOUND_MEMBERS, Case, Rows


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
    while True:
        low = np.minimum(label[first], label[second])
        lower = label.copy()
        np.minimum.at(lower, label[first], low)
        np.minimum.at(lower, label[second], low)
        lower = lower[lower]
        if np.array_equal(lower, label):
            return label
        label = lower


def linked(case: Case, left: pl.DataFrame, right: pl.DataFrame) -> pl.DataFrame:
    """Members of the components that open rows of both sides form through common keys.

    Args:
        case: says what is open.
        left: ``row, key`` of the left side.
        right: ``row, key`` of the right side.

    Returns:
        FOUND_MEMBERS; every component has members on both sides.
    """
    left, right = case.open_left(left), case.open_right(right)
    left = left.join(right.select("key").unique(), on="key", how="semi", maintain_order="left")
    right = right.join(left.select("key").unique(), on="key", how="semi", maintain_order="left")
    if left.is_empty():
        return pl.DataFrame(schema=FOUND_MEMBERS)
    ends = pl.concat(
        [
            left.select("row", "key", left=pl.lit(value=True)),
            right.select(pl.col("row"), "key", left=pl.lit(value=False)),
        ]
    )
    row = ends["row"].to_numpy() + np.where(ends["left"].to_numpy(), 0, len(case.left))
    key = ends["key"].rank("dense").to_numpy().astype(np.int64) - 1
    rows, node = np.unique(row, return_inverse=True)
    label = labels(node, key + len(rows), len(rows) + int(key.max()) + 1)
    on_left = rows < len(case.left)
    return pl.DataFrame(
        {
            "group": label[: len(rows)],
            "left": on_left,
            "row": np.where(on_left, rows, rows - len(case.left)),
        },
        schema=FOUND_MEMBERS,
    )


def sums(case: Case, members: pl.DataFrame) -> pl.DataFrame:
    """One row a group: what both sides add up to.

    Returns:
        ``group, lefts, rights, left_sum, left_due, right_sum, first, last, currencies, channel``.
        ``left_due`` is the left sum less the fees of named rules, ``channel`` the left side's one
        channel ("" when there are several), ``currencies`` the number of distinct ones.
    """
    columns = ("row", "amount", "due", "date", "currency", "channel")
    sides = [
        members.filter(pl.col("left") == is_left).join(side.items.select(columns), on="row")
        for is_left, side in ((True, case.left), (False, case.right))
    ]
    amount, is_left = pl.col("amount"), pl.col("left")
    one_channel = pl.col("channel").filter(is_left).n_unique() == 1
    return (
        pl.concat(sides)
        .group_by("group", maintain_order=False)
        .agg(
            lefts=is_left.sum().cast(pl.Int64),
            rights=(~is_left).sum().cast(pl.Int64),
            left_sum=amount.filter(is_left).sum(),
            left_due=pl.col("due").filter(is_left).sum(),
            right_sum=amount.filter(~is_left).sum(),
            first=pl.col("date").min(),
            last=pl.col("date").max(),
            currencies=pl.col("currency").n_unique(),
            currency=pl.col("currency").first(),
            channel=pl.when(one_channel)
            .then(pl.col("channel").filter(is_left).first())
            .otherwise(pl.lit("")),
        )
        .sort("group")
    )
