"""How sure each row of a payout is, judged along the whole chain of a channel's payouts.

The rows that a payout leaves out of its days are the pool from which the next may bring rows, so
neighbours prove each other.  The chain is a hidden Markov chain; forward and backward sums over all
solutions give the odds of each, and of each row that it was left out or brought in.  Of equal rows
nobody knows which was meant: with one of three left out, each is in with odds of two thirds.
"""

from dataclasses import dataclass

import numpy as np

from recon_engine.match.blocks.bags import Bags, Floats
from recon_engine.match.blocks.ladder import Ladder
from recon_engine.match.blocks.steps import Stand, Steps
from recon_engine.match.case import Rows


@dataclass(frozen=True)
class Chosen:
    """The solutions that are likeliest together, and the odds about them.

    Attributes:
        solution: of each payout; -1 where nothing explains it.
        doubt: odds, 0 to 1, that none of a payout's solutions is true.
        astray: odds that its days are others.
        adrift: rows that are expected to be left out in ways that were not searched.
        left_out: odds of each row of a class of its own bag to be left out by a solution.
        brought: odds of each row of a class of its pool to be brought in.
    """

    solution: Rows
    doubt: Floats
    astray: Floats
    adrift: Floats
    left_out: Floats
    brought: Floats


def judge(bags: Bags, stand: Stand, steps: Steps) -> Chosen:
    """The likeliest solutions of all chains and the odds of every row.

    Args:
        bags: of all payouts.
        stand: which payout follows the one before it; chains stand one after the other.
        steps: states and ways.
    """
    ladder = Ladder.of(stand, steps)
    odds = _Odds.of(ladder)
    return _chosen(bags, steps, ladder, _best(ladder, len(stand.follows)), odds)


def bases(stand: Stand, steps: Steps, count: int) -> tuple[Floats, Floats]:
    """Odds of each of ``count`` bases, and by payout that it is none of them; 0 to 1."""
    ladder = Ladder.of(stand, steps)
    odds = _Odds.of(ladder)
    by_way = np.bincount(steps.solutions.base[ladder.solution], odds.ways, count)
    nothing = _by_payout(ladder, odds.nothing, len(stand.follows))
    return by_way.astype(np.float64), nothing


def _by_payout(ladder: Ladder, odds: Floats, payouts: int) -> Floats:
    """The sum over the states of each payout; the ends of chains are left out."""
    return np.bincount(ladder.payout + 1, odds, payouts + 1)[1:].astype(np.float64)


@dataclass(frozen=True)
class _Odds:
    """Odds of each way, and of each state that nothing explains its payout."""

    ways: Floats
    nothing: Floats

    @classmethod
    def of(cls, ladder: Ladder) -> "_Odds":
        """Up the ladder for what came before, and down for what comes after."""
        passed = _forward(ladder)
        later = np.ones(len(passed))
        of_ways, of_nothing = np.zeros(len(ladder.weight)), np.zeros(len(passed))
        for rung in reversed(ladder.rungs):
            before = ladder.before[rung.ways]
            ways = ladder.weight[rung.ways] * later[ladder.to[rung.ways]]
            onward = np.add.reduceat(ladder.prior[rung.after] * later[rung.after], rung.first_after)
            nothing = ladder.nothing[rung.states] * onward[rung.owner]
            came, stayed = passed[before] * ways, passed[rung.states] * nothing
            total = np.bincount(rung.at, came, len(rung.first))
            total = total + np.add.reduceat(stayed, rung.first)
            of_ways[rung.ways] = came / total[rung.at]
            of_nothing[rung.states] = stayed / total[rung.owner]
            share = np.bincount(before - rung.states.start, ways, len(rung.owner)) + nothing
            later[rung.states] = share / np.maximum.reduceat(share, rung.first)[rung.owner]
        return cls(of_ways, of_nothing)


def _forward(ladder: Ladder) -> Floats:
    """By state: its odds by what came before."""
    passed = ladder.prior.copy()
    for rung in ladder.rungs:
        here = passed[rung.states] * ladder.nothing[rung.states]
        to = ladder.to[rung.ways] - rung.after.start
        gone = passed[ladder.before[rung.ways]] * ladder.weight[rung.ways]
        came = np.bincount(to, gone, len(rung.owner_after))
        unknown = np.add.reduceat(here, rung.first)[rung.owner_after]
        after = came + unknown * ladder.prior[rung.after]
        passed[rung.after] = after / np.add.reduceat(after, rung.first_after)[rung.owner_after]
    return passed


