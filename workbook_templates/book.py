"""What every sheet needs while a workbook is written: the file, the close, its frames."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

import polars as pl
from xlsxwriter import Workbook

from recon_engine.messages import Language, text
from recon_engine.model.results import Close
from workbook_templates import words
from workbook_templates.layout import Sheet, Table
from workbook_templates.layout_book import SHEET_OF_TABLE, SHEETS, TABLES
from workbook_templates.own.model import OwnColumn
from workbook_templates.rows import BlockSheet
from workbook_templates.styles import Styles

Page = TypeVar("Page", bound=BlockSheet)
PAPER_A4 = 9
ABOUT_ROW = 1  # 0-based; under the title
_MARGINS_INCH = {"left": 0.4, "right": 0.4, "top": 0.5, "bottom": 0.6}


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a table stands on its sheet, 0-based: header, first and last row of data, and below."""

    header: int
    first: int
    last: int
    below: int


@dataclass(frozen=True)
class Book:
    """A workbook being written.

    Attributes:
        frames: by table name; see frames.close_frames.
        sheets: by the sheet's key.
        template: nothing in it yet: formats and rules reach down to where rows will come, columns
            that may stay empty are shown, and no period is told.
        live: drawn for a workbook that is open in Excel; see drawing.
        own: columns that a person added to our tables.
        tables: by name, with the columns that this workbook shows of them.
        note: what every sheet says besides whose close it is, "" for nothing.
        placed: where each table stands, by name; filled while they are written.
    """

    workbook: Workbook
    close: Close
    language: Language
    frames: Mapping[str, pl.DataFrame]
    styles: Styles
    sheets: Mapping[str, BlockSheet]
    own: tuple[OwnColumn, ...] = ()
    placed: dict[str, Placed] = field(default_factory=dict)
    template: bool = False
    live: bool = False
    tables: Mapping[str, Table] = field(default_factory=lambda: TABLES)
    note: str = ""

    @property
    def has_all_charts(self) -> bool:
        """Whether charts stand even before they have something to show: none is added later."""
        return self.template or self.live

    @property
    def period_name(self) -> str:
        """The period as it is written; "" in a template."""
        return "" if self.template else self.close.period.name

    @property
    def about(self) -> str:
        """Whose close this is, of which period, and what else there is to know of it."""
        parts = (self.close.company, self.period_name, self.note)
        return "  ·  ".join(part for part in parts if part)

    def say(self, key: str, /, **params: object) -> str:
        """A text of the workbook's catalogue in the book's language."""
        return words.say(key, self.language, **params)

    def link(self, sheet: str, cell: str = "A1") -> str:
        """The address of a cell for a hyperlink."""
        name = text(f"workbook.sheet.{sheet}", self.language).replace("'", "''")
        return f"internal:'{name}'!{cell}"

    def currencies(self, table: str) -> list[str]:
        """The currencies of a table, the home currency first."""
        found = self.frames[table]["currency"].drop_nulls().unique().to_list()
        home = self.close.policy.home_currency
        return sorted((c for c in found if c), key=lambda code: (code != home, code))

    def has_rows(self, sheet: Sheet) -> bool:
        """Whether a sheet has anything to show; Home and the sheets without data stand alone."""
        return not sheet.tables or any(self.frames[t.name].height for t in sheet.tables)


def add_sheets(workbook: Workbook, language: Language, kind: type[Page]) -> dict[str, Page]:
    """The empty sheets, named and in their order."""
    return {
        sheet.key: workbook.add_worksheet(
            text(f"workbook.sheet.{sheet.key}", language), worksheet_class=kind
        )
        for sheet in SHEETS
    }


def set_up(book: Book, sheet: Sheet) -> None:
    """Title, period and company, the way home, and the page as it prints."""
    page, styles = book.sheets[sheet.key], book.styles
    page.set_paper(PAPER_A4)
    page.fit_to_pages(sheet.pages_wide, 1 if sheet.key == "home" else 0)
    if sheet.pages_wide > 1:
        page.repeat_columns(0, sheet.frozen - 1)
    page.set_margins(**_MARGINS_INCH)
    page.center_horizontally()
    page.set_footer(f"&C&8{book.say('part.footer')}")
    if not sheet.portrait:
        page.set_landscape()
    if not sheet.gridlines:
        page.hide_gridlines(2)
    if sheet.tab:
        page.set_tab_color(f"#{sheet.tab}")
    if sheet.key == "home":
        return
    page.set_row(0, 24)
    page.write_string(0, 0, book.say(f"title.{sheet.key}"), styles.title())
    page.write_url(ABOUT_ROW, 0, book.link("home"), styles.link(), book.say("home.back"))
    page.write_string(ABOUT_ROW, 1, book.about, styles.note())


def sheet_of(table: str) -> str:
    """The key of the sheet that a table stands on."""
    return SHEET_OF_TABLE[table]
