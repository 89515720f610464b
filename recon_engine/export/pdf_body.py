"""The body of the report: its sections, one under the other, charts two abreast."""

from functools import partial
from itertools import groupby

from recon_engine.export.pdf_charts import (
    GUTTER,
    bars_height,
    draw_bars,
    draw_waterfall,
    waterfall_height,
)  # fmt: skip
from recon_engine.export.pdf_look import BODY, GREY, HEADER, HEADING, LEADING, SMALL, TOP
from recon_engine.export.pdf_paper import Paper
from recon_engine.export.pdf_pictures import draw_heat, draw_trend, heat_height, trend_height
from recon_engine.export.pdf_table import draw_table, wants_wide
from recon_engine.export.pdf_type import BOLD
from recon_engine.report.data import BarChart, HeatMap, Part, Section, Table, Trend, Waterfall

SECTION_ROOM = 190.0  # a section begins where at least this much of the page is left


def draw_sections(paper: Paper, sections: tuple[Section, ...]) -> None:
    """Draws all sections; one with a wide table gets sheets on their side."""
    for section in sections:
        wide = any(
            wants_wide(part, paper.type) for part in section.parts if isinstance(part, Table)
        )
        if not paper.pages or paper.page.wide != wide or paper.room < SECTION_ROOM:
            paper.turn(wide=wide)
        _heading(paper, section)
        for kind, parts in groupby(section.parts, key=type):
            _draw_parts(paper, kind, list(parts))
        for note in section.notes:
            paper.paragraph(note, SMALL, colour=GREY)


def _heading(paper: Paper, section: Section) -> None:
    if paper.y > TOP:
        paper.y += 14
    paper.mark(section.title, 0)
    paper.y += HEADING
    with paper.tagged("H1"):
        paper.text(paper.left, paper.y, section.title, HEADING, BOLD, colour=HEADER)
    paper.y += 6
    if section.lead:
        paper.paragraph(section.lead, BODY, colour=GREY)
        paper.y += BODY * (LEADING - 1)


def _draw_parts(paper: Paper, kind: type, parts: list[Part]) -> None:
    if kind is BarChart:
        charts = [part for part in parts if isinstance(part, BarChart) and part.bars]
        for start in range(0, len(charts), 2):
            _draw_pair(paper, charts[start : start + 2])
        return
    for part in parts:
        if isinstance(part, Table):
            draw_table(paper, part)
        elif not isinstance(part, BarChart):
            _draw_figure(paper, part)


def _draw_figure(paper: Paper, part: Waterfall | Trend | HeatMap) -> None:
    """A picture over the whole width; never cut by the page's end."""
    if isinstance(part, Waterfall):
        height, drawn = waterfall_height(), partial(draw_waterfall, paper, part)
    elif isinstance(part, Trend):
        height, drawn = trend_height(), partial(draw_trend, paper, part)
    else:
        height, drawn = heat_height(part), partial(draw_heat, paper, part)
    paper.need(height)
    with paper.tagged("Figure", part.title):
        drawn()
    paper.y += height


def _draw_pair(paper: Paper, charts: list[BarChart]) -> None:
    height = max(bars_height(chart) for chart in charts)
    paper.need(height)
    width = (paper.width - GUTTER) / 2 if len(charts) == 2 else paper.width * 0.75
    for number, chart in enumerate(charts):
        with paper.tagged("Figure", chart.title):
            draw_bars(paper, chart, paper.left + number * (width + GUTTER), width)
    paper.y += height + 6
