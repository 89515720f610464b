"""Reports that a person defines: rows, columns, values, a filter, an order, a chart.

A definition names a list and its columns by their keys.  What it asks for wrongly is told with the
cell it stands in, and the other reports are made all the same.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from recon_engine.errors import Code, Place, Problem
from recon_engine.messages import Language, catalogue, has, text
from recon_engine.model.records import Kind
from recon_engine.model.results import Close
from recon_engine.report import words
from recon_engine.report.data import (
    Bar,
    BarChart,
    Cell,
    Column,
    Part,
    Row,
    Section,
    Table,
    Type,
    Where,
)
from recon_engine.report.measures import Grain, first_day, last_day

GRAIN_SEPARATOR = ":"  # date:week
COLUMNS_MAX = 24  # across; more do not fit a page and are told
SORTS = ("rows", "largest", "smallest")
CHARTS = ("none", "bars")

# The lists a report may be made of, with the columns that may be its rows, and those added up.
FIELDS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "Orders": (
        ("channel", "account", "type", "place", "state", "party", "date"),
        ("amount", "gross", "discount", "freight", "tax", "refunded"),
    ),
    "Settlements": (
        ("channel", "account", "type", "fee_type", "place", "payout_id", "date"),
        ("amount", "gross", "fee"),
    ),
    "Bank": (("channel", "account", "type", "place", "party", "date"), ("amount",)),
    "Receivables": (
        ("channel", "account", "status", "bucket", "party", "date", "due"),
        ("sold", "refunded", "fees", "expected", "settled", "banked", "outstanding"),
    ),
    "Payouts": (
        ("channel", "account", "status", "date"),
        ("gross", "fees", "refunds", "other", "net", "deposited", "difference"),
    ),
    "Exceptions": (
        ("code", "kind", "channel", "party", "date"),
        ("amount", "at_stake"),
    ),
}
_KINDS = {
    "Orders": Kind.ORDER,
    "Settlements": Kind.SETTLEMENT_LINE,
    "Bank": Kind.STATEMENT_LINE,
}
_DAYS = ("date", "due")


@dataclass(frozen=True, slots=True)
class Definition:
    """One report as a person asked for it; see model.kept.CUSTOM."""

    name: str
    source: str
    rows: str
    columns: str
    values: str
    filter: str
    equals: str
    sort: str
    chart: str


def custom_section(close: Close, language: Language) -> Section:
    """Every defined report, a table per currency; none where nothing is defined."""
    parts: list[Part] = []
    for number, row in enumerate(close.kept.custom.iter_rows(named=True), 1):
        asked = Definition(**row)
        if not problems(asked, number, close):
            parts += _report(close, asked, language)
    lead = "lead" if parts else "none"
    return Section(
        "custom",
        text("reports.section.custom.title", language),
        text(f"reports.section.custom.{lead}", language),
        tuple(parts),
    )


def all_problems(close: Close) -> tuple[Problem, ...]:
    """What the definitions ask for wrongly, each with its row of the list and its column."""
    return tuple(
        problem
        for number, row in enumerate(close.kept.custom.iter_rows(named=True), 1)
        for problem in problems(Definition(**row), number, close)
    )


def problems(asked: Definition, number: int, close: Close) -> tuple[Problem, ...]:
    """What one definition asks for wrongly; all of it at once."""
    if asked.source not in FIELDS:
        return (_problem(Code.CUSTOM_LIST_UNKNOWN, number, "source", asked.source),)
    every, (plain, values) = fields(asked.source), FIELDS[asked.source]
    words_only = tuple(key for key in plain if key not in _DAYS)
    offered = {"rows": every, "columns": ("", *every), "values": ("", *values),
               "filter": ("", *words_only), "sort": ("", *SORTS),
               "chart": ("", *CHARTS)}  # fmt: skip
    wrong = [
        _problem(Code.CUSTOM_FIELD_UNKNOWN, number, cell, getattr(asked, cell))
        for cell, choices in offered.items()
        if getattr(asked, cell) not in choices
    ]
    if not wrong and asked.columns and _across(close, asked) > COLUMNS_MAX:
        wrong.append(_problem(Code.CUSTOM_TOO_WIDE, number, "columns", asked.columns))
    return tuple(wrong)


def _problem(code: Code, number: int, cell: str, value: str) -> Problem:
    return Problem(code, Place(sheet="CustomReports", row=number, column=cell), value)


def fields(source: str) -> tuple[str, ...]:
    """The columns of a list that may be rows or columns, days by week and month too."""
    plain = FIELDS[source][0]
    grains = (f"{key}{GRAIN_SEPARATOR}{grain}" for key in plain if key in _DAYS
              for grain in (Grain.WEEK, Grain.MONTH))  # fmt: skip
    return (*plain, *grains)


def source_frame(close: Close, source: str) -> pl.DataFrame:
    """The rows of a list."""
    if source in _KINDS:
        return close.records.filter(pl.col("kind") == _KINDS[source])
    frames = {
        "Receivables": close.receivables,
        "Payouts": close.payouts,
        "Exceptions": close.exceptions,
    }
    return frames[source]


def _filtered(close: Close, asked: Definition) -> pl.DataFrame:
    frame = source_frame(close, asked.source)
    if not asked.filter:
        return frame
    return frame.filter(pl.col(asked.filter).cast(pl.String).fill_null("") == asked.equals)


def _across(close: Close, asked: Definition) -> int:
    return _filtered(close, asked).select(_key(asked.columns, "across"))["across"].n_unique()


def _key(field: str, name: str) -> pl.Expr:
    """A field's value in each row: a text, a day, or the first day of its stretch."""
    column, _, grain = field.partition(GRAIN_SEPARATOR)
    if grain:
        return first_day(Grain(grain), column).alias(name)
    value = pl.col(column)
    return (value if column in _DAYS else value.fill_null("")).alias(name)


