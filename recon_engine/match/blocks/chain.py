"""How sure each row of a payout is, judged along the whole chain of a channel's payouts.

The rows that a payout leaves out of its days are the pool from which the next may bring rows, so
neighbours prove each other.  The chain is a hidden Markov chain; forward and backward sums over all
solutions give the odds of each, and of each row that it was left out or brought in.  Of equal rows
nobody knows which was meant: with one of three left out, each is in with odds of two thirds.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from recon_engine.match.blocks.bags import Bags, Floats
from recon_engine.match.blocks.steps import Stand, States, Steps
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


@dataclass(frozen=True)
class _Step:
    """One payout's share of the steps; states count from its first, *other* comes last.

    ``after`` counts states of the next payout likewise; ``prior`` is the odds of the states before
    this payout where nothing is known.
    """

    solution: Rows
    state: Rows
    after: Rows
    weight: Floats
    nothing: Floats
    rows: Floats
    astray: Floats
    prior: Floats
    follows: bool


@dataclass(frozen=True)
class _Odds:
    """Of one payout: odds of each way, and of each state before it that nothing explains it."""

    ways: Floats
    nothing: Floats


def judge(bags: Bags, stand: Stand, steps: Steps) -> Chosen:
    """The likeliest solutions of all chains and the odds of every row.

    Args:
        bags: of all payouts.
        stand: which payout follows the one before it; chains stand one after the other.
        steps: states and ways.
    """
    told = list(_steps(stand, steps))
    return _chosen(bags, steps, told, _best(told), _backward(told, list(_forward(told))))


def doubts(stand: Stand, steps: Steps) -> Floats:
    """By payout: odds, 0 to 1, that none of its solutions is true."""
    told = list(_steps(stand, steps))
    return _doubts(_backward(told, list(_forward(told))))


def _doubts(odds: list["_Odds"]) -> Floats:
    return np.array([of.nothing.sum() for of in odds])


def _steps(stand: Stand, steps: Steps) -> Iterator[_Step]:
    states, ways = steps.states, steps.ways
    first, payouts = states.first, np.arange(len(stand.follows))
    payout = steps.solutions.payout[ways.solution]
    order = np.argsort(payout, kind="stable")
    payout, solution, after = payout[order], ways.solution[order], ways.after[order]
    state = steps.solutions.state[solution] - first[payout]
    goes_on = np.append(stand.follows[1:], False)
    other = np.where(goes_on, np.append(first[2:], 0) - first[1:], 0)
    after = np.where(after < 0, other[payout], after - first[payout + 1])
    weight, bounds = ways.weight[order], payout.searchsorted(np.append(payouts, len(payouts)))
    known = [states.prior[states.of(n)].sum() for n in payouts.tolist()]
    each = [
        _with_other(states, *both)
        for both in (
            (steps.of_state.weight, steps.of_other.weight),
            (steps.of_state.rows, steps.of_other.rows),
            (steps.of_state.astray, steps.of_other.astray),
            (states.prior, np.maximum(0.0, 1 - np.array(known))),
        )
    ]
    ends, places = bounds.tolist(), (first + np.arange(len(first))).tolist()
    for n, follows in enumerate(stand.follows.tolist()):
        ours, place = slice(ends[n], ends[n + 1]), slice(places[n], places[n + 1])
        nothing, rows, astray, prior = (one[place] for one in each)
        yield _Step(
            solution[ours], state[ours], after[ours], weight[ours],
            nothing, rows, astray, prior, follows,
        )  # fmt: skip


def _with_other(states: States, of_state: Floats, of_other: Floats) -> Floats:
    """What is told of every state, and after those of each payout of *other*."""
    every = np.empty(len(of_state) + len(of_other))
    every[np.arange(len(of_state)) + states.payout] = of_state
    every[states.first[1:] + np.arange(len(of_other))] = of_other
    return every


def _goes_on(told: list[_Step], n: int) -> bool:
    return n + 1 < len(told) and told[n + 1].follows


def _prior_after(told: list[_Step], n: int) -> Floats:
    """Odds of the states after a payout where nothing explains it."""
    return told[n + 1].prior if _goes_on(told, n) else np.ones(1)


def _forward(told: list[_Step]) -> Iterator[Floats]:
    """By payout: odds of the states before it."""
    alpha = np.ones(1)
    for n, step in enumerate(told):
        if not step.follows:
            alpha = step.prior
        yield alpha
        prior = _prior_after(told, n)
        came = np.bincount(step.after, alpha[step.state] * step.weight, len(prior))
        after = came + float(alpha @ step.nothing) * prior
        alpha = after / after.sum()


def _likeliest(told: list[_Step]) -> Iterator[Floats]:
    """By payout: odds of the likeliest way to each state before it."""
    best = np.ones(1)
    for n, step in enumerate(told):
        if not step.follows:
            best = step.prior
        yield best
        prior = _prior_after(told, n)
        most = np.zeros(len(prior))
        np.maximum.at(most, step.after, best[step.state] * step.weight)
        most = np.maximum(most, float((best * step.nothing).max()) * prior)
        best = most / most.max()


def _backward(told: list[_Step], passed: list[Floats]) -> list[_Odds]:
    odds: list[_Odds] = []
    later = np.ones(1)
    for n in range(len(told) - 1, -1, -1):
        step, alpha = told[n], passed[n]
        if not _goes_on(told, n):
            later = np.ones(1)
        ways = step.weight * later[step.after]
        nothing = step.nothing * float(_prior_after(told, n) @ later)
        total = float(alpha[step.state] @ ways + alpha @ nothing)
        odds.append(_Odds(alpha[step.state] * ways / total, alpha * nothing / total))
        before = np.bincount(step.state, ways, len(alpha)) + nothing
        later = before / before.max()
    return odds[::-1]


def _best(told: list[_Step]) -> Rows:
    """Back along the likeliest ways; of equal ones the first."""
    chosen, passed = np.full(len(told), -1), list(_likeliest(told))
    state = 0
    for n in range(len(told) - 1, -1, -1):
        step, best, prior = told[n], passed[n], _prior_after(told, n)
        if not _goes_on(told, n):
            state = 0
        here = np.flatnonzero(step.after == state)
        ways = best[step.state[here]] * step.weight[here]
        nothing = best * step.nothing * prior[state]
        if len(ways) and ways.max() >= nothing.max():
            way = here[ways.argmax()]
            chosen[n], state = step.solution[way], int(step.state[way])
        else:
            state = int(nothing.argmax())
    return chosen


def _chosen(bags: Bags, steps: Steps, told: list[_Step], best: Rows, odds: list[_Odds]) -> Chosen:
    """The odds of the rows, summed over all ways."""
    solutions, states = steps.solutions, steps.states
    sums: Floats = np.bincount(
        np.concatenate([step.solution for step in told]),
        np.concatenate([of.ways for of in odds]),
        len(solutions.payout),
    ).astype(np.float64)
    # Nothing explains the payout: what was held back for it comes in all the same.
    unexplained: Floats = np.concatenate([of.nothing[:-1] for of in odds])
    each = list(zip(told, odds, strict=True))
    share = [of.nothing / np.maximum(step.nothing, 1e-300) for step, of in each]
    return Chosen(
        solution=best,
        doubt=_doubts(odds),
        astray=np.array([part @ step.astray for part, (step, _) in zip(share, each, strict=True)]),
        adrift=np.array([part @ step.rows for part, (step, _) in zip(share, each, strict=True)]),
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
