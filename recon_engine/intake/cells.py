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
# Chinese characters stand for themselves in every form of Unicode; anything else may not.
_UNTIDY = r"[^ -~\u4e00-\u9fff]|  |^ | $"
_FORMULA = r'^="(.*?)"?$'
_SAMPLE = 10_000
_BLANKS = r"[\s\u200b\u200e\u200f\u2060\ufeff]+"


def clean(cells: pl.Series) -> pl.Series:
    """The column cleaned; empty is "", never null."""
    cells = cells.fill_null("")
    if cells.str.contains(_UNTIDY).any():
        cells = _each_once(cells)
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


def _each_once(cells: pl.Series) -> pl.Series:
    """Half-width and single blanks; where words repeat, each different one is looked at once."""
    few = cells.head(_SAMPLE).n_unique() * 4 <= min(cells.len(), _SAMPLE)
    words = cells.unique() if few else cells
    tidy = words.str.normalize("NFKC").str.replace_all(_BLANKS, " ").str.strip_chars(" ")
    return cells.replace_strict(words, tidy, return_dtype=pl.String) if few else tidy
