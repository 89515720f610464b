"""Excel on this machine: which one, whether it runs, and the list of add-ins that it loads.

Excel keeps that list in values OPEN, OPEN1, OPEN2 … of its options, without gaps; it writes them
anew when it ends, so nothing may be changed while it runs.
"""

import re
from collections.abc import Callable, Sequence

from xl_addin.installation.hands import Hands
from xl_addin.installation.registry import TEXT, Registry, value_of

LATEST = "16.0"  # the number that Excel has had since 2016
Run = Callable[[Sequence[str]], str]
_VBA_SETTINGS = "HKCU\\Software\\VB and VBA Program Settings"
MODE_KEY, MODE_NAME = f"{_VBA_SETTINGS}\\Tieout\\Launcher", "Mode"
LANGUAGE_KEY, LANGUAGE_NAME = f"{_VBA_SETTINGS}\\Tieout\\Ribbon", "Language"
_SETTING_KEYS = (
    MODE_KEY,
    LANGUAGE_KEY,
    f"{_VBA_SETTINGS}\\Tieout",
    _VBA_SETTINGS,
)
RUN_KEY, RUN_NAME = "HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Run", "Tieout helper"
_OPEN = re.compile(r"OPEN(\d*)")


def version(registry: Registry) -> str:
    """``16.0`` for Excel 2016 and later; "" where there is no Excel."""
    told = value_of(registry, "HKCR\\Excel.Application\\CurVer", "")
    found = re.fullmatch(r"Excel\.Application\.(\d+)", str(told or ""))
    return f"{found[1]}.0" if found else ""


def is_running(run: Run, *, mac: bool) -> bool:
    """Whether an Excel runs."""
    if mac:
        return "Microsoft Excel" in run(["ps", "-axco", "command"]).splitlines()
    return "excel.exe" in run(["tasklist", "/FI", "IMAGENAME eq EXCEL.EXE", "/NH"]).lower()


def options_key(excel: str) -> str:
    """Where that version of Excel keeps its options."""
    return f"HKCU\\Software\\Microsoft\\Office\\{excel}\\Excel\\Options"


def loaded(registry: Registry, excel: str) -> list[tuple[str, int]]:
    """The add-ins that Excel loads, in its order, each with its kind of value."""
    held = registry.values(options_key(excel))
    numbered = [(match, held[name]) for name in held if (match := _OPEN.fullmatch(name))]
    return [value for _, value in sorted(numbered, key=lambda one: int(one[0][1] or 0))]


def is_ours(value: str, addin: str) -> bool:
    """Whether an entry of that list loads our add-in; it may carry switches before the path."""
    return value.rstrip().strip('"').lower().endswith(addin.lower())


def register(addin: str, excel: str, hands: Hands) -> None:
    """Excel loads the add-in from now on, once."""
    if hands.registry is None:
        return
    listed = loaded(hands.registry, excel)
    if any(is_ours(str(value), addin) for value, _ in listed):
        hands.say("Excel: loads the add-in already")
        return
    _renew([*listed, (f'"{addin}"', TEXT)], excel, hands)


def unregister(addin: str, excel: str, hands: Hands) -> None:
    """Excel loads it no more; the others close up."""
    if hands.registry is None:
        return
    listed = loaded(hands.registry, excel)
    kept = [entry for entry in listed if not is_ours(str(entry[0]), addin)]
    if kept != listed:
        _renew(kept, excel, hands)


def _renew(entries: list[tuple[str, int]], excel: str, hands: Hands) -> None:
    key = options_key(excel)
    names = [f"OPEN{n or ''}" for n in range(len(entries))]
    before = list(hands.registry.values(key)) if hands.registry else []
    for name, (value, kind) in zip(names, entries, strict=True):
        hands.set(key, name, value, kind)
    for name in before:
        if _OPEN.fullmatch(name) and name not in names:
            hands.unset(key, name)


def forget_settings(hands: Hands) -> None:
    """What VBA kept of ours, and the helper's start, are gone."""
    hands.unset(MODE_KEY, MODE_NAME)
    hands.unset(LANGUAGE_KEY, LANGUAGE_NAME)
    for key in _SETTING_KEYS:
        hands.forget(key)
    hands.unset(RUN_KEY, RUN_NAME)
