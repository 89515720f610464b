"""Files written whole or not at all: beside their place, flushed, then moved into it."""

import json
import os
from collections.abc import Callable
from pathlib import Path

from recon_engine.errors import Code, Place, error


def write_atomically(target: Path, write: Callable[[Path], object]) -> None:
    """Lets ``write`` fill a file beside the target, then moves it into place.

    Args:
        target: where the file shall be; its folder is made if need be.
        write: fills the path it is given.

    Raises:
        TieoutError: TARGET_LOCKED if the place cannot be written (open in Excel, no rights).
    """
    beside = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        write(beside)
        _flush(beside)
        beside.replace(target)
    except OSError as fault:
        raise error(Code.TARGET_LOCKED, Place(target.name), fault.strerror or "") from fault
    finally:
        beside.unlink(missing_ok=True)


def _flush(path: Path) -> None:
    """Waits until the disk holds the file, so that a power cut leaves the old one or the new."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def write_bytes(target: Path, content: bytes) -> None:
    """:func:`write_atomically` for content that is already there."""
    write_atomically(target, lambda path: path.write_bytes(content))


def write_json(target: Path, report: object) -> None:
    """A report as UTF-8 JSON, two blanks indented, keys in the order given."""
    content = json.dumps(report, ensure_ascii=False, indent=2) + "\n"
    write_bytes(target, content.encode())
