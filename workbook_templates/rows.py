"""Rows of a table into a sheet: the plain way, cell by cell, and the fast way, as ready XML.

Both write the same cells (a test compares them).  Tables go the fast way: the columns become
strings with polars, and the sheet puts them between its own rows when the file is written.
"""

from collections.abc import Iterator
from decimal import Decimal
from io import StringIO
from typing import Any

import polars as pl
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name, xl_range
from xlsxwriter.worksheet import Worksheet

from recon_engine.model.money import exponent
from workbook_templates.layout import TEXT_MAX, Cell, Column
from workbook_templates.row_xml import Block, block_xml, links_xml
from workbook_templates.styles import Styles

_NOT_XML = ["\ufffe", "\uffff"]  # what XML 1.0 cannot say even escaped


def amount(minor: int, currency: str) -> float:
    """The number that Excel stores for an exact amount: the float nearest to its decimal."""
    return float(Decimal(minor).scaleb(-exponent(currency)))


def fitted(texts: pl.Series) -> pl.Series:
    """Texts as a cell can hold them: cut where they are too long, and visibly so."""
    longest = int(str(texts.str.len_bytes().max() or 0))
    if not longest:
        return texts
    if longest > TEXT_MAX:
        long = pl.col(texts.name).str.len_chars() > TEXT_MAX
        cut = pl.col(texts.name).str.slice(0, TEXT_MAX - 1) + "…"
        texts = texts.to_frame().select(pl.when(long).then(cut).otherwise(texts)).to_series()
    if texts.str.contains_any(_NOT_XML).any():
        texts = texts.str.replace_many(_NOT_XML, "\ufffd")
    return texts


class _Forgetful(dict[tuple[int, int], str]):
    """A dictionary that keeps nothing."""

    def __setitem__(self, key: tuple[int, int], value: str) -> None:
        pass


class BlockSheet(Worksheet):  # type: ignore[misc]  # the library ships no types
    """A worksheet that takes whole blocks of rows as ready XML.

    A row of a block has no other cells, which is seen to when the file is written; hyperlinks and
    formats by condition may lie over it.  Its workbook is a :class:`StraightWorkbook`, whose parts
    take bytes.
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
        self._blocks: list[tuple[int, int, Iterator[bytes]]] = []
        self._ways: list[pl.DataFrame] = []

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

    def put(self, first: int, last: int, last_column: int, xml: Iterator[bytes]) -> None:
        """Takes the XML of the rows ``first`` to ``last`` (0-based, both included)."""
        self._check_dimensions(first, 0)
        self._check_dimensions(last, last_column)
        self._blocks.append((first, last, xml))

    def lead(self, ways: pl.DataFrame) -> None:
        """Takes links within the workbook: ``cell``, and ``to``, the address that it leads to."""
        self._ways.append(ways)

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        """As the library's, which looks in every formula for functions that ours never use."""
        del expand_future_functions
        return formula.removeprefix("=")

    def _write_hyperlinks(self) -> None:
        """The library's own links and ours, in the one list that a sheet has."""
        ways = pl.concat(self._ways) if self._ways else pl.DataFrame()
        if ways.is_empty():
            super()._write_hyperlinks()
            return
        whole, self.fh = self.fh, StringIO()
        super()._write_hyperlinks()
        theirs, self.fh = self.fh.getvalue(), whole
        inner = theirs.removeprefix("<hyperlinks>").removesuffix("</hyperlinks>")
        self.fh.write(f"<hyperlinks>{inner}{links_xml(ways)}</hyperlinks>")

    def _write_rows(self) -> None:
        top, bottom = self.dim_rowmin, self.dim_rowmax
        for first, last, xml in sorted(self._blocks, key=lambda block: block[0]):
            lost = [row for row in self.table if first <= row <= last]
            if lost:
                raise ValueError(f"{self.name}: cells in rows of a block would be lost: {lost}")
            self.dim_rowmax = first - 1
            super()._write_rows()
            for text in xml:
                self.fh.write_bytes(text)
            self.dim_rowmin = last + 1
        self.dim_rowmax = bottom
        super()._write_rows()
        self.dim_rowmin = top


def write_rows(sheet: BlockSheet, block: Block, styles: Styles, *, live: bool = False) -> None:
    """Writes a block, unless the sheet takes it as it is.

    Args:
        sheet: where.
        block: the rows.
        styles: the workbook's formats.
        live: whether some of the cells are going to be written again, as formulas.
    """
    if not sheet.takes(block):
        (write_plain if live else write_fast)(sheet, block, styles)


def write_plain(sheet: BlockSheet, block: Block, styles: Styles) -> None:
    """Cell by cell through XlsxWriter."""
    currencies = block.currencies
    for position, column in enumerate(block.columns):
        values = block.frame[column.key]
        if _left_out(column, values):
            continue
        formats = _formats(column, currencies, styles)
        letters = block.letters
        for row, (value, currency) in enumerate(zip(values, currencies, strict=True), block.top):
            form = formats[currency]
            if column.formula:
                formula = "=" + column.formula.format(
                    row=row + 1, places=exponent(currency), **letters
                )
                sheet.write_formula(row, position, formula, form, amount(value, currency))
                continue
            _write_cell(sheet, (row, position), column, (value, currency), form)


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
    letters = block.letters
    return [
        "=" + column.formula.format(row=row, places=exponent(currency), **letters)
        for row, currency in enumerate(block.currencies, block.top + 1)
    ]


def write_fast(sheet: BlockSheet, block: Block, styles: Styles) -> None:
    """All rows at once, as XML that the sheet puts in its place."""
    last = block.top + block.frame.height - 1
    currencies = block.currencies
    present = [
        (xl_col_to_name(position), column, _formats(column, currencies, styles))
        for position, column in enumerate(block.columns)
        if not _left_out(column, block.frame[column.key])
    ]
    width = len(block.columns) + len(block.extra)
    sheet.put(block.top, last, width - 1, block_xml(block, present))


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
