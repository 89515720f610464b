"""Groups that are whole: no part of both sides clears by itself.

Two orders and two payments whose sums agree are no group if one payment equals one order: then they
are two groups, or a coincidence of two.
"""

import numpy as np
import numpy.typing as npt
import polars as pl

from recon_engine.match.case import Case, Rows


def whole(case: Case, members: pl.DataFrame) -> pl.DataFrame:
    """The groups that do not fall apart.

    Args:
        case: both sides.
        members: ``group, left, row`` and more.
    """
    sides = [
        members.filter(pl.col("left") == is_left).join(
            side.items.select("row", value=measure), on="row"
        )
        for is_left, side, measure in ((True, case.left, "due"), (False, case.right, "amount"))
    ]
    amounts = (
        pl.concat(sides)
        .group_by("group")
        .agg(
            ours=pl.col("value").filter(pl.col("left")),
            theirs=pl.col("value").filter(~pl.col("left")),
        )
    )
    several = amounts.filter((pl.col("ours").list.len() > 1) & (pl.col("theirs").list.len() > 1))
    apart = [
        group
        for group, ours, theirs in several.sort("group").iter_rows()
        if falls_apart(np.array(ours), np.array(theirs))
    ]
    return members.filter(~pl.col("group").is_in(apart))


def falls_apart(ours: Rows, theirs: Rows) -> bool:
    """Whether some but not all of ``ours`` add up to some but not all of ``theirs``."""
    one, two = part_sums(ours), part_sums(theirs)
    return bool(np.isin(one, two).any())


def part_sums(amounts: Rows) -> Rows:
    """Sums of all parts but nothing and everything; amounts are few (a policy's group size)."""
    count = len(amounts)
    chosen: npt.NDArray[np.int64] = np.arange(1, 2**count - 1)
    bits = (chosen[:, None] >> np.arange(count)) & 1
    sums: Rows = bits @ amounts
    return sums
