"""The sheets of the analysis: what monitoring found, the rows behind it, forecast and pictures."""

from workbook_templates.layout import Cell, Column, Sheet, Table
from workbook_templates.layout_records import ALL_REFERENCES, FIRST_REFERENCE, RECORD_ID

FINDINGS = Table(
    "Findings",
    (
        Column("level", Cell.STATUS, 12, words="finding_level", caption="finding_level"),
        Column("finding", Cell.WORD, 22, words="finding"),
        Column("sentence", Cell.TEXT, 62, wrap=True),
        Column("currency", Cell.ID, 9),
        Column("at_stake", Cell.MONEY, 15),
        Column("count", Cell.COUNT, 10),
        Column("rows", Cell.LINK, 8, caption="records"),
        Column("next", Cell.TEXT, 46, wrap=True),
        Column("channel", Cell.WORD, 13, words="channel"),
        Column("account", Cell.ID, 16, optional=True),
        Column("subject", Cell.ID, 20, optional=True),
        Column("finding_id", Cell.ID, 24, printed=False),
    ),
)
FORECAST = Table(
    "Forecast",
    (
        Column("currency", Cell.ID, 22),
        Column("first", Cell.DATE, 15),
        Column("last", Cell.DATE, 15),
        Column("foreseen", Cell.MONEY, 15),
        Column("at_least", Cell.MONEY, 15),
        Column("at_most", Cell.MONEY, 15),
    ),
)
TRIALS = Table(
    "ForecastTrials",
    (
        Column("currency", Cell.ID, 22),
        Column("first", Cell.DATE, 15),
        Column("last", Cell.DATE, 15),
        Column("foreseen", Cell.MONEY, 15),
        Column("came", Cell.MONEY, 15),
        Column("difference", Cell.MONEY, 15, formula="ROUND({came}{row}-{foreseen}{row},{places})"),
    ),
)
FINDING_ROWS = Table(
    "FindingRows",
    (
        Column("finding", Cell.WORD, 24, words="finding"),
        Column(FIRST_REFERENCE, Cell.ID, 26, caption="reference"),
        Column("kind", Cell.WORD, 14, words="kind"),
        Column("date", Cell.DATE, 11.5),
        Column("channel", Cell.WORD, 12, words="channel"),
        Column("party", Cell.TEXT, 24, optional=True),
        Column("currency", Cell.ID, 8),
        Column("amount", Cell.MONEY, 14.5),
        ALL_REFERENCES,
        Column("finding_id", Cell.ID, 24, printed=False),
        RECORD_ID,
    ),
)

ANALYSIS_SHEETS = (
    Sheet("analysis", (FINDINGS,), frozen=2, gridlines=False, tab="E69F00"),
    Sheet("pictures", (FORECAST, TRIALS), gridlines=False, tab="E69F00"),
    Sheet("finding_rows", (FINDING_ROWS,), frozen=2, tab="E69F00"),
)
