"""Rows of a table into a sheet: the plain way, cell by cell, and the fast way, as ready XML.

Both write the same cells (a test compares them).  Tables go the fast way: the columns become
strings with polars, and the sheet puts them between its own rows when the file is written.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from io import StringIO
from typing import Any
from xml.sax.saxutils import quoteattr

import polars as pl
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name, xl_range
from xlsxwriter.worksheet import Worksheet

from recon_engine.model.money import column_to_text, exponent
from workbook_templates.layout import TEXT_MAX, Cell, Column
from workbook_templates.styles import Styles

LINE_POINTS = 15  # height of a line of the house's font
LINES_MAX = 8  # a longer text is read in its cell
_CHUNK_ROWS = 20_000
_PLACES = "@places"  # decimals of the row's currency, for formulas
_ROW = "@row"  # 1-based row of the sheet; no key of a column looks like this
_EXCEL_DAY_0 = pl.date(1899, 12, 30)
# What XML 1.0 cannot say even escaped, and what Excel reads as an escape of its own.
_NOT_XML = "[\ufffe\uffff]"
_ESCAPED = r"[\x00-\x08\x0b-\x1f]|_x[0-9a-fA-F]{4}_"


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


def amount(minor: int, currency: str) -> float:
    """The number that Excel stores for an exact amount: the float nearest to its decimal."""
    return float(Decimal(minor).scaleb(-exponent(currency)))


def fitting(text: pl.Expr) -> pl.Expr:
    """Text as a cell can hold it: cut where it is too long, and visibly so."""
    long = text.str.len_chars() > TEXT_MAX
    cut = pl.when(long).then(text.str.slice(0, TEXT_MAX - 1) + "…").otherwise(text)
    return cut.str.replace_all(_NOT_XML, "\ufffd")


class _Forgetful(dict[tuple[int, int], str]):
    """A dictionary that keeps nothing."""

    def __setitem__(self, key: tuple[int, int], value: str) -> None:
        pass


class BlockSheet(Worksheet):  # type: ignore[misc]  # the library ships no types
    """A worksheet that takes whole blocks of rows as ready XML.

    A row of a block has no other cells; hyperlinks and formats by condition may lie over it.
    """

    drawn = False  # whether it is noted for an open workbook instead of being written
    # The library's own: the rows that it will write, 0-based; None while a sheet is empty.
    dim_rowmin: int | None
    dim_rowmax: int | None
    dim_colmax: int | None
    fh: Any

    def __init__(self) -> None:
        super().__init__()
        # The library would note every cell of every table to find overlaps; ours never do.
        self.table_cells = _Forgetful()
        self._blocks: list[tuple[int, int, Iterator[str]]] = []
        self._ways: list[tuple[str, str]] = []

    def takes(self, _block: Block) -> bool:
        """Whether the sheet takes a block as it is; a sheet of a file wants it as cells."""
        return False

    def add_table(
        self, first_row: int, first_col: int, last_row: int, last_col: int, options: dict[str, Any]
    ) -> int:
        """As the library's, for a table whose total row is written by whoever adds it.

        The library walks over every cell of a table to see that no other table has it, which takes
        longer than writing them.  So it is told of a table of one row, which is then stretched.
        """
        short = first_row + 1 + bool(options.get("total_row"))
        if last_row <= short:
            return int(super().add_table(first_row, first_col, last_row, last_col, options))
        stands = dict(self.table.get(short, {}))
        answer = super().add_table(first_row, first_col, short, last_col, options)
        if short > first_row + 1:  # what the library takes for the total row is a row of data
            self.table[short] = stands
            if not stands:
                del self.table[short]
        table = self.tables[-1]
        last_of_data = last_row - bool(options.get("total_row"))
        table["range"] = xl_range(first_row, first_col, last_row, last_col)
        table["a_range"] = xl_range(first_row, first_col, last_of_data, last_col)
        if table.get("autofilter"):
            table["autofilter"] = table["a_range"]
        return int(answer)

    def put(self, first: int, last: int, last_column: int, xml: Iterator[str]) -> None:
        """Takes the XML of the rows ``first`` to ``last`` (0-based, both included)."""
        self._check_dimensions(first, 0)
        self._check_dimensions(last, last_column)
        self._blocks.append((first, last, xml))

    def lead(self, ways: Iterable[tuple[str, str]]) -> None:
        """Takes links within the workbook: cell, and the address that it leads to."""
        self._ways += ways

    def _write_hyperlinks(self) -> None:
        """The library's own links and ours, in the one list that a sheet has."""
        if not self._ways:
            super()._write_hyperlinks()
            return
        whole, self.fh = self.fh, StringIO()
        super()._write_hyperlinks()
        theirs, self.fh = self.fh.getvalue(), whole
        inner = theirs.removeprefix("<hyperlinks>").removesuffix("</hyperlinks>")
        ours = "".join(
            f'<hyperlink ref="{cell}" location={quoteattr(to)}/>' for cell, to in self._ways
        )
        self.fh.write(f"<hyperlinks>{inner}{ours}</hyperlinks>")

    def _write_rows(self) -> None:
        top, bottom = self.dim_rowmin, self.dim_rowmax
        for first, last, xml in sorted(self._blocks, key=lambda block: block[0]):
            self.dim_rowmax = first - 1
            super()._write_rows()
            for text in xml:
                self.fh.write(text)
            self.dim_rowmin = last + 1
        self.dim_rowmax = bottom
        super()._write_rows()
        self.dim_rowmin = top


