"""Pass 9: a difference that a named rule allows either way, above all what a bank's FX leaves.

A rule that a person named for the channel says how large the difference may be.  Who belongs
together is said by an id, or else by the name, behind the gate: all items whose spread reaches the
payment count as items of its amount.  Without a rule such pairs are proposals.
"""

import numpy as np
import polars as pl

from recon_engine.match.arrays import Flags, Groups, Rows, meetings
from recon_engine.match.by_key import fee_pairs, lone_pairs
from recon_engine.match.case import Case, Found, nothing
from recon_engine.match.gate import Crowd, clear_best
from recon_engine.match.names import SLIP

_MILLION = 1_000_000


def run(case: Case) -> Found:
    """Pairs tied by an id, one row on each side, whose difference a named spread covers."""
    if not _named(case):
        return nothing()
    left, right = lone_pairs(case, case.index.by_text)
    within = _within(case, left, right)
    return _covered(case, left[within], right[within], "named_spread", "ids=1")


def run_by_name(case: Case) -> Found:
    """Pairs whose names share a key, each the other's best, whose difference the spread covers."""
    if not _named(case):
        return nothing()
    spread = _spread(case)
    ours = np.flatnonzero(case.left_open & (case.left.due > 0) & (spread > 0))
    ours = ours[case.names.name(0, ours) >= 0]
    theirs = np.flatnonzero(case.payable & (case.right.amount > 0) & ~case.index.naming())
    left, right, chance, crowd = _by_name(case, ours, theirs)
    if not len(left):
        return nothing()
    sure = clear_best(chance, left, right, case.policy.margin_min)
    sure &= crowd.ppm(chance) <= case.policy.chance_ppm_max
    return _covered(case, left[sure], right[sure], "named_spread_by_name", "party=1")


def _named(case: Case) -> bool:
    return any(rule.spread_ppm for rule in case.fees)


def _spread(case: Case) -> Rows:
    """By left row: the spread that a rule names for its channel, parts per million."""
    ours = case.left
    spread: Rows = ours.tariff.spread_ppm[ours.channel, ours.currency]
    return spread


def _within(case: Case, left: Rows, right: Rows) -> Flags:
    """By pair: whether the amounts differ, and by no more than the left row's spread."""
    due, paid = case.left.due[left], case.right.amount[right]
    allowed = np.abs(due) * _spread(case)[left] // _MILLION
    within: Flags = (
        (due != paid) & (np.sign(due) == np.sign(paid)) & (np.abs(due - paid) <= allowed)
    )
    return within


def _by_name(case: Case, ours: Rows, theirs: Rows) -> tuple[Rows, Rows, Rows, Crowd]:
    """Pairs of rows that a name and the spread bring together, their chance, and the crowd."""
    names = case.names
    mine, our_key = names.keys.places(names.name(0, ours))
    yours, their_key = names.keys.places(names.name(1, theirs))
    i, j = meetings(
        [names.keys.key[our_key], case.index.currency[0][ours[mine]]],
        [names.keys.key[their_key], case.index.currency[1][theirs[yours]]],
        case.policy.candidates_max**2,
    )
    left, right = ours[mine[i]], theirs[yours[j]]
    days, inside = case.days(left, right)
    met = np.flatnonzero(inside & _within(case, left, right))
    met = met[names.keys.may_be_one(our_key[i[met]], their_key[j[met]])]
    left, right, key = left[met], right[met], our_key[i[met]]
    crowd = Crowd.within(
        case, ours, _alike(case, ours, right), names.keys.counts(names.name(0, ours))
    )
    chance = crowd.chance(np.arange(len(left)), names.keys.key[key], days[met])
    chance[names.keys.kind[key] == SLIP] *= case.policy.slip_rarity
    pairs = Groups.of(left * len(case.right) + right)
    return left[pairs.first], right[pairs.first], pairs.min(chance), crowd


def _alike(case: Case, ours: Rows, right: Rows) -> Rows:
    """For each of some payments: how many items it may pay, by currency and spread alone."""
    spread, paid = int(_spread(case).max()), case.right.amount[right]
    step = int(case.left.due.max()) + 1
    due = np.sort(case.index.currency[0][ours] * step + case.left.due[ours])
    base = case.index.currency[1][right] * step
    low = base + np.minimum(paid * _MILLION // (_MILLION + spread), step - 1)
    high = base + np.minimum(paid * _MILLION // max(1, _MILLION - spread) + 1, step - 1)
    count: Rows = due.searchsorted(high, side="right") - due.searchsorted(low)
    return count


def _covered(case: Case, left: Rows, right: Rows, rule: str, evidence: str) -> Found:
    due, paid = case.left.due[left], case.right.amount[right]
    share = pl.Series("share", np.abs(due - paid) * _MILLION // np.maximum(np.abs(due), 1))
    said = pl.select(pl.format(evidence + ";spread_ppm={}", share)).to_series()
    return fee_pairs(case, left, right, rule, said)
