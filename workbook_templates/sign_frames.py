"""The frames of the sheet Sign-off: who has signed, where the log ends, and the log itself."""

import polars as pl

from recon_engine.control.signing import SignedBy, Standing, standing, standing_of
from recon_engine.model.results import Close
from recon_engine.trust.audit import AUDIT
from workbook_templates.layout_kept import SIGN_OFF

LOG_PART = "log"  # the row that repeats where the log ends
_COUNTED = ("entry", "records", "matches", "exceptions", "decisions")


def sign_frames(close: Close) -> dict[str, pl.DataFrame]:
    """The two tables of a close; both empty where no log was begun."""
    return frames_of(close.kept.audit, standing_of(close))


def log_frames(log: pl.DataFrame, results: str) -> dict[str, pl.DataFrame]:
    """As :func:`sign_frames`, where the number of what stands in the workbook is known."""
    return frames_of(log, standing(log, results))


def frames_of(log: pl.DataFrame, now: Standing) -> dict[str, pl.DataFrame]:
    """The two tables.

    Args:
        log: AUDIT.
        now: how it and the sign-offs stand.
    """
    rows = [_signed(now.prepared), _signed(now.reviewed), _end(now)] if log.height else []
    whole = {"entry": pl.Int64()}
    schema = {key: whole.get(key, pl.String()) for key in SIGN_OFF.keys}
    return {
        "SignOff": pl.DataFrame(rows, schema=schema),
        "AuditLog": log.sort("entry", maintain_order=True),
    }


def _signed(by: SignedBy) -> dict[str, object]:
    told: dict[str, object] = {"state": str(by.state), "part": by.part}
    if by.entry is None:
        return told
    return told | {
        key: getattr(by.entry, key) for key in ("user", "role", "os_user", "at", "entry", "hash")
    }


def _end(now: Standing) -> dict[str, object]:
    state = "broken" if now.broken else "whole"
    return {"state": state, "part": LOG_PART, "entry": now.count, "hash": now.head}


def counted(log: pl.DataFrame) -> pl.DataFrame:
    """AUDIT out of a sheet's table: numbers that were lost are 0, texts ""."""
    filled = log.select(list(AUDIT)).cast(pl.Schema(AUDIT))
    return filled.with_columns(pl.col(pl.String).fill_null(""), pl.col(*_COUNTED).fill_null(0))
