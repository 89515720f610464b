"""Cells → days and times of day.  Which of day and month comes first, a whole column decides.

The day is taken as it is written, whatever offset follows: a platform's own day is the one its
payouts and totals are made by.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

import polars as pl

_MONTHS = {
    **{name: n for n, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1)},
    "mär": 3, "mrt": 3, "mai": 5, "mei": 5, "okt": 10, "dez": 12, "fév": 2, "avr": 4, "juin": 6,
    "juil": 7, "aoû": 8, "déc": 12, "ene": 1, "abr": 4, "ago": 8, "dic": 12, "gen": 1, "mag": 5,
    "giu": 6, "lug": 7, "set": 9, "ott": 10, "out": 10,
}  # fmt: skip
_ISO = r"^\d{4}-\d{2}-\d{2}(?:$|[ T])"
_TIME = r"(\d{1,2}):(\d{2})(?::(\d{2}))?(?:[.,]\d+)?\s*([AaPp])?\.?(?:[Mm]\.?)?"
# What is not the day: a clock time, six digits after a compact day, a weekday, what follows a T.
_NOT_DAY = (
    (r"[ T,]*\d{1,2}:\d{2}.*$", ""),
    (r"^(\d{8})[ T]?\d{6}$", "$1"),
    (r"(?i)^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,?\s+", ""),
    (r"^(\d{4}-\d{2}-\d{2})T.*$", "$1"),
    (r"(?i)\s+as of\s.*$", ""),
)
_NOT_DAY_COMPILED = tuple((re.compile(p), to.replace("$", "\\")) for p, to in _NOT_DAY)
_YEAR_FIRST = re.compile(r"^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日.]?$")
_MINGUO = re.compile(r"^(1\d{2})[-/.](\d{1,2})[-/.](\d{1,2})$")  # 民國 115/05/31
_MINGUO_ZERO = 1911
_COMPACT = re.compile(r"^((?:19|20)\d{2})(\d{2})(\d{2})(?:\.0)?$")
_YEAR_LAST = re.compile(r"^(\d{1,2})\s*([-/.])\s*(\d{1,2})\s*[-/.]\s*(\d{4}|\d{2})\.?$")
_DAY_MONTH = re.compile(r"^(\d{1,2})[\s.\-/]*([^\W\d_]{3,10})\.?[\s.,\-/]*(\d{4}|\d{2})$")
_MONTH_DAY = re.compile(r"^([^\W\d_]{3,10})\.?\s*(\d{1,2}),?\s*(\d{4})$")
_SERIAL = re.compile(r"^([3-6]\d{4})(\.\d+)?$")
_SERIAL_ZERO = date(1899, 12, 30)
_NO_YEAR = r"^([0-9]{1,2})[-/.]([0-9]{1,2})$"  # ASCII figures only: no other becomes a number
_STATEMENT_MONTH = re.compile(r"(20\d{2})\s*年\s*(\d{1,2})\s*月")


class Order(StrEnum):
    """Which of day and month comes first."""

    DMY = "dmy"
    MDY = "mdy"
    AUTO = "auto"


@dataclass(frozen=True, slots=True)
class Dates:
    """A column of dates read.

    Attributes:
        days: Date, null where the cell is no date.
        times: ``HH:MM:SS``, null where the cell has none.
        undecided: no cell shows which of day and month comes first, or cells contradict.
    """

    days: pl.Series
    times: pl.Series
    undecided: bool = False


def read_dates(cells: pl.Series, order: Order = Order.AUTO) -> Dates:
    """Reads a cleaned column ("" is empty)."""
    if cells.str.contains(_ISO).all():
        days = cells.str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False)
        return Dates(days, _iso_times(cells))
    frame = cells.to_frame("cell").with_columns(day=_without_time(pl.col("cell")))
    texts = frame["day"].unique(maintain_order=True).to_list()
    decided = _decided(texts, order)
    known = {text: _day(text, decided) for text in texts}
    days = frame["day"].replace_strict(
        list(known), pl.Series(list(known.values()), dtype=pl.Date), return_dtype=pl.Date
    )
    return Dates(days, read_times(cells), undecided=decided is Order.AUTO)


def with_years(cells: pl.Series, preamble: str) -> pl.Series:
    """12/29 as 2023-12-29, under a title that names the statement's month: no day is after it."""
    month = _STATEMENT_MONTH.search(preamble)
    if not month or not cells.str.contains(_NO_YEAR).any():
        return cells
    year, last = int(month[1]), int(month[2])
    parts = cells.to_frame("c").with_columns(m=pl.col("c").str.extract(_NO_YEAR, 1).cast(pl.Int64))
    told = pl.when(pl.col("m") > last).then(year - 1).otherwise(year).cast(pl.String)
    day = pl.concat_str(told, pl.lit("-"), pl.col("c").str.replace(r"[/.]", "-"))
    return parts.select(pl.when(pl.col("m").is_not_null()).then(day).otherwise("c")).to_series()


