"""Notes on cells of our sheets: read by the row they are about, written where that row is now."""

from collections.abc import Iterator

from defusedxml import ElementTree
from xlsxwriter.utility import xl_cell_to_rowcol

from workbook_templates import words
from workbook_templates.book import Book
from workbook_templates.cells import as_text
from workbook_templates.layout_book import ROW_KEYS, SHEET_OF_TABLE, TABLES
from workbook_templates.layout_records import TABLE_OF_KIND
from workbook_templates.own.grid import position, tables_on
from workbook_templates.own.model import Note
from workbook_templates.own.package import MAIN
from workbook_templates.own.sheets import OwnSheets
from workbook_templates.source import Grid, TableSource

Cell = tuple[str, int, int]  # key of the sheet, 0-based row and column
_TITLE = (0, 0)


def notes(source: TableSource, sheets: OwnSheets) -> Iterator[Note]:
    """The notes on our sheets."""
    for key, sheet in sheets.ours.items():
        parts = [r.target for r in sheets.package.relations(sheet.part) if r.name == "comments"]
        grids = tables_on(source, key) if parts else {}
        for part in parts:
            for cell, author, said in _comments(sheets.package.read(part)):
                yield _about(source, grids, Note(key, cell, author, said))


def _comments(xml: bytes) -> Iterator[tuple[str, str, str]]:
    """Cell, author and text of each note."""
    root = ElementTree.fromstring(xml)
    authors = [e.text or "" for e in root.iter(f"{MAIN}author")]
    for e in root.iter(f"{MAIN}comment"):
        number = int(e.get("authorId", "0"))
        author = authors[number] if number < len(authors) else ""
        yield e.get("ref", "A1"), author, "".join(t.text or "" for t in e.iter(f"{MAIN}t"))


def _about(source: TableSource, grids: dict[str, Grid], note: Note) -> Note:
    """The note with the row it stands in, if it stands in one."""
    row, column = position(note.cell)
    for name, grid in grids.items():
        at, n = row - grid.first_row, column - grid.first_column
        if name in ROW_KEYS and 0 <= at < len(grid.rows) and 0 <= n < len(grid.captions):
            captions = words.captions_by_key(name, source.language)
            keys = {caption: key for key, caption in captions.items()}
            cells = {keys.get(c, c): as_text(v)
                     for c, v in zip(grid.captions, grid.rows[at], strict=True)}  # fmt: skip
            return Note(
                note.sheet, note.cell, note.author, note.text, name,
                cells.get(ROW_KEYS[name], ""), keys.get(grid.captions[n], grid.captions[n]),
                cells.get("record_id", ""),
            )  # fmt: skip
    return note


def write_notes(book: Book, told: tuple[Note, ...]) -> None:
    """Writes each note at its row; several that meet in one cell become one."""
    joined: dict[Cell, list[Note]] = {}
    rows = _Rows(book)
    for note in told:
        joined.setdefault(rows.cell(note), []).append(note)
    for (sheet, row, column), here in joined.items():
        said = "\n".join(dict.fromkeys(note.text for note in here))
        book.sheets[sheet].write_comment(row, column, said, {"author": here[0].author})


class _Rows:
    """Finds the cell of a note: its row, else the record's own row, else the sheet's title."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._known: dict[str, dict[str, int]] = {}

    def cell(self, note: Note) -> Cell:
        if not note.table:
            return (note.sheet, *xl_cell_to_rowcol(note.cell))
        found = self._row(note.table, ROW_KEYS[note.table], note.row)
        if found is not None:
            return (SHEET_OF_TABLE[note.table], found, self._column(note))
        for table in TABLE_OF_KIND.values():
            row = self._row(table.name, "record_id", note.record_id)
            if row is not None:
                return (SHEET_OF_TABLE[table.name], row, 0)
        return (note.sheet, *_TITLE)

    def _row(self, table: str, key: str, value: str) -> int | None:
        if table not in self._known:
            values = map(as_text, self._book.frames[table][key])
            self._known[table] = {name: n for n, name in enumerate(values)}
        at = self._known[table].get(value)
        return None if at is None else self._book.placed[table].first + at

    def _column(self, note: Note) -> int:
        table = TABLES[note.table]
        if note.column in table.keys:
            return table.position(note.column)
        own = [c.caption for c in self._book.own if c.table == note.table]
        return len(table.columns) + own.index(note.column) if note.column in own else 0
