"""Any file → raw table → records, rejects and proofs.  One profile a layout: data, not code."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from recon_engine.intake.files import joined, read_files

__all__ = ["joined", "read_files"]


def __getattr__(name: str) -> Any:
    """What reads files is imported when it is asked for: ``tieout match`` needs none of it."""
    if name in __all__:
        from recon_engine.intake import files  # noqa: PLC0415 - see above

        return getattr(files, name)
    raise AttributeError(name)
