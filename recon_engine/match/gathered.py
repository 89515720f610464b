"""What all passes found, as the two frames that the matcher answers: matches and their members."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from recon_engine.match.arrays import Flags, Groups, Rows, order_by
from recon_engine.match.case import CONFIRMED, PROPOSED, Case, Found
from recon_engine.model.results import MATCHES, MEMBERS


@dataclass(frozen=True)
class _Members:
    """The members of all groups of all passes, in canonical order, left rows of a group first.

    Attributes:
        groups: of the members' places.
        left: whether it is a left row.
        row: of its side.
    """

    groups: Groups
    left: Flags
    row: Rows

    @classmethod
    def of(cls, frames: Sequence[pl.DataFrame]) -> "_Members":
        """The members of some passes; a pass numbers its groups for itself."""
        run = np.repeat(np.arange(len(frames)), [frame.height for frame in frames])
        group, left, row = (
            np.concatenate([frame[name].to_numpy() for frame in frames])
            for name in ("group", "left", "row")
        )
        order = order_by(run, group, ~left, row)
        run, group, left, row = run[order], group[order], left[order], row[order]
        begins = (np.diff(group, prepend=-1) != 0) | (np.diff(run, prepend=-1) != 0)
        return cls(Groups.of(np.cumsum(begins) - 1), left, row)


def gathered(case: Case, found: Sequence[Found]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """MATCHES, sorted by match_id, and MEMBERS, sorted by match_id, side and record_id.

    A match is named after its first item in canonical order, left side first: an item is in one
    group only, so the name is unique, and stays the same when other rows come and go.
    """
    kept = [each for each in found if not each.groups.is_empty()]
    if not kept:
        return pl.DataFrame(schema=MATCHES), pl.DataFrame(schema=MEMBERS)
    members = _Members.of([each.members for each in kept])
    groups = pl.concat([each.groups.sort("group") for each in kept])
    match_id = _ids(case, members, members.groups.first, "M-")
    order = _by_name(case, members, match_id)
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    return (
        _matches(case, members, groups).with_columns(match_id=match_id)[order].select(*MATCHES),
        _members(case, members, match_id, place, _statuses(case, members, groups, kept)),
    )


def _statuses(
    case: Case, members: _Members, groups: pl.DataFrame, found: Sequence[Found]
) -> pl.Series:
    """By member: its group's status, or proposed where its own place in the group is in doubt."""
    sure = (groups["status"] == CONFIRMED).to_numpy()[members.groups.number]
    doubted = [np.zeros(len(side), dtype=np.bool_) for side in (case.left, case.right)]
    for each in found:
        is_left = each.doubtful["left"].to_numpy()
        for flags, ours in zip(doubted, (is_left, ~is_left), strict=True):
            flags[each.doubtful["row"].to_numpy()[ours]] = True
    sure[members.left] &= ~doubted[0][members.row[members.left]]
    sure[~members.left] &= ~doubted[1][members.row[~members.left]]
    return pl.Series([PROPOSED, CONFIRMED]).gather(sure.astype(np.int64))


def _ids(case: Case, members: _Members, places: Rows, prefix: str = "") -> pl.Series:
    """The ids of some members' items."""
    left, row = members.left[places], members.row[places]
    ids = [case.left.items["id"].gather(row[left]), case.right.items["id"].gather(row[~left])]
    if prefix:
        ids = [pl.select(pl.lit(prefix) + each).to_series() for each in ids]
    both = pl.concat(ids).rename("id")
    if left.all():
        return both
    back = np.empty(len(places), dtype=np.int64)
    back[np.concatenate([np.flatnonzero(left), np.flatnonzero(~left)])] = np.arange(len(places))
    return both.gather(back)


def _by_name(case: Case, members: _Members, match_id: pl.Series) -> Rows:
    """The groups in the order of their names."""
    first = members.groups.first
    if members.left[first].all():
        return np.argsort(case.left.rank[members.row[first]])
    return match_id.arg_sort().to_numpy()


def _matches(case: Case, members: _Members, groups: pl.DataFrame) -> pl.DataFrame:
    amount, currency = (np.empty(len(members.row), dtype=np.int64) for _ in range(2))
    for side, place, codes in (
        (case.left, members.left, case.index.currency[0]),
        (case.right, ~members.left, case.index.currency[1]),
    ):
        amount[place] = side.amount[members.row[place]]
        currency[place] = codes[members.row[place]]
    is_left = members.left.astype(np.int64)
    lefts, left_amount = members.groups.sum(is_left), members.groups.sum(amount * is_left)
    right_amount = members.groups.sum(amount) - left_amount
    return groups.with_columns(
        reconciliation=pl.lit(""),
        currency=case.index.currencies.gather(currency[members.groups.first]),
        left_count=pl.Series(lefts),
        right_count=pl.Series(members.groups.size - lefts),
        left_amount=pl.Series(left_amount),
        right_amount=pl.Series(right_amount),
        difference=pl.Series(left_amount - right_amount),
    )


def _members(
    case: Case, members: _Members, match_id: pl.Series, place: Rows, status: pl.Series
) -> pl.DataFrame:
    rank = np.empty(len(members.row), dtype=np.int64)
    rank[members.left] = case.left.rank[members.row[members.left]]
    rank[~members.left] = case.right.rank[members.row[~members.left]]
    order = order_by(place[members.groups.number], ~members.left, rank)
    sides = pl.Series("side", ["left", "right"])
    return pl.DataFrame(
        {
            "match_id": match_id.gather(members.groups.number[order]),
            "side": sides.gather((~members.left[order]).astype(np.int64)),
            "record_id": _ids(case, members, order),
            "status": status.gather(order),
        }
    ).select(list(MEMBERS))