def _report(close: Close, asked: Definition, language: Language) -> Iterator[Part]:
    frame = _filtered(close, asked)
    for currency in words.currencies(set(frame["currency"]), close.policy.home_currency):
        table = _table(frame.filter(pl.col("currency") == currency), asked, currency, language)
        yield table
        if asked.chart == "bars" and asked.values:
            bars = tuple(Bar(_label(row.cells[0]), _last(row)) for row in table.rows)
            yield BarChart(f"{asked.name} · {currency}", currency, bars)


def _label(cell: Cell) -> str:
    return f"{cell:%Y-%m-%d}" if isinstance(cell, date) else str(cell)


def _last(row: Row) -> int:
    figure = row.cells[-1]
    return figure if isinstance(figure, int) else 0


def _table(frame: pl.DataFrame, asked: Definition, currency: str, language: Language) -> Table:
    """One row a value of ``rows``, one column a value of ``columns``, and all together last."""
    added = pl.col(asked.values).sum() if asked.values else pl.len().cast(pl.Int64)
    across = _values(frame, asked.columns) if asked.columns else []
    keys = [_key(asked.rows, "down"), *([_key(asked.columns, "across")] if across else [])]
    cells = frame.group_by(keys).agg(figure=added)
    sums = cells.group_by("down").agg(pl.col("figure").sum())
    ordered = sums.sort(*_order(asked), nulls_last=True)["down"].to_list()
    held = {tuple(row[:-1]): row[-1] for row in cells.iter_rows()}
    whole = dict(sums.iter_rows())
    rows = tuple(
        Row(
            (
                shown(asked, asked.rows, down, language),
                *(held.get((down, value), 0) for value in across),
                whole[down],
            ),
            currency,
            _conditions(asked, down, currency),
        )
        for down in ordered
    )
    totals = tuple(
        sum(held.get((down, value), 0) for down in ordered) for value in across
    )  # one figure a column
    last = Row((words.caption("total", language), *totals, sum(whole.values())), currency)
    return Table(_title(asked, currency, language), _columns(asked, across, language), rows,
                 (last,))  # fmt: skip


def _values(frame: pl.DataFrame, field: str) -> list[Any]:
    return frame.select(_key(field, "across").unique()).to_series().sort(nulls_last=True).to_list()


def _order(asked: Definition) -> tuple[str | pl.Expr, ...]:
    by_figure = {"largest": -pl.col("figure"), "smallest": pl.col("figure")}
    return (by_figure[asked.sort], "down") if asked.sort in by_figure else ("down",)


def _title(asked: Definition, currency: str, language: Language) -> str:
    named = asked.name or text(f"reports.list.{asked.source}", language)
    return f"{named} · {currency}"


def _columns(asked: Definition, across: list[Any], language: Language) -> tuple[Column, ...]:
    kind = Type.MONEY if asked.values else Type.COUNT
    source = f"{asked.source}.{asked.values}" if asked.values else asked.source
    first = Column(field_word(asked.rows, language), _type(asked.rows))
    each = (
        Column(_label(shown(asked, asked.columns, value, language)), kind, source,
               where=_of(asked, asked.columns, value))
        for value in across
    )  # fmt: skip
    return (first, *each, Column(words.caption("total", language), kind, source))


