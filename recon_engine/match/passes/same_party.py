"""Pass 8: one buyer's orders and payments that clear each other only together.

One transfer for several orders, one order in instalments, n orders by m payments.  A *unit* is a
set of open orders of one party: any set where the party has few, else neighbours in date order.
Payments that name an order of the unit outright belong to it; what they leave unpaid is looked for
among sets of payments whose payer's name fits, or is nought, and last of all beside them in one
payment that does not say whose it is.  However many sets are tried, the gate counts them.
"""

import numpy as np

from recon_engine.match.anchors import nearly_named
from recon_engine.match.arrays import Flags, Groups, Rows, distinct, meetings
from recon_engine.match.case import Case, Found
from recon_engine.match.crowds import Ties, with_crowds
from recon_engine.match.gate import Shares, likelihood
from recon_engine.match.one_more import Missing, one_more
from recon_engine.match.pool import Pool, order_pool, payment_pools
from recon_engine.match.solved import (
    ALL_NAMED,
    BY_LIKE,
    BY_NAME,
    NONE,
    ONE_MORE,
    SOME_LIKE,
    SOME_NAMED,
    Inside,
    Solutions,
    Wanted,
    found,
)

_MILLION = 1_000_000


def run(case: Case) -> Found:
    """Groups of one party's orders and payments whose sums agree."""
    ties = _ties(case)
    orders = with_crowds(case, order_pool(case), ties)
    inside = _inside(orders, ties)
    spoken = np.zeros(len(case.right), dtype=np.bool_)
    spoken[ties.payment] = True
    surely, payments = payment_pools(case, orders, spoken)
    named = _named(case, orders, inside)
    paid, short = named.where(named.total == 0), named.where(_is_a_part(case, orders, named))
    named_whole = _each_named(orders, ties, inside)
    solutions = [
        Solutions.of(paid, np.full(len(paid.unit), NONE), ALL_NAMED),
        Solutions.of(*_completed(case, orders, surely, short), SOME_NAMED),
        Solutions.of(*_unnamed(case, orders, surely), BY_NAME),
        Solutions.of(*_completed(case, orders, payments, short), SOME_LIKE).after(len(surely)),
        Solutions.of(*_unnamed(case, orders, payments), BY_LIKE).after(len(surely)),
        _with_one_more(case, orders, surely, short.where(~short.copies), named_whole, spoken),
    ]
    return found(case, orders, surely.and_also(payments), inside, solutions)


def _ties(case: Case) -> Ties:
    """The ties of a case; an id that a crowd shares names nobody."""
    said = case.open_ties(case.index.by_id_said)
    i, j = meetings([said.left.key], [said.right.key], case.policy.candidates_max**2)
    hints = nearly_named(case)
    payment = np.concatenate([said.right.row[j], hints[0]])
    order = np.concatenate([said.left.row[i], hints[1]])
    likely = _of_one_party(case, payment, order) | (np.arange(len(order)) < len(i))
    currency = case.index.currency
    same = likely & (currency[0][order] == currency[1][payment])
    pairs = distinct(payment[same] * len(case.left) + order[same])
    payment, order = np.divmod(pairs, max(1, len(case.left)))
    groups = Groups.of(payment)
    return Ties(payment, order, groups.size[groups.number])


def _of_one_party(case: Case, payment: Rows, order: Rows) -> Flags:
    """By tie: whether all orders that its payment names, or nearly, are of one party."""
    who, groups = case.names.who[0][order], Groups.of(payment)
    alike: Flags = (groups.min(who) == groups.max(who))[groups.number]
    return alike


def _inside(orders: Pool, ties: Ties) -> Inside:
    unit, row = orders.rows(np.arange(len(orders)))
    i, j = meetings([row], [ties.order])
    most = int(ties.payment.max(initial=0)) + 1
    groups = Groups.of(unit[i] * most + ties.payment[j])
    all_inside = groups.size == ties.orders[j[groups.first]]
    first = groups.first[all_inside]
    return Inside(unit[i[first]], ties.payment[j[first]])


def _each_named(orders: Pool, ties: Ties, inside: Inside) -> Flags:
    """By unit: whether each of its orders is named by a payment; else it may simply be unpaid."""
    i, j = meetings([inside.payment], [ties.payment])
    of, order = inside.unit[i], ties.order[j]
    first = Groups.of(of * (int(order.max(initial=0)) + 1) + order).first
    flags: Flags = np.bincount(of[first], minlength=len(orders)) == orders.sets.length
    return flags


def _named(case: Case, orders: Pool, inside: Inside) -> Wanted:
    """Units with named payments, and what those leave unpaid.

    With and without those that look like copies, where that makes a difference.
    """
    groups = Groups.of(inside.unit)
    unit, paid = inside.unit[groups.first], case.right.amount[inside.payment]
    every = groups.sum(paid)
    once = groups.sum(np.where(case.right.is_copy[inside.payment], 0, paid))
    total, differ = orders.sets.total[unit], once != every
    return Wanted(
        np.concatenate([unit, unit[differ]]),
        np.concatenate([total - once, (total - every)[differ]]),
        np.repeat([False, True], [len(unit), int(differ.sum())]),
    )


