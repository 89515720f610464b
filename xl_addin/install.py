"""``python -m xl_addin.install``: puts Tieout into this user's Excel, and takes it away again.

``install.ps1`` and ``install.sh`` find Python and make the environment; what has to be decided is
decided here, where it is tested without Windows.  Only what any Python has is needed to take an
installation away, so this also runs as a file, when its own environment no longer does.
"""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib import resources
from pathlib import Path

if not __package__:  # run as a file: the packages lie beside the one that this file is in
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from xl_addin.installation import excel, user_path
from xl_addin.installation.hands import Hands, InstallError, Say
from xl_addin.installation.places import (
    ADDIN,
    HELPER_LINK,
    LISTENING,
    LOG,
    QUEUE,
    SCRIPT,
    STOP,
    VENV,
    Places,
    on_mac,
    on_windows,
)
from xl_addin.installation.registry import TEXT, Registry, windows_registry

LAUNCHER = "tieout.cmd"
# %~dp0 is the launcher's own folder: no path is written, so no user name can spoil the file.
LAUNCHER_TEXT = '@"%~dp0venv\\Scripts\\python.exe" -I -m xl_addin %*\r\n'
EXCEL_VERSIONS = ("14.0", "15.0", "16.0")  # any that an installation may have been made for
HELPER_TRIES, HELPER_PAUSE_SECONDS = 50, 0.1  # five seconds for the helper to end
DONE, FAILED = 0, 2
Templates = Callable[[], Mapping[str, bytes]]


@dataclass(frozen=True)
class Machine:
    """The machine as an installation meets it.

    Attributes:
        places: of the user.
        hands: that change it.
        run: runs a command and answers what it printed.
        templates: makes the templates, name and content.
        base: the folder of the Python that is used.
    """

    places: Places
    hands: Hands
    run: excel.Run
    templates: Templates
    base: str = ""

    @property
    def is_mac(self) -> bool:
        """Whether scripts go to Excel through AppleScript."""
        return self.places.scripts is not None


def install(machine: Machine, *, helper: bool) -> None:
    """Places and registers everything, and proves that it answers.

    Args:
        machine: to install on; its environment is in its home already.
        helper: whether Excel asks the helper instead of starting programs itself.

    Raises:
        InstallError: Excel runs, Python is the store's, or Tieout does not answer as it should.
    """
    _refuse(machine)
    places, hands = machine.places, machine.hands
    hands.place(places.addin, part("releases", ADDIN))
    if hands.really:
        for name, content in machine.templates().items():
            hands.place(places.templates / name, content)
    if places.scripts:
        hands.place(places.scripts / SCRIPT, part("vba", SCRIPT))
    else:
        hands.place(places.home / LAUNCHER, LAUNCHER_TEXT.encode("ascii"))
        user_path.put_on(str(places.home), hands)
        _into_excel(machine, helper=helper)
    if hands.really:
        _self_test(machine)


def _refuse(machine: Machine) -> None:
    """Says no before anything is changed."""
    if "\\windowsapps\\" in machine.base.lower():
        raise InstallError(
            "this Python is from the Microsoft Store, which hides files from Excel; "
            "install Python from python.org for this user, then run this again"
        )
    if excel.is_running(machine.run, mac=machine.is_mac):
        raise InstallError("Excel is running; close it, then run this again")


def _into_excel(machine: Machine, *, helper: bool) -> None:
    hands, places = machine.hands, machine.places
    found = excel.version(hands.registry) if hands.registry else ""
    if found:
        hands.say(f"Excel: version {found}")
        excel.register(str(places.addin), found, hands)
    else:
        hands.say("Excel: not found; run this again when it is installed")
    hands.set(excel.MODE_KEY, excel.MODE_NAME, "helper" if helper else "direct", TEXT)
    if helper:
        hands.set(excel.RUN_KEY, excel.RUN_NAME, helper_command(places), TEXT)
    else:
        hands.unset(excel.RUN_KEY, excel.RUN_NAME)


def helper_command(places: Places) -> str:
    """What starts the helper at logon, and behind its link in the Start menu."""
    return f'"{places.python}" -I -m xl_addin serve'


def _self_test(machine: Machine) -> None:
    """The command answers its version; the doctor's findings go into the log."""
    command = [str(machine.places.home / LAUNCHER)]
    if machine.is_mac:
        command = [str(machine.places.python), "-I", "-m", "xl_addin"]
    answer = machine.run([*command, "--version"]).strip()
    if not answer.startswith("tieout "):
        raise InstallError(f"the launcher answered {answer!r}, not its version")
    machine.hands.say(f"self-test: {answer}")
    for line in machine.run([*command, "doctor"]).splitlines():
        machine.hands.say(f"doctor: {line}")


