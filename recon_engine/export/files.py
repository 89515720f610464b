"""Files written whole or not at all."""

import json
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
    beside = target.with_name(f".{target.name}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        write(beside)
        beside.replace(target)
    except OSError as fault:
        raise error(Code.TARGET_LOCKED, Place(target.name), str(fault.strerror)) from fault
    finally:
        beside.unlink(missing_ok=True)


def write_bytes(target: Path, content: bytes) -> None:
    """:func:`write_atomically` for content that is already there."""
    write_atomically(target, lambda path: path.write_bytes(content))


def write_json(target: Path, report: object) -> None:
    """A report as UTF-8 JSON, two blanks indented, keys in the order given."""
    content = json.dumps(report, ensure_ascii=False, indent=2) + "\n"
    write_bytes(target, content.encode())
