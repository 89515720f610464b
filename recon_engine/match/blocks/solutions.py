"""Which few rows, left out and brought in, make a block of days bring its deposit to the cent.

The small complement is searched, not the large set: for every payout at once, sets of rows that it
may have brought in against sets that it may have left out.  A set of more than two rows is looked
for in two parts: for each lower part, is there an upper one that brings the rest?  A search that
would take too many steps, or that chance alone would answer too often, is not made; what it might
have found counts as doubt.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
import numpy.typing as npt

from recon_engine.match.blocks.bags import (
    SPAN,
    Bags,
    Floats,
    Halves,
    Sets,
    Span,
    brief,
    count_sets,
    ragged,
)
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
    if not len(quests.base):
        return _unasked(quests, policy)
    sizes = list(
        product(range(policy.payout_brought_max + 1), range(policy.payout_left_out_max + 1))
    )
    searched = _unasked(quests, policy).searched
    counts = _Counts.of(bags, quests, policy)
    small = np.zeros(len(bags), np.bool_)  # whose sets of three are listed
    for brought, left_out in sizes:
        searched[brought, left_out] = counts.worth(quests, brought, left_out, policy)
        if min(brought, left_out) > _PAIR:
            small[quests.pool[searched[brought, left_out]]] = True
    sets = [bags.none, bags.ones]
    if max(policy.payout_left_out_max, policy.payout_brought_max + 1) > _PAIR:
        twos = bags.twos(policy.payout_steps_max)
        sets += [twos, bags.larger(twos, small)]
    each = (
        _hits(bags, quests, searched[size], sets, *size) for size in sizes if searched[size].any()
    )
    return Search(tuple(hits for hits in each if len(hits.base)), searched)


def _unasked(quests: Quests, policy: MatchPolicy) -> Search:
    shape = policy.payout_brought_max + 1, policy.payout_left_out_max + 1, len(quests)
    return Search((), np.zeros(shape, np.bool_))


def _listed(brought: int, left_out: int) -> bool:
    """Whether the sets brought in are listed and those left out looked up, or the reverse."""
    return brought <= _PAIR or left_out > _PAIR


@dataclass(frozen=True)
class _Counts:
    """How many sets of 0, 1, … rows each payout has to choose from, ``(rows, payout)``."""

    own: Floats
    pool: Floats
    bases: Rows

    @classmethod
    def of(cls, bags: Bags, quests: Quests, policy: MatchPolicy) -> "_Counts":
        most = max(policy.payout_brought_max, policy.payout_left_out_max)
        own, pool = (
            np.stack([count_sets(bags.kinds[bag], rows) for rows in range(most + 1)])
            for bag in (quests.own, quests.pool)
        )
        return cls(own, pool, np.bincount(quests.payout, minlength=len(quests)))

    def worth(self, quests: Quests, brought: int, left_out: int, policy: MatchPolicy) -> Flags:
        """Payouts at which such sets are few enough to search and to say something."""
        ours, theirs = self.own[left_out], self.pool[brought]
        if _listed(brought, left_out):
            steps = self.bases * theirs * self.own[max(0, left_out - _PAIR)]
        else:
            steps = self.bases * ours * self.pool[max(0, brought - _PAIR)]
        chance = self.bases * ours * theirs * quests.density
        listed = np.maximum(self.own[min(left_out, _PAIR)], self.pool[min(brought, _PAIR)])
        few = np.maximum(steps, listed) <= policy.payout_steps_max
        few &= chance <= policy.payout_solutions_max
        flags: Flags = few & (self.bases > 0)
        return flags


def _hits(
    bags: Bags, quests: Quests, worth: Flags, sets: Sequence[Sets], brought: int, left_out: int
) -> Hits:
    """The solutions of the payouts that are worth it."""
    asked = np.flatnonzero(worth[quests.payout])
    own, pool = quests.own[quests.payout[asked]], quests.pool[quests.payout[asked]]
    base = quests.base[asked]
    if _listed(brought, left_out):
        at, came, few, ways = _met(bags, sets, (pool, brought), (own, left_out), base)
        of = sets[brought]
        return Hits(asked[at], of.classes[came], few, of.ways[came], ways)
    at, left, few, ways = _met(bags, sets, (own, left_out), (pool, brought), -base)
    of = sets[left_out]
    return Hits(asked[at], few, of.classes[left], ways, of.ways[left])


def _met(
    bags: Bags,
    sets: Sequence[Sets],
    listed: tuple[Rows, int],
    looked_up: tuple[Rows, int],
    base: Rows,
) -> tuple[Rows, Rows, Rows, Floats]:
    """Sets of one bag that bring a base more than sets of another.

    Args:
        bags: all bags.
        sets: of 0 to 3 rows; of 0 and 1, where pairs are too few to be listed beforehand.
        listed: by base, the bag whose sets are tried one by one, and of how many rows.
        looked_up: the bag that is to bring the base more, and by how many rows.
        base: what is to be brought beyond the listed set's sum.

    Returns:
        Place of the base, of the listed set, and classes and ways of the other set.
    """
    (bag, rows), (other, more) = listed, looked_up
    each = sets[rows]
    below = max(0, more - min(_PAIR, len(sets) - 1))
    upper, lower = sets[more - below], sets[below]
    least, most = bags.least[other] * more, bags.most[other] * more
    near = each.between(bag, least - base, most - base)
    near.count[upper.count[other] == 0] = 0
    at, tried = near.places()
    if not len(at):
        return at, tried, np.zeros((0, more), np.int64), np.zeros(0)
    other, base = other[at], base[at] + each.total[tried]
    if not below:
        asks = np.flatnonzero(upper.may_hold(brief(other, base)))
        found, high = _equal(upper.key, other[asks] * SPAN + base[asks])
        asks = asks[found]
        return at[asks], tried[asks], upper.classes[high], upper.ways[high]
    # Classes ascend by value, so the lower rows bring no more than their share.
    span = lower.between(other, base - bags.most[other] * (more - below), base * below // more)
    asks, low = _likely(upper, lower, span, brief(other, base))
    found, high = _equal(upper.key, other[asks] * SPAN + base[asks] - lower.total[low])
    asks, low = asks[found], low[found]
    # Each set once: in ascending order, and no more rows of a class than there are.
    classes = np.concatenate([lower.classes[low], upper.classes[high]], axis=1)
    ways = bags.ways(classes)
    kept = (classes[:, below - 1] <= classes[:, below]) & (ways > 0)
    asks = asks[kept]
    return at[asks], tried[asks], classes[kept], ways[kept]


def _likely(upper: Sets, lower: Sets, span: Span, asked: Halves) -> tuple[Rows, Rows]:
    """``(place of the base, of the lower set)`` where an upper set may bring the rest.

    A million are asked for and a few are there, so that all are sieved, in half words, before any
    is looked up.
    """
    ends = np.cumsum(span.count)
    place = np.arange(ends[-1] if len(ends) else 0)
    place += np.repeat(span.first - (ends - span.count), span.count)
    wanted = np.repeat(asked, span.count)
    wanted -= lower.brief_total[place]
    likely = np.flatnonzero(upper.may_hold(wanted))
    return ends.searchsorted(likely, side="right"), place[likely]


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
