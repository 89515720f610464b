"""What is not there: days of a file without a row, and payouts that an account's rhythm expects.

Bank statements are left out: their running balance proves that no day is missing.
"""

from collections.abc import Iterator
from itertools import groupby

import numpy as np
import numpy.typing as npt
import polars as pl

from recon_engine.control.monitor.chances import Ints, chance_of_none, middle
from recon_engine.control.monitor.facts import Facts, accounts, by_day
from recon_engine.model.findings import Code, Figures, Finding
from recon_engine.model.records import Kind

_WEEK = 7
_MILLION = 1_000_000
_RUNS_MAX = 2  # stretches without a row; a file with more has quiet days by nature
_FEW = 3
_NATURAL_SPREAD_MIN = 0.15  # of daily rows, over their mean
Run = tuple[int, int]  # first and last position


def missing_days(facts: Facts) -> list[Finding]:
    """Stretches of days on which an account that has rows every day has none."""
    found: list[Finding] = []
    for kind in (Kind.ORDER, Kind.SETTLEMENT_LINE):
        records = facts.close.records.filter(pl.col("kind") == kind)
        placed = records.with_columns(at=facts.position())
        for key, frame in accounts(placed):
            if frame.height >= facts.policy.orders_min:
                found += _missing(facts, kind, key, frame)
    return found


def _missing(
    facts: Facts, kind: Kind, key: tuple[str, str, str], frame: pl.DataFrame
) -> list[Finding]:
    rows = by_day(frame, facts.days, pl.len().cast(pl.Int64))
    sums = by_day(frame, facts.days, pl.col("amount").abs().sum())
    runs = list(_runs(rows == 0))
    # An account whose first rows come late in the month may simply be new.
    is_new = frame.filter(pl.col("at") < 0).is_empty()
    runs = [run for run in runs if run[0] > 0 or not is_new]
    there = rows[rows > 0]
    if not runs or len(runs) > _RUNS_MAX or there.size < facts.days // 2:
        return []
    if np.sort(there)[min(1, there.size - 1)] < facts.policy.missing_rows_min:
        return []
    found = []
    for first, last in runs:
        chance = _chance(rows, first, last) * facts.days
        if chance * _MILLION > facts.policy.chance_ppm_max:
            continue
        days = last - first + 1
        figures: Figures = {
            "kind": str(kind), "first_on": facts.day(first), "last_on": facts.day(last),
            "days": days, "rows": middle(there),
        }  # fmt: skip
        found.append(Finding(
            Code.MISSING_DAYS, key[0], key[1], f"{kind} {facts.day(first)}", key[2],
            middle(sums[rows > 0]) * days, 0, figures, _neighbours(frame, first, last),
        ))  # fmt: skip
    return found


def _chance(rows: Ints, first: int, last: int) -> float:
    """The chance that all days of a stretch are empty, each against its own weekday."""
    there = rows[rows > 0]
    natural = max(float(np.var(there)) - float(there.mean()), 0.0) ** 0.5 / float(there.mean())
    chance = 1.0
    for at in range(first, last + 1):
        same = rows[at % _WEEK :: _WEEK]
        usual = middle(same[same > 0]) or middle(there)
        chance *= chance_of_none(usual, max(natural, _NATURAL_SPREAD_MIN))
    return chance


def _runs(empty: npt.NDArray[np.bool_]) -> Iterator[Run]:
    """Stretches of days for which ``empty`` holds."""
    for value, group in groupby(range(empty.size), key=lambda at: bool(empty[at])):
        if value:
            days = list(group)
            yield days[0], days[-1]


def _neighbours(frame: pl.DataFrame, first: int, last: int) -> tuple[str, ...]:
    """The last row before and the first row after: where the gap is to be seen."""
    ordered = frame.sort("at", "source_row", "record_id")
    before = ordered.filter(pl.col("at") < first)["record_id"].tail(1)
    after = ordered.filter(pl.col("at") > last)["record_id"].head(1)
    return (*before, *after)


