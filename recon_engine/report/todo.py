"""What is left to do: exceptions by reason, and the largest of them one by one."""

import polars as pl

from recon_engine.messages import Language, text
from recon_engine.model.results import Close
from recon_engine.report import words
from recon_engine.report.data import Bar, BarChart, Part, Row, Section, Table, Type

BARS_SHOWN = 8  # of a currency; the table above has them all
EXCEPTIONS_SHOWN = 60  # of a currency; the workbook lists them all


def by_reason(exceptions: pl.DataFrame) -> pl.DataFrame:
    """One row a currency and reason: ``currency, code, count, at_stake``; most money first."""
    return (
        exceptions.group_by("currency", "code")
        .agg(pl.len().cast(pl.Int64).alias("count"), pl.col("at_stake").sum())
        .sort("currency", "at_stake", "code", descending=[False, True, False])
    )


def todo_section(close: Close, language: Language) -> Section:
    """Reasons with their money and the next step, a table and a chart per currency."""
    frame = by_reason(close.exceptions)
    order = words.currencies(set(frame["currency"]), close.policy.home_currency)
    split = {currency: frame.filter(pl.col("currency") == currency) for currency in order}
    parts: list[Part] = [_reason_table(mine, name, language) for name, mine in split.items()]
    parts += [_reason_chart(mine, name, language) for name, mine in split.items()]
    lead = "lead" if parts else "none"
    return Section(
        "todo",
        text("report.section.todo.title", language),
        text(f"report.section.todo.{lead}", language),
        tuple(parts),
    )


def _reason_table(frame: pl.DataFrame, currency: str, language: Language) -> Table:
    rows = tuple(
        Row((words.reason(row["code"], language), row["count"], row["at_stake"],
             words.next_step(row["code"], language)), currency)
        for row in frame.iter_rows(named=True)
    )  # fmt: skip
    count, at_stake = int(frame["count"].sum()), int(frame["at_stake"].sum())
    total = Row((words.caption("total", language), count, at_stake, ""), currency)
    columns = words.columns(
        language, ("reason", Type.STATUS), ("count", Type.COUNT), ("at_stake", Type.MONEY),
        ("next_step", Type.PROSE),
    )  # fmt: skip
    title = text("report.table.reasons", language, currency=currency)
    return Table(title, columns, rows, (total,))


def _reason_chart(frame: pl.DataFrame, currency: str, language: Language) -> BarChart:
    named = frame if frame.height <= BARS_SHOWN else frame.head(BARS_SHOWN - 1)
    bars = [
        Bar(words.reason(row["code"], language).word, row["at_stake"])
        for row in named.iter_rows(named=True)
    ]
    rest = frame.slice(named.height)
    if rest.height:
        others = text("report.caption.others", language, count=rest.height)
        bars.append(Bar(others, int(rest["at_stake"].sum())))
    title = text("report.chart.at_stake", language, currency=currency)
    return BarChart(title, currency, tuple(bars))


def exceptions_section(close: Close, language: Language) -> Section:
    """The exceptions with most money at stake, a table per currency."""
    found = set(close.exceptions["currency"])
    tables = tuple(
        _exceptions_table(close.exceptions.filter(pl.col("currency") == currency), currency,
                          language)
        for currency in words.currencies(found, close.policy.home_currency)
    )  # fmt: skip
    return Section(
        "exceptions",
        text("report.section.exceptions.title", language),
        text("report.section.exceptions.lead", language),
        tables,
    )


def _exceptions_table(frame: pl.DataFrame, currency: str, language: Language) -> Table:
    ordered = frame.sort("at_stake", "exception_id", descending=[True, False])
    shown, others = ordered.head(EXCEPTIONS_SHOWN), ordered.slice(EXCEPTIONS_SHOWN)
    columns = words.columns(
        language, ("reason", Type.STATUS), ("date", Type.DATE), ("channel", Type.WORD),
        ("reference", Type.ID), ("party_text", Type.TEXT), ("amount", Type.MONEY),
        ("at_stake", Type.MONEY), ("age", Type.DAYS), ("candidate_date", Type.DATE),
        ("candidate_amount", Type.MONEY), ("difference", Type.MONEY),
    )  # fmt: skip
    sums = [_sum_row(text("report.caption.others", language, count=others.height), others, currency)
            ] if others.height else []  # fmt: skip
    sums.append(_sum_row(words.caption("total", language), ordered, currency))
    title = text("report.table.exceptions", language, currency=currency, count=ordered.height)
    rows = tuple(_exception_row(row, language) for row in shown.iter_rows(named=True))
    return Table(title, columns, rows, tuple(sums))


def _exception_row(row: dict[str, object], language: Language) -> Row:
    code, channel = str(row["code"]), str(row["channel"])
    seen = dict.fromkeys(str(row[name]).strip() for name in ("party", "text"))
    candidate = [row[name] if row["match_id"] or row["candidate"] else None
                 for name in ("candidate_date", "candidate_amount", "difference")]  # fmt: skip
    cells = (
        words.reason(code, language), row["date"], words.word("channel", channel, language),
        str(row["reference"]).replace("|", " "), " ".join(name for name in seen if name),
        row["amount"], row["at_stake"], row["age_days"], *candidate,
    )  # fmt: skip
    return Row(cells, str(row["currency"]))  # type: ignore[arg-type]  # cells of a typed frame


def _sum_row(name: str, frame: pl.DataFrame, currency: str) -> Row:
    blank = (None, None, None, None)
    sums = (int(frame["amount"].sum()), int(frame["at_stake"].sum()))
    return Row((name, *blank, *sums, None, None, None, None), currency)
