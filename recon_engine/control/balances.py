"""The balance of every account by statement: opening + movements = closing.

Balances come from the statement itself, or from its running balance.  A statement that is whole and
closes by its own account must close in the records as well; one with a gap is shown with what is
missing, for the gap is the bank's or the export's.
"""

from collections.abc import Sequence

import polars as pl

from recon_engine.errors import Code, ExitCode, Place, Problem, TieoutError
from recon_engine.model.money import to_text
from recon_engine.model.results import BALANCES, FileReport, empty

_STATEMENT = ("source_file", "source_sheet", "channel", "account", "currency")
# Notes and checks that say a statement is not here whole.
_NOT_WHOLE = (Code.ROWS_SEEN, Code.ROWS_OF_EARLIER_PERIOD, Code.SHEET_ASIDE)
_CHAINS = ("balance_chain", "closing_balance")


def balances(records: pl.DataFrame, files: Sequence[FileReport]) -> pl.DataFrame:
    """BALANCES of the statements whose balances are known.

    Args:
        records: HELD as read, before any decision.
        files: their reports.
    """
    fresh = records.filter(~pl.col("carried")).select(
        *_STATEMENT, "date", "amount", "balance", "source_row"
    )
    known = fresh.filter(pl.col("balance").is_not_null()).select(_STATEMENT).unique()
    running = _running(fresh.join(known, on=_STATEMENT, how="semi").sort("source_row"))
    return (
        pl.concat([empty(BALANCES), running, _stated(fresh, files)])
        .unique(["source_file", "source_sheet", "account", "currency"], keep="last")
        .sort("account", "currency", "first", "source_file", "source_sheet")
    )


def prove_balances(frame: pl.DataFrame, files: Sequence[FileReport]) -> None:
    """Passes where every whole statement closes.

    Args:
        frame: BALANCES.
        files: the reports that say which statements are whole.

    Raises:
        TieoutError: BALANCE_CHAIN_BROKEN, exit code 3, with every account that does not close.
    """
    broken = {report.file for report in files if not _whole(report)}
    rest = pl.col("opening") + pl.col("movements") - pl.col("closing")
    wrong = frame.with_columns(difference=rest).filter(
        (pl.col("difference") != 0) & ~pl.col("source_file").is_in(broken)
    )
    if wrong.is_empty():
        return
    columns = ("source_file", "source_sheet", "account", "currency", "difference")
    problems = [
        Problem(
            Code.BALANCE_CHAIN_BROKEN,
            Place(file, sheet),
            f"{account} {to_text(difference, currency)} {currency}".strip(),
        )
        for file, sheet, account, currency, difference in wrong.select(columns).iter_rows()
    ]
    raise TieoutError(problems, ExitCode.PROOF_FAILED)


def _whole(report: FileReport) -> bool:
    """Whether all of the file's rows are here, and its own balances follow from each other."""
    partly = any(note.code in _NOT_WHOLE for note in report.notes) or bool(report.rejects)
    chained = [check.ok for check in report.checks if check.code in _CHAINS]
    return not partly and bool(chained) and all(chained)


def _running(rows: pl.DataFrame) -> pl.DataFrame:
    """From the running balance, oldest first or newest first as it proves itself."""
    step, amount = pl.col("balance").diff(), pl.col("amount")
    oldest_first = ((step - amount) != 0).sum() <= ((step + amount.shift(1)) != 0).sum()
    balance = pl.col("balance").drop_nulls()
    start = pl.when(oldest_first).then(amount.first()).otherwise(amount.last())
    ends = {
        "opening": pl.when(oldest_first).then(balance.first()).otherwise(balance.last()) - start,
        "closing": pl.when(oldest_first).then(balance.last()).otherwise(balance.first()),
    }
    return _told(rows.group_by(_STATEMENT).agg(*_movements(), **ends))


def _stated(rows: pl.DataFrame, files: Sequence[FileReport]) -> pl.DataFrame:
    """From the balances that a statement states outright."""
    stated = [
        (report.file, each.account, each.currency, each.opening, each.closing)
        for report in files
        for each in report.balances
    ]
    schema = {name: BALANCES[name] for name in
              ("source_file", "account", "currency", "opening", "closing")}  # fmt: skip
    frame = pl.DataFrame(stated, schema=schema, orient="row")
    moved = rows.group_by(_STATEMENT).agg(*_movements())
    return _told(moved.join(frame, on=["source_file", "account", "currency"]))


def _movements() -> list[pl.Expr]:
    date = pl.col("date")
    return [pl.col("amount").sum().alias("movements"), date.min().alias("first"),
            date.max().alias("last")]  # fmt: skip


def _told(sums: pl.DataFrame) -> pl.DataFrame:
    difference = pl.col("opening") + pl.col("movements") - pl.col("closing")
    return sums.with_columns(difference=difference).select(list(BALANCES))
