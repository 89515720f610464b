"""Runs the passes in their order and gathers what they found."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from recon_engine.match.case import CONFIRMED, PROPOSED, Case, Flags, Found, Side
from recon_engine.match.decisions import pinned, without_banned
from recon_engine.match.passes import (
    channel_amount,
    exact_reference,
    group_sum,
    near_reference,
    party_amount,
    payout_blocks,
    proposals,
    reference_in_text,
    reference_sum,
    same_party,
)
from recon_engine.model.decision import BANS, PINS, agreeing
from recon_engine.model.policy import Policy
from recon_engine.model.results import MATCHES, MEMBERS, empty

Pass = Callable[[Case], Found]

# Surest first.  The order is the product's promise; docs/matching.md says why each stands where it
# stands.
PASSES: tuple[Pass, ...] = (
    exact_reference.run,
    reference_sum.run,
    group_sum.run,
    reference_in_text.run,
    reference_in_text.run_sum,
    reference_sum.run_paid_once,
    reference_in_text.run_paid_once,
    near_reference.run,
    payout_blocks.run,
    party_amount.run_alike,
    party_amount.run_same_name,
    party_amount.run,
    same_party.run,
    proposals.by_reference,
    proposals.by_group,
    proposals.near_amount,
)

# Orders against a platform's own lines: the platform knows the order, so only ids count, and two
# lines for one order are a question, not a copy.
ORDER_PASSES: tuple[Pass, ...] = (
    exact_reference.run,
    reference_sum.run,
    reference_in_text.run,
    reference_in_text.run_sum,
    near_reference.run,
)

# Whole payouts against deposits: a platform is no buyer, so names prove only the channel.
PAYOUT_PASSES: tuple[Pass, ...] = (
    exact_reference.run,
    group_sum.run,
    reference_in_text.run,
    reference_in_text.run_paid_once,
    near_reference.run,
    channel_amount.run,
    proposals.by_reference,
    proposals.by_group,
    proposals.near_amount,
)


@dataclass(frozen=True)
class Matched:
    """The groups of a whole run.

    Attributes:
        matches: MATCHES (``reconciliation`` is "" here), sorted by match_id.
        members: MEMBERS; an item is in at most one group.
    """

    matches: pl.DataFrame
    members: pl.DataFrame


def match_items(
    left: pl.DataFrame,
    right: pl.DataFrame,
    policy: Policy,
    passes: Iterable[Pass] = PASSES,
    *,
    pins: pl.DataFrame | None = None,
    bans: pl.DataFrame | None = None,
) -> Matched:
    """Matches two ITEMS frames.

    Args:
        left: items, ids unique.  ``difference`` is always left minus right.
        right: items, ids unique.
        policy: tolerances, windows and fee rules.
        passes: the passes to run, in order.
        pins: PINS: records that a person put together; they are always together.
        bans: BANS: pairs that a person took apart; they are never together.

    Returns:
        Groups and members.  Independent of row order; nothing given is changed.

    Raises:
        TieoutError: the decisions contradict each other, or a pin mixes currencies.
    """
    pins = empty(PINS) if pins is None else pins
    bans = empty(BANS) if bans is None else bans
    agreeing(pins, bans)
    case = Case(
        left=Side.of(left, policy.match, policy.fees),
        right=Side.of(right, policy.match),
        policy=policy.match,
        fees=policy.fees,
        left_open=np.ones(left.height, dtype=np.bool_),
        right_open=np.ones(right.height, dtype=np.bool_),
        channels=policy.channels,
    )
    decided, case = pinned(case, pins)
    case = _taken(case, decided)
    found = [decided]
    for each in passes:
        found.append(without_banned(case, each(case), bans))
        case = _taken(case, found[-1])
    return _gathered(case, found)


def _taken(case: Case, found: Found) -> Case:
    """The case without the rows of the groups; confirmed and proposed rows alike are taken."""
    if found.groups.is_empty():
        return case
    members = found.members
    left, right = members.filter(pl.col("left"))["row"], members.filter(~pl.col("left"))["row"]
    return replace(
        case,
        left_open=_closed(case.left_open, left),
        right_open=_closed(case.right_open, right),
    )


def _closed(is_open: Flags, rows: pl.Series) -> Flags:
    """The flags with the rows closed; a row taken twice is a fault of a pass."""
    taken = rows.to_numpy()
    if not is_open[taken].all() or rows.n_unique() != rows.len():
        raise AssertionError("a pass took a row that was not its to take")
    after = is_open.copy()
    after[taken] = False
    return after


def _gathered(case: Case, found: list[Found]) -> Matched:
    kept = [f for f in found if not f.groups.is_empty()]
    if not kept:
        return Matched(pl.DataFrame(schema=MATCHES), pl.DataFrame(schema=MEMBERS))
    members, groups, doubtful = (
        pl.concat([frame.with_columns(run=pl.lit(n, pl.Int32)) for n, frame in enumerate(frames)])
        for frames in zip(*((f.members, f.groups, f.doubtful) for f in kept), strict=True)
    )
    named = _named(case, members)
    return Matched(_matches(named, groups), _members(named, groups, doubtful))


def _named(case: Case, members: pl.DataFrame) -> pl.DataFrame:
    """Members with their items' id, amount and currency, and the match_id of their group.

    A match is named after its first item in canonical order, left side first: an item is in one
    group only, so the name is unique, and stays the same when other rows come and go.
    """
    wanted = ("row", "id", "amount", "currency")
    sides = [
        members.filter(pl.col("left") == is_left).join(
            side.items.select(wanted), on="row", maintain_order="left"
        )
        for is_left, side in ((True, case.left), (False, case.right))
    ]
    ordered = pl.concat(sides).sort("run", "group", ~pl.col("left"), "row")
    first = pl.col("id").first().over("run", "group")
    return ordered.with_columns(match_id=pl.lit("M-") + first)


def _matches(named: pl.DataFrame, groups: pl.DataFrame) -> pl.DataFrame:
    amount = pl.col("amount")
    added = named.group_by("run", "group", maintain_order=False).agg(
        pl.col("match_id").first(),
        pl.col("currency").first(),
        left_count=pl.col("left").sum().cast(pl.Int64),
        right_count=(~pl.col("left")).sum().cast(pl.Int64),
        left_amount=amount.filter(pl.col("left")).sum(),
        right_amount=amount.filter(~pl.col("left")).sum(),
    )
    whole = groups.join(added, on=["run", "group"]).with_columns(
        reconciliation=pl.lit(""),
        difference=pl.col("left_amount") - pl.col("right_amount"),
    )
    return whole.select(list(MATCHES)).sort("match_id")


def _members(named: pl.DataFrame, groups: pl.DataFrame, doubtful: pl.DataFrame) -> pl.DataFrame:
    own = named.join(groups.select("run", "group", "status"), on=["run", "group"])
    if not doubtful.is_empty():
        told = doubtful.select("run", "left", "row", doubt=pl.lit(PROPOSED))
        own = own.join(told, on=["run", "left", "row"], how="left")
        own = own.with_columns(status=pl.coalesce("doubt", "status"))
    return (
        own.select(
            "match_id",
            "status",
            side=pl.when(pl.col("left")).then(pl.lit("left")).otherwise(pl.lit("right")),
            record_id="id",
        )
        .select(list(MEMBERS))
        .sort("match_id", "side", "record_id")
    )


def confirmed(matches: pl.DataFrame) -> pl.DataFrame:
    """The rows of MATCHES that are confirmed."""
    return matches.filter(pl.col("status") == CONFIRMED)
