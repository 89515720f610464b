"""The pack of a close without personal data, as a PDF."""

from dataclasses import replace
from pathlib import Path

from recon_engine.export.files import write_bytes
from recon_engine.export.masked_check import prove_report
from recon_engine.export.pdf import pdf_bytes
from recon_engine.messages import Language
from recon_engine.report import words
from recon_engine.report.data import ReportData
from recon_engine.report.masked import MaskedClose
from recon_engine.report.summary import summary


def masked_report(masked: MaskedClose, language: Language, name: str) -> ReportData:
    """The report of a masked close, searched for what was hidden; its front says what it is.

    Args:
        masked: a masked close.
        language: of every word.
        name: of the file that it is for.

    Raises:
        TieoutError: PERSONAL_DATA_LEFT.
    """
    report = summary(masked.close, language)
    told = (words.caption("personal", language), words.caption("personal_masked", language))
    report = replace(report, facts=(*report.facts, told))
    prove_report(report, masked.hidden, name)
    return report


def write_masked_pdf(masked: MaskedClose, target: Path, language: Language) -> None:
    """Writes the pack; as :func:`recon_engine.export.pdf.write_pdf`, of a masked close."""
    write_bytes(target, pdf_bytes(masked_report(masked, language, target.name), language))
