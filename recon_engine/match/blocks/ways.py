"""Which way of taking fees, and which days, explain the payouts of a channel best.

By a wrong way, or wrong days, hardly any payout comes out to the cent with few rows left out.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import chain as flat
from itertools import compress, groupby, pairwise
from math import log

import numpy as np

from recon_engine.match.blocks.chain import bases
from recon_engine.match.blocks.line import Line
from recon_engine.match.blocks.schedule import Block, Schedule, Scheduled, in_order
from recon_engine.match.blocks.solutions import search
from recon_engine.match.blocks.steps import Found, Stand, steps
from recon_engine.match.blocks.table import Link, Table, chain, plain_odds, sums
from recon_engine.model.policy import MatchPolicy

_MILLION = 1_000_000


def best_ways(ways: Sequence[Scheduled], policy: MatchPolicy) -> list[Scheduled]:
    """For each channel, of the ways it may take its fees the one that explains its payouts best.

    Mostly a short search tells them apart; else the whole one does, or else the way whose days fit
    best is taken.
    """
    short = replace(
        policy,
        payout_left_out_max=min(2, policy.payout_left_out_max),
        payout_brought_max=min(1, policy.payout_brought_max),
    )
    near = _nearest([way for _, way in _nearest(ways, short)], policy)
    by_name = groupby(near, key=lambda one: one[1][0].name)
    return [max(ours, key=lambda one: one[0] + one[1][1].fit)[1] for _, ours in by_name]


def best_days(chosen: Sequence[Scheduled], policy: MatchPolicy) -> list[Scheduled]:
    """The schedules, where that explains their payouts better with regular blocks.

    Nothing holds blocks in place beside unpaid days: a block may have taken some of these, or lost
    some of its own.  As a rule a payout covers as many days as most do, as long after them.
    """
    other = {n: blocks for n, one in enumerate(chosen) if (blocks := _regular(*one)) is not None}
    tried: list[list[Link]] = []
    for n, blocks in other.items():
        line, schedule = chosen[n]
        old, new = (chain(line, some, policy) for some in (schedule.blocks, blocks))
        changed = [
            (one.pool_start, one.block) != (two.pool_start, two.block)
            for one, two in zip(old, new, strict=True)
        ]
        tried += [_alone(compress(old, changed)), _alone(compress(new, changed))]
    odds = _explained(tried, policy)
    better = {n for n, old, new in zip(other, odds[::2], odds[1::2], strict=True) if new > old}
    return [
        (line, Schedule(schedule.fit, other[n])) if n in better else (line, schedule)
        for n, (line, schedule) in enumerate(chosen)
    ]


def _alone(links: Iterable[Link]) -> list[Link]:
    """Links without their neighbours: each with a pool of its own."""
    return [replace(link, follows=False) for link in links]


def _explained(chains: Sequence[Sequence[Link]], policy: MatchPolicy) -> list[float]:
    """By chain: how far the solutions found outweigh that there is none, log of odds."""
    links = list(flat.from_iterable(chains))
    if not links:
        return [0.0 for _ in chains]
    table = Table.of(links, policy)
    every, (low, high) = np.arange(len(links)), sums(links)
    quests, _ = table.asked(every, low, high, np.full(len(links), plain_odds(policy)))
    found = Found.without_fees(quests, search(table.bags, quests, policy))
    stand = Stand.alone(table.follows, np.ones(len(links), np.bool_))
    told = steps(table.bags, found, stand, table.spread, policy)
    _, nothing = bases(stand, told, len(quests.base))
    odds = -np.log(np.maximum(nothing, 1 / _MILLION))
    owner = np.repeat(np.arange(len(chains)), [len(links) for links in chains])
    by_chain: list[float] = np.bincount(owner, odds, len(chains)).tolist()
    return by_chain


def _nearest(ways: Sequence[Scheduled], policy: MatchPolicy) -> list[tuple[float, Scheduled]]:
    """For each channel the ways that explain its payouts about as well as the best one."""
    clear = log(_MILLION / max(1, policy.chance_ppm_max))
    count = Counter(line.name for line, _ in ways)
    several = [way for way in ways if count[way[0].name] > 1]
    chains = [chain(line, schedule.blocks, policy) for line, schedule in several]
    odds_of = {
        (line.name, line.way): odds
        for (line, _), odds in zip(several, _explained(chains, policy), strict=True)
    }
    near: list[tuple[float, Scheduled]] = []
    for name, ours in groupby(ways, key=lambda way: way[0].name):
        each = [(odds_of.get((name, way[0].way), 0.0), way) for way in ours]
        best = max(odds for odds, _ in each)
        near += [(odds, way) for odds, way in each if odds >= best - clear]
    return near


def _regular(line: Line, schedule: Schedule) -> tuple[Block, ...] | None:
    """The blocks, each with the usual lag and length if it can; None where that changes nothing."""
    if not schedule.blocks:
        return None
    lag, days = (
        _most([getattr(block, of) for block in schedule.blocks]) for of in ("lag_days", "days")
    )
    moved = [_moved(line, block, lag, days) for block in schedule.blocks]
    while clash := [n for n, (one, two) in enumerate(pairwise(moved)) if one.end > two.start]:
        for n in clash:
            moved[n : n + 2] = schedule.blocks[n : n + 2]
    if all(new is old for new, old in zip(moved, schedule.blocks, strict=True)):
        return None
    return tuple(in_order(moved))


def _most(numbers: Sequence[int]) -> int:
    """The number that stands there most often; of several the least."""
    count = Counter(numbers)
    return min(count, key=lambda one: (-count[one], one))


def _moved(line: Line, block: Block, lag: int, days: int) -> Block:
    """A block with the usual lag and length; itself where that is the same rows or none."""
    last = int(line.paid_day[block.deposit]) - lag
    start, end = np.searchsorted(line.day, [last - days + 1, last + 1]).tolist()
    if end <= start or (start, end) == (block.start, block.end):
        return block
    return replace(block, start=start, end=end, lag_days=lag, days=days)
