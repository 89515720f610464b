"""The log of actions: what was pressed, how it ended, where it failed; nothing about the data.

A message of a fault may quote a cell, so only its kind and its place in the program are kept.
"""

import traceback
from pathlib import Path

LOG_NAME = "actions.log"
_SIZE_MAX = 1_000_000  # bytes; then the log begins anew beside the old one


def write_log(
    home: Path, now: str, action: str, outcome: str, fault: Exception | None = None
) -> None:
    """Adds a line, and after a fault the lines of the program that led to it.

    Args:
        home: Tieout's own folder.
        now: the time, ISO 8601.
        action: that was pressed.
        outcome: ``done``, or the codes of what was told.
        fault: that nobody foresaw.
    """
    home.mkdir(parents=True, exist_ok=True)
    path = home / LOG_NAME
    if path.is_file() and path.stat().st_size > _SIZE_MAX:
        path.replace(path.with_suffix(".old.log"))
    lines = [f"{now} {action} {outcome}"]
    if fault is not None:
        lines.append(f"  {type(fault).__name__}")
        lines += [
            f"  {Path(frame.filename).name}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(fault.__traceback__)
        ]
    with path.open("a", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
