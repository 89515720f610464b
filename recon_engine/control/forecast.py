"""What the open orders will bring and when, from how long orders like them have waited.

A survival curve of the wait for each account (Kaplan and Meier: orders that still wait count as
long as they have waited) says which part of what is open comes in which week.  The band is made
from trials: the same forecast made some weeks ago, with what was known then, against what came.
New sales are not foreseen; orders that have waited longer than any paid one count as nothing.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import polars as pl

from recon_engine.control.monitor.chances import Floats, Ints
from recon_engine.control.monitor.facts import Facts
from recon_engine.model.results import Close

_PPM = 1_000_000
Bools = npt.NDArray[np.bool_]
_WAIT_MAX = 400  # days; what waits longer has no curve


@dataclass(frozen=True, slots=True)
class Step:
    """What is expected between two days, both included, and its band; minor units."""

    first: date
    last: date
    expected: int
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Trial:
    """The forecast of an earlier week as it would have been, and what came."""

    first: date
    last: date
    foreseen: int
    came: int


@dataclass(frozen=True, slots=True)
class Forecast:
    """The forecast of a currency; ``open`` is all that is still to come."""

    currency: str
    open: int
    steps: tuple[Step, ...]
    trials: tuple[Trial, ...]
    band_ppm: int


@dataclass(frozen=True, slots=True)
class _Waits:
    """The orders of one account as of a day: how long they waited, since when, and their money."""

    entered: Ints  # days they had waited when the data begins
    waited: Ints
    paid: Bools
    money: Ints


def forecasts(close: Close, facts: Facts | None = None) -> tuple[Forecast, ...]:
    """One forecast a currency in which something is open and enough was paid to know how long.

    Args:
        close: a finished close.
        facts: of that close, where they have been gathered already.
    """
    facts = facts or Facts(close)
    known = _orders(facts)
    found = []
    for (currency,), frame in sorted(known.partition_by("currency", as_dict=True).items()):
        made = _forecast(facts, str(currency), frame)
        if made:
            found.append(made)
    return tuple(found)


def _orders(facts: Facts) -> pl.DataFrame:
    """``account`` (with its channel), ``date, paid_on, money`` of the orders that bring money.

    Money is what arrives: after refunds and fees, for open orders by the account's usual fee.
    """
    orders = facts.orders.filter(~pl.col("cancelled") & (pl.col("expected") > 0)).with_columns(
        account=pl.concat_str("channel", pl.lit("/"), "account")
    )
    banked = pl.col("cash_on").is_not_null().sum() * 2 >= pl.col("settled_on").is_not_null().sum()
    fees = (pl.col("fees").sum() * _PPM // pl.col("settled").sum().clip(1)).clip(-_PPM, 0)
    whole = pl.when(pl.col("settled_on").is_null()).then("expected").otherwise("settled")
    own = pl.when(pl.col("settled_on").is_null()).then(pl.col("expected") * pl.col("rate") // _PPM)
    return (
        orders.with_columns(
            by_bank=banked.over("account", "currency"), rate=fees.over("account", "currency")
        )
        .with_columns(
            paid_on=pl.when("by_bank").then("cash_on").otherwise("settled_on"),
            money=whole + own.otherwise("fees"),
        )
        .select("account", "currency", "date", "paid_on", "money")
        .filter(pl.col("money") > 0)
    )


def _forecast(facts: Facts, currency: str, frame: pl.DataFrame) -> Forecast | None:
    policy, as_of = facts.policy, facts.close.as_of
    paid = frame.filter(pl.col("paid_on").is_not_null()).height
    still = frame.filter(pl.col("paid_on").is_null())
    if paid < policy.orders_min or still.is_empty():
        return None
    step = policy.forecast_step_days
    bounds = list(range(0, policy.forecast_days + 1, step))
    trials = tuple(
        _trial(facts, frame, as_of - timedelta(days=step * back))
        for back in range(policy.forecast_tests, 0, -1)
    )
    band = max(_band(trials, policy.forecast_band_percent), policy.forecast_band_ppm_min)
    expected = _expected(facts, frame, as_of, bounds)
    steps = tuple(
        Step(
            as_of + timedelta(days=low + 1), as_of + timedelta(days=high), amount,
            amount * max(_PPM - band, 0) // _PPM, amount * (_PPM + band) // _PPM,
        )
        for low, high, amount in zip(bounds, bounds[1:], expected, strict=False)
    )  # fmt: skip
    return Forecast(currency, int(still["money"].sum()), steps, trials, band)


def _trial(facts: Facts, frame: pl.DataFrame, at: date) -> Trial:
    """The first step of a forecast made on an earlier day, and what came of the same orders."""
    last = at + timedelta(days=facts.policy.forecast_step_days)
    had = frame.filter(pl.col("date") <= at)
    (foreseen,) = _expected(facts, had, at, [0, facts.policy.forecast_step_days])
    came = had.filter((pl.col("paid_on") > at) & (pl.col("paid_on") <= last))
    return Trial(at + timedelta(days=1), last, foreseen, int(came["money"].sum()))


def _band(trials: tuple[Trial, ...], percent: int) -> int:
    """How far the forecast may be off, in parts per million: the worst trial and then some."""
    errors = [abs(t.came - t.foreseen) * _PPM // t.foreseen for t in trials if t.foreseen > 0]
    return max(errors) * percent // 100 if errors else _PPM


def _expected(facts: Facts, frame: pl.DataFrame, at: date, bounds: list[int]) -> list[int]:
    """What the orders of ``frame`` bring in each span after ``at``, known what was known then."""
    sums = [0] * (len(bounds) - 1)
    for part in frame.partition_by("account", maintain_order=False):
        waits = _waits(part, facts.close.period.start, at)
        curve = _survival(waits)
        for n, amount in enumerate(_spread(waits, curve, bounds)):
            sums[n] += amount
    return sums


def _waits(frame: pl.DataFrame, begins: date, at: date) -> _Waits:
    """Waits of an account's orders as of ``at``."""
    paid = (pl.col("paid_on") <= at).fill_null(value=False)
    days = (
        pl.when(paid)
        .then(pl.col("paid_on") - pl.col("date"))
        .otherwise(pl.lit(at) - pl.col("date"))
    )
    entered = (pl.lit(begins) - pl.col("date")).dt.total_days().clip(0)
    shown = frame.filter(pl.col("date") <= at).select(
        "money", entered=entered, waited=days.dt.total_days().clip(0, _WAIT_MAX), paid=paid
    )
    return _Waits(*(shown[name].to_numpy() for name in ("entered", "waited", "paid", "money")))


