"""A file a person works in is replaced: a backup first, and what was written is read again.

The new content is written beside the old, flushed, opened again and compared before it is moved
into place; until then nothing has changed.
"""

import re
import stat
from collections.abc import Callable
from pathlib import Path

from recon_engine.errors import Code, Place, error
from recon_engine.export.files import write_atomically
from recon_engine.intake.sources import BACKUPS

BACKUPS_MAX = 10  # of one file; the oldest goes first
_MAY_WRITE = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH


def replace_file(
    target: Path, content: bytes, prove: Callable[[Path], None] | None = None
) -> Path | None:
    """Puts content in the place of a file, and keeps what stood there.

    Args:
        target: the file; it need not exist yet.
        content: what it shall hold.
        prove: looks at the file that was written, before it is moved into place, and raises if it
            must not be.

    Returns:
        Where the former content is kept; none where there was none, or it was the same.

    Raises:
        TieoutError: TARGET_OPEN if another program has it, with a name under which it could be
            written; TARGET_CLOSED if it is marked as finished; WRITTEN_DIFFERS if the disk gives
            back something else.
    """
    before = target.read_bytes() if target.is_file() else None
    if before == content:
        return None
    _refuse_locked(target)
    kept = _backup(target, before) if before is not None else None

    def write(path: Path) -> None:
        path.write_bytes(content)
        if path.read_bytes() != content:
            raise error(Code.WRITTEN_DIFFERS, Place(target.name))
        if prove:
            prove(path)

    write_atomically(target, write)
    return kept


def close_file(target: Path) -> bool:
    """Marks a file as finished: read-only, not a byte of it changed.

    Returns:
        Whether it is marked now; a file that may not be marked stays as it is.
    """
    try:
        target.chmod(target.stat().st_mode & ~_MAY_WRITE)
    except OSError:
        return False
    return is_closed(target)


def is_closed(target: Path) -> bool:
    """Whether a file is marked as finished; whoever may write all files is kept off by it too."""
    return target.is_file() and not target.stat().st_mode & stat.S_IWUSR


def _refuse_locked(target: Path) -> None:
    """Excel keeps a file it shows from being written, and leaves its mark beside it."""
    if is_closed(target):
        raise error(Code.TARGET_CLOSED, Place(target.name), free_name(target).name)
    try:
        if target.is_file():
            with target.open("r+b"):
                pass
        held = target.with_name(f"~${target.name}").exists()
        held |= target.with_name(f".~lock.{target.name}#").exists()
    except OSError:
        held = True
    if held:
        raise error(Code.TARGET_OPEN, Place(target.name), free_name(target).name)


def free_name(target: Path) -> Path:
    """A name beside the target that no file has: ``close-2.xlsx``."""
    number = 2
    while (found := target.with_name(f"{target.stem}-{number}{target.suffix}")).exists():
        number += 1
    return found


def _backup(target: Path, content: bytes) -> Path:
    """Keeps the content under the next number, and the last ten in all."""
    folder = target.parent / BACKUPS
    pattern = re.compile(rf"{re.escape(target.stem)}\.(\d+){re.escape(target.suffix)}")
    found = folder.iterdir() if folder.is_dir() else ()
    numbers = sorted(int(m[1]) for path in found if (m := pattern.fullmatch(path.name)))
    kept = folder / f"{target.stem}.{(numbers[-1] if numbers else 0) + 1:04d}{target.suffix}"
    write_atomically(kept, lambda path: path.write_bytes(content))
    for number in numbers[: max(0, len(numbers) + 1 - BACKUPS_MAX)]:
        (folder / f"{target.stem}.{number:04d}{target.suffix}").unlink(missing_ok=True)
    return kept
