"""The sheets of the reports on money: follow-up, bank statement, remittance, comparison, custom.

What a report says is made of report data; only what a person writes into, and what formulas add
up, stands in tables of its own.
"""

from recon_engine.model.kept import HISTORY as HISTORY_COLUMNS
from workbook_templates.layout import Cell, Column, Sheet, Table
from workbook_templates.layout_records import MATCH_ID, RECORD_ID

_CHANNEL = Column("channel", Cell.WORD, 12, words="channel")
_ACCOUNT = Column("account", Cell.ID, 18, optional=True)
_CURRENCY = Column("currency", Cell.ID, 8)

FOLLOW_UP = Table(
    "FollowUp",
    (
        Column("bucket", Cell.STATUS, 14, words="bucket"),
        Column("reference", Cell.ID, 24),
        Column("kind", Cell.WORD, 10, words="kind"),
        Column("reason", Cell.WORD, 17, words="reason"),
        _CHANNEL,
        _ACCOUNT,
        Column("party", Cell.TEXT, 18, optional=True),
        _CURRENCY,
        Column("outstanding", Cell.MONEY, 14.5, total=True),
        Column("due", Cell.DATE, 11.5),
        Column("overdue_days", Cell.COUNT, 9),
        Column("next", Cell.TEXT, 36, wrap=True),
        Column("follow_up", Cell.INPUT, 14, words="follow_up"),
        Column("follow_up_note", Cell.INPUT, 30, wrap=True),
        RECORD_ID,
    ),
)
# The first four columns stand below the two sides of the statement and are as wide as those.
STATEMENT_ITEMS = Table(
    "StatementItems",
    (
        Column("item", Cell.WORD, 40, words="statement_item"),
        Column("date", Cell.DATE, 15),
        Column("text", Cell.TEXT, 40, wrap=True),
        Column("amount", Cell.MONEY, 15, total=True),
        Column("reason", Cell.WORD, 20, words="statement_reason"),
        Column("party", Cell.TEXT, 26, wrap=True),
        Column("reference", Cell.ID, 24),
        Column("channel", Cell.WORD, 14, words="channel"),
        Column("account", Cell.ID, 26),
        _CURRENCY,
        MATCH_ID,
        RECORD_ID,
    ),
)
BUDGET = Table(
    "Budget",
    (
        Column("channel", Cell.WORD, 20, words="channel"),
        _CURRENCY,
        Column("sold", Cell.MONEY, 15),
        Column("budget", Cell.INPUT, 16),
        Column("told", Cell.TEXT, 40, wrap=True),
    ),
)
CUSTOM = Table(
    "CustomReports",
    (
        Column("name", Cell.INPUT, 24, caption="custom_name"),
        Column("source", Cell.INPUT, 16, caption="custom_source"),
        Column("rows", Cell.INPUT, 18, caption="custom_rows"),
        Column("columns", Cell.INPUT, 18, caption="custom_columns"),
        Column("values", Cell.INPUT, 16, caption="custom_values"),
        Column("filter", Cell.INPUT, 16, caption="custom_filter"),
        Column("equals", Cell.INPUT, 16, caption="custom_equals"),
        Column("sort", Cell.INPUT, 18, caption="custom_sort"),
        Column("chart", Cell.INPUT, 12, caption="custom_chart"),
        Column("told", Cell.TEXT, 44, wrap=True),
    ),
)
_HISTORY_TYPES = {"start": Cell.DATE, "end": Cell.DATE, "channel": Cell.WORD, "orders": Cell.COUNT}
_HISTORY_TEXTS = ("period", "account", "currency")


def _history_column(key: str) -> Column:
    if key in _HISTORY_TEXTS:
        return Column(key, Cell.ID, 14)
    words = "channel" if key == "channel" else ""
    return Column(key, _HISTORY_TYPES.get(key, Cell.MONEY), 14, words=words)


HISTORY = Table("History", tuple(_history_column(key) for key in HISTORY_COLUMNS))

MONEY_SHEETS = (
    Sheet("follow_up", (FOLLOW_UP,), frozen=2, tab="E69F00"),
    Sheet("statement", (STATEMENT_ITEMS,), gridlines=False, tab="E69F00"),
    Sheet("remittance", gridlines=False, tab="E69F00"),
    Sheet("comparison", (BUDGET,), gridlines=False, tab="E69F00"),
    Sheet("custom", (CUSTOM,), gridlines=False, tab="E69F00"),
    Sheet("history", (HISTORY,), frozen=1, tab="E69F00"),
)
