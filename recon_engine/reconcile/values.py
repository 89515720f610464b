"""What stands in a decision's value: the amounts of a split, the columns of a reclassification."""

import re
import unicodedata

from recon_engine.errors import Code
from recon_engine.model.money import exponent, to_minor, to_text
from recon_engine.model.records import Type

_BETWEEN = re.compile(r"\s*[+;；、]\s*|\s+")
_COLUMNS = ("type", "party", "channel")
_LONGEST = 200  # characters of a party or channel that a person may name


def split_amounts(typed: str, whole: int, currency: str) -> tuple[int, ...] | Code:
    """The amounts that a person splits a record into, or why they are none.

    Written without a sign they take the record's.

    Args:
        typed: decimal amounts with ``+``, ``;`` or a blank between them.
        whole: the record's amount, minor units.
        currency: of the record.
    """
    parts = [part for part in _BETWEEN.split(unicodedata.normalize("NFKC", typed).strip()) if part]
    amounts = []
    for part in parts:
        minor = to_minor(part, exponent(currency))
        if isinstance(minor, Code):
            return Code.DECISION_VALUE
        amounts.append(minor)
    if whole < 0 and all(amount > 0 for amount in amounts):
        amounts = [-amount for amount in amounts]
    if len(amounts) < 2 or 0 in amounts:
        return Code.DECISION_VALUE
    return tuple(amounts) if sum(amounts) == whole else Code.DECISION_SUMS_DIFFER


def amounts_text(amounts: tuple[int, ...], currency: str) -> str:
    """Amounts as a decision keeps them."""
    return " + ".join(to_text(amount, currency) for amount in amounts)


def reclassified(typed: str) -> dict[str, str] | Code:
    """The columns that a reclassification puts right, or why it names none.

    Args:
        typed: ``type=refund``, ``party=…``, ``channel=…``, several with ``;`` between them; a
            type alone may stand without its name.
    """
    changes: dict[str, str] = {}
    for part in unicodedata.normalize("NFKC", typed).split(";"):
        name, found, value = (text.strip() for text in part.partition("="))
        if not found:
            name, value = "type", name
        if name.lower() not in _COLUMNS or not value or len(value) > _LONGEST:
            return Code.DECISION_VALUE
        changes[name.lower()] = value.lower() if name.lower() == "type" else value
    known = {type_.value for type_ in Type}
    return changes if changes.get("type", "sale") in known else Code.DECISION_VALUE


def changes_text(changes: dict[str, str]) -> str:
    """A reclassification as a decision keeps it."""
    return ";".join(f"{name}={value}" for name, value in sorted(changes.items()))
