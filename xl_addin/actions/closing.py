"""Close: the proof, and the next month's workbook."""

from dataclasses import asdict
from datetime import timedelta

from recon_engine.close import close_month, laid_out
from recon_engine.control.roll_forward import roll_forward as handed_on
from recon_engine.control.signing import (
    begun_by,
    counts_of,
    logged,
    standing,
)
from recon_engine.export.files import write_bytes
from recon_engine.model.records import empty_records
from recon_engine.model.results import Intake, Period
from workbook_templates import words
from workbook_templates.check import check_tables
from workbook_templates.layout_book import TABLES
from workbook_templates.readback import read_tables
from workbook_templates.render import workbook_bytes
from workbook_templates.signing import signed_close
from xl_addin.actions.desk import Desk, Said


def checks(desk: Desk) -> Said:
    """Proves the workbook from what stands in it; changes nothing."""
    wanted = {name: table.keys for name, table in TABLES.items()}
    problems = check_tables(read_tables(desk.book.source, wanted), desk.gate.keys())
    key = "said.checks_bad" if problems else "said.checks_good"
    return Said(key, {"count": len(problems)}, tuple(problems))


def sign_prepared(desk: Desk) -> Said | None:
    """The preparer signs what stands there."""
    return _signed(desk, "said.signed_prepared")


def sign_reviewed(desk: Desk) -> Said | None:
    """The reviewer signs what somebody else prepared; the period is locked."""
    return _signed(desk, "said.signed_reviewed")


def _signed(desk: Desk, said: str) -> Said | None:
    closed, state = signed_close(desk.book.source, desk.act(), desk.gate.keys(), desk.progress)
    part = words.word("sign_part", desk.action, desk.language)
    figures = {key: f"{count:,}" for key, count in asdict(counts_of(closed)).items()}
    about = {"part": part, "period": closed.period.name, "company": closed.company}
    if not desk.dialogs.agrees(desk.say("ask.sign", **about, **figures)):
        return None
    desk.write_signed(closed, state.typed)
    return Said(said, {"user": desk.person.name})


def withdraw_sign_off(desk: Desk) -> Said | None:
    """The reviewer's sign-off is taken back; the log keeps both."""
    closed, state = signed_close(desk.book.source, desk.act(), desk.gate.keys(), desk.progress)
    by = standing(state.kept.audit, "").reviewed.entry
    if not desk.dialogs.agrees(desk.say("ask.withdraw", user=by.user if by else "")):
        return None
    desk.write_signed(closed, state.typed)
    return Said("said.withdrawn")


def roll_forward(desk: Desk) -> Said | None:
    """Makes next month's workbook with what is open and what was learned, and opens it.

    The month that ends is saved and read-only from then on.
    """
    state = desk.state
    period = following(state.period)
    path = desk.dialogs.save(desk.say("ask.next_month"), desk.folder / f"Tieout {period.name}.xlsx")
    if path is None:
        return None
    closed = close_month(state.intake, state.policy, state.period, desk.progress, state.kept)
    kept = handed_on(closed)
    begun = laid_out(Intake(empty_records(), ()), state.policy, period, kept)
    begun = logged(begun, begun_by(desk.act(), closed))
    write_bytes(path, workbook_bytes(begun, state.language, whole=True))
    ended = desk.book
    key = "said.rolled_closed" if ended.finish() else "said.rolled"
    desk.app.books.open(path)
    figures = {"period": period.name, "records": f"{begun.records.height:,}", "path": path.name,
               "ended": ended.book.name}  # fmt: skip
    return Said(key, figures)


def following(period: Period) -> Period:
    """The calendar month after a period."""
    start = period.end + timedelta(days=1)
    end = (start.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    return Period(start, end)
