"""Home's two charts, and the figures behind them on the sheet Proof, all live."""

from typing import Any

import polars as pl
from xlsxwriter.utility import xl_rowcol_to_cell

from recon_engine.messages import text
from recon_engine.model.money import exponent
from recon_engine.model.records import Type
from recon_engine.report.flow import flow
from recon_engine.report.receivables import buckets
from workbook_templates import formulas, words
from workbook_templates.book import Book
from workbook_templates.layout import Cell
from workbook_templates.rows import amount
from workbook_templates.styles import CHART, FONTS, GREY, HAIR, HEADER_TEXT, INK

CHARTS_NAME = "TieoutCharts"  # the cell under which Home's charts hang
_ROWS_HIGH = 15
_CHART_HEIGHT = 290
_WIDTHS = (575, 590)
_COLUMNS = (0, 4)
_FIGURE, _RUNNING, _BASE, _UP, _DOWN, _LEVEL = 1, 2, 3, 4, 5, 6
# Steps of the waterfall, in order, and which of them are levels drawn from zero.
_STEPS = ("gross", "fees", "refunds", "other", "net", "kept", "paid_out", "missing", "bank")
_LEVELS = frozenset({"gross", "net", "paid_out", "bank"})
_ALWAYS = frozenset({"gross", "fees", "refunds", "net", "missing", "bank"})


def write_charts(book: Book, row: int, data_row: int) -> int:
    """Writes the figures on Proof and both charts on Home; returns the row under them."""
    page = book.sheets["home"]
    proof = book.sheets["proof"]
    proof.write_string(data_row, 0, book.say("part.chart_data"), book.styles.section())
    book.workbook.define_name(CHARTS_NAME, f"={_absolute(book, 'home', row)}")
    below = data_row + 1
    if book.has_all_charts or book.frames["Receivables"].height:
        chart, below = _ageing(book, below)
        page.insert_chart(row, _COLUMNS[0], chart, _at(0))
    if book.has_all_charts or book.frames["Payouts"].height:
        chart, below = _waterfall(book, below)
        page.insert_chart(row, _COLUMNS[1], chart, _at(1))
    return row + _ROWS_HIGH


def _first_currency(book: Book, table: str) -> str:
    return next(iter(book.currencies(table)), book.close.policy.home_currency)


def _absolute(book: Book, sheet: str, row: int) -> str:
    name = book.say(f"sheet.{sheet}").replace("'", "''")
    return f"'{name}'!$A${row + 1}"


def _at(number: int) -> dict[str, Any]:
    return {"object_position": 2, "x_offset": 2 if number == 0 else 72, "y_offset": 4}


def _heads(book: Book, row: int, captions: list[str]) -> None:
    for position, caption in enumerate(captions):
        kind = Cell.TEXT if position == 0 else Cell.MONEY
        book.sheets["proof"].write_string(row, position, caption, book.styles.header(kind))


def _ageing(book: Book, top: int) -> tuple[Any, int]:
    """Outstanding by age in the first currency: figures, then a bar for each bucket."""
    proof, language = book.sheets["proof"], book.language
    currency = _first_currency(book, "Receivables")
    places = exponent(currency)
    names = buckets(book.close.policy.ageing)
    _heads(book, top, [book.say("part.ageing"), currency])
    frame = book.frames["Receivables"].filter(pl.col("currency") == currency)
    for row, name in enumerate(names, top + 1):
        proof.write_string(row, 0, words.bucket(name, language), book.styles.cell(Cell.TEXT))
        formula = formulas.sumifs(
            "Receivables", "outstanding", language, places,
            currency=formulas.literal(currency), bucket=f"$A{row + 1}",
        )  # fmt: skip
        minor = int(frame.filter(pl.col("bucket") == name)["outstanding"].sum())
        form = book.styles.cell(Cell.MONEY, places)
        proof.write_formula(row, 1, f"={formula}", form, amount(minor, currency))
    chart = book.workbook.add_chart({"type": "column"})
    last = top + len(names)
    chart.add_series(
        _series(book, (top + 1, last), _FIGURE, colour=CHART[0], labels="#,##0;-#,##0;0")
        | {"gap": 60}
    )
    _dress(book, chart, book.say("home.ageing", currency=currency), _WIDTHS[0])
    return chart, last + 2


