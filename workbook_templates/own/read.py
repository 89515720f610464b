"""Finds what a person added to a workbook of ours, and what of it cannot be kept."""

from collections.abc import Iterator

from recon_engine.errors import Problem, TieoutError
from recon_engine.messages import text
from workbook_templates.layout_book import SHEETS
from workbook_templates.own.columns import own_columns
from workbook_templates.own.loose import loose_cells
from workbook_templates.own.model import Additions
from workbook_templates.own.notes import notes
from workbook_templates.own.sheets import own_sheets, refusals
from workbook_templates.source import FileSource


def additions(data: bytes, file: str) -> Additions:
    """What a person added to a workbook.

    Args:
        data: the workbook, as any program saved it.
        file: its name, for errors.

    Raises:
        TieoutError: with everything that cannot be carried over, and why.
    """
    source = FileSource(data, file)
    names = {s.key: text(f"workbook.sheet.{s.key}", source.language) for s in SHEETS}
    sheets = own_sheets(data, names)
    columns, told = own_columns(source, sheets)
    problems: Iterator[Problem] | list[Problem] = [
        *refusals(sheets, file, names), *told, *loose_cells(source, sheets),
    ]  # fmt: skip
    if problems:
        raise TieoutError(problems)
    return Additions(sheets, tuple(notes(source, sheets)), tuple(columns))
