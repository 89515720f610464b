"""Home: one screen and one printed page, from the proof down to the charts."""

from recon_engine.control.signing import SignState, standing_of
from workbook_templates import formulas, words
from workbook_templates.book import Book
from workbook_templates.sheets.home_charts import write_charts
from workbook_templates.sheets.home_proof import write_proof_table
from workbook_templates.sheets.home_work import write_alerts, write_chain, write_todo
from workbook_templates.styles import RULE, TONES

WIDTHS = (28, 9, 17, 17, 17, 17, 17, 14, 11, 15)
_LAST = len(WIDTHS) - 1
_SIGNED_AT = 8  # 0-based column of the sign-off
_LOOKS = {
    key: {"font_color": TONES[tone][1]}
    for key, tone in (("signed", "good"), ("void", "bad"), ("prepared", "later"))
}


def write_home(book: Book, chart_data_row: int) -> None:
    """Writes the sheet.

    Args:
        book: the workbook being written.
        chart_data_row: 0-based row of the sheet Proof from which the charts' figures stand.
    """
    page = book.sheets["home"]
    for position, width in enumerate(WIDTHS):
        page.set_column(position, position, width)
    _write_head(book)
    row = write_proof_table(book, 3)
    row = write_chain(book, row + 1)
    row = write_todo(book, row + 1)
    row = write_alerts(book, row + 1)
    below = write_charts(book, row + 1, chart_data_row)
    page.print_area(0, 0, below, _LAST)
    page.set_first_sheet()
    page.activate()


def _write_signed(book: Book, position: int) -> None:
    """Whether and by whom the close is signed; void as soon as the sheet Sign-off says so."""
    page, now = book.sheets["home"], standing_of(book.close)
    key = "unsigned" if now.overall == SignState.NONE else now.overall
    by = now.reviewed if now.overall == SignState.SIGNED else now.prepared
    said, void = (
        f"{book.say('home.sign_off')}  {value}"
        for value in (
            book.say(f"home.{key}", user=by.entry.user if by.entry else ""),
            book.say("home.void"),
        )
    )
    form = book.styles.get(bold=True, **_LOOKS.get(key, {}))
    if key not in ("signed", "prepared"):
        page.write_string(0, position, said, form)
        return
    states = formulas.column("SignOff", "state", book.language)
    word = formulas.literal(words.word("sign_state", SignState.VOID, book.language))
    told = f"{formulas.literal(void)},{formulas.literal(said)}"
    page.write_formula(0, position, f"=IF(COUNTIF({states},{word})>0,{told})", form, said)
    red = {"type": "text", "criteria": "containing", "value": book.say("home.void"),
           "format": book.styles.tone_plain("bad")}  # fmt: skip
    page.conditional_format(0, position, 0, position, red)


def _write_head(book: Book) -> None:
    """Name, company, period and sign-off in one line; the marks explained under it."""
    page, styles, close = book.sheets["home"], book.styles, book.close
    page.set_row(0, 26)
    page.write_string(0, 0, book.say("title.home"), styles.title())
    told = (
        (3, "company", close.company),
        (6, "period", book.period_name),
    )
    for position, key, value in told:
        if value:
            said = f"{book.say(f'home.{key}')}  {value}"
            page.write_string(0, position, said, styles.get(bold=True))
    _write_signed(book, _SIGNED_AT)
    for position in range(_LAST + 1):
        page.write_blank(1, position, None, styles.get(bottom=2, bottom_color=RULE))
    under = styles.note(bottom=2, bottom_color=RULE)
    as_of = book.say("home.as_of", date=close.as_of.isoformat())
    told_under = "  ·  ".join(part for part in (as_of, book.note) if part)
    page.write_string(1, 0, book.say("home.start") if book.template else told_under, under)
    page.write_string(1, 3, book.say("home.marks"), under)
