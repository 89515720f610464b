"""What passes 1 to 4 share: rows tied by common keys, confirmed where their sums agree.

A shared id says *which* rows belong together, so nothing is guessed; whether they clear each other
is a question of sums.  Where the sums differ, one case is still sure: a single row on one side and,
on the other, copies of its amount beside rows too small to make it up (paid twice, or a refund
under the same id).  The earliest copy is taken; the copies left over stay open.  Where one row
brings the amount and another what is left of it after a known fee, nobody can say which was meant.
"""

import numpy as np
import polars as pl

from recon_engine.match.arrays import Flags, Groups, Rows, distinct, once
from recon_engine.match.case import CONFIRMED, Case, Found, nothing, pairs
from recon_engine.match.components import Members, Sums, components
from recon_engine.match.index import Keyed, Tie


def one_to_one(case: Case, tie: Tie, rule: str) -> Found:
    """Pairs whose key stands on exactly one open row of each side, with equal amounts.

    The left amount may also be what is due after its channel's named fee.

    Args:
        case: both sides.
        tie: of the case's index.
        rule: name for the groups.
    """
    left, right = lone_pairs(case, tie)
    amount, due, paid = case.left.amount[left], case.left.due[left], case.right.amount[right]
    equal = (amount == paid) | (due == paid)
    # A row with two ids may meet two partners; such knots are left to the components.
    left, right = left[equal], right[equal]
    alone = once(left) & once(right)
    return fee_pairs(case, left[alone], right[alone], rule, "ids=1")


def lone_pairs(case: Case, tie: Tie) -> tuple[Rows, Rows]:
    """Left and right rows of one currency whose common key stands on no other open row."""
    return lone_rows(case, case.open_ties(tie))


def lone_rows(case: Case, tied: Tie) -> tuple[Rows, Rows]:
    """Left and right rows of one currency whose common key ties no other row."""
    ours, theirs = (_lone_row(side, tied.keys) for side in (tied.left, tied.right))
    both = (ours >= 0) & (theirs >= 0)
    left, right = ours[both], theirs[both]
    same = case.index.currency[0][left] == case.index.currency[1][right]
    met = distinct(left[same] * len(case.right) + right[same])
    return np.divmod(met, max(1, len(case.right)))


def _lone_row(side: Keyed, keys: int) -> Rows:
    """By key: the one row that carries it, -1 where there are none or several."""
    row = np.full(keys, -1, dtype=np.int64)
    row[side.key] = side.row
    row[np.bincount(side.key, minlength=keys) > 1] = -1
    return row


def fee_pairs(
    case: Case,
    left: Rows,
    right: Rows,
    rule: str,
    evidence: pl.Series | str,
    status: str = CONFIRMED,
) -> Found:
    """Pairs whose difference, if any, a named fee explains.

    Args:
        case: both sides.
        left: a row of the left side for each pair.
        right: its partner.
        rule: name for the groups.
        evidence: of each pair, or of all.
        status: of all.
    """
    fee = case.left.amount[left] - case.right.amount[right]
    found = pairs(left, right, rule, _with_fees(evidence, fee), status)
    if not fee.any():
        return found
    return Found(found.members, found.groups.with_columns(explained=pl.Series(fee)))


def _with_fees(evidence: pl.Series | str, fee: Rows) -> pl.Series | str:
    """What is said of each group or of all, and its fee where there is one."""
    if not fee.any():
        return evidence
    said = evidence if isinstance(evidence, str) else evidence.alias("said")
    told = pl.DataFrame({"fee": fee}).with_columns(said=pl.lit(said))
    with_fee = pl.format("{};fee_minor={}", "said", "fee")
    return told.select(pl.when(pl.col("fee") == 0).then("said").otherwise(with_fee)).to_series()


