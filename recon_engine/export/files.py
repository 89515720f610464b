"""Files are written beside their place and moved into it: whole, or not at all."""

import os
from collections.abc import Callable
from pathlib import Path

from recon_engine.errors import Code, Place, error


def write_atomically(target: Path, write: Callable[[Path], None]) -> None:
    """Lets ``write`` make a new file beside ``target``, then moves it into place.

    Args:
        target: the file's final path; an existing one is replaced.
        write: called with the path to write to.

    Raises:
        TieoutError: TARGET_LOCKED when the folder or the file cannot be written.
    """
    beside = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        write(beside)
        beside.replace(target)
    except OSError as fault:
        raise error(Code.TARGET_LOCKED, Place(target.name), fault.strerror or "") from fault
    finally:
        beside.unlink(missing_ok=True)
