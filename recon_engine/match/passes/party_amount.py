"""Pass 7: the same party, the same amount, within the window.

Rows with the same party and amount are interchangeable: they are collapsed into a class before any
pair is made, so twenty thousand equal rows cost no more than twenty.  Classes meet by amount and
name: first by the name to the letter, then, for what is left, by every key of the name.  A meeting
is sure when little chance could have brought it about, when each class is the other's best by a
clear margin, and when they are of one size (or when one row meets copies of itself); its rows then
pair in date order, and are confirmed where their days tell which payment is whose.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from recon_engine.match.arrays import (
    Flags,
    Groups,
    Rows,
    among,
    combined,
    meetings,
    once,
    order_by,
    rank_within,
)
from recon_engine.match.by_key import fee_pairs
from recon_engine.match.case import CONFIRMED, PROPOSED, Case, Found, nothing
from recon_engine.match.exchange import told_by_days
from recon_engine.match.gate import Crowd, clear_best
from recon_engine.match.names import SLIP

_CLEAR = 2  # times: a proposal is so much less likely by chance than the next
_MILLION = 1_000_000


@dataclass(frozen=True)
class _Payable:
    """Rows of one side and the sums they may bring; a row stands once for each.

    Attributes:
        row: of its side.
        paid: minor units.
        sum: a number for ``paid`` and the currency.
    """

    row: Rows
    paid: Rows
    sum: Rows

    def where(self, kept: Flags | Rows) -> "_Payable":
        """Some of them."""
        return _Payable(self.row[kept], self.paid[kept], self.sum[kept])


@dataclass(frozen=True)
class _Met:
    """Pairs of rows that share sum, currency and a name key.

    Attributes:
        left: rows.
        right: rows.
        paid: the sum, minor units.
        chance: wrong meetings to expect, as the crowd counts them.
        crowd: of the left side.
    """

    left: Rows
    right: Rows
    paid: Rows
    chance: Rows
    crowd: Crowd


def run_same_name(case: Case) -> Found:
    """Pairs whose parties are written alike; no key need be made."""
    names = case.names
    left, right = _candidates(case)
    left, right = (side.where(names.party[n][side.row]) for n, side in enumerate((left, right)))
    ours, theirs = (names.lower[names.who[n][side.row]] for n, side in enumerate((left, right)))
    i, j = meetings([left.sum, ours], [right.sum, theirs], case.policy.candidates_max**2)
    days, inside = case.days(left.row[i], right.row[j])
    i, j, days = i[inside], j[inside], days[inside]
    sightings = np.bincount(ours[Groups.of(left.row).first], minlength=len(names.written))
    crowd = Crowd.of(case, left.row, left.sum, sightings)
    chance = crowd.chance(i, ours[i], days)
    return _paired(case, _Met(left.row[i], right.row[j], left.paid[i], chance, crowd))


def run(case: Case) -> Found:
    """Pairs whose names share a key, in the party or in the text."""
    return _paired(case, _met_by_key(case))


def propose_likeliest(case: Case) -> Found:
    """Pairs whose names share a key, each the other's likeliest, that the gate did not let pass."""
    met = _met_by_key(case)
    pairs = Groups.of(met.left * len(case.right) + met.right)
    left, right, chance = met.left[pairs.first], met.right[pairs.first], pairs.min(met.chance)
    ppm = met.crowd.ppm(chance)
    best = clear_best(chance, left, right, _CLEAR) & (ppm <= _MILLION)
    left, right, ppm = left[best], right[best], ppm[best]
    if not len(left):
        return nothing()
    days = pl.Series(case.right.day[right] - case.left.day[left])
    said = pl.format("party=1;days={};chance_ppm={}", days, pl.Series(np.rint(ppm)).cast(pl.Int64))
    return fee_pairs(case, left, right, "party_likeliest", pl.select(said).to_series(), PROPOSED)


def _met_by_key(case: Case) -> _Met:
    """Pairs whose names share a key, in the party or in the text."""
    names = case.names
    left, right = _candidates(case)
    ours, theirs = (names.name(n, side.row) for n, side in enumerate((left, right)))
    known = (ours >= 0) & names.keys.known[ours]
    left, ours = left.where(known), ours[known]
    sightings = names.keys.counts(ours[Groups.of(left.row).first])
    crowd = Crowd.of(case, left.row, left.sum, sightings)
    mine, our_key = names.keys.places(ours)
    yours, their_key = names.keys.places(theirs)
    left, right = left.where(mine), right.where(yours)
    i, j = meetings(
        [left.sum, names.keys.key[our_key]],
        [right.sum, names.keys.key[their_key]],
        case.policy.candidates_max**2,
    )
    days, inside = case.days(left.row[i], right.row[j])
    i, j, days = i[inside], j[inside], days[inside]
    may = names.keys.may_be_one(our_key[i], their_key[j])
    i, j, days = i[may], j[may], days[may]
    chance = crowd.chance(mine[i], names.keys.key[our_key[i]], days)
    chance[names.keys.kind[our_key[i]] == SLIP] *= case.policy.slip_rarity
    return _Met(left.row[i], right.row[j], left.paid[i], chance, crowd)


