"""Where the users file and this person's sign-in lie."""

import getpass
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from recon_engine.export.files import write_json

USERS_VARIABLE = "TIEOUT_USERS"  # of the environment: the path of the firm's users file
USERS_NAME, SESSION_NAME, _SETTING = "users.json", "session.json", "people.json"


@dataclass(frozen=True, slots=True)
class Places:
    """The files about people.

    Attributes:
        users: the firm's users file; usually in a shared folder.
        session: this person's sign-in, in a folder of his own.
        os_user: the logon name of the machine.
    """

    users: Path
    session: Path
    os_user: str


def places(environment: Mapping[str, str]) -> Places:
    """The places as environment and setting tell them; else all in the person's own folder."""
    folder = config_of(environment)
    told = environment.get(USERS_VARIABLE) or _set(folder)
    users = Path(told) if told else folder / USERS_NAME
    return Places(users, folder / SESSION_NAME, logon_name())


def set_users(environment: Mapping[str, str], path: Path) -> None:
    """Remembers where the firm's users file is."""
    write_json(config_of(environment) / _SETTING, {"users": str(path.absolute())})


def _set(folder: Path) -> str:
    try:
        told = json.loads((folder / _SETTING).read_text(encoding="utf-8"))
        return str(told["users"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def config_of(environment: Mapping[str, str]) -> Path:
    """The folder of this person's settings, which an uninstallation leaves alone."""
    roaming = environment.get("APPDATA")
    if roaming:
        return Path(roaming) / "Tieout"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Preferences" / "Tieout"
    return Path(environment.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "tieout"


def logon_name() -> str:
    """The machine's name for the person; "" where it has none.  Evidence, and no proof."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError, ImportError):
        return ""
    return "".join(sign for sign in name if sign.isprintable())
