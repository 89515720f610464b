"""What each payout of a chain left out and brought in, and how sure that is.

The rows that payout ``k`` leaves out of its days are the pool from which payout ``k+1`` may bring
rows.  So neighbours prove each other: a wrong guess at ``k`` seldom also makes ``k+1`` come out.
The chain is a hidden Markov chain: the state after a payout is the set of rows it left out, or None
where that is not known.  Forward and backward sums over all explanations that meet the deposits to
the cent give the odds of each; against them stands, at every payout, that it is not explained at
all (a fee nobody told, more rows than are searched).
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from math import comb, exp, factorial, inf, log, sqrt

import numpy as np

from recon_engine.match.blocks.left_out import Classes, Few, parts
from recon_engine.match.blocks.line import Line
from recon_engine.match.blocks.schedule import Block
from recon_engine.match.case import Rows
from recon_engine.model.policy import MatchPolicy

_MILLION = 1_000_000
State = Few | None


@dataclass(frozen=True)
class Edge:
    """One explanation of a payout: from what it follows, what it brought in and left out.

    ``left_out`` is None where nothing explains the payout.
    """

    before: State
    brought: Few
    left_out: State
    weight: float


@dataclass(frozen=True)
class Link:
    """A payout's place in its chain.

    Attributes:
        block: its days.
        own: classes of the rows of its days.
        pool: classes of the rows it may bring in; places count from ``pool_start``.
        pool_start: place in the line of the pool's first row.
        fresh: whether the pool is not what the payout before left out.
    """

    block: Block
    own: Classes
    pool: Classes
    pool_start: int
    fresh: bool


@dataclass(frozen=True)
class Verdict:
    """The best explanation of a payout, and the doubt about it.

    Attributes:
        link: the payout.
        brought: classes of the pool.
        left_out: classes of its own rows; None where nothing explains the payout.
        doubt: odds, 0 to 1, that none of the explanations found is true.
        wrong: rows of the group that are expected to belong elsewhere, doubt aside.
    """

    link: Link
    brought: Few
    left_out: State
    doubt: float
    wrong: float


def links(line: Line, blocks: Sequence[Block], policy: MatchPolicy) -> list[Link]:
    """The chain of a line's blocks."""
    chain: list[Link] = []
    for block in blocks:
        own = Classes.of(line.value[block.start : block.end])
        follows = chain and chain[-1].block.end == block.start
        if follows:
            pool, start = chain[-1].own, chain[-1].block.start
        else:
            earliest = line.day[block.start] - policy.payout_block_days_max
            start = max(block.follows, int(np.searchsorted(line.day, earliest)))
            pool = Classes.of(line.value[start : block.start])
        chain.append(Link(block, own, pool, start, not follows))
    return chain


def judge(line: Line, chain: Sequence[Link], policy: MatchPolicy) -> tuple[float, list[Verdict]]:
    """The log evidence of the whole chain and the verdict on each of its payouts."""
    alpha: dict[State, float] = {None: 1.0}
    evidence, steps, forward = 0.0, [], [alpha]
    for link in chain:
        if link.fresh:
            alpha = {None: sum(alpha.values())}
            forward[-1] = alpha
        edges = _Odds(line, link, policy).edges(alpha)
        after: dict[State, float] = defaultdict(float)
        for edge in edges:
            after[edge.left_out] += alpha[edge.before] * edge.weight
        total = sum(after.values())
        evidence += float(np.log(total))
        alpha = {state: odds / total for state, odds in _likely(after, policy).items()}
        steps.append(edges)
        forward.append(alpha)
    return evidence, _verdicts(chain, steps, forward)


def _likely(after: dict[State, float], policy: MatchPolicy) -> dict[State, float]:
    """The states worth following; that nothing is known is always one of them."""
    if len(after) <= policy.candidates_max:
        return after
    # Equal odds are told apart by the state, so that nothing depends on the order of rows.
    ranked = sorted(after, key=lambda state: (state is not None, -after[state], state or ()))
    return {state: after[state] for state in ranked[: policy.candidates_max]}


