"""Home's work: the chain from order to bank, what is to be decided, and what the files say."""

import polars as pl
from xlsxwriter.utility import xl_rowcol_to_cell

from recon_engine.messages import text
from recon_engine.model.money import exponent
from workbook_templates import formulas, words
from workbook_templates.book import Book
from workbook_templates.layout import Cell
from workbook_templates.layout_book import TONES as STATUS_TONES
from workbook_templates.row_xml import characters_of
from workbook_templates.rows import amount
from workbook_templates.sheets.analysis import FINDINGS_FIRST
from workbook_templates.sheets.lists import TOP, first_rows
from workbook_templates.styles import COUNT, HAIR, HEADER_FILL, SHARE, TONES
from workbook_templates.totals import CURRENCY_LINES_MAX

FINDINGS_MAX = 4  # on Home; the rest is on Analysis
_LINE_HEIGHT, _LINE_CHARACTERS = 14, 62  # that the columns of a finding's sentence hold on one line
TODO_MAX = 10  # kinds of item on Home; the rest is on Exceptions
_GO = 8  # column of the link
# The chain: sheet, table, column of the status, its words, codes that count as done, set aside.
_CHAIN = (
    ("orders", "Orders", "place", ("cleared", "written_off"), "excluded"),
    ("settlements", "Settlements", "place", ("cleared", "written_off"), "excluded"),
    ("payouts", "Payouts", "status", ("matched",), ""),
    ("bank", "Bank", "place", ("cleared", "written_off"), "excluded"),
)
_CHAIN_COLUMNS = (0, 2, 4, 6)


def write_chain(book: Book, top: int) -> int:
    """Orders → settlement lines → payouts → bank lines: how many, and how much is cleared."""
    page, styles = book.sheets["home"], book.styles
    page.write_string(top, 0, book.say("home.chain"), styles.section())
    arrow = styles.get(align="center", font_size=14, font_color="#52606D")
    page.set_row(top + 2, 24)
    for column, link in zip(_CHAIN_COLUMNS, _CHAIN, strict=True):
        _write_link(book, top + 1, column, link)
        if column < _CHAIN_COLUMNS[-1]:
            page.write_string(top + 2, column + 1, "→", arrow)
    return top + 4


def _write_link(
    book: Book, top: int, column: int, link: tuple[str, str, str, tuple[str, ...], str]
) -> None:
    sheet, table, key, done, aside = link
    page, styles, frame = book.sheets["home"], book.styles, book.frames[table]
    box = {"bg_color": "#F7F9FB", "align": "left", "indent": 1}
    page.write_string(top, column, book.say(f"sheet.{sheet}"), styles.note(**box))
    big = styles.get(bold=True, font_size=14, font_color="#0B5FA5", num_format=COUNT, **box)
    if frame.height:
        page.write_url(top + 1, column, book.link(sheet), big, "")
    some_id = "record_id" if "record_id" in frame.columns else "payout_id"
    count = formulas.countifs(table, book.language, **{some_id: '"<>"'})
    page.write_formula(top + 1, column, f"={count}", big, frame.height)
    share = styles.get(num_format=f'"{book.say("home.chain_share")} "{SHARE}', **box)
    formula, value = _share(book, (table, key), done, aside, xl_rowcol_to_cell(top + 1, column))
    page.write_formula(top + 2, column, formula, share, value)


def _share(
    book: Book, where: tuple[str, str], done: tuple[str, ...], aside: str, whole: str
) -> tuple[str, float]:
    """The part that is done of what is not set aside, as formula and as value."""
    table, key = where
    codes = book.frames[table][key]
    parts = "+".join(_count(book, table, key, code) for code in done)
    base = f"{whole}-{_count(book, table, key, aside)}" if aside else whole
    finished = int(codes.is_in(list(done)).sum())
    kept = codes.len() - int((codes == aside).sum())
    # Four decimals of a share, from whole numbers; only shown, never added up.
    value = round(finished / kept, 4) if kept else 0
    return f"=ROUND(({parts})/IF({base}=0,1,{base}),4)", value


def _count(book: Book, table: str, key: str, code: str) -> str:
    words_of = {"place": "place", "status": "payout_status"}[key]
    word = formulas.literal(words.word(words_of, code, book.language))
    return formulas.countifs(table, book.language, **{key: word})


def write_todo(book: Book, top: int) -> int:
    """What is to be decided, by reason and currency: count, money, next step, the way there."""
    page, styles = book.sheets["home"], book.styles
    heads = (("home.todo", 0), ("part.currency", 1), ("home.todo_count", 2),
             ("home.todo_amount", 3), ("home.todo_next", 4))  # fmt: skip
    filled = styles.get(bg_color=HEADER_FILL)
    for position in range(_GO + 2):
        page.write_blank(top, position, None, filled)
    for key, position in heads:
        kind = Cell.MONEY if position in {2, 3} else Cell.TEXT
        page.write_string(top, position, book.say(key), styles.header(kind))
    groups = _todo(book)
    firsts = first_rows(book.frames["Exceptions"], "reason", "currency")
    row = top + 1
    for group in groups[:TODO_MAX]:
        _write_group(book, row, group, firsts[group["reason"], group["currency"]])
        row += 1
    if len(groups) > TODO_MAX:
        more = book.say("home.todo_more", count=len(groups) - TODO_MAX)
        page.write_url(row, 0, book.link("exceptions"), styles.link(), more)
        row += 1
    if not groups:
        begun = book.close.matches.is_empty() and not book.close.records.is_empty()
        said = "home.todo_unmatched" if begun else "home.todo_none"
        page.write_string(row, 0, book.say(said), styles.note())
        row += 1
    return row


