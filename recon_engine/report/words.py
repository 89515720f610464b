"""The words of codes that reports share: kinds, channels, statuses, reasons, ageing buckets."""

import re

from recon_engine.messages import Language, has, text
from recon_engine.model.reasons import Reason
from recon_engine.model.results import Check
from recon_engine.report.data import Column, Status, Tone, Type

_FIGURES = re.compile(r"\bfile (.+), read (.+)$")

_REASON_TONES = {
    Reason.PROPOSAL: Tone.ASK,
    Reason.NOT_YET_DUE: Tone.LATER,
    Reason.NOT_BILLED_YET: Tone.LATER,
    Reason.RETURN_UNDERWAY: Tone.LATER,
    Reason.SHIPPED_LATE: Tone.LATER,
}
_PAYOUT_TONES = {
    "matched": Tone.GOOD,
    "proposed": Tone.ASK,
    "open": Tone.BAD,
    "not_due": Tone.LATER,
}


def word(table: str, code: str, language: Language) -> str:
    """The word for a code, or the code itself where no one has named it (a bank, a new step)."""
    key = f"report.{table}.{code}"
    return text(key, language) if code and has(key) else code


def detail(check: Check, language: Language) -> str:
    """What a check counted: why rows were left out, and which figure is the file's own."""
    if check.code == "excluded":
        parts = [part.rpartition(" ") for part in check.detail.split("; ")]
        return "; ".join(f"{word('left', why, language)} {count}" for why, _, count in parts)
    figures = _FIGURES.search(check.detail)
    if figures is None:
        return check.detail
    said = text("report.detail.figures", language, told=figures[1], read=figures[2])
    return check.detail[: figures.start()] + said


def caption(name: str, language: Language) -> str:
    """The caption of a column, table or figure."""
    return text(f"report.caption.{name}", language)


def reason(code: str, language: Language) -> Status:
    """A reason's name, with the tone that says whether anyone has to act."""
    key = f"reasons.{code}.name"
    name = text(key, language) if has(key) else code
    return Status(name, _REASON_TONES.get(Reason(code), Tone.BAD))


def next_step(code: str, language: Language) -> str:
    """What to do about a reason."""
    key = f"reasons.{code}.next"
    return text(key, language) if has(key) else ""


def payout_status(code: str, language: Language) -> Status:
    """A payout's status word."""
    return Status(word("payout_status", code, language), _PAYOUT_TONES.get(code, Tone.PLAIN))


def bucket(name: str, language: Language) -> str:
    """An ageing bucket: ``current``, ``1-30``, ``over-90`` or ``settled`` in words."""
    if name.startswith("over-"):
        return text("report.bucket.over", language, days=name.removeprefix("over-"))
    low, dash, high = name.partition("-")
    if dash:
        return text("report.bucket.span", language, low=low, high=high)
    return word("bucket", name, language)


def columns(language: Language, *named: tuple[str, Type]) -> tuple[Column, ...]:
    """Columns from the names of their captions and their types."""
    return tuple(Column(caption(name, language), type_) for name, type_ in named)


def closes(*differences: int) -> Status:
    """``✓`` where every difference is zero, else ``!``: the sign is the word here."""
    return Status("", Tone.BAD if any(differences) else Tone.GOOD)


def currencies(found: set[str], home: str) -> list[str]:
    """The home currency first, the others in order of their codes."""
    return sorted(found, key=lambda currency: (currency != home, currency))