def _iso_times(cells: pl.Series) -> pl.Series:
    if not cells.str.contains(":", literal=True).any():
        return pl.Series([None], dtype=pl.String).new_from_index(0, cells.len())
    if cells.str.contains(r"^.{10}[ T]\d{2}:\d{2}:\d{2}(?:$|[ .Z+-])").all():
        return cells.str.slice(11, 8)
    return read_times(cells)


def _without_time(cell: pl.Expr) -> pl.Expr:
    for pattern, kept in _NOT_DAY:
        cell = cell.str.replace(pattern, kept)
    return cell


def is_day(text: str, order: Order) -> bool:
    """Whether read_dates would read the cell, if its column's order is the given one."""
    for pattern, kept in _NOT_DAY_COMPILED:
        text = pattern.sub(kept, text, count=1)
    return _day(text, order) is not None


def read_times(cells: pl.Series) -> pl.Series:
    """``HH:MM:SS`` wherever a clock time stands in a cell; ``123456`` when that is all of it."""
    parts = cells.to_frame("c").select(
        hour=pl.col("c")
        .str.extract(_TIME, 1)
        .fill_null(pl.col("c").str.extract(r"(?:^|^\d{8}[ T]?)(\d{2})\d{4}$", 1)),
        minute=pl.col("c")
        .str.extract(_TIME, 2)
        .fill_null(pl.col("c").str.extract(r"(?:^|^\d{8}[ T]?)\d{2}(\d{2})\d{2}$", 1)),
        second=pl.col("c")
        .str.extract(_TIME, 3)
        .fill_null(pl.col("c").str.extract(r"(?:^|^\d{8}[ T]?)\d{4}(\d{2})$", 1)),
        half=pl.col("c").str.extract(_TIME, 4).str.to_lowercase(),
    )
    hour = pl.col("hour").cast(pl.Int64, strict=False)
    hour = (
        pl.when(pl.col("half") == "p").then(hour % 12 + 12)
        .when(pl.col("half") == "a").then(hour % 12)
        .otherwise(hour)
    )  # fmt: skip
    told = (hour < 24) & (pl.col("minute") < "60")
    text = pl.concat_str(
        hour.cast(pl.String).str.zfill(2), pl.col("minute"), pl.col("second").fill_null("00"),
        separator=":",
    )  # fmt: skip
    return parts.select(pl.when(told).then(text)).to_series()


def _decided(texts: list[str], order: Order) -> Order:
    """The column's order; AUTO when it cannot be told and is needed."""
    if order is not Order.AUTO:
        return order
    both = [m for text in texts if (m := _YEAR_LAST.match(text))]
    # Nobody writes mm.dd.yyyy: dots mean the day comes first.
    if all(m[2] == "." for m in both):
        return Order.DMY
    pairs = [(int(m[1]), int(m[3])) for m in both]
    day_first = any(a > 12 >= b for a, b in pairs)
    month_first = any(b > 12 >= a for a, b in pairs)
    if day_first != month_first:
        return Order.DMY if day_first else Order.MDY
    same = not day_first and all(a == b for a, b in pairs)
    return Order.DMY if same else Order.AUTO


def _day(text: str, order: Order) -> date | None:
    """One day, by the first shape that fits; None when there is no such day."""
    if m := _YEAR_FIRST.match(text) or _COMPACT.match(text):
        return _made(m[1], int(m[2]), m[3])
    if m := _MINGUO.match(text):
        return _made(str(int(m[1]) + _MINGUO_ZERO), int(m[2]), m[3])
    if m := _YEAR_LAST.match(text):
        if order is Order.AUTO:
            return None
        first, second = int(m[1]), int(m[3])
        month, day = (second, first) if order is Order.DMY else (first, second)
        return _made(m[4], month, day)
    if m := _DAY_MONTH.match(text):
        return _made(m[3], _month(m[2]), m[1])
    if m := _MONTH_DAY.match(text):
        return _made(m[3], _month(m[1]), m[2])
    if m := _SERIAL.match(text):
        return _SERIAL_ZERO + timedelta(days=int(m[1]))
    return None


def _made(year: str, month: int, day: str | int) -> date | None:
    full = int(year) + (2000 if len(year) == 2 else 0)
    try:
        return date(full, month, int(day))
    except ValueError:
        return None


def _month(name: str) -> int:
    name = name.lower()
    return _MONTHS.get(name[:4]) or _MONTHS.get(name[:3]) or 0
