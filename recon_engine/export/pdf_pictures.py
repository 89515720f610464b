"""More charts as vectors: amounts day by day as lines, and the heat map.

Lines carry their labels at their end, in the order in which they end; each has its own strength
too, so that they stay apart without colour.  A cell of the heat map is the darker the larger its
figure, and the figure stands in it.
"""

from itertools import pairwise
from typing import NamedTuple

from recon_engine.export.pdf_cells import show
from recon_engine.export.pdf_look import (
    BLUE,
    FAINT,
    GREEN,
    GREY,
    INK,
    ORANGE,
    RULE,
    SMALL,
    SUBHEADING,
    VERMILION,
    WHITE,
    Colour,
)  # fmt: skip
from recon_engine.export.pdf_paper import Paper
from recon_engine.export.pdf_type import BOLD
from recon_engine.model.money import grouped
from recon_engine.report.data import HeatMap, Trend

PLOT = 110.0  # height of a trend's plot
CELL = 17.0  # height of a heat map's row
_PENS: tuple[tuple[Colour, float], ...] = (
    (BLUE, 1.8),
    (ORANGE, 1.3),
    (GREEN, 0.9),
    (VERMILION, 0.6),
)
_TICKS = 4  # horizontal lines of a trend, above zero
_ENDS = (10, 12, 16, 20, 24, 32, 40, 60, 80, 100)  # of an axis, in tenths of its leading digit
_LABEL_STEP = SMALL * 1.4
_DAY_STEP = 3  # every third day is named under a trend
_COLUMN_MAX = 62.0
# The heat map's ground from the smallest to the largest figure: one blue, light to dark.
_LIGHT, _DARK = (0xEA, 0xF3, 0xFA), (0x0B, 0x3C, 0x5D)
_DARK_FROM = 0.55  # from here on figures are white


def trend_height() -> float:
    """What a trend takes, with its title and days."""
    return SUBHEADING * 2.4 + PLOT + 34


def heat_height(chart: HeatMap) -> float:
    """What a heat map takes, with its title and heads."""
    return SUBHEADING * 2.4 + CELL * (len(chart.rows) + 1) + 10


class _Plot(NamedTuple):
    """Where a trend's lines stand: left, right, its zero, and points a minor unit."""

    left: float
    right: float
    zero: float
    scale: float


def draw_trend(paper: Paper, chart: Trend) -> None:
    """Draws the lines over the whole width; does not move the paper."""
    y = paper.y + SUBHEADING * 1.6
    paper.text(paper.left, y, chart.title, SUBHEADING, BOLD)
    every = [amount for line in chart.lines for amount in line.amounts]
    high, low = _rounded(max(1, *every)), min(0, *every)
    labels = max(paper.type.width(line.label, SMALL) for line in chart.lines) + 10
    ticks = [high * n // _TICKS for n in range(_TICKS + 1)]
    texts = [_tick(tick, chart.currency) for tick in ticks]
    room = max(paper.type.width(text, SMALL) for text in texts) + 6
    scale = PLOT / (high - low)
    plot = _Plot(paper.left + room, paper.right - labels, y + 10 + high * scale, scale)
    for tick, text in zip(ticks, texts, strict=True):
        at = plot.zero - tick * scale
        paper.rule(plot.left, at, plot.right, at, GREY if tick == 0 else RULE, width=0.5)
        paper.text(plot.left - 4, at + SMALL * 0.36, text, SMALL, colour=GREY, right=True)
    _days(paper, chart, plot, plot.zero - low * scale)
    ends = [_line(paper, chart, plot, number) for number in range(len(chart.lines))]
    _labels(paper, chart, plot, ends)


def _tick(amount: int, currency: str) -> str:
    """An axis' figure, without decimals that say nothing."""
    whole, dot, decimals = grouped(amount, currency).partition(".")
    return whole if not decimals.strip("0") else f"{whole}{dot}{decimals}"


def _rounded(high: int) -> int:
    """The next round figure that four steps divide well: where the axis ends."""
    power = int(10 ** (len(str(high)) - 1))
    return next(n * power // 10 for n in _ENDS if n * power >= high * 10)


def _x(chart: Trend, plot: _Plot, day: int) -> float:
    return plot.left + 6 + (plot.right - plot.left - 12) * day / max(len(chart.days) - 1, 1)


def _days(paper: Paper, chart: Trend, plot: _Plot, foot: float) -> None:
    for number in range(0, len(chart.days), _DAY_STEP):
        name = f"{chart.days[number]:%m-%d}"
        half = paper.type.width(name, SMALL) / 2
        paper.text(_x(chart, plot, number) - half, foot + 12, name, SMALL, colour=GREY)


def _line(paper: Paper, chart: Trend, plot: _Plot, number: int) -> float:
    """Draws one line; returns the height at which it ends."""
    colour, pen = _PENS[number % len(_PENS)]
    points = [
        (_x(chart, plot, day), plot.zero - amount * plot.scale)
        for day, amount in enumerate(chart.lines[number].amounts)
    ]
    for (x1, y1), (x2, y2) in pairwise(points):
        paper.rule(x1, y1, x2, y2, colour, width=pen)
    return points[-1][1]


def _labels(paper: Paper, chart: Trend, plot: _Plot, ends: list[float]) -> None:
    """The lines' names beside their ends, never over each other."""
    below = -1.0
    for number in sorted(range(len(ends)), key=lambda n: ends[n]):
        y = max(ends[number], below + _LABEL_STEP)
        colour, pen = _PENS[number % len(_PENS)]
        paper.rule(plot.right - 4, y, plot.right + 4, y, colour, width=pen)
        paper.text(plot.right + 7, y + SMALL * 0.36, chart.lines[number].label, SMALL, colour=INK)
        below = y


def draw_heat(paper: Paper, chart: HeatMap) -> None:
    """Draws the map from the left; does not move the paper."""
    y = paper.y + SUBHEADING * 1.6
    paper.text(paper.left, y, chart.title, SUBHEADING, BOLD)
    names = min(max(paper.type.width(name, SMALL) for name, _ in chart.rows) + 10, paper.width / 3)
    wide = min((paper.width - names) / max(len(chart.columns), 1), _COLUMN_MAX)
    y += SUBHEADING * 0.8
    for number, column in enumerate(chart.columns):
        at = paper.left + names + (number + 1) * wide - 6
        paper.text(at, y + CELL - 5, column, SMALL, colour=GREY, right=True)
    figures = [figure for _, row in chart.rows for figure in row if figure is not None]
    low, span = min(figures, default=0), max(figures, default=0) - min(figures, default=0)
    for name, row in chart.rows:
        y += CELL
        paper.text(paper.left, y + CELL - 5, paper.type.fit(name, SMALL, names - 8), SMALL)
        for number, figure in enumerate(row):
            x = paper.left + names + number * wide
            part = 0.0 if figure is None or not span else (figure - low) / span
            ground = FAINT if figure is None else _ground(part)
            paper.box(x + 0.5, y + 0.5, wide - 1, CELL - 1, ground)
            if figure is not None:
                ink = WHITE if part >= _DARK_FROM else INK
                text = str(figure) if figure == 0 else show(figure, chart.type).text
                paper.text(x + wide - 6, y + CELL - 5, text, SMALL, colour=ink, right=True)


def _ground(part: float) -> Colour:
    red, green, blue = (round(a + (b - a) * part) for a, b in zip(_LIGHT, _DARK, strict=True))
    return red, green, blue
