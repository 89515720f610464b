"""Ranges of cells: values, formulas, formats, rows put in and taken out."""

import datetime as dt
from contextlib import contextmanager

from xlwings import base_classes, utils

from tests.live.calc import typed
from tests.live.calc.wire import WIRE

IS_DATE, IS_TEXT, IS_LOGICAL = 2, 256, 1024  # com.sun.star.util.NumberFormat
_ERROR_RESULTS = 4
_POINT_MM100 = 35.28
_CHARACTER_MM100, _MARGIN_MM100 = 189, 130  # a column's width in Calc's hundredths of a millimetre


class Range(base_classes.Range):
    """A rectangle of cells; ``first`` and ``last`` are 1-based (row, column), both included."""

    def __init__(self, sheet, first, last) -> None:
        self.sheet, self.first, self.last = sheet, first, last
        self._held = None

    @property
    def held(self):
        """The UNO range, asked for once."""
        if self._held is None:
            (row, column), (last_row, last_column) = self.first, self.last
            self._held = self.sheet.held.getCellRangeByPosition(
                column - 1, row - 1, last_column - 1, last_row - 1
            )
        return self._held

    api = property(lambda self: self)
    row = property(lambda self: self.first[0])
    column = property(lambda self: self.first[1])
    max_cells_per_read = max_cells_per_write = property(lambda _: None)

    @property
    def shape(self):
        return self.last[0] - self.first[0] + 1, self.last[1] - self.first[1] + 1

    @property
    def coords(self):
        return self.sheet.name, *self.first, *self.shape

    def get_address(self, row_absolute=True, col_absolute=True, external=False):
        corners = [self.first, self.last] if len(self) > 1 else [self.first]
        parts = [f"${utils.col_name(column)}${row}" for row, column in corners]
        return ":".join(parts)

    address = property(get_address)

    def __len__(self):
        rows, columns = self.shape
        return rows * columns

    def __call__(self, row, column=None):
        if column is None:
            width = self.shape[1]
            row, column = (row - 1) // width + 1, (row - 1) % width + 1
        at = (self.first[0] + row - 1, self.first[1] + column - 1)
        return Range(self.sheet, at, at)

    def _part(self, row, column, rows=1, columns=1):
        """A part of the UNO range, 0-based."""
        return self.held.getCellRangeByPosition(column, row, column + columns - 1, row + rows - 1)

    # values -----------------------------------------------------------------------------------

    @property
    def raw_value(self):
        WIRE.call("read", len(self))
        rows = self._with_errors(self._with_types(self.held.getDataArray()))
        if len(self) == 1:
            return None if rows[0][0] == "" else rows[0][0]
        return rows

    def _with_types(self, rows):
        """Dates and truth values, told by the number formats of whole areas."""
        converted = None
        areas = self.held.UniqueCellFormatRanges
        for n in range(areas.Count):
            area = areas.getByIndex(n)
            kind = self.sheet.book.format_type(area.NumberFormat) if area.NumberFormat else 0
            if kind & IS_LOGICAL:
                made = bool
            elif kind & IS_DATE:
                made = typed.moment
            else:
                continue
            converted = converted or [list(row) for row in rows]
            for part in area.RangeAddresses:
                self._convert(converted, part, made)
        return converted or rows

    def _convert(self, rows, part, made):
        first = part.StartColumn - self.column + 1
        last = part.EndColumn - self.column + 1
        for row in rows[part.StartRow - self.row + 1 : part.EndRow - self.row + 2]:
            for n in range(first, last + 1):
                if type(row[n]) is float:
                    row[n] = made(row[n])

    def _with_errors(self, rows):
        wrong = self.held.queryFormulaCells(_ERROR_RESULTS)
        if not wrong.Count:
            return rows
        rows = [list(row) for row in rows]
        for part in wrong.RangeAddresses:
            for row in range(part.StartRow, part.EndRow + 1):
                for column in range(part.StartColumn, part.EndColumn + 1):
                    rows[row - self.row + 1][column - self.column + 1] = None
        return rows

    @raw_value.setter
    def raw_value(self, data):
        WIRE.call("write", len(self))
        if not isinstance(data, list | tuple):
            data = [[data] * self.shape[1]] * self.shape[0]
        text = self._text_columns()
        marked: dict[tuple[int, str], list[int]] = {}
        typed_later: list[tuple[int, int, str]] = []
        rows = []
        for n, row in enumerate(data):
            made = []
            for column, value in enumerate(row):
                stored, code, later = _stored(value, column in text)
                made.append(stored)
                if code:
                    marked.setdefault((column, code), []).append(n)
                if later:
                    typed_later.append((n, column, value))
            rows.append(tuple(made))
        self.held.setDataArray(tuple(rows))
        for (column, code), at in marked.items():
            self._mark(column, code, at)
        for row, column, value in typed_later:
            self._type(row, column, value)

    def _text_columns(self):
        """The columns whose cells are all formatted as text."""
        rows, width = self.shape
        covered = [0] * width
        areas = self.held.UniqueCellFormatRanges
        for n in range(areas.Count):
            area = areas.getByIndex(n)
            if not self.sheet.book.format_type(area.NumberFormat) & IS_TEXT:
                continue
            for part in area.RangeAddresses:
                for column in range(part.StartColumn, part.EndColumn + 1):
                    covered[column - self.column + 1] += part.EndRow - part.StartRow + 1
        return {column for column, count in enumerate(covered) if count == rows}

    def _mark(self, column, code, rows):
        """A date brings its format along where the cell has none."""
        key = self.sheet.book.format_key(code)
        first = last = rows[0]
        for row in [*rows[1:], None]:
            if row is not None and row == last + 1:
                last = row
                continue
            part = self._part(first, column, last - first + 1)
            if part.NumberFormat == 0:
                part.NumberFormat = key
            first = last = row

    def _type(self, row, column, value):
        """A text that Excel would read as a number, a date or a formula."""
        cell = self.held.getCellByPosition(column, row)
        cell.setFormula(typed.calc_formula(value))
        if typed.LOOKS_LIKE_A_DATE.match(value) and cell.NumberFormat == 0:
            cell.NumberFormat = self.sheet.book.format_key(typed.DATE_CODE)

    # formulas ---------------------------------------------------------------------------------

    @property
    def formula(self):
        WIRE.call("read", len(self))
        rows = [[typed.excel_formula(text) for text in row] for row in self.held.getFormulaArray()]
        return rows[0][0] if len(self) == 1 else rows

    @formula.setter
    def formula(self, data):
        WIRE.call("formula", len(self))
        if isinstance(data, str):
            data = [[data] * self.shape[1]] * self.shape[0]
        text = self._text_columns()
        if text:
            data = [
                [f"'{cell}" if n in text and cell else cell for n, cell in enumerate(row)]
                for row in data
            ]
        self.held.setFormulaArray(tuple(tuple(map(typed.calc_formula, row)) for row in data))

    # formats ----------------------------------------------------------------------------------

    @property
    def number_format(self):
        key = self.held.NumberFormat
        return self.sheet.book.document.NumberFormats.getByKey(key).FormatString

    @number_format.setter
    def number_format(self, code):
        WIRE.call("format", len(self))
        self.held.NumberFormat = self.sheet.book.format_key(code)

    @property
    def column_width(self):
        return (self.held.Columns.Width - _MARGIN_MM100) / _CHARACTER_MM100

    @column_width.setter
    def column_width(self, characters):
        WIRE.call("format")
        self.held.Columns.Width = int(characters * _CHARACTER_MM100 + _MARGIN_MM100)

    @property
    def row_height(self):
        """None where rows differ, as in Excel; Calc itself answers for the first row."""
        rows = self.held.Rows
        every = [rows.getByIndex(n) for n in range(rows.Count)]
        heights = {row.Height if row.IsVisible else 0 for row in every}
        return heights.pop() / _POINT_MM100 if len(heights) == 1 else None

    @row_height.setter
    def row_height(self, points):
        WIRE.call("format")
        self.held.Rows.IsVisible = points > 0
        if points:
            self.held.Rows.Height = round(points * _POINT_MM100)

    @property
    def column_hidden(self):
        return _one(self.held.Columns.IsVisible, negate=True)

    @column_hidden.setter
    def column_hidden(self, value):
        WIRE.call("format")
        self.held.Columns.IsVisible = not value

    @property
    def row_hidden(self):
        return _one(self.held.Rows.IsVisible, negate=True)

    @row_hidden.setter
    def row_hidden(self, value):
        WIRE.call("format")
        self.held.Rows.IsVisible = not value

    # shape ------------------------------------------------------------------------------------

    def insert(self, shift=None, copy_origin=None):
        from com.sun.star.sheet.CellInsertMode import DOWN, ROWS  # noqa: PLC0415

        WIRE.call("insert")
        mode = ROWS if self._whole_rows else DOWN
        self.sheet.held.insertCells(self.held.RangeAddress, mode)

    def delete(self, shift=None):
        from com.sun.star.sheet.CellDeleteMode import ROWS, UP  # noqa: PLC0415

        WIRE.call("delete")
        mode = ROWS if self._whole_rows else UP
        self.sheet.held.removeRange(self.held.RangeAddress, mode)

    @property
    def _whole_rows(self) -> bool:
        return self.shape[1] > 1000

    def clear_contents(self):
        WIRE.call("write", len(self))
        self.held.clearContents(1 | 2 | 4 | 16)  # values, dates, texts, formulas

    def copy(self, destination=None):
        """All of the cells, formats included, into another place, also of another book."""
        WIRE.call("copy", len(self))
        destination = getattr(destination, "impl", destination)
        source, target = self.sheet.book.document, destination.sheet.book.document
        with _in_view(self.sheet.held, source):
            source.CurrentController.select(self.held)
            carried = source.CurrentController.getTransferable()
        with _in_view(destination.sheet.held, target):
            corner = destination.held.getCellRangeByPosition(0, 0, 0, 0)
            target.CurrentController.select(corner)
            target.CurrentController.insertTransferable(carried)

    def select(self):
        self.sheet.book.selected = self
        self.sheet.book.document.CurrentController.setActiveSheet(self.sheet.held)
        self.sheet.book.document.CurrentController.select(self.held)


