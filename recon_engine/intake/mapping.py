"""A mapping: a profile's TOML, written from a proposal, confirmed by a person, read back."""

import json
import re
import tomllib
from collections.abc import Mapping
from typing import Any

from recon_engine.errors import Code, Place, error
from recon_engine.intake.dates import Order
from recon_engine.intake.profile import Profile, made
from recon_engine.intake.sound import unsound
from recon_engine.model.records import Kind
from recon_engine.model.results import Proposal

_NEEDED = {Kind.ORDER: ("order_id", "date", "amount")}
_IDS = ("order_id", "reference", "voucher", "payment_no")
_MOVED = ("amount", "in", "out")
_SIGN = """
# amount: money in is positive (flip = false), or spending is (flip = true).  "auto" asks again
# where the file itself does not show it; "signed" takes the column as it stands.
"""


def as_toml(proposal: Proposal) -> str:
    """The proposal as a mapping to fill in; roles that are not sure stand behind a #."""
    known = {guess.role for guess in proposal.columns if guess.role}
    moved = "|".join(role for role in _MOVED if role in known) or "amount"
    kind = Kind(proposal.kind)
    required = _NEEDED.get(kind, ("date", moved))
    lines = [
        f"# {proposal.file} {proposal.sheet}".rstrip(),
        f"kind = {_text(kind)}",
        'channel = ""',
        '# currency = "USD"  # of a file that names none',
        *(() if proposal.header else ("header = false",)),
        f"required = [{', '.join(map(_text, required))}]",
        f"reference = [{', '.join(map(_text, _IDS))}]",
        'text = ["text", "purpose", "memo", "title"]',
        "",
        "[columns]",
    ]
    for guess in proposal.columns:
        told = f"{guess.role or '?'} = [{_text(guess.column)}]"
        why = f"{guess.confidence} %: {', '.join(guess.evidence)}" if guess.evidence else ""
        lines.append(f"{told}  # {why}".rstrip(" #") if guess.role else f"# {told}  {why}".rstrip())
    return "\n".join([*lines, _SIGN.rstrip("\n"), "[money]", 'mode = "auto"', "flip = false", ""])


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def read_mapping(text: str, file: str) -> Profile:
    """The layout that a mapping describes.

    Raises:
        TieoutError: MAPPING_NOT_READ, with what is wrong.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise error(Code.MAPPING_NOT_READ, Place(file), str(fault)) from fault
    return profile_of(file.removesuffix(".toml"), table, Place(file))


def profile_of(name: str, table: Mapping[str, Any], place: Place) -> Profile:
    """The layout of a mapping's settings.

    Raises:
        TieoutError: MAPPING_NOT_READ, with what is wrong.
    """
    try:
        profile = made(name, {"money": {}, "channel": "", **table})
        Order(profile.date_order)
        wrong = unsound(profile)
    except (TypeError, ValueError, KeyError, AttributeError, re.error) as fault:
        raise error(Code.MAPPING_NOT_READ, place, str(fault)) from fault
    if wrong:
        raise error(Code.MAPPING_NOT_READ, place, ", ".join(wrong))
    lacking = [n for n in profile.required if not set(n.split("|")) & set(profile.columns)]
    if lacking or not profile.columns:
        raise error(Code.MAPPING_NOT_READ, place, ", ".join(lacking) or "[columns]")
    return profile