def payouts_missing(facts: Facts) -> list[Finding]:
    """Payouts that did not come although the account pays on every such day."""
    until = facts.close.period.end
    payouts = facts.close.payouts.filter((pl.col("net") != 0) & (pl.col("date") <= until))
    rhythms = {
        key: _absent(facts, frame) for key, frame in accounts(payouts)
        if frame["date"].n_unique() >= facts.policy.payouts_min
    }  # fmt: skip
    found = []
    for key, days in rhythms.items():
        closed = any(set(days) <= set(absent) for other, absent in rhythms.items()
                     if other != key and other[2] == key[2] and absent)  # fmt: skip
        if days and not closed and _has_lines(facts, key, days):
            mine = payouts.filter(
                (pl.col("channel") == key[0]) & (pl.col("account") == key[1])
                & (pl.col("currency") == key[2])
            )  # fmt: skip
            found.append(_payout_finding(facts, key, days, mine))
    return found


def _absent(facts: Facts, payouts: pl.DataFrame) -> list[int]:
    """The days, as ordinals, on which the account's rhythm expects a payout and there is none."""
    days = np.sort(payouts["date"].unique().dt.epoch("d").to_numpy()).astype(np.int64) + _EPOCH
    gaps = np.diff(days)
    usual = middle(gaps)
    as_of = facts.close.period.end.toordinal()
    if usual == 1:
        return _absent_weekdays(days, as_of)
    return _absent_steps(days, gaps, usual, as_of)


_EPOCH = 719_163  # the ordinal of 1970-01-01


def _absent_weekdays(days: Ints, as_of: int) -> list[int]:
    """For accounts that pay daily: empty days of weekdays on which they otherwise always pay."""
    there = set(days.tolist())
    span = range(int(days[0]), as_of + 1)
    missing = []
    for weekday in range(_WEEK):
        same = [day for day in span if day % _WEEK == weekday]
        empty = [day for day in same if day not in there]
        if len(same) - len(empty) >= 3 and len(empty) * 2 < len(same):
            missing += empty
    missing.sort()
    working = {day % _WEEK for day in there}
    runs = 0
    for n, day in enumerate(missing):
        between = range(missing[n - 1] + 1, day) if n else ()
        if n == 0 or any(d % _WEEK in working and d in there for d in between):
            runs += 1
    at_end = bool(missing) and missing[-1] == as_of
    if runs != 1 or (at_end and len(missing) == 1):
        return []
    return missing


def _absent_steps(days: Ints, gaps: Ints, usual: int, as_of: int) -> list[int]:
    """For accounts that pay every few days: where one gap is as long as two."""
    if middle(np.abs(gaps - usual)) > max(1, usual // 4):
        return []
    if days.size <= _FEW and np.unique(days % _WEEK).size > 1:
        return []  # three payouts have a rhythm only where they keep a weekday
    longest = np.sort(gaps)[::-1]
    second = int(longest[1]) if longest.size > 1 else usual
    slack = max(1, usual // 2)
    tail = as_of - int(days[-1])
    if tail >= usual + max(2, slack) and tail > int(longest[0]):
        return list(range(int(days[-1]) + usual, as_of + 1, usual))
    if longest[0] >= 2 * usual - usual // 4 and longest[0] >= second + slack:
        at = int(np.argmax(gaps))
        return list(range(int(days[at]) + usual, int(days[at + 1]) - slack + 1, usual))
    return []


def _has_lines(facts: Facts, key: tuple[str, str, str], days: list[int]) -> bool:
    """Whether there was anything to pay out: rows on the account in the days before each."""
    ordinal = pl.col("date").dt.epoch("d") + _EPOCH
    mine = (
        (pl.col("channel") == key[0]) & (pl.col("account") == key[1])
        & (pl.col("currency") == key[2])
        & ordinal.is_between(days[0] - 1, days[-1])
    )  # fmt: skip
    return facts.lines.filter(mine).height >= facts.policy.missing_rows_min


def _payout_finding(
    facts: Facts, key: tuple[str, str, str], days: list[int], payouts: pl.DataFrame
) -> Finding:
    first, last = facts.close.period.start, facts.close.period.start
    first, last = first.fromordinal(days[0]), last.fromordinal(days[-1])
    usual = middle(payouts["net"].abs().to_numpy())
    figures: Figures = {
        "payouts": len(days),
        "first_on": first,
        "last_on": last,
        "usual_minor": usual,
    }
    around = payouts.sort("date", "payout_id")
    before = around.filter(pl.col("date") < first)["payout_id"].tail(1)
    after = around.filter(pl.col("date") > last)["payout_id"].head(1)
    return Finding(Code.PAYOUT_MISSING, key[0], key[1], str(first), key[2], usual * len(days),
                   len(days), figures, (*before, *after))  # fmt: skip
