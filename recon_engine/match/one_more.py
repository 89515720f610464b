"""The one payment that brings what named payments leave unpaid, though it does not say whose it is.

A buyer pays an order in three parts and names it on two of them; the third comes without a name, or
with one that many bear.  Its amount says where it belongs, if chance is unlikely to bring that very
sum in those days and no other payment brings it too.
"""

import numpy as np
import polars as pl

from recon_engine.match.arrays import Flags, Rows, distinct, meetings, once
from recon_engine.match.case import Case
from recon_engine.match.gate import likelihood
from recon_engine.match.pool import Pool


def one_more(case: Case, orders: Pool, unit: Rows, total: Rows, spoken: Flags) -> tuple[Rows, Rows]:
    """Places in ``unit``, and the right row that alone brings what is missing there.

    Args:
        case: both sides.
        orders: the left side's pool.
        unit: sets of the orders.
        total: what is missing, minor units; more than nought.
        spoken: by right row, whether it names an item and so belongs to it.
    """
    free = np.flatnonzero(
        case.right_open
        & (case.right.amount > 0)
        & ~spoken
        & ~case.right.is_copy
        & ~case.index.naming()
    )
    paid, policy = case.right.amount[free], case.policy
    place, j = meetings(
        [total, orders.currency[unit]],
        [paid, case.index.currency[1][free]],
        policy.candidates_max**2,
    )
    row, of = free[j], unit[place]
    inside = case.right.day[row] >= orders.sets.last[of] - policy.window_days_before
    inside &= case.right.day[row] <= orders.sets.last[of] + policy.window_days_after
    place, row = place[inside], row[inside]
    expected = likelihood(paid, total[place]) * len(free)
    few = expected * policy.stranger_ppm <= policy.chance_ppm_max
    few &= once(place)
    place, row = place[few], row[few]
    may = _may_be(case, orders, unit[place], row)
    return place[may], row[may]


def _may_be(case: Case, orders: Pool, unit: Rows, row: Rows) -> Flags:
    """Whether a payment may be the buyer's: it names nobody, or one who may be he.

    A Chinese name with another given name may be a slip; the family name stands first.
    """
    names, keys = case.names, case.names.keys
    first = orders.row[orders.sets.place[orders.sets.start[unit]]]
    party, payer = names.name(0, first), names.name(1, row)
    i, our_key = keys.places(party)
    j, their_key = keys.places(payer)
    nobody = ~names.party[1][row]
    nobody[j[_of_the_left(case)[keys.key[their_key]]]] = False
    a, b = meetings([i, keys.key[our_key]], [j, keys.key[their_key]])
    alike = np.zeros(len(row), dtype=np.bool_)
    may = keys.may_be_one(our_key[a], their_key[b])
    alike[distinct(i[a[may]])] = True
    said = names.written.gather(np.maximum(names.who[1][row], 0))
    family = names.written.gather(np.maximum(names.who[0][first], 0)).str.head(1)
    both = pl.DataFrame({"said": said, "family": family})
    slip = both.select(
        pl.col("family").str.contains(r"\p{Han}")
        & pl.col("said").str.contains(pl.col("family"), literal=True)
    )
    flags: Flags = nobody | alike | slip.to_series().to_numpy()
    return flags


def _of_the_left(case: Case) -> Flags:
    """By name key: whether some open item's party has it."""
    names, keys = case.names, case.names.keys
    items = np.flatnonzero(case.left_open)
    flags = np.zeros(keys.count + 1, dtype=np.bool_)
    flags[keys.key[keys.places(distinct(names.name(0, items)))[1]]] = True
    return flags
