"""The log after Undo: what was taken back stays in it, and that it was taken back is added.

Undo gives back the cells of every sheet, those of the log among them.  So the log as it was before
is written once more, with one entry after it, while the step still counts as cut off: whoever is
killed in between finds the workbook as it was before the action that was taken back.
"""

from collections.abc import Callable
from dataclasses import replace

import polars as pl

from recon_engine.trust.audit import AUDIT, Counts, entries_of, with_entry
from workbook_templates.drawing import draw_sign_off
from workbook_templates.readback import read_tables
from workbook_templates.sign_frames import counted, log_frames
from xl_addin.actions.desk import Desk
from xl_addin.live.patch import Patch
from xl_addin.live.plan import plan

_COUNTED = ("records", "matches", "exceptions", "decisions")


def relogged(desk: Desk) -> Callable[[], Patch | None]:
    """What writes the log again after Undo; it is read now, before anything is given back."""
    whole, act = _log(desk), desk.act()

    def patch() -> Patch | None:
        held = _log(desk)
        if held.height == whole.height:
            return None
        last = entries_of(held)[-1:]
        results = last[0].results if last else ""
        counts = Counts(*(getattr(e, key) for e in last for key in _COUNTED))
        log = with_entry(whole, act, counts, results)
        return _planned(desk, log, results)

    return patch


def _log(desk: Desk) -> pl.DataFrame:
    found = read_tables(desk.book.source, {"AuditLog": tuple(AUDIT)}).tables["AuditLog"]
    return counted(found).sort("entry", maintain_order=True)


def _planned(desk: Desk, log: pl.DataFrame, results: str) -> Patch:
    """The two tables of the sheet, and nothing around them."""
    drawing = draw_sign_off(log_frames(log, results), desk.book.language)
    made = plan(desk.book.source, drawing)
    return replace(made, sheets=[replace(part, zones=[]) for part in made.sheets], form=b"")
