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

from recon_engine.match.blocks.bags import Bags, Floats
from recon_engine.match.case import Rows
from recon_engine.model.policy import MatchPolicy

_MILLION = 1_000_000
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
        endings: share of the sums of 0, 1, … rows whose cents end so, times 100:
            ``(bag, rows, ending)``; list prices end in few ways, and so do sums of few of them.
    """

    mean: Floats
    size: Floats
    endings: Floats

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
        place = bag * 100 + bags.value[:classes] % 100
        share = np.bincount(place, size, count * 100).reshape(-1, 100) / rows[:, None]
        once = np.fft.rfft(share)
        turned = [np.ones_like(once)]
        for _ in range(MANY):
            turned.append(turned[-1] * once)  # a power of complex numbers is slow
        endings = 100 * np.fft.irfft(np.stack(turned, axis=1), 100).clip(0)
        return cls(mean, np.maximum(reach, 1.0), endings)

    def density(self, bag: Rows, rows: Rows, total: Floats) -> Floats:
        """Odds that so many rows of a bag, one or more, bring just this sum, ``(rows, bag)``."""
        size = self.size[bag] * np.sqrt(rows)
        off = (total - rows * self.mean[bag]) / size
        ending = self.endings[bag, np.minimum(rows, MANY), total.astype(np.int64) % 100]
        odds: Floats = np.exp(-off * off / 2) / (size * np.sqrt(2 * np.pi)) * ending
        return odds


def usual_density(spread: Spread, bag: Rows, left_out: Floats) -> Floats:
    """Odds of a sum like those that a payout usually leaves out, whatever it is."""
    rows = 1 + left_out
    reach = np.sqrt(np.square(spread.size[bag]) + np.square(spread.mean[bag])) * np.sqrt(rows)
    even = np.square(spread.endings[bag, 1]).sum(axis=1) / 100
    odds: Floats = even / (2 * reach)
    return odds