def _todo(book: Book) -> list[dict[str, object]]:
    """The open items by reason and currency: those to decide, proposals, those that wait."""
    order = {"act": 0, "ask": 1, "later": 2}
    grouped = (
        book.frames["Exceptions"]
        .group_by("reason", "currency", "status")
        .agg(pl.len().alias("count"), pl.col("at_stake").sum())
    )
    rank = pl.col("status").replace_strict(order, return_dtype=pl.Int64)
    return list(grouped.sort(rank, -pl.col("at_stake"), "reason", "currency").to_dicts())


def _write_group(book: Book, row: int, group: dict[str, object], first: int) -> None:
    page, styles, language = book.sheets["home"], book.styles, book.language
    reason, currency = str(group["reason"]), str(group["currency"])
    tone = {"act": "bad", "ask": "ask", "later": "later"}[str(group["status"])]
    places, line = exponent(currency), {"bottom": 1, "bottom_color": HAIR}
    fill, ink, sign = TONES[tone]
    marked = styles.get(bg_color=fill, font_color=ink, num_format=f'"{sign} "@', **line)
    page.write_string(row, 0, words.word("reason", reason, language), marked)
    page.write_string(row, 1, currency, styles.get(**line))
    where = {"reason": f"$A{row + 1}", "currency": f"$B{row + 1}"}
    count = formulas.countifs("Exceptions", language, **where)
    page.write_formula(
        row, 2, f"={count}", styles.get(num_format=COUNT, align="right", **line), group["count"]
    )
    money = formulas.sumifs("Exceptions", "at_stake", language, places, **where)
    page.write_formula(
        row, 3, f"={money}", styles.money(places, **line),
        amount(int(str(group["at_stake"])), currency),
    )  # fmt: skip
    page.write_string(
        row, 4, text(f"reasons.{reason}.next", language), styles.note(indent=1, **line)
    )
    for position in range(5, _GO + 2):
        page.write_blank(row, position, None, styles.get(**line))
    cell = xl_rowcol_to_cell(_exceptions_first(book) + first, 0)
    page.write_url(
        row, _GO, book.link("exceptions", cell), styles.link(**line), book.say("home.go")
    )


def _exceptions_first(book: Book) -> int:
    """0-based row of the first exception: under its lines of totals, bands and header."""
    currencies = len(book.currencies("Exceptions"))
    lines = min(currencies, CURRENCY_LINES_MAX) + (currencies > CURRENCY_LINES_MAX) + 1
    return TOP + lines + 1 + 2


def write_alerts(book: Book, top: int) -> int:
    """What monitoring found and what the files ask to look at; one line when there is nothing."""
    page, styles, language = book.sheets["home"], book.styles, book.language
    page.write_string(top, 0, book.say("home.alerts"), styles.section())
    problems, files = book.frames["Problems"], book.frames["Files"]
    told = (
        ("alert_files", "Problems", "level", "level", "file", problems["level"] == "file"),
        ("alert_rejects", "Problems", "level", "level", "reject", problems["level"] == "reject"),
        ("alert_checks", "Files", "status", "file_status", "warn", files["status"] == "warn"),
    )
    row = _write_findings(book, top)
    for key, table, column, vocabulary, code, rows in told:
        count = int(rows.sum())
        if not count:
            continue
        word = formulas.literal(words.word(vocabulary, code, language))
        live = formulas.countifs(table, language, **{column: word})
        page.write_formula(row, 2, f"={live}", styles.get(num_format=COUNT, align="right"), count)
        page.write_string(row, 3, book.say(f"home.{key}"), styles.get(font_color="#B3261E"))
        page.write_url(row, _GO, book.link("files"), styles.link(), book.say("home.go"))
        row += 1
    if row == top:
        said = "home.alerts_unread" if files.is_empty() else "home.alerts_none"
        page.write_string(row, 2, book.say(said), styles.note())
        row += 1
    return row


def _write_findings(book: Book, top: int) -> int:
    """The findings with most money at stake: a word, the money, the sentence, the way there."""
    page, styles, frame = book.sheets["home"], book.styles, book.frames["Findings"]
    row = top
    for at, told in enumerate(frame.head(FINDINGS_MAX).iter_rows(named=True)):
        row += 1
        line = {"bottom": 1, "bottom_color": HAIR, "valign": "vcenter"}
        fill, ink, sign = TONES[STATUS_TONES["finding_level"][told["level"]]]
        marked = styles.get(bg_color=fill, font_color=ink, num_format=f'"{sign} "@', **line)
        page.write_string(row, 0, words.word("finding", told["finding"], book.language), marked)
        page.write_string(row, 1, told["currency"], styles.get(**line))
        places = exponent(told["currency"])
        where = {"finding_id": formulas.literal(told["finding_id"])}
        money = formulas.sumifs("Findings", "at_stake", book.language, places, **where)
        page.write_formula(
            row, 3, f"={money}", styles.money(places, **line),
            amount(told["at_stake"], told["currency"]),
        )  # fmt: skip
        said = styles.get(text_wrap=True, **line)
        page.write_blank(row, 2, None, styles.get(**line))
        page.merge_range(row, 4, row, _GO - 1, told["sentence"], said)
        needed = characters_of(told["sentence"])
        page.set_row(row, _LINE_HEIGHT * (1 + needed // _LINE_CHARACTERS) + 2)
        cell = xl_rowcol_to_cell(FINDINGS_FIRST + at, 0)
        page.write_url(row, _GO, book.link("analysis", cell), styles.link(), book.say("home.go"))
    if frame.height > FINDINGS_MAX:
        row += 1
        more = book.say("home.findings_more", count=frame.height - FINDINGS_MAX)
        page.write_url(row, 0, book.link("analysis"), styles.link(), more)
    return row + 1 if row > top else top
