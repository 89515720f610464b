"""Tables: columns as wide as their figures need, texts in what is left, heads on every page.

A figure is never cut; a text wraps to two lines and ends in an ellipsis; an id wraps whole.  Totals
stay with the last rows above them, and a title with the first rows below it.
"""

from dataclasses import dataclass

from recon_engine.export.pdf_cells import FIGURES, Shown, show
from recon_engine.export.pdf_look import (
    A4,
    FAINT,
    GREY,
    HEADER,
    INK,
    LEADING,
    MARGIN,
    RULE,
    SMALL,
    SUBHEADING,
    WHITE,
)  # fmt: skip
from recon_engine.export.pdf_paper import Paper
from recon_engine.export.pdf_type import BOLD, REGULAR, Type
from recon_engine.report import data

GAP = 3.5  # on either side of a cell's text
ROOMY = (9.0, 8.5, 8.0, SMALL, 7.0)  # taken where all but prose fits on one line
SIZES = (SMALL, 7.0, 6.5, 6.0, 5.5, 5.0)  # else tried in turn until all figures fit
PROSE_WIDTH = 150.0  # what prose is content with
TEXT_WIDTH_MIN = 48.0  # what prose and ids must have
LINES_MAX = {data.Type.TEXT: 2, data.Type.PROSE: 20, data.Type.ID: 8}
_WRAPPING = frozenset({data.Type.TEXT, data.Type.PROSE})
TOGETHER = 2  # rows that stay with a title above or a total below


