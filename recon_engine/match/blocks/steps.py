"""Payouts as steps of a chain: states, and the ways that lead from one to the next.

The state before a payout is the set of rows that the payout before held back, if some solution of
this payout brings just them in; all other sets are one state, *other*.  A way is a solution of the
payout together with which of the rows it leaves out are held back for the next.  Beside the ways
stands that there is none: more rows than were searched, a fee that nobody told, or other days.
"""

from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from recon_engine.match.arrays import order_by
from recon_engine.match.blocks.bags import Bags, Floats, count_sets
from recon_engine.match.blocks.odds import (
    MANY,
    Spread,
    fee_share,
    held_odds,
    left_out_odds,
    never_odds,
    usual_density,
)
from recon_engine.match.blocks.solutions import Hits, Quests, Search
from recon_engine.match.case import Flags, Rows
from recon_engine.model.policy import MatchPolicy

_MILLION = 1_000_000
_LETTER = 1 << 15  # more than the classes of any bag that is searched
_LETTERS = 3  # rows of the largest state
_AT_ONCE = 4_096  # states; more would miss the cache


@dataclass(frozen=True)
class Stand:
    """What is known of each payout beside its sums.

    Attributes:
        follows: whether its pool is what the payout before left out.
        known: whether its deposit is known; else its bases are of several, and their weights are
            against that it is none of these.
        other_days: odds of other days against those of the block.
        rivals: how many other blocks bring the deposit to the cent.
        rivals_by_one: how many do so but for one row.
    """

    follows: Flags
    known: Flags
    other_days: Floats
    rivals: Floats
    rivals_by_one: Floats

    @classmethod
    def alone(cls, follows: Flags, known: Flags) -> "Stand":
        """As if no other days could be meant."""
        none = np.zeros(len(follows))
        return cls(follows, known, none, none, none)


@dataclass(frozen=True)
class States:
    """The states before each payout, by payout; *other* is not listed.

    Attributes:
        payout: of each state.
        code: payout and classes in one number, ascending.
        rows: of the set.
        total: their sum.
        classes: of the pool, padded with -1.
        prior: odds of the set where nothing is known of what was held back.
        first: place of each payout's first state.
    """

    payout: Rows
    code: Rows
    rows: Rows
    total: Rows
    classes: Rows
    prior: Floats
    first: Rows

    def of(self, payout: int) -> slice:
        """The places of a payout's states."""
        return slice(int(self.first[payout]), int(self.first[payout + 1]))


@dataclass(frozen=True)
class Solutions:
    """All solutions, by payout.

    Attributes:
        payout: of each.
        base: of the quests.
        state: place of the state whose rows it brings in.
        brought: classes of the pool, padded with -1.
        left_out: classes of the own bag, padded with -1.
        rows: how many are left out.
        ways: in how many ways rows of these classes are left out.
    """

    payout: Rows
    base: Rows
    state: Rows
    brought: Rows
    left_out: Rows
    rows: Rows
    ways: Floats


@dataclass(frozen=True)
class Ways:
    """From a state, by a solution, to a state before the next payout.

    Attributes:
        solution: number of it.
        after: place of the next state; -1: *other*, or no payout follows.
        weight: odds of the solution and of what is held back.
    """

    solution: Rows
    after: Rows
    weight: Floats


@dataclass(frozen=True)
class Nothing:
    """That no solution searched is true, by state, and by payout for the state *other*.

    Attributes:
        weight: its odds.
        rows: the same times the rows that are then left out.
        astray: the part of the odds in which the days are others.
    """

    weight: Floats
    rows: Floats
    astray: Floats


@dataclass(frozen=True)
class Steps:
    """All that the chain is judged from."""

    states: States
    solutions: Solutions
    ways: Ways
    of_state: Nothing
    of_other: Nothing


@dataclass(frozen=True)
class Found:
    """What was asked of every payout, without and with a fee that nobody told, and what was found.

    ``quests`` holds the bases of both, the ``plain_bases`` without one first.
    """

    quests: Quests
    plain: Search
    with_fee: Search
    hits: Hits
    plain_bases: int

    @classmethod
    def without_fees(cls, quests: Quests, search: Search) -> "Found":
        """What was found without looking for fees."""
        none = Search(search.hits, np.zeros_like(search.searched))
        return cls(quests, search, none, search.hits, len(quests.base))

    def beside(self, quests: Quests, search: Search) -> "Found":
        """And what was found with fees."""
        return replace(
            self,
            quests=self.quests.beside(quests),
            with_fee=search,
            hits=self.hits.beside(search.hits, self.plain_bases),
        )


