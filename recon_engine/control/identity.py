"""The identity: opening + new - cleared - written off = open, for every kind and currency.

It is computed from each record's place and proved against sums made another way: the files' own
control totals.  A close that cannot prove it is not written.
"""

from collections import Counter
from collections.abc import Sequence

import polars as pl

from recon_engine.errors import Code, ExitCode, Problem, TieoutError
from recon_engine.model.money import to_text
from recon_engine.model.results import IDENTITY, NO_ITEMS, PLACES, FileReport


def identity(records: pl.DataFrame) -> pl.DataFrame:
    """IDENTITY of placed records.

    Args:
        records: RECORDS plus ``place`` and, where a period was carried forward, ``carried``.
    """
    carried = pl.col("carried") if "carried" in records.columns else pl.lit(value=False)
    flags = {
        "opening": carried,
        "new": ~carried,
        "cleared": pl.col("place") == "cleared",
        "written_off": pl.col("place") == "written_off",
        "open": pl.col("place") == "open",
    }
    inside = records.filter(~pl.col("place").is_in(NO_ITEMS)).with_columns(
        **{f"is_{n}": f for n, f in flags.items()}
    )
    sums = [pl.col("amount").filter(pl.col(f"is_{name}")).sum().alias(name) for name in flags]
    counts = [pl.col(f"is_{n}").sum().cast(pl.Int64).alias(f"{n}_count") for n in flags]
    balance = (
        pl.col("opening")
        + pl.col("new")
        - pl.col("cleared")
        - pl.col("written_off")
        - pl.col("open")
    )
    return (
        inside.group_by("kind", "currency")
        .agg(sums + counts)
        .with_columns(difference=balance)
        .select(list(IDENTITY))
        .sort("kind", "currency")
    )


def by_currency(frame: pl.DataFrame) -> pl.DataFrame:
    """IDENTITY added up over kinds: one row a currency, ``kind`` left out."""
    numbers = [name for name in IDENTITY if name not in ("kind", "currency")]
    return frame.group_by("currency").agg(pl.col(numbers).sum()).sort("currency")


def prove(
    records: pl.DataFrame, members: pl.DataFrame, table: pl.DataFrame, files: Sequence[FileReport]
) -> None:
    """Stops the run unless every proof holds.

    Args:
        records: placed records.
        members: MEMBERS of all groups.
        table: their IDENTITY.
        files: the reports of the files they came from, merged repeats already taken off.

    Raises:
        TieoutError: IDENTITY_BROKEN or PLACE_BROKEN, exit code 3, with every figure that differs.
    """
    problems = [*_places(records, members), *_balance(table), *_against_files(records, files)]
    if problems:
        raise TieoutError(problems, ExitCode.PROOF_FAILED)


def _places(records: pl.DataFrame, members: pl.DataFrame) -> list[Problem]:
    nowhere = records.filter(~pl.col("place").is_in(PLACES))["record_id"].sort()
    twice = _repeated(records.select("record_id"))
    double = _repeated(members.select("record_id", "match_id"))
    found = [*twice, *nowhere, *double]
    return [Problem(Code.PLACE_BROKEN, value=", ".join(found[:5]))] if found else []


def _repeated(rows: pl.DataFrame) -> pl.Series:
    """The record ids of rows that stand more than once; counted first, for there are none."""
    if rows.n_unique() == rows.height:
        return rows["record_id"].clear()
    return rows.filter(rows.is_duplicated())["record_id"].unique().sort()


def _balance(table: pl.DataFrame) -> list[Problem]:
    into, out = ("opening", "new"), ("cleared", "written_off", "open")
    rest = pl.sum_horizontal(into) - pl.sum_horizontal(out)  # not as the table tells it
    broken = table.with_columns(difference=rest).filter(
        (pl.col("difference") != 0)
        | (
            pl.col("opening_count") + pl.col("new_count")
            != pl.col("cleared_count") + pl.col("written_off_count") + pl.col("open_count")
        )
    )
    return [
        Problem(Code.IDENTITY_BROKEN, value=f"{kind} {to_text(difference, currency)} {currency}")
        for kind, currency, difference in broken.select(
            "kind", "currency", "difference"
        ).iter_rows()
    ]


def _against_files(records: pl.DataFrame, files: Sequence[FileReport]) -> list[Problem]:
    """Records counted and added up once more, by file kind, straight from the files' reports."""
    told: Counter[tuple[str, str]] = Counter()
    for report in files:
        for currency, total in report.totals.items():
            told[report.kind, currency] += total.sum
    fresh = records.filter(~pl.col("carried")) if "carried" in records.columns else records
    held = {
        (kind, currency): amount
        for kind, currency, amount in fresh.group_by("kind", "currency")
        .agg(pl.col("amount").sum())
        .iter_rows()
    }
    return [
        Problem(
            Code.IDENTITY_BROKEN,
            value=f"{kind} {currency}: {to_text(told[kind, currency], currency)} ≠ "
            f"{to_text(held.get((kind, currency), 0), currency)}",
        )
        for kind, currency in sorted(set(told) | set(held))
        if told[kind, currency] != held.get((kind, currency), 0)
    ]
