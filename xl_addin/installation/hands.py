"""The only ones that change a machine: every file and every value goes through here, and is told.

In a rehearsal (``--what-if``) they tell and do nothing.  They do nothing either where all is as it
should be, so that installing twice is installing once.
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from xl_addin.installation.registry import Registry

Say = Callable[[str], None]


class InstallError(Exception):
    """Nothing more can be done; the text says why and what to do."""


@dataclass(frozen=True)
class Hands:
    """Changes files and the registry, and says so.

    Attributes:
        registry: None where there is none (on a Mac).
        say: hears of each step.
        really: False in a rehearsal.
    """

    registry: Registry | None
    say: Say
    really: bool = True

    def place(self, path: Path, content: bytes) -> None:
        """Writes a file, and takes the mark of the internet off it."""
        if path.is_file() and path.read_bytes() == content:
            self.say(f"is there already: {path}")
        else:
            self.say(f"write: {path}")
            if self.really:
                path.parent.mkdir(parents=True, exist_ok=True)
                self._changing(path, lambda: path.write_bytes(content))
        if self.really:
            unblock(path)

    def remove(self, path: Path) -> None:
        """Takes a file or a folder away, if it is there."""
        if not path.exists():
            return
        self.say(f"remove: {path}")
        if self.really:
            self._changing(path, lambda: shutil.rmtree(path) if path.is_dir() else path.unlink())

    def remove_empty(self, folder: Path) -> None:
        """Takes a folder away if nothing is left in it."""
        if folder.is_dir() and not any(folder.iterdir()):
            self.say(f"remove: {folder}")
            if self.really:
                folder.rmdir()

    def set(self, key: str, name: str, value: str, kind: int) -> None:
        """Sets a value of the registry."""
        if self.registry is None or self.registry.values(key).get(name) == (value, kind):
            return
        self.say(f"registry: {key} {name} = {value}")
        if self.really:
            self.registry.write(key, name, value, kind)

    def unset(self, key: str, name: str) -> None:
        """Takes a value of the registry away, if it is there."""
        if self.registry is None or name not in self.registry.values(key):
            return
        self.say(f"registry: {key} {name} removed")
        if self.really:
            self.registry.delete(key, name)

    def forget(self, key: str) -> None:
        """Takes a key of the registry away if nothing is left in it."""
        if self.registry is not None and self.really:
            self.registry.delete_empty(key)

    def _changing(self, path: Path, change: Callable[[], object]) -> None:
        try:
            change()
        except OSError as fault:
            where = fault.filename or path
            raise InstallError(
                f"in use: {where}; close Tieout and Excel, then run this again"
            ) from fault


def mark_of_the_internet(path: Path) -> Path:
    """Where Windows keeps that a file was downloaded; Excel refuses macros of such files."""
    return path.with_name(f"{path.name}:Zone.Identifier")


def unblock(path: Path) -> None:
    """Takes the mark off; where there is none, or no such thing, nothing happens."""
    mark_of_the_internet(path).unlink(missing_ok=True)
