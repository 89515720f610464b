"""What a person added to a workbook of ours, as data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from workbook_templates.own.sheets import OwnSheets


@dataclass(frozen=True, slots=True)
class Note:
    """A cell's note on one of our sheets.

    Attributes:
        sheet: key of the sheet.
        cell: where it stood, as ``B7``.
        author: who wrote it.
        text: what it says.
        table: the table whose row it is about, "" when it stands outside of rows.
        row: what the row is known by.
        column: key of its column, or the caption of a person's own.
        record_id: the record of that row, "" when none.
    """

    sheet: str
    cell: str
    author: str
    text: str
    table: str = ""
    row: str = ""
    column: str = ""
    record_id: str = ""


@dataclass(frozen=True, slots=True)
class OwnColumn:
    """A column that a person added to one of our tables.

    Attributes:
        table: its table.
        caption: its header.
        number_format: of its cells; "" for the plain one.
        formula: of every row, in terms of the row's columns; "" where cells hold values.
        values: by what a row is known by: text, number or truth value.
    """

    table: str
    caption: str
    number_format: str = ""
    formula: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Additions:
    """All of it.

    Attributes:
        sheets: the person's own sheets; none where nothing was read.
        notes: on our sheets.
        columns: in our tables.
    """

    sheets: OwnSheets | None = None
    notes: tuple[Note, ...] = ()
    columns: tuple[OwnColumn, ...] = ()


NOTHING_ADDED = Additions()
