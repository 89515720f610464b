"""Tables of measures: one row a platform, store, product or stretch of days, and their total."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import polars as pl

from recon_engine.messages import Language, text
from recon_engine.report import words
from recon_engine.report.data import Cell, Column, Ratio, Row, Table, Type, Where
from recon_engine.report.measures import SEVERAL, SUMS

_LIST = "Receivables"
_MEASURES = ("orders", *SUMS)


@dataclass(frozen=True, slots=True)
class Dimension:
    """What the rows of a table are: a column of the frame, shown and found again.

    Attributes:
        name: the frame's column, and the key of its caption.
        type: of its cells.
        shown: a value as a reader sees it.
        where: the conditions under which rows of the list belong to a value; none: not to be told.
    """

    name: str
    type: Type
    shown: Callable[[Any], Cell]
    where: Callable[[Any], tuple[Where, ...]]


def measure_table(
    title: str,
    frame: pl.DataFrame,
    dimensions: tuple[Dimension, ...],
    currency: str,
    language: Language,
) -> Table:
    """The measures of one currency, in the frame's order.

    Args:
        title: of the table, in words.
        frame: ``orders``, SUMS and a column for each dimension, all of one currency.
        dimensions: what the rows are.
        currency: of the amounts.
        language: of captions and words.
    """
    rows = tuple(_row(row, dimensions, currency) for row in frame.iter_rows(named=True))
    blank = (None,) * (len(dimensions) - 1)
    sums = {name: int(frame[name].sum()) for name in _MEASURES}
    total = Row((words.caption("total", language), *blank, *_figures(sums)), currency)
    return Table(title, _columns(dimensions, language), rows, (total,))


def _row(row: dict[str, Any], dimensions: Iterable[Dimension], currency: str) -> Row:
    told = [dimension.where(row[dimension.name]) for dimension in dimensions]
    where = (Where("currency", currency), *(one for part in told for one in part))
    shown = (dimension.shown(row[dimension.name]) for dimension in dimensions)
    return Row((*shown, *_figures(row)), currency, where if all(told) else ())


def _figures(row: dict[str, Any]) -> tuple[int | None, ...]:
    figures = tuple(row[name] for name in _MEASURES)
    return (
        *figures,
        rate(row["banked"], row["expected"]),
        rate(-row["fees"], row["sold"]),
        rate(-row["refunded"], row["sold"]),
    )


def _columns(dimensions: tuple[Dimension, ...], language: Language) -> tuple[Column, ...]:
    at = {name: position for position, name in enumerate(_MEASURES, len(dimensions))}
    named = tuple(Column(words.caption(d.name, language), d.type) for d in dimensions)
    counted = Column(words.caption("orders", language), Type.COUNT, _LIST)
    summed = (Column(words.caption(name, language), Type.MONEY, f"{_LIST}.{name}") for name in SUMS)
    rates = (
        ("banked_rate", Ratio(at["banked"], at["expected"])),
        ("fee_rate", Ratio(at["fees"], at["sold"], -1)),
        ("refund_rate", Ratio(at["refunded"], at["sold"], -1)),
    )
    told = (Column(words.caption(name, language), Type.RATE, ratio=ratio) for name, ratio in rates)
    return (*named, counted, *summed, *told)


def rate(part: int, whole: int) -> int | None:
    """``part`` of ``whole`` in parts per million, half rounded up; none where there is no whole."""
    return (part * 2_000_000 + whole) // (2 * whole) if whole > 0 else None


def of_channel(language: Language) -> Dimension:
    """Rows are platforms."""
    return Dimension(
        "channel",
        Type.WORD,
        lambda code: words.word("channel", code, language),
        lambda code: _equal("channel", code),
    )


def of_account(language: Language) -> Dimension:
    """Rows are stores; a file that names none says so."""
    nameless = text("reports.nameless", language)
    return Dimension(
        "account", Type.ID, lambda name: name or nameless, lambda name: _equal("account", name)
    )


def of_days() -> tuple[Dimension, Dimension]:
    """Rows are stretches of days, from the first to the last."""
    return (
        Dimension("from", Type.DATE, _plain, lambda day: (Where("date", day, ">="),)),
        Dimension("to", Type.DATE, _plain, lambda day: (Where("date", day, "<="),)),
    )


def of_product(language: Language) -> Dimension:
    """Rows are products; no list of the workbook has a column for them."""
    several, nameless = text("reports.several", language), text("reports.nameless", language)
    special = {SEVERAL: several, "": nameless}
    return Dimension("product", Type.TEXT, lambda name: special.get(name, name), lambda _: ())


def _plain(value: Cell) -> Cell:
    return value


def _equal(key: str, value: str) -> tuple[Where, ...]:
    """The condition, where it can be written: no formula finds an empty cell for certain."""
    return (Where(key, value),) if value else ()
