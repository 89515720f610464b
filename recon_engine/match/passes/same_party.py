"""Pass 8: one buyer's orders and payments that clear each other only together.

One transfer for several orders, one order in instalments, n orders by m payments.  On the left, a
*unit* is a run of neighbouring open orders of one party.  Payments that name an order of the unit
outright belong to it; what they leave unpaid is looked for among runs of payments whose payer's
name fits, or is nought.  Nothing else is tried: free subsets of a buyer's payments would be hit by
chance far too often.
"""

import polars as pl

from recon_engine.match.anchors import nearly_named
from recon_engine.match.bounded import bounded_join
from recon_engine.match.case import CONFIRMED, Case, Found, nothing
from recon_engine.match.components import sums
from recon_engine.match.gate import likelihood
from recon_engine.match.minimal import whole
from recon_engine.match.pool import Pool, order_pool, payment_pool

# How sure a solution is, by its kind: payments all named, some named, none named.
_ALL_NAMED, _SOME_NAMED, _BY_NAME, _WITH_COPIES = range(4)


def run(case: Case) -> Found:
    """Groups of one party's orders and payments whose sums agree."""
    orders = order_pool(case)
    if orders.frame.is_empty():
        return nothing()
    ties = _ties(case)
    payments = payment_pool(case, orders, ties.select(row="payment").unique())
    named = _named(orders, ties)
    solutions = pl.concat(
        [
            named.filter(pl.col("rest") == 0).select(
                "unit", "copies", payment=pl.lit(-1, pl.Int64), grade=_grade(_ALL_NAMED)
            ),
            _completed(case, orders, payments, named),
            _unnamed(case, orders, payments),
        ]
    )
    return _found(case, _members(orders, payments, ties, solutions), solutions)


def _ties(case: Case) -> pl.DataFrame:
    """``row, payment, paid, copy``: open payments and the open orders they name, or nearly name.

    Both are of one currency.  ``copy`` marks a payment that repeats an earlier one to the word
    within a day or two.
    """
    said = pl.concat([case.right.ids, case.right.tokens]).unique(maintain_order=True)
    known = case.open_left(case.left.ids)
    outright = (
        case.open_right(said)
        .join(known, on="key", suffix="_left")
        .select(payment="row", row="row_left")
    )
    paid = case.right.items.select("currency", payment="row", paid="amount", copy=case.right.copies)
    met = (
        pl.concat([outright, nearly_named(case)])
        .unique()
        .join(case.left.items.select("row", "currency"), on="row")
        .join(paid, on=["payment", "currency"])
    )
    return met.drop("currency").sort("payment", "row")


def _named(orders: Pool, ties: pl.DataFrame) -> pl.DataFrame:
    """``unit, copies, names, rest``: units with named payments, and what those leave unpaid.

    ``copies`` says whether payments that look like copies are counted; both ways are tried where
    they differ.
    """
    paid = (
        _inside(orders, ties)
        .group_by("unit")
        .agg(
            every=pl.col("paid").sum(),
            once=pl.col("paid").filter(~pl.col("copy")).sum(),
            names=pl.len(),
        )
    )
    both = pl.concat(
        [
            paid.select("unit", "names", copies=pl.lit(value=False), paid="once"),
            paid.filter(pl.col("once") != pl.col("every")).select(
                "unit", "names", copies=pl.lit(value=True), paid="every"
            ),
        ]
    )
    total = orders.frame.select("total", unit="run")
    return both.join(total, on="unit").with_columns(rest=pl.col("total") - pl.col("paid"))


def _inside(orders: Pool, ties: pl.DataFrame) -> pl.DataFrame:
    """``unit, payment, paid, copy``: the payments that name orders of a unit, and no others."""
    rows = orders.rows(orders.frame["run"]).rename({"run": "unit"})
    met = rows.join(ties.with_columns(names=pl.len().over("payment")), on="row")
    whole = met.group_by("unit", "payment").agg(
        pl.col("paid", "copy", "names").first(), inside=pl.len()
    )
    return whole.filter(pl.col("inside") == pl.col("names")).drop("inside", "names")


def _completed(case: Case, orders: Pool, payments: Pool, named: pl.DataFrame) -> pl.DataFrame:
    """Units with named payments, completed by a run of payments whose payer's name fits."""
    short = named.filter(pl.col("rest") > 0)
    met = _meet(case, orders, payments, short.select("unit", "copies", wanted="rest"))
    return met.select("unit", "copies", "payment", grade=_grade(_SOME_NAMED))


def _grade(grade: int) -> pl.Expr:
    """The grade; what counts copies of a payment as payments comes last."""
    return pl.when("copies").then(_WITH_COPIES).otherwise(grade)


