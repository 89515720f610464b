"""Pass 10: what has evidence but is not sure: shown with its difference, confirmed by nobody.

A shared reference with differing sums, and one party's only open row near a deposit that falls
short by no more than a wire fee.
"""

import numpy as np
import polars as pl

from recon_engine.match.arrays import Flags, Rows
from recon_engine.match.bounded import bounded_join
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
    policy = case.policy
    columns = ("row", "date", "amount", "currency", "party")
    left = case.open_left(case.left.items.select(columns)).filter(pl.col("party") != "")
    right = case.open_payable(case.right.items.select(columns))
    right = right.filter(pl.col("party") != "")
    ours, theirs = pl.col("amount"), pl.col("amount_right")
    short, days = ours - theirs, (pl.col("date_right") - pl.col("date")).dt.total_days()
    share = short.abs() * _MILLION // ours.abs().clip(1)
    near = bounded_join(left, right, ["party", "currency"], policy).filter(
        (short != 0)
        & (ours.sign() == theirs.sign())
        & days.is_between(-policy.window_days_before, policy.window_days_after)
    )
    rule = (
        pl.when((short > 0) & (short <= policy.wire_fee_max_minor))
        .then(pl.lit("wire_fee"))
        .when(pl.Series(digits_swapped(*(near[name].to_numpy() for name in _AMOUNTS))))
        .then(pl.lit("digits_swapped"))
        .when(share <= policy.fx_spread_ppm_max)
        .then(pl.lit("fx_spread"))
    )
    told = near.with_columns(rule=rule, short=short).filter(pl.col("rule").is_not_null())
    only = told.filter(pl.col("row").is_unique() & pl.col("row_right").is_unique()).sort("row")
    evidence = only.select(pl.format("party=1;short_minor={}", "short")).to_series()
    rows = only["row"].to_numpy(), only["row_right"].to_numpy()
    found = pairs(*rows, "wire_fee", evidence, PROPOSED)
    return Found(found.members, found.groups.with_columns(only["rule"]))


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


_AMOUNTS = ("amount", "amount_right")
_DIGITS_MAX = 12  # of an amount in minor units; ten thousand million
