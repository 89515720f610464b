"""Pass 8: one buyer's orders and payments that clear each other only together.

One transfer for several orders, one order in instalments, n orders by m payments.  On the left, a
*unit* is a run of neighbouring open orders of one party.  Payments that name an order of the unit
outright belong to it; what they leave unpaid is looked for among runs of payments whose payer's
name fits, or is nought.  Nothing else is tried: free subsets of a buyer's payments would be hit by
chance far too often.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from recon_engine.match.anchors import nearly_named
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
from recon_engine.match.gate import Shares, likelihood
from recon_engine.match.minimal import whole
from recon_engine.match.pool import Pool, order_pool, payment_pool

# How sure a solution is, by its kind: payments all named, some named, none named.  A sum that needs
# a repeated bank row proves nothing.
_ALL_NAMED, _SOME_NAMED, _BY_NAME, _WITH_COPIES = range(4)
_NO_RUN = -1


@dataclass(frozen=True)
class _Ties:
    """Open payments and the open orders they name, or nearly name; pairs, by payment.

    Attributes:
        payment: right rows.
        order: left rows, of the same currency.
        orders: how many orders the payment names.
    """

    payment: Rows
    order: Rows
    orders: Rows


@dataclass(frozen=True)
class _Inside:
    """Payments all of whose orders lie in a unit, for every unit; by unit."""

    unit: Rows
    payment: Rows


@dataclass(frozen=True)
class _Wanted:
    """Units, and the sums that payments are looked for to bring.

    Attributes:
        unit: runs of the orders' pool.
        total: minor units.
        copies: whether payments that look like copies are counted.
    """

    unit: Rows
    total: Rows
    copies: Flags

    def where(self, kept: Flags | Rows) -> "_Wanted":
        """Some of them."""
        return _Wanted(self.unit[kept], self.total[kept], self.copies[kept])


@dataclass(frozen=True)
class _Solutions:
    """Units and what clears them.

    Attributes:
        unit: runs of the orders' pool.
        run: runs of the payments' pool; _NO_RUN where named payments are enough.
        copies: whether payments that look like copies are counted.
        grade: how sure.
    """

    unit: Rows
    run: Rows
    copies: Flags
    grade: Rows

    @classmethod
    def of(cls, wanted: _Wanted, run: Rows, grade: int) -> "_Solutions":
        """Solutions of one grade; what counts copies of a payment as payments comes last."""
        grades = np.where(wanted.copies, _WITH_COPIES, grade)
        return cls(wanted.unit, run, wanted.copies, grades)


def run(case: Case) -> Found:
    """Groups of one party's orders and payments whose sums agree."""
    orders = order_pool(case)
    ties = _ties(case)
    inside = _inside(orders, ties)
    spoken = np.zeros(len(case.right), dtype=np.bool_)
    spoken[ties.payment] = True
    payments = payment_pool(case, orders, spoken)
    named = _named(case, orders, inside)
    paid, short = named.where(named.total == 0), named.where(named.total > 0)
    solutions = [
        _Solutions.of(paid, np.full(len(paid.unit), _NO_RUN), _ALL_NAMED),
        _Solutions.of(*_completed(case, orders, payments, short), _SOME_NAMED),
        _Solutions.of(*_unnamed(case, orders, payments), _BY_NAME),
    ]
    return _found(case, orders, payments, inside, solutions)


def _ties(case: Case) -> _Ties:
    """The ties of a case; an id that a crowd shares names nobody."""
    said = case.open_ties(case.index.by_id_said)
    i, j = meetings([said.left.key], [said.right.key], case.policy.candidates_max**2)
    hints = nearly_named(case)
    payment = np.concatenate([said.right.row[j], hints[0]])
    order = np.concatenate([said.left.row[i], hints[1]])
    currency = case.index.currency
    same = currency[0][order] == currency[1][payment]
    pairs = distinct(payment[same] * len(case.left) + order[same])
    payment, order = np.divmod(pairs, max(1, len(case.left)))
    groups = Groups.of(payment)
    return _Ties(payment, order, groups.size[groups.number])


def _inside(orders: Pool, ties: _Ties) -> _Inside:
    unit, row = orders.rows(np.arange(len(orders)))
    i, j = meetings([row], [ties.order])
    most = int(ties.payment.max(initial=0)) + 1
    groups = Groups.of(unit[i] * most + ties.payment[j])
    all_inside = groups.size == ties.orders[j[groups.first]]
    first = groups.first[all_inside]
    return _Inside(unit[i[first]], ties.payment[j[first]])


def _named(case: Case, orders: Pool, inside: _Inside) -> _Wanted:
    """Units with named payments, and what those leave unpaid.

    With and without those that look like copies, where that makes a difference.
    """
    groups = Groups.of(inside.unit)
    unit, paid = inside.unit[groups.first], case.right.amount[inside.payment]
    every = groups.sum(paid)
    once = groups.sum(np.where(case.right.is_copy[inside.payment], 0, paid))
    total, differ = orders.sets.total[unit], once != every
    return _Wanted(
        np.concatenate([unit, unit[differ]]),
        np.concatenate([total - once, (total - every)[differ]]),
        np.repeat([False, True], [len(unit), int(differ.sum())]),
    )


