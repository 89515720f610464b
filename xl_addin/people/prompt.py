"""A password from a terminal or a file; never from a command line, which every process can read."""

import getpass
import sys
from pathlib import Path

from recon_engine.errors import Code, Place, error
from recon_engine.messages import Language, text

_FILE_BYTES_MAX = 10_000


def given_password(name: str, file: Path | None, language: Language, *, twice: bool = False) -> str:
    """A password: the first line of a file, else typed unseen.

    Args:
        name: whose.
        file: where it stands; typed if not given.
        language: of the question.
        twice: a new one is typed twice.

    Raises:
        TieoutError: FILE_MISSING, PASSWORDS_DIFFER, USAGE where there is neither file nor terminal.
    """
    if file is not None:
        return _first_line(file)
    if not sys.stdin.isatty():
        raise error(Code.USAGE, value="--password-file FILE")
    typed = getpass.getpass(text("cli.users.password", language, name=name))
    if twice and getpass.getpass(text("cli.users.again", language)) != typed:
        raise error(Code.PASSWORDS_DIFFER)
    return typed


def _first_line(file: Path) -> str:
    if not file.is_file():
        raise error(Code.FILE_MISSING, Place(file.name))
    with file.open("rb") as opened:
        lines = opened.read(_FILE_BYTES_MAX).decode("utf-8-sig", "replace").splitlines()
    return lines[0] if lines else ""
