"""What monitoring found, as sentences: a finding holds codes and figures, words are made here."""

from datetime import date

from recon_engine.messages import Language, text
from recon_engine.model.findings import Figure, Finding, Level
from recon_engine.model.money import grouped
from recon_engine.report import words
from recon_engine.report.data import Status, Tone, rate

_TONES = {Level.CLAIM: Tone.ASK, Level.RISK: Tone.BAD, Level.NOTICE: Tone.PLAIN}


def level(finding: Finding, language: Language) -> Status:
    """Money to claim, a risk, or good to know."""
    return Status(text(f"findings.level.{finding.level}", language), _TONES[finding.level])


def name(finding: Finding, language: Language) -> str:
    """What kind of thing it is, in a few words."""
    return text(f"findings.{finding.code}.name", language)


def next_step(finding: Finding, language: Language) -> str:
    """What to do about it."""
    return text(f"findings.{finding.code}.next", language)


def who(finding: Finding, language: Language) -> str:
    """The platform and store it is about, "" when about all."""
    channel = words.word("channel", finding.channel, language)
    store = text("findings.part.store", language, channel=channel, account=finding.account)
    return store.strip()


def sentence(finding: Finding, language: Language) -> str:
    """The finding as one sentence with its figures."""
    figures = dict(_shown(key, value, finding, language) for key, value in finding.figures.items())
    return text(
        f"findings.{finding.code}.sentence",
        language,
        **{
            "who": who(finding, language),
            "subject": _subject(finding, language),
            "count": f"{finding.count:,}",
            "money": money(finding.at_stake, finding.currency),
            "currency": finding.currency,
            **figures,
        },
    )


def money(minor: int, currency: str) -> str:
    """An amount with its currency."""
    return f"{grouped(minor, currency)} {currency}"


def _subject(finding: Finding, language: Language) -> str:
    group = finding.figures.get("group")
    if group is None:
        return finding.subject
    return text(f"findings.group.{group}", language, name=finding.subject)


def _shown(key: str, value: Figure, finding: Finding, language: Language) -> tuple[str, str]:
    """A figure's placeholder and its text; the ending of its name says what it is."""
    stem, _, ending = key.rpartition("_")
    if isinstance(value, date):
        return stem, f"{value:%Y-%m-%d}"
    if isinstance(value, str):
        return key, text(f"findings.kind.{value}", language) if key == "kind" else value
    if ending == "ppm":
        return stem, f"{'+' if stem == 'change' and value > 0 else ''}{rate(value)}"
    if ending == "minor":
        return stem, money(value, finding.currency)
    return (stem if ending == "days" and stem else key), f"{value:,}"
