"""A case: both sides of a month, its policy, and the truth about every link."""

from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path

import polars as pl

from recon_engine.model.money import exponent

START = date(2026, 10, 1)
DAYS = 31  # orders are placed in one month; money may arrive after it

# What a bank row is, besides one that settles something.
SETTLES, NOISE, DUPLICATE = "settles", "noise", "duplicate"

LINKS: dict[str, pl.DataType] = {"left_id": pl.String(), "right_id": pl.String()}


@dataclass(frozen=True, slots=True)
class Case:
    """One generated month.  ``left`` and ``right`` have the columns of ``results.ITEMS``."""

    left: pl.DataFrame  # orders and refunds
    right: pl.DataFrame  # bank rows
    truth: pl.DataFrame  # left_id, right_id, scenario, group: every true link
    kinds: pl.DataFrame  # right_id, kind: settles | noise | duplicate
    groups: pl.DataFrame  # group, scenario, told, untold: left sum - right sum = told + untold
    policy: str  # TOML in the product's format: the fee rules and store names that are known


def save(case: Case, folder: Path) -> None:
    """Writes a case as Parquet and its policy as TOML, for other processes to read."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in _frames():
        getattr(case, name).write_parquet(folder / f"{name}.parquet")
    (folder / "policy.toml").write_text(case.policy, encoding="utf-8")


def load(folder: Path) -> Case:
    """Reads back what :func:`save` wrote."""
    frames = {name: pl.read_parquet(folder / f"{name}.parquet") for name in _frames()}
    return Case(**frames, policy=(folder / "policy.toml").read_text(encoding="utf-8"))


def write_csv(items: pl.DataFrame, path: Path) -> None:
    """Writes one side as a person would export it: exact decimal amounts, UTF-8 CSV."""
    places = items["currency"].unique().to_list()
    digits = pl.col("currency").replace_strict(
        {c: exponent(c) for c in places}, return_dtype=pl.Int64
    )
    unit, size = pl.lit(10).pow(digits), pl.col("amount").abs()
    sign = pl.when(pl.col("amount") < 0).then(pl.lit("-")).otherwise(pl.lit(""))
    cents = pl.lit(".") + (size % unit).cast(pl.String).str.zfill(digits)
    tail = pl.when(digits > 0).then(cents).otherwise(pl.lit(""))
    amount = sign + (size // unit).cast(pl.String) + tail
    items.with_columns(amount=amount).write_csv(path)


def _frames() -> list[str]:
    return [f.name for f in fields(Case) if f.name != "policy"]
