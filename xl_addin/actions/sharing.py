"""Share: the month on paper."""

from recon_engine.close import close_month
from recon_engine.export.pdf import write_pdf
from xl_addin.actions.desk import Desk, Said


def pdf(desk: Desk) -> Said | None:
    """Writes the month as a PDF beside the workbook, or where the person says."""
    state = desk.state
    suggested = desk.folder / f"Tieout {state.period.name.replace('/', ' ')}.pdf"
    path = desk.dialogs.save(desk.say("ask.pdf"), suggested)
    if path is None:
        return None
    closed = close_month(state.intake, state.policy, state.period, desk.progress, state.kept)
    desk.progress("write_pdf", 0, 0)
    write_pdf(closed, path, state.language)
    desk.dialogs.show(path.as_uri())
    return Said("said.pdf", {"path": path.name})
