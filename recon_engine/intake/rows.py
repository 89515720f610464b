"""Which rows beneath a header are data: blanks, totals, footers and second headers are not."""

from enum import StrEnum

import polars as pl

from recon_engine.intake.cells import clean
from recon_engine.intake.names import normal_name
from recon_engine.intake.table import Body


class Left(StrEnum):
    """Why a row is not a record.  BLANK rows are not even counted."""

    BLANK = "blank"
    TOTAL = "total"
    FOOTER = "footer"
    HEADER = "header"
    NOTE = "note"
    SUMMARY = "summary"
    NOT_MOVED = "not_moved"
    PENDING = "pending"
    BALANCE_LINE = "balance_line"


_TOTAL = (
    r"(?i)^(?:.{0,6}(?:合计|合計|总计|總計|小计|小計|累计|累計|汇总|匯總)(?:金额|金額)?\s*[:(].*|"
    r".{0,6}(?:合计|合計|总计|總計|小计|小計|累计|累計|汇总|匯總)(?:金额|金額|数|笔数)?|"
    r"共\s*\d+\s*[笔筆条條].*|(?:grand\s*|sub-?\s*)?totals?(?:\s*[:(].*)?|sum|summe|gesamt|"
    r"tota(?:le|al)(?: movimenti)?|razem|celkem|összesen)$"
)
_FOOTER = r"^(?:#|-{4,}|={4,}|\*{3,})"


def unlike_data(body: Body, rows: pl.Series, captions: tuple[str, ...]) -> pl.Series:
    """What the suspected rows are; "" for those that are data after all.

    Args:
        body: the table.
        rows: indexes of rows that lack a date.
        captions: the header's normal names.
    """
    cells = pl.DataFrame([clean(column.gather(rows)).alias(column.name) for column in body.cells])
    frame = cells.select(
        first=pl.coalesce(
            *(pl.when(pl.col(name) != "").then(pl.col(name)) for name in cells.columns)
        ).fill_null(""),
        filled=pl.sum_horizontal((pl.all() != "").cast(pl.Int64)),
    ).with_columns(header=_second_headers(cells, captions))
    first, filled = pl.col("first"), pl.col("filled")
    wordy = first.str.contains(r"[^\d\s.,:/+-]") & ~first.str.contains(r"^\d{4}年\d")
    return frame.select(
        pl.when(filled == 0).then(pl.lit(Left.BLANK.value))
        .when(pl.col("header")).then(pl.lit(Left.HEADER.value))
        .when((filled <= 2) & first.str.contains(_FOOTER)).then(pl.lit(Left.FOOTER.value))
        .when(first.str.contains(_TOTAL)).then(pl.lit(Left.TOTAL.value))
        .when((filled == 1) & wordy).then(pl.lit(Left.NOTE.value))
        .otherwise(pl.lit(""))
    ).to_series()  # fmt: skip


def _second_headers(cells: pl.DataFrame, captions: tuple[str, ...]) -> pl.Series:
    """Rows that repeat the header: at least two cells, and every cell is its column's caption."""
    found = []
    for row in cells.iter_rows():
        names = [(normal_name(cell), n) for n, cell in enumerate(row) if cell]
        repeats = [n < len(captions) and captions[n] == name for name, n in names]
        found.append(len(repeats) > 1 and all(repeats))
    return pl.Series(found, dtype=pl.Boolean)


def lines_of_text(body: Body, rows: pl.Series) -> list[str]:
    """The rows as lines of text, their filled cells joined by blanks; for totals told in words."""
    if rows.is_empty():
        return []
    columns = [clean(column.gather(rows)) for column in body.cells]
    return [" ".join(c for c in row if c) for row in zip(*columns, strict=True)]
