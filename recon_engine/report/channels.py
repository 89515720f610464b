"""Receivables by channel, with how long they are overdue."""

import polars as pl

from recon_engine.messages import Language, text
from recon_engine.model.results import Close
from recon_engine.report import words
from recon_engine.report.data import Bar, BarChart, Column, Part, Row, Section, Table, Type
from recon_engine.report.receivables import buckets, by_channel

_SUMS = ("orders", "sold", "refunded", "expected", "settled", "banked", "outstanding")


def receivables_section(close: Close, language: Language) -> Section:
    """What the orders were to bring, what came, and the age of the rest; per currency."""
    names = buckets(close.policy.ageing)
    # What is outstanding on orders that count as settled (paid too much) has no age: a column of
    # its own keeps the ageing's total equal to the orders'.
    frame = by_channel(close.receivables, close.policy.ageing).with_columns(
        settled_rest=pl.col("outstanding") - pl.sum_horizontal(names)
    )
    parts: list[Part] = []
    for currency in words.currencies(set(frame["currency"]), close.policy.home_currency):
        mine = frame.filter(pl.col("currency") == currency)
        ageing = (*names, *(["settled_rest"] if (mine["settled_rest"] != 0).any() else []))
        parts += [
            _sold_table(mine, currency, language),
            _ageing_table(mine, ageing, currency, language),
            *_charts(mine, ageing, currency, language),
        ]
    lead = "lead" if parts else "none"
    return Section(
        "receivables",
        text("report.section.receivables.title", language),
        text(f"report.section.receivables.{lead}", language, as_of=f"{close.as_of:%Y-%m-%d}"),
        tuple(parts),
    )


def _sold_table(frame: pl.DataFrame, currency: str, language: Language) -> Table:
    columns = words.columns(
        language, ("channel", Type.WORD), ("orders", Type.COUNT),
        *((name, Type.MONEY) for name in _SUMS[1:]),
    )  # fmt: skip
    title = text("report.table.receivables", language, currency=currency)
    return Table(title, columns, *_channel_rows(frame, _SUMS, currency, language))


def _ageing_table(
    frame: pl.DataFrame, names: tuple[str, ...], currency: str, language: Language
) -> Table:
    columns = (
        *words.columns(language, ("channel", Type.WORD)),
        *(Column(words.bucket(name, language), Type.MONEY) for name in names),
        *words.columns(language, ("outstanding", Type.MONEY)),
    )
    title = text("report.table.ageing", language, currency=currency)
    return Table(title, columns, *_channel_rows(frame, (*names, "outstanding"), currency, language))


def _channel_rows(
    frame: pl.DataFrame, names: tuple[str, ...], currency: str, language: Language
) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
    ordered = frame.sort("outstanding", "channel", descending=[True, False])
    rows = tuple(
        Row((words.word("channel", row["channel"], language), *(row[n] for n in names)), currency)
        for row in ordered.iter_rows(named=True)
    )
    sums = (int(frame[name].sum()) for name in names)
    return rows, (Row((words.caption("total", language), *sums), currency),)


def _charts(
    frame: pl.DataFrame, names: tuple[str, ...], currency: str, language: Language
) -> list[Part]:
    ages = tuple(Bar(words.bucket(name, language), int(frame[name].sum())) for name in names)
    ordered = frame.sort("outstanding", "channel", descending=[True, False])
    channels = tuple(
        Bar(words.word("channel", row["channel"], language), row["outstanding"])
        for row in ordered.iter_rows(named=True)
    )
    return [
        BarChart(text("report.chart.ageing", language, currency=currency), currency, ages),
        BarChart(text("report.chart.channels", language, currency=currency), currency, channels),
    ]
