"""Fonts, colours and number formats, and the one place where XlsxWriter formats are made."""

from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format

from recon_engine.messages import Language
from workbook_templates.layout import Cell

FONTS = {
    Language.EN: "Segoe UI",
    Language.ZH_HANS: "Microsoft YaHei",
    Language.ZH_HANT: "Microsoft JhengHei",
}
FONT_SIZE = 10
TITLE_SIZE = 14

INK, GREY, RULE, HAIR = "#1F2933", "#52606D", "#CBD2D9", "#E4E7EB"
HEADER_FILL, HEADER_TEXT, TOTAL_FILL = "#0B3C5D", "#FFFFFF", "#F0F2F4"
INPUT_FILL, INPUT_TEXT, LINK = "#FFF8E1", "#0B5FA5", "#0B5FA5"
# Okabe and Ito's colours, told apart by colour-blind readers too.
CHART = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00")

# Tone of a status: (fill, text, sign).  The sign stands before the word, so colour is never alone.
TONES = {
    "good": ("#E3F4EA", "#0B6B3A", "✓"),
    "ask": ("#E8F0FB", "#0B5FA5", "?"),
    "bad": ("#FDECEA", "#B3261E", "!"),
    "later": ("#F3EFFA", "#5B3E96", "→"),
    "aside": ("#F0F2F4", "#52606D", "○"),
}
BAND_FILLS = {"item": GREY, "candidate": "#0B5FA5", "input": "#8A6100", "more": GREY}

DATE = "yyyy-mm-dd"
# ``_)`` keeps a figure off the words in the next column.
COUNT = '#,##0_);[Red]-#,##0_);"–"_)'
SHARE = "0.0%"
TEXT = "@"


def money(places: int, *, zero: str = '"–"') -> str:
    """Thousands, the currency's decimals, negative in red with a minus, zero as a dash."""
    digits = f"#,##0.{'0' * places}" if places else "#,##0"
    return f"{digits}_);[Red]-{digits}_);{zero}_)"


def money_zero(places: int) -> str:
    """As :func:`money`, but zero in figures: for differences, where 0.00 is the message."""
    return money(places, zero=f"0.{'0' * places}" if places else "0")