@dataclass(frozen=True, slots=True)
class Line:
    """A row laid out: for each column its lines of text, and the height of the row."""

    cells: tuple[tuple[tuple[str, ...], Shown], ...]
    height: float
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A table laid out for a width: where columns begin, how wide they are, and its lines."""

    table: data.Table
    size: float
    widths: tuple[float, ...]
    head: tuple[tuple[str, ...], ...]
    head_height: float
    rows: tuple[Line, ...]
    totals: tuple[Line, ...]


def wants_wide(table: data.Table, type_: Type) -> bool:
    """Whether a table needs the sheet on its side to show every figure at a readable size."""
    shown = _shown(table, table.rows), _shown(table, table.totals)
    asked = _asked(table, _natural_widths(table, *shown, type_, SIZES[0]))
    return sum(asked) > A4[0] - 2 * MARGIN


def draw_table(paper: Paper, table: data.Table) -> None:
    """Draws a table from where the paper stands, over as many pages as it takes."""
    grid = lay_out(table, paper.type, paper.width)
    first = sum(line.height for line in grid.rows[:TOGETHER])
    totals = sum(line.height for line in grid.totals)
    short = totals if len(grid.rows) <= TOGETHER else 0.0
    paper.need(SUBHEADING * 2 + grid.head_height + first + short)
    paper.mark(table.title, 1)
    paper.y += SUBHEADING * 1.6
    with paper.tagged("H2"):
        paper.text(paper.left, paper.y, table.title, SUBHEADING, BOLD)
    paper.y += SUBHEADING * 0.6
    with paper.tagged("Table", table.title):
        _draw_rows(paper, grid, totals)
    paper.rule(paper.left, paper.y, paper.right, paper.y, INK if grid.totals else RULE, width=0.8)
    paper.y += GAP * 3


def _draw_rows(paper: Paper, grid: Grid, totals: float) -> None:
    """Head, rows and totals; the head again on every page."""
    _draw_head(paper, grid)
    last = max(len(grid.rows) - TOGETHER, 0)
    for number, line in enumerate(grid.rows):
        height = line.height
        if number == last:  # from here on everything stays together with the totals
            height = sum(rest.height for rest in grid.rows[last:]) + totals
        if paper.need(height):
            _draw_head(paper, grid)
        _draw_line(paper, grid, line, shaded=number % 2 == 1)
    for number, line in enumerate(grid.totals):
        if number == 0:
            paper.rule(paper.left, paper.y, paper.right, paper.y, INK, width=0.8)
        _draw_line(paper, grid, line, shaded=False)


def lay_out(table: data.Table, type_: Type, width: float) -> Grid:
    """Chooses size and widths, and breaks every text."""
    rows, totals = _shown(table, table.rows), _shown(table, table.totals)
    size, least = _size(table, rows, totals, type_, width)
    widths = _spread(table, least, _natural_widths(table, rows, totals, type_, size), width)
    captions = tuple(
        tuple(type_.wrap(column.caption, size, wide - 2 * GAP, 2, BOLD))
        for column, wide in zip(table.columns, widths, strict=True)
    )
    step = size * LEADING
    return Grid(
        table, size, widths, captions,
        max(len(lines) for lines in captions) * step + 2 * GAP,
        tuple(_line(table, cells, widths, type_, size, weight=REGULAR) for cells in rows),
        tuple(_line(table, cells, widths, type_, size, weight=BOLD) for cells in totals),
    )  # fmt: skip


def _size(
    table: data.Table, rows: list[list[Shown]], totals: list[list[Shown]], type_: Type, width: float
) -> tuple[float, list[float]]:
    """The largest size that serves, and the least widths of the columns in it."""
    for size in ROOMY:
        asked = _asked(table, _natural_widths(table, rows, totals, type_, size))
        if sum(asked) <= width:
            return size, asked
    for size in SIZES:
        least = _least_widths(table, rows, totals, type_, size)
        if sum(least) <= width:
            break
    return size, least


def _shown(table: data.Table, rows: tuple[data.Row, ...]) -> list[list[Shown]]:
    types = [column.type for column in table.columns]
    return [
        [show(cell, kind, row.currency) for cell, kind in zip(row.cells, types, strict=True)]
        for row in rows
    ]


def _texts(
    rows: list[list[Shown]], totals: list[list[Shown]], position: int
) -> list[tuple[str, str]]:
    found = {(cells[position].text, REGULAR) for cells in rows}
    return sorted(found | {(cells[position].text, BOLD) for cells in totals})


def _widest(texts: list[tuple[str, str]], type_: Type, size: float) -> float:
    return max((type_.width(text, size, weight) for text, weight in texts), default=0.0)


def _natural_widths(
    table: data.Table, rows: list[list[Shown]], totals: list[list[Shown]], type_: Type, size: float
) -> list[float]:
    """What each column would take if there were room for everything on one line."""
    found = []
    for position, column in enumerate(table.columns):
        widest = _widest(_texts(rows, totals, position), type_, size)
        found.append(max(widest, _caption_width(column.caption, type_, size)) + 2 * GAP)
    return found


def _least_widths(
    table: data.Table, rows: list[list[Shown]], totals: list[list[Shown]], type_: Type, size: float
) -> list[float]:
    """What each column needs: all of a figure or short word, a part of a text."""
    natural = _natural_widths(table, rows, totals, type_, size)
    least = []
    for column, wide in zip(table.columns, natural, strict=True):
        text = column.type in LINES_MAX
        least.append(min(wide, TEXT_WIDTH_MIN) if text else wide)
    return least


def _caption_width(caption: str, type_: Type, size: float) -> float:
    """A caption may take two lines: the narrowest way to break it at a space."""
    words = caption.split(" ")
    breaks = [(words[:at], words[at:]) for at in range(len(words))]
    return min(max(type_.width(" ".join(part), size, BOLD) for part in parts) for parts in breaks)


def _asked(table: data.Table, natural: list[float]) -> list[float]:
    """Natural widths, with prose content to wrap."""
    return [
        min(wide, PROSE_WIDTH) if column.type in _WRAPPING else wide
        for column, wide in zip(table.columns, natural, strict=True)
    ]


def _spread(
    table: data.Table, least: list[float], natural: list[float], width: float
) -> tuple[float, ...]:
    """The widths in use: texts grow towards what they ask for, then all columns share the rest."""
    for goal in (_asked(table, natural), natural):
        growth = [max(want - have, 0.0) for want, have in zip(goal, least, strict=True)]
        spare, wanted = width - sum(least), sum(growth)
        part = min(1.0, spare / wanted) if wanted and spare > 0 else 0.0
        least = [have + grow * part for have, grow in zip(least, growth, strict=True)]
    spare = width - sum(least)
    if spare > 0:
        return tuple(have + spare / len(least) for have in least)
    return tuple(have * width / sum(least) for have in least)


def _line(
    table: data.Table, cells: list[Shown], widths: tuple[float, ...], type_: Type, size: float,
    *, weight: str,
) -> Line:  # fmt: skip
    broken = []
    for column, shown, wide in zip(table.columns, cells, widths, strict=True):
        lines_max = LINES_MAX.get(column.type, 1)
        lines = type_.wrap(shown.text, size, wide - 2 * GAP, lines_max, weight)
        broken.append((tuple(lines), shown))
    tallest = max(len(lines) for lines, _ in broken)
    return Line(tuple(broken), tallest * size * LEADING + GAP, strong=weight == BOLD)


def _draw_head(paper: Paper, grid: Grid) -> None:
    paper.box(paper.left, paper.y, paper.width, grid.head_height, HEADER)
    x, step = paper.left, grid.size * LEADING
    for column, wide, lines in zip(grid.table.columns, grid.widths, grid.head, strict=True):
        right = column.type in FIGURES
        for number, line in enumerate(lines):
            lift = (len(lines) - number - 1) * step  # captions stand on the same foot
            y = paper.y + grid.head_height - GAP - lift - grid.size * 0.25
            at = x + wide - GAP if right else x + GAP
            paper.text(at, y, line, grid.size, BOLD, colour=WHITE, right=right)
        x += wide
    paper.y += grid.head_height


def _draw_line(paper: Paper, grid: Grid, line: Line, *, shaded: bool) -> None:
    if shaded:
        paper.box(paper.left, paper.y, paper.width, line.height, FAINT)
    x, step = paper.left, grid.size * LEADING
    weight = BOLD if line.strong else REGULAR
    for column, wide, (lines, shown) in zip(
        grid.table.columns, grid.widths, line.cells, strict=True
    ):
        right = column.type in FIGURES
        y = paper.y + GAP / 2 + grid.size * 1.05
        for text in lines:
            if text:
                at = x + wide - GAP if right else x + GAP
                colour = GREY if text == "–" else shown.colour
                paper.text(at, y, text, grid.size, weight, colour=colour, right=right)
            y += step
        x += wide
    paper.y += line.height
