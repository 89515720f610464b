"""The verdict on every payout of some lines: its likeliest rows, and how sure each of them is."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import log

import numpy as np

from recon_engine.match.blocks.bags import Bags, Floats
from recon_engine.match.blocks.chain import Chosen, doubts, judge
from recon_engine.match.blocks.line import Line
from recon_engine.match.blocks.odds import Spread, fee_share, usual_density
from recon_engine.match.blocks.schedule import Block, Schedule
from recon_engine.match.blocks.solutions import Quests, Search, search
from recon_engine.match.blocks.steps import Asked, Solutions, Stand, Steps, steps
from recon_engine.match.blocks.usual import Rivals, rivals
from recon_engine.match.case import Flags, Rows
from recon_engine.model.policy import MatchPolicy

_MILLION = 1_000_000


@dataclass(frozen=True)
class Verdict:
    """The likeliest rows of a payout.

    Attributes:
        block: its days.
        places: in the line, of its rows.
        sure: odds of each that the deposit pays it.
        left_out: how many rows of its days it left out; None where nothing explains the payout.
        brought: how many rows it brought in.
        fee: what the platform kept back untold, minor units.
        doubt: odds, 0 to 1, that none of the solutions found is true.
    """

    block: Block
    places: Rows
    sure: Floats
    left_out: int | None
    brought: int
    fee: int
    doubt: float


@dataclass(frozen=True)
class Judged:
    """A line and the verdict on each of its payouts."""

    line: Line
    verdicts: list[Verdict]


@dataclass(frozen=True)
class _Link:
    """A payout's place in its line: where its pool begins, and whether that is fresh."""

    line: Line
    block: Block
    pool_start: int
    follows: bool


def judged(each: Sequence[tuple[Line, Schedule]], policy: MatchPolicy) -> list[Judged]:
    """The verdicts on all payouts of some lines."""
    found = _found(each, policy)
    if found is None:
        return [Judged(line, []) for line, _ in each]
    table, quests, told = found
    chosen = judge(table.bags, table.stand, told)
    solutions = [_Solution.of(table.bags, told.solutions, quests, n) for n in chosen.solution]
    verdicts = _verdicts(table, solutions, chosen)
    ends = _ends(each)
    return [
        Judged(line, verdicts[end - len(schedule.blocks) : end])
        for (line, schedule), end in zip(each, ends, strict=True)
    ]


def explained(each: Sequence[tuple[Line, Schedule]], policy: MatchPolicy) -> list[float]:
    """By line: how far the solutions found outweigh that there is none, log of odds."""
    found = _found(each, policy)
    if found is None:
        return [0.0 for _ in each]
    table, _, told = found
    odds = [-log(max(doubt, 1 / _MILLION)) for doubt in doubts(table.stand, told)]
    ends = _ends(each)
    return [
        sum(odds[end - len(schedule.blocks) : end])
        for (_, schedule), end in zip(each, ends, strict=True)
    ]


def _ends(each: Sequence[tuple[Line, Schedule]]) -> list[int]:
    """Where the payouts of each line end, of those of all lines."""
    return list(accumulate(len(schedule.blocks) for _, schedule in each))


def _found(
    each: Sequence[tuple[Line, Schedule]], policy: MatchPolicy
) -> tuple["_Table", Quests, Steps] | None:
    """What explains the payouts of some lines; None where there are none.

    A fee that nobody told is looked for only where the payout may well not be explained without.
    """
    links = [link for line, schedule in each for link in _links(line, schedule.blocks, policy)]
    if not links:
        return None
    table = _Table.of(links, _stand(links, rivals(each, policy)), policy)
    plain = _quests(table, *_bases(table.links), policy)
    found = search(table.bags, plain, policy)
    quests, told = _steps(table, plain, found, np.zeros(len(links), np.bool_), policy)
    if fee_share(policy):
        doubtful = doubts(table.stand, told) * _MILLION > policy.payout_wrong_ppm_max
        if doubtful.any():
            quests, told = _steps(table, plain, found, doubtful, policy)
    return table, quests, told


def _links(line: Line, blocks: Sequence[Block], policy: MatchPolicy) -> list[_Link]:
    """The chain of a line's blocks."""
    chain = []
    for n, block in enumerate(blocks):
        follows = n > 0 and blocks[n - 1].end == block.start
        if follows:
            start = blocks[n - 1].start
        else:
            earliest = line.day[block.start] - policy.payout_block_days_max
            start = max(block.follows, int(np.searchsorted(line.day, earliest)))
        chain.append(_Link(line, block, start, follows))
    return chain


@dataclass(frozen=True)
class _Table:
    """The payouts of all lines side by side: their bags, which are whose, and what is known."""

    links: Sequence[_Link]
    bags: Bags
    own: Rows
    pool: Rows
    stand: Stand
    spread: Spread
    density: Floats

    @classmethod
    def of(cls, links: Sequence[_Link], stand: Stand, policy: MatchPolicy) -> "_Table":
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
        density = usual_density(spread, own, mean)
        return cls(links, bags, own, pool, stand, spread, density)


