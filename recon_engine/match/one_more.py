"""The one payment that brings what named payments leave unpaid, though it does not say whose it is.

A buyer pays an order in three parts and names it on two of them; the third comes without a name, or
with one that many bear.  Its amount says where it belongs, if no other payment that may be his
brings that very sum in those days, and if chance is unlikely to bring it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from recon_engine.match.arrays import Flags, Rows, counted, meetings, once
from recon_engine.match.case import Case
from recon_engine.match.gate import Shares, likelihood
from recon_engine.match.pool import Pool


@dataclass(frozen=True)
class Missing:
    """What is missing of some units.

    Attributes:
        unit: sets of the orders' pool.
        total: minor units; more than nought.
        tries: in how many ways something may be missing of the same party.
        named: whether each order of the unit is named by a payment.
    """

    unit: Rows
    total: Rows
    tries: Rows
    named: Flags

    def where(self, kept: Rows) -> "Missing":
        """Some of it."""
        return Missing(self.unit[kept], self.total[kept], self.tries[kept], self.named[kept])


def one_more(case: Case, orders: Pool, missing: Missing, spoken: Flags) -> tuple[Rows, Rows]:
    """Places in ``missing``, and the right row that alone brings what is missing there.

    Args:
        case: both sides.
        orders: the left side's pool.
        missing: what is looked for.
        spoken: by right row, whether it names an item and so belongs to it.
    """
    free = _Free.of(case, spoken)
    place, row = _bring(case, orders, missing, free.row)
    party = orders.row[orders.sets.place[orders.sets.start[missing.unit]]]
    # What many may bring by accident need not be looked at any closer.
    asked, first = counted(place)
    few = _few(case, free, party[place[first]], missing.where(place[first]))[asked]
    # An order that no payment names may be unpaid, and a payment that names nobody a stranger's.
    some = np.flatnonzero(few & (missing.named[place] | ~free.nobody[row]))
    some = some[case.names.may_have_paid(party[place[some]], row[some])]
    some = some[once(place[some])]
    return place[some], row[some]


def _few(case: Case, free: "_Free", party: Rows, missing: Missing) -> Flags:
    """Whether few payments are expected to bring what is missing by accident."""
    policy = case.policy
    likely = likelihood(case.right.amount[free.row], missing.total) * free.count_of(case, party)
    flags: Flags = likely * missing.tries * policy.stranger_ppm <= policy.sum_chance_ppm_max
    return flags


def _bring(case: Case, orders: Pool, missing: Missing, free: Rows) -> tuple[Rows, Rows]:
    """Places in ``missing`` and free payments that bring it, within the window."""
    policy = case.policy
    place, j = meetings(
        [missing.total, orders.currency[missing.unit]],
        [case.right.amount[free], case.index.currency[1][free]],
        policy.candidates_max**2,
    )
    row, last = free[j], orders.sets.last[missing.unit[place]]
    days = case.right.day[row] - last
    inside = (days >= -policy.window_days_before) & (days <= policy.window_days_after)
    return place[inside], row[inside]


@dataclass(frozen=True)
class _Free:
    """Open payments that name no item.

    Attributes:
        row: right rows.
        nobody: by right row, whether it stands among them and says nobody's name.
        families: how many of them show a Chinese name that begins so.
    """

    row: Rows
    nobody: Flags
    families: Mapping[str, int]

    @classmethod
    def of(cls, case: Case, spoken: Flags) -> "_Free":
        """Those of a case."""
        open_rows = case.payable & (case.right.amount > 0) & ~case.right.is_copy
        row = np.flatnonzero(open_rows & ~spoken & ~case.index.naming())
        nobody = np.zeros(len(case.right), dtype=np.bool_)
        nobody[row] = ~case.names.says_somebody(row)
        return cls(
            row, nobody, dict(case.names.last_families(row).drop_nulls().value_counts().iter_rows())
        )

    def count_of(self, case: Case, party: Rows) -> Shares:
        """How many of them may be each buyer's."""
        alike = case.names.families(party).replace_strict(
            self.families, default=1, return_dtype=pl.Int64
        )
        return np.asarray(alike.to_numpy() + int(self.nobody.sum()), dtype=np.float64)
