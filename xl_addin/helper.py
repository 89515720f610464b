"""The helper outside Excel, for firms whose policy forbids Office to start programs.

Excel lays a line into a folder of this user (``TieoutLauncher.bas``); the helper, started at logon
or from the Start menu, takes it and runs the action as the launcher would have.  It runs nothing
but the actions of the registry, says that it is there by touching a file, and ends when another
file asks for it: its environment cannot be renewed or removed while it runs.
"""

import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from recon_engine.errors import TieoutError
from xl_addin.actions.call import is_call, read_call
from xl_addin.installation.places import LISTENING, STOP

SILENT_SECONDS_MAX = 10  # of the file's age, after which nobody is there; the launcher knows it too
PAUSE_SECONDS = 0.2
_LINE_BYTES_MAX = 4_000  # of a request; the launcher's take a few hundred


class Work(Protocol):
    """An action that runs."""

    def poll(self) -> int | None:
        """Its exit code, or None while it runs."""


def start_action(words: Sequence[str]) -> Work:
    """Runs an action in a process of its own, so that no fault of one spoils the next."""
    return subprocess.Popen([sys.executable, "-I", "-m", "xl_addin", *words])  # noqa: S603 - ours


@dataclass
class Helper:
    """Takes requests one after the other.

    Attributes:
        queue: the folder where they arrive.
        start: runs an action.
    """

    queue: Path
    start: Callable[[Sequence[str]], Work] = start_action
    _work: Work | None = field(default=None, init=False)

    def open(self, now: float) -> bool:
        """Begins to listen; False when another helper does already.

        Args:
            now: seconds since the epoch, as files are dated.
        """
        self.queue.mkdir(parents=True, exist_ok=True)
        mark = self.queue / LISTENING
        if mark.is_file() and now - mark.stat().st_mtime < SILENT_SECONDS_MAX:
            return False
        for old in self.queue.glob("*.request"):  # nobody waits for it any more
            old.unlink()
        (self.queue / STOP).unlink(missing_ok=True)
        mark.touch()
        return True

    def step(self) -> bool:
        """Says that it is there, and starts the next request when the one before has ended.

        Returns:
            Whether it goes on; it ends between two actions, never within one.
        """
        (self.queue / LISTENING).touch()
        if self._work is not None and self._work.poll() is None:
            return True
        self._work = None
        if (self.queue / STOP).exists():
            return False
        words = self._next()
        if words:
            self._work = self.start(words)
        return True

    def close(self) -> None:
        """Says that it is there no more."""
        for name in (LISTENING, STOP):
            (self.queue / name).unlink(missing_ok=True)

    def _next(self) -> list[str]:
        """The words of the oldest whole request that is a call of ours; none when there is none."""
        for path in sorted(self.queue.glob("*.request")):
            line = path.read_bytes()
            if len(line) < _LINE_BYTES_MAX and not line.endswith(b"\n"):
                continue  # still being written
            path.unlink()
            words = line.decode("ascii", "replace").split()
            if _is_ours(words):
                return words
        return []


def _is_ours(words: Sequence[str]) -> bool:
    try:
        return is_call(words) and bool(read_call(words).action)
    except TieoutError:
        return False
