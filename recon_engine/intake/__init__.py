"""Any file → raw table → records, rejects and proofs.  One profile a layout: data, not code."""

from recon_engine.intake.files import joined, read_files

__all__ = ["joined", "read_files"]
