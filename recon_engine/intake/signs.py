"""Whether a column's figures are money in or out, where only the balances can tell.

A card statement shows spending as positive; read as it stands it would be money in.  A column with
no minus, no direction and no balance that proves it is asked about, never guessed.
"""

import polars as pl

from recon_engine.errors import Code, Place, error
from recon_engine.intake import figures, proofs
from recon_engine.intake.amounts import Money
from recon_engine.intake.columns import Columns
from recon_engine.intake.profile import Mode
from recon_engine.model.records import Kind

_BREAKS_ONE_IN = 10  # a chain proves a reading if at most one step in so many does not follow


def settled(columns: Columns, money: Money, data: pl.Series) -> None:
    """Gives the amounts their sign, in place.

    Args:
        columns: the table.
        money: as its columns say.
        data: which rows are data.

    Raises:
        TieoutError: SIGN_UNDECIDED.
    """
    asked = money.mixed or _open(columns, money, data)
    flipped = _flipped(columns, money, data) if asked or _generic(columns) else False
    if asked and flipped is None:
        column = columns.caption_of("amount")
        raise error(Code.SIGN_UNDECIDED, Place(columns.file, columns.sheet, 0, column))
    if flipped:
        money.amount = money.other_sign()


def _generic(columns: Columns) -> bool:
    profile = columns.profile
    plain = columns.mode is Mode.SIGNED and profile.money.mode is Mode.AUTO
    return plain and profile.kind is Kind.STATEMENT_LINE


def _open(columns: Columns, money: Money, data: pl.Series) -> bool:
    """No minus anywhere: nothing in the column says which way the money went."""
    if not _generic(columns) or "balance" in columns.found.columns:
        return False
    moved = data & (money.amount != 0).fill_null(value=False)
    amounts = money.amount.filter(moved)
    signed = columns.cells[columns.found.columns["amount"]].filter(moved).str.starts_with("+")
    return amounts.len() > 0 and bool((amounts > 0).all()) and not bool(signed.all())


def _flipped(columns: Columns, money: Money, data: pl.Series) -> bool | None:
    """Which reading the balances prove; None where they prove neither."""
    column = columns.found.columns.get("balance")
    if column is None:
        return None
    balances = figures.to_minor(columns.cells[column], columns.places, columns.style)["minor"]
    as_is, other = (
        proofs.chain_gaps(
            pl.DataFrame(
                {"amount": amount, "balance": balances, "currency": columns.currencies}
            ).filter(data)
        )
        for amount in (money.amount, money.other_sign())
    )
    steps = int(data.sum()) - 1
    if min(as_is, other) * _BREAKS_ONE_IN > steps or max(as_is, other) * 2 < steps:
        return None
    return None if as_is == other else other < as_is
