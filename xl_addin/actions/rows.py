"""Which rows of which table of ours a person has selected."""

import re
from dataclasses import dataclass
from typing import Any

from recon_engine.errors import Code, Place, error
from recon_engine.messages import Language
from workbook_templates import words
from workbook_templates.layout_book import TABLES
from xl_addin.actions.desk import Desk
from xl_addin.live.source import LiveSource

_AREA = re.compile(r"\$?[A-Z]*\$?(\d+)(?::\$?[A-Z]*\$?(\d+))?")


@dataclass(frozen=True)
class Chosen:
    """Rows of a table.

    Attributes:
        table: its name.
        rows: 1-based rows of the sheet, those with something in them.
        cells: of each row, by the key of our columns, as a file would give them.
    """

    table: str
    rows: tuple[int, ...]
    cells: tuple[dict[str, Any], ...]

    def column(self, key: str) -> list[str]:
        """A column as text."""
        return [str(row.get(key) or "") for row in self.cells]


def chosen(desk: Desk, *tables: str) -> Chosen:
    """The rows that are selected, of one of these tables.

    Raises:
        TieoutError: NOTHING_SELECTED.
    """
    source, selection = desk.book.source, desk.app.selection
    sheet = selection.sheet.name if selection is not None else ""
    numbers = _numbers(str(selection.address)) if selection is not None else set()
    for name in tables:
        if name not in source.found or source.found[name][0].name != sheet:
            continue
        found = rows_of(source, name)
        wanted = [(row, cells) for row, cells in found if row in numbers]
        if wanted:
            rows, cells = zip(*wanted, strict=True)
            return Chosen(name, rows, cells)
    raise error(Code.NOTHING_SELECTED, Place(source.file, sheet))


def rows_of(source: LiveSource, table: str) -> list[tuple[int, dict[str, Any]]]:
    """All rows of a table that hold something, each with its row of the sheet."""
    grid = source.table(table)
    if grid is None:
        return []
    keys = keys_of(table, source.language)
    at = [(n, keys[caption]) for n, caption in enumerate(grid.captions) if caption in keys]
    return [
        (number, {key: row[n] for n, key in at})
        for number, row in enumerate(grid.rows, grid.first_row)
        if any(cell not in ("", None) for cell in row)
    ]


def keys_of(table: str, language: Language) -> dict[str, str]:
    """``{caption: key}`` of a table."""
    layout = TABLES[table]
    return dict(zip(words.captions(layout, language), layout.keys, strict=True))


def _numbers(address: str) -> set[int]:
    """The rows of an address, which may be of several areas."""
    found: set[int] = set()
    for area in address.split(","):
        match = _AREA.fullmatch(area.rpartition("!")[2].strip())
        if match:
            found.update(range(int(match[1]), int(match[2] or match[1]) + 1))
    return found
