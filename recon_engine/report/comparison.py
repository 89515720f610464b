"""Sales comparison: against the period before, the same period a year ago and the budget.

Also sold against shipped against settled against received, platform by platform: where each step
loses money on its way, the step's own difference says how much.
"""

from collections.abc import Iterator
from datetime import date, timedelta

import polars as pl

from recon_engine.control.history import came_to
from recon_engine.errors import Code, Place, Problem
from recon_engine.messages import Language, text
from recon_engine.model.kept import BUDGET
from recon_engine.model.money import column_to_minor, exponent
from recon_engine.model.results import Close, Period
from recon_engine.report import words
from recon_engine.report.data import (
    Bar,
    BarChart,
    Column,
    Part,
    Ratio,
    Row,
    Section,
    Table,
    Type,
    Where,
)
from recon_engine.report.grids import rate

MEASURES = ("sold", "net", "banked")
_KEY = ("channel", "currency")


def comparison_section(close: Close, language: Language) -> Section:
    """Per currency: a table a measure, then the four steps; the budget beside what was sold."""
    frame, steps = compared(close), stepped(close)
    parts: list[Part] = []
    for currency in words.currencies(set(frame["currency"]), close.policy.home_currency):
        mine = frame.filter(pl.col("currency") == currency)
        parts += [_measure(mine, name, currency, language) for name in MEASURES]
        parts += _steps(steps.filter(pl.col("currency") == currency), currency, language)
        parts.append(_chart(mine, currency, language))
    return Section(
        "comparison",
        text("reports.section.comparison.title", language),
        text(f"reports.section.comparison.{'lead' if parts else 'none'}", language),
        tuple(parts),
        () if close.kept.history.height else (text("reports.comparison.no_history", language),),
    )


def compared(close: Close) -> pl.DataFrame:
    """One row a platform and currency: each of MEASURES now, ``_before``, ``_year_ago``; budget.

    Null where that period was not closed with Tieout, or no budget was given.
    """
    now = _measures(came_to(close))
    history = close.kept.history
    before = _measures(history.filter(pl.col("end") == close.period.start - timedelta(days=1)))
    year_ago = _measures(history.filter(pl.col("start") == _year_before(close.period)))
    planned, _ = budget(close)
    keys = pl.concat([f.select(_KEY) for f in (now, before, year_ago, planned)]).unique()
    joined = keys.join(now, on=_KEY, how="left").with_columns(pl.col(*MEASURES).fill_null(0))
    for frame, name in ((before, "before"), (year_ago, "year_ago")):
        joined = joined.join(
            frame.rename({m: f"{m}_{name}" for m in MEASURES}), on=_KEY, how="left"
        )
    whole = joined.join(planned, on=_KEY, how="left")
    return whole.sort("currency", "sold", "channel", descending=[False, True, False])


def budget(close: Close) -> tuple[pl.DataFrame, tuple[Problem, ...]]:
    """``channel, currency, budget`` in minor units, and the cells that are no amount."""
    typed = close.kept.budget.filter(pl.col("budget").str.strip_chars() != "")
    places = pl.Series([exponent(code) for code in typed["currency"]], dtype=pl.Int64)
    read = column_to_minor(typed["budget"].str.strip_chars(), places)
    wrong = typed.with_columns(read).filter(pl.col("code").is_not_null())
    problems = tuple(
        Problem(Code(row["code"]), Place(sheet="Budget", column="budget"), row["budget"])
        for row in wrong.iter_rows(named=True)
    )
    good = typed.with_columns(budget=read["minor"]).filter(pl.col("budget").is_not_null())
    return good.group_by(_KEY).agg(pl.col("budget").sum()).select(list(BUDGET)), problems


def _measures(history: pl.DataFrame) -> pl.DataFrame:
    net = pl.col("sold") + pl.col("refunded") + pl.col("fees")
    return history.with_columns(net=net).group_by(_KEY).agg(pl.col(*MEASURES).sum())


def _year_before(period: Period) -> date:
    day = period.start
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)


