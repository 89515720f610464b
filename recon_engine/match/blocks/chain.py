"""What each payout of a chain left out and brought in, and how sure that is.

The rows that a payout leaves out of its days are the pool from which the next may bring rows.
So neighbours prove each other: a wrong guess at one seldom also makes the next come out.  The chain
is a hidden Markov chain; the state after a payout is the set of rows it left out, or None where
that is not known.  Forward and backward sums over all explanations that meet the deposits to the
cent give the odds of each.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, log

import numpy as np

from recon_engine.match.blocks.explain import Edge, Explainer, Link, Odds, State
from recon_engine.match.blocks.left_out import Classes, Few
from recon_engine.match.blocks.line import Line
from recon_engine.match.blocks.schedule import Block
from recon_engine.match.blocks.usual import Usual
from recon_engine.model.policy import MatchPolicy

_MILLION = 1_000_000


@dataclass(frozen=True)
class Verdict:
    """The best explanation of a payout, and the doubt about it.

    Attributes:
        link: the payout.
        brought: classes of the pool.
        left_out: classes of its own rows; None where nothing explains the payout.
        doubt: odds, 0 to 1, that none of the explanations found is true.
        wrong: how many rows of the group are expected to belong elsewhere.
    """

    link: Link
    brought: Few
    left_out: State
    doubt: float
    wrong: float


def links(line: Line, blocks: Sequence[Block], policy: MatchPolicy) -> list[Link]:
    """The chain of a line's blocks."""
    chain: list[Link] = []
    usual = Usual.of(blocks, policy)
    for n, block in enumerate(blocks):
        own = Classes.of(line.value[block.start : block.end])
        follows = bool(chain) and chain[-1].block.end == block.start
        if follows:
            pool, start = chain[-1].own, chain[-1].block.start
        else:
            earliest = line.day[block.start] - policy.payout_block_days_max
            start = max(block.follows, int(np.searchsorted(line.day, earliest)))
            pool = Classes.of(line.value[start : block.start])
        tries = usual.tries(block, follows=follows)
        # A rival may take days of a neighbour, which then pays others.
        since = blocks[n - 1].start if n else 0
        until = blocks[n + 1].end if n + 1 < len(blocks) else len(line.rows)
        rivals = usual.rivals(line, block, since, until)
        chain.append(Link(block, own, pool, start, tries, *rivals, fresh=not follows))
    return chain


def judge(line: Line, chain: Sequence[Link], policy: MatchPolicy) -> tuple[float, list[Verdict]]:
    """The log evidence of the whole chain and the verdict on each of its payouts."""
    alpha: Odds = {None: 1.0}
    evidence = 0.0
    told: list[_Step] = []
    for link in chain:
        if link.fresh:
            alpha = {None: sum(alpha.values())}
        explainer = Explainer(line, link, policy)
        edges = explainer.edges(alpha)
        told.append(_Step(explainer, edges, alpha))
        after: Odds = defaultdict(float)
        for edge in edges:
            after[edge.left_out] += alpha[edge.before] * edge.weight
        total = sum(after.values())
        evidence += log(total)
        alpha = {state: odds / total for state, odds in _likely(after, policy).items()}
    return evidence, _verdicts(told)


@dataclass(frozen=True)
class _Step:
    """One payout's explanations and the odds of the states it follows."""

    explainer: Explainer
    edges: list[Edge]
    alpha: Odds

    @property
    def link(self) -> Link:
        return self.explainer.link


def _likely(after: Odds, policy: MatchPolicy) -> Odds:
    """The states worth following; that nothing is known is always one of them."""
    # Equal odds are told apart by the state, so that nothing depends on the order of rows.
    ranked = sorted(after, key=lambda state: (state is not None, -after[state], state or ()))
    least = sum(after.values()) * policy.chance_ppm_max / _MILLION / policy.candidates_max
    kept = ranked[: policy.candidates_max]
    return {state: after[state] for state in kept if state is None or after[state] >= least}


