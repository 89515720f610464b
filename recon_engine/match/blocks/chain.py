"""What each payout of a chain left out and brought in, and how sure that is.

The rows that payout ``k`` leaves out of its days are the pool from which payout ``k+1`` may bring
rows.  So neighbours prove each other: a wrong guess at ``k`` seldom also makes ``k+1`` come out.
The chain is a hidden Markov chain: the state after a payout is the set of rows it left out, or None
where that is not known.  Forward and backward sums over all explanations that meet the deposits to
the cent give the odds of each; against them stands, at every payout, that it is not explained at
all (a fee nobody told, more rows than are searched).
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import comb, inf, log, prod, sqrt

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
class Ask:
    """Rows that a payout may bring in after a known state, their sum and how likely that is."""

    before: Few
    brought: Few
    came: int
    odds: float


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
    # Equal odds are told apart by the state, so that nothing depends on the order of rows.
    ranked = sorted(after, key=lambda state: (state is not None, -after[state], state or ()))
    least = sum(after.values()) * policy.chance_ppm_max / _MILLION / policy.candidates_max
    kept = ranked[: policy.candidates_max]
    return {state: after[state] for state in kept if state is None or after[state] >= least}


class _Odds:
    """The explanations of one payout and their weights.

    How many rows a payout leaves out is taken as geometric: few as a rule, now and then several.
    Its mean is what a payout holds back plus the share of rows that is never paid; which rows, is
    anybody's guess.
    """

    def __init__(self, line: Line, link: Link, policy: MatchPolicy) -> None:
        block, held = link.block, policy.payout_held_back
        self.link, self.policy = link, policy
        mean = held + (block.end - block.start) * policy.payout_never_ppm / _MILLION
        self.more = mean / (1 + mean)  # odds that one more row is left out
        self.carried = held / mean
        self.more_brought = held / (1 + held) if link.pool.rows_in_all else 0.0
        span = 2 * line.typical * sqrt(1 + mean)
        self.density = line.evenness / span
        own_sum = int(line.before[block.end] - line.before[block.start])
        low, high = int(line.low[block.deposit]), int(line.high[block.deposit])
        told = policy.payout_unexplained_ppm / _MILLION
        self.unexplained = told if line.named[block.deposit] else 1.0
        # What the left-out rows must bring when nothing is brought in.
        self.bases = own_sum - np.arange(low, high + 1)

    def edges(self, alpha: dict[State, float]) -> list[Edge]:
        """Every explanation that follows from the states, and that there is none.

        What the payout before is known to have left out is tried first; any rows of its days are
        tried where that does not explain the payout, or may well not be known.
        """
        known = {state: odds for state, odds in alpha.items() if state is not None}
        asks = [ask for state in known for ask in self._known(state)]
        found, nothing = self._deeper(known, lambda rows: self._met(asks, rows))
        if None in alpha:
            blank = {None: alpha[None]}
            sure = self._sure(known, found, nothing)
            if sure and alpha[None] * _MILLION <= self.policy.chance_ppm_max:
                return [*found, *nothing, self._nothing(None, 0.0)]
            more, others = self._deeper(blank, self._unknown)
            return found + more + nothing + others
        return found + nothing

    def _deeper(
        self, alpha: Mapping[State, float], search: Callable[[int], tuple[list[Edge], float]]
    ) -> tuple[list[Edge], list[Edge]]:
        """What a search finds, from few rows to many until it outweighs all that it may miss."""
        found: list[Edge] = []
        searched = 0.0
        nothing = [self._nothing(state, searched) for state in alpha]
        for rows in range(self.policy.payout_left_out_max + 1 if alpha else 0):
            more, share = search(rows)
            found += more
            searched += share
            nothing = [self._nothing(state, searched) for state in alpha]
            if self._sure(alpha, found, nothing):
                break
        return found, nothing

    def _sure(
        self, alpha: Mapping[State, float], found: Sequence[Edge], nothing: Sequence[Edge]
    ) -> bool:
        doubt = sum(alpha[edge.before] * edge.weight for edge in nothing)
        weight = sum(alpha[edge.before] * edge.weight for edge in found)
        return 0 < doubt * _MILLION <= weight * self.policy.chance_ppm_max

    def _nothing(self, state: State, searched: float) -> Edge:
        """What is told by nobody, or lies beyond what was searched, may bring any sum."""
        beyond = self.unexplained + (1 - searched)
        return Edge(state, (), None, min(1.0, beyond) * self.density)

    def _worth(self, times: int, rows: int) -> bool:
        """Whether sets of so many rows, so many times over, are few enough to say something."""
        own, policy = self.link.own, self.policy
        chance = times * own.count(rows) * self.density
        return (
            chance <= policy.payout_solutions_max
            and own.steps(rows, times * len(self.bases)) <= policy.payout_steps_max
        )

    def _known(self, state: Few) -> list[Ask]:
        """The payout before left out just these rows: any of them may come now."""
        value = self.link.pool.value
        return [
            Ask(state, part, sum(int(value[c]) for c in part), self._chosen(state, part))
            for part in parts(state)
        ]

    def _chosen(self, state: Few, part: Few) -> float:
        ways = prod(comb(state.count(c), part.count(c)) for c in set(part))
        kept = len(state) - len(part)
        return ways * self.carried ** len(part) * (1 - self.carried) ** kept

    def _unknown(self, rows: int) -> tuple[list[Edge], float]:
        """Any few rows of the pool may come now; with those left out they are ``rows`` in all.

        Also how likely it is that an explanation is among those searched.
        """
        found: list[Edge] = []
        pool, searched = self.link.pool, 0.0
        for brought in range(min(rows, 2, pool.rows_in_all) + 1):
            left_out = rows - brought
            if not self._worth(pool.count(brought), left_out):
                continue
            odds = (1 - self.more_brought) * self.more_brought**brought
            searched += odds * (1 - self.more) * self.more**left_out
            sets = pool.sets(brought)
            each = odds / comb(pool.rows_in_all, brought)
            for place, few in self._hits(sets.total, left_out):
                came = sets.at(place)
                weight = each * pool.ways(came) * self._left_out(few)
                found.append(Edge(None, came, few, weight))
        return found, searched

    def _met(self, asks: Sequence[Ask], rows: int) -> tuple[list[Edge], float]:
        """The payout leaves out ``rows`` rows; also how likely it is that it does."""
        if not self._worth(len(asks), rows):
            return [], 0.0
        came = np.array([ask.came for ask in asks], np.int64)
        found = []
        for place, few in self._hits(came, rows):
            ask = asks[place]
            found.append(Edge(ask.before, ask.brought, few, ask.odds * self._left_out(few)))
        return found, (1 - self.more) * self.more**rows

    def _hits(self, came: Rows, rows: int) -> Iterator[tuple[int, Few]]:
        """Sets of own rows that, left out, balance what came: ``(place in came, set)``."""
        width = len(self.bases)
        wanted = (came[:, None] + self.bases[None, :]).ravel()
        for place, few in self.link.own.hits(wanted, rows):
            yield place // width, few

    def _left_out(self, few: Few) -> float:
        """Odds that a payout leaves out just these rows, of any of their class."""
        own = self.link.own
        among = comb(own.rows_in_all, len(few))
        return (1 - self.more) * self.more ** len(few) * own.ways(few) / among


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
    if chosen.left_out is None:
        return Verdict(link, (), None, 1.0, 0.0)
    # Where nothing explains the payout, the rows that were moved are wrong, and others were moved.
    moved = len(chosen.brought) + len(chosen.left_out) + 2
    doubt = wrong = 0.0
    for edge, part in zip(edges, odds, strict=True):
        if edge.left_out is None:
            doubt += part
            wrong += part * moved
        elif part:
            wrong += part * _apart(link, chosen, edge)
    total = sum(odds)
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
