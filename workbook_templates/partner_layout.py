"""What a partner copy shows: its sheets, chosen in one table, and their columns.

A partner reads; a partner decides nothing.  So the person's own cells go, and with them whatever
leads back into the house: ids of ours, the rows of our files, what was folded away.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

import polars as pl

from recon_engine.trust.columns import Mask, mask_of
from workbook_templates.layout import Cell, Column, Sheet, Table
from workbook_templates.layout_book import SHEETS
from workbook_templates.rows import without_values
from workbook_templates.sheets.links import MATCH, PAYOUT, RECORD, TERM_ROWS, TERMS, WAYS


@dataclass(frozen=True, slots=True)
class Shared:
    """A sheet that may be in a partner copy.

    Attributes:
        key: of the sheet.
        usual: whether it is there unless somebody chooses otherwise.
        needs: another sheet whose figures it draws, "" for none.
        part: whether there is such a sheet of a single platform or store: lists and what adds
            them up, but no proof of the whole.
    """

    key: str
    usual: bool = True
    needs: str = ""
    part: bool = False


SHARED: tuple[Shared, ...] = (
    Shared("home", needs="proof"),
    Shared("orders", usual=False, part=True),
    Shared("settlements", usual=False, part=True),
    Shared("bank", usual=False, part=True),
    Shared("matches", part=True),
    Shared("members", part=True),
    Shared("exceptions", part=True),
    Shared("analysis", usual=False),
    Shared("pictures"),
    Shared("finding_rows", usual=False),
    Shared("follow_up", usual=False, part=True),
    Shared("statement"),
    Shared("remittance", part=True),
    Shared("comparison"),
    Shared("custom", usual=False),
    Shared("history", usual=False),
    Shared("receivables", part=True),
    Shared("payouts", part=True),
    Shared("proof"),
    Shared("terms", usual=False, part=True),
    Shared("balances", usual=False),
    Shared("adjusting", usual=False, part=True),
)
NAMES = tuple(shared.key for shared in SHARED)
USUAL = frozenset(shared.key for shared in SHARED if shared.usual)
OF_A_PART = frozenset(shared.key for shared in SHARED if shared.part)
# Sheets that hold the rows which a link leads to.
_PLACES: Mapping[str, frozenset[str]] = {
    MATCH: frozenset({"members"}),
    RECORD: frozenset({"orders", "settlements", "bank"}),
    PAYOUT: frozenset({"payouts"}),
    TERMS: frozenset({"terms"}),
    TERM_ROWS: frozenset({"settlements", "payouts", "members"}),
}
_FINDINGS = "Findings"  # its links are written by its own sheet
_FINDING_ROWS = "finding_rows"


def with_needs(chosen: Collection[str]) -> frozenset[str]:
    """The chosen sheets and those that they draw on."""
    return frozenset(chosen) | {s.needs for s in SHARED if s.key in chosen and s.needs}


def partner_sheets(
    chosen: Collection[str], frames: Mapping[str, pl.DataFrame]
) -> tuple[Sheet, ...]:
    """Every sheet of the layout, those that are copied with the columns that a partner sees."""
    return tuple(
        replace(sheet, tables=tuple(_table(table, chosen, frames) for table in sheet.tables))
        if sheet.key in chosen
        else sheet
        for sheet in SHEETS
    )


def _table(table: Table, chosen: Collection[str], frames: Mapping[str, pl.DataFrame]) -> Table:
    frame = frames[table.name]
    columns = [
        replace(column, folded=False, optional=False,
                linked=column.linked and _leads(table, column, chosen))
        for column in table.columns
        if _is_shown(table, column, chosen) and not (
            column.optional and without_values(frame[column.key])
        )
    ]  # fmt: skip
    return replace(table, columns=tuple(columns))


def _is_shown(table: Table, column: Column, chosen: Collection[str]) -> bool:
    if column.type is Cell.LINK:
        return _leads(table, column, chosen)
    dropped = column.type in _TEXTS and mask_of(column.key) is Mask.DROP
    return column.printed and not column.folded and not dropped and column.type is not Cell.INPUT


_TEXTS = frozenset({Cell.TEXT, Cell.ID, Cell.WORD, Cell.STATUS, Cell.CHECK})


def _leads(table: Table, column: Column, chosen: Collection[str]) -> bool:
    """Whether a column's links lead to a sheet of the copy."""
    if table.name == _FINDINGS:
        return _FINDING_ROWS in chosen
    return any(
        _PLACES[way.to] & set(chosen)
        for way in WAYS
        if (way.table, way.column) == (table.name, column.key)
    )