def _unnamed(case: Case, orders: Pool, payments: Pool) -> pl.DataFrame:
    """Units that no payment names, against a run of payments, behind the gate.

    The chance is that of some run of the party's payments bringing some unit's sum by accident: as
    many tries as there are pairs of both, each as likely as sums of that size are dense.
    """
    units = orders.frame.select(unit="run", wanted="total", copies=pl.lit(value=False))
    met = _meet(case, orders, payments, units)
    ours = orders.frame.group_by("label").len("units")
    theirs = payments.frame.group_by("label").len("runs")
    several = met.filter((pl.col("length") > 1) | (pl.col("length_right") > 1))
    likely = likelihood(orders.frame["total"].to_numpy(), several["wanted"].to_numpy())
    chance = pl.col("units") * pl.col("runs") * pl.col("likely") * case.policy.stranger_ppm
    judged = (
        several.with_columns(likely=pl.Series(likely))
        .join(ours, on="label")
        .join(theirs, on="label")
        .filter(chance <= case.policy.chance_ppm_max)
    )
    return judged.select("unit", "copies", "payment", grade=_grade(_BY_NAME)).unique()


def _meet(case: Case, orders: Pool, payments: Pool, wanted: pl.DataFrame) -> pl.DataFrame:
    """Units and payment runs of one party that bring the sum that is wanted, within the window."""
    units = wanted.join(orders.frame.rename({"run": "unit"}), on="unit")
    runs = payments.frame.rename({"run": "payment", "total": "wanted"})
    policy = case.policy
    inside = (pl.col("first_right") >= pl.col("first") - policy.window_days_before) & (
        pl.col("last_right") <= pl.col("last") + policy.window_days_after
    )
    on = ["label", "wanted", "currency"]
    return bounded_join(units, runs, on, policy).filter(inside)


def _members(
    orders: Pool, payments: Pool, ties: pl.DataFrame, solutions: pl.DataFrame
) -> pl.DataFrame:
    """``group, left, row`` of every solution; groups are numbered as the solutions stand."""
    numbered = solutions.with_row_index("group").with_columns(pl.col("group").cast(pl.Int64))
    left = numbered.join(
        orders.rows(numbered["unit"].unique()).rename({"run": "unit"}), on="unit"
    ).select("group", "row", left=pl.lit(value=True))
    named = numbered.filter(pl.col("grade") != _BY_NAME).join(_inside(orders, ties), on="unit")
    spoken = named.filter(pl.col("copies") | ~pl.col("copy")).select(
        "group", left=pl.lit(value=False), row="payment_right"
    )
    run = numbered.filter(pl.col("payment") >= 0)
    paid = run.join(
        payments.rows(run["payment"].unique()).rename({"run": "payment"}), on="payment"
    ).select("group", left=pl.lit(value=False), row="row")
    return pl.concat([left.select("group", "left", "row"), spoken, paid]).unique()


def _found(case: Case, members: pl.DataFrame, solutions: pl.DataFrame) -> Found:
    """Of each grade in turn, the solutions that share no row with another one still possible."""
    grades = solutions.with_row_index("group").select(pl.col("group").cast(pl.Int64), "grade")
    distinct = whole(case, _without_repeats(members.join(grades, on="group")))
    kept, taken = [], pl.DataFrame(schema={"left": pl.Boolean, "row": pl.Int64})
    for grade in (_ALL_NAMED, _SOME_NAMED, _BY_NAME, _WITH_COPIES):
        ours = distinct.filter(pl.col("grade") == grade)
        touched = ours.join(taken, on=["left", "row"], how="semi").select("group").unique()
        free = ours.join(touched, on="group", how="anti")
        shared = free.with_columns(shared=pl.struct("left", "row").is_duplicated())
        clear = shared.filter(~pl.col("shared").any().over("group")).drop("shared")
        kept.append(clear)
        taken = pl.concat([taken, free.select("left", "row")])
    chosen = pl.concat(kept)
    grades = chosen.group_by("group").agg(pl.col("grade").first())
    members = chosen.select("group", "left", "row")
    fees = pl.col("left_sum") - pl.col("right_sum")  # what is due after fees was compared
    told = pl.format("party=1;grade={}", "grade")
    said = (
        sums(case, members)
        .join(grades, on="group")
        .sort("group")
        .select(
            "group",
            rule=pl.lit("same_party"),
            status=pl.lit(CONFIRMED),
            explained=fees,
            evidence=pl.when(fees == 0)
            .then(told)
            .otherwise(pl.format("{};fee_minor={}", told, fees)),
        )
    )
    return Found(members, said)


def _without_repeats(members: pl.DataFrame) -> pl.DataFrame:
    """One of each set of solutions that have the same members (found by several keys)."""
    place = pl.col("row") * 2 + pl.col("left")
    signed = members.group_by("group").agg(
        pl.col("grade").first(), places=place.sort().cast(pl.String).str.join(" ")
    )
    first = signed.sort("grade", "group").unique("places", keep="first", maintain_order=True)
    return members.join(first.select("group"), on="group", how="semi")
