"""The users file on its disk: read whole, changed by one at a time, moved into place.

It lies in a shared folder as a rule, where a lock of the operating system is not to be relied upon;
so whoever changes it holds a file beside it that only one can make.  A lock of somebody who died is
taken over after a while.
"""

import os
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from recon_engine.errors import Code, Place, error
from recon_engine.export.files import write_bytes
from recon_engine.trust.users import Users, read_users, users_bytes

_TRIES = 50
_PAUSE_SECONDS = 0.1
LOCK_SECONDS_MAX = 30  # of a lock's age; a change takes a part of a second
PRIVATE = 0o600


class UsersStore:
    """One users file."""

    def __init__(self, path: Path, pause: Callable[[float], None] = time.sleep) -> None:
        """Looks at that path whenever it is asked.

        Args:
            path: of the file; it need not exist.
            pause: waits so many seconds.
        """
        self.path, self._pause = path, pause

    @property
    def there(self) -> bool:
        """Whether there is a users file: then people have to sign in."""
        return self.path.exists()

    def read(self) -> Users:
        """The users.

        Raises:
            TieoutError: USERS_NONE, USERS_DAMAGED.
        """
        if not self.there:
            raise error(Code.USERS_NONE, value=self.path.name)
        try:
            return read_users(self.path.read_bytes())
        except OSError as fault:
            raise error(Code.USERS_BUSY, Place(self.path.name), fault.strerror or "") from fault

    def change(self, make: Callable[[Users | None], Users]) -> Users:
        """Changes the users as they are at this moment.

        Args:
            make: gives the new users from those in the file, None where there is no file yet; what
                it raises leaves the file as it is.

        Raises:
            TieoutError: USERS_BUSY, USERS_DAMAGED, TARGET_LOCKED.
        """
        with self._alone():
            before = self.read() if self.there else None
            after = make(before)
            if after != before:
                write_bytes(self.path, users_bytes(after))
        return after

    @contextmanager
    def _alone(self) -> Iterator[None]:
        lock = self.path.with_name(f".{self.path.name}.lock")
        mark = f"{os.getpid()} {secrets.token_hex(8)}"
        self._take(lock, mark)
        try:
            yield
        finally:
            with suppress(OSError):  # taken over by another: then it is not ours to remove
                if lock.read_text(encoding="ascii") == mark:
                    lock.unlink()

    def _take(self, lock: Path, mark: str) -> None:
        try:
            lock.parent.mkdir(parents=True, exist_ok=True)
            for _ in range(_TRIES):
                if _made(lock, mark):
                    return
                _drop_stale(lock)
                self._pause(_PAUSE_SECONDS)
        except OSError as fault:
            raise error(Code.TARGET_LOCKED, Place(self.path.name), fault.strerror or "") from fault
        raise error(Code.USERS_BUSY, Place(self.path.name))


def _made(lock: Path, mark: str) -> bool:
    try:
        with lock.open("x", encoding="ascii") as file:
            file.write(mark)
    except FileExistsError:
        return False
    return True


def _drop_stale(lock: Path) -> None:
    """Takes away a lock that is older than any change lasts, by the clock of its own disk."""
    with suppress(OSError):
        probe = lock.with_name(f"{lock.name}.{os.getpid()}")
        probe.touch()
        now = probe.stat().st_mtime
        probe.unlink()
        if now - lock.stat().st_mtime > LOCK_SECONDS_MAX:
            lock.unlink()


def write_private(path: Path, content: bytes) -> None:
    """A file that only this person can read, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE), "wb") as f:
            f.write(content)
            f.flush()
            os.fsync(f.fileno())
        beside.replace(path)
    except OSError as fault:
        raise error(Code.TARGET_LOCKED, Place(path.name), fault.strerror or "") from fault
    finally:
        beside.unlink(missing_ok=True)
