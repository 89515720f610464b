"""What every check looks at: the orders of a close, each with what became of it and when."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import polars as pl

from recon_engine.control.monitor.chances import Ints
from recon_engine.model.monitor_policy import MonitorPolicy
from recon_engine.model.records import Kind, Type
from recon_engine.model.results import Close

SEPARATOR = "; "  # between the lines of an order


@dataclass(frozen=True)
class Facts:
    """A close as the checks see it.

    Attributes:
        orders: RECEIVABLES with ``product`` ("" for several), ``cancelled``, ``settled_on`` and
            ``cash_on``: the days of its first sale line and of the bank line that brought it.
        lines: settlement lines that are not set aside.
    """

    close: Close

    @property
    def policy(self) -> MonitorPolicy:
        """The thresholds of monitoring."""
        return self.close.policy.monitor

    @cached_property
    def lines(self) -> pl.DataFrame:
        """Settlement lines that are not set aside."""
        is_line = pl.col("kind") == Kind.SETTLEMENT_LINE
        return self.close.records.filter(is_line & (pl.col("place") != "excluded"))

    @cached_property
    def orders(self) -> pl.DataFrame:
        """The orders with what became of them."""
        order = pl.col("kind") == Kind.ORDER
        told = self.close.records.filter(order).select("record_id", product=product())
        with_money = self.close.receivables.join(told, on="record_id", how="left")
        dated = with_money.join(self._dates(), on="match_id", how="left")
        settled = pl.col("settled") != 0
        return dated.with_columns(
            pl.col("product").fill_null(""),
            cancelled=pl.col("status") == "cancelled",
            settled_on=pl.when(settled).then("settled_on"),
            cash_on=pl.when(settled).then("cash_on"),
        )

    def _dates(self) -> pl.DataFrame:
        """``match_id, settled_on, cash_on`` of the groups of orders."""
        records, payouts = self.close.records, self.close.payouts
        bank = (
            records.filter((pl.col("kind") == Kind.STATEMENT_LINE) & (pl.col("match_id") != ""))
            .group_by("match_id")
            .agg(bank_on=pl.col("date").max())
        )
        paid = (
            payouts.filter(pl.col("status") == "matched")
            .join(bank, on="match_id")
            .select("payout_id", "bank_on")
        )
        sale = (pl.col("type") == Type.SALE) & (pl.col("match_id") != "")
        lines = (
            self.lines.filter(sale)
            .group_by("match_id")
            .agg(settled_on=pl.col("date").min(), payout_id=pl.col("payout_id").min())
            .join(paid, on="payout_id", how="left")
            .select("match_id", "settled_on", cash_on="bank_on")
        )
        direct = bank.join(lines, on="match_id", how="anti")
        return pl.concat(
            [lines, direct.select("match_id", settled_on="bank_on", cash_on="bank_on")]
        )

    @cached_property
    def sales(self) -> pl.DataFrame:
        """The period's orders that were not cancelled."""
        inside = pl.col("date").is_between(self.close.period.start, self.close.period.end)
        return self.orders.filter(inside & ~pl.col("cancelled"))

    @cached_property
    def days(self) -> int:
        """Length of the period."""
        return (self.close.period.end - self.close.period.start).days + 1

    def position(self, name: str = "date") -> pl.Expr:
        """A date as its position in the period, 0 its first day."""
        return (pl.col(name) - pl.lit(self.close.period.start)).dt.total_days()

    def day(self, position: int) -> date:
        """The day at a position of the period."""
        return date.fromordinal(self.close.period.start.toordinal() + position)

    def evidence(self, frame: pl.DataFrame, amount: str = "sold") -> tuple[str, ...]:
        """The ids of the rows, most money first, as many as the policy allows."""
        ordered = frame.sort(pl.col(amount).abs(), "record_id", descending=[True, False])
        return tuple(ordered["record_id"].head(self.policy.evidence_max))


def product() -> pl.Expr:
    """The product of an order of one product, "" else: ``Kettle ×2`` is ``Kettle``."""
    items = pl.col("items").fill_null("")
    alone = ~items.str.contains(SEPARATOR, literal=True)
    return pl.when(alone).then(items.str.replace(r" ×\d+$", "")).otherwise(pl.lit(""))


def accounts(frame: pl.DataFrame) -> list[tuple[tuple[str, str, str], pl.DataFrame]]:
    """The rows of each channel, account and currency, in that order."""
    parts = frame.partition_by("channel", "account", "currency", as_dict=True)
    return sorted((((str(c), str(a), str(k)), part) for (c, a, k), part in parts.items()),
                  key=lambda item: item[0])  # fmt: skip


def by_day(frame: pl.DataFrame, days: int, value: pl.Expr) -> Ints:
    """A whole number for each day of the period; ``frame`` has the day's position as ``at``."""
    sums = frame.group_by("at").agg(value.alias("value"))
    found = np.zeros(days, np.int64)
    inside = sums.filter(pl.col("at").is_between(0, days - 1))
    found[inside["at"].to_numpy()] = inside["value"].to_numpy()
    return found
