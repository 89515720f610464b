"""Text → raw tables: one for each delimiter that may be meant; detection takes the right one.

The slow reading (the csv module) states the rule; the fast one (polars) is used where it agrees.
"""

import csv
import io
from collections.abc import Iterator
from functools import partial

import polars as pl

from recon_engine.errors import Code, Place, error
from recon_engine.intake import limits
from recon_engine.intake.table import BEYOND, Body, Row, Table, body_of_rows

DELIMITERS = ",\t;|"
_HEAD_CHARACTERS = 400_000


def tables(text: str, file: str) -> Iterator[Table]:
    """The text's table under each delimiter that occurs near its top.

    Raises:
        TieoutError: FILE_TOO_LARGE.
    """
    text = _lines_ended(text)
    lines = text.count("\n")
    if lines > limits.ROWS_MAX:
        raise error(Code.FILE_TOO_LARGE, Place(file), str(lines))
    head = text[:_HEAD_CHARACTERS]
    quoting = _quoting(text)
    for delimiter in DELIMITERS:
        if delimiter in head:
            yield _table(text, head, delimiter, quoting)


def _lines_ended(text: str) -> str:
    """Old Macs and some terminals end lines with a bare carriage return."""
    text = text.removeprefix("\ufeff")
    return text if "\n" in text else text.replace("\r", "\n")


def _quoting(text: str) -> int:
    """An odd number of quotes means that one is an inch sign or was cut off: then lines decide."""
    return csv.QUOTE_NONE if text.count('"') % 2 else csv.QUOTE_MINIMAL


def _table(text: str, head: str, delimiter: str, quoting: int) -> Table:
    top: list[Row] = []
    lines: list[int] = []
    ends: list[int] = []  # the line each row ends on
    for row, first, last in _rows(head, delimiter, quoting):
        top.append(tuple(row[: limits.COLUMNS_MAX]))
        lines.append(first)
        ends.append(last)
        if len(top) == limits.HEADER_ROWS_MAX:
            break
    widths = [len(row) for row in top]
    return Table("", tuple(top), tuple(lines), partial(_body, text, delimiter, ends, widths))


def _body(text: str, delimiter: str, ends: list[int], widths: list[int], header: int) -> Body:
    # A header of -1 is none: all is data, as wide as its widest row.
    line = ends[header] if header >= 0 else 0
    width = widths[header] if header >= 0 else max(widths)
    below = _after_line(text, line)
    return fast_body(below, delimiter, line, width) or slow_body(below, delimiter, line, width)


def _after_line(text: str, line: int) -> str:
    position = 0
    for _ in range(line):
        position = text.find("\n", position) + 1
        if not position:
            return ""
    return text[position:]


def fast_body(text: str, delimiter: str, line: int, width: int) -> Body | None:
    """The rows by polars, or None where the text's quotes are not plain enough to be sure.

    Args:
        text: everything beneath the header.
        delimiter: one character.
        line: the 1-based line the header ends on.
        width: number of columns of the header.
    """
    try:
        frame = pl.read_csv(
            io.BytesIO(text.encode()),
            has_header=False,
            separator=delimiter,
            schema={str(n): pl.String for n in range(width + BEYOND)},
            truncate_ragged_lines=True,
            missing_columns="insert",
            raise_if_empty=False,
        )
    except pl.exceptions.PolarsError:
        return None
    quotes = '"' in text
    if (
        quotes
        and frame.select(pl.any_horizontal(pl.all().str.contains('"', literal=True).any())).item()
    ):
        return None
    lines = _line_numbers(frame, line, text, quotes=quotes)
    return Body(lines, frame.select(frame.columns[:width]), _overflow(frame, width))


def _overflow(frame: pl.DataFrame, width: int) -> pl.Series:
    """What stands beyond the header's columns, joined by blanks; null where nothing does."""
    beyond = [pl.col(name).str.strip_chars() for name in frame.columns[width:]]
    filled = [pl.when(cell != "").then(cell) for cell in beyond]
    joined = pl.concat_str(filled, separator=" ", ignore_nulls=True)
    return frame.select(pl.when(joined != "").then(joined).alias("overflow")).to_series()


def _line_numbers(frame: pl.DataFrame, line: int, text: str, *, quotes: bool) -> pl.Series:
    """The line each row begins on: quoted line breaks make a row longer than one line."""
    index = pl.int_range(line + 1, line + 1 + frame.height, dtype=pl.Int64, eager=True)
    if not quotes or text.count("\n") + (not text.endswith("\n")) == frame.height:
        return index.alias("lines")
    breaks = frame.select(
        pl.sum_horizontal(pl.all().str.count_matches("\n", literal=True).fill_null(0)).cast(
            pl.Int64
        )
    ).to_series()
    return (index + breaks.cum_sum() - breaks).alias("lines")


def slow_body(text: str, delimiter: str, line: int, width: int) -> Body:
    """The rows by the csv module, which forgives odd quotes; same arguments as fast_body."""
    rows: list[list[str]] = []
    lines: list[int] = []
    for row, first, _ in _rows(text, delimiter, _quoting(text)):
        rows.append(row)
        lines.append(line + first)
    return body_of_rows(rows, lines, width)


def _rows(text: str, delimiter: str, quoting: int) -> Iterator[tuple[list[str], int, int]]:
    """Each row with the 1-based lines it begins and ends on."""
    csv.field_size_limit(1 << 30)
    if quoting == csv.QUOTE_NONE:
        yield from _line_by_line(text, delimiter)
        return
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, quoting=quoting)  # type: ignore[arg-type]
    before = 0
    for row in reader:
        yield row, before + 1, reader.line_num
        before = reader.line_num


def _line_by_line(text: str, delimiter: str) -> Iterator[tuple[list[str], int, int]]:
    """A row is a line; quotes are believed in the lines in which they come in pairs."""
    for number, line in enumerate(io.StringIO(text, newline=""), 1):
        quoting = csv.QUOTE_NONE if line.count('"') % 2 else csv.QUOTE_MINIMAL
        reader = csv.reader([line], delimiter=delimiter, quoting=quoting)  # type: ignore[arg-type]
        yield next(reader, []), number, number
