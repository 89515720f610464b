"""How likely chance alone is: medians, robust scales, tails and changes of level.

Probabilities and logarithms are floats; amounts never come here.  A rate that differs from group
to group by nature (refunds of products) is not binomial: its own spread is part of the chance.
"""

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

MAD_TO_DEVIATION = 1.4826  # of a normal distribution


class Shift(NamedTuple):
    """A change of level: the first position of the new level, both levels, how sure."""

    at: int
    before: float
    after: float
    score: float  # standard deviations of the difference, robustly


def middle(values: Ints) -> int:
    """The lower median of whole numbers, itself one of them; 0 of none."""
    return int(np.sort(values)[(values.size - 1) // 2]) if values.size else 0


def deviation(values: Floats, floor: float) -> float:
    """A robust standard deviation around the median, never below ``floor``."""
    return max(MAD_TO_DEVIATION * float(np.median(np.abs(values - np.median(values)))), floor)


def tail(hits: int, trials: int, rate: float, spread: float) -> float:
    """The chance of at least ``hits`` of ``trials``, for a rate that itself varies by ``spread``.

    Beta-binomial: ``spread`` is the standard deviation of the rate between groups over the rate.
    """
    if hits <= 0:
        return 1.0
    alpha = max((1 - rate) / spread**2 - rate, 1e-6)
    beta = alpha * (1 - rate) / rate
    base = math.lgamma(trials + 1) - math.lgamma(alpha) - math.lgamma(beta)
    base += math.lgamma(alpha + beta) - math.lgamma(trials + alpha + beta)
    total = 0.0
    for count in range(hits, trials + 1):
        term = math.exp(
            base + math.lgamma(count + alpha) + math.lgamma(trials - count + beta)
            - math.lgamma(count + 1) - math.lgamma(trials - count + 1)
        )  # fmt: skip
        total += term
        if term < total * 1e-9:  # past the peak: the rest adds nothing
            break
    return min(total, 1.0)


def chance_of_none(usual: float, spread: float) -> float:
    """The chance of a day without a row where ``usual`` rows are usual; negative binomial."""
    return float((1 + usual * spread**2) ** (-1 / spread**2))


def level_shift(values: Floats, least: int, floor: float) -> Shift | None:
    """The change of level that leaves least unexplained, both levels at least ``least`` long.

    Args:
        values: one a day, in order.
        least: days that a level must have lasted.
        floor: the smallest day-to-day deviation that is believed.
    """
    best: tuple[float, int, float, float, Floats] | None = None
    for at in range(least, values.size - least + 1):
        before, after = float(np.median(values[:at])), float(np.median(values[at:]))
        rest = np.abs(np.concatenate([values[:at] - before, values[at:] - after]))
        left = float(rest.sum())
        if best is None or left < best[0]:
            best = (left, at, before, after, rest)
    if best is None:
        return None
    _, at, before, after, rest = best
    noise = max(MAD_TO_DEVIATION * float(np.median(rest)), floor)
    score = abs(after - before) / (noise * math.sqrt(1 / at + 1 / (values.size - at)))
    return Shift(at, before, after, score)


def share_shift(hits: Ints, trials: Ints, least: int) -> Shift | None:
    """The clearest change of a share over days; days that vary more than chance count less."""
    done_hits, done_trials = np.cumsum(hits), np.cumsum(trials)
    all_hits, all_trials = int(done_hits[-1]), int(done_trials[-1])
    at = np.arange(least, hits.size - least + 1)
    if not at.size or all_hits in {0, all_trials}:
        return None
    hits_1, trials_1 = done_hits[at - 1], done_trials[at - 1]
    hits_2, trials_2 = all_hits - hits_1, all_trials - trials_1
    gain = _likelihood(hits_1, trials_1) + _likelihood(hits_2, trials_2)
    gain -= _likelihood(np.array([all_hits]), np.array([all_trials]))
    n = int(np.argmax(gain))
    before, after = hits_1[n] / max(trials_1[n], 1), hits_2[n] / max(trials_2[n], 1)
    expected = np.where(np.arange(hits.size) < at[n], before, after)
    excess = _overdispersion(hits, trials, expected)
    score = math.sqrt(max(2 * float(gain[n]), 0.0) / excess)
    return Shift(int(at[n]), float(before), float(after), score)


def _likelihood(hits: Ints, trials: Ints) -> Floats:
    """The log likelihood of shares at their own best rate."""
    misses = trials - hits
    with np.errstate(divide="ignore", invalid="ignore"):
        one = np.where(hits > 0, hits * np.log(hits / trials), 0.0)
        other = np.where(misses > 0, misses * np.log(misses / trials), 0.0)
    return np.asarray(one + other, dtype=np.float64)


def _overdispersion(hits: Ints, trials: Ints, expected: Floats) -> float:
    """How much more days vary than chance alone would make them; at least 1."""
    variance = trials * expected * (1 - expected)
    kept = variance > 0
    if not kept.any():
        return 1.0
    pearson = (hits[kept] - trials[kept] * expected[kept]) ** 2 / variance[kept]
    return max(1.0, float(np.median(pearson)) / 0.4549)  # the median of one squared normal


def spread_between(hits: Ints, trials: Ints, floor: float, cap: float) -> float:
    """How far the rate differs between groups by nature, over the rate; by moments."""
    if trials.sum() == 0 or hits.sum() == 0:
        return floor
    rate = hits.sum() / trials.sum()
    usual = trials * rate
    chance = float((usual * (1 - rate)).sum())
    # Few hits scatter widely by themselves: what may be luck (one deviation of it) is no spread.
    luck = math.sqrt(float((2 * usual**2 + usual).sum()))
    seen = float(((hits - usual) ** 2).sum())
    weight = float((trials.astype(np.float64) * (trials - 1)).sum()) * rate**2
    between = max(seen - chance - luck, 0.0) / weight if weight > 0 else 0.0
    return min(max(math.sqrt(between), floor), cap)
