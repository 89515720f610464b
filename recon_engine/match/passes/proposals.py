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
    """One party's open rows where a bank's fee would explain what is missing, if only one fits."""
    policy = case.policy
    columns = ("row", "date", "amount", "currency", "party")
    left = case.open_left(case.left.items.select(columns)).filter(pl.col("party") != "")
    right = case.open_right(case.right.items.select(columns)).filter(pl.col("party") != "")
    short = pl.col("amount") - pl.col("amount_right")
    days = (pl.col("date_right") - pl.col("date")).dt.total_days()
    near = bounded_join(left, right, ["party", "currency"], policy).filter(
        (short > 0)
        & (short <= policy.wire_fee_max_minor)
        & days.is_between(-policy.window_days_before, policy.window_days_after)
    )
    only = near.filter(pl.col("row").is_unique() & pl.col("row_right").is_unique()).sort("row")
    evidence = only.select(
        pl.format("party=1;short_minor={}", pl.col("amount") - pl.col("amount_right"))
    ).to_series()
    rows = only["row"].to_numpy(), only["row_right"].to_numpy()
    return pairs(*rows, "wire_fee", evidence, PROPOSED)
