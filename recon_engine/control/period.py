"""Which days a close is for, told by the records themselves."""

import calendar

import polars as pl

from recon_engine.errors import Code, error
from recon_engine.model.policy import Policy
from recon_engine.model.results import Period


def period_of(records: pl.DataFrame, policy: Policy) -> Period:
    """The calendar month that holds most records, else the whole span of their dates.

    Args:
        records: RECORDS, at least one; what an earlier period carried forward does not count.
        policy: the share of records that makes a month the period; stragglers are expected.

    Raises:
        TieoutError: PERIOD_UNKNOWN: no record has a day.
    """
    fresh = records.filter(~pl.col("carried")) if "carried" in records.columns else records
    records = (records if fresh.is_empty() else fresh).filter(pl.col("date").is_not_null())
    if records.is_empty():
        raise error(Code.PERIOD_UNKNOWN)
    months = records.group_by(pl.col("date").dt.truncate("1mo")).len().sort("len", "date")
    month, count = months.row(-1)
    if 100 * count >= policy.period_share_percent_min * records.height:
        last = calendar.monthrange(month.year, month.month)[1]
        return Period(month, month.replace(day=last))
    first, end = records.select(first=pl.col("date").min(), end=pl.col("date").max()).row(0)
    return Period(first, end)
