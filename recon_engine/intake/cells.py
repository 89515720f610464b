"""A cell without its dirt: width, blanks, tabs, backticks, ="…", apostrophes, dashes for empty."""

import polars as pl

_EMPTY = [
    "-",
    "--",
    "---",
    "—",
    "――",
    "/",
    "\\",
    "NA",
    "N/A",
    "n/a",
    "null",
    "NULL",
    "None",
    "nan",
    "NaN",
]
_PLAIN = r"^[!-~]*$"
_FORMULA = r'^="(.*?)"?$'
_BLANKS = r"[\s\u200b\u200e\u200f\u2060\ufeff]+"


def clean(cells: pl.Series) -> pl.Series:
    """The column cleaned; empty is "", never null."""
    cells = cells.fill_null("")
    if cells.len() and not cells.str.contains(_PLAIN).all():
        cells = cells.str.normalize("NFKC").str.replace_all(_BLANKS, " ").str.strip_chars(" ")
    dressed = cells.str.contains(r"^(?:[`'\"]|=\")")
    if dressed.any():
        frame = cells.to_frame("c").select(
            pl.when(pl.col("c").str.starts_with('="'))
            .then(pl.col("c").str.replace(_FORMULA, "$1"))
            .otherwise(pl.col("c"))
            .str.strip_chars_start("`'\"")
            .str.strip_chars(" ")
        )
        # A quote or apostrophe is taken from the end only where one was taken from the start.
        cells = cells.zip_with(~dressed, frame.to_series().str.strip_chars_end("'\""))
    return cells.set(cells.is_in(_EMPTY), "")
