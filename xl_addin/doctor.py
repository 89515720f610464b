"""What is wrong with Tieout on this machine: each thing that must hold, looked at one by one.

A check answers a :class:`Finding`, or None where it does not apply.  Words and remedies are in
``messages/*/doctor.toml``.  Nothing is changed.
"""

import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path

from xl_addin.helper import SILENT_SECONDS_MAX
from xl_addin.install import part
from xl_addin.installation import excel, user_path
from xl_addin.installation.hands import mark_of_the_internet
from xl_addin.installation.places import ADDIN, LISTENING, SCRIPT, VENV, Places
from xl_addin.installation.registry import Registry, value_of

OLDEST_PYTHON = (3, 11)
# Defender's rule "Block all Office applications from creating child processes".
NO_CHILD_PROCESSES = "D4F940AB-401B-4EFC-AADC-AD5F3C50688A"
_BLOCKS = {"1", "6"}  # block, and warn before
_GUARD = "Microsoft\\Windows Defender\\Windows Defender Exploit Guard\\ASR\\Rules"
_RULES = (f"HKLM\\SOFTWARE\\Policies\\{_GUARD}", f"HKLM\\SOFTWARE\\{_GUARD}")
# Settings of Excel under which no macro, or no add-in, runs without a signature.
_FORBIDDING = {"VBAWarnings": 4, "DisableAllAddins": 1, "RequireAddinSig": 1}
_NAME = re.compile(r"[\w.-]+")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        code: of its words.
        ok: whether it is as it should be.
        params: for the words.
    """

    code: str
    ok: bool
    params: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Patient:
    """The machine as the doctor sees it.

    Attributes:
        places: where things should be; None on a system without Excel.
        registry: None where there is none.
        prefix: the folder of the running environment.
        now: seconds since the epoch, as files are dated.
    """

    places: Places | None
    registry: Registry | None
    prefix: Path
    now: float


def examine(patient: Patient) -> Iterator[Finding]:
    """Every check that applies, in the order in which one would mend things."""
    for check in CHECKS:
        found = check(patient)
        if found is not None:
            yield found


def python(_patient: Patient) -> Finding:
    """A Python that is new enough."""
    running = ".".join(str(n) for n in sys.version_info[:3])
    oldest = ".".join(str(n) for n in OLDEST_PYTHON)
    return Finding("python", sys.version_info >= OLDEST_PYTHON, {"version": running,
                                                                 "oldest": oldest})  # fmt: skip


def packages(_patient: Patient) -> Finding:
    """Everything that Tieout is made of is installed."""
    try:
        wanted = metadata.requires("tieout") or []
    except metadata.PackageNotFoundError:
        return Finding("packages", ok=False, params={"missing": "tieout"})
    names = [_NAME.match(need) for need in wanted if "extra ==" not in need]
    missing = [name[0] for name in names if name and not _installed(name[0])]
    return Finding("packages", not missing, {"missing": ", ".join(missing)})


def _installed(name: str) -> bool:
    try:
        return bool(metadata.version(name))
    except metadata.PackageNotFoundError:
        return False


def environment(patient: Patient) -> Finding | None:
    """What Excel starts is what runs here."""
    if patient.places is None:
        return None
    wanted = patient.places.home / VENV
    same = patient.prefix.resolve() == wanted.resolve()
    return Finding("environment", same, {"found": str(patient.prefix), "wanted": str(wanted)})


def command(patient: Patient) -> Finding | None:
    """The command ``tieout`` is found by its name."""
    if patient.places is None or patient.registry is None:
        return None
    path = str(value_of(patient.registry, user_path.KEY, user_path.NAME) or "")
    folder = str(patient.places.home)
    return Finding("command", user_path.with_entry(path, folder) == path, {"folder": folder})


def excel_is_there(patient: Patient) -> Finding | None:
    """There is an Excel."""
    if patient.registry is None:
        return None
    found = excel.version(patient.registry)
    return Finding("excel", bool(found), {"version": found})


def addin_file(patient: Patient) -> Finding | None:
    """The add-in lies where Excel loads it from, and is that of this version."""
    if patient.places is None:
        return None
    path = patient.places.addin
    same = path.is_file() and path.read_bytes() == part("releases", ADDIN)
    return Finding("addin_file", same, {"path": str(path)})


def addin_loaded(patient: Patient) -> Finding | None:
    """Excel loads it, once."""
    if patient.places is None or patient.registry is None:
        return None
    found = excel.version(patient.registry)
    if not found:
        return None
    listed = [str(value) for value, _ in excel.loaded(patient.registry, found)]
    times = sum(excel.is_ours(value, str(patient.places.addin)) for value in listed)
    return Finding("addin_loaded", times == 1, {"times": str(times)})


def blocked(patient: Patient) -> Finding | None:
    """No file of ours bears the mark of the internet, with which Excel refuses it."""
    if patient.places is None or patient.registry is None:
        return None
    files = (patient.places.addin, *patient.places.template_files)
    marked = [path.name for path in files if mark_of_the_internet(path).is_file()]
    return Finding("blocked", not marked, {"files": ", ".join(marked)})


def disabled(patient: Patient) -> Finding | None:
    """Excel has not put the add-in on its list of what once crashed."""
    if patient.registry is None:
        return None
    key = f"{_excel_key(patient.registry)}\\Resiliency\\DisabledItems"
    listed = (value for value, _ in patient.registry.values(key).values())
    ours = ADDIN.lower().encode("utf-16-le")
    found = any(isinstance(v, bytes) and ours in v.lower() for v in listed)
    return Finding("disabled", not found)


def macros(patient: Patient) -> Finding | None:
    """Neither the user nor the firm forbids all macros or all add-ins."""
    registry = patient.registry
    if registry is None:
        return None
    own = f"{_excel_key(registry)}\\Security"
    firm = own.replace("HKCU\\Software\\", "HKCU\\Software\\Policies\\")
    for key in (firm, own):
        for name, forbids in _FORBIDDING.items():
            if value_of(registry, key, name) == forbids:
                return Finding("macros", ok=False, params={"setting": f"{key} {name}={forbids}"})
    return Finding("macros", ok=True)


def templates(patient: Patient) -> Finding | None:
    """The template of each language is there."""
    if patient.places is None:
        return None
    missing = [path.name for path in patient.places.template_files if not path.is_file()]
    return Finding("templates", not missing, {"missing": ", ".join(missing)})


def script(patient: Patient) -> Finding | None:
    """On a Mac: the script through which Excel starts Tieout is there."""
    if patient.places is None or patient.places.scripts is None:
        return None
    path = patient.places.scripts / SCRIPT
    return Finding("script", path.is_file(), {"path": str(path)})


def starting(patient: Patient) -> Finding | None:
    """Where the firm forbids Excel to start programs, Excel asks the helper."""
    registry = patient.registry
    if registry is None or _mode(registry) == "helper":
        return None
    rules = [value_of(registry, key, NO_CHILD_PROCESSES) for key in _RULES]
    return Finding("starting", not any(str(rule) in _BLOCKS for rule in rules))


def helper(patient: Patient) -> Finding | None:
    """Where Excel asks the helper, the helper listens."""
    if patient.places is None or patient.registry is None or _mode(patient.registry) != "helper":
        return None
    mark = patient.places.queue / LISTENING
    heard = mark.is_file() and patient.now - mark.stat().st_mtime < SILENT_SECONDS_MAX
    return Finding("helper", heard)


def _excel_key(registry: Registry) -> str:
    found = excel.version(registry) or excel.LATEST
    return excel.options_key(found).rpartition("\\")[0]


def _mode(registry: Registry) -> str:
    return str(value_of(registry, excel.MODE_KEY, excel.MODE_NAME) or "direct")


CHECKS: tuple[Callable[[Patient], Finding | None], ...] = (
    python, packages, environment, command, excel_is_there, addin_file, addin_loaded, blocked,
    disabled, macros, templates, script, starting, helper,
)  # fmt: skip