def _is_a_part(case: Case, orders: Pool, named: Wanted) -> Flags:
    """Whether what is missing is more than a bank's fee or an exchange may explain."""
    policy, whole = case.policy, orders.sets.total[named.unit]
    small = np.maximum(policy.wire_fee_max_minor, whole * policy.fx_spread_ppm_max // _MILLION)
    flags: Flags = named.total > small
    return flags


def _completed(case: Case, orders: Pool, payments: Pool, short: Wanted) -> tuple[Wanted, Rows]:
    """Units with named payments, completed by payments whose payer's name fits."""
    place, found = _meet(case, orders, payments, short)
    likely = likelihood(payments.sets.total, short.total[place])
    sure = _sure(case, orders, payments, short.unit, (short.unit[place], found), likely)
    return short.where(place[sure]), found[sure]


def _with_one_more(
    case: Case, orders: Pool, payments: Pool, short: Wanted, named: Flags, spoken: Flags
) -> Solutions:
    """Units with named payments, completed by one that does not say whose it is.

    Payments whose payer's name fits may stand beside it.
    """
    i, run = _short_of(case, orders, payments, short)
    unit = np.concatenate([short.unit, short.unit[i]])
    total = np.concatenate([short.total, short.total[i] - payments.sets.total[run]])
    beside = np.concatenate([np.full(len(short.unit), NONE), run])
    tries = np.concatenate(
        [
            _no_longer(orders, of, orders.label[of], orders.sets.length[of])
            for of in (short.unit, short.unit[i])
        ]
    )
    # Less than one of so many equal parts is rather a small order that nobody paid.
    parts = case.policy.instalments_max + 1
    whole = np.flatnonzero(total * parts >= orders.sets.total[unit])
    unit, total, beside, tries = (each[whole] for each in (unit, total, beside, tries))
    place, more = one_more(case, orders, Missing(unit, total, tries, named[unit]), spoken)
    apart = ~_holds(payments, beside[place], more)
    place, more = place[apart], more[apart]
    wanted = Wanted(unit[place], total[place], np.zeros(len(place), dtype=np.bool_))
    return Solutions.of(wanted, beside[place], ONE_MORE, more)


def _no_longer(pool: Pool, some: Rows, label: Rows, length: Rows) -> Rows:
    """How many of some sets of a pool are of each label and of no more rows."""
    longest = int(max(pool.sets.length.max(initial=0), length.max(initial=0))) + 1
    every = np.sort(pool.label[some] * longest + pool.sets.length[some])
    before = np.searchsorted(every, label * longest)
    return np.searchsorted(every, label * longest + length, side="right") - before


def _holds(payments: Pool, run: Rows, row: Rows) -> Flags:
    """Whether each set, where there is one, holds the row itself."""
    some = np.flatnonzero(run != NONE)
    which, inside = payments.rows(run[some])
    flags = np.zeros(len(run), dtype=np.bool_)
    flags[some[which[inside == row[some][which]]]] = True
    return flags


def _short_of(case: Case, orders: Pool, payments: Pool, short: Wanted) -> tuple[Rows, Rows]:
    """Places in ``short`` and payment sets of one party that bring less, within the window."""
    i, j = meetings(
        [orders.label[short.unit], orders.currency[short.unit]],
        [payments.label, payments.currency],
        case.policy.candidates_max**2,
    )
    inside = payments.sets.total[j] < short.total[i]
    inside &= _inside_window(case, orders, payments, short.unit[i], j)
    return i[inside], j[inside]


def _unnamed(case: Case, orders: Pool, payments: Pool) -> tuple[Wanted, Rows]:
    """Units that no payment names, against payments whose payer's name fits."""
    total = orders.sets.total
    every = Wanted(np.arange(len(total)), total, np.zeros(len(total), dtype=np.bool_))
    unit, found = _meet(case, orders, payments, every)
    several = (orders.sets.length[unit] > 1) | (payments.sets.length[found] > 1)
    unit, found = unit[several], found[several]
    likely = likelihood(total, total[unit])
    sure = _sure(case, orders, payments, every.unit, (unit, found), likely)
    return every.where(unit[sure]), found[sure]


def _sure(
    case: Case, orders: Pool, payments: Pool, wanted: Rows, met: tuple[Rows, Rows], likely: Shares
) -> Flags:
    """Whether few sums of a party are expected to agree by accident.

    There are as many tries as pairs of its sums, each as likely as sums of that size are dense.
    Sums of more rows than these come later, and are no tries of theirs.

    Args:
        case: the policy.
        orders: the pool of units.
        payments: the pool of payments.
        wanted: the unit of every sum wanted.
        met: units and sets of payments whose sums agree.
        likely: how likely each agreement is by accident.
    """
    label, (ours, theirs) = orders.label[met[0]], (orders.sets.length, payments.sets.length)
    tries = _no_longer(orders, wanted, label, ours[met[0]])
    tries *= _no_longer(payments, np.arange(len(payments)), label, theirs[met[1]])
    flags: Flags = tries * likely * case.policy.stranger_ppm <= case.policy.sum_chance_ppm_max
    return flags


def _meet(case: Case, orders: Pool, payments: Pool, wanted: Wanted) -> tuple[Rows, Rows]:
    """Places in ``wanted`` and payment runs of one party that bring that sum, within the window."""
    unit = wanted.unit
    i, j = meetings(
        [orders.label[unit], wanted.total, orders.currency[unit]],
        [payments.label, payments.sets.total, payments.currency],
        case.policy.candidates_max**2,
    )
    inside = _inside_window(case, orders, payments, unit[i], j)
    return i[inside], j[inside]


def _inside_window(case: Case, orders: Pool, payments: Pool, unit: Rows, run: Rows) -> Flags:
    """Whether payments lie within the window of a unit's orders."""
    policy, ours, theirs = case.policy, orders.sets, payments.sets
    inside = theirs.first[run] >= ours.first[unit] - policy.window_days_before
    inside &= theirs.last[run] >= ours.last[unit] - policy.window_days_before
    inside &= theirs.last[run] <= ours.last[unit] + policy.window_days_after
    return inside