def _survival(waits: _Waits) -> Floats:
    """The share of orders still waiting after each number of days."""
    size = _WAIT_MAX + 2
    events = np.bincount(waits.waited[waits.paid], minlength=size)
    # At risk on a day: those that had come into view by then and had not left before.
    came = np.cumsum(np.bincount(np.minimum(waits.entered, size - 1), minlength=size))
    left = np.cumsum(np.bincount(waits.waited, minlength=size))
    at_risk = came - np.concatenate([[0], left[:-1]])
    hazard = np.where(at_risk > 0, events / np.maximum(at_risk, 1), 0.0)
    return np.asarray(np.cumprod(1 - np.clip(hazard, 0, 1)), dtype=np.float64)


def _spread(waits: _Waits, curve: Floats, bounds: list[int]) -> list[int]:
    """The open money by the spans in which it comes; shares become parts per million first."""
    still = ~waits.paid
    amounts = np.zeros(_WAIT_MAX + 1, np.int64)
    np.add.at(amounts, waits.waited[still], waits.money[still])
    (ages,) = np.nonzero(amounts)
    at = [np.minimum(ages + bound, _WAIT_MAX) for bound in bounds]
    now = np.maximum(curve[ages], 1e-12)
    found = []
    for low, high in pairwise(at):
        ppm = np.rint((curve[low] - curve[high]) / now * _PPM).astype(np.int64)
        found.append(int((amounts[ages] * ppm // _PPM).sum()))
    return found