def _waterfall(book: Book, top: int) -> tuple[Any, int]:
    """From gross to bank in the first currency: levels from zero, changes hanging between."""
    currency = _first_currency(book, "Payouts")
    parts = ("figure", "running", "base", "up", "down", "level")
    _heads(book, top, [book.say("part.waterfall"), *(book.say(f"part.{p}") for p in parts)])
    figures = flow(book.close).get(currency, dict.fromkeys(_STEPS, 0))
    shown = [step for step in _STEPS if step in _ALWAYS or figures["kept"] or figures[step]]
    rows = {step: row for row, step in enumerate(shown, top + 1)}
    running = 0
    for step in shown:
        minor = figures[step]
        running = minor if step in _LEVELS else running + minor
        _write_step(book, rows, step, (minor, running, currency))
    # The figures always take as many rows, so that a live chart keeps its place; a chart leaves
    # out rows that are hidden.
    last = top + len(_STEPS)
    for row in range(top + 1 + len(shown), last + 1):
        book.sheets["proof"].set_row(row, None, None, {"hidden": True})
    chart = book.workbook.add_chart({"type": "column", "subtype": "stacked"})
    span = (top + 1, last)
    chart.add_series(_series(book, span, _BASE) | {"gap": 50})
    chart.add_series(
        _series(book, span, _LEVEL, colour=CHART[0], labels="#,##0;-#,##0;;", ink=HEADER_TEXT)
    )
    chart.add_series(_series(book, span, _UP, colour=CHART[2], labels="+#,##0;;;"))
    chart.add_series(_series(book, span, _DOWN, colour=CHART[1], labels="-#,##0;;;"))
    _dress(book, chart, book.say("home.waterfall", currency=currency), _WIDTHS[1])
    return chart, span[1] + 2


def _write_step(book: Book, rows: dict[str, int], step: str, figures: tuple[int, int, str]) -> None:
    minor, running, currency = figures
    proof, places, row = book.sheets["proof"], exponent(currency), rows[step]
    form = book.styles.cell(Cell.MONEY, places)
    name = text(f"report.waterfall.{step}", book.language)
    proof.write_string(row, 0, name, book.styles.cell(Cell.TEXT))
    n, above = row + 1, xl_rowcol_to_cell(row - 1, _RUNNING)
    if step in _LEVELS:
        cells = [(f"B{n}", running), ("0", 0), ("0", 0), ("0", 0), (f"B{n}", minor)]
    else:
        cells = [
            (f"{above}+B{n}", running),
            (f"IF(B{n}>0,{above},C{n})", running - max(minor, 0)),
            (f"IF(B{n}>0,B{n},0)", max(minor, 0)),
            (f"IF(B{n}<0,-B{n},0)", max(-minor, 0)),
            ("0", 0),
        ]
    live = _live(book, rows, step, currency)
    if live:
        cells = [(live, minor), *cells]
    else:  # which lines are sales, fees and refunds is the engine's finding
        proof.write_number(row, _FIGURE, float(amount(minor, currency)), form)
        cells = [("", minor), *cells]
    for position, (formula, value) in enumerate(cells, _FIGURE):
        if formula:
            said = f"=ROUND({formula},{places})"
            proof.write_formula(row, position, said, form, amount(value, currency))


def _live(book: Book, rows: dict[str, int], step: str, currency: str) -> str:
    """A step as a formula: levels from the sheets' tables, rests from the levels around them."""
    language, places = book.language, exponent(currency)
    mark = formulas.literal(currency)

    def cell(name: str) -> str:
        return f"B{rows[name] + 1}"

    if step == "net":
        transfers = formulas.literal("<>" + words.word("type", Type.TRANSFER, language))
        return formulas.sumifs(
            "Settlements", "amount", language, places, currency=mark, type=transfers
        )
    if step == "other":
        return f"{cell('net')}-{cell('gross')}-{cell('fees')}-{cell('refunds')}"
    if step == "kept":
        return f"{cell('paid_out')}-{cell('net')}"
    if step == "missing":
        return f"{cell('bank')}-{cell('paid_out' if 'paid_out' in rows else 'net')}"
    columns = {"paid_out": "net", "bank": "deposited"}
    if step in columns:
        return formulas.sumifs("Payouts", columns[step], language, places, currency=mark)
    return ""


def _series(
    book: Book,
    rows: tuple[int, int],
    column: int,
    *,
    colour: str = "",
    labels: str = "",
    ink: str = INK,
) -> dict[str, Any]:
    name = text("workbook.sheet.proof", book.language)
    series: dict[str, Any] = {
        "categories": [name, rows[0], 0, rows[1], 0],
        "values": [name, rows[0], column, rows[1], column],
        "fill": {"color": colour} if colour else {"none": True},
        "border": {"none": True},
    }
    if labels:
        font = {"name": FONTS[book.language], "size": 8, "color": ink}
        series["data_labels"] = {"value": True, "num_format": labels, "font": font}
    return series


def _dress(book: Book, chart: Any, title: str, width: int) -> None:
    """Title, axes from zero with thin lines, no legend, no 3D."""
    font = {"name": FONTS[book.language], "size": 9, "color": GREY, "bold": False}
    chart.set_title(
        {
            "name": title,
            "name_font": font | {"size": 10, "bold": True, "color": INK},
            "overlay": False,
        }
    )
    chart.set_legend({"none": True})
    chart.set_x_axis({"num_font": font, "line": {"color": GREY}, "label_position": "low"})
    chart.set_y_axis(
        {
            "num_font": font,
            "num_format": "#,##0",
            "line": {"none": True},
            "major_gridlines": {"visible": True, "line": {"color": HAIR, "width": 0.5}},
        }
    )
    chart.set_chartarea({"border": {"color": "#CBD2D9"}})
    chart.set_size({"width": width, "height": _CHART_HEIGHT})
