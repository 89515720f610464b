"""The sheets of the work: what matched with what, and what is left to decide."""

from dataclasses import replace

from workbook_templates.layout import Cell, Column, Sheet, Table
from workbook_templates.layout_records import ALL_REFERENCES, FIRST_REFERENCE, INPUTS, RECORD_ID

MATCHES = Table(
    "Matches",
    (
        Column("status", Cell.STATUS, 13, words="match_status"),
        Column("match_id", Cell.ID, 26),
        Column("records", Cell.LINK, 8),
        Column("reconciliation", Cell.WORD, 22, words="reconciliation"),
        Column("rule", Cell.WORD, 38, words="rule"),
        Column("left_count", Cell.COUNT, 9),
        Column("right_count", Cell.COUNT, 9),
        Column("currency", Cell.ID, 8),
        Column("left_amount", Cell.MONEY, 15, total=True),
        Column("right_amount", Cell.MONEY, 15, total=True),
        Column("difference", Cell.MONEY, 13, total=True),
        Column("explained", Cell.MONEY, 13, total=True),
        Column("evidence_words", Cell.TEXT, 42, wrap=True),
        *(column for column in INPUTS if column.key != "match_with"),
        Column("evidence", Cell.ID, 24, folded=True, printed=False),
    ),
)
MEMBERS = Table(
    "Members",
    (
        Column("side", Cell.WORD, 8, words="side"),
        Column("status", Cell.STATUS, 13, words="match_status"),
        Column("match_id", Cell.ID, 26),
        Column("kind", Cell.WORD, 14, words="kind"),
        Column(FIRST_REFERENCE, Cell.ID, 28, caption="reference", linked=True),
        Column("date", Cell.DATE, 11.5),
        Column("channel", Cell.WORD, 12, words="channel"),
        Column("party", Cell.TEXT, 26, optional=True),
        Column("currency", Cell.ID, 8),
        Column("amount", Cell.MONEY, 14.5),
        ALL_REFERENCES,
        RECORD_ID,
    ),
)
EXCEPTIONS = Table(
    "Exceptions",
    (
        Column("status", Cell.STATUS, 12, words="exception_status", band="item"),
        Column(FIRST_REFERENCE, Cell.ID, 24, caption="reference", linked=True, band="item"),
        Column("reason", Cell.WORD, 24, words="reason", band="item"),
        Column("kind", Cell.WORD, 12, words="kind", band="item"),
        Column("date", Cell.DATE, 11.5, band="item"),
        Column("channel", Cell.WORD, 11, words="channel", band="item"),
        Column("party", Cell.TEXT, 20, wrap=True, optional=True, band="item"),
        Column("currency", Cell.ID, 7, band="item"),
        Column("amount", Cell.MONEY, 13.5, total=True, band="item"),
        Column("at_stake", Cell.MONEY, 13.5, total=True, band="item"),
        Column("age_days", Cell.COUNT, 8, band="item"),
        Column("next", Cell.TEXT, 56, wrap=True, band="item"),
        Column("candidate_reference", Cell.ID, 22, wrap=True, band="candidate", linked=True),
        Column("candidate_date", Cell.DATE, 11.5, band="candidate"),
        Column("candidate_amount", Cell.MONEY, 13.5, band="candidate"),
        Column("difference", Cell.MONEY, 12, band="candidate"),
        Column("evidence_words", Cell.TEXT, 26, wrap=True, band="candidate"),
        Column("certainty", Cell.COUNT, 9, band="candidate"),
        Column("decision", Cell.INPUT, 14, words="decision", band="input"),
        Column("match_with", Cell.INPUT, 20, wrap=True, band="input"),
        Column("note", Cell.INPUT, 24, wrap=True, band="input"),
        Column("owner", Cell.INPUT, 11, band="input"),
        Column("handled", Cell.WORD, 13, words="decision", optional=True, band="more"),
        Column("handled_owner", Cell.TEXT, 11, optional=True, band="more"),
        Column("handled_note", Cell.TEXT, 24, wrap=True, optional=True, band="more"),
        Column("alternatives", Cell.COUNT, 9, band="more"),
        Column(
            "text", Cell.TEXT, 34, wrap=True, optional=True, folded=True, band="more", printed=False
        ),
        replace(ALL_REFERENCES, band="more"),
        Column("candidate", Cell.ID, 26, folded=True, band="more", printed=False),
        Column("match_id", Cell.ID, 22, folded=True, band="more", printed=False),
        Column("alternative_ids", Cell.ID, 22, folded=True, band="more", printed=False),
        Column("evidence", Cell.ID, 22, folded=True, band="more", printed=False),
        Column("exception_id", Cell.ID, 22, folded=True, band="more", printed=False),
        Column("record_id", Cell.ID, 11, band="more", printed=False),
    ),
)

WORK_SHEETS = (
    Sheet("matches", (MATCHES,), frozen=2, tab="009E73"),
    Sheet("members", (MEMBERS,), frozen=2, tab="009E73"),
    Sheet("exceptions", (EXCEPTIONS,), frozen=2, pages_wide=2, tab="B3261E"),
)
