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
class _Passed:
    """What the forward run leaves at a payout: odds of the states before it."""

    alpha: Floats
    best: Floats


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
    passed = list(_forward(told))
    return _chosen(bags, steps, told, _best(told, passed), _backward(told, passed))


def doubts(stand: Stand, steps: Steps) -> Floats:
    """By payout: odds, 0 to 1, that none of its solutions is true."""
    told = list(_steps(stand, steps))
    return _doubts(_backward(told, list(_forward(told))))


def _doubts(odds: list["_Odds"]) -> Floats:
    return np.array([of.nothing.sum() for of in odds])


def _steps(stand: Stand, steps: Steps) -> Iterator[_Step]:
    states, ways = steps.states, steps.ways
    first, payouts = states.first, len(stand.follows)
    payout = steps.solutions.payout[ways.solution]
    order = np.argsort(payout, kind="stable")
    bounds = np.searchsorted(payout[order], np.arange(payouts + 1))
    number, after, weight = ways.solution[order], ways.after[order], ways.weight[order]
    state = steps.solutions.state[number]
    goes_on = np.append(stand.follows[1:], False)
    for n in range(payouts):
        ours, place = slice(int(bounds[n]), int(bounds[n + 1])), states.of(n)
        next_first = int(first[n + 1])
        other = int(first[n + 2]) - next_first if goes_on[n] else 0
        prior = states.prior[place]
        yield _Step(
            number[ours],
            state[ours] - first[n],
            np.where(after[ours] < 0, other, after[ours] - next_first),
            weight[ours],
            np.append(steps.of_state.weight[place], steps.of_other.weight[n]),
            np.append(steps.of_state.rows[place], steps.of_other.rows[n]),
            np.append(steps.of_state.astray[place], steps.of_other.astray[n]),
            np.append(prior, max(0.0, 1 - prior.sum())),
            bool(stand.follows[n]),
        )


def _goes_on(told: list[_Step], n: int) -> bool:
    return n + 1 < len(told) and told[n + 1].follows


def _prior_after(told: list[_Step], n: int) -> Floats:
    """Odds of the states after a payout where nothing explains it."""
    return told[n + 1].prior if _goes_on(told, n) else np.ones(1)


def _forward(told: list[_Step]) -> Iterator[_Passed]:
    alpha = best = np.ones(1)
    for n, step in enumerate(told):
        if not step.follows:
            alpha = best = step.prior
        prior = _prior_after(told, n)
        came = np.bincount(step.after, alpha[step.state] * step.weight, len(prior))
        after = came + float(alpha @ step.nothing) * prior
        most = np.zeros(len(prior))
        np.maximum.at(most, step.after, best[step.state] * step.weight)
        most = np.maximum(most, float((best * step.nothing).max()) * prior)
        yield _Passed(alpha, best)
        alpha, best = after / after.sum(), most / most.max()


def _backward(told: list[_Step], passed: list[_Passed]) -> list[_Odds]:
    odds: list[_Odds] = []
    later = np.ones(1)
    for n in range(len(told) - 1, -1, -1):
        step, alpha = told[n], passed[n].alpha
        if not _goes_on(told, n):
            later = np.ones(1)
        ways = step.weight * later[step.after]
        nothing = step.nothing * float(_prior_after(told, n) @ later)
        total = float(alpha[step.state] @ ways + alpha @ nothing)
        odds.append(_Odds(alpha[step.state] * ways / total, alpha * nothing / total))
        before = np.bincount(step.state, ways, len(alpha)) + nothing
        later = before / before.max()
    return odds[::-1]


def _best(told: list[_Step], passed: list[_Passed]) -> Rows:
    """Back along the likeliest ways; of equal ones the first."""
    chosen = np.full(len(told), -1)
    state = 0
    for n in range(len(told) - 1, -1, -1):
        step, best, prior = told[n], passed[n].best, _prior_after(told, n)
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
