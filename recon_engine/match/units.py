"""What can be paid in one sum: a single open item, or all open items of one payout id."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from recon_engine.match.arrays import Flags, Groups, Rows, combined, numbered, once, spread
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
    """

    unit: Rows
    key: pl.Series
    amount: Rows
    paid: Rows
    currency: Rows
    first: Rows
    last: Rows

    def where(self, kept: Flags) -> "Units":
        """Some of them."""
        numbers = (self.amount, self.paid, self.currency, self.first, self.last)
        key = self.key.filter(pl.Series(kept))
        return Units(self.unit[kept], key, *(column[kept] for column in numbers))

    def and_also(self, other: "Units") -> "Units":
        """These and those."""
        numbers = ("amount", "paid", "currency", "first", "last")
        both = (np.concatenate([getattr(self, n), getattr(other, n)]) for n in numbers)
        unit, key = np.concatenate([self.unit, other.unit]), pl.concat([self.key, other.key])
        return Units(unit, key, *both)


@dataclass(frozen=True)
class Payouts:
    """The open rows of each payout id of one currency and channel.

    Attributes:
        row: left rows.
        groups: of their places.
        key: of each payout, normalised.
    """

    row: Rows
    groups: Groups
    key: pl.Series

    @classmethod
    def of(cls, case: Case) -> "Payouts":
        """The payouts that have open rows."""
        said = case.left.said_groups
        said = said.where(case.left_open[said.row])
        account = combined(case.index.currency[0][said.row], case.left.channel[said.row])
        groups = Groups.of(combined(numbered(said.key)[0], account))
        return cls(said.row, groups, said.key.gather(groups.first))


def units(case: Case, payouts: Payouts) -> Units:
    """The units of the open left side, by reference and by payout id."""
    return _rows(case).and_also(_payouts(case, payouts))


def _rows(case: Case) -> Units:
    left, ids = case.left, case.left.said_ids
    ids = ids.where(case.left_open[ids.row])
    row = ids.row
    day = left.day[row]
    plain = Units(
        row, ids.key, left.amount[row], left.amount[row], case.index.currency[0][row], day, day
    )
    return _each_amount(plain, [left.due[row]])


def _payouts(case: Case, payouts: Payouts) -> Units:
    left, row, groups = case.left, payouts.row, payouts.groups
    amount, first = groups.sum(left.amount[row]), row[groups.first]
    due = _due_on_total(case, amount, first)
    day = left.day[row]
    whole = Units(
        len(left) + np.arange(len(groups)), payouts.key, amount, amount,
        case.index.currency[0][first], groups.min(day), groups.max(day),
    )  # fmt: skip
    each = _each_amount(whole, [groups.sum(left.due[row]), due])
    # An id that stands for two currencies or channels says too little.
    lone = once(numbered(payouts.key)[0])
    return each.where(lone[each.unit - len(left)])


def _due_on_total(case: Case, amount: Rows, first: Rows) -> Rows:
    """What is left of sums after a fee that is rounded once."""
    left = case.left
    return left.tariff.after(amount, left.channel[first], left.currency[first])


def _each_amount(plain: Units, others: Sequence[Rows]) -> Units:
    """The units with each other sum that they may bring besides."""
    every, seen = plain, [plain.amount]
    for paid in others:
        new = np.all([paid != known for known in seen], axis=0)
        with_fee = Units(
            plain.unit, plain.key, plain.amount, paid, plain.currency, plain.first, plain.last
        )
        every = every.and_also(with_fee.where(new))
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
