"""What becomes of every column of text when personal data is masked: the one place that says so.

A key means the same in every frame and in every table of the workbook.  A column that nobody has
decided about is left empty, and a test fails until somebody does.  Dates and figures stay.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Mask(StrEnum):
    """What becomes of a text."""

    KEEP = "keep"  # a code of ours, a word of ours, a currency: nobody's
    MADE = "made"  # made of other columns, after those were masked
    PARTY = "party"  # a person is masked and gets a pseudonym; a firm keeps its name
    ACCOUNT = "account"  # a number shows its last digits; a store keeps its name
    TEXT = "text"  # as it stands, but for what is personal in it
    IDENT = "ident"  # a key of ours, which is a hash of what it stands for: another key
    DROP = "drop"  # a person's own words, or who did what: left empty


_DECIDED: Mapping[Mask, tuple[str, ...]] = {
    Mask.KEEP: (
        "act", "action", "arrived", "at", "basis", "bucket", "carried", "channel", "chart",
        "check", "code", "columns", "credit", "currency", "debit", "decided_at", "decision_id",
        "evidence", "filter", "finding", "follow_up", "handled", "item", "kind", "late", "leg",
        "level", "line", "outcome", "part", "period", "place", "position", "profile", "reason",
        "reconciliation", "role", "rows", "rule", "setting", "side", "sort", "source", "spread",
        "status", "step", "term", "time", "type", "unit", "values",
    ),
    Mask.MADE: (
        "about", "checks", "effect", "effect_words", "evidence_words", "meaning", "next",
        "outcome_words", "remedy", "sentence", "told", "what",
    ),
    Mask.PARTY: ("party",),
    Mask.ACCOUNT: ("account",),
    # Ids of orders and payouts stay, because whoever gets them has to find them again; a name that
    # somebody wrote into one does not.
    Mask.TEXT: (
        "budget", "candidate_reference", "carrier", "column", "detail", "fee_type", "file",
        "first_reference", "group", "items", "name", "reference", "sheet", "sku", "source_file",
        "source_sheet", "state", "subject", "text", "waybill", "zone", "zone_billed",
    ),
    Mask.IDENT: (
        "alternative_ids", "candidate", "exception_id", "finding_id", "freight_id", "id",
        "match_id", "part_of", "payout_id", "posting_id", "record_id", "records", "returned_id",
        "shipping_id", "stock_id",
    ),
    Mask.DROP: (
        "balances_code", "checks_code", "decision", "equals", "fingerprint", "follow_up_note",
        "handled_note", "handled_owner", "hash", "key", "mapping", "match_with", "note", "origin",
        "os_user", "outcome_value", "owner", "params", "pattern", "results", "rule_id", "seal",
        "setting_value", "sha256", "table", "undo", "user", "value",
    ),
}  # fmt: skip
MASKS: Mapping[str, Mask] = MappingProxyType(
    {key: mask for mask, keys in _DECIDED.items() for key in keys}
)


def mask_of(key: str) -> Mask:
    """What becomes of a column of text; of one that nobody has decided about nothing is left."""
    return MASKS.get(key, Mask.DROP)
