"""The verdict on every payout of some lines: its likeliest rows, and how sure each of them is."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import log

import numpy as np

from recon_engine.match.blocks.asked import Asked, asked
from recon_engine.match.blocks.bags import Bags, Floats
from recon_engine.match.blocks.chain import Chosen, doubts, judge
from recon_engine.match.blocks.line import Line
from recon_engine.match.blocks.nameless import Offers
from recon_engine.match.blocks.odds import fee_share
from recon_engine.match.blocks.schedule import Block, Scheduled
from recon_engine.match.blocks.solutions import Quests, search
from recon_engine.match.blocks.steps import Found, Solutions, Steps, steps
from recon_engine.match.blocks.table import with_fees
from recon_engine.match.case import Rows
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


def judged(
    each: Sequence[Scheduled], policy: MatchPolicy, offers: Offers | None = None
) -> list[Judged]:
    """The verdicts on all payouts of some lines.

    Args:
        each: lines and their schedules.
        policy: how much is searched, and how odd things are.
        offers: nameless deposits that the lines may get.
    """
    all_asked = asked(each, policy, offers)
    if all_asked is None:
        return [Judged(line, []) for line, _ in each]
    table = all_asked.table
    quests, told = _told(all_asked, policy)
    chosen = judge(table.bags, all_asked.stand, told)
    solutions = [_Solution.of(table.bags, told.solutions, quests, n) for n in chosen.solution]
    verdicts = _verdicts(all_asked, solutions, chosen)
    return [
        Judged(line, verdicts[end - len(schedule.blocks) : end])
        for (line, schedule), end in zip(all_asked.each, _ends(all_asked.each), strict=True)
    ]


def explained(each: Sequence[Scheduled], policy: MatchPolicy) -> list[float]:
    """By line: how far the solutions found outweigh that there is none, log of odds."""
    all_asked = asked(each, policy)
    if all_asked is None:
        return [0.0 for _ in each]
    _, told = _told(all_asked, policy)
    odds = [-log(max(doubt, 1 / _MILLION)) for doubt in doubts(all_asked.stand, told)]
    return [
        sum(odds[end - len(schedule.blocks) : end])
        for (_, schedule), end in zip(each, _ends(each), strict=True)
    ]


def _ends(each: Sequence[Scheduled]) -> list[int]:
    """Where the payouts of each line end, of those of all lines."""
    return list(accumulate(len(schedule.blocks) for _, schedule in each))


def _told(asked: Asked, policy: MatchPolicy) -> tuple[Quests, Steps]:
    """All solutions and their odds.

    A fee that nobody told is looked for only where the payout may well not be explained without.
    """
    table, plain = asked.table, Found.without_fees(asked.quests, asked.found)
    told = steps(table.bags, plain, asked.stand, table.spread, policy)
    if not fee_share(policy):
        return plain.quests, told
    doubtful = doubts(asked.stand, told) * _MILLION > policy.payout_wrong_ppm_max
    if not doubtful.any():
        return plain.quests, told
    other = with_fees(asked.quests, doubtful, policy)
    found = plain.beside(other, search(table.bags, other, policy))
    return found.quests, steps(table.bags, found, asked.stand, table.spread, policy)


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


def _verdicts(asked: Asked, solutions: Sequence[_Solution], chosen: Chosen) -> list[Verdict]:
    """The rows of the likeliest solutions; what the next payout brings in is not this one's."""
    table, owned, verdicts = asked.table, asked.owned.tolist(), []
    links = table.links
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
                block, places, owned[n] * np.concatenate(odds), gone, len(brought), solution.fee,
                1 - owned[n] * (1 - float(chosen.doubt[n])),
            )
        )  # fmt: skip
    return verdicts