def write_rows(sheet: BlockSheet, block: Block, styles: Styles) -> None:
    """Writes a block, unless the sheet takes it as it is."""
    if not sheet.takes(block):
        write_fast(sheet, block, styles)


def write_plain(sheet: BlockSheet, block: Block, styles: Styles) -> None:
    """Cell by cell through XlsxWriter."""
    currencies = _currencies(block)
    for position, column in enumerate(block.columns):
        values = block.frame[column.key]
        if _left_out(column, values):
            continue
        formats = _formats(column, currencies, styles)
        letters = _letters(block)
        for row, (value, currency) in enumerate(zip(values, currencies, strict=True), block.top):
            form = formats[currency]
            if column.formula:
                formula = "=" + column.formula.format(
                    row=row + 1, places=exponent(currency), **letters
                )
                sheet.write_formula(row, position, formula, form, amount(value, currency))
                continue
            _write_cell(sheet, (row, position), column, (value, currency), form)


def _letters(block: Block) -> dict[str, str]:
    """The letter of each column, by key."""
    return {column.key: xl_col_to_name(n) for n, column in enumerate(block.columns)}


def _write_cell(
    sheet: BlockSheet, at: tuple[int, int], column: Column, what: tuple[Any, str], form: Format
) -> None:
    value, currency = what
    if value is None or value == "":
        sheet.write_blank(*at, None, form)
    elif column.type is Cell.MONEY:
        sheet.write_number(*at, amount(value, currency), form)
    elif column.type is Cell.COUNT:
        sheet.write_number(*at, value, form)
    elif column.type is Cell.DATE:
        sheet.write_datetime(*at, value, form)
    else:
        sheet.write_string(*at, value, form)


def row_formulas(block: Block, column: Column) -> list[str]:
    """The formulas of a column that the sheet computes itself, from the first row down."""
    letters = _letters(block)
    return [
        "=" + column.formula.format(row=row, places=exponent(currency), **letters)
        for row, currency in enumerate(_currencies(block), block.top + 1)
    ]


def write_fast(sheet: BlockSheet, block: Block, styles: Styles) -> None:
    """All rows at once, as XML that the sheet puts in its place."""
    last = block.top + block.frame.height - 1
    currencies = _currencies(block)
    present = [
        (xl_col_to_name(position), column, _formats(column, currencies, styles))
        for position, column in enumerate(block.columns)
        if not _left_out(column, block.frame[column.key])
    ]
    width = len(block.columns) + len(block.extra)
    sheet.put(block.top, last, width - 1, _xml(block, present))


def _xml(block: Block, present: list[tuple[str, Column, dict[str, Format]]]) -> Iterator[str]:
    """The block's rows as XML, a chunk at a time; made only when the file is written.

    Args:
        block: the rows.
        present: letter, column and formats by currency of each column that is written.
    """
    extra = [cells.alias(f"@{n}") for n, cells in enumerate(block.extra)]
    if any(column.formula for column in block.columns):
        places = [str(exponent(code)) for code in _currencies(block)]
        extra.append(pl.Series(_PLACES, places, dtype=pl.String))
    numbered = block.frame.with_row_index(_ROW, offset=block.top + 1).with_columns(extra)
    letters = _letters(block)
    cells = [_cell(letter, column, formats, letters) for letter, column, formats in present]
    cells += [
        pl.concat_str(
            pl.lit(f'<c r="{xl_col_to_name(len(block.columns) + n)}'),
            pl.col(_ROW).cast(pl.String), pl.lit('"'), pl.col(f"@{n}"),
        )
        for n in range(len(block.extra))
    ]  # fmt: skip
    number = pl.col(_ROW).cast(pl.String)
    start = pl.concat_str(pl.lit('<row r="'), number, _height(block), pl.lit(">"))
    line = pl.concat_str(start, *cells, pl.lit("</row>"))
    for chunk in numbered.iter_slices(_CHUNK_ROWS):
        yield "".join(chunk.select(line=line)["line"])


