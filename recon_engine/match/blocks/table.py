"""The payouts of some lines side by side: whose rows they may pay, and which sums are asked for."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from recon_engine.match.blocks.bags import Bags, Floats, ragged
from recon_engine.match.blocks.line import Line
from recon_engine.match.blocks.odds import Spread, fee_share, usual_density
from recon_engine.match.blocks.schedule import Block, Schedule
from recon_engine.match.blocks.solutions import Quests
from recon_engine.match.case import Flags, Rows
from recon_engine.model.policy import MatchPolicy

_MILLION = 1_000_000


@dataclass(frozen=True)
class Link:
    """A payout's place in its line: where its pool begins, and whether that is fresh."""

    line: Line
    block: Block
    pool_start: int
    follows: bool


def chain(line: Line, blocks: Sequence[Block], policy: MatchPolicy) -> list[Link]:
    """The links of a line's blocks, in time order."""
    links = []
    for n, block in enumerate(blocks):
        follows = n > 0 and blocks[n - 1].end == block.start
        if follows:
            start = blocks[n - 1].start
        else:
            earliest = line.day[block.start] - policy.payout_block_days_max
            start = max(block.follows, int(np.searchsorted(line.day, earliest)))
        links.append(Link(line, block, start, follows))
    return links


@dataclass(frozen=True)
class Table:
    """Payouts side by side.

    Attributes:
        links: the payouts, those of one line in time order.
        bags: of rows.
        own: the bag of each payout's days.
        pool: the bag of rows that it may bring in.
        spread: of the sums of the payouts' own bags.
        density: of chance hits on a sum, per minor unit, by payout.
    """

    links: Sequence[Link]
    bags: Bags
    own: Rows
    pool: Rows
    spread: Spread
    density: Floats

    @classmethod
    def of(cls, links: Sequence[Link], policy: MatchPolicy) -> "Table":
        """What follows takes its pool from the payout before."""
        values = [link.line.value[link.block.start : link.block.end] for link in links]
        own = np.arange(len(links))
        pool = own - 1
        for n, link in enumerate(links):
            if not link.follows:
                pool[n] = len(values)
                values.append(link.line.value[link.pool_start : link.block.start])
        bags = Bags.of(values)
        mean = policy.payout_held_back + bags.rows[own] * policy.payout_never_ppm / _MILLION
        spread = Spread.of(bags, len(links))
        return cls(links, bags, own, pool, spread, usual_density(spread, own, mean))

    def narrowed(self, kept: Flags, each: Sequence[tuple[Line, Schedule]]) -> "Table":
        """Some of the payouts, as the lines now tell them; their bags stay what they are."""
        told = [(line, block) for line, schedule in each for block in schedule.blocks]
        links = [
            Link(line, block, self.links[n].pool_start, self.links[n].follows and bool(kept[n - 1]))
            for n, (line, block) in zip(np.flatnonzero(kept).tolist(), told, strict=True)
        ]
        return replace(
            self, links=links, own=self.own[kept], pool=self.pool[kept], density=self.density[kept]
        )

    def __len__(self) -> int:
        return len(self.links)

    @cached_property
    def follows(self) -> Flags:
        """By payout: whether its pool is what the payout before left out."""
        return np.array([link.follows for link in self.links])

    @cached_property
    def start(self) -> Rows:
        """By payout: place in its line of the first row of its days."""
        return np.array([link.block.start for link in self.links], np.int64)

    @cached_property
    def pool_start(self) -> Rows:
        """By payout: place in its line of the first row that it may bring in."""
        return np.array([link.pool_start for link in self.links], np.int64)

    @cached_property
    def typical(self) -> Floats:
        """By payout: how far one row more or less moves a sum of its line, minor units."""
        return np.array([link.line.typical for link in self.links])

    def rows(self, payout: Rows, start: Rows, within: Rows) -> Rows:
        """Rows of the left side: of some payouts, so far behind a place that is told by payout."""
        lines = {id(link.line): link.line for link in self.links}
        ends = np.cumsum([0, *(len(line.rows) for line in lines.values())])
        begin = dict(zip(lines, ends.tolist(), strict=False))
        first = start + [begin[id(link.line)] for link in self.links]
        row: Rows = np.concatenate([line.rows for line in lines.values()])[first[payout] + within]
        return row

    @cached_property
    def total(self) -> Rows:
        """By payout: what the rows of its days bring, minor units."""
        return np.array(
            [
                one.line.before[one.block.end] - one.line.before[one.block.start]
                for one in self.links
            ],
            np.int64,
        )

    def asked(self, payout: Rows, low: Rows, high: Rows, weight: Floats) -> tuple[Quests, Rows]:
        """What rows left out must bring, for each sum that brings a deposit.

        Args:
            payout: that each deposit may be of, ascending.
            low: the smallest sum that would bring it.
            high: the largest.
            weight: odds that each of its sums was to be brought.

        Returns:
            What is asked, and of which deposit each sum is.
        """
        deposit, more = ragged(high - low + 1)
        base = self.total[payout][deposit] - low[deposit] - more
        fee = np.zeros(len(base), np.int64)
        payout, weight = payout[deposit], weight[deposit]
        return Quests(self.own, self.pool, payout, base, weight, fee, self.density), deposit


def sums(links: Sequence[Link]) -> tuple[Rows, Rows]:
    """By payout: the smallest and the largest sum that would bring its deposit."""
    low, high = (
        np.array([getattr(link.line, name)[link.block.deposit] for link in links], np.int64)
        for name in ("low", "high")
    )
    return low, high


def plain_odds(policy: MatchPolicy) -> float:
    """Odds that a deposit is short by no fee that nobody told, nor differs for no reason found."""
    return 1 - fee_share(policy) - policy.payout_unexplained_ppm / _MILLION


def with_fees(plain: Quests, payouts: Flags, policy: MatchPolicy) -> Quests:
    """What is asked of some payouts with every fee that nobody may have told.

    A fee makes the deposit smaller, as rows left out do.
    """
    count = policy.payout_fee_max_minor // max(1, policy.payout_fee_step_minor)
    fees = np.arange(1, count + 1) * policy.payout_fee_step_minor
    again = payouts[plain.payout]
    payout, base = (np.repeat(part[again], count) for part in (plain.payout, plain.base))
    fee = np.tile(fees, int(again.sum()))
    weight = np.full(len(base), fee_share(policy) / max(1, count))
    return replace(plain, payout=payout, base=base - fee, weight=weight, fee=fee)
