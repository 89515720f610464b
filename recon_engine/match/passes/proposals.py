"""Pass 10: what has evidence but is not sure: shown with its difference, confirmed by nobody.

A shared reference with differing sums, and one party's only open row near a deposit that falls
short by no more than a wire fee.
"""

import numpy as np
import polars as pl

from recon_engine.match.arrays import Flags, Rows, hashed, meetings, once
from recon_engine.match.case import PROPOSED, Case, Found, nothing, pairs
from recon_engine.match.components import linked, sums
from recon_engine.match.index import Tie


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
    left, right = _of_one_party(case)
    how = _how_nearly(case, left, right)
    left, right, how = (each[how > 0] for each in (left, right, how))
    only = np.flatnonzero(once(left) & once(right))
    only = only[np.argsort(left[only])]
    left, right = left[only], right[only]
    short = pl.DataFrame({"short": case.left.amount[left] - case.right.amount[right]})
    evidence = short.select(pl.format("party=1;short_minor={}", "short")).to_series()
    found = pairs(left, right, "", evidence, PROPOSED)
    if not len(only):
        return found
    groups = found.groups.with_columns(
        rule=pl.Series(["", "wire_fee", "digits_swapped", "fx_spread"]).gather(how[only])
    )
    return Found(found.members, groups)


def _of_one_party(case: Case) -> tuple[Rows, Rows]:
    """Open rows of one party in one currency, of one sign, within the window, as pairs."""
    policy, rows, keys = case.policy, [], []
    sides = (case.left, case.left_open), (case.right, case.right_open)
    for (side, is_open), currency in zip(sides, case.index.currency, strict=True):
        party = side.items["party"]
        row = np.flatnonzero(is_open & (party != "").to_numpy())
        rows.append(row)
        keys.append([hashed(party.gather(row)), currency[row]])
    i, j = meetings(keys[0], keys[1], policy.candidates_max**2)
    left, right = rows[0][i], rows[1][j]
    days = case.right.day[right] - case.left.day[left]
    near = (days >= -policy.window_days_before) & (days <= policy.window_days_after)
    near &= np.sign(case.left.amount[left]) == np.sign(case.right.amount[right])
    left, right = left[near], right[near]
    # Names that share a number are not the same for that.
    ours, theirs = case.left.items["party"].gather(left), case.right.items["party"].gather(right)
    same = (ours == theirs).to_numpy()
    return left[same], right[same]


def _how_nearly(case: Case, left: Rows, right: Rows) -> Rows:
    """By pair: the place of the rule that may explain its difference; 0 where none does."""
    ours, theirs, policy = case.left.amount[left], case.right.amount[right], case.policy
    short = ours - theirs
    share = np.abs(short) * _MILLION // np.maximum(np.abs(ours), 1)
    how = np.where(share <= policy.fx_spread_ppm_max, _FX_SPREAD, 0)
    how[digits_swapped(ours, theirs)] = _DIGITS_SWAPPED
    how[(short > 0) & (short <= policy.wire_fee_max_minor)] = _WIRE_FEE
    how[short == 0] = 0
    return how


_WIRE_FEE, _DIGITS_SWAPPED, _FX_SPREAD = 1, 2, 3  # places among the rules; 0 is none
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