def uninstall(machine: Machine) -> None:
    """Takes everything of ours away, and nothing else.

    Raises:
        InstallError: Excel runs, or something is in use.
    """
    if excel.is_running(machine.run, mac=machine.is_mac):
        raise InstallError("Excel is running; close it, then run this again")
    places, hands = machine.places, machine.hands
    _end_helper(places, hands)
    for version in EXCEL_VERSIONS:
        excel.unregister(str(places.addin), version, hands)
    excel.forget_settings(hands)
    user_path.take_off(str(places.home), hands)
    for path in (places.addin, *places.template_files):
        hands.remove(path)
    if places.scripts:
        hands.remove(places.scripts / SCRIPT)
    if places.start_menu:
        hands.remove(places.start_menu / HELPER_LINK)
    _empty_home(places.home, hands)


def _end_helper(places: Places, hands: Hands) -> None:
    """Asks the helper to end, and waits a little: while it runs its files cannot be removed."""
    mark = places.queue / LISTENING
    if not mark.exists() or not hands.really:
        return
    hands.say("helper: asked to end")
    (places.queue / STOP).touch()
    tries = 0
    while mark.exists() and tries < HELPER_TRIES:
        time.sleep(HELPER_PAUSE_SECONDS)
        tries += 1


def _empty_home(home: Path, hands: Hands) -> None:
    if (home / VENV / "pyvenv.cfg").is_file():
        hands.remove(home / VENV)
    for name in (LAUNCHER, QUEUE, LOG):
        hands.remove(home / name)
    hands.remove_empty(home)
    if hands.really and home.exists():
        hands.say(f"kept, because it holds files that are not ours: {home}")


def part(folder: str, name: str) -> bytes:
    """A file that comes with the package."""
    return (resources.files("xl_addin") / folder / name).read_bytes()


def all_templates() -> dict[str, bytes]:
    """The template of each language, made now: it is the workbook's own layout."""
    from workbook_templates.template import template_bytes  # noqa: PLC0415 - not to take away
    from workbook_templates.template_names import TEMPLATES  # noqa: PLC0415

    return {name: template_bytes(language) for language, name in TEMPLATES.items()}


def answer_of(command: Sequence[str]) -> str:
    """What a command prints; a command that cannot be run prints its reason."""
    try:
        done = subprocess.run(  # noqa: S603 - our own commands
            command, capture_output=True, text=True, encoding="utf-8", errors="replace",
            check=False, timeout=120,
        )  # fmt: skip
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


def this_machine(home: Path | None) -> tuple[Places, Registry | None]:
    """The places and the registry of whoever runs this.

    Raises:
        InstallError: neither Windows nor a Mac.
    """
    if sys.platform == "win32":
        return on_windows(os.environ, home), windows_registry()
    if sys.platform == "darwin":
        return on_mac(Path.home(), home), None
    raise InstallError("only for Windows and Mac; elsewhere: pip install . and run tieout")


def main(
    arguments: Sequence[str] | None = None,
    found: tuple[Places, Registry | None] | None = None,
    run: excel.Run = answer_of,
    templates: Templates = all_templates,
) -> int:
    """Reads the command line, installs or takes away, and answers an exit code."""
    parser = argparse.ArgumentParser(prog="python -m xl_addin.install", allow_abbrev=False)
    parser.add_argument("--home", type=Path, metavar="FOLDER")
    parser.add_argument("--uninstall", action="store_true")
    parser.add_argument("--helper", action="store_true")
    parser.add_argument("--what-if", action="store_true")
    parser.add_argument("--log", type=Path, metavar="FILE")
    options = parser.parse_args(arguments)
    reconfigure = getattr(sys.stdout, "reconfigure", None)
    if reconfigure:  # a pipe on an English Windows cannot say a template's Chinese name otherwise
        reconfigure(encoding="utf-8", errors="replace")
    say = logged(options.log)
    try:
        places, registry = found or this_machine(options.home)
        hands = Hands(registry, say, not options.what_if)
        machine = Machine(places, hands, run, templates, sys.base_prefix + os.sep)
        if options.uninstall:
            uninstall(machine)
        else:
            install(machine, helper=options.helper)
    except InstallError as told:
        say(f"not done: {told}")
        return FAILED
    return DONE


if __name__ == "__main__":
    sys.exit(main())
