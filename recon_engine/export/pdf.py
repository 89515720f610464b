"""The PDF of a close: front, sections, running heads and page numbers, one file, same bytes."""

from collections.abc import Sequence
from pathlib import Path

from recon_engine.export.files import write_bytes
from recon_engine.export.pdf_body import draw_sections
from recon_engine.export.pdf_draw import document, draw, type_of
from recon_engine.export.pdf_front import draw_front
from recon_engine.export.pdf_look import FOOTLINE, GREY, HEAD, MARGIN, RULE, SMALL, TOP
from recon_engine.export.pdf_paper import Mark, Page, Paper, Rule, Text
from recon_engine.export.pdf_type import REGULAR, Type
from recon_engine.messages import Language, text
from recon_engine.model.results import Close
from recon_engine.report.data import ReportData, Section
from recon_engine.report.summary import summary


def write_pdf(
    close: Close, target: Path, language: Language, chosen: Sequence[Section] = ()
) -> None:
    """Writes the pack of a close as a PDF of A4 pages.

    Args:
        close: a finished close.
        target: where; replaced as a whole or not at all.
        language: of every word.
        chosen: further reports that shall be in the pack.

    Raises:
        TieoutError: the target cannot be written, as when a reader holds it open.
    """
    write_bytes(target, pdf_bytes(summary(close, language, chosen), language))


def pdf_bytes(report: ReportData, language: Language) -> bytes:
    """A report as PDF; the same report gives the same bytes."""
    with document(report, language) as pdf:
        pages, marks = _pages(report, type_of(pdf, language), language)
        return draw(pdf, pages, marks)


def _pages(report: ReportData, type_: Type, language: Language) -> tuple[list[Page], list[Mark]]:
    """Everything laid out, front first, and the bookmarks."""
    body = Paper(type_)
    draw_sections(body, report.sections)
    front = _front(report, body.marks, type_, language)
    pages = [*front, *body.pages]
    marks = [
        Mark(report.title, 0, 0, 0.0),
        *(mark._replace(page=mark.page + len(front)) for mark in body.marks),
    ]
    for number in range(len(pages)):
        _frame(pages, number, _head(report, marks, number), type_, language)
    return pages, marks


def _front(report: ReportData, marks: list[Mark], type_: Type, language: Language) -> list[Page]:
    """The front, laid out twice: its own length shifts the page numbers it prints."""
    length = 0
    for _ in range(2):
        paper = Paper(type_)
        draw_front(paper, report, marks, length, language)
        length = len(paper.pages)
    return paper.pages


def _head(report: ReportData, marks: list[Mark], number: int) -> tuple[str, str]:
    """The running head: whose close it is, and the section that the page belongs to."""
    sections = [mark for mark in marks if mark.level == 0]
    at_top = [mark for mark in sections if mark.page == number and mark.y <= TOP]
    before = [mark for mark in sections if mark.page < number]
    section = (at_top or before[-1:])[0]
    return f"{report.company}  {report.period.name}".strip(), section.title


def _frame(
    pages: list[Page], number: int, head: tuple[str, str], type_: Type, language: Language
) -> None:
    page = pages[number]
    right = page.width - MARGIN
    foot = page.height - FOOTLINE
    count = text("pdf.page", language, page=number + 1, pages=len(pages))
    _place(page, type_, right, foot, count, right=True)
    page.shapes.append(Rule(MARGIN, foot - 12, right, foot - 12, RULE, 0.5))
    if number:  # the cover needs neither
        _place(page, type_, MARGIN, foot, head[0], right=False)
        _place(page, type_, right, HEAD, head[1], right=True)
        _place(page, type_, MARGIN, HEAD, report_name(language), right=False)
        page.shapes.append(Rule(MARGIN, HEAD + 6, right, HEAD + 6, RULE, 0.5))


def report_name(language: Language) -> str:
    """What the running head calls the document."""
    return f"Tieout  {text('report.title', language)}"


def _place(page: Page, type_: Type, x: float, y: float, words: str, *, right: bool) -> None:
    shown, weight = type_.settle(type_.fit(words, SMALL, page.width * 0.45), REGULAR)
    at = x - type_.width(shown, SMALL) if right else x
    page.texts.append(Text(at, y, shown, SMALL, weight, GREY))
