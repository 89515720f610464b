"""What a workbook is made of: the shapes in which the layout is declared, as frozen data.

Nothing here draws or reads.  A table is known by its name and a column by its key, both the same
in every language; captions and words are looked up when a workbook is written or read.
"""

from dataclasses import dataclass
from enum import StrEnum

LAYOUT_VERSION = 1
ROWS_MAX = 1_048_576  # of an Excel sheet
TEXT_MAX = 32_767  # characters of an Excel cell
LINKS_MAX = 65_000  # hyperlinks of an Excel sheet are 65,530; a few go elsewhere


class Cell(StrEnum):
    """What the cells of a column hold; decides their number format and how they are read back."""

    TEXT = "text"
    ID = "id"  # text that may look like a number and never is one
    WORD = "word"  # a code, shown in the reader's language
    STATUS = "status"  # a word that is coloured by its code
    DATE = "date"
    MONEY = "money"  # minor units of the row's ``currency``
    COUNT = "count"
    CHECK = "check"  # ✓ or !
    INPUT = "input"  # the person's own cell
    LINK = "link"


TEXTS = frozenset({Cell.TEXT, Cell.ID, Cell.WORD, Cell.STATUS, Cell.CHECK, Cell.INPUT, Cell.LINK})


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    Attributes:
        key: its name in frames; the same in every language.
        type: what its cells hold.
        width: in characters of the default font.
        caption: key of its caption under ``workbook.column``; the column's own key when "".
        words: table of words its codes are shown in, "" when it holds no codes.
        total: whether the lines of totals add it up.
        wrap: long text goes on in the next line.
        optional: left hidden when no row has a value.
        folded: in the outline to the right, collapsed.
        band: key of the heading above a group of columns.
        printed: whether the column is worth paper.
        formula: of every row, ``{row}`` its number and ``{key}`` the letter of a column.
        sparse: mostly empty; a cell is written only where something stands in it.
        linked: its cells lead to another sheet, see sheets/links.py.
    """

    key: str
    type: Cell
    width: float
    caption: str = ""
    words: str = ""
    total: bool = False
    wrap: bool = False
    optional: bool = False
    folded: bool = False
    band: str = ""
    printed: bool = True
    formula: str = ""
    sparse: bool = False
    linked: bool = False

    @property
    def caption_key(self) -> str:
        """Key of the caption in the message catalogues."""
        return f"workbook.column.{self.caption or self.key}"


@dataclass(frozen=True, slots=True)
class Table:
    """An Excel table: its name in the file, and its columns."""

    name: str
    columns: tuple[Column, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of the columns, in order."""
        return tuple(column.key for column in self.columns)

    def column(self, key: str) -> Column:
        """The column of that key."""
        return next(column for column in self.columns if column.key == key)

    def position(self, key: str) -> int:
        """0-based position of the column of that key."""
        return self.keys.index(key)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: the key of its name and title, its tables from top to bottom, and its print setup.

    Attributes:
        key: under ``workbook.sheet`` and ``workbook.title``.
        tables: written in this order.
        frozen: columns that stay in view when scrolling right.
        gridlines: drawn on screen; off where the sheet reads like a page.
        pages_wide: sheets of paper side by side that its columns take.
        portrait: printed upright; landscape otherwise.
        tab: colour of the tab, "" for none.
    """

    key: str
    tables: tuple[Table, ...] = ()
    frozen: int = 0
    gridlines: bool = True
    pages_wide: int = 1
    portrait: bool = False
    tab: str = ""
