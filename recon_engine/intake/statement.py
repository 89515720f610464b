"""What every bank statement that is no table comes to: rows, rejects, proofs → records, a report.

A reader (mt940, camt, bai2, ofx, qif) fills one :class:`Statement` an account and period; what is
the same for all of them stands here.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

from recon_engine.errors import Code, Place, Problem, error
from recon_engine.intake.identity import with_ids
from recon_engine.intake.proofs import excluded_check, rows_check
from recon_engine.intake.report import totals_of
from recon_engine.model import money
from recon_engine.model.records import REFERENCE_SEPARATOR, Kind, Type, as_records
from recon_engine.model.results import Check, FileReport, StatedBalance

Row = dict[str, object]
BANK = "bank"
# What stands where an id is wanted and there is none.
_NO_REFERENCE = {"", "NONREF", "NOREF", "NOTPROVIDED", "NOT PROVIDED", "UNKNOWN", "0"}
_SCHEMA = {
    "date": pl.Date, "time": pl.String, "amount": pl.Int64, "currency": pl.String,
    "reference": pl.String, "group": pl.String, "text": pl.String, "party": pl.String,
    "channel": pl.String, "account": pl.String, "source_row": pl.Int64, "fee_type": pl.String,
    "state": pl.String, "key": pl.String,
}  # fmt: skip


@dataclass(slots=True)
class Statement:
    """One account's statement.

    Attributes:
        day: the one day it is for, where it says so.
        rows: record columns, a subset of the schema above; ``key`` is the bank's own unique id.
        excluded: reason (rows.Left) → how many rows.
        checks: proofs besides the closing balance.
    """

    account: str = ""
    currency: str = ""
    channel: str = BANK
    opening: int | None = None
    closing: int | None = None
    day: str = ""
    rows: list[Row] = field(default_factory=list)
    rejects: list[Problem] = field(default_factory=list)
    excluded: Counter[str] = field(default_factory=Counter)
    checks: list[Check] = field(default_factory=list)

    def moved(self) -> int:
        """The sum of its rows, minor units."""
        return sum(int(str(row["amount"])) for row in self.rows)


def references(*ids: str) -> str:
    """The ids that are ids, joined, each once."""
    told = [text.strip() for text in ids]
    return REFERENCE_SEPARATOR.join(
        dict.fromkeys(text for text in told if text.upper() not in _NO_REFERENCE)
    )


def reported(
    statements: Sequence[Statement], profile: str, file: str, sha256: str
) -> tuple[pl.DataFrame, FileReport]:
    """The records of a file's statements, and their report.

    Raises:
        TieoutError: NO_ROWS, where there is not a single row, good or not.
    """
    rows = [row for statement in statements for row in statement.rows]
    rejects = tuple(problem for statement in statements for problem in statement.rejects)
    excluded: Counter[str] = sum((s.excluded for s in statements), Counter())
    count = len(rows) + len(rejects) + excluded.total()
    if not count:
        raise error(Code.NO_ROWS, Place(file))
    records = _records(rows, file)
    proofs = [check for s in statements for check in (*_closing(s), *s.checks)]
    checks = [rows_check(count, len(rows), excluded.total(), len(rejects)),
              *excluded_check(excluded), *proofs]  # fmt: skip
    notes = [Problem(Code.TOTAL_DIFFERS, Place(file), c.detail) for c in proofs if not c.ok]
    report = FileReport(
        file, sha256, profile, Kind.STATEMENT_LINE.value, count, records.height, excluded.total(),
        rejects, totals_of(records), tuple(checks), tuple(notes),
        tuple(balance for s in statements for balance in _stated(s)),
    )  # fmt: skip
    return records, report


def _records(rows: list[Row], file: str) -> pl.DataFrame:
    inward = pl.col("amount") >= 0
    frame = pl.DataFrame(rows, schema=_SCHEMA).with_columns(
        pl.col("channel").fill_null(BANK),
        kind=pl.lit(Kind.STATEMENT_LINE.value),
        type=pl.when(inward).then(pl.lit(Type.RECEIPT.value)).otherwise(pl.lit(Type.PAYMENT.value)),
        source_file=pl.lit(file),
        source_rows=pl.lit(1, pl.Int64),
    )
    return with_ids(as_records(frame), [frame["key"].fill_null("")])


def _stated(statement: Statement) -> list[StatedBalance]:
    """The balances it names, where it names both."""
    if statement.opening is None or statement.closing is None:
        return []
    own = (statement.account, statement.currency)
    return [StatedBalance(*own, statement.opening, statement.closing)]


def _closing(statement: Statement) -> list[Check]:
    """Opening and movements make the closing balance, to the cent."""
    if statement.opening is None or statement.closing is None:
        return []
    reached, code = statement.opening + statement.moved(), statement.currency
    figures = f"{money.to_text(reached, code)} = {money.to_text(statement.closing, code)}"
    holds = reached == statement.closing
    return [Check("closing_balance", holds, f"{statement.account}: {figures}")]
