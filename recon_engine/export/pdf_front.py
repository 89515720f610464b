"""The front of the report: title, proof, verdict, headline figures, sign-off, contents."""

from recon_engine import __version__
from recon_engine.export.pdf_cells import show, tone_colour
from recon_engine.export.pdf_look import (
    BODY,
    FOOTLINE,
    GREY,
    HEADER,
    HEADING,
    LEADING,
    RULE,
    SMALL,
    TITLE,
    TONES,
)  # fmt: skip
from recon_engine.export.pdf_paper import Jump, Mark, Paper
from recon_engine.export.pdf_table import draw_table
from recon_engine.export.pdf_type import BOLD
from recon_engine.messages import Language, text
from recon_engine.report.data import ReportData, SignOff, Status, Type

ENTRY = 15.0  # height of a line of the contents
_STATE_WIDTH, _CAPTION_WIDTH = 110.0, 58.0  # points: of the sign-off's state, of "Prepared by"


def draw_front(
    paper: Paper, report: ReportData, marks: list[Mark], offset: int, language: Language
) -> None:
    """Draws the cover and the contents.

    Args:
        paper: empty.
        report: what to show.
        marks: the places that the contents name.
        offset: pages before the first of those that ``marks`` counts.
        language: of the words that are the PDF's own.
    """
    paper.turn(wide=False)
    with paper.tagged("H1"):
        _title(paper, report)
    with paper.tagged("P"):
        _verdict(paper, report.verdict)
    draw_table(paper, report.proof)
    with paper.tagged("P"):
        _figures(paper, report)
    draw_table(paper, report.chain)
    with paper.tagged("P"):
        _sign_off(paper, report.sign_off, language)
    with paper.tagged("TOC"):
        _contents(paper, marks, offset, language)


def _title(paper: Paper, report: ReportData) -> None:
    paper.y = 74
    paper.text(paper.left, paper.y, report.title, TITLE, BOLD, colour=HEADER)
    paper.text(paper.right, paper.y, "Tieout", HEADING, BOLD, colour=GREY, right=True)
    paper.y += HEADING
    paper.text(paper.left, paper.y + 4, report.subtitle, BODY, colour=GREY)
    paper.y += 16
    paper.rule(paper.left, paper.y, paper.right, paper.y, HEADER, width=1.6)
    paper.y += 8
    widest = max(paper.type.width(caption, BODY) for caption, _ in report.facts) + 16
    for caption, fact in report.facts:
        paper.y += BODY * 1.7
        paper.text(paper.left, paper.y, caption, BODY, colour=GREY)
        room = paper.width - widest
        paper.text(paper.left + widest, paper.y, paper.type.fit(fact, BODY, room, BOLD), BODY, BOLD)
    paper.y += 18


def _verdict(paper: Paper, verdict: Status) -> None:
    ink, ground, _ = TONES[verdict.tone]
    paper.box(paper.left, paper.y, paper.width, 26, ground)
    paper.box(paper.left, paper.y, 3, 26, ink)
    shown = show(verdict, Type.WORD)
    line = paper.type.fit(shown.text, BODY + 1, paper.width - 24, BOLD)
    paper.text(paper.left + 12, paper.y + 16.5, line, BODY + 1, BOLD, colour=ink)
    paper.y += 28


def _figures(paper: Paper, report: ReportData) -> None:
    slot = paper.width / len(report.figures)
    paper.y += 8
    for number, figure in enumerate(report.figures):
        x = paper.left + number * slot
        shown = show(figure.value, figure.type, figure.currency)
        paper.text(x, paper.y + 18, shown.text, 17, BOLD, colour=tone_colour(figure.tone))
        for row, line in enumerate(paper.type.wrap(figure.caption, SMALL, slot - 8, 2)):
            paper.text(x, paper.y + 31 + row * SMALL * LEADING, line, SMALL, colour=GREY)
        if number:
            paper.rule(x - 8, paper.y + 2, x - 8, paper.y + 40, RULE)
    paper.y += 56


def _sign_off(paper: Paper, signed: SignOff, language: Language) -> None:
    height = 62.0 + (14.0 if signed.log else 0.0)
    paper.need(height)
    y, x = paper.y, paper.left
    paper.rule(x, y, paper.right, y, RULE)
    paper.text(x, y + 16, text("pdf.cover.signed", language), BODY, BOLD)
    shown = show(signed.status, Type.WORD)
    for row, said in enumerate(paper.type.wrap(shown.text, BODY, _STATE_WIDTH - 10, 3)):
        paper.text(x, y + 32 + row * BODY * LEADING, said, BODY, colour=shown.colour)
    slot = (paper.width - _STATE_WIDTH) / 2
    parts = (("preparer", signed.prepared), ("reviewer", signed.reviewed))
    for number, (role, by) in enumerate(parts):
        start = x + _STATE_WIDTH + number * slot
        for line, (caption, written) in enumerate(((role, by.name), ("date", by.day))):
            foot = y + 22 + line * 24
            words = text(f"pdf.cover.{caption}", language)
            paper.text(start, foot, words, SMALL, colour=GREY)
            room = slot - 14 - _CAPTION_WIDTH
            fitted = paper.type.fit(written, BODY, room)
            paper.text(start + _CAPTION_WIDTH, foot, fitted, BODY)
            paper.rule(start + _CAPTION_WIDTH, foot + 2, start + slot - 14, foot + 2, GREY)
    if signed.log:
        log = paper.type.fit(signed.log, SMALL, paper.width)
        paper.text(x, y + height - 2, log, SMALL, colour=GREY)
    paper.y += height + 6


def _contents(paper: Paper, marks: list[Mark], offset: int, language: Language) -> None:
    chapters = [mark for mark in marks if mark.level == 0]
    paper.need(HEADING * 2 + ENTRY * min(len(chapters), 12))
    paper.rule(paper.left, paper.y, paper.right, paper.y, RULE)
    paper.y += BODY * 1.9
    paper.text(paper.left, paper.y, text("pdf.contents", language), BODY, BOLD)
    paper.y += 4
    for mark in chapters:
        paper.need(ENTRY)
        paper.y += ENTRY
        number = mark.page + offset + 1
        title = paper.type.fit(mark.title, BODY, paper.width - 40)
        paper.text(paper.left, paper.y, title, BODY)
        paper.text(paper.right, paper.y, str(number), BODY, right=True)
        start = paper.left + paper.type.width(title, BODY) + 6
        end = paper.right - paper.type.width(str(number), BODY) - 6
        paper.rule(start, paper.y - 2, end, paper.y - 2, RULE, width=0.4)
        area = (paper.left, paper.y - ENTRY + 4, paper.width, ENTRY)
        paper.page.jumps.append(Jump(*area, page=number))
    paper.y += 20
    made = text("pdf.cover.produced", language, version=__version__)
    paper.text(paper.left, paper.page.height - FOOTLINE, made, SMALL, colour=GREY)
