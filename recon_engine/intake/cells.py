"""A cell without its dirt: width, blanks, tabs, backticks, ="…", apostrophes, dashes for empty."""

import re
import unicodedata

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
_DRESSED = r"^(?:[`'\"]|=\")"
_DIRTY = f"{_UNTIDY}|{_DRESSED}"
_FORMULA = r'^="(.*?)"?$'
_SAMPLE = 10_000
# Written out, because two engines of patterns do not agree on what a blank is.
_BLANKS = (
    r"[\t-\r \x85\xa0\u1680\u2000-\u200b\u200e\u200f\u2028\u2029\u202f\u205f\u2060\u3000\ufeff]+"
)
_BLANKS_COMPILED, _FORMULA_COMPILED = re.compile(_BLANKS), re.compile(_FORMULA)
_NONE = frozenset(_EMPTY)
_QUOTES = "`'\""
_DRESSES = (*_QUOTES, '="')
_FEW = 200  # cells; below, one by one is quicker


def clean(cells: pl.Series) -> pl.Series:
    """The column cleaned; empty is "", never null."""
    if cells.len() <= _FEW:
        return pl.Series(cells.name, [clean_cell(c or "") for c in cells], dtype=pl.String)
    return clean_column(cells)


def clean_columns(frame: pl.DataFrame) -> list[pl.Series]:
    """:func:`clean` of every column; what is asked of each is asked of all at once."""
    if frame.height <= _FEW or not frame.width:
        return [clean(column) for column in frame]
    frame = frame.with_columns(pl.all().fill_null(""))
    asked = frame.select(
        *(pl.col(name).str.contains(_DIRTY).any().alias(f"dirty {name}") for name in frame.columns),
        *(pl.col(name).is_in(_EMPTY).any().alias(f"empty {name}") for name in frame.columns),
    ).row(0)
    told = zip(frame, asked[: frame.width], asked[frame.width :], strict=True)
    return [clean_column(column) if dirty or empty else column for column, dirty, empty in told]


def clean_cell(cell: str) -> str:
    """One cell cleaned: the plain statement of what clean_column does."""
    tidy = _BLANKS_COMPILED.sub(" ", unicodedata.normalize("NFKC", cell)).strip(" ")
    if tidy.startswith(_DRESSES):
        bare = _FORMULA_COMPILED.sub(r"\1", tidy) if tidy.startswith('="') else tidy
        # A quote or apostrophe is taken from the end only where one was taken from the start.
        tidy = bare.lstrip(_QUOTES).strip(" ").rstrip("'\"")
    return "" if tidy in _NONE else tidy


def clean_column(cells: pl.Series) -> pl.Series:
    """Many cells cleaned at once."""
    cells = cells.fill_null("")
    if cells.str.contains(_DIRTY).any():
        cells = _undressed(_each_once(cells) if cells.str.contains(_UNTIDY).any() else cells)
    nothing = cells.is_in(_EMPTY)
    return cells.set(nothing, "") if nothing.any() else cells


def _undressed(cells: pl.Series) -> pl.Series:
    """Without the apostrophes, quotes and ="…" that keep a spreadsheet from reading a figure."""
    dressed = cells.str.contains(_DRESSED)
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
    return cells


def _each_once(cells: pl.Series) -> pl.Series:
    """Half-width and single blanks; where words repeat, each different one is looked at once."""
    few = cells.head(_SAMPLE).n_unique() * 4 <= min(cells.len(), _SAMPLE)
    words = cells.unique() if few else cells
    tidy = words.str.normalize("NFKC").str.replace_all(_BLANKS, " ").str.strip_chars(" ")
    return cells.replace_strict(words, tidy, return_dtype=pl.String) if few else tidy
