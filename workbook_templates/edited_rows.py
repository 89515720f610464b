"""Records that were changed by hand: each carries a number made of its cells, which no longer fits.

The number guards against slips: a day typed over, a text pasted into the wrong row.  It is no seal;
whoever knows how it is made can make it anew.
"""

from collections.abc import Iterator
from zlib import crc32

import polars as pl

from recon_engine.errors import Code, Problem
from recon_engine.model.records import RECORDS
from workbook_templates.layout_records import CHECK_NUMBER, TABLE_OF_KIND
from workbook_templates.readback import Readback
from workbook_templates.rows import fitted

# All that was read; the kind is the sheet.
READ_KEYS = tuple(key for key in RECORDS if key != "kind")
_BETWEEN = "\x1f"
# What spreadsheet programs write in a way of their own when they save.
_CONTROL = r"[\x00-\x1f\x7f]|_x[0-9a-fA-F]{4}_"
_TOLD_MAX = 20  # rows of a sheet that are named; more are only counted


def check_numbers(frame: pl.DataFrame) -> pl.Series:
    """A whole number for each row, made of every cell of it that was read.

    Args:
        frame: ``READ_KEYS``, as records or as a workbook gives them back.
    """
    if frame.is_empty():
        return pl.Series(dtype=pl.Int64)
    texts = [_text(frame[key]) for key in READ_KEYS]
    joined = pl.select(pl.concat_str(texts, separator=_BETWEEN).cast(pl.Binary)).to_series()
    return pl.Series([crc32(row) for row in joined], dtype=pl.Int64)


def _text(values: pl.Series) -> pl.Series:
    """A column as its cells hold it, whatever program saved them."""
    if values.dtype != pl.String:
        return values.cast(pl.String).fill_null("")
    texts = fitted(values.fill_null(""))
    if texts.str.contains(_CONTROL).any():
        texts = texts.str.replace_all(_CONTROL, "")
    return texts


def edited_rows(book: Readback) -> Iterator[Problem]:
    """A problem for each row of records whose number does not fit its cells.

    Cells that are known to be as they were written are not looked at.

    Args:
        book: a workbook read back, its tables of records with ``READ_KEYS``, :data:`CHECK_NUMBER`.
    """
    for table in TABLE_OF_KIND.values():
        if table.name in book.sure:
            continue
        frame = book.tables[table.name]
        wrong = check_numbers(frame).ne_missing(frame[CHECK_NUMBER]).arg_true()
        for at in wrong.head(_TOLD_MAX):
            place = book.place(table.name, book.rows[table.name][at])
            yield Problem(Code.RECORD_EDITED, place, _named(frame, at))
        if wrong.len() > _TOLD_MAX:
            rest = wrong.len() - _TOLD_MAX
            yield Problem(Code.RECORD_EDITED, book.place(table.name), f"+ {rest:,}")


def _named(frame: pl.DataFrame, at: int) -> str:
    """What a person knows the row by."""
    return frame["reference"][at] or frame["record_id"][at] or ""
