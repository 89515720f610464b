"""Charts as vectors: bars lying on their side, and the waterfall from gross to bank."""

from recon_engine.export.pdf_cells import Shown, show
from recon_engine.export.pdf_look import (
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    RULE,
    SMALL,
    SUBHEADING,
    VERMILION,
    Colour,
)  # fmt: skip
from recon_engine.export.pdf_paper import Paper
from recon_engine.export.pdf_type import BOLD
from recon_engine.report.data import BarChart, Type, Waterfall

BAR, BAR_STEP = 9.0, 15.0
PLOT = 120.0  # height of a waterfall's plot
GUTTER = 24.0  # between two charts side by side
BARS_MAX = 14


def bars_height(chart: BarChart) -> float:
    """What a bar chart takes, with its title."""
    return SUBHEADING * 2.4 + min(len(chart.bars), BARS_MAX) * BAR_STEP + 6


def draw_bars(paper: Paper, chart: BarChart, x: float, width: float) -> None:
    """Draws bars from the paper's ``y`` on within a column; does not move the paper."""
    y = paper.y + SUBHEADING * 1.6
    paper.text(x, y, paper.type.fit(chart.title, SUBHEADING, width, BOLD), SUBHEADING, BOLD)
    y += SUBHEADING * 0.8
    bars = chart.bars[:BARS_MAX]
    labels = min(max(paper.type.width(bar.label, SMALL) for bar in bars) + 6, width * 0.4)
    texts = [show(bar.amount, Type.MONEY, chart.currency) for bar in bars]
    values = max(paper.type.width(shown.text, SMALL) for shown in texts) + 6
    low = min(0, *(bar.amount for bar in bars))
    high = max(0, *(bar.amount for bar in bars))
    scale = (width - labels - 2 * values if low else width - labels - values) / (high - low or 1)
    zero = x + labels + (values if low else 0.0) - low * scale
    for bar, shown in zip(bars, texts, strict=True):
        middle = y + BAR_STEP / 2 + SMALL * 0.36
        paper.text(x, middle, paper.type.fit(bar.label, SMALL, labels - 6), SMALL)
        length = abs(bar.amount) * scale
        start = zero - length if bar.amount < 0 else zero
        paper.box(
            start, y + (BAR_STEP - BAR) / 2, length, BAR, VERMILION if bar.amount < 0 else BLUE
        )
        at = start - 4 if bar.amount < 0 else start + length + 4
        paper.text(at, middle, shown.text, SMALL, colour=shown.colour, right=bar.amount < 0)
        y += BAR_STEP
    paper.rule(zero, paper.y + SUBHEADING * 2.4, zero, y, GREY, width=0.6)


def waterfall_height() -> float:
    """What a waterfall takes, with its title and captions."""
    return SUBHEADING * 2.4 + PLOT + 44


def draw_waterfall(paper: Paper, chart: Waterfall) -> None:
    """Draws columns from gross to bank over the whole width; does not move the paper."""
    y = paper.y + SUBHEADING * 1.6
    paper.text(paper.left, y, chart.title, SUBHEADING, BOLD)
    spans = _spans(chart)
    low = min(0, *(min(span) for span in spans))
    high = max(1, *(max(span) for span in spans))
    scale = PLOT / (high - low)
    top = y + SUBHEADING * 0.8 + 14
    zero = top + high * scale
    slot = paper.width / len(spans)
    paper.rule(paper.left, zero, paper.right, zero, GREY, width=0.6)
    for number, (step, (start, end)) in enumerate(zip(chart.steps, spans, strict=True)):
        x, column = paper.left + number * slot, slot * 0.56
        begin = x + (slot - column) / 2
        upper = zero - max(start, end) * scale
        height = max(abs(end - start) * scale, 0.7)
        colour = _colour(chart, number, step.amount)
        paper.box(begin, upper, column, height, colour)
        if number + 1 < len(spans):
            level = zero - end * scale
            paper.rule(begin + column, level, begin + slot, level, RULE, width=0.6)
        value = show(step.amount, Type.MONEY, chart.currency)
        _centred(paper, value, x + slot / 2, upper - 4, slot)
        _centred(paper, Shown(step.label), x + slot / 2, top + PLOT + 13, slot)


def _spans(chart: Waterfall) -> list[tuple[int, int]]:
    """Where each column begins and ends, in minor units."""
    spans, level = [], 0
    for number, step in enumerate(chart.steps):
        start = 0 if number in chart.levels else level
        level = start + step.amount
        spans.append((start, level))
    return spans


def _colour(chart: Waterfall, number: int, amount: int) -> Colour:
    if number in chart.levels:
        return GREEN if number == len(chart.steps) - 1 else BLUE
    return VERMILION if amount < 0 else ORANGE


def _centred(paper: Paper, shown: Shown, x: float, y: float, width: float) -> None:
    size, text = SMALL, shown.text
    while paper.type.width(text, size) > width - 4 and size > 5:
        size -= 0.5
    text = paper.type.fit(text, size, width - 2)
    paper.text(x - paper.type.width(text, size) / 2, y, text, size, colour=shown.colour)
