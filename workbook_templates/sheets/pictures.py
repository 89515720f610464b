"""Pictures: the cash forecast and its trials, days to cash as a heat map, charts, their figures.

Money by day and by platform are live sums over the data sheets; the medians of the heat map are
the engine's, because no function that all programs know gives a median under conditions.
"""

from collections.abc import Mapping
from datetime import date, timedelta

import polars as pl
from xlsxwriter.utility import xl_range_abs

from recon_engine.control.monitor.facts import Facts
from recon_engine.messages import text
from recon_engine.model.money import exponent
from recon_engine.model.records import Type
from recon_engine.report import pictures
from workbook_templates import formulas, words
from workbook_templates.book import Book
from workbook_templates.layout import Cell
from workbook_templates.layout_analysis import FORECAST, TRIALS
from workbook_templates.rows import amount
from workbook_templates.sheets.lists import TOP
from workbook_templates.sheets.picture_charts import (
    SHARE_ROWS,
    TREND_ROWS,
    Span,
    shares_chart,
    trend_chart,
)
from workbook_templates.styles import COUNT, DATE, HAIR
from workbook_templates.tables import write_table

CURRENCIES_MAX = 2  # with pictures: the home currency and one more
_WIDTHS = (24, 15, 15, 15, 15, 15, 15, 15)
_FIRST_WEEK = 2  # column of the heat map's first week, after platform and store
_SECOND_CHART = 4  # column of the chart that stands on the right
_PLACED = {"object_position": 2, "y_offset": 6}
_LIGHT, _DARK = "#EAF3FA", "#56B4E9"


def write_pictures(book: Book) -> None:
    """Writes the sheet, page by page as it prints."""
    page = book.sheets["pictures"]
    row = _forecast(book, TOP)
    row = _heat(book, row)
    charts = row
    currencies = book.currencies("Orders")[:CURRENCIES_MAX]
    shares = row + TREND_ROWS * len(currencies)
    figures = shares + (SHARE_ROWS if currencies else 0)
    if currencies:
        page.write_string(figures, 0, book.say("part.picture_data"), book.styles.section())
        page.set_h_pagebreaks([charts, shares])
    below = figures + 1
    for number, currency in enumerate(currencies):
        days = _by_day(book, below, currency)
        page.insert_chart(row, 0, trend_chart(book, currency, days), _PLACED)
        platforms = _by_platform(book, days, currency)
        chart = shares_chart(book, currency, platforms)
        page.insert_chart(shares, number * _SECOND_CHART, chart, _PLACED)
        row, below = row + TREND_ROWS, platforms[1] + 2
    for position, width in enumerate(_WIDTHS):
        page.set_column(position, position, width)
    page.print_area(0, 0, below, len(_WIDTHS) - 1)


def _forecast(book: Book, row: int) -> int:
    """The forecast and its trials; a sentence where there is none."""
    page = book.sheets["pictures"]
    for table, heading in ((FORECAST, "forecast"), (TRIALS, "trials")):
        key = heading if book.frames[table.name].height else f"no_{heading}"
        page.write_string(row, 0, book.say(f"part.{key}"), book.styles.section())
        row = write_table(book, table, row + 1, widths=False, totals=False).below + 1
    return row


def _heads(book: Book, row: int, captions: list[str]) -> None:
    for position, caption in enumerate(captions):
        kind = Cell.TEXT if position == 0 else Cell.MONEY
        book.sheets["pictures"].write_string(row, position, caption, book.styles.header(kind))


def _by_day(book: Book, top: int, currency: str) -> Span:
    """Sold, settled and received of every day, live; returns the first and last row."""
    language, places = book.language, exponent(currency)
    _heads(book, top, [currency, *(text(f"report.trend.{name}", language)
                                   for name in pictures.LINES)])  # fmt: skip
    page, money = book.sheets["pictures"], book.styles.cell(Cell.MONEY, places)
    day_form = book.styles.get(num_format=DATE, align="left", bottom=1, bottom_color=HAIR)
    frame = pictures.by_day(book.close, currency)
    for row, figures in enumerate(frame.iter_rows(named=True), top + 1):
        page.write_datetime(row, 0, figures["date"], day_form)
        sources = _sources(book, currency, f"$A{row + 1}")
        for position, (name, (table, where)) in enumerate(sources.items(), 1):
            formula = formulas.sumifs(table, "amount", language, places, **where)
            page.write_formula(row, position, f"={formula}", money, amount(figures[name], currency))
    return top + 1, top + frame.height


