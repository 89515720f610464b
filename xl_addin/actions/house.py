"""Tieout: a new month, who works, the language, the settings, help, and what this is."""

from pathlib import Path

from recon_engine import __version__
from recon_engine.errors import Code, error
from recon_engine.export.files import write_bytes
from recon_engine.messages import Language, text
from workbook_templates.template import empty_workbook
from xl_addin.actions.desk import Desk, Said
from xl_addin.actions.log import LOG_NAME
from xl_addin.actions.people import sign_in, sign_out, users  # noqa: F401 - of this group


def new_close(desk: Desk) -> Said | None:
    """Makes an empty workbook where the person says, and opens it."""
    suggested = Path.home() / "Documents" / f"{desk.say('ask.new_name')}.xlsx"
    path = desk.dialogs.save(desk.say("ask.new_close"), suggested)
    if path is None:
        return None
    if path.name.lower() in [book.name.lower() for book in desk.app.books]:
        raise error(Code.TARGET_LOCKED, value=path.name)
    write_bytes(path, empty_workbook(desk.language))
    desk.app.books.open(path)
    return Said("said.new_close", {"path": path.name})


def language(desk: Desk) -> Said | None:
    """The launcher keeps what was chosen; here it is said what follows from it."""
    known = desk.choice if desk.choice in set(Language) else "excel"
    return Said("said.language", {"language": text(f"addin.language.{known}", desk.language)})


def settings(desk: Desk) -> Said | None:
    """Shows the sheet Settings."""
    desk.book.source.place("Settings").sheet.activate()
    return None


def help(_desk: Desk) -> Said:  # noqa: A001 - the action's own name
    """The order of the work, button by button."""
    return Said("said.help")


def about(desk: Desk) -> Said:
    """The version, and where the log is."""
    return Said("said.about", {"version": __version__, "log": desk.home / LOG_NAME})
