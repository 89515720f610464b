"""Whether a statement's figures are before a fee or after it, where its columns tell both.

``Amount, Fee, Net`` of a payment processor: the net moved.  That is taken where every row's figures
add up, the fee signed either way but alike in all of them.  Where they do not, and no balance says
more, two readings are as good as each other and the file is asked about.
"""

import polars as pl

from recon_engine.errors import Code, Place, error
from recon_engine.intake import figures
from recon_engine.intake.amounts import Money
from recon_engine.intake.columns import Columns
from recon_engine.intake.profile import Mode
from recon_engine.model.records import Kind


def netted(columns: Columns, money: Money) -> Money:
    """The money after its fee where the columns prove it; as it is where there is no fee.

    Args:
        columns: the table.
        money: as its amount column says.

    Raises:
        TieoutError: LAYOUT_AMBIGUOUS.
    """
    profile, found = columns.profile, columns.found.columns
    plain = profile.generic and profile.kind is Kind.STATEMENT_LINE
    if not plain or columns.mode is not Mode.SIGNED or not {"net", "fee"} & set(found):
        return money
    nothing = pl.Series([0], dtype=pl.Int64).new_from_index(0, columns.rows)
    net, fee, vat = (_read(columns, role) for role in ("net", "fee", "vat"))
    gross = money.amount.fill_null(0)
    if net is not None and fee is None and vat is not None and _holds(net, gross, vat):
        return money  # the net is before tax, which moved with it
    if net is not None and (net.is_not_null() & (net != gross)).any():
        return _proved(columns, money, net, nothing if fee is None else fee.fill_null(0))
    if net is None and fee is not None and (fee != 0).any() and "balance" not in found:
        raise _ambiguous(columns, "fee")
    return money


def _proved(columns: Columns, money: Money, net: pl.Series, fee: pl.Series) -> Money:
    gross = money.amount.fill_null(0)
    for signed in (fee, -fee):
        if (net.fill_null(0) == gross + signed).all():
            moved = net.is_not_null() | money.amount.is_not_null()
            faults = [fault for fault in money.faults if fault[1] is not Code.AMOUNT_MISSING]
            missing = (~moved, Code.AMOUNT_MISSING, columns.found.columns["net"])
            amount = net.fill_null(0).set(~moved, None)
            return Money(amount, gross=gross, fee=signed, faults=[*faults, missing])
    if "balance" in columns.found.columns:
        return money
    raise _ambiguous(columns, "net")


def _holds(net: pl.Series, gross: pl.Series, vat: pl.Series) -> bool:
    """Whether gross is net and tax in every row, the tax signed like the figure or never."""
    sizes = net.fill_null(0).abs() + vat.fill_null(0).abs()
    return bool((gross.abs() == sizes).all())


def _ambiguous(columns: Columns, role: str) -> Exception:
    both = f"{columns.caption_of('amount')} / {columns.caption_of(role)}"
    return error(Code.LAYOUT_AMBIGUOUS, Place(columns.file, columns.sheet), both)


def _read(columns: Columns, role: str) -> pl.Series | None:
    if role not in columns.roles:
        return None
    return figures.to_minor(columns.roles[role], columns.places, columns.style)["minor"]
