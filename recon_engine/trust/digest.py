"""One number for many tables: the same whatever the order of their rows, another for any cell."""

import hashlib
from collections.abc import Mapping

import polars as pl

_BETWEEN = "\x1f"  # no text holds it, see _CONTROL
# What spreadsheet programs write in a way of their own when they save, and what they cannot hold.
_CONTROL = r"[\x00-\x1f\x7f\ufffe\uffff\ufffd]|_x[0-9a-fA-F]{4}_"
_TEXT_MAX = 32_000  # characters; a cell holds a few more, and is cut where a text is longer


def digest(tables: Mapping[str, pl.DataFrame]) -> str:
    """SHA-256 of tables, hexadecimal.

    Args:
        tables: by name; texts, whole numbers, days, truth values.  Nothing and an empty text are
            the same, because a sheet knows no difference.
    """
    whole = hashlib.sha256()
    for name in sorted(tables):
        frame = tables[name]
        keys = sorted(frame.columns)
        whole.update(f"{name}\n{_BETWEEN.join(keys)}\n{frame.height}\n".encode())
        if frame.height and keys:
            lines = frame.select(pl.concat_str([_text(frame, k) for k in keys], separator=_BETWEEN))
            whole.update("\n".join(lines.to_series().sort().to_list()).encode())
        whole.update(b"\n")
    return whole.hexdigest()


def _text(frame: pl.DataFrame, key: str) -> pl.Expr:
    column = pl.col(key)
    if frame.schema[key] != pl.String:
        return column.cast(pl.String).fill_null("")
    return column.fill_null("").str.replace_all(_CONTROL, "").str.slice(0, _TEXT_MAX)
