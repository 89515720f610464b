"""What all passes found, as the two frames that the matcher answers: matches and their members."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from recon_engine.match.arrays import Flags, Rows, order_by
from recon_engine.match.case import CONFIRMED, PROPOSED, Case, Found
from recon_engine.model.results import MATCHES, MEMBERS


@dataclass(frozen=True)
class _Members:
    """The members of all groups of all passes.

    Attributes:
        group: of each member, counted over all passes.
        left: whether it is a left row.
        row: of its side.
    """

    group: Rows
    left: Flags
    row: Rows

    @classmethod
    def of(cls, found: Sequence[Found], groups: Sequence[Rows]) -> "_Members":
        """The members of some passes; a pass numbers its groups for itself, ``groups`` has them."""
        before = np.cumsum([0, *map(len, groups)])
        frames = [each.members for each in found]
        number = [
            numbers.searchsorted(frame["group"].to_numpy()) + start
            for numbers, frame, start in zip(groups, frames, before[:-1], strict=True)
        ]
        left, row = (
            np.concatenate([frame[name].to_numpy() for frame in frames]) for name in ("left", "row")
        )
        return cls(np.concatenate(number), left, row)

    def first(self, count: int) -> tuple[Flags, Rows]:
        """By group: whether its first item is a left one, and its row; left ones come first."""
        rows = int(self.row.max(initial=0)) + 1
        first = np.full(count, 2 * rows)
        np.minimum.at(first, self.group, np.where(self.left, self.row, self.row + rows))
        return first < rows, first % rows

    def at(self, places: Rows) -> "_Members":
        """Some of them, in this order."""
        return _Members(self.group[places], self.left[places], self.row[places])

    def of_sides(self, ours: Rows, theirs: Rows) -> Rows:
        """What is told by row of either side, by member."""
        told = np.empty(len(self.row), dtype=np.int64)
        told[self.left], told[~self.left] = ours[self.row[self.left]], theirs[self.row[~self.left]]
        return told


def gathered(case: Case, found: Sequence[Found]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """MATCHES, sorted by match_id, and MEMBERS, sorted by match_id, side and record_id.

    A match is named after its first item in canonical order, left side first: an item is in one
    group only, so the name is unique, and stays the same when other rows come and go.
    """
    kept = [each for each in found if not each.groups.is_empty()]
    if not kept:
        return pl.DataFrame(schema=MATCHES), pl.DataFrame(schema=MEMBERS)
    frames = [each.groups.sort("group") for each in kept]
    groups = pl.concat(frames)
    members = _Members.of(kept, [frame["group"].to_numpy() for frame in frames])
    left, row = members.first(groups.height)
    match_id = _ids(case, left, row, "M-")
    order = order_by(case.left.rank[row]) if left.all() else match_id.arg_sort().to_numpy()
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    rank = members.of_sides(case.left.rank, case.right.rank)
    members = members.at(order_by(place[members.group], ~members.left, rank))
    groups = groups[order].with_columns(match_id=match_id.gather(order))
    ordered = _Members(place[members.group], members.left, members.row)
    return (
        _matches(case, ordered, groups),
        _members(case, ordered, groups["match_id"], _statuses(case, ordered, groups, kept)),
    )


def _statuses(
    case: Case, members: _Members, groups: pl.DataFrame, found: Sequence[Found]
) -> pl.Series:
    """By member: its group's status, or proposed where its own place in the group is in doubt."""
    sure = (groups["status"] == CONFIRMED).to_numpy()[members.group]
    doubted = [np.zeros(len(side), dtype=np.bool_) for side in (case.left, case.right)]
    for each in found:
        is_left = each.doubtful["left"].to_numpy()
        for flags, ours in zip(doubted, (is_left, ~is_left), strict=True):
            flags[each.doubtful["row"].to_numpy()[ours]] = True
    sure[members.left] &= ~doubted[0][members.row[members.left]]
    sure[~members.left] &= ~doubted[1][members.row[~members.left]]
    return pl.Series([PROPOSED, CONFIRMED]).gather(sure.astype(np.int64))


def _ids(case: Case, left: Flags, row: Rows, prefix: str = "") -> pl.Series:
    """The ids of items of either side."""
    ids = [case.left.items["id"].gather(row[left]), case.right.items["id"].gather(row[~left])]
    if prefix:
        ids = [pl.select(pl.lit(prefix) + each).to_series() for each in ids]
    both = pl.concat(ids).rename("id")
    if left.all():
        return both
    back = np.empty(len(row), dtype=np.int64)
    back[np.concatenate([np.flatnonzero(left), np.flatnonzero(~left)])] = np.arange(len(row))
    return both.gather(back)


def _matches(case: Case, members: _Members, groups: pl.DataFrame) -> pl.DataFrame:
    """MATCHES; members and groups stand in the same order."""
    start = members.group.searchsorted(np.arange(groups.height))
    amount = members.of_sides(case.left.amount, case.right.amount)
    currency = members.of_sides(*case.index.currency)
    lefts = np.add.reduceat(members.left.astype(np.int64), start)
    left_amount = np.add.reduceat(np.where(members.left, amount, 0), start)
    right_amount = np.add.reduceat(amount, start) - left_amount
    return groups.with_columns(
        reconciliation=pl.lit(""),
        currency=case.index.currencies.gather(currency[start]),
        left_count=pl.Series(lefts),
        right_count=pl.Series(np.diff(start, append=len(amount)) - lefts),
        left_amount=pl.Series(left_amount),
        right_amount=pl.Series(right_amount),
        difference=pl.Series(left_amount - right_amount),
    ).select(*MATCHES)


def _members(case: Case, members: _Members, match_id: pl.Series, status: pl.Series) -> pl.DataFrame:
    sides = pl.Series("side", ["left", "right"])
    return pl.DataFrame(
        {
            "match_id": match_id.gather(members.group),
            "side": sides.gather((~members.left).astype(np.int64)),
            "record_id": _ids(case, members.left, members.row),
            "status": status,
        }
    ).select(list(MEMBERS))
