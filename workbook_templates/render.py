"""A close into a workbook file: same close, same bytes; written beside its target, then moved."""

import datetime as dt
import io
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from recon_engine.export.replacing import replace_file
from recon_engine.messages import Language
from recon_engine.model.results import Close
from workbook_templates.book import Book, add_sheets, set_up
from workbook_templates.frames import close_frames
from workbook_templates.layout import LAYOUT_VERSION, Sheet
from workbook_templates.layout_book import SHEETS
from workbook_templates.own.model import NOTHING_ADDED, Additions
from workbook_templates.own.notes import write_notes
from workbook_templates.own.sheets import mark, with_own_sheets
from workbook_templates.packing import StraightWorkbook
from workbook_templates.pages import Pages, drawn, number_of
from workbook_templates.properties import LANGUAGE_PROPERTY, LAYOUT_PROPERTY, PAGES_PROPERTY
from workbook_templates.rows import BlockSheet
from workbook_templates.sheets.analysis import write_analysis
from workbook_templates.sheets.files import write_files
from workbook_templates.sheets.home import write_home
from workbook_templates.sheets.links import write_links
from workbook_templates.sheets.lists import write_list
from workbook_templates.sheets.money import (
    write_comparison,
    write_custom,
    write_goods,
    write_remittance,
    write_statement,
)
from workbook_templates.sheets.pictures import write_pictures
from workbook_templates.sheets.proof import write_proof
from workbook_templates.sheets.receivables import write_receivables
from workbook_templates.sheets.settings import write_settings
from workbook_templates.sheets.sign_off import write_sign_off
from workbook_templates.styles import Styles

# Custom document properties by which a workbook is known as ours and read back.
_ALWAYS_SHOWN = frozenset(
    {"home", "settings", "exceptions", "analysis", "proof", "files", "custom"}
)
# Sheets that hold more than their one table.
_NO_LISTS = frozenset({"settings", "receivables", "statement", "comparison", "custom", "analysis"})
_SHOWN_IN_TEMPLATE = frozenset({"orders", "settlements", "bank", "matches", "receivables"})
# What only the engine reads back.
_NEVER_SHOWN = frozenset({"decision_records", "originals", "earlier"})


def render_close(
    close: Close,
    target: Path,
    language: Language,
    typed: pl.DataFrame | None = None,
    added: Additions = NOTHING_ADDED,
) -> Path | None:
    """Writes the monthly-close workbook.

    Args:
        close: a finished close.
        target: where; replaced as a whole or not at all, and what stood there is kept.
        language: of captions and words; the workbook remembers it.
        typed: TYPED, what a person typed and no run has taken up; it stands in its cells again.
        added: what a person added to the workbook this one follows.

    Returns:
        Where the workbook that stood there is kept; none where none did.

    Raises:
        TieoutError: the target cannot be written or is open, a list is longer than a sheet, or a
            kind of record has no sheet.
    """
    return replace_file(target, workbook_bytes(close, language, typed, added))


def workbook_bytes(
    close: Close,
    language: Language,
    typed: pl.DataFrame | None = None,
    added: Additions = NOTHING_ADDED,
    *,
    template: bool = False,
    whole: bool = False,
) -> bytes:
    """The workbook as bytes, the same for the same close.

    Args:
        close: a finished close; one of nothing for a template.
        language: of captions and words.
        typed: as of :func:`render_close`.
        added: as of :func:`render_close`.
        template: whether rows are still to come; see :class:`Book`.
        whole: with every chart, for a workbook that is going to be filled.
    """
    frames = close_frames(close, language, typed)
    stream = io.BytesIO()
    with StraightWorkbook(stream, language) as workbook:
        book = Book(
            workbook,
            close,
            language,
            frames,
            Styles(workbook, language),
            add_sheets(workbook, language, BlockSheet),
            added.columns,
            template=template,
            live=whole,
        )
        write_sheets(book)
        _describe(book)
        write_links(book)
        write_notes(book, added.notes)
    written = stream.getvalue()
    return with_own_sheets(written, added.sheets) if added.sheets else written


def laid_out_pages(
    close: Close, language: Language, typed: pl.DataFrame | None, added: Additions
) -> Pages:
    """The cells that a workbook fills on its pages; nothing is written.

    Args:
        close: a finished close.
        language: as of :func:`render_close`, like the others.
        typed: see there.
        added: see there.
    """
    workbook = StraightWorkbook(io.BytesIO(), language)
    book = Book(
        workbook,
        close,
        language,
        close_frames(close, language, typed),
        Styles(workbook, language),
        add_sheets(workbook, language, BlockSheet),
        added.columns,
    )
    write_sheets(book)
    return drawn(book)


def write_sheets(book: Book, sheets: Sequence[Sheet] = SHEETS) -> None:
    """Every sheet of the layout, whatever kind of page takes it.

    Args:
        book: the workbook being written.
        sheets: all of them, their tables with the columns that this workbook shows.
    """
    for sheet in sheets:
        set_up(book, sheet)
        if not sheet.tables:
            name = book.say(f"sheet.{sheet.key}").replace("'", "''")
            book.workbook.define_name(mark(sheet.key), f"='{name}'!$A$1")
        if sheet.key in _NEVER_SHOWN or not is_filled(book, sheet):
            book.sheets[sheet.key].hide()
    write_settings(book)
    write_receivables(book)
    write_statement(book)
    write_remittance(book)
    write_goods(book)
    write_comparison(book)
    write_custom(book)
    write_files(book)
    write_sign_off(book)
    write_analysis(book)
    write_pictures(book)
    write_home(book, write_proof(book))
    for sheet in sheets:
        if _is_list(sheet):
            write_list(book, sheet)


def is_filled(book: Book, sheet: Sheet) -> bool:
    """Whether a sheet has something to show; some stand empty too, because they say so."""
    shown = _ALWAYS_SHOWN | _SHOWN_IN_TEMPLATE if book.template else _ALWAYS_SHOWN
    pictured = sheet.key == "pictures" and bool(book.frames["Orders"].height)
    return sheet.key in shown or book.has_rows(sheet) or pictured


def _is_list(sheet: Sheet) -> bool:
    """Whether the sheet is nothing but one table."""
    return len(sheet.tables) == 1 and sheet.key not in _NO_LISTS


def _describe(book: Book) -> None:
    """Document properties; the date is the period's end, because there is no clock here."""
    close = book.close
    day = dt.datetime.combine(close.period.end, dt.time(), dt.UTC)
    book.workbook.set_properties(
        {
            "title": book.about or book.say("part.subject"),
            "subject": book.say("part.subject"),
            "author": "Tieout",
            "company": close.company,
            "category": book.say("part.subject"),
            "created": day,
        }
    )
    book.workbook.set_custom_property(LAYOUT_PROPERTY, LAYOUT_VERSION, "number")
    book.workbook.set_custom_property(LANGUAGE_PROPERTY, book.language.value, "text")
    book.workbook.set_custom_property(PAGES_PROPERTY, number_of(drawn(book)), "text")
