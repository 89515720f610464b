"""The sheets that report and prove: receivables, payouts, proof, files, settings, run log."""

from workbook_templates.layout import Cell, Column, Sheet, Table
from workbook_templates.layout_records import ALL_REFERENCES, FIRST_REFERENCE, MATCH_ID, RECORD_ID

_SUMS = ("sold", "refunded", "fees", "expected", "net_expected", "settled", "banked", "outstanding")
# Which report a row belongs to: a file may have several, one a sheet.
FILE_NUMBER = Column("number", Cell.COUNT, 8, folded=True, printed=False)
_RECEIVABLE_CAPTIONS = {"refunded": "receivables_refunded"}

RECEIVABLES = Table(
    "Receivables",
    (
        Column("status", Cell.STATUS, 13, words="order_status"),
        Column(FIRST_REFERENCE, Cell.ID, 24, caption="orders_reference", linked=True),
        Column("currency", Cell.ID, 9),
        *(
            Column(key, Cell.MONEY, 15, caption=_RECEIVABLE_CAPTIONS.get(key, ""), total=True)
            for key in _SUMS
        ),
        Column("bucket", Cell.STATUS, 14, words="bucket"),
        Column("overdue_days", Cell.COUNT, 14),
        Column("due", Cell.DATE, 14),
        Column("date", Cell.DATE, 14),
        Column("channel", Cell.WORD, 14, words="channel"),
        # The block by platform stands on these too, so none of them may be hidden.
        MATCH_ID,
        Column("party", Cell.TEXT, 18),
        Column("account", Cell.ID, 14),
        ALL_REFERENCES,
        RECORD_ID,
    ),
)
PAYOUTS = Table(
    "Payouts",
    (
        Column("status", Cell.STATUS, 13, words="payout_status"),
        Column("group", Cell.ID, 26, caption="payouts_group", linked=True),
        Column("date", Cell.DATE, 11.5),
        Column("channel", Cell.WORD, 12, words="channel"),
        Column("account", Cell.ID, 18, optional=True),
        Column("lines", Cell.COUNT, 8),
        Column("currency", Cell.ID, 8),
        Column("gross", Cell.MONEY, 14.5, total=True),
        Column("fees", Cell.MONEY, 13.5, total=True),
        Column("refunds", Cell.MONEY, 13.5, total=True),
        Column("other", Cell.MONEY, 13.5, total=True),
        Column("net", Cell.MONEY, 14.5, total=True,
               formula="ROUND(SUM({gross}{row}:{other}{row}),{places})"),
        Column("deposited", Cell.MONEY, 14.5, total=True),
        Column("difference", Cell.MONEY, 13, total=True,
               formula="ROUND({net}{row}-{deposited}{row},{places})"),
        MATCH_ID,
        Column("payout_id", Cell.ID, 24, printed=False),
    ),
)  # fmt: skip
IDENTITY = Table(
    "Identity",
    (
        Column("kind", Cell.WORD, 18, words="kind"),
        Column("currency", Cell.ID, 10),
        Column("position", Cell.WORD, 18, words="position"),
        Column("engine_count", Cell.COUNT, 16),
        Column("sheet_count", Cell.COUNT, 16),
        Column("engine_amount", Cell.MONEY, 18),
        Column("sheet_amount", Cell.MONEY, 18),
        Column("difference", Cell.MONEY, 18),
        Column("check", Cell.CHECK, 9),
    ),
)
CONTROL_TOTALS = Table(
    "ControlTotals",
    (
        Column("kind", Cell.WORD, 18, words="kind"),
        Column("currency", Cell.ID, 10),
        Column("files_count", Cell.COUNT, 16),
        Column("sheet_count", Cell.COUNT, 16),
        Column("files_amount", Cell.MONEY, 18),
        Column("sheet_amount", Cell.MONEY, 18),
        Column("difference", Cell.MONEY, 18),
        Column("check", Cell.CHECK, 9),
    ),
)
FILES = Table(
    "Files",
    (
        Column("status", Cell.STATUS, 11, words="file_status"),
        Column("file", Cell.TEXT, 36, wrap=True),
        Column("kind", Cell.WORD, 14, words="kind"),
        Column("profile", Cell.ID, 20),
        Column("rows", Cell.COUNT, 10),
        Column("records", Cell.COUNT, 16, caption="records_count"),
        Column("excluded", Cell.COUNT, 18),
        Column("rejects", Cell.COUNT, 26),
        Column("checks", Cell.TEXT, 60, wrap=True),
        Column("sha256", Cell.ID, 44),
        FILE_NUMBER,
        Column("checks_code", Cell.ID, 20, folded=True, printed=False),
        Column("balances_code", Cell.ID, 20, folded=True, printed=False),
    ),
)
FILE_TOTALS = Table(
    "FileTotals",
    (
        Column("number", Cell.COUNT, 11),
        Column("file", Cell.TEXT, 36, wrap=True),
        Column("kind", Cell.WORD, 14, words="kind"),
        Column("currency", Cell.ID, 20),
        Column("count", Cell.COUNT, 10),
        Column("amount", Cell.MONEY, 16),
    ),
)
PROBLEMS = Table(
    "Problems",
    (
        Column("level", Cell.STATUS, 11, words="level"),
        Column("file", Cell.TEXT, 36, wrap=True),
        Column("sheet", Cell.TEXT, 14, wrap=True),
        Column("column", Cell.TEXT, 20, wrap=True),
        Column("row", Cell.COUNT, 10),
        Column("value", Cell.ID, 16, wrap=True),
        Column("profile", Cell.ID, 18, wrap=True),
        Column("code", Cell.ID, 26),
        Column("what", Cell.TEXT, 60, wrap=True),
        Column("remedy", Cell.TEXT, 44, wrap=True),
        FILE_NUMBER,
        Column("params", Cell.ID, 20, folded=True, printed=False),
    ),
)
SETTINGS = Table(
    "Settings",
    (
        Column("key", Cell.ID, 34),
        Column("setting_value", Cell.INPUT, 44, wrap=True),
        Column("unit", Cell.TEXT, 22, wrap=True),
        Column("meaning", Cell.TEXT, 60, wrap=True),
    ),
)
# What a person told of files whose layout is not known; see recon_engine.intake.mapping_rows.
MAPPINGS = Table(
    "Mappings",
    (
        Column("mapping", Cell.INPUT, 26),
        Column("setting", Cell.INPUT, 24, caption="mapping_setting"),
        Column("value", Cell.INPUT, 44, wrap=True, caption="setting_value"),
        Column("meaning", Cell.TEXT, 60, wrap=True),
    ),
)
RUN_LOG = Table(
    "RunLog",
    (
        Column("number", Cell.COUNT, 8),
        Column("step", Cell.WORD, 34, words="step"),
        Column("count_in", Cell.COUNT, 14),
        Column("count_out", Cell.COUNT, 14),
        Column("detail", Cell.TEXT, 60, wrap=True),
    ),
)

REPORT_SHEETS = (
    Sheet("receivables", (RECEIVABLES,), frozen=2, tab="E69F00"),
    Sheet("payouts", (PAYOUTS,), frozen=2, tab="E69F00"),
    Sheet("proof", (IDENTITY, CONTROL_TOTALS), gridlines=False, tab="52606D"),
    Sheet("files", (FILES, FILE_TOTALS, PROBLEMS), gridlines=False, tab="52606D"),
    Sheet("mappings", (MAPPINGS,), gridlines=False, frozen=1, tab="0B3C5D"),
    Sheet("run_log", (RUN_LOG,), gridlines=False, portrait=True, tab="52606D"),
)