class _Odds:
    """The explanations of one payout and their weights."""

    def __init__(self, line: Line, link: Link, policy: MatchPolicy) -> None:
        block = link.block
        self.link, self.policy = link, policy
        self.left = policy.payout_left_out_ppm / _MILLION
        self.carried = policy.payout_carried_ppm / _MILLION
        rows = block.end - block.start
        expected = rows * self.left
        self.whole = (1 - self.left) ** rows
        span = 2 * line.typical * sqrt(1 + expected)
        self.density = line.evenness / span
        own_sum = int(line.before[block.end] - line.before[block.start])
        low, high = int(line.low[block.deposit]), int(line.high[block.deposit])
        # What the left-out rows must bring when nothing is brought in.
        self.bases = own_sum - np.arange(low, high + 1)
        self.rows_max = self._searchable()
        more = 1 - sum(exp(-expected) * expected**n / factorial(n) for n in range(self.rows_max + 1))
        self.unexplained = min(1.0, policy.payout_unexplained_ppm / _MILLION + max(0.0, more))

    def _searchable(self) -> int:
        """Most rows whose sets are few enough that a hit still says something."""
        rows = 0
        while (
            rows < self.policy.payout_left_out_max
            and self.link.own.count(rows + 1) * self.density <= self.policy.group_size_max
        ):
            rows += 1
        return rows

    def edges(self, alpha: dict[State, float]) -> list[Edge]:
        """Every explanation that follows from the states, and that there is none."""
        found = [edge for state in alpha if state is not None for edge in self._known(state)]
        if None in alpha:
            found += self._unknown()
        nothing = self.unexplained * self.density
        return found + [Edge(state, (), None, nothing) for state in alpha]

    def _known(self, state: Few) -> list[Edge]:
        """The payout before left out just these rows: some may come now."""
        choices = parts(state)
        came = [sum(int(self.link.pool.value[c]) for c in part) for part in choices]
        weights = [self._chosen(state, part) for part in choices]
        return self._met(state, choices, came, weights, self.rows_max)

    def _chosen(self, state: Few, part: Few) -> float:
        ways = 1
        for c in set(part):
            ways *= comb(state.count(c), part.count(c))
        kept = len(state) - len(part)
        return ways * self.carried ** len(part) * (1 - self.carried) ** kept

    def _unknown(self) -> list[Edge]:
        """Any few rows of the pool may come now."""
        pool, share = self.link.pool, self.left * self.carried
        found = self._met(None, [()], [0], [1.0], self.rows_max)
        if self.rows_max >= 1:
            ones = [(c,) for c in range(len(pool.value))]
            weights = [share * int(n) for n in pool.size]
            found += self._met(None, ones, pool.value.tolist(), weights, self.rows_max - 1)
        if self.rows_max >= 2 and pool.count(2) * self.density <= self.policy.group_size_max:
            total, first, second = pool.pairs
            twos = list(zip(first.tolist(), second.tolist(), strict=True))
            weights = [share**2 * pool.ways(two) for two in twos]
            found += self._met(None, twos, total.tolist(), weights, self.rows_max - 2)
        return found

    def _met(
        self,
        before: State,
        choices: Sequence[Few],
        came: Sequence[int],
        weights: Sequence[float],
        rows_max: int,
    ) -> list[Edge]:
        """The explanations that bring in one of the choices."""
        wanted = (np.array(came, np.int64)[:, None] + self.bases[None, :]).ravel()
        own, width = self.link.own, len(self.bases)
        return [
            Edge(
                before,
                choices[place // width],
                few,
                weights[place // width] * self.whole * own.ways(few) * self.left ** len(few),
            )
            for place, few in own.hits(wanted, rows_max)
        ]


def _verdicts(
    chain: Sequence[Link], steps: Sequence[list[Edge]], forward: Sequence[dict[State, float]]
) -> list[Verdict]:
    """Backward sums, then along the best path how likely anything else is."""
    path = _best_path(chain, steps, forward[0])
    later = dict.fromkeys(forward[-1], 1.0)
    verdicts = []
    for n in range(len(steps) - 1, -1, -1):
        odds = [forward[n][e.before] * e.weight * later.get(e.left_out, 0.0) for e in steps[n]]
        verdicts.append(_verdict(chain[n], steps[n], odds, path[n]))
        before: dict[State, float] = defaultdict(float)
        for edge in steps[n]:
            before[edge.before] += edge.weight * later.get(edge.left_out, 0.0)
        most = max(before.values())
        later = {state: value / most for state, value in before.items()}
        if chain[n].fresh and n:
            # What was left out before is not what may come now: all states go on alike.
            later = {edge.left_out: later[None] for edge in steps[n - 1]}
    return verdicts[::-1]


def _best_path(
    chain: Sequence[Link], steps: Sequence[list[Edge]], start: dict[State, float]
) -> list[Edge]:
    """The explanations that are likeliest together."""
    best: dict[State, float] = dict.fromkeys(start, 0.0)
    arrived: list[dict[State, Edge]] = []
    ends: list[State] = []  # the best state before each fresh payout
    for link, edges in zip(chain, steps, strict=True):
        if link.fresh:
            ends.append(_likeliest(best))
            best = {None: 0.0}
        after: dict[State, float] = {}
        by: dict[State, Edge] = {}
        for edge in edges:
            odds = best[edge.before] + log(edge.weight)
            if odds > after.get(edge.left_out, -inf):
                after[edge.left_out], by[edge.left_out] = odds, edge
        best = after
        arrived.append(by)
    path: list[Edge] = []
    state = _likeliest(best)
    for n in range(len(chain) - 1, -1, -1):
        edge = arrived[n][state]
        path.append(edge)
        state = edge.before
        if chain[n].fresh:
            state = ends.pop()
    return path[::-1]


def _likeliest(best: dict[State, float]) -> State:
    return max(best, key=lambda state: best[state])


def _verdict(link: Link, edges: Sequence[Edge], odds: Sequence[float], chosen: Edge) -> Verdict:
    total = sum(odds)
    doubt = sum(part for edge, part in zip(edges, odds, strict=True) if edge.left_out is None)
    wrong = sum(
        part * _apart(link, chosen, edge)
        for edge, part in zip(edges, odds, strict=True)
        if chosen.left_out is not None and edge.left_out is not None
    )
    return Verdict(link, chosen.brought, chosen.left_out, doubt / total, wrong / total)


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
