"""Which few rows, left out and brought in, make a block of days bring its deposit to the cent.

The small complement is searched, not the large set: for every payout at once, sets of rows that it
may have brought in against sets that it may have left out.  A set of more than two rows is looked
for in two parts: for each lower part, is there an upper one that brings the rest?  A search that
would take too many steps, or that chance alone would answer too often, is not made; what it might
have found counts as doubt.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from recon_engine.match.blocks.bags import SPAN, Bags, Floats, Sets, ragged
from recon_engine.match.case import Flags, Rows
from recon_engine.model.policy import MatchPolicy

_PAIR = 2  # the largest part of a set that is looked up at once


@dataclass(frozen=True)
class Quests:
    """What is asked, one payout a row.

    Attributes:
        own: the bag of its days.
        pool: the bag of rows that it may bring in.
        payout: of each base.
        base: what rows left out must bring more than rows brought in.
        weight: odds that the deposit was to bring this base.
        fee: the part of the base that would be a fee nobody told, minor units.
        density: of chance hits on a sum, per minor unit, by payout.
    """

    own: Rows
    pool: Rows
    payout: Rows
    base: Rows
    weight: Floats
    fee: Rows
    density: Floats

    def __len__(self) -> int:
        return len(self.own)

    def beside(self, other: "Quests") -> "Quests":
        """The bases of both; the payouts are the same."""
        return replace(
            self,
            payout=np.concatenate([self.payout, other.payout]),
            base=np.concatenate([self.base, other.base]),
            weight=np.concatenate([self.weight, other.weight]),
            fee=np.concatenate([self.fee, other.fee]),
        )


@dataclass(frozen=True)
class Hits:
    """Solutions with equally many rows brought in and left out.

    Attributes:
        base: of the quests, by number.
        brought: classes of the pool, ascending, ``(solution, row)``.
        left_out: classes of the own bag, ascending.
        ways: in how many ways rows of these classes can be taken, for both.
    """

    base: Rows
    brought: Rows
    left_out: Rows
    ways_brought: Floats
    ways_left_out: Floats


@dataclass(frozen=True)
class Search:
    """All solutions, and what was looked at: ``searched[brought, left_out, payout]``."""

    hits: tuple[Hits, ...]
    searched: npt.NDArray[np.bool_]

    def beside(self, other: "Search", offset: int) -> tuple[Hits, ...]:
        """The hits of both; the other's bases stand so much further."""
        moved = (replace(hits, base=hits.base + offset) for hits in other.hits)
        return (*self.hits, *moved)


def search(bags: Bags, quests: Quests, policy: MatchPolicy) -> Search:
    """Every solution within the policy's limits."""
    brought_max, left_out_max = policy.payout_brought_max, policy.payout_left_out_max
    searched = np.zeros((brought_max + 1, left_out_max + 1, len(quests)), np.bool_)
    found = []
    for brought, left_out in _sizes(brought_max, left_out_max):
        worth = _worth(bags, quests, brought, left_out, policy)
        searched[brought, left_out] = worth
        hits = _hits(bags, quests, worth, brought, left_out)
        if len(hits.base):
            found.append(hits)
    return Search(tuple(found), searched)


def _sizes(brought_max: int, left_out_max: int) -> Iterator[tuple[int, int]]:
    for brought in range(brought_max + 1):
        for left_out in range(left_out_max + 1):
            yield brought, left_out


def count_sets(kinds: Rows, rows: int) -> Floats:
    """At most how many sets of so many rows there are."""
    count = np.ones(len(kinds))
    for n in range(rows):
        count = count * (kinds + n) / (n + 1)
    return count


def _worth(bags: Bags, quests: Quests, brought: int, left_out: int, policy: MatchPolicy) -> Flags:
    """Payouts at which such sets are few enough to search and to say something."""
    own, pool = bags.kinds[quests.own], bags.kinds[quests.pool]
    bases = np.bincount(quests.payout, minlength=len(quests))
    sets = bases * count_sets(pool, brought)
    steps = sets * count_sets(own, max(0, left_out - _PAIR))
    chance = sets * count_sets(own, left_out) * quests.density
    few = (steps <= policy.payout_steps_max) & (chance <= policy.payout_solutions_max)
    flags: Flags = few & (bases > 0)
    return flags


def _sets(bags: Bags, rows: int, wanted: Flags) -> Sets:
    if rows < _PAIR + 1:
        return (bags.none, bags.ones, bags.twos)[rows]
    return bags.threes(wanted)


def _hits(bags: Bags, quests: Quests, worth: Flags, brought: int, left_out: int) -> Hits:
    """The solutions of the payouts that are worth it."""
    asked = np.flatnonzero(worth[quests.payout])
    needed = np.zeros(len(bags), np.bool_)
    needed[quests.pool[worth]] = True
    pool = _sets(bags, brought, needed)
    own_bag = quests.own[quests.payout]
    pool_bag = quests.pool[quests.payout]
    at, within = ragged(pool.count[pool_bag[asked]])
    base = asked[at]
    came = pool.first[pool_bag[base]] + within
    wanted = own_bag[base] * SPAN + quests.base[base] + pool.total[came]
    upper = _sets(bags, min(left_out, _PAIR), needed)
    below = left_out - min(left_out, _PAIR)
    if not below:
        at, high = _equal(upper.key, wanted)
        classes = upper.classes[high]
        ways = upper.ways[high]
    else:
        lower = _sets(bags, below, needed)
        asks, within = ragged(lower.count[own_bag[base]])
        low = lower.first[own_bag[base[asks]]] + within
        found, high = _equal(upper.key, wanted[asks] - lower.total[low])
        at, low = asks[found], low[found]
        # Each set once: in ascending order, and no more rows of a class than there are.
        classes = np.concatenate([lower.classes[low], upper.classes[high]], axis=1)
        ways = bags.ways(classes)
        kept = (classes[:, below - 1] <= classes[:, below]) & (ways > 0)
        at, classes, ways = at[kept], classes[kept], ways[kept]
    came = came[at]
    return Hits(base[at], pool.classes[came], classes, pool.ways[came], ways)


def _equal(ascending: Rows, wanted: Rows) -> tuple[Rows, Rows]:
    """``(place in wanted, place in ascending)`` of all equal values."""
    low = ascending.searchsorted(wanted, side="left")
    hit = (
        np.flatnonzero(ascending[low.clip(0, max(0, len(ascending) - 1))] == wanted)
        if len(ascending)
        else np.zeros(0, np.int64)
    )
    high = ascending.searchsorted(wanted[hit], side="right")
    owner, within = ragged(high - low[hit])
    return hit[owner], low[hit][owner] + within
