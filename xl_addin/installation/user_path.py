"""The user's PATH: an entry comes, and goes again to the character."""

from xl_addin.installation.hands import Hands
from xl_addin.installation.registry import EXPANDABLE

KEY, NAME = "HKCU\\Environment", "Path"


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


def put_on(folder: str, hands: Hands) -> None:
    """The folder is on the PATH, under the kind of value that PATH has."""
    before, kind = _held(hands) or ("", EXPANDABLE)
    wanted = with_entry(before, folder)
    if wanted == before:
        hands.say("PATH: holds the folder already")
    else:
        hands.set(KEY, NAME, wanted, kind)
        _tell(hands)


def take_off(folder: str, hands: Hands) -> None:
    """The folder is on the PATH no more; a PATH that held nothing else is gone."""
    held = _held(hands)
    if held is None:
        return
    before, kind = held
    wanted = without_entry(before, folder)
    if wanted == before:
        return
    if wanted:
        hands.set(KEY, NAME, wanted, kind)
    else:
        hands.unset(KEY, NAME)
    _tell(hands)


def _held(hands: Hands) -> tuple[str, int] | None:
    return hands.registry.values(KEY).get(NAME) if hands.registry else None


def _tell(hands: Hands) -> None:
    if hands.registry and hands.really:
        hands.registry.tell_environment()
