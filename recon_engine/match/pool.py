"""Open rows of one party in date order, and the sets of them that may clear together."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from recon_engine.match.arrays import Flags, Rows, combined, distinct, meetings, order_by
from recon_engine.match.case import Case
from recon_engine.match.names import MASKED, SLIP
from recon_engine.match.subsets import Sets, sets_of

_NEVER = 2**31  # days


@dataclass(frozen=True)
class Pool:
    """Rows grouped by who they belong to, and sets of the rows of a group.

    Attributes:
        row: at each place; places of one label and currency stand together, in date order.
        label: by set, who its rows may belong to, as numbers.
        currency: by set.
        sets: over the places.
    """

    row: Rows
    label: Rows
    currency: Rows
    sets: Sets

    @classmethod
    def of(
        cls, case: Case, side: int, row: Rows, label: Rows, amount: Rows, lengths: tuple[int, int]
    ) -> "Pool":
        """The pool of some rows.

        Args:
            case: both sides.
            side: 0 for left rows, 1 for right ones.
            row: a row may stand under several labels.
            label: of each row.
            amount: of each row.
            lengths: most rows of a set, and most days.
        """
        currency = case.index.currency[side][row]
        order = order_by(label, currency, row)
        row, label, currency, amount = row[order], label[order], currency[order], amount[order]
        day = (case.left, case.right)[side].day[row]
        sets = sets_of(
            combined(label, currency), amount, day, lengths, case.policy.free_subsets_max
        )
        first = sets.place[sets.start]
        return cls(row, label[first], currency[first], sets)

    def __len__(self) -> int:
        return len(self.sets.start)

    def and_also(self, other: "Pool") -> "Pool":
        """These sets, and those after them."""
        return Pool(
            np.concatenate([self.row, other.row]),
            np.concatenate([self.label, other.label]),
            np.concatenate([self.currency, other.currency]),
            self.sets.and_also(other.sets, len(self.row)),
        )

    def with_sets(self, tables: Sequence[Rows], amount: Rows, day: Rows) -> "Pool":
        """These sets, and others of the same places, which stand in tables ``(set, place)``.

        Args:
            tables: places of each set ascend.
            amount: of each place.
            day: of each place, since 1970.
        """
        label, currency = np.empty((2, len(self.row)), dtype=np.int64)
        one = np.flatnonzero(self.sets.length == 1)
        place = self.sets.place[self.sets.start[one]]
        label[place], currency[place] = self.label[one], self.currency[one]
        more = Sets.of(tables, amount, day)
        first = more.place[more.start]
        return Pool(
            self.row,
            np.concatenate([self.label, label[first]]),
            np.concatenate([self.currency, currency[first]]),
            self.sets.and_also(more, 0),
        )

    def rows(self, chosen: Rows) -> tuple[Rows, Rows]:
        """Places in ``chosen``, and the rows of those sets."""
        which, place = self.sets.places(chosen)
        return which, self.row[place]


def order_pool(case: Case) -> Pool:
    """Open left rows by party; a row without a party is a group of its own.

    A masked party stands with each party that it may be, besides by itself: platforms mask some of
    a buyer's orders and not others.
    """
    row = np.flatnonzero(case.left_open & (case.left.due > 0))
    names = case.names
    own = np.where(names.party[0][row], names.who[0][row], len(names.written) + row)
    masked, whole = _unmasked(case, distinct(own[names.party[0][row]]))
    i, j = meetings([own], [masked])
    row, label = np.concatenate([row, row[i]]), np.concatenate([own, whole[j]])
    policy = case.policy
    lengths = policy.group_size_max, policy.run_days_max
    return Pool.of(case, 0, row, label, case.left.due[row], lengths)


def _unmasked(case: Case, parties: Rows) -> tuple[Rows, Rows]:
    """Pairs of a masked party and one that it may be; a mask that fits a crowd fits nobody."""
    keys = case.names.keys
    _, place = keys.places(2 * parties)
    place = place[keys.kind[place] == MASKED]
    short = keys.short[place]
    hidden, shown = place[short], place[~short]
    few = np.bincount(keys.key[shown], minlength=keys.count) <= case.policy.candidates_max
    shown = shown[few[keys.key[shown]]]
    i, j = meetings([keys.key[hidden]], [keys.key[shown]])
    return _pairs_once(keys.name[hidden[i]] // 2, keys.name[shown[j]] // 2, len(case.names.written))


def _pairs_once(first: Rows, second: Rows, most: int) -> tuple[Rows, Rows]:
    one, two = np.divmod(distinct(first * most + second), max(1, most))
    return one, two


def payment_pools(case: Case, orders: Pool, spoken: Flags) -> tuple[Pool, Pool]:
    """Open right rows by each party of the left that may have paid them.

    In the first pool are those whose name fits as it stands; in the second, of parties that have
    any such, also those that fit if there is a slip in the name: among many buyers there is nearly
    always one of a name so near.
    A payer who could be anyone of a crowd (王*) is left out, and so are copies.

    Args:
        case: both sides.
        orders: the left side's pool.
        spoken: by right row, whether it names an item and so belongs to it.
    """
    free = case.payable & (case.right.amount > 0) & ~spoken & ~case.right.is_copy
    row = np.flatnonzero(free)
    names = case.names
    payer = names.name(1, row)
    parties = distinct(orders.label)
    parties = parties[parties < len(names.written)]
    policy = case.policy
    lengths = policy.instalments_max, policy.window_days_after
    found = []
    for name, label in _may_be(case, distinct(payer), parties):
        i, j = meetings([payer], [name])
        found.append(_of_use(case, orders, row[i], label[j]))
    # Where no name has a slip, both are the same.
    most = len(names.written)
    fit, every = (np.bincount(label, minlength=most) for _, label in found)
    differ = (every > fit)[found[1][1]]
    found[1] = found[1][0][differ], found[1][1][differ]
    surely, likely = (
        Pool.of(case, 1, some, label, case.right.amount[some], lengths) for some, label in found
    )
    return surely, likely


def _of_use(case: Case, orders: Pool, row: Rows, label: Rows) -> tuple[Rows, Rows]:
    """Right rows and labels without payments that no set of the label's orders can take.

    Because they are larger than any, or not of its days.
    """
    amount, day, sets = case.right.amount[row], case.right.day[row], orders.sets
    count = int(max(orders.label.max(initial=0), label.max(initial=0))) + 1
    most, first, last = np.zeros(count, np.int64), np.full(count, _NEVER), np.full(count, -_NEVER)
    np.maximum.at(most, orders.label, sets.total)
    np.minimum.at(first, orders.label, sets.first - case.policy.window_days_before)
    np.maximum.at(last, orders.label, sets.last + case.policy.window_days_after)
    kept = (amount <= most[label]) & (day >= first[label]) & (day <= last[label])
    return row[kept], label[kept]


def _may_be(case: Case, payers: Rows, parties: Rows) -> Iterator[tuple[Rows, Rows]]:
    """Pairs of a payer's name and a party that it may be: without a slip, and with one or none."""
    keys = case.names.keys
    ours, theirs = keys.places(2 * parties)[1], keys.places(payers)[1]
    few = np.bincount(keys.key[ours], minlength=keys.count) <= case.policy.candidates_max
    ours = ours[few[keys.key[ours]]]
    i, j = meetings([keys.key[ours]], [keys.key[theirs]])
    i, j = ours[i], theirs[j]
    may = keys.may_be_one(i, j)
    i, j = i[may], j[may]
    names = len(case.names.written)
    for kept in (keys.kind[i] != SLIP, np.ones(len(i), dtype=np.bool_)):
        yield _pairs_once(keys.name[j[kept]], keys.name[i[kept]] // 2, names)