def _height(block: Block) -> pl.Expr:
    """The end of the row's number and, where a text takes several lines, the height for them.

    It is given as what Excel would have found itself, so the row still grows when text is added.
    """
    wrapped = [column for column in block.columns if column.wrap and not column.folded]
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


def _cell(
    letter: str, column: Column, formats: dict[str, Format], letters: dict[str, str]
) -> pl.Expr:
    """One column's cells as XML."""
    value = pl.col(column.key)
    style = pl.lit(str(formats[next(iter(formats))]._get_xf_index()))
    if len({form._get_xf_index() for form in formats.values()}) > 1:
        indexes = {currency: str(form._get_xf_index()) for currency, form in formats.items()}
        style = pl.col("currency").replace_strict(indexes, return_dtype=pl.String)
    head = pl.concat_str(
        pl.lit(f'<c r="{letter}'), pl.col(_ROW).cast(pl.String), pl.lit('" s="'), style
    )
    if column.type in (Cell.MONEY, Cell.COUNT, Cell.DATE):
        formula = _formula(column, letters)
        figure = pl.concat_str(pl.lit('">'), formula, pl.lit("<v>"), _figure(column),
                               pl.lit("</v></c>"))  # fmt: skip
        body = pl.when(value.is_null()).then(pl.lit('"/>')).otherwise(figure)
    else:
        text = pl.concat_str(
            pl.lit('" t="inlineStr"><is><t xml:space="preserve">'),
            _escaped(value),
            pl.lit("</t></is></c>"),
        )
        body = pl.when(value.fill_null("") == "").then(pl.lit('"/>')).otherwise(text)
    return pl.concat_str(head, body)


def _formula(column: Column, letters: dict[str, str]) -> pl.Expr:
    """The formula of each row of a column that the sheet computes; nothing for others."""
    if not column.formula:
        return pl.lit("")
    parts = re.split(r"\{(row|places)\}", column.formula.format_map(_Later(letters)))
    told = {"row": pl.col(_ROW).cast(pl.String), "places": pl.col(_PLACES)}
    said = [told.get(part, pl.lit(part)) for part in parts]
    return pl.concat_str(pl.lit("<f>"), *said, pl.lit("</f>"))


class _Later(dict[str, str]):
    """What differs from row to row stays to be filled in."""

    def __missing__(self, key: str) -> str:
        return f"{{{key}}}"


def _figure(column: Column) -> pl.Expr:
    value = pl.col(column.key)
    if column.type is Cell.MONEY:
        return column_to_text(column.key)
    if column.type is Cell.DATE:
        return (value - _EXCEL_DAY_0).dt.total_days().cast(pl.String)
    return value.cast(pl.String)


def _escaped(value: pl.Expr) -> pl.Expr:
    plain = value.fill_null("")
    for sign, said in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        plain = plain.str.replace_all(sign, said, literal=True)
    rare = plain.str.contains(_ESCAPED)
    return pl.when(rare).then(plain.map_batches(_excel_escapes, pl.String)).otherwise(plain)


def _excel_escapes(texts: pl.Series) -> pl.Series:
    """Control characters as Excel writes them; its own escapes taken literally."""
    literal = texts.str.replace_all(r"(_x[0-9a-fA-F]{4}_)", "_x005F$1")
    found = {sign for text in literal.str.extract_all(r"[\x00-\x08\x0b-\x1f]") for sign in text}
    for sign in sorted(found):
        literal = literal.str.replace_all(sign, f"_x{ord(sign):04X}_", literal=True)
    return literal


def _currencies(block: Block) -> pl.Series:
    """The currency of each row; "" for tables without money."""
    if "currency" in block.frame.columns:
        return block.frame["currency"].fill_null("")
    return pl.repeat("", block.frame.height, eager=True)


def _formats(column: Column, currencies: pl.Series, styles: Styles) -> dict[str, Format]:
    found = currencies.unique().sort().to_list() or [""]
    wrap = column.wrap
    kind = Cell.LINK if column.linked else column.type
    return {name: styles.cell(kind, exponent(name), wrap=wrap) for name in found}


def _left_out(column: Column, values: pl.Series) -> bool:
    """Whether no cell of the column is written: it stays hidden, or carries its format itself."""
    return (column.optional or column.sparse) and without_values(values)


def without_values(values: pl.Series) -> bool:
    """Whether no row of a column holds anything."""
    if values.dtype == pl.String:
        return bool((values.fill_null("") == "").all())
    return values.null_count() == values.len()
