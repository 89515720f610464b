"""Makes ``tieout`` a command of this Windows user, and takes it away again without a trace.

``install.ps1`` finds Python and makes the environment; what has to be decided is decided here,
where it is tested without Windows.  Standard library only and no import of ours, so that any Python
can take an installation away, even when its own environment no longer runs.
"""

import argparse
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol

LAUNCHER = "tieout.cmd"
LOG = "install.log"
VENV = "venv"
# %~dp0 is the launcher's own folder: no path is written, so no user name can spoil the file.
LAUNCHER_TEXT = '@"%~dp0venv\\Scripts\\python.exe" -m xl_addin %*\r\n'
EXPANDABLE = 2  # REG_EXPAND_SZ, the kind that Windows itself gives a user's PATH
DONE, FAILED = 0, 2

Say = Callable[[str], None]
Run = Callable[[Sequence[str]], str]


class UserPath(Protocol):
    """The PATH of one user, as the registry keeps it."""

    def read(self) -> tuple[str, int] | None:
        """The text and its registry kind, or None where the user has no PATH of their own."""

    def write(self, value: str, kind: int) -> None:
        """Replaces it and tells running programs."""

    def delete(self) -> None:
        """Takes it away and tells running programs."""


class InstallError(Exception):
    """Nothing more can be done; the text says why and what to do."""


def with_entry(path: str, folder: str) -> str:
    """A PATH that holds the folder, at its end; unchanged where it is there already."""
    if any(_same(entry, folder) for entry in path.split(";")):
        return path
    if not path:
        return folder
    return f"{path}{folder};" if path.endswith(";") else f"{path};{folder}"


def without_entry(path: str, folder: str) -> str:
    """A PATH without the folder; all else as it was, to the character."""
    return ";".join(entry for entry in path.split(";") if not _same(entry, folder))


def _same(entry: str, folder: str) -> bool:
    """Whether two entries name one folder, as Windows sees it."""
    return entry.strip().strip('"').rstrip("\\/").lower() == folder.rstrip("\\/").lower()


def install(home: Path, user_path: UserPath, run: Run, say: Say) -> None:
    """Places the launcher, puts its folder on the PATH, and proves that it answers.

    Args:
        home: the folder of the installation; its environment stands in it already.
        user_path: the PATH to change.
        run: runs a command and answers what it printed.
        say: hears of each step.

    Raises:
        InstallError: the launcher does not answer as it should.
    """
    home.mkdir(parents=True, exist_ok=True)
    launcher = home / LAUNCHER
    launcher.write_bytes(LAUNCHER_TEXT.encode("ascii"))
    say(f"launcher: {launcher}")
    value, kind = user_path.read() or ("", EXPANDABLE)
    wanted = with_entry(value, str(home))
    if wanted == value:
        say("PATH: holds the folder already")
    else:
        user_path.write(wanted, kind)
        say("PATH: the folder was added; new windows will know it")
    answer = run([str(launcher), "--version"]).strip()
    if not answer.startswith("tieout "):
        raise InstallError(f"the launcher answered {answer!r}, not its version")
    say(f"self-test: {answer}")


def uninstall(home: Path, user_path: UserPath, say: Say) -> None:
    """Takes the PATH entry, the launcher, the environment and the log away; nothing else.

    Args:
        home: the folder of the installation.
        user_path: the PATH to change.
        say: hears of each step.

    Raises:
        InstallError: something is in use.
    """
    _off_path(home, user_path, say)
    venv = home / VENV
    try:
        if (venv / "pyvenv.cfg").is_file():
            shutil.rmtree(venv)
            say("environment: removed")
        for name in (LAUNCHER, LOG):
            (home / name).unlink(missing_ok=True)
        if home.is_dir() and not any(home.iterdir()):
            home.rmdir()
    except OSError as fault:
        text = f"in use: {fault.filename}; close Tieout and Excel, then run this again"
        raise InstallError(text) from fault
    if home.exists():
        say(f"kept, because it holds files that are not ours: {home}")
    else:
        say("folder: removed")


def _off_path(home: Path, user_path: UserPath, say: Say) -> None:
    held = user_path.read()
    if held is None:
        return
    value, kind = held
    wanted = without_entry(value, str(home))
    if wanted == value:
        return
    if wanted:
        user_path.write(wanted, kind)
    else:
        user_path.delete()
    say("PATH: the folder was taken off")


def answer_of(command: Sequence[str]) -> str:
    """What a command prints; a command that cannot be run prints its reason."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired) as fault:
        return str(fault)
    return done.stdout or done.stderr


def logged(log: Path | None) -> Say:
    """Says on stdout, and with the time in a log where one is given."""

    def say(line: str) -> None:
        sys.stdout.write(f"{line}\n")
        if log:
            log.parent.mkdir(parents=True, exist_ok=True)
            with log.open("a", encoding="utf-8") as file:
                file.write(f"{datetime.now().astimezone():%Y-%m-%d %H:%M:%S} {line}\n")

    return say


def windows_user_path() -> UserPath:
    """The PATH of the user who runs this.

    Raises:
        InstallError: this is not Windows.
    """
    if sys.platform != "win32":
        raise InstallError("only for Windows; elsewhere: pip install . and run tieout")
    return _registry()


def _registry() -> UserPath:
    if sys.platform == "win32":
        import ctypes  # noqa: PLC0415 - not on every system
        import winreg  # noqa: PLC0415

        class Registry:
            def read(self) -> tuple[str, int] | None:
                with winreg.CreateKey(winreg.HKEY_CURRENT_USER, "Environment") as key:
                    try:
                        value, kind = winreg.QueryValueEx(key, "Path")
                    except FileNotFoundError:
                        return None
                    return str(value), kind

            def write(self, value: str, kind: int) -> None:
                with winreg.CreateKey(winreg.HKEY_CURRENT_USER, "Environment") as key:
                    winreg.SetValueEx(key, "Path", 0, kind, value)
                self._tell()

            def delete(self) -> None:
                with winreg.CreateKey(winreg.HKEY_CURRENT_USER, "Environment") as key:
                    winreg.DeleteValue(key, "Path")
                self._tell()

            def _tell(self) -> None:
                everyone, setting_changed, if_hung = 0xFFFF, 0x1A, 0x2
                ctypes.windll.user32.SendMessageTimeoutW(
                    everyone, setting_changed, 0, "Environment", if_hung, 2000, None
                )

        return Registry()
    raise InstallError("no registry here")


def main(
    arguments: Sequence[str] | None = None,
    user_path: UserPath | None = None,
    run: Run = answer_of,
) -> int:
    """``python -m xl_addin.install --home FOLDER [--uninstall] [--log FILE]``."""
    parser = argparse.ArgumentParser(prog="python -m xl_addin.install", allow_abbrev=False)
    parser.add_argument("--home", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--uninstall", action="store_true")
    parser.add_argument("--log", type=Path, metavar="FILE")
    options = parser.parse_args(arguments)
    say = logged(options.log)
    try:
        path = user_path or windows_user_path()
        if options.uninstall:
            uninstall(options.home, path, say)
        else:
            install(options.home, path, run, say)
    except InstallError as told:
        say(f"not done: {told}")
        return FAILED
    return DONE


if __name__ == "__main__":
    sys.exit(main())
