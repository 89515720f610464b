"""What passes 1 to 4 share: rows tied by common keys, confirmed where their sums agree.

A shared id says *which* rows belong together, so nothing is guessed; whether they clear each other
is a question of sums.  Where the sums differ, one case is still sure: a single row on one side and,
on the other, copies of its amount beside rows too small to make it up (paid twice, or a refund
under the same id).  The earliest copy is taken; the copies left over stay open.  Where one row
brings the amount and another what is left of it after a known fee, nobody can say which was meant.
"""

import polars as pl

from recon_engine.match.case import CONFIRMED, Case, Found, nothing, pairs
from recon_engine.match.components import sums
from recon_engine.match.fees import after_fees


def one_to_one(case: Case, left: pl.DataFrame, right: pl.DataFrame, rule: str) -> Found:
    """Pairs whose key stands on exactly one open row of each side, with equal amounts.

    The left amount may also be what is due after its channel's named fee.

    Args:
        case: both sides.
        left: ``row, key`` of the left side.
        right: ``row, key`` of the right side.
        rule: name for the groups.
    """
    lone_left, lone_right = _alone(case.open_left(left)), _alone(case.open_right(right))
    ours = case.left.items.select("row", "amount", "due", "currency")
    theirs = case.right.items.select(row_right="row", paid="amount", currency_right="currency")
    met = (
        lone_left.join(lone_right, on="key", suffix="_right", maintain_order="left")
        .join(ours, on="row", maintain_order="left")
        .join(theirs, on="row_right", maintain_order="left")
        .filter(
            ((pl.col("amount") == pl.col("paid")) | (pl.col("due") == pl.col("paid")))
            & (pl.col("currency") == pl.col("currency_right"))
        )
        .unique(["row", "row_right"], maintain_order=True)
    )
    # A row with two ids may meet two partners; such knots are left to the components.
    met = met.filter(pl.col("row").is_unique() & pl.col("row_right").is_unique())
    return fee_pairs(met.select("row", "row_right", "amount", "paid"), rule, pl.lit("ids=1"))


def fee_pairs(met: pl.DataFrame, rule: str, evidence: pl.Expr, status: str = CONFIRMED) -> Found:
    """Pairs whose difference, if any, a named fee explains.

    Args:
        met: ``row, row_right, amount, paid`` and what ``evidence`` needs.
        rule: name for the groups.
        evidence: text expression over ``met``.
        status: CONFIRMED or PROPOSED.
    """
    fee_minor = pl.col("amount") - pl.col("paid")
    told = met.with_columns(
        explained=fee_minor,
        evidence=pl.when(fee_minor == 0)
        .then(evidence)
        .otherwise(pl.format("{};fee_minor={}", evidence, fee_minor)),
    )
    found = pairs(
        met["row"].to_numpy(), met["row_right"].to_numpy(), rule, told["evidence"], status
    )
    return Found(found.members, found.groups.with_columns(told["explained"]))


def _alone(keys: pl.DataFrame) -> pl.DataFrame:
    return keys.filter(pl.col("key").is_unique())


def equal_sums(case: Case, members: pl.DataFrame, rule: str) -> Found:
    """The groups of ``members`` whose two sides add up to the same, in one currency.

    The left side may also add up less its fees, rounded on every line or once on the total.  A sum
    that needs a bank row's copy to agree proves nothing: such groups are left open.
    """
    members = _without_copies(case, members)
    if members.is_empty():
        return nothing()
    fees = pl.col("left_sum") - pl.col("right_sum")
    added = sums(case, members).with_columns(total_due=after_fees("left_sum", case.fees))
    equal = pl.any_horizontal(
        pl.col(name) == pl.col("right_sum") for name in ("left_sum", "left_due", "total_due")
    )
    days = (pl.col("last") - pl.col("first")).dt.total_days()
    said = pl.format("ids=1;lefts={};rights={};days={}", "lefts", "rights", days)
    groups = added.filter(equal & (pl.col("currencies") == 1)).select(
        "group",
        rule=pl.lit(rule),
        status=pl.lit(CONFIRMED),
        explained=fees,
        evidence=pl.when(fees == 0).then(said).otherwise(pl.format("{};fee_minor={}", said, fees)),
    )
    return Found(members.join(groups.select("group"), on="group", how="semi"), groups)


def _without_copies(case: Case, members: pl.DataFrame) -> pl.DataFrame:
    """The groups that hold no right row which repeats an earlier one to the word."""
    copies = case.right.items.select("row", left=pl.lit(value=False)).filter(case.right.copies)
    marred = members.join(copies, on=["left", "row"], how="semi").select("group").unique()
    return members.join(marred, on="group", how="anti")


def paid_once(case: Case, members: pl.DataFrame, rule: str) -> Found:
    """From groups whose sums differ, the one row of a side and the earliest copy of its amount."""
    if members.is_empty():
        return nothing()
    added = sums(case, members).filter(
        (pl.col("left_sum") != pl.col("right_sum")) & (pl.col("currencies") == 1)
    )
    lone_left = _copies(case, members, added.filter(pl.col("lefts") == 1), lone_is_left=True)
    lone_right = _copies(
        case,
        members,
        added.filter((pl.col("rights") == 1) & (pl.col("lefts") > 1)),
        lone_is_left=False,
    )
    both = pl.concat([lone_left, lone_right])
    evidence = both.select(pl.format("ids=1;copies={}", "copies")).to_series()
    return pairs(both["left_row"].to_numpy(), both["right_row"].to_numpy(), rule, evidence)


def _copies(
    case: Case, members: pl.DataFrame, groups: pl.DataFrame, *, lone_is_left: bool
) -> pl.DataFrame:
    """``left_row, right_row, copies`` for groups with one row on the given side."""
    lone_side, many_side = (case.left, case.right) if lone_is_left else (case.right, case.left)
    inside = members.join(groups.select("group"), on="group", how="semi")
    lone = inside.filter(pl.col("left") == lone_is_left).join(
        lone_side.items.select("row", wanted="amount", wanted_due="due"), on="row"
    )
    many = inside.filter(pl.col("left") != lone_is_left).join(
        many_side.items.select("row", "amount", "due"), on="row"
    )
    equal = pl.col("amount") == pl.col("wanted")
    after_fee = (pl.col("due") == pl.col("wanted_due")) & ~equal
    found = (
        many.join(lone.select("group", "wanted", "wanted_due", lone_row="row"), on="group")
        .group_by("group")
        .agg(
            pl.col("lone_row", "wanted").first(),
            many_row=pl.col("row").filter(equal).min(),  # rows are numbered by date
            copies=equal.sum().cast(pl.Int64),
            others=pl.col("amount").filter(~equal).abs().sum(),
            doubtful=after_fee.any(),
        )
        .filter(pl.col("many_row").is_not_null() & (pl.col("others") < pl.col("wanted").abs()))
        .filter(~pl.col("doubtful"))
        .sort("lone_row")
    )
    names = ("lone_row", "many_row") if lone_is_left else ("many_row", "lone_row")
    return found.select(left_row=names[0], right_row=names[1], copies="copies")
