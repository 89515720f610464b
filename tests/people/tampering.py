"""Cells of a workbook file changed behind Tieout's back: in the sheet's own XML, nothing else."""

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape

from xlsxwriter.utility import xl_rowcol_to_cell

from workbook_templates import words
from workbook_templates.layout_book import SHEETS
from workbook_templates.source import FileSource, Grid


def grid_of(path: Path, table: str) -> tuple[Grid, dict[str, int]]:
    """A table as it stands, and the position of each of its columns by key."""
    source = FileSource(path.read_bytes(), path.name)
    grid = source.table(table)
    assert grid
    captions = words.captions_by_key(table, source.language)
    return grid, {key: grid.captions.index(said) for key, said in captions.items()}


def change(path: Path, table: str, row: int, **cells: object) -> None:
    """Puts other texts or numbers into the cells of a row, counted from 0."""
    grid, columns = grid_of(path, table)
    at = [
        (xl_rowcol_to_cell(grid.first_row - 1 + row, grid.first_column - 1 + columns[key]), value)
        for key, value in cells.items()
    ]
    _write(path, table, at)


def swap(path: Path, table: str, one: int, other: int, but: tuple[str, ...] = ()) -> None:
    """Two rows change their places."""
    grid, columns = grid_of(path, table)
    for here, there in ((one, other), (other, one)):
        cells = {key: grid.rows[there][n] for key, n in columns.items() if key not in but}
        change(path, table, here, **cells)


def empty(path: Path, table: str, row: int) -> None:
    """A row in which nothing stands any more is none."""
    _, columns = grid_of(path, table)
    change(path, table, row, **dict.fromkeys(columns, ""))


def _write(path: Path, table: str, cells: list[tuple[str, object]]) -> None:
    number = next(n for n, s in enumerate(SHEETS, 1) if table in {t.name for t in s.tables})
    part = f"xl/worksheets/sheet{number}.xml"
    stream = io.BytesIO()
    with zipfile.ZipFile(path) as before, zipfile.ZipFile(stream, "w") as after:
        for item in before.infolist():
            content = before.read(item)
            if item.filename == part:
                content = _changed(content.decode(), cells).encode()
            after.writestr(item, content)
    path.write_bytes(stream.getvalue())


def _changed(xml: str, cells: list[tuple[str, object]]) -> str:
    for at, value in cells:
        pattern = re.compile(rf'<c r="{at}"( s="\d+")?[^>]*?(?:/>|>.*?</c>)', re.DOTALL)
        assert pattern.search(xml), at
        xml = pattern.sub(lambda found, v=value, a=at: _cell(a, found[1] or "", v), xml, count=1)
    return xml


def _cell(at: str, style: str, value: object) -> str:
    if value in ("", None):
        return f'<c r="{at}"{style}/>'
    if isinstance(value, str):
        return f'<c r="{at}"{style} t="inlineStr"><is><t>{escape(value)}</t></is></c>'
    return f'<c r="{at}"{style}><v>{value}</v></c>'


def numbers(path: Path, table: str, key: str) -> Iterator[float]:
    """The numbers of a column."""
    grid, columns = grid_of(path, table)
    return (row[columns[key]] for row in grid.rows)
