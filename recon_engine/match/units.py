"""What can be paid in one sum: a single open item, or all open items of one payout id."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from recon_engine.match.arrays import (
    Flags,
    Groups,
    Rows,
    combined,
    distinct,
    meetings,
    numbered,
    once,
    spread,
)
from recon_engine.match.case import Case


@dataclass(frozen=True)
class Units:
    """Units, each under every id it has and with every sum it may bring.

    Attributes:
        unit: left rows as they are numbered, payouts after them.
        key: an id of the unit, normalised.
        amount: before fees, minor units.
        paid: what a bank row would show: the amount, or less a named fee.
        currency: its place in the index.
        first: the first day of its items.
        last: the last.
        whole: whether the sum is all that is due; else other rows bring a part of it.
    """

    unit: Rows
    key: pl.Series
    amount: Rows
    paid: Rows
    currency: Rows
    first: Rows
    last: Rows
    whole: Flags

    def where(self, kept: Flags) -> "Units":
        """Some of them."""
        numbers = {name: getattr(self, name)[kept] for name in _NUMBERS}
        return Units(**numbers, key=self.key.filter(pl.Series(kept)), whole=self.whole[kept])

    def and_also(self, other: "Units") -> "Units":
        """These and those."""
        both = {
            name: np.concatenate([getattr(self, name), getattr(other, name)])
            for name in (*_NUMBERS, "whole")
        }
        return Units(**both, key=pl.concat([self.key, other.key]))


_NUMBERS = ("unit", "amount", "paid", "currency", "first", "last")


@dataclass(frozen=True)
class Payouts:
    """The open rows of each payout id of one currency and channel.

    Attributes:
        row: left rows.
        groups: of their places.
        key: of each payout, normalised.
        payout: whose id each of the open right rows in ``deposit`` names, and no other's.
        deposit: those rows; they bring a part, or their payouts would be cleared by now.
    """

    row: Rows
    groups: Groups
    key: pl.Series
    payout: Rows
    deposit: Rows

    @classmethod
    def of(cls, case: Case) -> "Payouts":
        """The payouts that have open rows."""
        said = case.left.said_groups
        said = said.where(case.left_open[said.row])
        account = combined(case.index.currency[0][said.row], case.left.channel[said.row])
        groups = Groups.of(combined(numbered(said.key)[0], account))
        key = said.key.gather(groups.first)
        return cls(said.row, groups, key, *_parts(case, said.row, groups))


def _parts(case: Case, row: Rows, groups: Groups) -> tuple[Rows, Rows]:
    """``(payout, right row)`` of open right rows that name one payout's id, and no repeats."""
    tie = case.open_ties(case.index.by_group_anywhere)
    i, j = meetings([tie.left.key], [tie.right.key], case.policy.candidates_max**2)
    a, b = meetings([row], [tie.left.row[i]])
    most = len(case.right)
    payout, deposit = np.divmod(
        distinct(groups.number[a] * most + tie.right.row[j[b]]), max(1, most)
    )
    currency = case.index.currency
    lone = once(deposit) & ~case.right.is_copy[deposit]
    lone &= currency[1][deposit] == currency[0][row[groups.first[payout]]]
    return payout[lone], deposit[lone]


def units(case: Case, payouts: Payouts) -> Units:
    """The units of the open left side, by reference and by payout id."""
    return _rows(case).and_also(_payouts(case, payouts))


def _rows(case: Case) -> Units:
    left, ids = case.left, case.left.said_ids
    ids = ids.where(case.left_open[ids.row])
    row = ids.row
    day = left.day[row]
    plain = Units(
        row, ids.key, left.amount[row], left.amount[row], case.index.currency[0][row], day, day,
        np.ones(len(row), dtype=np.bool_),
    )  # fmt: skip
    return _each_amount(plain, [left.due[row]])


def _payouts(case: Case, payouts: Payouts) -> Units:
    left, row, groups = case.left, payouts.row, payouts.groups
    amount, first = groups.sum(left.amount[row]), row[groups.first]
    due = _due_on_total(case, amount, first)
    day = left.day[row]
    whole = Units(
        len(left) + np.arange(len(groups)), payouts.key, amount, amount,
        case.index.currency[0][first], groups.min(day), groups.max(day),
        np.ones(len(groups), dtype=np.bool_),
    )  # fmt: skip
    each = _each_amount(whole, [groups.sum(left.due[row]), due])
    each = each.and_also(_rests(case, payouts, each))
    # An id that stands for two currencies or channels says too little.
    lone = once(numbered(payouts.key)[0])
    return each.where(lone[each.unit - len(left)])


def _rests(case: Case, payouts: Payouts, whole: Units) -> Units:
    """The payouts of which deposits that name them bring a part, with what those leave."""
    deposit, count = payouts.deposit, len(payouts.groups)
    brought, number = np.zeros(count, dtype=np.int64), whole.unit - len(case.left)
    np.add.at(brought, payouts.payout, case.right.amount[deposit])
    part = (brought[number] > 0) & (brought[number] < whole.paid)
    rest, brought = whole.where(part), brought[number[part]]
    return replace(rest, amount=rest.amount - brought, paid=rest.paid - brought, whole=~part[part])


def _due_on_total(case: Case, amount: Rows, first: Rows) -> Rows:
    """What is left of sums after a fee that is rounded once."""
    left = case.left
    return left.tariff.after(amount, left.channel[first], left.currency[first])


def _each_amount(plain: Units, others: Sequence[Rows]) -> Units:
    """The units with each other sum that they may bring besides."""
    every, seen = plain, [plain.amount]
    for paid in others:
        new = np.all([paid != known for known in seen], axis=0)
        every = every.and_also(replace(plain, paid=paid).where(new))
        seen.append(paid)
    return every


def rows_of(case: Case, payouts: Payouts, unit: Rows) -> tuple[Rows, Rows]:
    """Places in ``unit``, and the left rows of each."""
    single = np.flatnonzero(unit < len(case.left))
    many = np.flatnonzero(unit >= len(case.left))
    groups, number = payouts.groups, unit[many] - len(case.left)
    which, within = spread(groups.size[number])
    row = payouts.row[groups.order[groups.start[number][which] + within]]
    return np.concatenate([single, many[which]]), np.concatenate([unit[single], row])
