"""The partner copy: a new workbook of a masked close, for whoever is not of the house.

It is made anew and never cut out of the workbook: there is nothing in it that was not written for
it.  It has no macros, notes, names, hidden sheets, links to files, authors or settings, and is no
workbook of ours that could be read back and gone on with.
"""

import datetime as dt
import io
from collections.abc import Collection
from dataclasses import dataclass, replace

import polars as pl

from recon_engine.errors import Code, error
from recon_engine.messages import Language
from recon_engine.report.masked import MaskedClose
from recon_engine.report.restricted import restricted
from recon_engine.trust.columns import Mask, mask_of
from workbook_templates import words
from workbook_templates.book import Book, add_sheets
from workbook_templates.frames import Frames, close_frames
from workbook_templates.layout import Sheet
from workbook_templates.layout_book import TABLES
from workbook_templates.packing import StraightWorkbook
from workbook_templates.partner_layout import OF_A_PART, USUAL, partner_sheets, with_needs
from workbook_templates.partner_page import PartnerPage, Reach
from workbook_templates.render import is_filled, write_sheets
from workbook_templates.sheets.links import write_links
from workbook_templates.styles import Styles


def masked_frames(masked: MaskedClose, language: Language) -> Frames:
    """The frames of a masked close; of columns that nobody has decided about nothing is left."""
    frames = close_frames(masked.close, language)
    return {name: _decided(frame) for name, frame in frames.items()}


def _decided(frame: pl.DataFrame) -> pl.DataFrame:
    dropped = [
        key
        for key, kind in frame.schema.items()
        if kind == pl.String() and mask_of(key) is Mask.DROP
    ]
    return frame.with_columns(pl.lit("").alias(key) for key in dropped)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a month: platforms, wallets or banks, and a store or account of theirs, or ""."""

    channels: tuple[str, ...]
    account: str = ""

    def words(self, language: Language) -> str:
        """What the copy is of, in the words of its sheets."""
        said = words.say("evidence.separator", language).join(
            words.word("channel", channel, language) for channel in self.channels
        )
        return words.say(
            "part.partner_part", language, part=" / ".join(p for p in (said, self.account) if p)
        )


def partner_bytes(
    masked: MaskedClose,
    language: Language,
    chosen: Collection[str] = USUAL,
    part: Part | None = None,
) -> bytes:
    """The copy as bytes, the same for the same close and key.

    Args:
        masked: a masked close.
        language: of captions and words.
        chosen: keys of the sheets, of :data:`partner_layout.NAMES`; of a part those that have one.
        part: what of the month is copied; all of it if not given.

    Raises:
        TieoutError: NOTHING_TO_SHARE, if none of them holds anything.
    """
    chosen = with_needs(chosen)
    if part:
        close = restricted(masked.close, part.channels, part.account)
        masked, chosen = replace(masked, close=close), chosen & OF_A_PART
    frames = masked_frames(masked, language)
    sheets = partner_sheets(chosen, frames)
    stream = io.BytesIO()
    with StraightWorkbook(stream, language) as workbook:
        pages = add_sheets(workbook, language, PartnerPage)
        styles = Styles(workbook, language)
        book = Book(
            workbook, masked.close, language, frames, styles, pages,
            tables=TABLES | {table.name: table for sheet in sheets for table in sheet.tables},
            note=_note(part, language),
        )  # fmt: skip
        shown = [sheet for sheet in sheets if sheet.key in chosen and is_filled(book, sheet)]
        if not shown:
            raise error(Code.NOTHING_TO_SHARE)
        _confine(book, shown)
        write_sheets(book, sheets)
        write_links(book)
        _describe(book)
        # A report that turned out to have nothing to show has hidden itself.
        kept = [key for key in pages if key in chosen and not pages[key].hidden]
        if not kept:
            raise error(Code.NOTHING_TO_SHARE)
        workbook.keep({pages[key].name for key in kept})
    return stream.getvalue()


def _note(part: Part | None, language: Language) -> str:
    said = words.say("part.partner_copy", language)
    return f"{said}  ·  {part.words(language)}" if part else said


def _confine(book: Book, sheets: Collection[Sheet]) -> None:
    """Tells every page that the copy holds these sheets."""
    reach = Reach(
        frozenset(str(book.sheets[sheet.key].name) for sheet in sheets),
        {
            table.name: frozenset(words.captions(table, book.language))
            for sheet in sheets
            for table in sheet.tables
        },
        frozenset({book.say("home.go"), book.say("home.back"), "→"}),
        book.styles.note(),
    )
    for page in book.sheets.values():
        if isinstance(page, PartnerPage):
            page.reach = reach


def _describe(book: Book) -> None:
    """A title and the period's end; nobody's name."""
    day = dt.datetime.combine(book.close.period.end, dt.time(), dt.UTC)
    book.workbook.set_properties({"title": book.say("part.partner_title"), "created": day})
