"""What all passes found, as the two frames that the matcher answers: matches and their members."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from recon_engine.match.arrays import Rows, order_by
from recon_engine.match.case import CONFIRMED, PROPOSED, Case, Found
from recon_engine.model.results import MATCHES, MEMBERS


@dataclass(frozen=True)
class _Items:
    """The items of both sides, the right ones numbered after the left ones; by item.

    Attributes:
        lefts: how many are left ones.
        id: its own.
        rank: left ones first, then by id.
        amount: minor units.
        currency: its place in the index.
    """

    lefts: int
    id: pl.Series
    rank: Rows
    amount: Rows
    currency: Rows

    @classmethod
    def of(cls, case: Case) -> "_Items":
        """The items of a case."""
        left, right = case.left, case.right
        return cls(
            len(left),
            pl.concat([left.items["id"], right.items["id"]], rechunk=True),
            np.concatenate([left.rank, len(left) + right.rank]),
            np.concatenate([left.amount, right.amount]),
            np.concatenate(case.index.currency),
        )

    def number(self, frame: pl.DataFrame) -> Rows:
        """The items that FOUND_MEMBERS speak of."""
        number = frame["row"].to_numpy() + self.lefts
        number[frame["left"].to_numpy()] -= self.lefts
        return number


@dataclass(frozen=True)
class _Members:
    """The members of all groups of all passes.

    Attributes:
        group: of each member, counted over all passes.
        item: which it is.
    """

    group: Rows
    item: Rows

    @classmethod
    def of(cls, items: _Items, found: Sequence[Found], groups: Sequence[Rows]) -> "_Members":
        """The members of some passes; a pass numbers its groups for itself, ``groups`` has them."""
        before = np.cumsum([0, *map(len, groups)])
        number = [
            _places(numbers, each.members["group"].to_numpy()) + start
            for numbers, each, start in zip(groups, found, before[:-1], strict=True)
        ]
        item = [items.number(each.members) for each in found]
        return cls(np.concatenate(number), np.concatenate(item))

    def first(self, count: int) -> Rows:
        """By group: its first item in canonical order, left ones first."""
        first = np.full(count, np.iinfo(np.int64).max)
        np.minimum.at(first, self.group, self.item)
        return first


def _places(ascending: Rows, numbers: Rows) -> Rows:
    """The place of each number; most passes count their groups from 0."""
    if ascending[-1] == len(ascending) - 1 and ascending[0] == 0:
        return numbers
    return ascending.searchsorted(numbers)


def gathered(case: Case, found: Sequence[Found]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """MATCHES, sorted by match_id, and MEMBERS, sorted by match_id, side and record_id.

    A match is named after its first item in canonical order, left side first: an item is in one
    group only, so the name is unique, and stays the same when other rows come and go.
    """
    kept = [each for each in found if not each.groups.is_empty()]
    if not kept:
        return pl.DataFrame(schema=MATCHES), pl.DataFrame(schema=MEMBERS)
    items, frames = _Items.of(case), [_sorted(each.groups) for each in kept]
    groups = pl.concat(frames, rechunk=True)
    members = _Members.of(items, kept, [frame["group"].to_numpy() for frame in frames])
    first = members.first(groups.height)
    order = _by_name(items, first)
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    by_group = order_by(place[members.group], items.rank[members.item])
    members = _Members(place[members.group[by_group]], members.item[by_group])
    groups = groups[order].with_columns(match_id="M-" + items.id.gather(first[order]))
    return (
        _matches(case, items, members, groups),
        _members(items, members, groups, _doubted(items, kept)),
    )


def _sorted(groups: pl.DataFrame) -> pl.DataFrame:
    """FOUND_GROUPS by their numbers, in the order of which they mostly stand."""
    number = groups["group"].to_numpy()
    return groups if (number[1:] > number[:-1]).all() else groups.sort("group")


def _by_name(items: _Items, first: Rows) -> Rows:
    """The groups that begin with these items, in alphabetical order of their names."""
    if (first < items.lefts).all():  # of one side the order is known
        return order_by(items.rank[first])
    return items.id.gather(first).arg_sort().to_numpy()


def _doubted(items: _Items, found: Sequence[Found]) -> Rows:
    """Items whose own place in a confirmed group is in doubt."""
    return np.concatenate([items.number(each.doubtful) for each in found])


def _matches(case: Case, items: _Items, members: _Members, groups: pl.DataFrame) -> pl.DataFrame:
    """MATCHES; members and groups stand in the same order."""
    start = members.group.searchsorted(np.arange(groups.height))
    amount, is_left = items.amount[members.item], members.item < items.lefts
    lefts = np.add.reduceat(is_left.astype(np.int64), start)
    left_amount = np.add.reduceat(amount * is_left, start)
    right_amount = np.add.reduceat(amount, start) - left_amount
    return groups.with_columns(
        reconciliation=pl.lit(""),
        currency=case.index.currencies.gather(items.currency[members.item[start]]),
        left_count=pl.Series(lefts),
        right_count=pl.Series(np.diff(start, append=len(amount)) - lefts),
        left_amount=pl.Series(left_amount),
        right_amount=pl.Series(right_amount),
        difference=pl.Series(left_amount - right_amount),
    ).select(*MATCHES)


def _members(items: _Items, members: _Members, groups: pl.DataFrame, doubted: Rows) -> pl.DataFrame:
    """MEMBERS; one has its group's status, or is proposed where its own place is in doubt."""
    sure = (groups["status"] == CONFIRMED).to_numpy()[members.group]
    if len(doubted):
        clear = np.ones(len(items.id), dtype=np.bool_)
        clear[doubted] = False
        sure &= clear[members.item]
    sides, statuses = pl.Series(["left", "right"]), pl.Series([PROPOSED, CONFIRMED])
    return pl.DataFrame(
        {
            "match_id": groups["match_id"].gather(members.group),
            "side": sides.gather((members.item >= items.lefts).astype(np.int64)),
            "record_id": items.id.gather(members.item),
            "status": statuses.gather(sure.astype(np.int64)),
        }
    ).select(list(MEMBERS))
