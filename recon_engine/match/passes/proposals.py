"""Pass 10: what has evidence but is not sure: shown with its difference, confirmed by nobody.

A shared reference with differing sums, and one party's only open row near a deposit that falls
short by no more than a wire fee.
"""

import polars as pl

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
    right = case.open_right(case.right.items.select(columns)).filter(pl.col("party") != "")
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
        .when(digits_swapped("amount", "amount_right"))
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


def digits_swapped(one: str, other: str) -> pl.Expr:
    """Whether two amounts are written alike but for two neighbouring digits that changed places.

    Such amounts differ by nine times a power of ten times a digit, which leaves few to be compared.
    """
    ours, theirs = (pl.col(name).abs().cast(pl.String) for name in (one, other))
    apart = (pl.col(one).abs() - pl.col(other).abs()).abs()
    by_nine = (apart > 0) & (apart % 9 == 0)
    alike = ours.str.len_bytes() == theirs.str.len_bytes()
    swapped = pl.any_horizontal(
        (ours.str.slice(0, at) == theirs.str.slice(0, at))
        & (ours.str.slice(at, 1) == theirs.str.slice(at + 1, 1))
        & (ours.str.slice(at + 1, 1) == theirs.str.slice(at, 1))
        & (ours.str.slice(at + 2) == theirs.str.slice(at + 2))
        for at in range(_DIGITS_MAX - 1)
    )
    return by_nine & alike & swapped


_DIGITS_MAX = 12  # of an amount in minor units; ten thousand million
