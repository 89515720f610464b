"""The number formats that columns take when they are written."""

from collections.abc import Mapping
from itertools import groupby

from recon_engine.model.money import exponent
from workbook_templates.drawing import DrawnTable
from workbook_templates.layout import Cell, Column, Table
from workbook_templates.styles import COUNT, DATE, TEXT, money

ODD_RUNS_MAX = 200  # runs of rows whose currency has other decimals; with more, all show the most
_GENERAL = "General"


def formats_of(
    drawn: DrawnTable, table: Table, captions: Mapping[str, str], written: set[str]
) -> tuple[dict[str, str], list[tuple[str, int, int, str]]]:
    """The number formats of written columns, and of the rows whose currency needs another.

    Args:
        drawn: the table as it shall stand.
        table: its layout.
        captions: by column key.
        written: the captions of the columns that are written.
    """
    usual, runs = _decimals(drawn)
    formats, odd = {}, []
    for column in table.columns:
        caption = captions[column.key]
        if caption not in written:
            continue
        formats[caption] = _format(column, usual, computed=column.key in drawn.formulas)
        if column.type is Cell.MONEY:
            odd += [(caption, first, last, money(places)) for first, last, places in runs]
    return formats, odd


def _format(column: Column, places: int, *, computed: bool) -> str:
    if column.type is Cell.MONEY:
        return money(places)
    plain = {Cell.COUNT: COUNT, Cell.DATE: DATE}
    return plain.get(column.type, _GENERAL if computed else TEXT)


def _decimals(drawn: DrawnTable) -> tuple[int, list[tuple[int, int, int]]]:
    """The decimals of most rows, and the runs of rows with others."""
    if drawn.block is None or "currency" not in drawn.block.frame.columns:
        return 2, []
    codes = drawn.block.frame["currency"].fill_null("")
    known = {code: exponent(code) for code in codes.unique()}
    places = [known[code] for code in codes] if len(set(known.values())) > 1 else []
    if not places:
        return next(iter(known.values()), 2), []
    usual = max(set(places), key=lambda digits: (places.count(digits), digits))
    runs, at = [], 0
    for digits, group in groupby(places):
        length = len(list(group))
        if digits != usual:
            runs.append((at, at + length - 1, digits))
        at += length
    return (usual, runs) if len(runs) <= ODD_RUNS_MAX else (max(places), [])