class Styles:
    """Formats of one workbook; the same properties give the same format."""

    def __init__(self, workbook: Workbook, language: Language) -> None:
        self._workbook = workbook
        self._font = FONTS[language]
        self._made: dict[tuple[tuple[str, Any], ...], Format] = {}

    def get(self, **properties: Any) -> Format:
        """The format of these XlsxWriter properties over the house's font and ink."""
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            base = {
                "font_name": self._font,
                "font_size": FONT_SIZE,
                "font_color": INK,
                "valign": "vcenter",
            }
            self._made[key] = self._workbook.add_format(base | properties)
        return self._made[key]

    def title(self) -> Format:
        """The one title of a sheet."""
        return self.get(font_size=TITLE_SIZE, bold=True, font_color=HEADER_FILL)

    def section(self) -> Format:
        """The heading of a part of a sheet."""
        return self.get(bold=True, font_color=HEADER_FILL, font_size=FONT_SIZE + 1)

    def note(self, **more: Any) -> Format:
        """Grey words beside the figures."""
        return self.get(font_color=GREY, **more)

    def link(self, **more: Any) -> Format:
        """A hyperlink's words."""
        return self.get(font_color=LINK, **more)

    def header(self, kind: Cell = Cell.TEXT) -> Format:
        """A table's header cell; explicit, because not every program draws table styles."""
        align: dict[str, Any] = {"align": "left"}
        if kind in {Cell.MONEY, Cell.COUNT}:
            align = {"align": "right", "indent": 1}
        elif kind is Cell.CHECK:
            align = {"align": "center"}
        return self.get(
            bold=True, bg_color=HEADER_FILL, font_color=HEADER_TEXT, text_wrap=True,
            border=1, border_color=RULE, **align,
        )  # fmt: skip

    def cell(self, kind: Cell, places: int = 2, *, wrap: bool = False) -> Format:
        """A cell of a table's row."""
        properties: dict[str, Any] = {"bottom": 1, "bottom_color": HAIR, "valign": "top"}
        if kind is Cell.MONEY:
            properties |= {"num_format": money(places), "align": "right"}
        elif kind is Cell.COUNT:
            properties |= {"num_format": COUNT, "align": "right"}
        elif kind is Cell.DATE:
            properties |= {"num_format": DATE, "align": "left"}
        elif kind is Cell.CHECK:
            properties |= {"align": "center", "bold": True}
        elif kind is Cell.LINK:
            properties |= {"font_color": LINK, "num_format": TEXT}
        elif kind is Cell.INPUT:
            properties |= {
                "num_format": TEXT, "bg_color": INPUT_FILL, "font_color": INPUT_TEXT,
                "border": 1, "border_color": RULE, "locked": False,
            }  # fmt: skip
        else:
            properties |= {"num_format": TEXT}
        if wrap:
            properties["text_wrap"] = True
        return self.get(**properties)

    def column(self, kind: Cell, *, wrap: bool) -> Format:
        """The cells of a template's column that nobody has filled yet: how they will show, bare."""
        properties: dict[str, Any] = {"num_format": TEXT, "valign": "top"}
        if kind is Cell.MONEY:
            properties |= {"num_format": money(2), "align": "right"}
        elif kind is Cell.COUNT:
            properties |= {"num_format": COUNT, "align": "right"}
        elif kind is Cell.DATE:
            properties |= {"num_format": DATE, "align": "left"}
        if wrap:
            properties["text_wrap"] = True
        return self.get(**properties)

    def input_column(self) -> Format:
        """A column of input cells that are not written: text, unlocked, and no fill of its own."""
        return self.get(num_format=TEXT, font_color=INPUT_TEXT, locked=False, valign="top")

    def input_area(self) -> Format:
        """The conditional format that fills such cells where the table stands."""
        return self._workbook.add_format(
            {"bg_color": INPUT_FILL, "border": 1, "border_color": RULE}
        )

    def money(self, places: int, **more: Any) -> Format:
        """An amount outside a table."""
        return self.get(num_format=money(places), align="right", **more)

    def total(self, kind: Cell = Cell.TEXT, places: int = 2, *, soft: bool = False) -> Format:
        """A cell of a line of totals; ``soft`` for the line that follows the filter."""
        properties: dict[str, Any] = {
            "bg_color": TOTAL_FILL, "bold": not soft, "top": 1, "bottom": 1,
            "top_color": RULE, "bottom_color": RULE,
        }  # fmt: skip
        if kind is Cell.MONEY:
            properties |= {"num_format": money(places), "align": "right"}
        elif kind is Cell.COUNT:
            properties |= {"num_format": COUNT, "align": "right"}
        return self.get(**properties)

    def proved(self, places: int, *, total: bool = False) -> Format:
        """An amount in a report that is worth saying when it is zero."""
        look = {"num_format": money_zero(places), "align": "right"}
        if total:
            return self.get(
                bg_color=TOTAL_FILL, bold=True, top=1, bottom=1,
                top_color=RULE, bottom_color=RULE, **look,
            )  # fmt: skip
        return self.get(bottom=1, bottom_color=HAIR, valign="top", **look)

    def tone_plain(self, tone: str) -> Format:
        """As :meth:`tone` for a cell that holds the sign itself."""
        fill, ink, _ = TONES[tone]
        return self._workbook.add_format({"bg_color": fill, "font_color": ink})

    def tone(self, tone: str) -> Format:
        """The conditional format of a status cell: its colours, and its sign before the word."""
        fill, ink, sign = TONES[tone]
        # Made anew on each call: a conditional format's own list, and its number carries the sign.
        return self._workbook.add_format(
            {"bg_color": fill, "font_color": ink, "num_format": f'"{sign} "@'}
        )