def _sources(book: Book, currency: str, day: str) -> Mapping[str, tuple[str, dict[str, str]]]:
    """Of which rows each line of the trend is the sum: table and criteria."""

    def but(table: str, code: str) -> str:
        return formulas.literal("<>" + words.word(table, code, book.language))

    common = {"currency": formulas.literal(currency), "date": day}
    cleared = formulas.literal(words.word("place", "cleared", book.language))
    return {
        "sold": ("Orders", common | {"type": but("type", Type.CANCELLED)}),
        "settled": ("Settlements", common | {"type": but("type", Type.TRANSFER),
                                             "place": but("place", "excluded")}),
        "received": ("Bank", common | {"place": cleared, "amount": '">0"'}),
    }  # fmt: skip


def _by_platform(book: Book, days: Span, currency: str) -> Span:
    """What each platform sold in the period, the largest first, live, with its share."""
    top, language, places = days[1] + 2, book.language, exponent(currency)
    sold_word, share_word = text("report.trend.sold", language), book.say("part.share")
    _heads(book, top, [currency, sold_word, share_word])
    page, money = book.sheets["pictures"], book.styles.cell(Cell.MONEY, places)
    frame = pictures.by_platform(Facts(book.close)).filter(pl.col("currency") == currency)
    first, last = top + 1, top + max(frame.height, 1)
    whole = int(frame["sold"].sum())
    for row, (channel, sold) in enumerate(frame.select("channel", "sold").iter_rows(), first):
        name = words.word("channel", channel, language)
        page.write_string(row, 0, name, book.styles.cell(Cell.TEXT))
        where = {
            "currency": formulas.literal(currency),
            "channel": f"$A{row + 1}",
            "type": formulas.literal("<>" + words.word("type", Type.CANCELLED, language)),
            "date": _within(book, days),
        }
        formula = formulas.sumifs("Orders", "amount", language, places, **where)
        page.write_formula(row, 1, f"={formula}", money, amount(sold, currency))
        tenths = (2_000 * sold + whole) // (2 * whole)  # of a per cent, half rounded up
        label = (
            f'=$A{row + 1}&"  "&ROUND(100*B{row + 1}/SUM({xl_range_abs(first, 1, last, 1)}),1)&" %"'
        )
        shown = f"{name}  {tenths // 10}{f'.{tenths % 10}' if tenths % 10 else ''} %"
        page.write_formula(row, 2, label, book.styles.cell(Cell.TEXT), shown)
    return first, last


def _within(book: Book, days: Span) -> str:
    """The criteria that keep a date within the days listed above."""
    column = formulas.column("Orders", "date", book.language)
    return f'">="&$A${days[0] + 1},{column},"<="&$A${days[1] + 1}'


def _heat(book: Book, top: int) -> int:
    """Days to cash by account and week: figures on one colour, light to dark."""
    found = pictures.days_to_cash(Facts(book.close))
    if found.is_empty():
        return top
    page, styles, weeks = book.sheets["pictures"], book.styles, pictures.weeks(book.close)
    page.write_string(top, 0, text("report.chart.days_to_cash", book.language), styles.section())
    heads = [book.say("part.platform"), book.say("part.store")]
    for position, caption in enumerate([*heads, *map(_named, weeks)]):
        kind = Cell.TEXT if position < _FIRST_WEEK else Cell.COUNT
        page.write_string(top + 1, position, caption, styles.header(kind))
    row = top + 1
    figure = styles.get(num_format=COUNT.replace('"–"', "0"), align="right")
    parts = found.partition_by("channel", "account", as_dict=True, maintain_order=True)
    for (channel, account), mine in parts.items():
        row += 1
        name = words.word("channel", str(channel), book.language)
        page.write_string(row, 0, name, styles.cell(Cell.TEXT))
        page.write_string(row, 1, str(account), styles.cell(Cell.ID))
        for week, days in mine.select("week", "days").iter_rows():
            page.write_number(row, _FIRST_WEEK + weeks.index(week), days, figure)
    scale = {"type": "2_color_scale", "min_color": _LIGHT, "max_color": _DARK}
    page.conditional_format(top + 2, _FIRST_WEEK, row, _FIRST_WEEK + len(weeks) - 1, scale)
    return row + 2


def _named(week: date) -> str:
    return f"{week:%m-%d} – {week + timedelta(days=6):%m-%d}"