def _completed(case: Case, orders: Pool, payments: Pool, short: _Wanted) -> tuple[_Wanted, Rows]:
    """Units with named payments, completed by payments whose payer's name fits."""
    place, found = _meet(case, orders, payments, short)
    label = orders.label[short.unit[place]]
    likely = likelihood(payments.sets.total, short.total[place])
    sure = _sure(case, label, orders.label[short.unit], payments.label, likely)
    return short.where(place[sure]), found[sure]


def _unnamed(case: Case, orders: Pool, payments: Pool) -> tuple[_Wanted, Rows]:
    """Units that no payment names, against payments whose payer's name fits."""
    total = orders.sets.total
    every = _Wanted(np.arange(len(total)), total, np.zeros(len(total), dtype=np.bool_))
    unit, found = _meet(case, orders, payments, every)
    several = (orders.sets.length[unit] > 1) | (payments.sets.length[found] > 1)
    unit, found = unit[several], found[several]
    likely = likelihood(total, total[unit])
    sure = _sure(case, orders.label[unit], orders.label, payments.label, likely)
    return every.where(unit[sure]), found[sure]


def _sure(case: Case, label: Rows, ours: Rows, theirs: Rows, likely: Shares) -> Flags:
    """Whether few sums of a party are expected to agree by accident.

    There are as many tries as pairs of its sums, each as likely as sums of that size are dense.

    Args:
        case: the policy.
        label: the party of each sum that agrees.
        ours: the party of every sum wanted.
        theirs: the party of every sum of payments.
        likely: how likely each agreement is by accident.
    """
    most = max(int(each.max(initial=0)) for each in (ours, theirs)) + 1
    tries = np.bincount(ours, minlength=most)[label] * np.bincount(theirs, minlength=most)[label]
    flags: Flags = tries * likely * case.policy.stranger_ppm <= case.policy.chance_ppm_max
    return flags


def _meet(case: Case, orders: Pool, payments: Pool, wanted: _Wanted) -> tuple[Rows, Rows]:
    """Places in ``wanted`` and payment runs of one party that bring that sum, within the window."""
    policy, unit = case.policy, wanted.unit
    i, j = meetings(
        [orders.label[unit], wanted.total, orders.currency[unit]],
        [payments.label, payments.sets.total, payments.currency],
        policy.candidates_max**2,
    )
    inside = payments.sets.first[j] >= orders.sets.first[unit[i]] - policy.window_days_before
    inside &= payments.sets.last[j] >= orders.sets.last[unit[i]] - policy.window_days_before
    inside &= payments.sets.last[j] <= orders.sets.last[unit[i]] + policy.window_days_after
    return i[inside], j[inside]


@dataclass(frozen=True)
class _Members:
    """Rows of solutions: left rows as they are numbered, right ones after them."""

    solution: Rows
    place: Rows

    def where(self, kept: Flags) -> "_Members":
        """Some of them."""
        return _Members(self.solution[kept], self.place[kept])


def _members(
    case: Case, orders: Pool, payments: Pool, inside: _Inside, solutions: _Solutions
) -> _Members:
    """All rows of every solution; solutions are numbered as they stand."""
    ours, left = orders.rows(solutions.unit)
    named, place = meetings([solutions.unit], [inside.unit])
    payment = inside.payment[place]
    spoken = (solutions.grade[named] != _BY_NAME) & (
        solutions.copies[named] | ~case.right.is_copy[payment]
    )
    has_run = np.flatnonzero(solutions.run != _NO_RUN)
    paid, right = payments.rows(solutions.run[has_run])
    solution = np.concatenate([ours, named[spoken], has_run[paid]])
    size = len(case.left) + len(case.right)
    rows = np.concatenate([left, len(case.left) + payment[spoken], len(case.left) + right])
    return _Members(*np.divmod(distinct(solution * size + rows), max(1, size)))


def _found(
    case: Case, orders: Pool, payments: Pool, inside: _Inside, parts: list[_Solutions]
) -> Found:
    """Of each grade in turn, the solutions that share no row with another one still possible."""
    solutions = _Solutions(
        *(
            np.concatenate([getattr(p, f) for p in parts])
            for f in ("unit", "run", "copies", "grade")
        )
    )
    members = _members(case, orders, payments, inside, solutions)
    members = members.where(_distinct_and_whole(case, members, solutions.grade)[members.solution])
    taken = np.zeros(len(case.left) + len(case.right), dtype=np.bool_)
    kept = np.zeros(len(solutions.unit), dtype=np.bool_)
    for grade in (_ALL_NAMED, _SOME_NAMED, _BY_NAME, _WITH_COPIES):
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
    said = added.with_columns(grade=pl.Series(grade[added["group"].to_numpy()])).select(
        "group",
        rule=pl.lit("same_party"),
        status=pl.when(pl.col("grade") == _WITH_COPIES)
        .then(pl.lit(PROPOSED))
        .otherwise(pl.lit(CONFIRMED)),
        explained=fees,
        evidence=pl.when(fees == 0).then(told).otherwise(pl.format("{};fee_minor={}", told, fees)),
    )
    return Found(frame, said)