def steps(bags: Bags, found: Found, stand: Stand, spread: Spread, policy: MatchPolicy) -> Steps:
    """States, solutions and ways of all payouts."""
    quests = found.quests
    states, solutions = _states(bags, quests, found.hits, policy)
    odds = _Odds.of(bags, quests, spread, policy)
    return Steps(
        states,
        solutions,
        _ways(bags, quests, stand, states, solutions, odds, policy),
        *_nothing(found, stand, states, odds, policy),
    )


@dataclass(frozen=True)
class _Odds:
    """Odds of numbers of rows, by payout; ``spread`` by bag."""

    held: Floats
    never: Floats
    left_out: Floats
    spread: Spread
    rows: Rows

    @classmethod
    def of(cls, bags: Bags, quests: Quests, spread: Spread, policy: MatchPolicy) -> "_Odds":
        held, never = held_odds(policy), never_odds(bags.rows[quests.own], policy)
        return cls(held, never, left_out_odds(held, never), spread, bags.rows[quests.own])


def _code(bags: Bags, payout: Rows, classes: Rows) -> Rows:
    """Payout and classes, ascending, in one number."""
    code, letters = payout.copy(), _letters(bags, classes)
    for n in range(_LETTERS):
        code *= _LETTER
        code += letters[:, n]
    return code


def _letters(bags: Bags, classes: Rows) -> Rows:
    """The classes counted from 1 within their bags; 0 for what is padded."""
    if not len(bags.value):
        return np.zeros_like(classes)
    return np.where(classes >= 0, classes - bags.first[bags.bag[classes]] + 1, 0)


def _states(
    bags: Bags, quests: Quests, hits: Hits, policy: MatchPolicy
) -> tuple[States, Solutions]:
    """The states that solutions come from, each once; that no rows were held back always is one."""
    payout, every = quests.payout[hits.base], np.arange(len(quests))
    brought = np.full((len(every) + len(payout), _LETTERS), -1)
    brought[len(every) :, : hits.brought.shape[1]] = hits.brought
    ways = np.concatenate([np.ones(len(every)), hits.ways_brought])
    code, at, state = np.unique(
        _code(bags, np.concatenate([every, payout]), brought),
        return_index=True,
        return_inverse=True,
    )
    owner, classes = code // _LETTER**_LETTERS, brought[at]
    rows = (classes >= 0).sum(axis=1)
    total = np.where(classes >= 0, bags.value[classes], 0).sum(axis=1) if len(bags.value) else rows
    pool = bags.rows[quests.pool[owner]]
    held = held_odds(policy)
    possible = np.cumsum(held)[np.minimum(pool, MANY)]
    among = _combinations(pool, _LETTERS)[rows, np.arange(len(rows))]
    prior = held[rows] / possible * ways[at] / among
    first = np.searchsorted(owner, np.arange(len(quests) + 1))
    states = States(owner, code, rows, total, classes, prior, first)
    solutions = Solutions(
        payout, hits.base, state[len(every) :], brought[len(every) :], hits.left_out,
        (hits.left_out >= 0).sum(axis=1), hits.ways_left_out,
    )  # fmt: skip
    return states, solutions


def _combinations(rows: Rows, most: int) -> Floats:
    """``rows`` over 0 to ``most``, ``(taken, element)``; at least 1."""
    table = [count_sets(np.maximum(rows - n + 1, 1), n) for n in range(most + 1)]
    odds: Floats = np.maximum(np.stack(table), 1)
    return odds


def _ways(
    bags: Bags, quests: Quests, stand: Stand, states: States, solutions: Solutions, odds: _Odds,
    policy: MatchPolicy,
) -> Ways:  # fmt: skip
    """Every solution with every choice of the rows that it holds back for the next payout."""
    plain = solutions.ways * quests.weight[solutions.base]
    goes_on = np.append(stand.follows[1:], False)
    among = _combinations(odds.rows, policy.payout_left_out_max)
    number, after, weight = [], [], []
    for rows in range(policy.payout_left_out_max + 1):
        ours = np.flatnonzero(solutions.rows == rows)
        if not len(ours):
            continue
        payout = solutions.payout[ours]
        kept = np.array(list(product((False, True), repeat=rows)), np.bool_)  # (choice, row)
        held = kept.sum(axis=1)
        share = np.stack([
            odds.held[some] * odds.never[:, rows - some] / among[some] / among[rows - some]
            for some in range(rows + 1)
        ])  # fmt: skip
        code = _codes_held(bags, payout + 1, solutions.left_out[ours], kept)
        found = states.code.searchsorted(code).clip(0, len(states.code) - 1)
        known = (states.code[found] == code) & goes_on[payout]
        known &= (held <= policy.payout_brought_max)[:, None]
        number.append(np.tile(ours, len(kept)))
        after.append(np.where(known, found, -1).ravel())
        weight.append((plain[ours] * share[held[:, None], payout]).ravel())
    if not number:
        return Ways(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0))
    return _merged(np.concatenate(number), np.concatenate(after), np.concatenate(weight))


