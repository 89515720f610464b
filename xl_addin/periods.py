"""Which month a close is for where its files do not say: the one named, or the current one."""

import argparse
import calendar
from datetime import UTC, date, datetime

import polars as pl

from recon_engine.errors import Code, Problem
from recon_engine.model.results import Close, Intake, Period


def named_period(said: str) -> Period:
    """A month as a person names it: ``2026-10``.

    Raises:
        argparse.ArgumentTypeError: it is no month.
    """
    try:
        return _month(date.fromisoformat(f"{said.strip()}-01"))
    except ValueError as fault:
        raise argparse.ArgumentTypeError(said) from fault


def for_undated(intake: Intake) -> Period | None:
    """The current month where nothing that was read has a day, as couriers' bills often have none.

    None where the records tell it themselves, or where nothing was read.
    """
    if intake.records.is_empty() or intake.records["date"].null_count() < intake.records.height:
        return None
    return _month(datetime.now(UTC).astimezone().date())


def assumed(closed: Close) -> Problem | None:
    """What is to be said where the month of a close was not told by its records."""
    if closed.records.select(pl.col("date").is_null().all()).item():
        return Problem(Code.PERIOD_ASSUMED, value=closed.period.name)
    return None


def _month(day: date) -> Period:
    last = calendar.monthrange(day.year, day.month)[1]
    return Period(day.replace(day=1), day.replace(day=last))
