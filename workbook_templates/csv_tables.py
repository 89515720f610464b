"""Every table of the workbook as CSV: UTF-8 with BOM, the workbook's captions and words.

Amounts are exact decimal text.  A text that a spreadsheet would take for a formula gets an
apostrophe, see :mod:`recon_engine.export.tables`.
"""

from collections.abc import Mapping
from functools import partial
from pathlib import Path

import polars as pl

from recon_engine.export.files import write_atomically
from recon_engine.export.tables import harmless
from recon_engine.messages import Language
from recon_engine.model.money import column_to_text
from workbook_templates import words
from workbook_templates.layout import Cell, Table
from workbook_templates.layout_book import TABLES


def write_csv(frames: Mapping[str, pl.DataFrame], folder: Path, language: Language) -> list[Path]:
    """Writes every table that has rows; answers the files, in the order of the sheets.

    Args:
        frames: see frames.close_frames.
        folder: made if missing.
        language: of captions and words.

    Raises:
        TieoutError: a file is held open elsewhere.
    """
    written = []
    for name, table in TABLES.items():
        if frames[name].is_empty():
            continue
        target = folder / f"{name}.csv"
        shown = _shown(frames[name], table, language)
        write_atomically(target, partial(shown.write_csv, include_bom=True))
        written.append(target)
    return written


def _shown(frame: pl.DataFrame, table: Table, language: Language) -> pl.DataFrame:
    """The frame as a reader knows it: words for codes, captions for keys."""
    columns = []
    for column in table.columns:
        value = pl.col(column.key)
        if column.type is Cell.MONEY:
            columns.append(column_to_text(column.key).alias(column.key))
            continue
        if column.words and column.type is not Cell.INPUT:
            codes = frame[column.key].drop_nulls().unique().sort().to_list()
            value = value.replace({c: words.word(column.words, c, language) for c in codes})
        text = frame.schema[column.key] == pl.String
        columns.append(harmless(value).alias(column.key) if text else value)
    shown = frame.select(columns)
    return shown.rename(words.captions_by_key(table.name, language))
