"""Runs the passes in their order and gathers what they found."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import polars as pl

from recon_engine.match.case import CONFIRMED, Case, Found
from recon_engine.match.decisions import pinned, without_banned
from recon_engine.match.gathered import gathered
from recon_engine.match.passes import (
    channel_amount,
    exact_reference,
    group_sum,
    named_spread,
    near_reference,
    party_amount,
    payout_blocks,
    proposals,
    reference_in_text,
    reference_sum,
    reversals,
    same_party,
)
from recon_engine.model.decision import BANS, PINS, agreeing
from recon_engine.model.policy import Policy
from recon_engine.model.results import empty

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
    named_spread.run,
    payout_blocks.run,
    party_amount.run_alike,
    party_amount.run_same_name,
    party_amount.run,
    same_party.run,
    named_spread.run_by_name,
    reversals.run,
    proposals.by_reference,
    proposals.by_group,
    party_amount.propose,
    proposals.near_amount,
    reversals.propose,
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

# Goods: a number on a parcel, an order, a bill's line.  What is billed, weighed and shipped is
# compared once it is known who belongs together.
NUMBER_PASSES: tuple[Pass, ...] = (
    exact_reference.run,
    reference_sum.run,
    reference_in_text.run,
    reference_in_text.run_sum,
)

# What no number has linked, and what costs the same to the cent: a number with one slip.
NEAR_PASSES: tuple[Pass, ...] = (near_reference.run,)

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
    case = Case.of(left, right, policy)
    decided, case = pinned(case, pins)
    case = _taken(case, decided)
    found = [decided]
    for each in passes:
        found.append(without_banned(case, each(case), bans))
        case = _taken(case, found[-1])
    return Matched(*gathered(case, found))


def _taken(case: Case, found: Found) -> Case:
    """The case without the rows of the groups; confirmed and proposed rows alike are taken."""
    if found.groups.is_empty():
        return case
    is_left, row = found.members["left"].to_numpy(), found.members["row"].to_numpy()
    after = case.without(row[is_left], row[~is_left])
    if case.open_count - after.open_count != len(row):  # one was closed before, or is there twice
        raise AssertionError("a pass took a row that was not its to take")
    return after


def confirmed(matches: pl.DataFrame) -> pl.DataFrame:
    """The rows of MATCHES that are confirmed."""
    return matches.filter(pl.col("status") == CONFIRMED)
