"""``tieout sign-off CLOSE.xlsx``: signs a workbook as preparer or reviewer, or withdraws it."""

import argparse
from datetime import UTC, datetime
from pathlib import Path

from recon_engine.errors import Code, Place, error
from recon_engine.export.replacing import replace_file
from recon_engine.trust.audit import SIGN_PREPARED, SIGN_REVIEWED, WITHDRAW
from recon_engine.trust.roles import Role
from workbook_templates.own.read import additions
from workbook_templates.render import workbook_bytes
from workbook_templates.signing import signed_close
from workbook_templates.source import FileSource
from xl_addin.inputs import say, tell, terminal_progress
from xl_addin.people.gate import this_gate

ACTS = {"preparer": SIGN_PREPARED, "reviewer": SIGN_REVIEWED, "withdraw": WITHDRAW}


def arguments(parser: argparse.ArgumentParser) -> None:
    """The workbook, and as whom."""
    parser.add_argument("workbook", type=Path, metavar="CLOSE.xlsx")
    parser.add_argument("--as", dest="part", choices=list(ACTS), required=True)
    parser.add_argument("--lang", metavar="LANG")


def run(options: argparse.Namespace) -> None:
    """Proves the workbook, signs it, and writes it anew; what stood there is kept.

    Raises:
        TieoutError: it is not proved or not finished, or this person may not sign it.
    """
    path: Path = options.workbook
    act, gate = ACTS[options.part], this_gate()
    person = gate.admitted(Role.PREPARER if act == SIGN_PREPARED else Role.REVIEWER)
    if not path.is_file():
        raise error(Code.FILE_MISSING, Place(path.name))
    data = path.read_bytes()
    added = additions(data, path.name)
    progress = terminal_progress(options.language)
    at = datetime.now(UTC).astimezone().isoformat(timespec="seconds")
    source = FileSource(data, path.name)
    closed, state = signed_close(source, person.act(act, at), gate.keys(), progress)
    tell(state.problems, options.language)
    backup = replace_file(path, workbook_bytes(closed, state.language, state.typed, added))
    progress("done", 0, 0)
    say(f"cli.sign_off.{act}", options.language, workbook=path, name=person.name)
    if backup:
        say("cli.apply.backup", options.language, backup=backup)
