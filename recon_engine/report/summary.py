"""The report of a close: what the PDF and Home show, in reading order."""

from collections.abc import Sequence

import polars as pl

from recon_engine.messages import Language, text
from recon_engine.model.results import Close
from recon_engine.report import words
from recon_engine.report.analysis import analysis_section
from recon_engine.report.channels import receivables_section
from recon_engine.report.comparison import comparison_section
from recon_engine.report.custom import custom_section
from recon_engine.report.data import Figure, ReportData, Section, Status, Tone, Type, part_of
from recon_engine.report.follow_up import follow_up_section
from recon_engine.report.goods import goods_section
from recon_engine.report.payouts import payout_list_section, payouts_section
from recon_engine.report.proof import chain_table, links, proof_section, proof_table
from recon_engine.report.remittance import remittance_section
from recon_engine.report.signing import sign_off
from recon_engine.report.sources import log_section, sources_section
from recon_engine.report.statement_section import statement_section
from recon_engine.report.todo import exceptions_section, todo_section

# Reports that stand in the pack only where they have something to show.
_IF_ANY = frozenset({"follow_up", "statement", "remittance", "comparison", "custom", "goods"})


def summary(close: Close, language: Language, chosen: Sequence[Section] = ()) -> ReportData:
    """All that a reader of the close is shown, in the given language.

    Args:
        close: a finished close.
        language: of every word.
        chosen: further reports, each a section, that stand after the analysis.
    """
    return ReportData(
        title=text("report.title", language),
        subtitle=text("report.subtitle", language),
        company=close.company,
        period=close.period,
        facts=_facts(close, language),
        verdict=_verdict(close, language),
        sign_off=sign_off(close, language),
        proof=proof_table(close, language),
        chain=chain_table(close, language),
        figures=_figures(close, language),
        sections=_sections(close, language, chosen),
    )


def _sections(close: Close, language: Language, chosen: Sequence[Section]) -> tuple[Section, ...]:
    sections = [
        todo_section(close, language),
        receivables_section(close, language),
        follow_up_section(close, language),
        payouts_section(close, language),
        proof_section(close, language),
        statement_section(close, language),
        exceptions_section(close, language),
        analysis_section(close, language),
        remittance_section(close, language),
        comparison_section(close, language),
        goods_section(close, language),
        custom_section(close, language),
        *chosen,
        payout_list_section(close, language),
        sources_section(close, language),
        log_section(close, language),
    ]
    optional = {"exceptions": close.exceptions.height, "payout_list": close.payouts.height,
                "log": len(close.log)}  # fmt: skip
    return tuple(
        section
        for section in sections
        if optional.get(section.key, len(section.parts) if section.key in _IF_ANY else 1)
    )


def _facts(close: Close, language: Language) -> tuple[tuple[str, str], ...]:
    days = f"{close.period.start:%Y-%m-%d} – {close.period.end:%Y-%m-%d}"
    return (
        (words.caption("company", language), close.company or "–"),
        (words.caption("period", language), f"{close.period.name} ({days})"),
        (words.caption("as_of", language), f"{close.as_of:%Y-%m-%d}"),
        (words.caption("files", language), str(len(close.files))),
    )


def _verdict(close: Close, language: Language) -> Status:
    differing = close.identity.filter(pl.col("difference") != 0)
    if differing.height:
        names = ", ".join(sorted(set(differing["currency"])))
        return Status(text("report.verdict.differs", language, currencies=names), Tone.BAD)
    return Status(text("report.verdict.closes", language), Tone.GOOD)


def _figures(close: Close, language: Language) -> tuple[Figure, ...]:
    """Orders and how many are cleared, what is proposed, open, and refused."""
    chain = {link: (count, cleared) for link, count, cleared in links(close)}
    orders, cleared = chain["order"]
    proposed = int((close.matches["status"] == "proposed").sum())
    refused = sum(len(file.rejects) for file in close.files) + len(close.problems)
    found = (
        ("orders", orders, Type.COUNT, Tone.PLAIN),
        ("orders_cleared", part_of(cleared, orders), Type.SHARE, Tone.GOOD),
        ("exceptions", close.exceptions.height, Type.COUNT, _tone(close.exceptions.height)),
        ("proposals", proposed, Type.COUNT, Tone.ASK if proposed else Tone.GOOD),
        ("refused", refused, Type.COUNT, _tone(refused)),
    )
    return tuple(
        Figure(text(f"report.figure.{name}", language), value, type_, tone=tone)
        for name, value, type_, tone in found
    )


def _tone(count: int) -> Tone:
    return Tone.BAD if count else Tone.GOOD
