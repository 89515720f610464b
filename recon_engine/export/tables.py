"""Each frame of a close as CSV: UTF-8 with BOM, amounts as exact decimal text.

A text cell that a spreadsheet would take for a formula (``= + - @`` or a tab in front) gets an
apostrophe, as the workbook shows it; amounts are ours and keep their minus.  Reports as CSV and
Parquet: report_tables.py.
"""

from functools import partial
from pathlib import Path

import polars as pl

from recon_engine.export.files import write_atomically
from recon_engine.model import money
from recon_engine.model.results import Close

# Whole numbers that are not money.
COUNTS = frozenset({
    "source_row", "source_rows", "quantity", "weight_g", "left_count", "right_count", "lines",
    "age_days", "alternatives", "certainty", "opening_count", "new_count", "cleared_count",
    "written_off_count", "open_count", "overdue_days", "rows", "records", "excluded", "rejects",
    "count_in", "count_out", "pieces", "slab_g", "weight_billed_g", "slab_billed_g", "charges",
    "days", "parcels", "ordered", "shipped", "pieces_off",
})  # fmt: skip
_RISKY = r"^[=+\-@\t\r]"


def write_tables(close: Close, folder: Path) -> list[Path]:
    """Writes every table into ``folder`` (made if missing) and answers the files, in order.

    Raises:
        TieoutError: a file is held open elsewhere.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, frame in frames(close).items():
        target = folder / f"{name}.csv"
        plainly = partial(plain(frame).write_csv, include_bom=True)
        write_atomically(target, plainly)
        written.append(target)
    return written


def frames(close: Close) -> dict[str, pl.DataFrame]:
    """The tables of a close by name."""
    return {
        "records": close.records,
        "payouts": close.payouts,
        "matches": close.matches,
        "members": close.members,
        "exceptions": close.exceptions,
        "receivables": close.receivables,
        "identity": close.identity,
        "shipping": close.goods.shipping,
        "freight": close.goods.freight,
        "returned": close.goods.returned,
        "files": _files(close),
        "log": _log(close),
    }


def plain(frame: pl.DataFrame) -> pl.DataFrame:
    """``frame`` with amounts as exact text and risky texts made harmless."""
    texts = [name for name, dtype in frame.schema.items() if dtype == pl.String]
    amounts = [
        name for name, dtype in frame.schema.items() if dtype == pl.Int64 and name not in COUNTS
    ]
    safe = (harmless(pl.col(name)).alias(name) for name in texts)
    exact = (money.column_to_text(name).alias(name) for name in amounts)
    return frame.with_columns(*safe, *exact)


def harmless(text: pl.Expr) -> pl.Expr:
    """A text that no spreadsheet takes for a formula."""
    return pl.when(text.str.contains(_RISKY)).then("'" + text).otherwise(text)


def _files(close: Close) -> pl.DataFrame:
    schema = {
        "file": pl.String, "sha256": pl.String, "profile": pl.String, "kind": pl.String,
        "rows": pl.Int64, "records": pl.Int64, "excluded": pl.Int64, "rejects": pl.Int64,
    }  # fmt: skip
    rows = [
        (f.file, f.sha256, f.profile, f.kind, f.rows, f.records, f.excluded, len(f.rejects))
        for f in close.files
    ]
    return pl.DataFrame(rows, schema=schema, orient="row")


def _log(close: Close) -> pl.DataFrame:
    schema = {"step": pl.String, "count_in": pl.Int64, "count_out": pl.Int64, "detail": pl.String}
    rows = [(s.step, s.count_in, s.count_out, s.detail) for s in close.log]
    return pl.DataFrame(rows, schema=schema, orient="row")
