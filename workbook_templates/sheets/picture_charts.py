"""Charts of the sheet Pictures as Excel's own, over figures that stand on that sheet."""

from typing import Any

from recon_engine.messages import text
from recon_engine.report import pictures
from workbook_templates.book import Book
from workbook_templates.styles import CHART, FONTS, GREY, HAIR, HEADER_FILL, INK

TREND_ROWS, SHARE_ROWS = 16, 14  # of the sheet that a chart covers
_TREND_SIZE = {"width": 920, "height": 300}
_SHARE_SIZE = {"width": 430, "height": 250}
_PENS = (2.75, 2.0, 1.25)  # so that lines stay apart in grey, too
Span = tuple[int, int]  # first and last row of the figures


def trend_chart(book: Book, currency: str, rows: Span) -> Any:
    """Sold, settled and received by day as lines.

    Lines may end on the same spot, where their names would stand on each other: hence a legend.
    """
    chart = book.workbook.add_chart({"type": "line"})
    for number, name in enumerate(pictures.LINES, 1):
        chart.add_series({
            "name": text(f"report.trend.{name}", book.language),
            "categories": _area(book, rows, 0),
            "values": _area(book, rows, number),
            "line": {"color": CHART[number - 1], "width": _PENS[number - 1]},
        })  # fmt: skip
    _dress(book, chart, text("report.chart.trend", book.language, currency=currency))
    chart.set_legend({"position": "top", "font": _font(book) | {"color": INK}})
    chart.set_x_axis({
        "num_format": "mm-dd", "interval_unit": 3, "num_font": _font(book), "line": {"color": GREY},
    })  # fmt: skip
    chart.set_size(_TREND_SIZE)
    return chart


def shares_chart(book: Book, currency: str, rows: Span) -> Any:
    """Platforms' sales as bars lying on their side, the largest on top, named with their share."""
    chart = book.workbook.add_chart({"type": "bar"})
    chart.add_series({
        "categories": _area(book, rows, 2),
        "values": _area(book, rows, 1),
        "fill": {"color": CHART[0]}, "border": {"none": True}, "gap": 70,
        "data_labels": {"value": True, "num_format": "#,##0", "font": _font(book) | {"color": INK}},
    })  # fmt: skip
    _dress(book, chart, text("report.chart.shares", book.language, currency=currency))
    # Of a bar chart the library calls the axis of the names y.
    chart.set_x_axis({"visible": False, "min": 0, "major_gridlines": {"visible": False}})
    chart.set_y_axis({
        "reverse": True, "num_font": _font(book), "line": {"color": GREY},
        "major_gridlines": {"visible": False},
    })  # fmt: skip
    chart.set_size(_SHARE_SIZE)
    return chart


def bars_beside(book: Book, sheet: str, title: str, rows: Span, column: int) -> Any:
    """Bars over a table's own cells: its first column names them, ``column`` holds the amounts."""
    chart = book.workbook.add_chart({"type": "column"})
    chart.add_series({
        "categories": _area(book, rows, 0, sheet),
        "values": _area(book, rows, column, sheet),
        "fill": {"color": CHART[0]}, "border": {"none": True}, "gap": 70,
        "data_labels": {"value": True, "num_format": "#,##0", "font": _font(book) | {"color": INK}},
    })  # fmt: skip
    _dress(book, chart, title)
    chart.set_x_axis({"num_font": _font(book), "line": {"color": GREY}})
    chart.set_size(_SHARE_SIZE)
    return chart


def _area(book: Book, rows: Span, column: int, sheet: str = "pictures") -> list[Any]:
    return [text(f"workbook.sheet.{sheet}", book.language), rows[0], column, rows[1], column]


def _font(book: Book) -> dict[str, Any]:
    return {"name": FONTS[book.language], "size": 9, "color": GREY, "bold": False}


def _dress(book: Book, chart: Any, title: str) -> None:
    """Title in the house's ink, axis from zero with hair lines, no legend, no 3D."""
    name = {"name": FONTS[book.language], "size": 10, "bold": True, "color": HEADER_FILL}
    chart.set_title({"name": title, "name_font": name, "overlay": False})
    chart.set_legend({"none": True})
    chart.set_y_axis({
        "num_font": _font(book), "num_format": "#,##0", "line": {"none": True}, "min": 0,
        "major_gridlines": {"visible": True, "line": {"color": HAIR, "width": 0.5}},
    })  # fmt: skip
    chart.set_chartarea({"border": {"color": "#CBD2D9"}})