def _steps(
    table: _Table, plain: Quests, found: Search, with_fees: Flags, policy: MatchPolicy
) -> tuple[Quests, Steps]:
    """All solutions; where ``with_fees``, also with a fee that nobody told."""
    other = _with_fees(table, plain, with_fees, policy)
    more = search(table.bags, other, policy)
    bases = len(plain.base)
    hits = found.hits.beside(more.hits, bases)
    asked = Asked(plain.beside(other), found, more, hits, bases)
    return asked.quests, steps(table.bags, asked, table.stand, table.spread, policy)


def _with_fees(table: _Table, plain: Quests, payouts: Flags, policy: MatchPolicy) -> Quests:
    """What is asked of some payouts with every fee that nobody may have told."""
    count = policy.payout_fee_max_minor // max(1, policy.payout_fee_step_minor)
    fees = np.arange(1, count + 1) * policy.payout_fee_step_minor
    again = payouts[plain.payout]
    payout, base = (np.repeat(part[again], count) for part in (plain.payout, plain.base))
    return _quests(table, payout, base, policy, np.tile(fees, int(again.sum())))


def _bases(links: Sequence[_Link]) -> tuple[Rows, Rows]:
    """``(payout, base)``: what rows left out must bring, for each sum that brings the deposit."""
    payout, base = [], []
    for n, link in enumerate(links):
        line, block = link.line, link.block
        total = int(line.before[block.end] - line.before[block.start])
        low, high = int(line.low[block.deposit]), int(line.high[block.deposit])
        base += [total - wanted for wanted in range(low, high + 1)]
        payout += [n] * (high - low + 1)
    return np.array(payout, np.int64), np.array(base, np.int64)


def _quests(
    table: _Table, payout: Rows, base: Rows, policy: MatchPolicy, fee: Rows | None = None
) -> Quests:
    """A fee makes the deposit smaller, as rows left out do."""
    fee = np.zeros(len(base), np.int64) if fee is None else fee
    share = fee_share(policy)
    count = policy.payout_fee_max_minor // max(1, policy.payout_fee_step_minor)
    plain = 1 - share - policy.payout_unexplained_ppm / _MILLION
    weight = np.where(fee > 0, share / max(1, count), plain)
    return Quests(table.own, table.pool, payout, base - fee, weight, fee, table.density)


def _stand(links: Sequence[_Link], others: Rivals) -> Stand:
    return Stand(
        np.array([link.follows for link in links]),
        np.array([bool(link.line.named[link.block.deposit]) for link in links]),
        others.near,
        others.exact,
        others.by_one,
    )


@dataclass(frozen=True)
class _Solution:
    """Rows of a payout's likeliest solution, as places in its bags; None: nothing explains it."""

    left_out: list[int] | None
    brought: list[int]
    fee: int

    @classmethod
    def of(cls, bags: Bags, solutions: Solutions, quests: Quests, number: int) -> "_Solution":
        """One of the solutions; -1: none."""
        if number < 0:
            return cls(None, [], 0)
        both = (solutions.left_out[number], solutions.brought[number])
        left_out, brought = (bags.taken([int(one) for one in some if one >= 0]) for some in both)
        return cls(left_out, brought, int(quests.fee[solutions.base[number]]))


def _verdicts(table: _Table, solutions: Sequence[_Solution], chosen: Chosen) -> list[Verdict]:
    """The rows of the likeliest solutions; what the next payout brings in is not this one's."""
    links, verdicts = table.links, []
    left_out, brought_in = (table.bags.by_row(odds) for odds in (chosen.left_out, chosen.brought))
    adrift = chosen.adrift / np.maximum(1, table.bags.rows[table.own])
    for n, (link, solution) in enumerate(zip(links, solutions, strict=True)):
        block, own, sure = link.block, int(table.own[n]), 1 - chosen.astray[n]
        stays = np.ones(block.end - block.start, np.bool_)
        stays[solution.left_out or []] = False
        if n + 1 < len(links) and links[n + 1].follows:
            stays[solutions[n + 1].brought] = False
        brought = np.array(solution.brought, np.int64)
        away = np.maximum(left_out[own], brought_in[own])[stays]
        places = np.concatenate([link.pool_start + brought, block.start + np.flatnonzero(stays)])
        odds = (
            brought_in[int(table.pool[n])][brought] * sure,
            np.maximum(0, sure - adrift[n] - away),
        )
        gone = None if solution.left_out is None else len(solution.left_out)
        verdicts.append(
            Verdict(
                block, places, np.concatenate(odds), gone, len(brought), solution.fee,
                float(chosen.doubt[n]),
            )
        )  # fmt: skip
    return verdicts
