"""The whole workbook: its sheets from left to right, its tables by name, its colours by status."""

from workbook_templates.layout import Sheet, Table
from workbook_templates.layout_analysis import ANALYSIS_SHEETS
from workbook_templates.layout_books import BOOKS_SHEETS
from workbook_templates.layout_goods import GOODS_SHEETS
from workbook_templates.layout_kept import KEPT_SHEETS
from workbook_templates.layout_money import MONEY_SHEETS
from workbook_templates.layout_records import RECORD_SHEETS
from workbook_templates.layout_reports import REPORT_SHEETS, SETTINGS
from workbook_templates.layout_work import WORK_SHEETS

HOME = Sheet("home", gridlines=False, tab="0B3C5D")
SHEETS: tuple[Sheet, ...] = (
    HOME,
    Sheet("settings", (SETTINGS,), gridlines=False, portrait=True, tab="0B3C5D"),
    *RECORD_SHEETS,
    *WORK_SHEETS,
    *ANALYSIS_SHEETS,
    *MONEY_SHEETS,
    *REPORT_SHEETS,
    *GOODS_SHEETS[:-1],
    *BOOKS_SHEETS,
    GOODS_SHEETS[-1],
    *KEPT_SHEETS,
)
TABLES: dict[str, Table] = {table.name: table for sheet in SHEETS for table in sheet.tables}
SHEET_OF_TABLE: dict[str, str] = {
    table.name: sheet.key for sheet in SHEETS for table in sheet.tables
}

# The column by which a row of a table is found again when rows have come and gone.
ROW_KEYS = {
    "Settings": "key", "Orders": "record_id", "Settlements": "record_id", "Bank": "record_id",
    "Matches": "match_id", "Exceptions": "exception_id", "Receivables": "record_id",
    "Payouts": "payout_id", "Decisions": "decision_id", "LearnedRules": "rule_id",
    "Files": "number", "SignOff": "part", "AuditLog": "entry", "Shipments": "record_id",
    "Returns": "record_id", "Courier": "record_id", "RateCards": "record_id",
    "Freight": "freight_id", "Shipping": "shipping_id", "Returned": "returned_id",
    "Books": "record_id", "Stock": "record_id", "Postings": "posting_id",
    "StockCheck": "stock_id",
}  # fmt: skip

# The tone of a status: by table of words, then code.  Tones and their signs are in styles.py.
TONES: dict[str, dict[str, str]] = {
    "place": {
        "cleared": "good",
        "written_off": "good",
        "open": "bad",
        "excluded": "aside",
        "reference": "aside",
    },
    "freight_status": {
        "agreed": "good",
        "accepted": "good",
        "over": "bad",
        "under": "ask",
        "unrated": "aside",
        "not_billed": "ask",
        "not_billed_yet": "later",
        "not_shipped": "bad",
    },
    "shipping_status": {
        "shipped": "good",
        "accepted": "good",
        "part": "bad",
        "more": "bad",
        "waits": "later",
        "not_shipped": "bad",
        "cancelled": "aside",
        "cancelled_shipped": "bad",
        "no_order": "bad",
    },
    "returned_status": {
        "agreed": "good",
        "exchange": "good",
        "money_only": "aside",
        "waits": "later",
        "no_parcel": "bad",
        "no_refund": "bad",
    },
    "posting_status": {
        "agreed": "good",
        "accepted": "good",
        "missing": "bad",
        "twice": "bad",
        "differs": "bad",
        "other_period": "bad",
        "no_document": "bad",
        "other_currency": "aside",
    },
    "stock_status": {
        "agreed": "good",
        "accepted": "good",
        "missing": "bad",
        "twice": "bad",
        "differs": "bad",
        "no_document": "bad",
        "waits": "later",
    },
    "match_status": {"confirmed": "good", "proposed": "ask"},
    "payout_status": {"matched": "good", "proposed": "ask", "open": "bad", "not_due": "later"},
    "order_status": {
        "settled": "good",
        "part_settled": "bad",
        "over_settled": "bad",
        "unpaid": "later",
        "cancelled": "aside",
    },
    "exception_status": {"act": "bad", "ask": "ask", "later": "later"},
    "bucket": {"settled": "good", "current": "later"},  # those overdue depend on the policy
    "finding_level": {"claim": "ask", "risk": "bad", "notice": "aside"},
    "file_status": {"ok": "good", "warn": "bad"},
    "level": {"file": "bad", "reject": "bad", "note": "ask"},
    "sign_state": {
        "signed": "good",
        "whole": "good",
        "void": "bad",
        "broken": "bad",
        "withdrawn": "later",
        "none": "aside",
    },
    "outcome": {"applied": "good", "undone": "aside", "stale": "ask", "refused": "bad"},
}
