"""Which few rows, left out and brought in, make a block of days bring its deposit to the cent.

The small complement is searched, not the large set: for every payout at once, sets of rows that it
may have brought in against sets that it may have left out.  A set of more than two rows is looked
for in two parts: for each lower part, is there an upper one that brings the rest?  A search that
would take too many steps, or that chance alone would answer too often, is not made; what it might
have found counts as doubt.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
import numpy.typing as npt

from recon_engine.match.blocks.bags import (
    SPAN,
    Bags,
    Floats,
    Halves,
    Span,
    Table,
    brief,
    counts_of_sets,
    joined,
    ragged,
)
from recon_engine.match.case import Flags, Rows
from recon_engine.model.policy import MatchPolicy

_PAIR = 2  # the largest part of a set that is looked up at once
_AT_ONCE = 1 << 17  # sets that are tried; more would miss the cache


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

    def narrowed(self, payouts: Flags, bases: Flags, weight: float) -> "Quests":
        """Some payouts and some of their bases, all of one weight."""
        return Quests(
            self.own[payouts], self.pool[payouts], _renumbered(payouts)[self.payout[bases]],
            self.base[bases], np.full(int(bases.sum()), weight), self.fee[bases],
            self.density[payouts],
        )  # fmt: skip

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
    """Solutions, those with fewer rows brought in first, then those with fewer left out.

    Attributes:
        base: of the quests, by number.
        brought: classes of the pool, ascending, ``(solution, row)``, padded with -1.
        left_out: classes of the own bag, ascending, padded with -1.
        ways_brought: in how many ways rows of the classes brought in can be taken.
        ways_left_out: the same of those left out.
    """

    base: Rows
    brought: Rows
    left_out: Rows
    ways_brought: Floats
    ways_left_out: Floats

    def beside(self, other: "Hits", offset: int) -> "Hits":
        """The hits of both; the other's bases stand so much further."""
        return Hits(
            np.concatenate([self.base, other.base + offset]),
            np.concatenate([self.brought, other.brought]),
            np.concatenate([self.left_out, other.left_out]),
            np.concatenate([self.ways_brought, other.ways_brought]),
            np.concatenate([self.ways_left_out, other.ways_left_out]),
        )


@dataclass(frozen=True)
class Search:
    """All solutions, and what was looked at: ``searched[brought, left_out, payout]``."""

    hits: Hits
    searched: npt.NDArray[np.bool_]

    def narrowed(self, payouts: Flags, bases: Flags) -> "Search":
        """What was found of some payouts and some of their bases."""
        kept = np.flatnonzero(bases[self.hits.base])
        hits = Hits(*(getattr(self.hits, each.name)[kept] for each in fields(Hits)))
        base = _renumbered(bases)[hits.base]
        return Search(replace(hits, base=base), self.searched[:, :, payouts])


def _renumbered(kept: Flags) -> Rows:
    """The numbers of what is kept among what is kept, by number among all."""
    number: Rows = np.cumsum(kept) - 1
    return number


def search(bags: Bags, quests: Quests, policy: MatchPolicy, moved_max: int | None = None) -> Search:
    """Every solution within the policy's limits.

    Args:
        bags: of rows.
        quests: what is asked.
        policy: how many rows are left out and brought in, and how much is searched.
        moved_max: most rows left out and brought in together; any number where it is not told.
    """
    searched = _worth(bags, quests, policy)
    if moved_max is not None:
        brought, left_out = _sizes(policy)
        searched &= (brought + left_out <= moved_max)[..., None]
    if not searched.any():
        return Search(_no_hits(policy), searched)
    pair = _PAIR if max(policy.payout_left_out_max, policy.payout_brought_max + 1) > _PAIR else 1
    asked = _Asked.of(quests, searched, pair)
    table = bags.table(pair, policy.payout_steps_max)
    larger = np.zeros(len(bags), np.bool_)
    larger[asked.bag[asked.size > pair]] = True
    threes = bags.threes(larger, policy.payout_steps_max)
    split, width = asked.below > 0, max(1, policy.payout_brought_max, policy.payout_left_out_max)
    met = [
        _met(bags, (listed, table), asked, np.flatnonzero(some & which), width)
        for listed, some in ((table, asked.size <= pair), (threes, asked.size > pair))
        for which in (split, ~split)
    ]
    return Search(_hits(bags, asked, met, policy), searched)