def run_alike(case: Case) -> Found:
    """Rows of one written name and amount, as many on either side, in date order.

    However many they are, no pair is made but the ones that are kept.
    """
    left, right, told = _alike(case, case.policy.candidates_max + 1)
    return _told(case, left[told], right[told])


def propose(case: Case) -> Found:
    """Rows of one written name and amount, as many on either side, that nothing else told apart."""
    left, right, _ = _alike(case, 1)
    return _told(case, left, right, PROPOSED)


def _alike(case: Case, rows_min: int) -> tuple[Rows, Rows, Flags]:
    """Pairs in date order from classes of so many rows a side, and which their days tell."""
    names, index = case.names, case.index
    ours = np.flatnonzero(case.left_open & names.party[0] & (case.left.amount != 0))
    theirs = np.flatnonzero(case.payable & names.party[1] & ~index.naming())
    alike = np.concatenate(
        [
            index.sums(0, ours, case.left.due[ours]),
            index.sums(1, theirs, case.right.amount[theirs]),
        ]
    )
    who = np.concatenate([names.who[0][ours], names.who[1][theirs]])
    groups = Groups.of(combined(alike, who))
    lefts = groups.sum((np.arange(len(alike)) < len(ours)).astype(np.int64))
    crowd = (lefts >= rows_min) & (2 * lefts == groups.size)
    # Rows are numbered by date, and those of the left stand first in their class.
    member = groups.order[crowd[groups.number[groups.order]]]
    left, right = ours[member[member < len(ours)]], theirs[member[member >= len(ours)] - len(ours)]
    group = groups.number[member[member < len(ours)]]
    _, inside = case.days(left, right)
    whole = Groups.of(group)
    kept = ~whole.any(~inside)[whole.number]
    left, right, group = left[kept], right[kept], group[kept]
    return left, right, told_by_days(case, group, left, right)


def _candidates(case: Case) -> tuple[_Payable, _Payable]:
    """Open rows of both sides that some open row of the other could clear, by amount alone.

    The left rows stand once for each sum they may bring.  Right rows that name an item outright are
    left out: whom they pay for is said, if not how.
    """
    left, right = case.left, case.right
    gross = np.flatnonzero(case.left_open & (left.amount != 0))
    net = gross[left.due[gross] != left.amount[gross]]
    ours = _payable(
        case, 0, np.concatenate([gross, net]), np.concatenate([left.amount[gross], left.due[net]])
    )
    open_right = np.flatnonzero(case.payable & ~case.index.naming())
    theirs = _payable(case, 1, open_right, right.amount[open_right])
    met = theirs.where(among(theirs.sum, ours.sum))
    return ours.where(among(ours.sum, met.sum)), met


def _payable(case: Case, side: int, row: Rows, paid: Rows) -> _Payable:
    return _Payable(row, paid, case.index.sums(side, row, paid))


def _paired(case: Case, met: _Met) -> Found:
    """The pairs of the classes that are sure, in date order."""
    if not len(met.left):
        return nothing()
    names, index = case.names, case.index
    who = names.who[0][met.left], names.who[1][met.right]
    left = combined(index.sums(0, met.left, case.left.amount[met.left]), who[0])
    right = combined(index.sums(0, met.left, met.paid), who[1])
    groups = Groups.of(left * (int(right.max()) + 1) + right)
    lefts, rights = groups.different(met.left), groups.different(met.right)
    chance = groups.min(met.chance)
    sure = clear_best(chance, left[groups.first], right[groups.first], case.policy.margin_min)
    sure &= ((lefts == rights) | (lefts == 1)) & (
        met.crowd.ppm(chance) <= case.policy.chance_ppm_max
    )
    kept = sure[groups.number]
    inside = combined(left, who[1])[kept]
    return _in_date_order(case, met.left[kept], met.right[kept], inside)


def _in_date_order(case: Case, left: Rows, right: Rows, inside: Rows) -> Found:
    """Pairs of rows that have the same place in their class; rows are numbered by date."""
    same = rank_within(inside, left) == rank_within(inside, right)
    left, right, inside = left[same], right[same], inside[same]
    first = Groups.of(left * len(case.right) + right).first
    alone = first[once(left[first]) & once(right[first])]
    alone = alone[order_by(inside[alone], left[alone])]
    left, right = left[alone], right[alone]
    told = told_by_days(case, inside[alone], left, right)
    return _told(case, left[told], right[told])


def _told(case: Case, left: Rows, right: Rows, status: str = CONFIRMED) -> Found:
    """Pairs with the days between them as evidence."""
    if not len(left):
        return nothing()
    days = pl.Series(case.right.day[right] - case.left.day[left])
    said = pl.select(pl.format("party=1;days={}", days)).to_series()
    return fee_pairs(case, left, right, "party_amount", said, status)
