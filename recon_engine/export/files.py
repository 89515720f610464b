"""Writing files: beside the target, flushed, then moved into place; never half a file."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from recon_engine.errors import Code, Place, error


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """A path beside ``target`` to write to; moved over it when the block ends well.

    Raises:
        TieoutError: the target or its folder cannot be written, as when Excel holds it open.
    """
    beside = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        yield beside
        beside.replace(target)
    except PermissionError as fault:
        raise error(Code.TARGET_LOCKED, Place(target.name), fault.strerror or "") from fault
    finally:
        _discard(beside)


def _discard(path: Path) -> None:
    if path.exists():
        path.unlink()


def write_atomically(target: Path, content: bytes) -> None:
    """Writes ``content`` to ``target``, or leaves what was there.

    Raises:
        TieoutError: the target or its folder cannot be written.
    """
    with replacing(target) as beside, beside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
