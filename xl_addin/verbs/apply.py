"""``tieout apply``: takes up what a person typed in a workbook, and runs the month again."""

import argparse
from datetime import UTC, datetime
from pathlib import Path

from recon_engine.errors import Code, Place, error
from recon_engine.export.files import write_bytes, write_json
from recon_engine.export.json_report import close_report
from recon_engine.export.replacing import replace_file
from recon_engine.messages import Language
from recon_engine.reconcile.take_up import Actor
from workbook_templates.apply import APPLY, Applied, apply_workbook
from xl_addin.inputs import say, tell, terminal_progress
from xl_addin.people.gate import Person

ROLES = ("preparer", "reviewer", "viewer", "administrator")


def arguments(parser: argparse.ArgumentParser) -> None:
    """The workbook, who decided, and where the new one goes."""
    parser.add_argument("workbook", type=Path, metavar="CLOSE.xlsx")
    parser.add_argument("--out", type=Path, metavar="NEW.xlsx")
    parser.add_argument("--json", type=Path, metavar="REPORT.json")
    parser.add_argument("--user", metavar="NAME")
    parser.add_argument("--role", choices=ROLES, default=None)
    parser.add_argument("--lang", type=Language, choices=list(Language), default=None)


def run(options: argparse.Namespace) -> None:
    """Reads, takes up, closes, proves, and only then writes.

    Raises:
        TieoutError: something would be lost, a proof failed, or the file cannot be written.
    """
    source: Path = options.workbook
    if not source.is_file():
        raise error(Code.FILE_MISSING, Place(source.name))
    progress = terminal_progress(options.language)
    person: Person = options.person
    data, now = source.read_bytes(), _now()
    applied = apply_workbook(
        data, source.name, _actor(options, person), now, progress, person.act(APPLY, now)
    )
    tell(applied.problems, options.language)
    target = options.out or source
    backup = _write(applied, target, in_place=target.resolve() == source.resolve())
    if options.json:
        write_json(options.json, close_report(applied.closed))
    progress("done", 0, 0)
    _say(applied, options.language, target, backup, same=applied.content == data)


def _actor(options: argparse.Namespace, person: Person) -> Actor:
    """Who decides: whoever has signed in, else whom the command line names.

    Raises:
        TieoutError: USAGE, when both are there and differ.
    """
    named = options.user or person.os_user, options.role or ROLES[0]
    if not person.name:
        return Actor(*named)
    if options.user not in (None, person.name) or options.role not in (None, person.role):
        raise error(Code.USAGE, value=f"--user, --role: {person.name}, {person.role}")
    return person.actor


def _now() -> str:
    return datetime.now(UTC).astimezone().isoformat(timespec="seconds")


def _write(applied: Applied, target: Path, *, in_place: bool) -> Path | None:
    if in_place or target.exists():
        return replace_file(target, applied.content)
    write_bytes(target, applied.content)
    return None


def _say(
    applied: Applied, language: Language, target: Path, backup: Path | None, *, same: bool
) -> None:
    if same:
        say("cli.apply.unchanged", language, workbook=target)
        return
    say(
        "cli.apply.done",
        language,
        decisions=f"{applied.decisions:,}",
        refused=f"{len(applied.problems):,}",
        exceptions=f"{applied.closed.exceptions.height:,}",
        workbook=target,
    )
    if backup:
        say("cli.apply.backup", language, backup=backup)
