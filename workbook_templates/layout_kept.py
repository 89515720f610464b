"""The sheets of the proof in detail, and of what a close keeps from run to run."""

import polars as pl

from recon_engine.model.records import RECORDS
from workbook_templates.layout import Cell, Column, Sheet, Table
from workbook_templates.layout_records import ALL_REFERENCES, COUNT_KEYS, FIRST_REFERENCE, RECORD_ID


def _whole(key: str) -> Column:
    """A record's column as it is kept for the engine: nothing folded, nothing summed."""
    kind = RECORDS[key]
    if kind == pl.Date():
        return Column(key, Cell.DATE, 11.5)
    if kind == pl.Int64():
        return Column(key, Cell.COUNT if key in COUNT_KEYS else Cell.MONEY, 12)
    return Column(key, Cell.ID, 14)


LOG = Table(
    "Decisions",
    (
        Column("outcome", Cell.STATUS, 12, words="outcome"),
        Column("decision_id", Cell.ID, 12),
        Column("undo", Cell.INPUT, 10, words="undo"),
        Column("action", Cell.WORD, 14, words="decision"),
        Column("about", Cell.TEXT, 34, wrap=True),
        Column("value", Cell.TEXT, 22, wrap=True, caption="decision_value"),
        Column("currency", Cell.ID, 8),
        Column("amount", Cell.MONEY, 13, total=True),
        Column("note", Cell.TEXT, 28, wrap=True),
        Column("owner", Cell.TEXT, 12),
        Column("user", Cell.TEXT, 14),
        Column("role", Cell.WORD, 12, words="role"),
        Column("decided_at", Cell.ID, 24),
        Column("outcome_words", Cell.TEXT, 40, wrap=True),
        Column("match_id", Cell.ID, 22, folded=True, printed=False),
        Column("records", Cell.ID, 24, caption="decision_records", folded=True, printed=False),
        Column("fingerprint", Cell.ID, 20, folded=True, printed=False),
        Column("code", Cell.ID, 20, folded=True, printed=False),
        Column("outcome_value", Cell.ID, 20, folded=True, printed=False),
    ),
)
ADJUSTING = Table(
    "AdjustingEntries",
    (
        Column("date", Cell.DATE, 11.5),
        Column("decision_id", Cell.ID, 12),
        Column("debit", Cell.WORD, 24, words="ledger"),
        Column("credit", Cell.WORD, 24, words="ledger"),
        Column("currency", Cell.ID, 8),
        Column("amount", Cell.MONEY, 14, total=True, caption="entry_amount"),
        Column("kind", Cell.WORD, 16, words="kind"),
        Column(FIRST_REFERENCE, Cell.ID, 24, caption="reference", linked=True),
        Column("channel", Cell.WORD, 12, words="channel"),
        Column("note", Cell.TEXT, 28, wrap=True),
        Column("user", Cell.TEXT, 14),
        Column("decided_at", Cell.ID, 24),
        ALL_REFERENCES,
        RECORD_ID,
    ),
)
# What each payout is made of, down to the bank line; every term leads to its first row.
TERMS = Table(
    "PayoutTerms",
    (
        Column("term", Cell.WORD, 26, words="term"),
        Column("group", Cell.ID, 26, caption="payouts_group", linked=True),
        Column("rows", Cell.LINK, 8, caption="records"),
        Column("date", Cell.DATE, 11.5),
        Column("channel", Cell.WORD, 12, words="channel"),
        Column("currency", Cell.ID, 8),
        Column("amount", Cell.MONEY, 15),
        Column("count", Cell.COUNT, 9),
        Column("residual", Cell.MONEY, 13, total=True),
        Column("position", Cell.COUNT, 8, caption="term_position", folded=True, printed=False),
        Column("payout_id", Cell.ID, 24, printed=False),
    ),
)
BALANCES = Table(
    "AccountBalances",
    (
        Column("check", Cell.CHECK, 8),
        Column("account", Cell.ID, 26),
        Column("channel", Cell.WORD, 14, words="channel"),
        Column("currency", Cell.ID, 8),
        Column("first", Cell.DATE, 11.5, caption="balance_first"),
        Column("last", Cell.DATE, 11.5, caption="balance_last"),
        Column("opening", Cell.MONEY, 16, caption="balance_opening"),
        Column("movements", Cell.MONEY, 16),
        Column("closing", Cell.MONEY, 16),
        Column("difference", Cell.MONEY, 14, total=True,
               formula="ROUND({opening}{row}+{movements}{row}-{closing}{row},{places})"),
        Column("source_file", Cell.TEXT, 30),
        Column("source_sheet", Cell.TEXT, 14, optional=True),
    ),
)  # fmt: skip
# Ids of decisions about more records than one cell holds, one a row.
LOG_RECORDS = Table(
    "DecisionRecords",
    (
        Column("decision_id", Cell.ID, 14),
        Column("record_id", Cell.ID, 26),
    ),
)
LEARNED = Table(
    "LearnedRules",
    (
        Column("state", Cell.INPUT, 12, words="rule_state", caption="rule_state"),
        Column("kind", Cell.WORD, 26, words="rule_kind", caption="rule_kind"),
        Column("channel", Cell.WORD, 14, words="channel"),
        Column("pattern", Cell.TEXT, 28, wrap=True),
        Column("value", Cell.TEXT, 22, wrap=True, caption="rule_value"),
        Column("effect_words", Cell.TEXT, 40, wrap=True),
        Column("support", Cell.COUNT, 10),
        Column("against", Cell.COUNT, 10),
        Column("spread", Cell.TEXT, 18),
        Column("origin", Cell.WORD, 12, words="origin"),
        Column("note", Cell.INPUT, 28, wrap=True),
        Column("effect", Cell.ID, 20, folded=True, printed=False),
        Column("rule_id", Cell.ID, 18, printed=False),
    ),
)
# Records as their files told them, where a decision has split or reclassified them since.
ORIGINALS = Table("Originals", tuple(_whole(key) for key in RECORDS))
# What earlier periods closed or linked and this one may meet again.
EARLIER_RECORDS = Table(
    "Earlier",
    (
        Column("state", Cell.ID, 12, caption="earlier_state"),
        Column("kind", Cell.WORD, 16, words="kind"),
        Column("reference", Cell.ID, 30, caption="all_references"),
        Column("period", Cell.ID, 14, caption="earlier_period"),
        Column("record_id", Cell.ID, 26),
    ),
)
# Who has signed, and where the log ends: its count and last hash once more, so that a tail that is
# cut off shows.
SIGN_OFF = Table(
    "SignOff",
    (
        Column("state", Cell.STATUS, 20, words="sign_state", caption="sign_state"),
        Column("part", Cell.WORD, 22, words="sign_part", caption="sign_part"),
        Column("user", Cell.TEXT, 20, caption="audit_user"),
        Column("role", Cell.WORD, 12, words="role"),
        Column("os_user", Cell.TEXT, 18),
        Column("at", Cell.ID, 26, caption="audit_at"),
        Column("entry", Cell.COUNT, 10, caption="audit_entry"),
        Column("hash", Cell.ID, 66, caption="audit_hash"),
    ),
)
AUDIT_LOG = Table(
    "AuditLog",
    (
        Column("act", Cell.WORD, 24, words="act"),
        Column("entry", Cell.COUNT, 16, caption="audit_entry"),
        Column("user", Cell.TEXT, 20, caption="audit_user"),
        Column("role", Cell.WORD, 12, words="role"),
        Column("os_user", Cell.TEXT, 18),
        Column("at", Cell.ID, 26, caption="audit_at"),
        Column("records", Cell.COUNT, 10, caption="records_count"),
        Column("matches", Cell.COUNT, 10, caption="matches_count"),
        Column("exceptions", Cell.COUNT, 10, caption="exceptions_count"),
        Column("decisions", Cell.COUNT, 10, caption="decisions_count"),
        Column("note", Cell.TEXT, 30, wrap=True),
        Column("hash", Cell.ID, 66, caption="audit_hash", printed=False),
        Column("results", Cell.ID, 66, caption="audit_results", printed=False),
        Column("seal", Cell.ID, 66, printed=False),
    ),
)

KEPT_SHEETS = (
    Sheet("terms", (TERMS,), frozen=2, tab="E69F00"),
    Sheet("balances", (BALANCES,), frozen=2, tab="52606D"),
    Sheet("decisions", (LOG,), frozen=2, tab="8A6100"),
    Sheet("adjusting", (ADJUSTING,), frozen=2, tab="8A6100"),
    Sheet("decision_records", (LOG_RECORDS,), tab="8A6100"),
    Sheet("learned_rules", (LEARNED,), frozen=2, tab="8A6100"),
    Sheet("originals", (ORIGINALS,), tab="8A6100"),
    Sheet("earlier", (EARLIER_RECORDS,), tab="8A6100"),
    Sheet("sign_off", (SIGN_OFF, AUDIT_LOG), gridlines=False, tab="0B6B3A"),
)
