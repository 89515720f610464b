"""What tests need to edit a workbook in LibreOffice: where a cell is, and the run itself."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from xlsxwriter.utility import xl_rowcol_to_cell

from recon_engine.messages import Language
from workbook_templates import words
from workbook_templates.cells import as_text
from workbook_templates.layout_book import ROW_KEYS
from workbook_templates.source import FileSource

SYSTEM_PYTHON = "/usr/bin/python3"
SCRIPT = Path(__file__).with_name("edit_in_libreoffice.py")


def _has_uno() -> bool:
    if not shutil.which("soffice") or not Path(SYSTEM_PYTHON).exists():
        return False
    tried = subprocess.run([SYSTEM_PYTHON, "-c", "import uno"], capture_output=True, check=False)
    return tried.returncode == 0


needs_office = pytest.mark.skipif(not _has_uno(), reason="LibreOffice with Python is not installed")


def cell(data: bytes, table: str, row: str, column: str) -> tuple[str, str]:
    """Sheet and address of a cell, by what its row is known by and its column's key."""
    source = FileSource(data, "close.xlsx")
    grid = source.table(table)
    assert grid
    captions = words.captions_by_key(table, source.language)
    known = grid.captions.index(captions[ROW_KEYS[table]])
    at = next(n for n, cells in enumerate(grid.rows) if as_text(cells[known]) == row)
    across = grid.captions.index(captions[column])
    return grid.sheet, xl_rowcol_to_cell(grid.first_row - 1 + at, grid.first_column - 1 + across)


def typing(data: bytes, table: str, row: str, **cells: str) -> list[list[Any]]:
    """Edits that type texts into the cells of a row."""
    return [["text", *cell(data, table, row, key), text] for key, text in cells.items()]


def edited(data: bytes, edits: list[list[Any]], folder: Path) -> bytes:
    """The workbook after LibreOffice has edited and saved it."""
    source, target, told = folder / "in.xlsx", folder / "out.xlsx", folder / "edits.json"
    source.write_bytes(data)
    target.unlink(missing_ok=True)
    told.write_text(json.dumps(edits), encoding="utf-8")
    command = [SYSTEM_PYTHON, str(SCRIPT), str(source), str(target), str(told), str(folder / "p")]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    return target.read_bytes()


LANGUAGE = Language.EN