def equal_sums(case: Case, tie: Tie, rule: str) -> Found:
    """The components of a tie whose two sides add up to the same, in one currency.

    The left side may also add up less its fees, rounded on every line or once on the total.  A sum
    that needs a bank row's copy to agree proves nothing: such groups are left open.
    """
    members = _without_copies(case, components(case, tie))
    if not len(members):
        return nothing()
    added, left = Sums.of(case, members), case.left
    first = members.row[added.head]
    total_due = left.tariff.after(
        added.left_sum, _only_channel(case, members, added.groups), left.currency[first]
    )
    sums = (added.left_sum, added.left_due, total_due)
    equal = np.any([each == added.right_sum for each in sums], axis=0) & (added.currencies == 1)
    if not equal.any():
        return nothing()
    figures = pl.DataFrame(
        {
            "group": added.group,
            "lefts": added.lefts,
            "rights": added.rights,
            "days": added.last - added.first,
            "explained": added.left_sum - added.right_sum,
        }
    )
    fees = pl.col("explained")
    said = pl.format("ids=1;lefts={};rights={};days={}", "lefts", "rights", "days")
    groups = figures.filter(pl.Series(equal)).select(
        "group",
        rule=pl.lit(rule),
        status=pl.lit(CONFIRMED),
        explained="explained",
        evidence=pl.when(fees == 0).then(said).otherwise(pl.format("{};fee_minor={}", said, fees)),
    )
    return Found(members.where(equal[added.groups.number]).frame(), groups)


def _only_channel(case: Case, members: Members, groups: Groups) -> Rows:
    """By group: the one channel of its left rows, or -1."""
    code = np.zeros(len(members), dtype=np.int64)
    code[members.left] = case.left.channel[members.row[members.left]]
    code[~members.left] = code[groups.first[groups.number[~members.left]]]
    low, high = groups.min(code), groups.max(code)
    return np.where(low == high, low, -1)


def _without_copies(case: Case, members: Members) -> Members:
    """The groups that hold no right row which repeats an earlier one to the word."""
    copy = ~members.left
    copy[copy] = case.right.is_copy[members.row[copy]]
    return members.where(~Groups.of(members.group).marked(copy))


def paid_once(case: Case, tie: Tie, rule: str) -> Found:
    """From groups whose sums differ, the one row of a side and the earliest copy of its amount."""
    members = components(case, tie)
    if not len(members):
        return nothing()
    added = Sums.of(case, members)
    asked = (added.left_sum != added.right_sum) & (added.currencies == 1)
    asked &= (added.lefts == 1) | (added.rights == 1)
    if not asked.any():
        return nothing()
    some = members.where(asked[added.groups.number])
    groups = Groups.of(some.group)
    return _copies(case, groups, some.left, some.row, added.lefts[asked] == 1, rule)


def _copies(
    case: Case, groups: Groups, left: Flags, row: Rows, lone_is_left: Flags, rule: str
) -> Found:
    """Pairs from groups with one row on one side; ``lone_is_left`` tells which, by group."""
    amount, due = np.empty(len(row), dtype=np.int64), np.empty(len(row), dtype=np.int64)
    amount[left], due[left] = case.left.amount[row[left]], case.left.due[row[left]]
    amount[~left] = due[~left] = case.right.amount[row[~left]]
    lone = left == lone_is_left[groups.number]
    wanted, wanted_due, lone_row = (
        groups.sum(np.where(lone, column, 0)) for column in (amount, due, row)
    )
    equal = ~lone & (amount == wanted[groups.number])
    after_fee = ~lone & ~equal & (due == wanted_due[groups.number])
    others = groups.sum(np.where(lone | equal, 0, np.abs(amount)))
    sure = groups.any(equal) & (others < np.abs(wanted)) & ~groups.any(after_fee)
    copy = groups.min(np.where(equal, row, np.iinfo(np.int64).max))  # rows are numbered by date
    copies = groups.sum(equal.astype(np.int64))[sure]
    ours, theirs = np.where(lone_is_left, [lone_row, copy], [copy, lone_row])[:, sure]
    evidence = pl.DataFrame({"copies": copies}).select(pl.format("ids=1;copies={}", "copies"))
    return pairs(ours, theirs, rule, evidence.to_series())
