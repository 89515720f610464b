"""Which of a party's solutions are kept: the surest, if no other one claims their rows.

A solution is a set of orders and the payments that clear it.  It is kept where it does not fall
apart into smaller ones and shares no row with another of its grade; a row that a surer grade takes
is gone for the less sure.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from recon_engine.match.arrays import (
    Flags,
    Groups,
    Rows,
    distinct,
    meetings,
    mixed,
    order_by,
    spread,
)
from recon_engine.match.case import CONFIRMED, FOUND_MEMBERS, PROPOSED, Case, Found, nothing
from recon_engine.match.components import sums
from recon_engine.match.minimal import whole
from recon_engine.match.pool import Pool

# How sure a solution is, by its kind: payments all named, some named, none named; some or none
# where a payer's name may have a slip; completed by one that says nobody's name.  A sum that needs
# a repeated bank row proves nothing, and is proposed.
ALL_NAMED, SOME_NAMED, BY_NAME, SOME_LIKE, BY_LIKE, ONE_MORE, WITH_COPIES = range(7)
_TOLD = np.array([0, 1, 2, 1, 2, 3, 4])  # the grade that is shown
NONE = -1


@dataclass(frozen=True)
class Inside:
    """Payments all of whose orders lie in a unit, for every unit; by unit."""

    unit: Rows
    payment: Rows


@dataclass(frozen=True)
class Wanted:
    """Units, and the sums that payments are looked for to bring.

    Attributes:
        unit: runs of the orders' pool.
        total: minor units.
        copies: whether payments that look like copies are counted.
    """

    unit: Rows
    total: Rows
    copies: Flags

    def where(self, kept: Flags | Rows) -> "Wanted":
        """Some of them."""
        return Wanted(self.unit[kept], self.total[kept], self.copies[kept])


@dataclass(frozen=True)
class Solutions:
    """Units and what clears them.

    Attributes:
        unit: runs of the orders' pool.
        run: sets of the payments' pool; NONE where named payments are enough.
        more: the right row that brings the rest though it names nobody; NONE where there is none.
        copies: whether payments that look like copies are counted.
        grade: how sure.
    """

    unit: Rows
    run: Rows
    more: Rows
    copies: Flags
    grade: Rows

    @classmethod
    def of(cls, wanted: Wanted, run: Rows, grade: int, more: Rows | None = None) -> "Solutions":
        """Solutions of one grade; what counts copies of a payment as payments comes last."""
        grades = np.where(wanted.copies, WITH_COPIES, grade)
        none = np.full(len(run), NONE)
        return cls(wanted.unit, run, none if more is None else more, wanted.copies, grades)

    def after(self, sets: int) -> "Solutions":
        """The same where so many sets of payments stand before their own."""
        return replace(self, run=np.where(self.run == NONE, NONE, self.run + sets))


@dataclass(frozen=True)
class _Members:
    """Rows of solutions: left rows as they are numbered, right ones after them."""

    solution: Rows
    place: Rows

    def where(self, kept: Flags) -> "_Members":
        """Some of them."""
        return _Members(self.solution[kept], self.place[kept])


def _members(
    case: Case, orders: Pool, payments: Pool, inside: Inside, solutions: Solutions
) -> _Members:
    """All rows of every solution; solutions are numbered as they stand."""
    ours, left = orders.rows(solutions.unit)
    named, place = meetings([solutions.unit], [inside.unit])
    payment = inside.payment[place]
    spoken = ~np.isin(solutions.grade[named], (BY_NAME, BY_LIKE)) & (
        solutions.copies[named] | ~case.right.is_copy[payment]
    )
    has_run = np.flatnonzero(solutions.run != NONE)
    paid, right = payments.rows(solutions.run[has_run])
    has_more = np.flatnonzero(solutions.more != NONE)
    solution = np.concatenate([ours, named[spoken], has_run[paid], has_more])
    size = len(case.left) + len(case.right)
    theirs = np.concatenate([payment[spoken], right, solutions.more[has_more]])
    rows = np.concatenate([left, len(case.left) + theirs])
    return _Members(*np.divmod(distinct(solution * size + rows), max(1, size)))


def found(
    case: Case, orders: Pool, payments: Pool, inside: Inside, parts: Sequence[Solutions]
) -> Found:
    """Of each grade in turn, the solutions that share no row with another one still possible.

    Args:
        case: both sides.
        orders: the pool of the solutions' units.
        payments: the pool of their sets.
        inside: named payments by unit.
        parts: all solutions.
    """
    solutions = Solutions(
        *(
            np.concatenate([getattr(p, f) for p in parts])
            for f in ("unit", "run", "more", "copies", "grade")
        )
    )
    members = _members(case, orders, payments, inside, solutions)
    members = members.where(_distinct_and_whole(case, members, solutions.grade)[members.solution])
    taken = np.zeros(len(case.left) + len(case.right), dtype=np.bool_)
    kept = np.zeros(len(solutions.unit), dtype=np.bool_)
    for grade in range(WITH_COPIES + 1):
        ours = members.where(solutions.grade[members.solution] == grade)
        free = ours.where(~_any(ours.solution, taken[ours.place], len(kept))[ours.solution])
        shared = np.bincount(free.place, minlength=len(taken))[free.place] > 1
        clear = ~_any(free.solution, shared, len(kept))
        kept[free.solution[clear[free.solution]]] = True
        taken[free.place] = True
    return _told(case, members.where(kept[members.solution]), solutions.grade)


def _any(owner: Rows, flags: Flags, count: int) -> Flags:
    """By owner: whether any of its members is marked."""
    marked = np.zeros(count, dtype=np.bool_)
    marked[owner[flags]] = True
    return marked


def _distinct_and_whole(case: Case, members: _Members, grade: Rows) -> Flags:
    """By solution: whether it does not fall apart and no surer one has the same members."""
    kept = np.zeros(len(grade), dtype=np.bool_)
    groups = Groups.of(members.solution)
    number = members.solution[groups.first]
    first = _without_repeats(groups, members, grade[number])
    members = members.where(first[groups.number])
    left = members.place < len(case.left)
    amount = np.empty(len(left), dtype=np.int64)
    amount[left] = case.left.due[members.place[left]]
    amount[~left] = case.right.amount[members.place[~left] - len(case.left)]
    is_whole = whole(Groups.of(members.solution).number, left, amount, case.policy.budget_steps)
    kept[number[first][is_whole]] = True
    return kept


def _without_repeats(groups: Groups, members: _Members, grade: Rows) -> Flags:
    """By group of members: whether it is the first, by grade, of those that have the same ones."""
    sign = groups.sum(mixed([members.place, members.place]))
    order = order_by(sign, groups.size, grade)
    alike = Groups.of(mixed([sign[order], groups.size[order]]))
    # The signs may agree by accident: members are compared, and what differs is no repeat.
    first = np.empty(len(order), dtype=np.int64)
    first[order] = order[alike.first[alike.number]]
    owner, within = spread(groups.size)
    one = members.place[groups.start[owner] + within]
    other = groups.start[first[owner]] + within
    differ = members.place[np.minimum(other, len(members.place) - 1)] != one
    return np.equal(first, np.arange(len(first))) | _any(owner, differ, len(first))


def _told(case: Case, members: _Members, grade: Rows) -> Found:
    if not len(members.place):
        return nothing()
    left = members.place < len(case.left)
    rows = np.where(left, members.place, members.place - len(case.left))
    frame = pl.DataFrame(
        {"group": members.solution, "left": left, "row": rows}, schema=FOUND_MEMBERS
    )
    fees = pl.col("left_sum") - pl.col("right_sum")  # what is due after fees was compared
    told = pl.format("party=1;grade={}", "grade")
    added = sums(case, frame)
    if not (added["left_due"] == added["right_sum"]).all():
        raise AssertionError("a solution whose sums differ")
    said = added.with_columns(grade=pl.Series(_TOLD[grade[added["group"].to_numpy()]])).select(
        "group",
        rule=pl.lit("same_party"),
        status=pl.when(pl.col("grade") == _TOLD[WITH_COPIES])
        .then(pl.lit(PROPOSED))
        .otherwise(pl.lit(CONFIRMED)),
        explained=fees,
        evidence=pl.when(fees == 0).then(told).otherwise(pl.format("{};fee_minor={}", told, fees)),
    )
    return Found(frame, said)
