"""The gate: how likely chance alone is to have brought two rows together.

A payment that belongs to nothing at hand still meets some item by chance.  How often is counted in
the data: items of that amount a day, times the share of items that carry the name key, over the
share of payments that come so many days later (:mod:`lags`).  The common names and list prices of
a large month so prove less than those of a small one.  Times the share of payments that are
strangers, it must stay below the policy's limit.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from recon_engine.match.arrays import Flags, Groups, Rows, order_by
from recon_engine.match.case import Case
from recon_engine.match.lags import SCALE, rarity
from recon_engine.model.policy import MatchPolicy

Shares = npt.NDArray[np.float64]

_NEIGHBOURHOOD = 20  # sums within a twentieth are of one size
_ENDINGS = 100  # the last two digits of a sum


@dataclass(frozen=True)
class Crowd:
    """How common each sum and each name key is among items that could be meant.

    Attributes:
        alike: by item, how many would bring the same sum.
        sightings: by name key, how many items have it.
        items: how many there are.
        span_days: days over which the items are spread.
        rarity: of the days between two rows, by day from the start of the window.
        policy: where the window starts, the share of strangers.
    """

    alike: Rows
    sightings: Rows
    items: int
    span_days: int
    rarity: Rows
    policy: MatchPolicy

    @classmethod
    def of(cls, case: Case, row: Rows, sums: Rows, keys: Rows) -> "Crowd":
        """The crowd of some items.

        Args:
            case: both sides.
            row: left rows.
            sums: what each of them would bring, in its currency.
            keys: by name key, how many items have it.
        """
        groups = Groups.of(sums)
        return cls.within(case, row, groups.size[groups.number], keys)

    @classmethod
    def within(cls, case: Case, row: Rows, alike: Rows, keys: Rows) -> "Crowd":
        """The crowd of some items that a sum need not meet to the cent.

        Args:
            case: both sides.
            row: left rows.
            alike: for each question, how many of them that sum may clear.
            keys: by name key, how many items have it.
        """
        days = case.left.day[row]
        span = int(days.max(initial=0) - days.min(initial=2**31)) + 1 if len(days) else 1
        # A key seen once is not known to be that rare: one more sighting is allowed for.
        return cls(alike, keys + 1, len(row), span, rarity(case, span), case.policy)

    def chance(self, item: Rows, key: Rows, days: Rows) -> Rows:
        """The wrong meetings to expect of each pair, in units of :meth:`ppm`.

        Whole numbers, so that the margin between two is exact.

        Args:
            item: its left row, as a place among the crowd's items.
            key: the name key that its names share.
            days: between the two rows, within the window.
        """
        rare = self.rarity[days + self.policy.window_days_before]
        chance: Rows = self.alike[item] * rare * self.sightings[key]
        return chance

    def ppm(self, chance: Rows) -> Shares:
        """A chance in parts per million, going by the policy's share of strangers."""
        tries = SCALE * self.span_days * (self.items + 1)
        return np.asarray(chance * (self.policy.stranger_ppm / tries), dtype=np.float64)


def clear_best(chance: Rows, left: Rows, right: Rows, margin: int) -> Flags:
    """Of pairs of classes, those in which each is the other's best, clear of the next.

    Args:
        chance: of each pair; lower is better.
        left: number of its left class.
        right: number of its right class.
        margin: times that the next is less likely.
    """
    return _best_of(chance, left, margin) & _best_of(chance, right, margin)


def _best_of(chance: Rows, owner: Rows, margin: int) -> Flags:
    order = order_by(owner, chance)
    ranked, groups = chance[order], Groups.of(owner[order])
    lowest = ranked[groups.start]
    second = ranked[np.minimum(groups.start + 1, len(ranked) - 1)]
    clear = (groups.size == 1) | (second >= lowest * margin)
    best = np.empty(len(chance), dtype=np.bool_)
    best[order] = clear[groups.number] & (ranked == lowest[groups.number])
    return best


def likelihood(totals: Rows, wanted: Rows) -> Shares:
    """How likely one of ``totals``, taken at random, is to equal a given sum by accident.

    Sums are dense where many are of that size, and where many end as this one does: list prices
    leave their .99 and .90.  Both are counted in the totals themselves.  Where just this sum is
    commoner than that, being a round one, as many as there are is what counts.

    Args:
        totals: sums of one side, minor units.
        wanted: sums asked about; each is there once by right.
    """
    order = order_by(wanted)
    likely = np.empty(len(wanted), dtype=np.float64)
    likely[order] = _likelihood(totals, wanted[order])
    return likely


def _likelihood(totals: Rows, wanted: Rows) -> Shares:
    """The same of sums that ascend: in a long list neighbours are looked up faster."""
    ordered, count = np.sort(totals), max(1, len(totals))
    reach = np.maximum(wanted // _NEIGHBOURHOOD, 1)
    low = np.searchsorted(ordered, wanted - reach, side="left")
    high = np.searchsorted(ordered, wanted + reach, side="right")
    # An ending that was never seen may still come.
    endings = (np.bincount(ordered % _ENDINGS, minlength=_ENDINGS) + 1) / (count + _ENDINGS)
    density = (high - low) / (2 * reach + 1) * _ENDINGS * endings[wanted % _ENDINGS]
    same = np.searchsorted(ordered, wanted, side="right") - np.searchsorted(ordered, wanted)
    likely: Shares = np.maximum(density, same - 1) / count
    return likely
