"""Analysis: what monitoring found, the cash that open orders will bring, and the pictures."""

import polars as pl

from recon_engine.control.forecast import Forecast, forecasts
from recon_engine.control.monitor.facts import Facts
from recon_engine.control.monitor.run import findings
from recon_engine.messages import Language, text
from recon_engine.model.findings import Finding
from recon_engine.model.results import Close
from recon_engine.report import finding_words, pictures, words
from recon_engine.report.data import (
    Bar,
    BarChart,
    HeatMap,
    Line,
    Part,
    Row,
    Section,
    Table,
    Trend,
    Type,
)  # fmt: skip


def analysis_section(close: Close, language: Language) -> Section:
    """Findings or that there are none, forecasts with their trials, then the pictures."""
    facts = Facts(close)
    found = findings(close, facts)
    parts: list[Part] = [_findings_table(found, language)] if found else []
    for forecast in forecasts(close, facts):
        parts += [_forecast_table(forecast, language), _trials_table(forecast, language)]
    parts += picture_parts(facts, language)
    return Section(
        "analysis",
        text("report.section.analysis.title", language),
        text(f"report.section.analysis.{'lead' if found else 'none'}", language),
        tuple(parts),
    )


def _findings_table(found: tuple[Finding, ...], language: Language) -> Table:
    rows = tuple(
        Row((finding_words.level(each, language), finding_words.sentence(each, language),
             each.currency, each.at_stake, finding_words.next_step(each, language)),
            each.currency)
        for each in found
    )  # fmt: skip
    columns = words.columns(
        language, ("what", Type.STATUS), ("finding", Type.PROSE), ("currency", Type.WORD),
        ("at_stake", Type.MONEY), ("next_step", Type.PROSE),
    )  # fmt: skip
    return Table(text("report.table.findings", language, count=len(found)), columns, rows)


def _forecast_table(forecast: Forecast, language: Language) -> Table:
    rows = tuple(
        Row((step.first, step.last, step.expected, step.low, step.high), forecast.currency)
        for step in forecast.steps
    )
    whole = sum(step.expected for step in forecast.steps)
    total = Row((words.caption("total", language), None, whole, None, None), forecast.currency)
    columns = words.columns(
        language, ("from", Type.DATE), ("to", Type.DATE), ("foreseen", Type.MONEY),
        ("at_least", Type.MONEY), ("at_most", Type.MONEY),
    )  # fmt: skip
    title = text("report.table.forecast", language, currency=forecast.currency,
                 open=finding_words.money(forecast.open, forecast.currency))  # fmt: skip
    return Table(title, columns, rows, (total,))


def _trials_table(forecast: Forecast, language: Language) -> Table:
    rows = tuple(
        Row((t.first, t.last, t.foreseen, t.came, t.came - t.foreseen), forecast.currency)
        for t in forecast.trials
    )
    columns = words.columns(
        language, ("from", Type.DATE), ("to", Type.DATE), ("foreseen", Type.MONEY),
        ("came", Type.MONEY), ("difference", Type.MONEY),
    )  # fmt: skip
    title = text("report.table.trials", language, currency=forecast.currency)
    return Table(title, columns, rows)


def picture_parts(facts: Facts, language: Language) -> list[Part]:
    """Money by day and platforms' shares for each currency, and the heat map of days to cash."""
    parts: list[Part] = []
    close, shares = facts.close, pictures.by_platform(facts)
    order = words.currencies(set(shares["currency"]), close.policy.home_currency)
    parts += [_trend(close, currency, language) for currency in order]
    parts += [_shares(shares, currency, language) for currency in order]
    heat = pictures.days_to_cash(facts)
    return [*parts, _heat(close, heat, language)] if heat.height else parts


def _trend(close: Close, currency: str, language: Language) -> Trend:
    frame = pictures.by_day(close, currency)
    lines = tuple(
        Line(text(f"report.trend.{name}", language), tuple(frame[name])) for name in pictures.LINES
    )
    title = text("report.chart.trend", language, currency=currency)
    return Trend(title, currency, tuple(frame["date"]), lines)


def _shares(shares: pl.DataFrame, currency: str, language: Language) -> BarChart:
    mine = shares.filter(pl.col("currency") == currency)
    whole = int(mine["sold"].sum())
    bars = tuple(
        Bar(f"{words.word('channel', channel, language)} {_part(sold, whole)}", sold)
        for channel, sold in mine.select("channel", "sold").iter_rows()
    )
    return BarChart(text("report.chart.shares", language, currency=currency), currency, bars)


def _part(amount: int, whole: int) -> str:
    """A part of a whole in per cent, half rounded up, so that the parts add up."""
    tenths = (2_000 * amount + whole) // (2 * whole)
    return f"{tenths // 10}.{tenths % 10} %"


def _heat(close: Close, frame: pl.DataFrame, language: Language) -> HeatMap:
    weeks = pictures.weeks(close)
    rows = []
    for (channel, account), mine in frame.partition_by(
        "channel", "account", as_dict=True, maintain_order=True
    ).items():
        told = dict(mine.select("week", "days").iter_rows())
        label = f"{words.word('channel', str(channel), language)} {account}".strip()
        rows.append((label, tuple(told.get(week) for week in weeks)))
    columns = tuple(f"{week:%m-%d}" for week in weeks)
    return HeatMap(text("report.chart.days_to_cash", language), Type.DAYS, columns, tuple(rows))
