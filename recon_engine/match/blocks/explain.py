"""What a payout may have left out of its days and brought in instead, with the odds of each.

How many rows a payout leaves out is taken as geometric: few as a rule, now and then several.  Its
mean is what a payout holds back plus the share of rows that is never paid; which rows, is anybody's
guess.  Against every explanation stands that there is none: a fee nobody told, or more rows than
are searched, may bring any sum.  How often chance hits a sum to the cent is counted from the spread
of the values and from how evenly their cents are spread.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import comb, prod, sqrt

import numpy as np

from recon_engine.match.blocks.left_out import Classes, Few, parts
from recon_engine.match.blocks.line import Line
from recon_engine.match.blocks.schedule import Block
from recon_engine.match.case import Rows
from recon_engine.model.policy import MatchPolicy

_MILLION = 1_000_000
_BROUGHT_MAX = 2  # rows of a pool that is not known; larger sets are seen as the pool left out

# The rows that a payout left out, or None where that is not known.
State = Few | None
Odds = dict[State, float]


@dataclass(frozen=True)
class Link:
    """A payout's place in its chain.

    Attributes:
        block: its days.
        own: classes of the rows of its days.
        pool: classes of the rows it may bring in; places count from ``pool_start``.
        pool_start: place in the line of the pool's first row.
        tries: among how many blocks of days the deposit was free to choose.
        rivals: how many other blocks bring the deposit to the cent.
        rivals_by_one: how many do so but for one row.
        fresh: whether the pool is not what the payout before left out.
    """

    block: Block
    own: Classes
    pool: Classes
    pool_start: int
    tries: float
    rivals: float
    rivals_by_one: float
    fresh: bool


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
class _Ask:
    """Rows that a payout may bring in after a known state, their sum and how likely that is."""

    before: Few
    brought: Few
    came: int
    odds: float


class Explainer:
    """The explanations of one payout and their weights."""

    def __init__(self, line: Line, link: Link, policy: MatchPolicy) -> None:
        block, held = link.block, policy.payout_held_back
        self.link, self.policy = link, policy
        mean = held + (block.end - block.start) * policy.payout_never_ppm / _MILLION
        self.more = mean / (1 + mean)  # odds that one more row is left out
        self.carried = held / mean if mean else 0.0
        self.more_brought = held / (1 + held) if link.pool.rows_in_all else 0.0
        self.density = line.evenness / (2 * line.typical * sqrt(1 + mean))
        told = max(1, policy.payout_unexplained_ppm) / _MILLION
        self.unexplained = told if line.named[block.deposit] else 1.0
        own_sum = int(line.before[block.end] - line.before[block.start])
        low, high = int(line.low[block.deposit]), int(line.high[block.deposit])
        # What the left-out rows must bring when nothing is brought in.
        self.bases = own_sum - np.arange(low, high + 1)
        by_one = self.more / max(1, link.own.rows_in_all)
        self.rivals = (1 - self.more) * (link.rivals + link.rivals_by_one * by_one)
        self.depth = 0  # rows of the largest sets that were searched

    def edges(self, alpha: Odds) -> list[Edge]:
        """Every explanation that follows from the states, and that there is none.

        What the payout before is known to have left out is tried first; any rows of its days are
        tried where that does not explain the payout, or may well not be known.
        """
        known: Odds = {state: odds for state, odds in alpha.items() if state is not None}
        asks = [ask for state in known if state is not None for ask in self._known(state)]
        found, nothing = self._deeper(known, lambda rows: self._met(asks, rows))
        if None not in alpha:
            return found + nothing
        if alpha[None] * _MILLION <= self.policy.chance_ppm_max and _sure(
            known, found, nothing, self.policy
        ):
            return [*found, *nothing, self._nothing(None, 0.0)]
        more, others = self._deeper({None: alpha[None]}, self._unknown)
        return found + more + nothing + others

    def larger(self, left_out: Few) -> float:
        """How many sets larger than any searched are expected to bring the sum of this one.

        Weighted by how much likelier or less likely than this one they are.  They fit the payout
        and the next just as well, so neighbours do not speak against them.
        """
        if not left_out:
            return 0.0
        return self.more ** (self.depth + 1) * self.density / self._left_out(left_out)

    def larger_brought(self, brought: Few) -> float:
        """The same for rows brought in from a pool that is not known."""
        if not brought:
            return 0.0
        beyond = self.more_brought ** (_BROUGHT_MAX + 1)
        return beyond * self.density / (self._each(len(brought)) * self.link.pool.ways(brought))

    def _deeper(
        self, alpha: Odds, search: Callable[[int], tuple[list[Edge], float]]
    ) -> tuple[list[Edge], list[Edge]]:
        """What a search finds, from few rows to many until it outweighs all that it may miss.

        Beside a set of rows one step more is looked at: a larger set with its sum is a rival that
        the next payout cannot tell from it.
        """
        found: list[Edge] = []
        searched = 0.0
        nothing = [self._nothing(state, searched) for state in alpha]
        enough = False
        for rows in range(self.policy.payout_left_out_max + 1 if alpha else 0):
            more, share = search(rows)
            found += more
            searched += share
            self.depth = max(self.depth, rows if share else 0)
            nothing = [self._nothing(state, searched) for state in alpha]
            if enough or (not rows and _sure(alpha, found, nothing, self.policy)):
                break
            enough = _sure(alpha, found, nothing, self.policy)
        return found, nothing

    def _nothing(self, state: State, searched: float) -> Edge:
        """What is told by nobody, or lies beyond what was searched, may bring any sum."""
        beyond = self.unexplained + max(0.0, 1 - searched)
        chance = beyond * self.link.tries * self.density
        return Edge(state, (), None, chance + self.rivals)

    def _worth(self, times: int, rows: int) -> bool:
        """Whether sets of so many rows, so many times over, are few enough to say something."""
        own, policy = self.link.own, self.policy
        chance = times * own.count(rows) * self.density
        return (
            chance <= policy.payout_solutions_max
            and own.steps(rows, times * len(self.bases)) <= policy.payout_steps_max
        )

    def _known(self, state: Few) -> list[_Ask]:
        """The payout before left out just these rows: any of them may come now."""
        value = self.link.pool.value
        return [
            _Ask(state, part, sum(int(value[c]) for c in part), self._chosen(state, part))
            for part in parts(state)
        ]

    def _chosen(self, state: Few, part: Few) -> float:
        ways = prod(comb(state.count(c), part.count(c)) for c in set(part))
        kept = len(state) - len(part)
        return ways * self.carried ** len(part) * (1 - self.carried) ** kept

    def _met(self, asks: Sequence[_Ask], rows: int) -> tuple[list[Edge], float]:
        """The payout leaves out ``rows`` rows; also how likely it is that it does."""
        if not self._worth(len(asks), rows):
            return [], 0.0
        came = np.array([ask.came for ask in asks], np.int64)
        found = []
        for place, few in self._hits(came, rows):
            ask = asks[place]
            found.append(Edge(ask.before, ask.brought, few, ask.odds * self._left_out(few)))
        return found, (1 - self.more) * self.more**rows

    def _unknown(self, rows: int) -> tuple[list[Edge], float]:
        """Any few rows of the pool may come now; with those left out they are ``rows`` in all.

        Also how likely it is that an explanation is among those searched.
        """
        found: list[Edge] = []
        pool, searched = self.link.pool, 0.0
        for brought in range(min(rows, _BROUGHT_MAX, pool.rows_in_all) + 1):
            left_out = rows - brought
            if not self._worth(pool.count(brought), left_out):
                continue
            each = self._each(brought)
            searched += (
                each * comb(pool.rows_in_all, brought) * (1 - self.more) * self.more**left_out
            )
            sets = pool.sets(brought)
            for place, few in self._hits(sets.total, left_out):
                came = sets.at(place)
                weight = each * pool.ways(came) * self._left_out(few)
                found.append(Edge(None, came, few, weight))
        return found, searched

    def _each(self, brought: int) -> float:
        """Odds that just these rows, so many, come from a pool that is not known."""
        among = comb(self.link.pool.rows_in_all, brought)
        return (1 - self.more_brought) * self.more_brought**brought / among

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


def _sure(alpha: Odds, found: Sequence[Edge], nothing: Sequence[Edge], policy: MatchPolicy) -> bool:
    """Whether what was found outweighs that there is nothing, by the policy's limit."""
    doubt = sum(alpha[edge.before] * edge.weight for edge in nothing)
    weight = sum(alpha[edge.before] * edge.weight for edge in found)
    return 0 < doubt * _MILLION <= weight * policy.chance_ppm_max
