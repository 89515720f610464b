"""Close: the proof, and the next month's workbook."""

from datetime import timedelta

from recon_engine.close import close_month, laid_out
from recon_engine.control.roll_forward import roll_forward as handed_on
from recon_engine.export.files import write_bytes
from recon_engine.model.records import empty_records
from recon_engine.model.results import Intake, Period
from workbook_templates.check import check_tables
from workbook_templates.layout_book import TABLES
from workbook_templates.readback import read_tables
from workbook_templates.render import workbook_bytes
from xl_addin.actions.desk import Desk, Said


def checks(desk: Desk) -> Said:
    """Proves the workbook from what stands in it; changes nothing."""
    wanted = {name: table.keys for name, table in TABLES.items()}
    problems = check_tables(read_tables(desk.book.source, wanted))
    key = "said.checks_bad" if problems else "said.checks_good"
    return Said(key, {"count": len(problems)}, tuple(problems))


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
