"""How rare it is that a payment follows its item by so many days, told by the data itself.

Pairs that an id ties one to one, with the same amount, show how long this seller's buyers take.  A
payment three weeks later by one who usually pays within three days proves less than its name and
amount alone would say.  Where few such pairs are at hand, a plain guess stands: the further from
the item's day, the rarer.
"""

import numpy as np

from recon_engine.match.arrays import Rows
from recon_engine.match.by_key import lone_rows
from recon_engine.match.case import Case

SCALE = 16  # rarities are whole numbers, so that the margin between two chances is exact
_GUESSED = 20  # pairs that the guess weighs as much as
_BLUR = 4  # days so many times as far are told apart so much less


def rarity(case: Case, span_days: int) -> Rows:
    """By day from the start of the window: one in how many payments comes then, times SCALE.

    Args:
        case: both sides; pairs that were taken already count.
        span_days: days over which the items are spread.
    """
    policy = case.policy
    days = np.arange(-policy.window_days_before, policy.window_days_after + 1)
    known = case.index.lags(lambda: _known(case))
    guess = 1 / np.minimum(np.abs(days) + 2, span_days)
    share = (_blurred(known, days) + _GUESSED * guess / guess.sum()) / (known.sum() + _GUESSED)
    rare: Rows = np.maximum(1, np.rint(SCALE / share)).astype(np.int64)
    return rare


def _known(case: Case) -> Rows:
    """By day of the window: how many pairs that an id ties are so far apart."""
    left, right = lone_rows(case, case.index.by_id_said)
    paid = case.right.amount[right]
    equal = (paid == case.left.amount[left]) | (paid == case.left.due[left])
    policy = case.policy
    late = case.right.day[right[equal]] - case.left.day[left[equal]] + policy.window_days_before
    most = policy.window_days_before + policy.window_days_after
    return np.bincount(late[(late >= 0) & (late <= most)], minlength=most + 1)


def _blurred(known: Rows, days: Rows) -> Rows:
    """The mean of neighbouring days, of more of them the further from the item's day."""
    reach = np.abs(days) // _BLUR
    before = np.concatenate([[0], np.cumsum(known)])
    place = np.arange(len(days))
    low, high = np.maximum(place - reach, 0), np.minimum(place + reach + 1, len(days))
    mean: Rows = (before[high] - before[low]) / (high - low)
    return mean
