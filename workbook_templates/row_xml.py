"""Rows of a table as the XML of a sheet, made column by column with polars.

Whether a column needs care (signs that XML reserves, blanks at the ends, several currencies) is
asked of the whole column once; most columns need none and are only put between their tags.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name

from recon_engine.model.money import column_to_text, exponent, minor_to_text
from workbook_templates.layout import Cell, Column

LINE_POINTS = 15  # height of a line of the house's font
LINES_MAX = 8  # a longer text is read in its cell
_CHUNK_ROWS = 5_000  # as many as the processor's cache holds, more or less
_PLACES = "@places"  # decimals of the row's currency, for formulas
_ROW = "@row"  # 1-based row of the sheet, as text; no key of a column looks like this
_EXCEL_DAY_0 = pl.date(1899, 12, 30)
# What Excel reads as an escape of its own, and what XML reserves.
_ESCAPED = r"[\x00-\x08\x0b-\x1f]|_x[0-9a-fA-F]{4}_"
_RESERVED = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"))
_CAREFUL = r"[\x00-\x08\x0b-\x1f&<>]|_x"  # in no text that can stand as it is
_FIGURES = (Cell.MONEY, Cell.COUNT, Cell.DATE)
_Said = str | pl.Expr  # a piece of a row's XML: the same in every row, or told by the row


@dataclass(frozen=True, slots=True)
class Block:
    """Rows ready to be written: words instead of codes, texts that fit, money in minor units.

    Attributes:
        frame: one column a key of ``columns``, and ``currency`` where there is money.
        columns: the table's columns, left to right from column A.
        top: 0-based row of the sheet of the first row.
        extra: a person's own columns, after ours: a cell a row as XML, without its address.
    """

    frame: pl.DataFrame
    columns: tuple[Column, ...]
    top: int
    extra: tuple[pl.Series, ...] = ()

    @property
    def letters(self) -> dict[str, str]:
        """The letter of each column, by key."""
        return {column.key: xl_col_to_name(n) for n, column in enumerate(self.columns)}

    @property
    def currencies(self) -> pl.Series:
        """The currency of each row; "" for tables without money."""
        if "currency" in self.frame.columns:
            return self.frame["currency"].fill_null("")
        return pl.repeat("", self.frame.height, eager=True)


def block_xml(
    block: Block, present: Sequence[tuple[str, Column, Mapping[str, Format]]]
) -> Iterator[bytes]:
    """The block's rows as XML in UTF-8, a chunk at a time; made only when the file is written.

    Args:
        block: the rows.
        present: letter, column and formats by currency of each column that is written.
    """
    extra = [cells.alias(f"@{n}") for n, cells in enumerate(block.extra)]
    if any(column.formula for column in block.columns):
        places = [str(exponent(code)) for code in block.currencies]
        extra.append(pl.Series(_PLACES, places, dtype=pl.String))
    numbers = pl.int_range(block.top + 1, block.top + 1 + block.frame.height, eager=True)
    numbered = block.frame.with_columns(numbers.cast(pl.String).alias(_ROW), *extra)
    said: list[_Said] = ['<row r="', pl.col(_ROW), _height(block), ">"]
    for letter, column, formats in present:
        said += _cell(block, letter, column, formats)
    for n in range(len(block.extra)):
        letter = xl_col_to_name(len(block.columns) + n)
        said += [f'<c r="{letter}', pl.col(_ROW), '"', pl.col(f"@{n}")]
    line = _joined([*said, "</row>"])
    for chunk in numbered.iter_slices(_CHUNK_ROWS):
        yield chunk.select(line.str.join("").cast(pl.Binary)).item()


def _joined(said: Iterable[_Said]) -> pl.Expr:
    """One text a row; what is the same in all rows and stands together is put together first."""
    parts: list[pl.Expr] = []
    same = ""
    for part in said:
        if isinstance(part, str):
            same += part
            continue
        parts += [pl.lit(same), part] if same else [part]
        same = ""
    return pl.concat_str([*parts, pl.lit(same)])


def links_xml(ways: pl.DataFrame) -> str:
    """Links within the workbook as XML.

    Args:
        ways: ``cell``, and ``to``, the address that it leads to.
    """
    to = pl.col("to")
    for sign, told in (*_RESERVED, ('"', "&quot;")):
        to = to.str.replace_all(sign, told, literal=True)
    link = pl.concat_str(
        pl.lit('<hyperlink ref="'), "cell", pl.lit('" location="'), to, pl.lit('"/>')
    )
    return str(ways.select(link.str.join("")).item())


def _height(block: Block) -> _Said:
    """The end of the row's number and, where a text takes several lines, the height for them.

    It is given as what Excel would have found itself, so the row still grows when text is added.
    """
    wrapped = [column for column in block.columns if column.wrap and not column.folded]
    if not wrapped:
        return '"'
    lines = [pl.lit(1, pl.Int64), *(_lines(column) for column in wrapped)]
    most = pl.max_horizontal(lines).clip(1, LINES_MAX)
    tall = pl.format('" ht="{}"', most * LINE_POINTS)
    return pl.when(most > 1).then(tall).otherwise(pl.lit('"'))


def _lines(column: Column) -> pl.Expr:
    """How many lines a wrapped text takes."""
    return (characters(pl.col(column.key)) / column.width).ceil().cast(pl.Int64)


def characters(text: pl.Expr) -> pl.Expr:
    """The width of a text in characters of the default font: Chinese signs take two."""
    filled = text.fill_null("")
    return filled.str.len_chars() + filled.str.count_matches(r"[\u{2E80}-\u{FFEF}]")


def characters_of(text: str) -> int:
    """:func:`characters` of one text."""
    return len(text) + sum("\u2e80" <= sign <= "\uffef" for sign in text)


def widest(texts: pl.Series) -> int:
    """The most characters of any of the texts.

    No text is wider than it has bytes, so only those with more bytes than the longest is wide are
    looked at.
    """
    size = texts.str.len_bytes()
    found = _widest(texts.gather([size.arg_max() or 0]))
    return max(found, _widest(texts.filter(size > found)))


def _widest(texts: pl.Series) -> int:
    return int(texts.to_frame("").select(characters(pl.first()).max()).item() or 0)


def _cell(block: Block, letter: str, column: Column, formats: Mapping[str, Format]) -> list[_Said]:
    """One column's cells as XML."""
    value, values = pl.col(column.key), block.frame[column.key]
    head = [f'<c r="{letter}', pl.col(_ROW), *_style(formats)]
    inner: list[_Said]
    if column.type in _FIGURES:
        figure = ["<v>", *_figure(column, block), "</v></c>"]
        inner = ['">', *_formula(column, block.letters), *figure]
        empty, some_empty = value.is_null(), values.null_count() > 0
    else:
        kept = ' xml:space="preserve"' if (values.str.strip_chars() != values).any() else ""
        inner = [f'" t="inlineStr"><is><t{kept}>', _escaped(values), "</t></is></c>"]
        empty = (value == "") | value.is_null()
        some_empty = values.null_count() > 0 or bool((values == "").any())
    if not some_empty:
        return [*head, *inner]
    return [*head, pl.when(empty).then(pl.lit('"/>')).otherwise(_joined(inner))]


