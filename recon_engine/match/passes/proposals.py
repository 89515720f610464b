"""Pass 10: what has evidence but is not sure: shown with its difference, confirmed by nobody.

A shared reference with differing sums; one party's only open row near a deposit that falls short by
no more than a wire fee; and last, of what is still open, the one row of an amount whose days fit.
"""

import numpy as np
import polars as pl

from recon_engine.match.arrays import Flags, Rows, meetings, once, order_by
from recon_engine.match.by_key import fee_pairs
from recon_engine.match.case import PROPOSED, Case, Found, nothing, pairs
from recon_engine.match.components import linked, sums
from recon_engine.match.gate import clear_best
from recon_engine.match.index import Tie
from recon_engine.match.lags import rarity


def by_reference(case: Case) -> Found:
    """Rows tied by references whose sums differ: short paid, over paid, paid twice."""
    return _tied(case, case.index.by_id_anywhere, "reference_differs")


def by_group(case: Case) -> Found:
    """Payouts whose deposit brings another amount."""
    return _tied(case, case.index.by_group_anywhere, "group_differs")


def _tied(case: Case, tie: Tie, rule: str) -> Found:
    members = linked(case, tie)
    if members.is_empty():
        return nothing()
    added = sums(case, members).filter(pl.col("currencies") == 1)
    # What agrees and is open all the same needs a repeated row to agree.
    agree = pl.col("left_sum") == pl.col("right_sum")
    groups = added.select(
        "group",
        rule=pl.when(agree).then(pl.lit("rows_repeat")).otherwise(pl.lit(rule)),
        status=pl.lit(PROPOSED),
        explained=pl.lit(0, pl.Int64),
        evidence=pl.format("ids=1;lefts={};rights={}", "lefts", "rights"),
    )
    return Found(members.join(groups.select("group"), on="group", how="semi"), groups)


def near_amount(case: Case) -> Found:
    """One party's open rows whose amounts nearly agree, if only one fits, and what may explain it.

    Short by what a bank keeps, off by what an exchange leaves, or two digits swapped in typing.
    """
    policy, names, currency = case.policy, case.names, case.index.currency
    left = np.flatnonzero(case.left_open & names.party[0])
    right = np.flatnonzero(case.payable & names.party[1])
    i, j = meetings(
        [names.who[0][left], currency[0][left]],
        [names.who[1][right], currency[1][right]],
        policy.candidates_max**2,
    )
    left, right = left[i], right[j]
    _, inside = case.days(left, right)
    left, right = left[inside], right[inside]
    rule = _explained(case, left, right)
    told = np.flatnonzero(rule != _UNEXPLAINED)
    only = told[once(left[told]) & once(right[told])]
    only = only[order_by(left[only])]
    left, right = left[only], right[only]
    short = pl.Series(case.left.amount[left] - case.right.amount[right])
    evidence = pl.select(pl.format("party=1;short_minor={}", short)).to_series()
    found = pairs(left, right, "wire_fee", evidence, PROPOSED)
    rules = pl.Series("rule", _RULES).gather(rule[only])
    return Found(found.members, found.groups.with_columns(rules)) if len(only) else nothing()


def same_amount(case: Case) -> Found:
    """Rows of one amount, each the other's likeliest by days, whose ids and names do not differ."""
    ours = np.flatnonzero(case.left_open & (case.left.due > 0))
    theirs = np.flatnonzero(case.payable & (case.right.amount > 0) & ~case.right.is_copy)
    i, j = meetings(
        [case.index.sums(0, ours, case.left.due[ours])],
        [case.index.sums(1, theirs, case.right.amount[theirs])],
        case.policy.candidates_max**2,
    )
    left, right = ours[i], theirs[j]
    days, inside = case.days(left, right)
    told = [(side.items["reference"] != "").to_numpy() for side in (case.left, case.right)]
    likely = np.flatnonzero(inside & ~(told[0][left] & told[1][right]))
    likely = likely[case.names.may_have_paid(left[likely], right[likely])]
    left, right, days = left[likely], right[likely], days[likely]
    span = int(np.ptp(case.left.day[ours])) + 1 if len(ours) else 1
    rare = rarity(case, span)[days + case.policy.window_days_before]
    best = clear_best(rare, left, right, _CLEAR)
    rivals = np.bincount(right, minlength=len(case.right))[right[best]]
    said = pl.select(pl.format("of={};days={}", pl.Series(rivals), pl.Series(days[best])))
    return fee_pairs(case, left[best], right[best], "amount_likeliest", said.to_series(), PROPOSED)


_CLEAR = 3  # times: such days are so much commoner than the next row's


def _explained(case: Case, left: Rows, right: Rows) -> Rows:
    """What may explain that the amounts of each pair differ, as a place in _RULES."""
    policy = case.policy
    ours, theirs = case.left.amount[left], case.right.amount[right]
    short, share = ours - theirs, np.abs(ours - theirs) * _MILLION // np.maximum(np.abs(ours), 1)
    may = [
        (short > 0) & (short <= policy.wire_fee_max_minor),
        digits_swapped(ours, theirs),
        share <= policy.fx_spread_ppm_max,
    ]
    rule = np.select(may, list(range(len(_RULES))), _UNEXPLAINED)
    return np.where((short != 0) & (np.sign(ours) == np.sign(theirs)), rule, _UNEXPLAINED)


_RULES = ("wire_fee", "digits_swapped", "fx_spread")
_UNEXPLAINED = -1
_MILLION = 1_000_000


def digits_swapped(one: Rows, other: Rows) -> Flags:
    """Whether two amounts are written alike but for two neighbouring digits that changed places.

    Such amounts differ by nine times a power of ten times a digit, which leaves few to be compared.
    """
    swapped = np.zeros(len(one), dtype=np.bool_)
    one, other = np.abs(one), np.abs(other)
    some = np.flatnonzero((one != other) & ((one - other) % 9 == 0))
    one, other = one[some], other[some]
    found = np.zeros(len(some), dtype=np.bool_)
    for unit in (10**place for place in range(_DIGITS_MAX - 1)):
        ours, theirs = one // unit % 100, other // unit % 100
        alike = (ours % 10 * 10 + ours // 10 == theirs) & (one - other == (ours - theirs) * unit)
        # A zero that came to the front would not be written.
        found |= alike & ((one >= 100 * unit) | ((ours >= 10) & (theirs >= 10)))
    swapped[some] = found
    return swapped


_DIGITS_MAX = 12  # of an amount in minor units; ten thousand million