def _verdicts(steps: Sequence[_Step]) -> list[Verdict]:
    """Backward sums, then along the best path how likely anything else is."""
    path = _best_path(steps)
    later: Odds = {edge.left_out: 1.0 for step in steps[-1:] for edge in step.edges}
    verdicts: list[Verdict] = []
    for n in range(len(steps) - 1, -1, -1):
        step = steps[n]
        odds = [step.alpha[e.before] * e.weight * later.get(e.left_out, 0.0) for e in step.edges]
        rivals = _rivals(steps[n - 1] if n else step, step, path[n])
        verdicts.append(_verdict(step, odds, path[n], rivals))
        before: Odds = defaultdict(float)
        for edge in step.edges:
            before[edge.before] += edge.weight * later.get(edge.left_out, 0.0)
        most = max(before.values())
        later = {state: value / most for state, value in before.items()}
        if step.link.fresh and n:
            # What was left out before is not what may come now: all states go on alike.
            later = {edge.left_out: later[None] for edge in steps[n - 1].edges}
    return verdicts[::-1]


def _rivals(last: _Step, step: _Step, chosen: Edge) -> float:
    """Rows that are wrong because larger sets, never searched, bring the sums of those moved."""
    if chosen.left_out is None:
        return 0.0
    if chosen.before is None:
        brought = step.explainer.larger_brought(chosen.brought)
    else:
        brought = last.explainer.larger(chosen.before) if chosen.brought else 0.0
    left_out = step.explainer.larger(chosen.left_out)
    return min(1.0, brought) * (len(chosen.brought) + 1) + min(1.0, left_out) * (
        len(chosen.left_out) + 1
    )


def _best_path(steps: Sequence[_Step]) -> list[Edge]:
    """The explanations that are likeliest together."""
    best: Odds = {None: 0.0}
    arrived: list[dict[State, Edge]] = []
    ends: list[State] = []  # the best state before each fresh payout
    for step in steps:
        if step.link.fresh:
            ends.append(_likeliest(best))
            best = {None: 0.0}
        after: Odds = {}
        by: dict[State, Edge] = {}
        for edge in step.edges:
            odds = best[edge.before] + log(edge.weight)
            if odds > after.get(edge.left_out, -inf):
                after[edge.left_out], by[edge.left_out] = odds, edge
        best = after
        arrived.append(by)
    path: list[Edge] = []
    state = _likeliest(best)
    for n in range(len(steps) - 1, -1, -1):
        edge = arrived[n][state]
        path.append(edge)
        state = edge.before
        if steps[n].link.fresh:
            state = ends.pop()
    return path[::-1]


def _likeliest(best: Odds) -> State:
    return max(best, key=lambda state: best[state])


def _verdict(step: _Step, odds: Sequence[float], chosen: Edge, rivals: float) -> Verdict:
    """The verdict on the chosen explanation, from the odds of all."""
    link = step.link
    if chosen.left_out is None:
        return Verdict(link, (), None, 1.0, 0.0)
    # Where nothing explains the payout, the rows that were moved are wrong, and others were moved.
    moved = len(chosen.brought) + len(chosen.left_out) + 2
    doubt = wrong = 0.0
    for edge, part in zip(step.edges, odds, strict=True):
        if edge.left_out is None:
            doubt += part
            wrong += part * moved
        elif part:
            wrong += part * _apart(link, chosen, edge)
    total = sum(odds)
    return Verdict(link, chosen.brought, chosen.left_out, doubt / total, wrong / total + rivals)


def _apart(link: Link, chosen: Edge, true: Edge) -> float:
    """Rows of the chosen group that do not belong to it if another explanation is true.

    Of interchangeable rows nobody knows which were meant, so the rows taken from a class are those
    meant only as often as chance has it.
    """
    assert chosen.left_out is not None  # noqa: S101 - for the type checker
    assert true.left_out is not None  # noqa: S101
    own, pool = link.own, link.pool
    wrong = 0.0
    for c in set(true.left_out):
        size = int(own.size[c])
        wrong += (size - chosen.left_out.count(c)) * true.left_out.count(c) / size
    for c in set(chosen.brought):
        size = int(pool.size[c])
        wrong += chosen.brought.count(c) * (1 - true.brought.count(c) / size)
    return wrong
