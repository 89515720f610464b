"""Share: the month on paper, and a copy for whoever is not of the house."""

from recon_engine.close import close_month
from recon_engine.errors import Code, error
from recon_engine.export.pdf import write_pdf
from recon_engine.model.results import Close
from recon_engine.report.masked import masked_close
from xl_addin.actions.desk import Desk, Said
from xl_addin.partner import write_partner


def pdf(desk: Desk) -> Said | None:
    """Writes the month as a PDF beside the workbook, or where the person says."""
    suggested = desk.folder / f"Tieout {_period(desk)}.pdf"
    path = desk.dialogs.save(desk.say("ask.pdf"), suggested)
    if path is None:
        return None
    closed = _closed(desk)
    desk.progress("write_pdf", 0, 0)
    write_pdf(closed, path, desk.state.language)
    desk.dialogs.show(path.as_uri())
    return Said("said.pdf", {"path": path.name})


def partner_copy(desk: Desk) -> Said | None:
    """Writes a copy without personal data, with a password if the person types one."""
    name = desk.say("ask.partner_name", period=_period(desk))
    path = desk.dialogs.save(desk.say("ask.partner"), desk.folder / f"{name}.xlsx")
    if path is None:
        return None
    if path.name.lower() in [book.name.lower() for book in desk.app.books]:
        raise error(Code.TARGET_LOCKED, value=path.name)
    password = _password(desk)
    if password is None:
        return None
    closed = _closed(desk)
    desk.progress("write_partner", 0, 0)
    write_partner(masked_close(closed), path, desk.state.language, password)
    key = "said.partner_locked" if password else "said.partner"
    return Said(key, {"path": path.name})


def _password(desk: Desk) -> str | None:
    """What the person typed twice; "" for none, None when the person thinks better of it.

    Raises:
        TieoutError: PASSWORDS_DIFFER.
    """
    password = desk.dialogs.secret(desk.say("ask.partner_password"))
    if password and desk.dialogs.secret(desk.say("ask.partner_password_again")) != password:
        raise error(Code.PASSWORDS_DIFFER)
    return password


def _period(desk: Desk) -> str:
    """The period as a file's name may hold it."""
    return desk.state.period.name.replace("/", " ")


def _closed(desk: Desk) -> Close:
    state = desk.state
    return close_month(state.intake, state.policy, state.period, desk.progress, state.kept)
