"""Which way of taking fees, and which days, explain the payouts of a channel best.

A short search mostly tells: by a wrong way, or wrong days, hardly any payout comes out to the cent.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby, pairwise
from math import log

import numpy as np

from recon_engine.match.blocks.line import Line
from recon_engine.match.blocks.schedule import Block, Schedule, Scheduled, in_order
from recon_engine.match.blocks.verdicts import explained
from recon_engine.model.policy import MatchPolicy

_MILLION = 1_000_000


def best_ways(ways: Sequence[Scheduled], policy: MatchPolicy) -> list[Scheduled]:
    """For each channel, of the ways it may take its fees the one that explains its payouts best.

    Where the short search does not tell them apart, the whole one does, or else the way whose days
    fit best is taken.
    """
    near = _nearest([way for _, way in _nearest(ways, _short(policy))], policy)
    by_name = groupby(near, key=lambda one: one[1][0].name)
    return [max(ours, key=lambda one: one[0] + one[1][1].fit)[1] for _, ours in by_name]


def best_days(chosen: Sequence[Scheduled], policy: MatchPolicy) -> list[Scheduled]:
    """The schedules, where that explains their payouts better with regular blocks.

    Nothing holds blocks in place beside unpaid days: a block may have taken some of these, or lost
    some of its own.  As a rule a payout covers as many days as most do, as long after them.
    """
    other = {n: blocks for n, one in enumerate(chosen) if (blocks := _regular(*one)) is not None}
    pairs = [(chosen[n], (chosen[n][0], Schedule(chosen[n][1].fit, b))) for n, b in other.items()]
    odds = explained([one for pair in pairs for one in pair], _short(policy))
    better = {
        n: new
        for n, (_, new), old, odds in zip(other, pairs, odds[::2], odds[1::2], strict=True)
        if odds > old
    }
    return [better.get(n, one) for n, one in enumerate(chosen)]


def _short(policy: MatchPolicy) -> MatchPolicy:
    """A search that takes hardly any time."""
    return replace(policy, payout_left_out_max=2, payout_brought_max=1, payout_fee_max_minor=0)


def _nearest(ways: Sequence[Scheduled], policy: MatchPolicy) -> list[tuple[float, Scheduled]]:
    """For each channel the ways that explain its payouts about as well as the best one."""
    clear = log(_MILLION / max(1, policy.chance_ppm_max))
    count = Counter(line.name for line, _ in ways)
    several = [way for way in ways if count[way[0].name] > 1]
    odds_of = {
        (line.name, line.way): odds
        for (line, _), odds in zip(several, explained(several, policy), strict=True)
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