def _measure(frame: pl.DataFrame, name: str, currency: str, language: Language) -> Table:
    budgeted = name == "sold" and frame["budget"].is_not_null().any()
    captions = ["now", "before", "change", "change_rate", "year_ago", "year_change", "year_rate"]
    captions += ["budget", "budget_rate"] if budgeted else []
    columns = (
        Column(words.caption("channel", language), Type.WORD),
        *(_column(caption, name, language) for caption in captions),
    )
    keys = (name, f"{name}_before", f"{name}_year_ago", "budget")
    rows = tuple(
        _row(words.word("channel", row["channel"], language),
             tuple(row[key] for key in keys), currency, budgeted=budgeted)
        for row in frame.iter_rows(named=True)
    )  # fmt: skip
    sums = tuple(int(frame[key].sum()) if frame[key].is_not_null().any() else None for key in keys)
    # A total of the budget says something only where every platform has one.
    whole = budgeted and frame["budget"].null_count() == 0
    total = _row(words.caption("total", language), (*sums[:3], sums[3] if whole else None),
                 currency, budgeted=budgeted)  # fmt: skip
    title = text(f"reports.table.compared_{name}", language, currency=currency)
    return Table(title, columns, rows, (total,))


def _column(caption: str, measure: str, language: Language) -> Column:
    kind = Type.RATE if caption.endswith("_rate") else Type.MONEY
    said = words.caption(measure if caption == "now" else caption, language)
    return Column(said, kind, ratio=Ratio(1, 8) if caption == "budget_rate" else None)


def _row(name: str, figures: tuple[int | None, ...], currency: str, *, budgeted: bool) -> Row:
    """Now, before, a year ago and the budget, with the changes between them."""
    now, *earlier, planned = figures
    cells: list[str | int | None] = [name, now]
    for then in earlier:
        change = None if then is None else (now or 0) - then
        cells += [then, change, None if change is None else rate(change, then or 0)]
    if budgeted:
        cells += [planned, None if planned is None else rate(now or 0, planned)]
    return Row(tuple(cells), currency)


def stepped(close: Close) -> pl.DataFrame:
    """``channel, currency, sold, shipped, expected, settled, banked``.

    ``shipped`` is null where there are no shipments.
    """
    orders = close.receivables.group_by(_KEY).agg(
        pl.col("sold", "expected", "settled", "banked").sum()
    )
    sent = close.goods.shipping.filter(pl.col("status") != "no_order")
    shipped = sent.group_by(_KEY).agg(shipped=pl.col("shipped_amount").sum())
    return orders.join(shipped, on=_KEY, how="left").sort(
        "currency", "sold", "channel", descending=[False, True, False]
    )


def _steps(frame: pl.DataFrame, currency: str, language: Language) -> Iterator[Table]:
    if frame.is_empty():
        return
    with_shipped = frame["shipped"].is_not_null().any()
    names = ("sold", *(("shipped",) if with_shipped else ()), "expected", "settled", "banked")
    columns = (
        Column(words.caption("channel", language), Type.WORD),
        *(Column(words.caption(name, language), Type.MONEY,
                 "" if name == "shipped" else f"Receivables.{name}") for name in names),
        Column(words.caption("not_settled", language), Type.MONEY,
               difference=(len(names) - 2, len(names) - 1)),
        Column(words.caption("not_banked", language), Type.MONEY,
               difference=(len(names) - 1, len(names))),
    )  # fmt: skip
    rows = tuple(_step_row(row, names, currency, language) for row in frame.iter_rows(named=True))
    sums = {name: int(frame[name].sum()) for name in names}
    total = _step_row({"channel": None, **sums}, names, currency, language)
    yield Table(text("reports.table.steps", language, currency=currency), columns, rows, (total,))


def _step_row(
    row: dict[str, int | str | None], names: tuple[str, ...], currency: str, language: Language
) -> Row:
    channel = row["channel"]
    said = (
        words.caption("total", language)
        if channel is None
        else words.word("channel", str(channel), language)
    )
    gaps = tuple(
        int(row[one] or 0) - int(row[next_] or 0)
        for one, next_ in (("expected", "settled"), ("settled", "banked"))
    )
    where = (Where("currency", currency), Where("channel", str(channel))) if channel else ()
    return Row((said, *(row[name] for name in names), *gaps), currency, where)


def _chart(frame: pl.DataFrame, currency: str, language: Language) -> BarChart:
    bars = tuple(
        Bar(words.word("channel", channel, language), sold)
        for channel, sold in frame.select("channel", "sold").iter_rows()
    )
    return BarChart(text("reports.chart.sold", language, currency=currency), currency, bars)