def _no_hits(policy: MatchPolicy) -> Hits:
    brought, left_out = (
        np.zeros((0, most), np.int64)
        for most in (policy.payout_brought_max, policy.payout_left_out_max)
    )
    return Hits(np.zeros(0, np.int64), brought, left_out, np.zeros(0), np.zeros(0))


def _worth(bags: Bags, quests: Quests, policy: MatchPolicy) -> Flags:
    """By rows brought in and left out, the payouts at which such sets are few enough to search.

    So few that each says something, too.
    """
    bases = np.bincount(quests.payout, minlength=len(quests))
    brought, left_out = _sizes(policy)
    most = max(policy.payout_brought_max, policy.payout_left_out_max)
    own, pool = (counts_of_sets(bags.kinds[bag], most) for bag in (quests.own, quests.pool))
    ours, theirs = own[left_out], pool[brought]
    steps = np.where(
        _is_listed(brought, left_out)[..., None],
        bases * theirs * own[np.maximum(0, left_out - _PAIR)],
        bases * ours * pool[np.maximum(0, brought - _PAIR)],
    )
    chance = bases * ours * theirs * quests.density
    listed = np.maximum(own[np.minimum(left_out, _PAIR)], pool[np.minimum(brought, _PAIR)])
    few: Flags = np.maximum(steps, listed) <= policy.payout_steps_max
    return few & (chance <= policy.payout_solutions_max) & (bases > 0)


def _sizes(policy: MatchPolicy) -> tuple[Rows, Rows]:
    """Rows brought in and left out, of every size of solutions."""
    shape = policy.payout_brought_max + 1, policy.payout_left_out_max + 1
    brought, left_out = np.indices(shape)
    return brought, left_out


def _is_listed(brought: Rows, left_out: Rows) -> Flags:
    """Whether the sets brought in are listed and those left out looked up, or the reverse."""
    return (brought <= _PAIR) | (left_out > _PAIR)


@dataclass(frozen=True)
class _Asked:
    """Bases and sizes of sets: which sets of one bag bring a base more than sets of another?

    Attributes:
        base: of the quests, by number.
        amount: what is to be brought beyond the listed set's sum.
        bag: whose sets are tried one by one.
        size: rows of these sets.
        other: the bag whose sets are looked up.
        more: rows of those.
        below: the part of those that is tried one by one, too.
        swapped: whether the sets left out are tried and those brought in looked up.
    """

    base: Rows
    amount: Rows
    bag: Rows
    size: Rows
    other: Rows
    more: Rows
    below: Rows
    swapped: Flags

    @classmethod
    def of(cls, quests: Quests, searched: Flags, pair: int) -> "_Asked":
        """What is searched, in the order of sizes and then of bases."""
        brought, left_out, base = np.nonzero(searched[..., quests.payout])
        payout = quests.payout[base]
        own, pool, swapped = quests.own[payout], quests.pool[payout], ~_is_listed(brought, left_out)
        more = np.where(swapped, brought, left_out)
        return cls(
            base,
            np.where(swapped, -quests.base[base], quests.base[base]),
            np.where(swapped, own, pool),
            np.where(swapped, left_out, brought),
            np.where(swapped, pool, own),
            more,
            np.maximum(0, more - pair),
            swapped,
        )

    def where(self, kept: Rows) -> "_Asked":
        """Some of it."""
        return _Asked(*(getattr(self, each.name)[kept] for each in fields(self)))

    def between(self, bags: Bags, listed: Table) -> Span:
        """The sets to be tried for each: those that what is looked up can make up for."""
        least, most = bags.least[self.other] * self.more, bags.most[self.other] * self.more
        kind = listed.kind(self.bag, self.size)
        return listed.between(kind, least - self.amount, most - self.amount)


@dataclass(frozen=True)
class _Met:
    """Sets that bring what was asked.

    Attributes:
        asked: number of what was asked.
        listed: classes of the set that was tried, padded with -1.
        looked_up: classes of the other set.
    """

    asked: Rows
    listed: Rows
    looked_up: Rows


def _hits(bags: Bags, asked: _Asked, parts: Sequence[_Met], policy: MatchPolicy) -> Hits:
    """The solutions in the order of what was asked."""
    number, listed, looked_up = (
        np.concatenate([getattr(part, each.name) for part in parts]) for each in fields(_Met)
    )
    order = np.argsort(number, kind="stable")
    number, listed, looked_up = number[order], listed[order], looked_up[order]
    swapped, ways = asked.swapped[number], (bags.ways(listed), bags.ways(looked_up))
    return Hits(
        asked.base[number],
        np.where(swapped[:, None], looked_up, listed)[:, : policy.payout_brought_max],
        np.where(swapped[:, None], listed, looked_up)[:, : policy.payout_left_out_max],
        np.where(swapped, *ways[::-1]),
        np.where(swapped, *ways),
    )


