"""Any file → raw table → records, rejects and proofs.  One profile a layout: data, not code."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from recon_engine.intake.files import read_files

__all__ = ["read_files"]


def __getattr__(name: str) -> Any:
    """What reads files is imported when it is asked for: ``tieout match`` needs none of it."""
    if name == "read_files":
        from recon_engine.intake.files import read_files  # noqa: PLC0415 - see above

        return read_files
    raise AttributeError(name)