@contextmanager
def _in_view(page, document):
    """A sheet as the active one for a while; Calc copies and pastes only what could be seen."""
    shown, page.IsVisible = page.IsVisible, True
    before = document.CurrentController.ActiveSheet
    document.CurrentController.setActiveSheet(page)
    yield
    page.IsVisible = shown
    document.CurrentController.setActiveSheet(before)


def _is_formula(cell) -> bool:
    return isinstance(cell, str) and cell.startswith("=")


def _one(value, *, negate: bool):
    """A property that a mixed range does not have."""
    return None if value is None else (not value if negate else value)


def _stored(value, as_text: bool):
    """What a cell stores for a value; the format a date brings; whether Excel would parse it."""
    if type(value) is float:
        return value, "", False
    if type(value) is str:
        later = bool(value) and not as_text and typed.LOOKS_TYPED.match(value) is not None
        return ("" if later else value), "", later
    if value is None:
        return "", "", False
    if isinstance(value, bool):
        return float(value), "BOOLEAN", False
    if isinstance(value, int):
        return float(value), "", False
    if isinstance(value, dt.datetime):
        whole = value.time() == dt.time()
        return typed.serial(value), typed.DATE_CODE if whole else typed.DATE_TIME_CODE, False
    if isinstance(value, dt.date):
        return typed.serial(value), typed.DATE_CODE, False
    raise TypeError(f"no cell takes {value!r}")
