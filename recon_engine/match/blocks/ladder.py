"""Chains of payouts side by side, so that one step serves the payouts at one place of all chains.

A channel's month is a chain of some thirty payouts, and chains know nothing of each other.  Walked
one by one, a payout costs a dozen calls on a few numbers each; side by side all first payouts are
one step, then all second ones.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from recon_engine.match.blocks.bags import Floats, ragged
from recon_engine.match.blocks.steps import Stand, Steps
from recon_engine.match.case import Rows


@dataclass(frozen=True)
class Rung:
    """The payouts at one place of their chains, and what follows each: a payout, or the end.

    Attributes:
        states: of the payouts, among those of the ladder.
        first: place of each payout's first state, from the rung's first.
        owner: payout of each state.
        after: states of what follows.
        first_after: place of the first state of what follows each, from the first in ``after``.
        owner_after: payout that each state in ``after`` follows.
        ways: of the payouts.
        at: payout of each way.
    """

    states: slice
    first: Rows
    owner: Rows
    after: slice
    first_after: Rows
    owner_after: Rows
    ways: slice
    at: Rows


@dataclass(frozen=True)
class Ladder:
    """All chains.  States of a payout stand together, *other* last; an end is one state.

    Attributes:
        rungs: from the first payouts of all chains to the last.
        payout: of each state; -1 for an end.
        state: its place among the steps' states; -1 for *other* and for an end.
        prior: its odds where nothing is known.
        nothing: odds that nothing explains its payout; 0 for an end.
        rows: the same times the rows that are then left out.
        astray: the part of the odds in which the days are others.
        solution: of each way; ways stand in the order of their payouts, rung by rung.
        before: state that each way leads from.
        to: state that it leads to.
        weight: its odds.
    """

    rungs: list[Rung]
    payout: Rows
    state: Rows
    prior: Floats
    nothing: Floats
    rows: Floats
    astray: Floats
    solution: Rows
    before: Rows
    to: Rows
    weight: Floats

    @classmethod
    def of(cls, stand: Stand, steps: Steps) -> "Ladder":
        """The ladder of some payouts, those of one chain one after the other."""
        place = _Places.of(stand, steps.states.first)
        first, payouts = steps.states.first, len(stand.follows)
        payout, within = place.states()
        other = within + 1 == place.size[payout]
        end = payout >= payouts
        state = np.where(other, -1, first[np.minimum(payout, payouts)] + within)
        known = np.add.reduceat(steps.states.prior, first[:-1])

        def told(of_state: Floats, of_other: Floats, of_end: float) -> Floats:
            by_payout = np.append(of_other, np.full(len(place.size) - payouts, of_end))
            return np.where(state < 0, by_payout[payout], of_state[state])

        ours = steps.solutions.payout[steps.ways.solution]
        order = np.argsort(place.where[ours], kind="stable")
        ours, solution = ours[order], steps.ways.solution[order]
        after, follower = steps.ways.after[order], place.follower[ours]
        reached = np.where(
            after < 0, place.size[follower] - 1, after - first[np.minimum(ours + 1, payouts)]
        )
        return cls(
            list(place.rungs(ours)),
            np.where(end, -1, payout),
            state,
            told(steps.states.prior, np.maximum(0.0, 1 - known), 1.0),
            told(steps.of_state.weight, steps.of_other.weight, 0.0),
            told(steps.of_state.rows, steps.of_other.rows, 0.0),
            told(steps.of_state.astray, steps.of_other.astray, 0.0),
            solution,
            place.start[ours] + steps.solutions.state[solution] - first[ours],
            place.start[follower] + reached,
            steps.ways.weight[order],
        )


@dataclass(frozen=True)
class _Places:
    """Payouts, and after them the ends of the chains: where each stands on the ladder.

    Attributes:
        size: states of each.
        rung: of each.
        where: its place among all; of a rung's, those of the longest chains stand first.
        start: place of its first state.
        follower: what follows each payout.
        going: by rung, how many of its payouts there are; ends stand behind them.
    """

    size: Rows
    rung: Rows
    where: Rows
    start: Rows
    follower: Rows
    going: Rows

    @classmethod
    def of(cls, stand: Stand, first: Rows) -> "_Places":
        payouts = len(stand.follows)
        heads = np.flatnonzero(~stand.follows)
        length = np.diff(heads, append=payouts)
        chain = np.repeat(np.arange(len(heads)), length)
        rung = np.append(np.arange(payouts) - heads[chain], length)
        size = np.append(np.diff(first) + 1, np.ones(len(heads), np.int64))
        order = np.lexsort((-length[np.append(chain, np.arange(len(heads)))], rung))
        where, start = (np.empty(len(order), np.int64) for _ in range(2))
        where[order] = np.arange(len(order))
        start[order] = np.cumsum(size[order]) - size[order]
        last = np.append(~stand.follows[1:], True)[:payouts]
        follower = np.where(last, payouts + chain, np.arange(1, payouts + 1))
        return cls(size, rung, where, start, follower, np.bincount(rung[:payouts]))

    def states(self) -> tuple[Rows, Rows]:
        """``(payout or end, number of its state)`` of every state, in the order of the ladder."""
        order = np.argsort(self.where)
        owner, within = ragged(self.size[order])
        return order[owner], within

    def rungs(self, ways: Rows) -> Iterator[Rung]:
        """The rungs; ``ways`` are the payouts of the ways."""
        size = self.size[np.argsort(self.where)]
        first = np.append(0, np.cumsum(size))
        at = self.where[ways]
        begins = np.append(0, np.cumsum(np.bincount(self.rung))).tolist()
        bounds = at.searchsorted(begins).tolist()
        for n, going in enumerate(self.going.tolist()):
            here = slice(begins[n], begins[n] + going)
            there = slice(begins[n + 1], begins[n + 1] + going)
            each, ours = np.arange(going), slice(bounds[n], bounds[n + 1])
            yield Rung(
                slice(int(first[here.start]), int(first[here.stop])),
                first[here] - first[here.start],
                np.repeat(each, size[here]),
                slice(int(first[there.start]), int(first[there.stop])),
                first[there] - first[there.start],
                np.repeat(each, size[there]),
                ours,
                at[ours] - here.start,
            )
