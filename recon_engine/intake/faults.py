"""What is wrong with rows, as data: each refused row once, with its likeliest cause."""

from dataclasses import dataclass

import polars as pl

from recon_engine.errors import Code, Place, Problem
from recon_engine.intake import references
from recon_engine.intake.amounts import Money
from recon_engine.intake.columns import Columns
from recon_engine.intake.dates import Dates
from recon_engine.model.records import Kind


@dataclass(frozen=True, slots=True)
class Fault:
    """Rows that cannot be records, and why."""

    mask: pl.Series
    code: Code
    column: int | None = None


def faults_of(columns: Columns, money: Money, dates: Dates, rows: pl.DataFrame) -> list[Fault]:
    """Everything wrong with each row, likeliest cause first."""
    found = columns.found.columns
    cells = columns.roles.get("date", dates.times.fill_null(""))
    absent = dates.days.is_null() & (cells == "")
    unread = dates.days.is_null() & (cells != "")
    faults = [Fault(unread, Code.DATE_NOT_READ, found.get("date"))]
    faults += [
        Fault(mask, code, n) for mask, code, n in money.faults if code != Code.AMOUNT_MISSING
    ]
    if columns.profile.kind is not Kind.ORDER:  # an order's lines repeat neither
        if not columns.profile.undated:
            faults.append(Fault(absent, Code.DATE_MISSING, found.get("date")))
        faults += [Fault(m, c, n) for m, c, n in money.faults if c == Code.AMOUNT_MISSING]
    unknown = rows["currency"] == ""
    faults.append(Fault(unknown, Code.CURRENCY_UNKNOWN, found.get("currency", found.get("amount"))))
    faults.append(Fault(columns.body.overflow.is_not_null(), Code.ROW_NOT_UNDERSTOOD))
    for role in dict.fromkeys((*columns.profile.reference, *columns.profile.key)):
        if role in columns.roles:
            lost = columns.roles[role].str.contains(references.LOST)
            faults.append(Fault(lost, Code.ID_LOST_DIGITS, found[role]))
    return [fault for fault in faults if fault.mask.any()]


def rejects_of(
    columns: Columns, rows: pl.DataFrame, faults: list[Fault], data: pl.Series
) -> tuple[tuple[Problem, ...], pl.Series]:
    """The first fault of every row that has one; an order with one bad row is refused whole."""
    first: dict[int, Fault] = {}
    for fault in faults:
        for row in (fault.mask & data).arg_true():
            first.setdefault(row, fault)
    if "order" in rows.columns and first:
        bad = rows["order"].gather(list(first)).unique()
        siblings = rows["order"].is_in(bad.implode()) & data
        incomplete = Fault(siblings, Code.ORDER_INCOMPLETE, columns.found.columns["order_id"])
        for row in siblings.arg_true():
            first.setdefault(row, incomplete)
    refused = pl.Series([False] * rows.height, dtype=pl.Boolean)
    if first:
        refused = refused.scatter(list(first), [True] * len(first))
    problems = tuple(_problem(columns, row, first[row]) for row in sorted(first))
    return problems, refused


def _problem(columns: Columns, row: int, fault: Fault) -> Problem:
    line = int(columns.body.lines[row])
    file, sheet = columns.file, columns.sheet
    if fault.column is None:
        value = columns.body.overflow[row] or ""
        return Problem(fault.code, Place(file, sheet, line), value)
    value = columns.body.cells[str(fault.column)][row] or ""
    return Problem(
        fault.code, Place(file, sheet, line, columns.caption(fault.column)), value.strip()
    )
