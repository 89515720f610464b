"""What long tables held when an action left them, so that the next one need not read them again.

Kept on disk beside Undo: a file a table, and one file that says what of it counts.  That one is
taken away before a cell is written and comes back after the last one, so a workbook that was
written by half is read as a whole.  It counts only within one session of listening, see
:mod:`xl_addin.live.heard`, and only for tables in which no change was heard.
"""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from recon_engine.errors import TieoutError
from recon_engine.export.files import write_bytes
from workbook_templates.drawing import LINK_SIGN
from xl_addin.live.heard import Heard

_COUNTS = "seen.json"
_KEPT = ("press", "captions", "rows", "known_by", "typed", "links")


@dataclass(frozen=True)
class Seen:
    """A table as an action left it.

    Attributes:
        press: the number of the press whose action it was.
        captions: left to right.
        rows: of data, blank ones included.
        known_by: captions of the columns whose cells together are others in each row.
        typed: captions of the person's own columns.
        links: captions of the columns of formulas, each of which shows a link.
        held: what stands in the cells by caption, formulas as such, columns in which something
            stands; or the file of that.
    """

    press: int
    captions: tuple[str, ...]
    rows: int
    known_by: tuple[str, ...]
    typed: tuple[str, ...]
    links: tuple[str, ...]
    held: pl.DataFrame | Path

    @cached_property
    def frame(self) -> pl.DataFrame:
        """What is held.

        Raises:
            ValueError: the file holds something else.
            OSError: there is no such file.
            PolarsError: the file is damaged.
        """
        if not isinstance(self.held, Path):
            return self.held
        frame = pl.read_ipc(self.held.read_bytes())
        if not set(frame.columns) <= set(self.captions) or frame.height != self.rows:
            raise ValueError(self.held.name)
        return frame

    def cells(self, caption: str) -> pl.Series:
        """What a column shows, a day as its number."""
        cells = self.formulas(caption)
        if caption not in self.links:
            return cells
        return pl.select(pl.when(cells.is_not_null()).then(pl.lit(LINK_SIGN))).to_series()

    def formulas(self, caption: str) -> pl.Series:
        """What stands in the cells of a column, formulas as such."""
        if caption in self.frame.columns:
            return self.frame[caption]
        return pl.repeat(None, self.rows, dtype=pl.Null, eager=True)


class SeenStore:
    """What is kept of one workbook."""

    def __init__(self, folder: Path) -> None:
        """Keeps it in that folder, which is made when something is."""
        self.folder = folder

    def recall(self, heard: Heard | None) -> dict[str, Seen]:
        """The tables that nobody has touched since they were kept, by name.

        Args:
            heard: by the launcher; without it nothing is known for sure.
        """
        if heard is None:
            return {}
        with suppress(OSError, ValueError, KeyError, TypeError):  # not there, or not whole
            told = json.loads((self.folder / _COUNTS).read_text(encoding="utf-8"))
            if told["session"] == heard.session:
                return {
                    name: self._seen(name, table)
                    for name, table in told["tables"].items()
                    if heard.touched.get(name, 0) < table["press"] <= heard.press
                }
        return {}

    def forget(self) -> None:
        """Nothing that was kept counts any more: the workbook is going to be written."""
        (self.folder / _COUNTS).unlink(missing_ok=True)

    def keep(self, heard: Heard, tables: Mapping[str, Seen]) -> None:
        """Keeps what stands in tables; what was kept before counts no more.

        Where that fails nothing is kept: the next action reads the workbook.
        """
        with suppress(OSError, TieoutError, pl.exceptions.PolarsError):
            self.forget()
            self._write(heard, tables)

    def _write(self, heard: Heard, tables: Mapping[str, Seen]) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        for path in {*self.folder.glob("*.arrow")} - {self._path(name) for name in tables}:
            path.unlink()
        for name, table in tables.items():
            if isinstance(table.held, pl.DataFrame):
                table.held.write_ipc(self._path(name), compression="lz4")
        told = {name: {part: getattr(t, part) for part in _KEPT} for name, t in tables.items()}
        content = json.dumps({"session": heard.session, "tables": told}, ensure_ascii=False)
        write_bytes(self.folder / _COUNTS, content.encode())

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}.arrow"

    def _seen(self, name: str, told: Mapping[str, Any]) -> Seen:
        lists = {part: tuple(said) for part, said in told.items() if isinstance(said, list)}
        return Seen(**{**told, **lists}, held=self._path(name))