def _likeliest(ladder: Ladder) -> Floats:
    """By state: the odds of the likeliest way to it."""
    best = ladder.prior.copy()
    for rung in ladder.rungs:
        most = np.zeros(len(rung.owner_after))
        to = ladder.to[rung.ways] - rung.after.start
        np.maximum.at(most, to, best[ladder.before[rung.ways]] * ladder.weight[rung.ways])
        here = np.maximum.reduceat(best[rung.states] * ladder.nothing[rung.states], rung.first)
        most = np.maximum(most, here[rung.owner_after] * ladder.prior[rung.after])
        best[rung.after] = most / np.maximum.reduceat(most, rung.first_after)[rung.owner_after]
    return best


def _best(ladder: Ladder, payouts: int) -> Rows:
    """By payout: the solution on the likeliest way, -1 for none; of equal ones the first.

    Back from the ends of all chains at once.
    """
    chosen, best = np.full(payouts, -1), _likeliest(ladder)
    reached = np.zeros(0, np.int64)
    for rung in reversed(ladder.rungs):
        # Of what follows, the longer chains have told their state; the others end here.
        ends = rung.after.start + rung.first_after[len(reached) :]
        reached = np.append(reached, ends)
        here = rung.ways.start + np.flatnonzero(ladder.to[rung.ways] == reached[rung.at])
        at = rung.at[here - rung.ways.start]
        by_way, way = _first_best(best[ladder.before[here]] * ladder.weight[here], at, len(reached))
        prior = ladder.prior[reached][rung.owner]
        unexplained = best[rung.states] * ladder.nothing[rung.states] * prior
        by_none, state = _first_best(unexplained, rung.owner, len(reached))
        solved = (way >= 0) & (by_way >= by_none)
        way = here[way[solved]]
        payout = ladder.payout[rung.states][rung.first]
        chosen[payout[solved]] = ladder.solution[way]
        reached = rung.states.start + state
        reached[solved] = ladder.before[way]
    return chosen


def _first_best(odds: Floats, owner: Rows, owners: int) -> tuple[Floats, Rows]:
    """By owner: the best odds and where they first stand; -1 where there are none."""
    best, where = np.zeros(owners), np.full(owners, -1)
    np.maximum.at(best, owner, odds)
    places = np.flatnonzero(odds == best[owner])[::-1]
    where[owner[places]] = places  # the first one is written last
    return best, where


def _chosen(bags: Bags, steps: Steps, ladder: Ladder, best: Rows, odds: _Odds) -> Chosen:
    """The odds of the rows, summed over all ways."""
    solutions, states = steps.solutions, steps.states
    sums: Floats = np.bincount(ladder.solution, odds.ways, len(solutions.payout)).astype(np.float64)
    # Nothing explains the payout: what was held back for it comes in all the same.
    unexplained = np.zeros(len(states.payout))
    known = ladder.state >= 0
    unexplained[ladder.state[known]] = odds.nothing[known]
    share = odds.nothing / np.maximum(ladder.nothing, 1e-300)
    doubt, astray, adrift = (
        _by_payout(ladder, each, len(best))
        for each in (odds.nothing, share * ladder.astray, share * ladder.rows)
    )
    return Chosen(
        solution=best,
        doubt=doubt,
        astray=astray,
        adrift=adrift,
        left_out=_by_class(bags, solutions.left_out, sums),
        brought=_by_class(bags, solutions.brought, sums)
        + _by_class(bags, states.classes, unexplained),
    )


def _by_class(bags: Bags, classes: Rows, odds: Floats) -> Floats:
    """Odds of one row of each class to be in a set; ``classes`` of the sets, padded with -1."""
    every: Floats = np.zeros(len(bags.value))
    for n in range(classes.shape[1]):
        there = classes[:, n] >= 0
        every += np.bincount(classes[there, n], odds[there], len(bags.value))
    return every / bags.size