def _type(field: str) -> Type:
    return Type.DATE if field.partition(GRAIN_SEPARATOR)[0] in _DAYS else Type.TEXT


def definition_words(row: Mapping[str, str], language: Language) -> dict[str, str]:
    """A definition as a person sees it: words for keys, what is no key as it was typed."""
    return {cell: _word_of(cell, value, language) for cell, value in row.items()}


def definition_keys(row: Mapping[str, str], language: Language) -> dict[str, str]:
    """A definition as it was typed, in keys: :func:`definition_words` the other way round."""
    source = _key_of("source", row["source"], tuple(FIELDS), language)
    offered = (*fields(source), *FIELDS[source][1]) if source in FIELDS else ()
    choices = {"source": tuple(FIELDS), "rows": offered, "columns": offered, "values": offered,
               "filter": offered, "sort": SORTS, "chart": CHARTS}  # fmt: skip
    keys = {cell: _key_of(cell, row[cell], choices.get(cell, ()), language) for cell in row}
    wanted = keys["filter"]
    return {**keys, "equals": _code_of(source, wanted, keys["equals"], language)}


def _word_of(cell: str, value: str, language: Language) -> str:
    prefixes = {"source": "list", "sort": "sort", "chart": "chart_kind"}
    if cell in prefixes:
        key = f"reports.{prefixes[cell]}.{value}"
        return text(key, language) if value and has(key) else value
    if cell in ("name", "equals"):
        return value
    known = value and has(f"reports.field.{value.partition(GRAIN_SEPARATOR)[0]}")
    return field_word(value, language) if known else value


def _key_of(cell: str, typed: str, choices: tuple[str, ...], language: Language) -> str:
    """The key whose word was typed, in whatever case and with whatever blanks around it."""
    wanted = typed.strip().casefold()
    for key in choices:
        if wanted in (key.casefold(), _word_of(cell, key, language).casefold()):
            return key
    return typed.strip()


def _code_of(source: str, field: str, typed: str, language: Language) -> str:
    """The code of a word that a list shows: ``Settled`` is ``settled``."""
    table = _STATUSES.get((source, field), field)
    words_of = catalogue("workbook", language)
    prefix = f"{table}."
    for key, word in words_of.items():
        if key.startswith(prefix) and word.casefold() == typed.casefold():
            return key.removeprefix(prefix)
    return typed


def field_word(field: str, language: Language) -> str:
    """A field as a person sees it: ``Date, by week``."""
    column, _, grain = field.partition(GRAIN_SEPARATOR)
    said = text(f"reports.field.{column}", language)
    return text(f"reports.grain.{grain}", language, field=said) if grain else said


def shown(asked: Definition, field: str, value: str | date | None, language: Language) -> Cell:
    """A field's value as a person sees it on the sheets; what is not told says so."""
    if isinstance(value, date):
        return value
    if not value:
        return text("reports.nameless", language)
    if field == "code":
        return words.reason(value, language).word
    if field == "bucket":
        return words.bucket(value, language)
    key = f"workbook.{_STATUSES.get((asked.source, field), field)}.{value}"
    return text(key, language) if has(key) else value


_STATUSES = {("Receivables", "status"): "order_status", ("Payouts", "status"): "payout_status"}
# Where a list of the workbook calls a column otherwise.
_ON_SHEET = {("Exceptions", "code"): "reason"}


def _conditions(asked: Definition, down: str | date | None, currency: str) -> tuple[Where, ...]:
    """Which rows of the list a row of the report adds up; none where no formula can tell."""
    told = _of(asked, asked.rows, down)
    if not told or (asked.filter and not asked.equals):
        return ()
    filtered = (Where(_on_sheet(asked, asked.filter), asked.equals),) if asked.filter else ()
    return (Where("currency", currency), *filtered, *told)


def _of(asked: Definition, field: str, value: str | date | None) -> tuple[Where, ...]:
    column, _, grain = field.partition(GRAIN_SEPARATOR)
    key = _on_sheet(asked, column)
    if not value:
        return ()
    if isinstance(value, str):
        return (Where(key, value),)
    stretch = pl.DataFrame({"from": [value]}).select(last_day(Grain(grain or Grain.DAY)))
    return (Where(key, value, ">="), Where(key, stretch.item(), "<="))


def _on_sheet(asked: Definition, column: str) -> str:
    return _ON_SHEET.get((asked.source, column), column)