def _style(formats: Mapping[str, Format]) -> list[_Said]:
    """The number of the cell's format: one for all rows, or that of the row's currency."""
    indexes = {currency: str(form._get_xf_index()) for currency, form in formats.items()}
    if len(set(indexes.values())) == 1:
        return [f'" s="{next(iter(indexes.values()))}']
    of_row = pl.col("currency").fill_null("").replace_strict(indexes, return_dtype=pl.String)
    return ['" s="', of_row]


def _formula(column: Column, letters: dict[str, str]) -> list[_Said]:
    """The formula of each row of a column that the sheet computes; nothing for others."""
    if not column.formula:
        return []
    parts = re.split(r"\{(row|places)\}", column.formula.format_map(_Later(letters)))
    told = {"row": pl.col(_ROW), "places": pl.col(_PLACES)}
    return ["<f>", *(told.get(part, part) for part in parts), "</f>"]


class _Later(dict[str, str]):
    """What differs from row to row stays to be filled in."""

    def __missing__(self, key: str) -> str:
        return f"{{{key}}}"


def _figure(column: Column, block: Block) -> list[_Said]:
    value = pl.col(column.key)
    if column.type is Cell.MONEY:
        places = {exponent(code) for code in block.currencies.unique()}
        return [minor_to_text(value, *places) if len(places) == 1 else column_to_text(column.key)]
    if column.type is Cell.DATE:
        return [(value - _EXCEL_DAY_0).dt.total_days().cast(pl.String)]
    return [value.cast(pl.String)]


def _escaped(values: pl.Series) -> pl.Expr:
    """A column's texts as XML says them."""
    said = pl.col(values.name)
    if not values.str.contains(_CAREFUL).any():
        return said
    for sign, told in _RESERVED:
        said = said.str.replace_all(sign, told, literal=True)
    if values.str.contains(_ESCAPED).any():
        rare = said.str.contains(_ESCAPED)
        said = pl.when(rare).then(said.map_batches(_excel_escapes, pl.String)).otherwise(said)
    return said


def _excel_escapes(texts: pl.Series) -> pl.Series:
    """Control characters as Excel writes them; its own escapes taken literally."""
    literal = texts.str.replace_all(r"(_x[0-9a-fA-F]{4}_)", "_x005F$1")
    found = {sign for text in literal.str.extract_all(r"[\x00-\x08\x0b-\x1f]") for sign in text}
    for sign in sorted(found):
        literal = literal.str.replace_all(sign, f"_x{ord(sign):04X}_", literal=True)
    return literal
