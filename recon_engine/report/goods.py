"""Goods and own books, added up: by result, by platform, carrier or purpose, and by days."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from recon_engine.control.pieces import pieces_identity
from recon_engine.messages import Language, has, text
from recon_engine.model.results import Close
from recon_engine.report import words
from recon_engine.report.data import Cell, Column, Part, Row, Section, Table, Type, Where
from recon_engine.report.measures import Grain, first_day, last_day


@dataclass(frozen=True, slots=True)
class Measure:
    """What is counted or added up.

    Attributes:
        name: key of the caption.
        type: COUNT or MONEY.
        column: of the list, "" to count its rows.
        where: a condition on the rows besides.
    """

    name: str
    type: Type
    column: str = ""
    where: Where | None = None

    def expr(self) -> pl.Expr:
        """The figure over a group of rows."""
        rows = pl.col(self.column) if self.column else pl.lit(1, pl.Int64)
        if self.where is None:
            return (rows.sum() if self.column else pl.len().cast(pl.Int64)).alias(self.name)
        meant = pl.col(self.where.key) == self.where.value
        found = rows.filter(meant).sum() if self.column else meant.sum().cast(pl.Int64)
        return found.alias(self.name)


@dataclass(frozen=True, slots=True)
class Listed:
    """A list of the workbook that a report adds up."""

    name: str
    statuses: str  # words of its results
    by: tuple[str, ...]  # what else its rows are told by
    measures: tuple[Measure, ...]
    lines: str = ""  # words of its purposes


SHIPPING = Listed("Shipping", "shipping_status", ("channel", "account"), (
    Measure("orders", Type.COUNT),
    Measure("late", Type.COUNT, where=Where("late", "yes")),
    Measure("parcels", Type.COUNT, "parcels"),
    Measure("ordered", Type.COUNT, "ordered"),
    Measure("shipped_pieces", Type.COUNT, "shipped"),
    Measure("amount", Type.MONEY, "amount"),
    Measure("shipped_amount", Type.MONEY, "shipped_amount"),
    Measure("difference", Type.MONEY, "difference"),
))  # fmt: skip
FREIGHT = Listed("Freight", "freight_status", ("carrier", "account"), (
    Measure("parcels", Type.COUNT),
    Measure("bill_lines", Type.COUNT, "charges"),
    Measure("expected_freight", Type.MONEY, "expected"),
    Measure("billed", Type.MONEY, "billed"),
    Measure("other_charges", Type.MONEY, "other"),
    Measure("over", Type.MONEY, "difference", Where("status", "over")),
    Measure("under", Type.MONEY, "difference", Where("status", "under")),
))  # fmt: skip
RETURNED = Listed("Returned", "returned_status", ("channel", "account"), (
    Measure("returns", Type.COUNT),
    Measure("arrived", Type.COUNT, where=Where("arrived", "yes")),
    Measure("refund", Type.MONEY, "refund"),
    Measure("return_freight", Type.MONEY, "freight"),
))  # fmt: skip
POSTINGS = Listed("Postings", "posting_status", ("line", "channel"), (
    Measure("documents", Type.COUNT, "documents"),
    Measure("entries", Type.COUNT, "entries"),
    Measure("expected_posting", Type.MONEY, "expected"),
    Measure("booked_posting", Type.MONEY, "booked"),
    Measure("difference", Type.MONEY, "difference"),
), "posting_line")  # fmt: skip
STOCK = Listed("StockCheck", "stock_status", ("line", "channel"), (
    Measure("documents", Type.COUNT, "documents"),
    Measure("movements", Type.COUNT, "entries"),
    Measure("to_move", Type.COUNT, "pieces"),
    Measure("moved_pieces", Type.COUNT, "moved"),
    Measure("pieces_off", Type.COUNT, "pieces_off"),
    Measure("at_stake_stock", Type.MONEY, "amount"),
), "stock_line")  # fmt: skip
# The lists of records whose pieces are proved, by kind.
_PIECES = {"shipment": "Shipments", "return": "Returns", "stock_movement": "Stock"}


def goods_section(close: Close, language: Language) -> Section:
    """Per list and currency: by result, by platform or carrier, by stretch; then the pieces."""
    goods = close.goods
    grain = _grain(close.policy.goods.report_by)
    parts: list[Part] = []
    for listed, frame in (
        (SHIPPING, goods.shipping), (FREIGHT, goods.freight), (RETURNED, goods.returned),
        (POSTINGS, close.books.postings), (STOCK, close.books.stock),
    ):  # fmt: skip
        for currency in words.currencies(set(frame["currency"]), close.policy.home_currency):
            mine = frame.filter(pl.col("currency") == currency)
            parts += _tables(listed, mine, currency, grain, language)
    parts += _piece_tables(close, language)
    lead = "lead" if parts else "none"
    return Section(
        "goods",
        text("reports.section.goods.title", language),
        text(f"reports.section.goods.{lead}", language),
        tuple(parts),
    )


def _grain(said: str) -> Grain:
    """The stretch that the setting names; a week where it names none."""
    return Grain(said) if said in set(Grain) else Grain.WEEK


def _tables(
    listed: Listed, frame: pl.DataFrame, currency: str, grain: Grain, language: Language
) -> Iterator[Table]:
    status = _Dimension("status", Type.WORD, lambda code: _said(listed.statuses, code, language))
    yield _table(listed, frame, (status,), currency, language)
    by = [name for name in listed.by if frame[name].n_unique() > 1 or name == listed.by[0]]
    told = tuple(_dimension(listed, name, language) for name in by if (frame[name] != "").any())
    if told:
        yield _table(listed, frame, told, currency, language)
    dated = frame.filter(pl.col("date").is_not_null())
    if dated.height:
        stretches = dated.with_columns(first_day(grain)).with_columns(last_day(grain))
        several = tuple(each for each in told if stretches[each.name].n_unique() > 1)
        yield _table(listed, stretches, (*_DAYS, *several), currency, language)


@dataclass(frozen=True, slots=True)
class _Dimension:
    """What the rows of a table are told by: shown how, found again by which comparison."""

    name: str
    type: Type
    shown: Callable[[Any], Cell]
    operator: str = "="


def _as_it_is(cell: Any) -> Cell:
    said: Cell = cell
    return said


_DAYS = (
    _Dimension("from", Type.DATE, _as_it_is, ">="),
    _Dimension("to", Type.DATE, _as_it_is, "<="),
)


def _dimension(listed: Listed, name: str, language: Language) -> _Dimension:
    nameless = text("reports.nameless", language)
    if name == "line":
        return _Dimension(name, Type.WORD, lambda code: _said(listed.lines, code, language))
    if name == "channel":
        return _Dimension(name, Type.WORD, lambda code: words.word(name, code, language))
    return _Dimension(name, Type.ID, lambda said: said or nameless)


def _said(table: str, code: str, language: Language) -> str:
    key = f"workbook.{table}.{code}"
    return text(key, language) if has(key) else code


def _table(
    listed: Listed,
    frame: pl.DataFrame,
    dimensions: tuple[_Dimension, ...],
    currency: str,
    language: Language,
) -> Table:
    """The measures of one list, a row for each combination, and their total."""
    measures, by = listed.measures, [each.name for each in dimensions]
    groups = frame.group_by(by).agg(each.expr() for each in measures).sort(by)
    rows = []
    for row in groups.iter_rows(named=True):
        shown = (each.shown(row[each.name]) for each in dimensions)
        told = [_where(each, row[each.name]) for each in dimensions]
        where = (Where("currency", currency), *(one for one in told if one))
        figures = (row[each.name] for each in measures)
        rows.append(Row((*shown, *figures), currency, where if all(told) else ()))
    blank = (None,) * (len(dimensions) - 1)
    sums = (int(groups[each.name].sum()) for each in measures)
    total = Row((words.caption("total", language), *blank, *sums), currency)
    title = text(f"reports.goods.{listed.name}.{by[0]}", language, currency=currency)
    return Table(title, _columns(listed, dimensions, language), tuple(rows), (total,))


def _where(dimension: _Dimension, value: str | date) -> Where | None:
    """The condition, where one can be written: no formula finds an empty cell for certain."""
    key = "date" if dimension.type is Type.DATE else dimension.name
    return Where(key, value, dimension.operator) if value else None


def _columns(
    listed: Listed, dimensions: tuple[_Dimension, ...], language: Language
) -> tuple[Column, ...]:
    named = (Column(words.caption(each.name, language), each.type) for each in dimensions)
    told = (
        Column(
            words.caption(each.name, language),
            each.type,
            ".".join(part for part in (listed.name, each.column) if part),
            where=() if each.where is None else (each.where,),
        )
        for each in listed.measures
    )
    return (*named, *told)


def _piece_tables(close: Close, language: Language) -> Iterator[Table]:
    """The identity in pieces: what came in is cleared, let go or open, of each kind."""
    frame = pieces_identity(close.records)
    for kind, listed in _PIECES.items():
        mine = frame.filter((pl.col("kind") == kind) & (pl.col("all") != 0))
        if mine.is_empty():
            continue
        positions = ("cleared", "written_off", "open", "excluded")
        rows = tuple(
            Row(
                (row["currency"], *(row[name] for name in ("opening", "new", "all", *positions)),
                 row["difference"], words.closes(row["difference"])),
                row["currency"],
                (Where("currency", row["currency"]),),
            )
            for row in mine.iter_rows(named=True)
        )  # fmt: skip
        columns = (
            Column(words.caption("currency", language), Type.WORD),
            *(Column(text(f"report.place.{name}", language), Type.COUNT)
              for name in ("opening", "new")),
            Column(text("report.place.all", language), Type.COUNT, f"{listed}.quantity"),
            *(Column(text(f"report.place.{name}", language), Type.COUNT, f"{listed}.quantity",
                     where=(Where("place", name),)) for name in positions),
            Column(words.caption("difference", language), Type.COUNT),
            Column("", Type.STATUS),
        )  # fmt: skip
        yield Table(text(f"reports.goods.pieces.{kind}", language), columns, rows)