def _codes_held(bags: Bags, payout: Rows, classes: Rows, kept: Flags) -> Rows:
    """:func:`_code` of the classes that are kept, ``(choice, solution)``; of the first three."""
    place = np.cumsum(kept, axis=1) - 1
    power = _LETTERS - 1 - place.clip(0, _LETTERS - 1)
    factor = np.where(kept & (place < _LETTERS), _LETTER**power, 0)
    letters = _letters(bags, classes[:, : kept.shape[1]])
    codes: Rows = payout * _LETTER**_LETTERS + factor @ letters.T
    return codes


def _merged(number: Rows, after: Rows, weight: Floats) -> Ways:
    """Ways in order of their solutions, each solution and state once."""
    order = order_by(number, after)
    number, after, weight = number[order], after[order], weight[order]
    new = np.ones(len(number), np.bool_)
    new[1:] = (number[1:] != number[:-1]) | (after[1:] != after[:-1])
    start = np.flatnonzero(new)
    return Ways(number[start], after[start], np.add.reduceat(weight, start))


def _nothing(
    found: Found, stand: Stand, states: States, odds: _Odds, policy: MatchPolicy
) -> tuple[Nothing, Nothing]:
    """What stands against all solutions, from each state, and from *other*."""
    quests = found.quests
    own, every = quests.own, np.arange(len(quests))
    unexplained, fee = policy.payout_unexplained_ppm / _MILLION, fee_share(policy)
    mean = odds.left_out @ np.arange(MANY + 1)
    chance = usual_density(odds.spread, own, mean)
    without_fees = np.where(found.with_fee.searched.any(axis=(0, 1)), 0, fee)
    untold = (unexplained + without_fees) * chance
    by_one = odds.left_out[:, 1] / np.maximum(1, odds.rows)
    astray = odds.left_out[:, 0] * (stand.rivals + stand.rivals_by_one * by_one)
    astray = astray + stand.other_days * chance
    base = quests.base[np.searchsorted(quests.payout[: found.plain_bases], every)].astype(float)
    against = _Against(
        odds, own, untold, astray, mean,
        (found.plain.searched, found.with_fee.searched),
        np.stack(np.broadcast_arrays(1 - fee - unexplained, fee - without_fees)), stand.known,
    )  # fmt: skip
    return (
        against.nothing(states.payout, base[states.payout] + states.total, states.rows),
        against.nothing(every, base, None),
    )


@dataclass(frozen=True)
class _Against:
    """What the odds are counted from that no solution searched is true, by payout.

    Attributes:
        odds: of numbers of rows.
        own: the bag of its days.
        untold: that there is a reason which nobody told.
        astray: that the days are others.
        mean: rows that are usually left out.
        searched: what was looked at without and with a fee that nobody told.
        part: share of the odds that each of these has.
        known: whether the deposit is known; where not, all odds are against none of those found.
    """

    odds: _Odds
    own: Rows
    untold: Floats
    astray: Floats
    mean: Floats
    searched: tuple[Flags, Flags]
    part: Floats
    known: Flags

    def nothing(self, payout: Rows, total: Floats, rows: Rows | None) -> Nothing:
        """The odds from some states.

        Args:
            payout: of each state.
            total: sum that its rows and those left out make up.
            rows: how many it brings in; None where nobody knows.
        """
        each = [
            self._some(payout[some], total[some], rows if rows is None else rows[some])
            for n in range(0, max(1, len(payout)), _AT_ONCE)
            for some in (slice(n, n + _AT_ONCE),)
        ]
        return Nothing(*(np.concatenate(part) for part in zip(*each, strict=True)))

    def _some(self, payout: Rows, total: Floats, rows: Rows | None) -> tuple[Floats, ...]:
        """The same for as many as the cache holds."""
        extra = 2 if rows is None else 0  # rows brought in that nobody knows
        left_out = np.arange(0 if extra else 1, MANY + 1)[:, None]
        share = self.odds.left_out[payout, left_out]
        share *= self.odds.spread.density(self.own[payout], left_out + extra, total)
        missed = share[:, None] * self.part[:, payout]  # (rows left out, with a fee or without)
        if rows is not None:
            for n, searched in enumerate(self.searched):
                known = searched[rows, 1:, payout].T
                missed[: len(known), n][known] = 0
        weight = self.untold[payout] + self.astray[payout]
        wrong = self.untold[payout] * self.mean[payout]
        for number, both in zip(left_out.ravel().tolist(), missed, strict=True):
            for odds in both:
                weight, wrong = weight + odds, wrong + odds * number
        return np.where(self.known[payout], weight, 1.0), wrong, self.astray[payout]
