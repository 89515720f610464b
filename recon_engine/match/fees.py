"""What an item brings after the fee that a named rule says its channel keeps back."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from recon_engine.match.arrays import Groups, Rows, coded, spread
from recon_engine.model.policy import FeeRule

_MILLION = 1_000_000


@dataclass(frozen=True)
class Tariff:
    """What named rules say, ``(channel, currency)``; the last channel is none at all.

    Attributes:
        rate_ppm: share of an amount that is kept back, parts per million.
        fixed_minor: what is kept back besides, minor units.
        spread_ppm: share by which an amount may differ, parts per million.
    """

    rate_ppm: Rows
    fixed_minor: Rows
    spread_ppm: Rows

    @classmethod
    def of(
        cls, rules: Sequence[FeeRule], channels: Sequence[str], currencies: Sequence[str]
    ) -> "Tariff":
        """The tariff of some channels; of several rules for one the first applies.

        A rule for channel and currency comes before one for the channel, that before one for the
        currency, and that before one for everything.
        """
        first = {(rule.channel, rule.currency): rule for rule in reversed(rules)}
        none = FeeRule("")

        def applies(channel: str, currency: str) -> FeeRule:
            asked = ((channel, currency), (channel, ""), ("", currency), ("", ""))
            return next((first[pair] for pair in asked if pair in first), none)

        told = [[applies(one, other) for other in currencies] for one in (*channels, "")]
        shape = len(told), len(currencies)
        return cls(
            *(
                np.array([[getattr(rule, name) for rule in row] for row in told], np.int64)
                .reshape(shape)
                for name in ("rate_ppm", "fixed_minor", "spread_ppm")
            )
        )  # fmt: skip

    def after(self, amount: Rows, channel: Rows, currency: Rows) -> Rows:
        """Amounts less the fee that applies to each, minor units.

        The proportional part is rounded half away from zero.  A negative amount (a refund) gets the
        proportional part back, and no fixed part.

        Args:
            amount: minor units.
            channel: its place among the tariff's channels; -1 for none.
            currency: its place among the currencies.
        """
        size = (np.abs(amount) * self.rate_ppm[channel, currency] + _MILLION // 2) // _MILLION
        fixed = np.where(amount > 0, self.fixed_minor[channel, currency], 0)
        brought: Rows = amount - np.where(amount < 0, -size, size) - fixed
        return brought

    def before(self, paid: Rows, channel: Rows, currency: Rows) -> tuple[Rows, Rows]:
        """The least and the greatest total that bring each amount once their fee is taken off.

        A fee below 100 % leaves each amount at least one total, and the totals stand side by side.

        Args:
            paid: positive, minor units.
            channel: its place among the tariff's channels.
            currency: its place among the currencies.
        """
        kept = np.maximum(_MILLION - self.rate_ppm[channel, currency], 1)
        about = (paid + self.fixed_minor[channel, currency]) * _MILLION // kept
        reach = _MILLION // kept + 1  # totals that share one amount lie this close to the estimate
        place, within = spread(2 * reach + 1)
        total = about[place] - reach[place] + within
        brings = self.after(total, channel[place], currency[place]) == paid[place]
        groups, total = Groups.of(place[brings]), total[brings]
        low, high, found = paid.copy(), paid.copy(), place[brings][groups.first]
        low[found], high[found] = groups.min(total), groups.max(total)
        return low, high


def due(items: pl.DataFrame, rules: Sequence[FeeRule]) -> Rows:
    """What is left of amounts after fees.

    Args:
        items: ``amount, channel, currency``.
        rules: the named rules, in order.
    """
    (channel, channels), (currency, currencies) = coded(items["channel"]), coded(items["currency"])
    tariff = Tariff.of(rules, channels.to_list(), currencies.to_list())
    return tariff.after(items["amount"].to_numpy(), channel, currency)
