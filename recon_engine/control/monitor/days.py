"""Days and levels of sales that are unlike the rest of the month, weekday by weekday."""

import math

import numpy as np
import polars as pl

from recon_engine.control.monitor.chances import Floats, Ints, Shift, deviation, level_shift, middle
from recon_engine.control.monitor.facts import Facts, accounts, by_day
from recon_engine.model.findings import Code, Figures, Finding

_WEEK = 7
_PERCENT = 100
_SAME_WEEKDAYS = 3  # other days of a weekday from which it is known
Key = tuple[str, str, str]


def days(facts: Facts) -> list[Finding]:
    """A lasting change of daily orders, and single days that stand out; account by account."""
    found: list[Finding] = []
    for key, frame in accounts(facts.sales.with_columns(at=facts.position())):
        if frame.height < facts.policy.orders_min:
            continue
        rows = by_day(frame, facts.days, pl.len().cast(pl.Int64))
        sums = by_day(frame, facts.days, pl.col("sold").sum())
        (there,) = np.nonzero(rows)
        if there.size < 2 * facts.policy.change_days_min:
            continue
        series = _without_weekdays(rows, there, facts.policy.change_days_min)
        shift = _lasting(facts, series, middle(rows[there]))
        if shift:
            found.append(_change(facts, key, frame, shift, (there, sums)))
            series = series - np.where(np.arange(series.size) < shift.at, shift.before, shift.after)
        found += _outstanding(facts, key, frame, series, (there, rows, sums))
    return found


def _without_weekdays(rows: Ints, there: Ints, least: int) -> Floats:
    """The logarithm of daily rows, less what its weekday makes of it.

    A change of level would look like weekdays where it falls within a week: it is set aside first.
    """
    series = np.log(rows[there].astype(np.float64))
    shift = level_shift(series, least, 1 / math.sqrt(middle(rows[there])))
    flat = series.copy()
    if shift:
        flat -= np.where(np.arange(flat.size) < shift.at, shift.before, shift.after)
    whole = float(np.median(flat))
    for at, day in enumerate(there):  # no day is its own yardstick
        others = (there % _WEEK == day % _WEEK) & (there != day)
        if others.sum() >= _SAME_WEEKDAYS:
            series[at] -= float(np.median(flat[others])) - whole
    return series


def _lasting(facts: Facts, series: Floats, usual: int) -> Shift | None:
    policy = facts.policy
    shift = level_shift(series, policy.change_days_min, 1 / math.sqrt(usual))
    if shift is None or shift.score < policy.deviations_min:
        return None
    fall = 1 - policy.sales_change_percent_min / _PERCENT
    return shift if abs(shift.after - shift.before) >= -math.log(fall) else None


def _change(
    facts: Facts, key: Key, frame: pl.DataFrame, shift: Shift, daily: tuple[Ints, Ints]
) -> Finding:
    there, sums = daily
    since = int(there[shift.at])
    usual = middle(sums[there[: shift.at]])
    now = middle(sums[there[shift.at :]])
    apart = abs(int(sums[there[shift.at :]].sum()) - usual * (there.size - shift.at))
    code = Code.SALES_ROSE if shift.after > shift.before else Code.SALES_FELL
    later = frame.filter(pl.col("at") >= since)
    figures: Figures = {
        "before_minor": usual, "after_minor": now, "since_on": facts.day(since),
        "change_ppm": round((math.exp(shift.after - shift.before) - 1) * 1_000_000),
    }  # fmt: skip
    return Finding(code, *key[:2], "", key[2], apart, later.height, figures, facts.evidence(later))


def _outstanding(
    facts: Facts, key: Key, frame: pl.DataFrame, series: Floats, daily: tuple[Ints, Ints, Ints]
) -> list[Finding]:
    """Single days far above or below; the furthest first."""
    there, rows, sums = daily
    policy = facts.policy
    usual = middle(rows[there])
    if usual < policy.missing_rows_min:
        return []
    rest = series - float(np.median(series))
    noise = deviation(series, 1 / math.sqrt(usual))
    far = np.abs(rest)
    # Few orders scatter by themselves; their square roots do so evenly (Anscombe).
    apart = 2 * np.abs(np.sqrt(rows[there] + 0.375) - math.sqrt(usual + 0.375))
    out = (far >= policy.deviations_min * noise) & (far >= math.log(policy.day_times_min))
    out &= apart >= policy.deviations_min
    found = []
    for n in np.argsort(-far)[: int(out.sum())][: policy.findings_max]:
        at, mean = int(there[n]), middle(sums[there])
        code = Code.UNUSUAL_DAY_HIGH if rest[n] > 0 else Code.UNUSUAL_DAY_LOW
        mine = frame.filter(pl.col("at") == at)
        figures: Figures = {"day_on": facts.day(at), "orders": int(rows[at]), "rows": usual,
                   "sold_minor": int(sums[at]), "usual_minor": mean}  # fmt: skip
        found.append(Finding(
            code, *key[:2], str(facts.day(at)), key[2], abs(int(sums[at]) - mean),
            mine.height, figures, facts.evidence(mine),
        ))  # fmt: skip
    return found
