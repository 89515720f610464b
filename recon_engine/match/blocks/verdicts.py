"""The verdict on every payout of some lines: its likeliest rows, and how sure each of them is."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from recon_engine.match.blocks.bags import Bags, Floats
from recon_engine.match.blocks.chain import Chosen, judge
from recon_engine.match.blocks.line import Line
from recon_engine.match.blocks.odds import Spread, usual_density
from recon_engine.match.blocks.schedule import Block, Schedule
from recon_engine.match.blocks.solutions import Quests, search
from recon_engine.match.blocks.steps import Solutions, Stand, steps
from recon_engine.match.blocks.usual import Usual
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
        doubt: odds, 0 to 1, that none of the solutions found is true.
    """

    block: Block
    places: Rows
    sure: Floats
    left_out: int | None
    brought: int
    doubt: float


@dataclass(frozen=True)
class Judged:
    """A line, the verdict on each of its payouts, and the log evidence of them all."""

    line: Line
    evidence: float
    verdicts: list[Verdict]


@dataclass(frozen=True)
class _Link:
    """A payout's place in its line: where its pool begins, and whether that is fresh."""

    line: Line
    block: Block
    pool_start: int
    follows: bool
    tries: float
    rivals: tuple[float, float]


def judged(each: Sequence[tuple[Line, Schedule]], policy: MatchPolicy) -> list[Judged]:
    """The verdicts on all payouts of some lines."""
    links = [link for line, schedule in each for link in _links(line, schedule.blocks, policy)]
    if not links:
        return [Judged(line, 0.0, []) for line, _ in each]
    bags, own, pool = _bags(links)
    quests = _quests(links, bags, own, pool, policy)
    stand = _stand(links)
    told = steps(bags, quests, stand, search(bags, quests, policy), policy)
    chosen = judge(bags, stand, told)
    verdicts = _verdicts(links, bags, quests, told.solutions, chosen)
    found, start = [], 0
    for line, schedule in each:
        end = start + len(schedule.blocks)
        evidence = float(chosen.evidence[start:end].sum())
        found.append(Judged(line, evidence, verdicts[start:end]))
        start = end
    return found


def _links(line: Line, blocks: Sequence[Block], policy: MatchPolicy) -> list[_Link]:
    """The chain of a line's blocks."""
    usual = Usual.of(blocks, policy)
    chain = []
    for n, block in enumerate(blocks):
        follows = n > 0 and blocks[n - 1].end == block.start
        if follows:
            start = blocks[n - 1].start
        else:
            earliest = line.day[block.start] - policy.payout_block_days_max
            start = max(block.follows, int(np.searchsorted(line.day, earliest)))
        # A rival may take days of a neighbour, which then pays others.
        since = blocks[n - 1].start if n else 0
        until = blocks[n + 1].end if n + 1 < len(blocks) else len(line.rows)
        rivals = usual.rivals(line, block, since, until)
        chain.append(_Link(line, block, start, follows, usual.tries(block, follows=follows), rivals))
    return chain


def _bags(links: Sequence[_Link]) -> tuple[Bags, Rows, Rows]:
    """All bags; of each payout its own and its pool.  What follows takes from the one before."""
    values = [link.line.value[link.block.start : link.block.end] for link in links]
    own = np.arange(len(links))
    pool = own - 1
    for n, link in enumerate(links):
        if not link.follows:
            pool[n] = len(values)
            values.append(link.line.value[link.pool_start : link.block.start])
    return Bags.of(values), own, pool


def _quests(
    links: Sequence[_Link], bags: Bags, own: Rows, pool: Rows, policy: MatchPolicy
) -> Quests:
    payout, base = [], []
    for n, link in enumerate(links):
        line, block = link.line, link.block
        total = int(line.before[block.end] - line.before[block.start])
        low, high = int(line.low[block.deposit]), int(line.high[block.deposit])
        base += [total - wanted for wanted in range(low, high + 1)]
        payout += [n] * (high - low + 1)
    mean = policy.payout_held_back + bags.rows[own] * policy.payout_never_ppm / _MILLION
    return Quests(
        own, pool, np.array(payout), np.array(base, np.int64), np.ones(len(base)),
        np.zeros(len(base), np.int64), usual_density(Spread.of(bags), own, mean),
    )  # fmt: skip


def _stand(links: Sequence[_Link]) -> Stand:
    return Stand(
        np.array([link.follows for link in links]),
        np.array([bool(link.line.named[link.block.deposit]) for link in links]),
        np.array([link.tries for link in links]),
        np.array([link.rivals[0] for link in links]),
        np.array([link.rivals[1] for link in links]),
    )


def _verdicts(
    links: Sequence[_Link], bags: Bags, quests: Quests, solutions: Solutions, chosen: Chosen
) -> list[Verdict]:
    """The rows of the likeliest solutions; what the next payout brings in is not this one's."""
    out = [_taken(bags, solutions.left_out, int(n)) for n in chosen.solution]
    came = [_taken(bags, solutions.brought, int(n)) for n in chosen.solution]
    verdicts = []
    for n, link in enumerate(links):
        block, solution = link.block, int(chosen.solution[n])
        stays = np.ones(block.end - block.start, np.bool_)
        stays[out[n]] = False
        if n + 1 < len(links) and links[n + 1].follows:
            stays[came[n + 1]] = False
        brought = np.array(came[n], np.int64)
        verdicts.append(
            Verdict(
                block,
                np.concatenate([link.pool_start + brought, block.start + np.flatnonzero(stays)]),
                np.concatenate(
                    [_brought(bags, quests, chosen, n)[brought], _own(bags, quests, chosen, n)[stays]]
                ),
                len(out[n]) if solution >= 0 else None,
                len(brought),
                float(chosen.doubt[n]),
            )
        )
    return verdicts


def _taken(bags: Bags, classes: Rows, solution: int) -> list[int]:
    if solution < 0:
        return []
    return bags.taken([int(one) for one in classes[solution] if one >= 0])


def _own(bags: Bags, quests: Quests, chosen: Chosen, n: int) -> Floats:
    """Odds of each row of a payout's days that the deposit pays it."""
    bag = int(quests.own[n])
    away = np.maximum(bags.of_rows(chosen.left_out, bag), bags.of_rows(chosen.brought, bag))
    adrift = chosen.adrift[n] / max(1, int(bags.rows[bag]))
    odds: Floats = np.maximum(0, 1 - chosen.astray[n] - adrift - away)
    return odds


def _brought(bags: Bags, quests: Quests, chosen: Chosen, n: int) -> Floats:
    """Odds of each row of a payout's pool that the deposit pays it."""
    odds: Floats = bags.of_rows(chosen.brought, int(quests.pool[n])) * (1 - chosen.astray[n])
    return odds
