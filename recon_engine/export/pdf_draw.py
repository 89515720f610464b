"""Draws laid-out pages with fpdf2: same pages, same bytes."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cache
from typing import cast

from fpdf import FPDF, ViewerPreferences
from fpdf.drawing_primitives import DeviceCMYK, DeviceGray, DeviceRGB, convert_to_device_color
from fpdf.enums import PageMode
from fpdf.fonts import TTFFont

from recon_engine import __version__
from recon_engine.export.pdf_look import A4, Colour
from recon_engine.export.pdf_paper import Box, Mark, Page, Rule, Text
from recon_engine.export.pdf_type import BOLD, FONTS, REGULAR, Type
from recon_engine.messages import Language
from recon_engine.report.data import ReportData

FAMILY = "NotoSansSC"
_ARTIFACT = "/Artifact BMC"  # marks what a reader who hears the page does without


@contextmanager
def document(report: ReportData, language: Language) -> Iterator[FPDF]:
    """An empty document with its fonts and properties; closes the font files in the end."""
    pdf = FPDF(unit="pt", format=A4)
    try:
        _prepare(pdf, report, language)
        yield pdf
    finally:
        for font in pdf.fonts.values():
            if isinstance(font, TTFFont):
                font.ttfont.close()


def _prepare(pdf: FPDF, report: ReportData, language: Language) -> None:
    """Fonts and properties; no clock is read."""
    pdf.set_auto_page_break(False)
    pdf.set_margin(0)
    pdf.add_font(FAMILY, REGULAR, FONTS / "NotoSansSC-Regular.ttf")
    pdf.add_font(FAMILY, BOLD, FONTS / "NotoSansSC-Bold.ttf")
    pdf.set_title(f"{report.title} {report.period.name} {report.company}".strip())
    pdf.set_subject(report.subtitle)
    pdf.set_author(report.company or "Tieout")
    pdf.set_creator(f"Tieout {__version__}")
    pdf.set_lang(language.value)
    pdf.set_creation_date(_end_of(report.period.end))
    pdf.page_mode = PageMode.USE_OUTLINES
    pdf.viewer_preferences = ViewerPreferences(display_doc_title=True)


def _end_of(day: date) -> datetime:
    return datetime.combine(day, time(0), UTC)


def type_of(pdf: FPDF, language: Language) -> Type:
    """The measures of the document's fonts."""
    widths = {}
    for weight in (REGULAR, BOLD):
        pdf.set_font(FAMILY, weight, 10)
        font = cast("TTFFont", pdf.current_font)
        widths[weight] = {code: font.cw[code] for code in font.cmap}
    return Type(widths, english=language is Language.EN)


def draw(pdf: FPDF, pages: list[Page], marks: list[Mark]) -> bytes:
    """The finished file.

    Args:
        pdf: from :func:`document`.
        pages: in order.
        marks: bookmarks, their pages 0-based within ``pages``.
    """
    waiting = sorted(marks, key=lambda mark: mark.page)
    for number, page in enumerate(pages):
        pdf.add_page(orientation="landscape" if page.wide else "portrait")
        for mark in [mark for mark in waiting if mark.page == number]:
            pdf.set_y(mark.y)
            pdf.start_section(mark.title, level=mark.level)
        pdf._out(_ARTIFACT)
        _shapes(pdf, page)
        pdf._out("EMC")
        _tagged_texts(pdf, page)
    for number, page in enumerate(pages, start=1):
        pdf.page = number
        for jump in page.jumps:
            link = pdf.add_link(page=jump.page)
            pdf.link(jump.x, jump.y, jump.width, jump.height, link)
    pdf.page = len(pages)
    return bytes(pdf.output())


@cache
def _device(colour: Colour) -> DeviceCMYK | DeviceGray | DeviceRGB:
    """A colour as fpdf2 has it; making it anew for every text took a tenth of the time."""
    return convert_to_device_color(*colour)


def _shapes(pdf: FPDF, page: Page) -> None:
    fill: Colour | None = None
    stroke: tuple[Colour, float] | None = None
    for shape in page.shapes:
        if isinstance(shape, Box):
            if shape.colour != fill:
                fill = shape.colour
                pdf.set_fill_color(*fill)
            pdf.rect(shape.x, shape.y, shape.width, shape.height, style="F")
        elif isinstance(shape, Rule):
            if (shape.colour, shape.width) != stroke:
                stroke = (shape.colour, shape.width)
                pdf.set_draw_color(_device(shape.colour))
                pdf.set_line_width(shape.width)
            pdf.line(shape.x1, shape.y1, shape.x2, shape.y2)


def _tagged_texts(pdf: FPDF, page: Page) -> None:
    """The texts in order, each run under its tag; running heads and feet are decoration."""
    pen = _Pen(pdf)
    at = 0
    for number, tag in enumerate(sorted(page.tags, key=lambda tag: tag.first)):
        if tag.first > at:
            pen.write(_ARTIFACT, page.texts[at : tag.first])
        role = f"/{tag.role}"
        pdf.struct_builder.add_marked_content(
            pdf.page, role, number, tag.title or None, tag.title if tag.role == "Figure" else None
        )
        pen.write(f"{role} <</MCID {number}>> BDC", page.texts[tag.first : tag.end])
        at = tag.end
    if at < len(page.texts):
        pen.write(_ARTIFACT, page.texts[at:])
    if page.tags:
        pdf.pages[pdf.page].struct_parents = pdf.struct_builder.spid_per_page_number[pdf.page]


@dataclass(slots=True)
class _Pen:
    """Writes texts; colour and font are said only where they change."""

    pdf: FPDF
    colour: Colour | None = None
    font: tuple[str, float] | None = None

    def write(self, opening: str, texts: list[Text]) -> None:
        """Texts between an opening of marked content and its end."""
        pdf = self.pdf
        pdf._out(opening)
        for text in texts:
            if text.colour != self.colour:  # text equal to fill is what fpdf2 writes shortest
                self.colour = text.colour
                pdf.set_fill_color(_device(text.colour))
                pdf.set_text_color(_device(text.colour))
            if (text.weight, text.size) != self.font:
                self.font = (text.weight, text.size)
                pdf.set_font(FAMILY, text.weight, text.size)
            pdf.text(text.x, text.y, text.text)
        pdf._out("EMC")
