"""The sign-off as a report shows it: its state, the two names, and where the audit log ends."""

from recon_engine.control.signing import SignedBy, SignState, standing_of
from recon_engine.messages import Language, text
from recon_engine.model.results import Close
from recon_engine.report.data import Signature, SignOff, Status, Tone

_TONES = {"none": Tone.PLAIN, "prepared": Tone.LATER, "signed": Tone.GOOD, "void": Tone.BAD}
_KEYS = {"none": "not_signed"}
_DAY_LENGTH = 16  # of a moment as it is shown: 2026-11-02T18:30


def sign_off(close: Close, language: Language) -> SignOff:
    """Who has signed a close.

    Args:
        close: a finished close.
        language: of the words.
    """
    now = standing_of(close)
    key = _KEYS.get(now.overall, now.overall)
    status = Status(text(f"report.sign_off.{key}", language), _TONES[now.overall])
    log = ""
    if now.broken:
        log = text("report.sign_off.log_broken", language, entry=now.broken)
    elif now.count:
        log = text("report.sign_off.log", language, count=now.count, head=now.head)
    return SignOff(status, _signature(now.prepared), _signature(now.reviewed), log)


def _signature(by: SignedBy) -> Signature:
    """Name and moment; nothing where a sign-off does not hold, so that nobody takes it for one."""
    if by.entry is None or by.state is not SignState.SIGNED:
        return Signature()
    return Signature(by.entry.user, by.entry.at[:_DAY_LENGTH].replace("T", " "))
