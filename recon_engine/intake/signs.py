"""Whether a column's figures are money in or out, where only the balances can tell.

A card statement shows spending as positive; read as it stands it would be money in.  So a column
with no minus, no direction and no balance that proves it is asked about where the file's captions
speak of a card, and where balances prove neither reading.  An account statement whose rows all came
in is ordinary: it is read as it stands, and the report says that its sign was assumed.
"""

import re

import polars as pl

from recon_engine.errors import Code, Place, error
from recon_engine.intake import figures, proofs
from recon_engine.intake.amounts import Money
from recon_engine.intake.columns import Columns
from recon_engine.intake.profile import Mode
from recon_engine.model.records import Kind

_CARD = re.compile(
    r"card|processed|posting|posted|postdate|merchant|cardholder|卡|商户", re.IGNORECASE
)
_CARD_ITSELF = re.compile(r"card|karte|carta|kaart|信用卡|卡号", re.IGNORECASE)
# What a row says of itself, whatever kind of account it stands in.
_BOUGHT = r"(?i)消费|購物|购物|取现|^(?:purchase|kauf|achat|compra)\b"
_GIVEN_BACK = r"(?i)退款|退货|退貨|^(?:refund|rückerstattung|remboursement)\b"
# How an issuer thanks for what was paid to the card; the payer's own account never says so.
_PAID_TO_CARD = (
    r"(?i)\bthank(?:s| you)\b|^payment received|pagamento recebido|dankend erhalten|"
    r"(?:paiement|prélèvement).*\bmerci\b|gracias por su pago"
)
_TWO_DAYS = (re.compile("^trans.*date"), re.compile("^post.*date"))  # as cards have
_WORDS_MIN = 2  # that words must weigh which all speak for the other sign
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
    unsigned = assumed(columns, money, data) and _speaks_of(_CARD, columns)
    if not money.mixed and not unsigned and _against_words(columns, money, data):
        money.amount = -money.amount
        return
    asked = money.mixed or unsigned or _spends(columns, money, data)
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


def _speaks_of(words: re.Pattern[str], columns: Columns) -> bool:
    return any(words.search(caption) for caption in columns.found.names)


def _spends(columns: Columns, money: Money, data: pl.Series) -> bool:
    """A card's, and mostly positive, as spending is where it is not written as money out."""
    if not _generic(columns) or "balance" in columns.found.columns:
        return False
    two_days = all(_speaks_of(day, columns) for day in _TWO_DAYS)
    if not two_days and not _speaks_of(_CARD_ITSELF, columns):
        return False
    moved = money.amount.filter(data & (money.amount != 0).fill_null(value=False))
    told = columns.cells[columns.found.columns["amount"]].filter(data).str.starts_with("+").any()
    return int((moved > 0).sum()) * 2 > moved.len() and not told


def _against_words(columns: Columns, money: Money, data: pl.Series) -> bool:
    """What was bought is positive, what was given back or paid to the card negative, throughout."""
    if not _generic(columns) or "balance" in columns.found.columns:
        return False
    told = [columns.roles[role] for role in ("text", "purpose", "memo") if role in columns.roles]
    for_, against = 0, 0
    for pattern, sign, weight in ((_BOUGHT, -1, 1), (_GIVEN_BACK, 1, 1), (_PAID_TO_CARD, 1, 2)):
        says = pl.Series([False], dtype=pl.Boolean).new_from_index(0, columns.rows)
        for cells in told:
            says = says | cells.str.contains(pattern)
        signed = money.amount.filter(says & data) * sign
        for_ += weight * int((signed > 0).sum())
        against += weight * int((signed < 0).sum())
    return against >= _WORDS_MIN and not for_


def assumed(columns: Columns, money: Money, data: pl.Series) -> bool:
    """No minus anywhere: nothing in the column says which way the money went.

    Args:
        columns: the table.
        money: its amounts.
        data: which rows are data.
    """
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
