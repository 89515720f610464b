"""Paper: pages that fill from top to bottom with texts, rules and boxes, before any PDF is made.

Laying out first and drawing later is what makes page numbers, contents and repeated heads simple:
the number of pages is known when the first line is drawn.  Lengths are points, from the top left;
a text's ``y`` is its baseline.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NamedTuple

from recon_engine.export.pdf_look import A4, FOOT, INK, LEADING, MARGIN, TOP, Colour
from recon_engine.export.pdf_type import REGULAR, Type


class Text(NamedTuple):
    """A text on one line."""

    x: float
    y: float
    text: str
    size: float
    weight: str
    colour: Colour


class Box(NamedTuple):
    """A filled rectangle."""

    x: float
    y: float
    width: float
    height: float
    colour: Colour


class Rule(NamedTuple):
    """A straight line."""

    x1: float
    y1: float
    x2: float
    y2: float
    colour: Colour
    width: float


class Jump(NamedTuple):
    """An area that leads to another page (1-based)."""

    x: float
    y: float
    width: float
    height: float
    page: int


class Tag(NamedTuple):
    """What some texts of a page are to a reader who hears it: a heading, a table, a figure."""

    role: str  # of the PDF standard: H1, H2, P, Table, Figure
    first: int  # of the page's texts
    end: int
    title: str


@dataclass(slots=True)
class Page:
    """What stands on one page, in drawing order: boxes and rules lie under texts."""

    wide: bool
    shapes: list[Box | Rule] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    jumps: list[Jump] = field(default_factory=list)
    tags: list[Tag] = field(default_factory=list)

    @property
    def width(self) -> float:
        """Of the sheet."""
        return A4[1] if self.wide else A4[0]

    @property
    def height(self) -> float:
        """Of the sheet."""
        return A4[0] if self.wide else A4[1]


class Mark(NamedTuple):
    """A place worth a bookmark: its title, depth, and 0-based page."""

    title: str
    level: int
    page: int
    y: float


class Paper:
    """Pages being filled; ``y`` is where the next thing goes."""

    def __init__(self, type_: Type) -> None:
        self.type = type_
        self.pages: list[Page] = []
        self.marks: list[Mark] = []
        self.y = 0.0

    @property
    def page(self) -> Page:
        """The page being filled."""
        return self.pages[-1]

    @property
    def left(self) -> float:
        """Where lines begin."""
        return MARGIN

    @property
    def right(self) -> float:
        """Where lines end."""
        return self.page.width - MARGIN

    @property
    def width(self) -> float:
        """From margin to margin."""
        return self.right - self.left

    @property
    def room(self) -> float:
        """Height left on the page."""
        return self.page.height - FOOT - self.y

    def turn(self, *, wide: bool) -> None:
        """A new page."""
        self.pages.append(Page(wide))
        self.y = TOP

    def need(self, height: float) -> bool:
        """Turns the page where ``height`` no longer fits; says whether it did."""
        turned = self.room < height and self.y > TOP
        if turned:
            self.turn(wide=self.page.wide)
        return turned

    def mark(self, title: str, level: int) -> None:
        """Remembers this place for contents and bookmarks."""
        self.marks.append(Mark(title, level, len(self.pages) - 1, self.y))

    @contextmanager
    def tagged(self, role: str, title: str = "") -> Iterator[None]:
        """Whatever texts come within are tagged, on every page they run over; never nested."""
        number, first = len(self.pages) - 1, len(self.page.texts)
        yield
        for page in self.pages[number:]:
            if len(page.texts) > first:
                page.tags.append(Tag(role, first, len(page.texts), title))
            first = 0

    def text(
        self, x: float, y: float, text: str, size: float, weight: str = REGULAR, *,
        colour: Colour = INK, right: bool = False,
    ) -> None:  # fmt: skip
        """A text with its baseline at ``y``, from ``x`` on, or up to it where ``right``."""
        text, weight = self.type.settle(text, weight)
        if right:
            x -= self.type.width(text, size, weight)
        self.page.texts.append(Text(x, y, text, size, weight, colour))

    def box(self, x: float, y: float, width: float, height: float, colour: Colour) -> None:
        """A filled rectangle."""
        self.page.shapes.append(Box(x, y, width, height, colour))

    def rule(
        self, x1: float, y1: float, x2: float, y2: float, colour: Colour, *, width: float = 0.5
    ) -> None:
        """A straight line."""
        self.page.shapes.append(Rule(x1, y1, x2, y2, colour, width))

    def paragraph(
        self, text: str, size: float, weight: str = REGULAR, colour: Colour = INK
    ) -> None:
        """Wrapped lines over the whole width, each on a page with room for it."""
        with self.tagged("P"):
            for line in self.type.wrap(text, size, self.width, weight=weight):
                self.need(size * LEADING)
                self.y += size * LEADING
                foot = self.y - size * (LEADING - 1)
                self.text(self.left, foot, line, size, weight, colour=colour)
