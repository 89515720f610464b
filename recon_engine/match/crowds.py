"""Sets of orders of a name that many bear, looked for where payments name some of them.

Of a crowd's orders not every set is tried, only neighbours.  A payment that names one order of such
a buyer says where to look all the same: among the name's orders of those days.  And of two orders
each paid otherwise than it should be, the one as much too little as the other too much, the
payments were for both.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from math import comb

import numpy as np

from recon_engine.match.arrays import Flags, Groups, Rows, among, distinct, meetings, once, spread
from recon_engine.match.case import Case
from recon_engine.match.gate import likelihood
from recon_engine.match.pool import Pool
from recon_engine.model.policy import MatchPolicy

_DAYS = 1 << 32  # more than there are


@dataclass(frozen=True)
class Ties:
    """Open payments and the open orders they name, or nearly name; pairs, by payment.

    Attributes:
        payment: right rows.
        order: left rows, of the same currency.
        orders: how many orders the payment names.
    """

    payment: Rows
    order: Rows
    orders: Rows


def with_crowds(case: Case, orders: Pool, ties: Ties) -> Pool:
    """The pool with the sets that payments single out in crowds."""
    crowd = _Crowd.of(case, orders)
    tables = [*_around(case, orders, crowd, ties), *_evened(case, crowd, ties)]
    return orders.with_sets(tables, crowd.due, crowd.day)


@dataclass(frozen=True)
class _Crowd:
    """The places of a pool by their group: one label and currency.

    Attributes:
        group: of each place, ascending.
        day: of each place, ascending within a group.
        due: of each place, minor units.
        row: of each place.
    """

    group: Rows
    day: Rows
    due: Rows
    row: Rows

    @classmethod
    def of(cls, case: Case, orders: Pool) -> "_Crowd":
        sets, row = orders.sets, orders.row
        one = np.flatnonzero(sets.length == 1)
        number = Groups.of(orders.label[one] * len(case.index.currencies) + orders.currency[one])
        group = np.empty(len(row), dtype=np.int64)
        group[sets.place[sets.start[one]]] = number.number
        return cls(group, case.left.day[row], case.left.due[row], row)

    def from_day(self, group: Rows, day: Rows) -> Rows:
        """The first place of each group that is of some day or a later one."""
        found: Rows = np.searchsorted(self.group * _DAYS + self.day, group * _DAYS + day)
        return found


@dataclass(frozen=True)
class _Claims:
    """Payments, the places they name in one group, and what is left of them; by claim.

    Attributes:
        payment: right row.
        named: how many places it names.
        place: those, claim by claim.
        gap: what it brings beyond them, minor units.
        first: the first place that may be paid with them.
        end: the place after the last.
    """

    payment: Rows
    named: Rows
    place: Rows
    gap: Rows
    first: Rows
    end: Rows

    @classmethod
    def of(cls, case: Case, orders: Pool, crowd: _Crowd, ties: Ties) -> "_Claims":
        """Those whose orders all stand in one group, within the days of one payment."""
        i, place = meetings([ties.order], [orders.row])
        groups = Groups.of(ties.payment[i] * len(orders.row) + crowd.group[place])
        head, place = groups.first, place[groups.order]
        payment, named = ties.payment[i[head]], groups.size
        day, policy = crowd.day[place], case.policy
        first, last = (how.reduceat(day, groups.start) for how in (np.minimum, np.maximum))
        due = np.add.reduceat(crowd.due[place], groups.start)
        latest = np.minimum(
            first + policy.run_days_max, case.right.day[payment] + policy.window_days_before
        )
        group = crowd.group[place[groups.start]]
        claims = cls(
            payment, named, place, case.right.amount[payment] - due,
            crowd.from_day(group, last - policy.run_days_max), crowd.from_day(group, latest + 1),
        )  # fmt: skip
        whole = (named == ties.orders[i[head]]) & (last <= latest) & (claims.gap > 0)
        others = claims.end - claims.first - named
        whole &= (others > 0) & (others <= policy.candidates_max) & (named < policy.group_size_max)
        return claims.where(whole & ~case.right.is_copy[payment])

    def where(self, kept: Flags) -> "_Claims":
        """Some of them."""
        place = self.place[np.repeat(kept, self.named)]
        columns = (self.payment, self.named, self.gap, self.first, self.end)
        payment, named, gap, first, end = (column[kept] for column in columns)
        return _Claims(payment, named, place, gap, first, end)

    def others(self) -> tuple[Rows, Rows]:
        """``(claim, place)`` of what may be paid besides."""
        claim, within = spread(self.end - self.first)
        place = self.first[claim] + within
        most = int(self.end.max(initial=0)) + 1
        named = np.repeat(np.arange(len(self.named)), self.named) * most + self.place
        free = ~among(claim * most + place, named)
        return claim[free], place[free]


def _around(case: Case, orders: Pool, crowd: _Crowd, ties: Ties) -> Iterator[Rows]:
    """Places of the one set around the orders that a payment names which brings the rest of it."""
    claims = _Claims.of(case, orders, crowd, ties)
    hits = list(_hits(case, orders, crowd, claims))
    if not hits:
        return
    every = np.concatenate([which for which, _ in hits])
    cuts = np.cumsum([len(which) for which, _ in hits])[:-1]
    alone = np.split(once(claims.payment[every]), cuts)
    for (which, chosen), lone in zip(hits, alone, strict=True):
        yield from _wholes(crowd, claims, which[lone], chosen[lone], case.policy)


def _hits(case: Case, orders: Pool, crowd: _Crowd, claims: _Claims) -> Iterator[tuple[Rows, Rows]]:
    """``(claim, places)`` of all choices that bring a claim's gap, where chance seldom would."""
    claim, place = claims.others()
    count = np.bincount(claim, minlength=len(claims.payment))
    start, most = np.cumsum(count) - count, _rows_sure(case, orders, claims, count)
    for n in distinct(count).tolist():
        for size in range(1, min(n, case.policy.group_size_max - 1) + 1):
            some = np.flatnonzero((count == n) & (most >= size))
            if not len(some):
                break
            table = place[start[some][:, None] + np.arange(n)]
            for each, chosen in _bring(claims.gap[some], crowd.due[table], size, case.policy):
                yield some[each], np.take_along_axis(table[each], chosen, axis=1)


