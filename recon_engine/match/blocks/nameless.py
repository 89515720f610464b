"""Deposits that name no channel, tried where a channel's payouts leave days unpaid.

Such a deposit is looked at only when it comes as long after unpaid days as the channel's payouts
usually do.  Where several channels want one deposit, the channel that it fits clearly best gets it,
or none.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from math import log

import polars as pl

from recon_engine.match.blocks.line import Line, lines
from recon_engine.match.blocks.schedule import Block, Schedule, again
from recon_engine.match.case import Case

Scheduled = tuple[Line, Schedule]


def with_nameless(
    case: Case, told: pl.DataFrame, nameless: pl.DataFrame, chosen: Sequence[Scheduled]
) -> list[Scheduled]:
    """The lines that gain deposits, with their new schedules.

    Args:
        case: both sides.
        told: the named deposits, as :func:`lines` takes them.
        nameless: one row for each channel and deposit that may be its own.
        chosen: each channel's line and schedule so far.
    """
    found = {one[0].name: one for one in chosen if one[1].blocks}
    likely = _likely(nameless, found).with_columns(named=pl.lit(value=False))
    key = ["channel", "currency"]
    theirs = told.join(likely.select(key).unique(), on=key, how="semi")
    wider = [
        line
        for line in lines(case, pl.concat([theirs, likely]))
        if line.way == found[line.name][0].way
    ]
    before = [found[line.name][1] for line in wider]
    schedules = again(wider, before, case.policy)
    return list(_settled(list(zip(wider, schedules, strict=True)), log(case.policy.margin_min)))


def _likely(nameless: pl.DataFrame, found: Mapping[tuple[str, str], Scheduled]) -> pl.DataFrame:
    """The deposits that come when one for unpaid days of their channel would."""
    awaited = {name: list(_awaited(*one)) for name, one in found.items()}
    asked = nameless.select("channel", "currency", "day").iter_rows()
    kept = [
        any(first <= day <= last for first, last in awaited.get((channel, currency), ()))
        for channel, currency, day in asked
    ]
    return nameless.filter(pl.Series(kept, dtype=pl.Boolean))


def _awaited(line: Line, schedule: Schedule) -> Iterator[tuple[int, int]]:
    """First and last day on which deposits for unpaid days would come."""
    lags = Counter(block.lag_days for block in schedule.blocks)
    usual = min(lags, key=lambda lag: (-lags[lag], lag))
    ends = [(block.follows, block.start) for block in schedule.blocks]
    ends.append((schedule.blocks[-1].end, len(line.rows)))
    for start, end in ends:
        if end > start:
            yield int(line.day[start]) + usual, int(line.day[end - 1]) + usual


def _settled(wider: Sequence[Scheduled], margin: float) -> Iterator[Scheduled]:
    """The lines with those nameless deposits that no other line wants nearly as much."""
    wanted: dict[int, list[tuple[float, int]]] = defaultdict(list)
    for n, (line, schedule) in enumerate(wider):
        for block in schedule.blocks:
            if not line.named[block.deposit]:
                wanted[line.deposits[block.deposit][0]].append((block.fit, n))
    owner = {row: _clear_best(claims, margin) for row, claims in wanted.items()}
    for n, (line, schedule) in enumerate(wider):
        lost = {
            block.deposit
            for block in schedule.blocks
            if not line.named[block.deposit] and owner[line.deposits[block.deposit][0]] != n
        }
        yield line, Schedule(schedule.fit, tuple(_without(schedule.blocks, lost)))


def _clear_best(claims: list[tuple[float, int]], margin: float) -> int:
    """Who claims most, or -1 when the next is too near."""
    ranked = sorted(claims, reverse=True)
    clear = len(ranked) == 1 or ranked[0][0] - ranked[1][0] >= margin
    return ranked[0][1] if clear else -1


def _without(blocks: Sequence[Block], lost: set[int]) -> Iterator[Block]:
    """The blocks of the other deposits; their days are unpaid again."""
    follows = 0
    for block in blocks:
        if block.deposit not in lost:
            yield replace(block, follows=follows)
            follows = block.end
