"""How likely it is that a payout leaves out so many rows, and that chance brings a sum.

A payout holds back few rows, now and then several, which come with the next; their number is taken
as geometric.  A share of rows is never paid; their number is taken as Poisson.  Which rows, is
anybody's guess.  Against every explanation stands that there is none among those searched: how
often chance brings a sum to the cent is counted from the spread of the values and from how their
cents end.
"""

from dataclasses import dataclass
from math import factorial

import numpy as np
import numpy.typing as npt

from recon_engine.match.blocks.bags import Bags, Floats
from recon_engine.match.case import Rows
from recon_engine.model.policy import MatchPolicy

Waves = npt.NDArray[np.complex128]
_MILLION = 1_000_000
_ENDINGS = 100  # of cents
_AT_ONCE = 512  # endings; more would miss the cache
MANY = 12  # rows left out; more are not told apart


def fee_share(policy: MatchPolicy) -> float:
    """Odds that a payout is short by a fee that nobody told, of those that are looked for."""
    looked_for = policy.payout_fee_max_minor >= policy.payout_fee_step_minor > 0
    return policy.payout_fee_ppm / _MILLION if looked_for else 0.0


def held_odds(policy: MatchPolicy) -> Floats:
    """Odds that 0, 1, … rows are held back to the next payout."""
    more = policy.payout_held_back / (1 + policy.payout_held_back)
    odds: Floats = (1 - more) * more ** np.arange(MANY + 1, dtype=np.float64)
    return odds


def never_odds(rows: Rows, policy: MatchPolicy) -> Floats:
    """Odds that 0, 1, … of a bag's rows are never paid, ``(bag, number)``."""
    mean = np.asarray(rows)[:, None] * (policy.payout_never_ppm / _MILLION)
    number = np.arange(MANY + 1)
    odds: Floats = np.exp(-mean) * mean**number / [factorial(int(n)) for n in number]
    return odds


def left_out_odds(held: Floats, never: Floats) -> Floats:
    """Odds that 0, 1, … rows are left out for either reason, ``(bag, number)``."""
    every = np.zeros_like(never)
    for n in range(MANY + 1):
        every[:, n:] += held[n] * never[:, : MANY + 1 - n]
    return every


@dataclass(frozen=True)
class Spread:
    """What sums of a few rows of some bags look like.

    Attributes:
        mean: of a row's value, minor units.
        size: root mean square of the values about their mean.
        share: of the values whose cents end so, ``(bag, ending)``; list prices end in few ways,
            and so do sums of few of them.
        turned: the same as waves, whose powers tell the endings of sums of several rows.
    """

    mean: Floats
    size: Floats
    share: Floats
    turned: Waves

    @classmethod
    def of(cls, bags: Bags, count: int) -> "Spread":
        """The spread of the first so many bags."""
        classes = int(bags.kinds[:count].sum())
        bag, size = bags.bag[:classes], bags.size[:classes]
        rows = np.maximum(bags.rows[:count], 1)
        value = bags.value[:classes].astype(np.float64)
        mean = np.bincount(bag, value * size, count) / rows
        apart = np.square(value - mean[bag]) * size
        reach = np.sqrt(np.bincount(bag, apart, count) / rows)
        place = bag * _ENDINGS + bags.value[:classes] % _ENDINGS
        share = np.bincount(place, size, count * _ENDINGS).reshape(-1, _ENDINGS) / rows[:, None]
        return cls(mean, np.maximum(reach, 1.0), share, np.fft.rfft(share))

    def density(self, bag: Rows, rows: Rows, total: Floats) -> Floats:
        """Odds that so many rows of a bag, one or more, bring just this sum, ``(rows, bag)``.

        ``rows`` stand in a column.
        """
        size = self.size[bag] * np.sqrt(rows)
        off = (total - rows * self.mean[bag]) / size
        ending = self.endings(bag, total.astype(np.int64) % _ENDINGS)
        odds: Floats = np.exp(-off * off / 2) / (size * np.sqrt(2 * np.pi))
        odds *= ending[np.minimum(rows.ravel(), MANY)]
        return odds

    def endings(self, bag: Rows, ending: Rows) -> Floats:
        """Share of the sums of 0, 1, … rows whose cents end so, times 100: ``(rows, element)``.

        Of all that a bag's sums may end in, few are ever asked for.
        """
        asked, place = np.unique(bag * _ENDINGS + ending, return_inverse=True)
        found = np.empty((len(asked), MANY + 1))
        for n in range(0, len(asked), _AT_ONCE):
            which, cents = np.divmod(asked[n : n + _AT_ONCE], _ENDINGS)
            once, power = self.turned[which], _BACK[cents]
            for rows in range(MANY + 1):
                found[n : n + _AT_ONCE, rows] = power.view(np.float64) @ _REAL
                power *= once  # a power of complex numbers is slow
        np.maximum(found, 0, out=found)
        return found.T[:, place]


def usual_density(spread: Spread, bag: Rows, left_out: Floats) -> Floats:
    """Odds of a sum like those that a payout usually leaves out, whatever it is."""
    rows = 1 + left_out
    reach = np.sqrt(np.square(spread.size[bag]) + np.square(spread.mean[bag])) * np.sqrt(rows)
    even = _ENDINGS * np.square(spread.share[bag]).sum(axis=1)
    odds: Floats = even / (2 * reach)
    return odds


def _back() -> Waves:
    """What takes waves back to the share of each ending, times 100: ``(ending, wave)``.

    Waves but the first and the last stand for two, one the mirror of the other.
    """
    wave = np.arange(_ENDINGS // 2 + 1)
    turn = np.exp(2j * np.pi / _ENDINGS * (np.arange(_ENDINGS)[:, None] * wave % _ENDINGS))
    turn[:, 1:-1] *= 2
    back: Waves = turn
    return back


_BACK = _back()
_REAL = np.tile([1.0, 0.0], _ENDINGS // 2 + 1)  # the real part of each