def _rows_sure(case: Case, orders: Pool, claims: _Claims, count: Rows) -> Rows:
    """By claim: of how many rows more chance would seldom bring its gap, in all tries so far."""
    policy = case.policy
    likely = likelihood(orders.sets.total, claims.gap) * policy.stranger_ppm
    sizes = range(1, policy.group_size_max)
    tries = np.cumsum([[comb(n, k) for k in sizes] for n in range(int(count.max(initial=0)) + 1)],
                      axis=1)[count]  # fmt: skip
    sure = likely[:, None] * tries <= policy.sum_chance_ppm_max
    sure &= tries <= policy.budget_steps
    return np.asarray(sure.sum(axis=1), dtype=np.int64)


def _wholes(
    crowd: _Crowd, claims: _Claims, which: Rows, chosen: Rows, policy: MatchPolicy
) -> Iterator[Rows]:
    """The places that claims name and those chosen, of no more rows and days than belong together.

    One table for each number of places named.
    """
    start, named = np.cumsum(claims.named) - claims.named, claims.named[which]
    for size in distinct(named).tolist():
        if size + chosen.shape[1] <= policy.group_size_max:
            known = claims.place[start[which[named == size]][:, None] + np.arange(size)]
            places = np.sort(np.concatenate([known, chosen[named == size]], axis=1), axis=1)
            day = crowd.day[places]
            yield places[day[:, -1] - day[:, 0] <= policy.run_days_max]


def _bring(gap: Rows, due: Rows, size: int, policy: MatchPolicy) -> Iterator[tuple[Rows, Rows]]:
    """``(row, columns)`` of every choice of so many columns that brings a row's gap."""
    choices = _choices(due.shape[1], size)
    step = max(1, policy.budget_steps // len(choices))
    for begin in range(0, len(gap), step):
        few = slice(begin, begin + step)
        hit = due[few][:, choices].sum(axis=2) == gap[few, None]
        row, choice = hit.nonzero()
        if len(row):
            yield begin + row, choices[choice]


@cache
def _choices(count: int, size: int) -> Rows:
    """Every choice of so many columns, ``(choice, column)``."""
    return np.array(list(combinations(range(count), size)), dtype=np.int64).reshape(-1, size)


def _evened(case: Case, crowd: _Crowd, ties: Ties) -> Iterator[Rows]:
    """Places of two orders of one group of which one is paid too much by what the other lacks."""
    lone = (ties.orders == 1) & ~case.right.is_copy[ties.payment]
    paid = np.zeros(len(case.left), dtype=np.int64)
    np.add.at(paid, ties.order[lone], case.right.amount[ties.payment[lone]])
    lacks = crowd.due - paid[crowd.row]
    some = np.flatnonzero((paid[crowd.row] > 0) & (lacks != 0))
    less, more = some[lacks[some] > 0], some[lacks[some] < 0]
    i, j = meetings(
        [crowd.group[less], lacks[less]], [crowd.group[more], -lacks[more]],
        case.policy.candidates_max**2,
    )  # fmt: skip
    pair = np.sort(np.stack([less[i], more[j]], axis=1), axis=1)
    near = crowd.day[pair[:, 1]] - crowd.day[pair[:, 0]] <= case.policy.run_days_max
    yield pair[near & once(less[i]) & once(more[j])]
