"""Where a button's call arrives: Excel is found, the action runs, and whatever happens is told.

The one broad ``except`` of an action is here.  The workbook itself is given back by whoever writes
it (:mod:`xl_addin.live.book`); here the status bar is, and the person hears what to do.
"""

import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import xlwings as xw

from recon_engine.errors import Code, ExitCode, Problem, TieoutError, error
from recon_engine.messages import explain, text
from xl_addin.actions.call import Call
from xl_addin.actions.desk import Desk, Said
from xl_addin.actions.dialogs import Dialogs, Windows
from xl_addin.actions.log import write_log
from xl_addin.actions.registry import action, function_of
from xl_addin.live.host import host_of, told
from xl_addin.live.quiet import limit_tries, patiently
from xl_addin.people.gate import Gate, this_gate

PROBLEMS_SHOWN = 8  # in a message; all of them stand on the sheet Files or at their cells
_FAILED = 1


def run(call: Call) -> int:
    """Runs the action that was called and answers its exit code."""
    limit_tries()
    home = home_of(os.environ)
    try:
        app = _app(call)
    except Exception as fault:  # noqa: BLE001 - the top: whatever it is, the person hears of it
        return _told(Windows(None, call.language), home, call, fault)
    return perform(call, app, Windows(app, call.language), home)


def perform(call: Call, app: xw.App, dialogs: Dialogs, home: Path, gate: Gate | None = None) -> int:
    """Runs an action in an Excel that was found.

    Args:
        call: what was pressed, and where.
        app: that Excel.
        dialogs: the person.
        home: Tieout's own folder of this user.
        gate: that lets people in; that of this machine if not given.
    """
    desk, gate = None, gate or this_gate()
    try:
        pressed = action(call.action)
        person = gate.admitted(pressed.role)
        patiently(lambda: app.version)
        desk = Desk(
            app, host_of(app), dialogs, call.language, call.action, call.workbook, home,
            gate, person, now, call.choice, call.heard,
        )  # fmt: skip
        if pressed.locked:
            desk.refuse_locked()
        said = function_of(pressed)(desk)
        _clear(app)
        write_log(home, now(), call.action, "done")
        lines = [sentence(said, call)] if said is not None else []
        if lines or desk.notes():
            dialogs.tell("\n\n".join([*desk.notes(), *lines]))
    except Exception as fault:  # noqa: BLE001 - the top: whatever it is, the person hears of it
        _clear(app)
        return _told(dialogs, home, call, fault, _notes(desk))
    return int(ExitCode.DONE)


def sentence(said: Said, call: Call) -> str:
    """What was done and what to do next, and the first things to look at."""
    lines = [text(f"addin.{said.key}", call.language, **said.params)]
    return "\n".join([*lines, *_shown(said.problems, call)])


def _shown(problems: tuple[Problem, ...], call: Call) -> list[str]:
    lines = [explain(problem, call.language) for problem in problems[:PROBLEMS_SHOWN]]
    more = len(problems) - PROBLEMS_SHOWN
    if more > 0:
        lines.append(text("addin.said.more", call.language, count=more))
    return ["", *lines] if lines else []


def _notes(desk: Desk | None) -> list[str]:
    """What else there is to know of the book, as far as Excel still answers."""
    with suppress(Exception):
        return desk.notes() if desk is not None else []
    return []


def _told(
    dialogs: Dialogs, home: Path, call: Call, fault: Exception, notes: Sequence[str] = ()
) -> int:
    """Words for a fault, its place in the log, and the exit code."""
    known = fault if isinstance(fault, TieoutError) else told(fault, call.workbook)
    if known is None:
        write_log(home, now(), call.action, Code.UNEXPECTED, fault)
        known = error(Code.UNEXPECTED, value=type(fault).__name__)
        known.exit_code = ExitCode.BAD_INPUT
    else:
        write_log(home, now(), call.action, " ".join(p.code for p in known.problems), fault)
    with suppress(Exception):  # a closed Excel shows no message either
        shown = "\n".join(_shown(known.problems, call)).strip()
        dialogs.tell("\n\n".join([*notes, shown]))
    return int(known.exit_code) or _FAILED


def _clear(app: xw.App) -> None:
    """Gives the status bar back to Excel."""
    with suppress(Exception):
        app.status_bar = False


def _app(call: Call) -> xw.App:
    """The Excel that the button was pressed in.

    Raises:
        TieoutError: BOOK_MISSING, when there is none.
    """
    if call.hwnd and sys.platform == "win32":
        from xlwings import _xlwindows  # noqa: PLC0415 - Windows only

        return xw.App(impl=_xlwindows.App(xl=call.hwnd))
    found = xw.apps.active
    if found is None:
        raise error(Code.BOOK_MISSING, value=call.workbook)
    return found


def home_of(environment: Mapping[str, str]) -> Path:
    """Tieout's own folder of this user, where the installer puts it too."""
    local = environment.get("LOCALAPPDATA")
    if local:
        return Path(local) / "Tieout"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "Tieout"
    return Path(environment.get("XDG_DATA_HOME", Path.home() / ".local" / "share")) / "tieout"


def now() -> str:
    """The time with its offset."""
    return datetime.now(UTC).astimezone().isoformat(timespec="seconds")