def _met(bags: Bags, tables: tuple[Table, Table], every: _Asked, which: Rows, width: int) -> _Met:
    """Sets of one bag that bring an amount more than sets of another.

    Args:
        bags: all bags.
        tables: the sets that are tried one by one, and those that are looked up.
        every: all that is asked.
        which: of it; sets are looked up all in one part or all in two.
        width: most rows of a set.
    """
    (listed, table), asked = tables, every.where(which)
    near = asked.between(bags, listed)
    near.count[table.count[table.kind(asked.other, asked.more - asked.below)] == 0] = 0
    if asked.below.any():
        found = _in_two_parts(tables, asked, near, bags.most[asked.other])
    else:
        found = _whole(tables, asked, near)
    at, tried, low, high = np.concatenate([np.zeros((4, 0), np.int64), *found], axis=1)
    lower, higher = table.classes(low, width), table.classes(high, width)
    both = joined(lower, higher)
    # Each set once: in ascending order, and no more rows of a class than there are.
    kept = (lower.max(axis=1, initial=-1) <= higher[:, 0]) & (bags.ways(both) > 0)
    return _Met(which[at[kept]], listed.classes(tried[kept], width), both[kept])


def _whole(tables: tuple[Table, Table], asked: _Asked, near: Span) -> Iterator[Rows]:
    """Place of what is asked, of the set tried, of that of no rows, of the set that was looked up.

    Some at a time, as four rows of an array.
    """
    listed, table = tables
    kind, upper = listed.kind(asked.bag, asked.size), table.kind(asked.other, asked.more)
    wanted = brief(upper, asked.amount)
    for some in near.at_once(_AT_ONCE):
        at, tried = _likely(table, near, some, wanted, listed.brief_total)
        total = asked.amount[at] + listed.total(tried, kind[at])
        hit, high = _equal(table.key, upper[at] * SPAN + total)
        at, tried = at[hit], tried[hit]
        yield np.stack([at, tried, asked.other[at], high])


def _in_two_parts(
    tables: tuple[Table, Table], asked: _Asked, near: Span, most: Rows
) -> Iterator[Rows]:
    """The same with a lower and an upper part of the set that is looked up.

    A row of the bag that is looked up brings at most ``most``, by what is asked.
    """
    listed, table = tables
    kind = listed.kind(asked.bag, asked.size)
    lower = table.kind(asked.other, asked.below)
    upper = table.kind(asked.other, asked.more - asked.below)
    highest = most * (asked.more - asked.below)
    for some in near.at_once(_AT_ONCE):
        at, tried = near.places(some)
        total = asked.amount[at] + listed.total(tried, kind[at])
        # Classes ascend by value, so the lower rows bring no more than their share.
        share = total * asked.below[at] // asked.more[at]
        span = table.between(lower[at], total - highest[at], share)
        wanted = brief(upper[at], total)
        for few in span.at_once(_AT_ONCE):
            place, low = _likely(table, span, few, wanted, table.brief_taken)
            rest = total[place] - table.total(low, lower[at[place]])
            hit, high = _equal(table.key, upper[at[place]] * SPAN + rest)
            place, low = place[hit], low[hit]
            yield np.stack([at[place], tried[place], low, high])


def _likely(
    table: Table, span: Span, some: slice, asked: Halves, totals: Halves
) -> tuple[Rows, Rows]:
    """``(place of what is asked, of the set)`` where there may be a set that brings both sums.

    A million are asked for and a few are there, so that all are sieved, in half words, before any
    is looked up.
    """
    first, count = span.first[some], span.count[some]
    ends = np.cumsum(count)
    place = np.arange(ends[-1])
    place += np.repeat(first - (ends - count), count)
    wanted = np.repeat(asked[some], count)
    wanted += totals[place]
    likely = table.may_hold(wanted)
    return some.start + ends.searchsorted(likely, side="right"), place[likely]


def _equal(ascending: Rows, wanted: Rows) -> tuple[Rows, Rows]:
    """``(place in wanted, place in ascending)`` of all equal values."""
    low = ascending.searchsorted(wanted, side="left")
    hit = np.flatnonzero(ascending[low.clip(0, len(ascending) - 1)] == wanted)
    high = ascending.searchsorted(wanted[hit], side="right")
    owner, within = ragged(high - low[hit])
    return hit[owner], low[hit][owner] + within
