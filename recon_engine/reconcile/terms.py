"""What payouts and orders are made of: every term a figure, with the number of its lines.

A line tells up to two terms: what it moved, under its type, and the fee that was kept back on it.
The rows behind a term are the lines of that payout (or order) and type.
"""

import polars as pl

from recon_engine.model.records import Kind, Type
from recon_engine.model.results import ORDER_TERMS, TERMS
from recon_engine.reconcile.chain import Chain
from recon_engine.reconcile.orders import NAME, shared_ids

FEE_KEPT, NET, LEFT_OVER, BANK = "fee_kept", "net", "left_over", "bank"
_FEES = (Type.COMMISSION, Type.FEE)
# The order in which a reader meets them.
POSITIONS = {
    str(name): place
    for place, name in enumerate(
        (
            *(Type.SALE, Type.REFUND, FEE_KEPT, Type.COMMISSION, Type.FEE, Type.FREIGHT, Type.TAX),
            *(Type.SUBSIDY, Type.RESERVE, Type.ADJUSTMENT, Type.RECEIPT, Type.PAYMENT),
            *(Type.TRANSFER, NET, LEFT_OVER, BANK),
        )
    )
}
FEE_TERMS = (FEE_KEPT, *map(str, _FEES))


def payout_terms(chain: Chain) -> pl.DataFrame:
    """TERMS of every payout: what it is made of, its net, and what the bank shows.

    Args:
        chain: the walked chain.
    """
    lines = chain.records.filter(
        (pl.col("kind") == Kind.SETTLEMENT_LINE) & (pl.col("payout_id") != "")
    )
    summed = _summed(_moving(lines), "payout_id")
    nets = summed.group_by("payout_id").agg(pl.col("amount").sum().alias("told"))
    paid = chain.payouts.join(nets, on="payout_id", how="left").with_columns(
        pl.col("told").fill_null(0)
    )
    every = pl.concat([summed, *_ends(paid, chain)], how="diagonal")
    position = pl.col("term").replace_strict(POSITIONS, default=len(POSITIONS))
    return (
        every.with_columns(
            position=position.cast(pl.Int64), residual=pl.col("residual").fill_null(0)
        )
        .select(list(TERMS))
        .sort("payout_id", "position", "term")
    )


def _moving(lines: pl.DataFrame) -> pl.DataFrame:
    """The lines that make up a net.

    A withdrawal by itself counts with what it took out; under a payout id all lines count but the
    transfer that empties the account.
    """
    withdrawal = pl.col("type") == Type.TRANSFER
    only = withdrawal.all().over("payout_id")
    amount = pl.when(withdrawal).then(-pl.col("amount")).otherwise("amount")
    gross = pl.when(withdrawal).then(amount).otherwise(pl.col("gross"))
    return lines.filter(only | ~withdrawal).with_columns(amount=amount, gross=gross)


def _summed(lines: pl.DataFrame, owner: str) -> pl.DataFrame:
    """``owner, term, currency, amount, count`` of what lines moved and of fees kept on them."""
    is_fee = pl.col("type").is_in(list(_FEES))
    kept = pl.when(is_fee).then(0).otherwise(pl.col("fee").fill_null(0))
    told = lines.select(owner, "currency", "type", kept=kept, moved=pl.col("amount") - kept)
    moved = told.group_by(owner, "currency", term="type").agg(
        amount=pl.col("moved").sum(), count=pl.len().cast(pl.Int64)
    )
    fees = (
        told.filter(pl.col("kept") != 0)
        .group_by(owner, "currency")
        .agg(amount=pl.col("kept").sum(), count=pl.len().cast(pl.Int64))
        .with_columns(term=pl.lit(FEE_KEPT))
    )
    columns = (owner, "term", "currency", "amount", "count")
    return pl.concat([moved.select(columns), fees.select(columns)])


def _ends(paid: pl.DataFrame, chain: Chain) -> list[pl.DataFrame]:
    """Net, what was left over by a decision, and the bank, with the residual of each step."""
    matched = pl.col("status") == "matched"
    over = pl.when(matched).then(pl.col("deposited") - pl.col("net")).otherwise(0)
    rights = (
        chain.groups.members.filter(pl.col("side") == "right")
        .group_by("match_id")
        .agg(deposits=pl.len().cast(pl.Int64))
    )
    known = paid.join(rights, on="match_id", how="left").with_columns(
        pl.col("deposits").fill_null(0), over=over
    )
    net = known.select(
        "payout_id", "currency", term=pl.lit(NET), amount="net", count="lines",
        residual=pl.col("net") - pl.col("told"),
    )  # fmt: skip
    left = known.filter(pl.col("over") != 0).select(
        "payout_id", "currency", term=pl.lit(LEFT_OVER), amount="over",
        count=pl.lit(1, pl.Int64), residual=pl.lit(0, pl.Int64),
    )  # fmt: skip
    bank = known.select(
        "payout_id", "currency", term=pl.lit(BANK), amount="deposited", count="deposits",
        residual=pl.col("net") + pl.col("over") - pl.col("deposited"),
    )  # fmt: skip
    return [net, left, bank]


def order_terms(chain: Chain, owners: pl.DataFrame) -> pl.DataFrame:
    """ORDER_TERMS: what the settlement lines that carry an order's id say of it.

    Args:
        chain: the walked chain.
        owners: ``record_id, owner`` of every line that carries an order's id.
    """
    lines = chain.records.filter(pl.col("kind") == Kind.SETTLEMENT_LINE).select(
        "record_id", "type", "amount", "fee", "currency"
    )
    owned = lines.join(owners, on="record_id")
    return (
        _summed(owned, "owner")
        .rename({"owner": "record_id"})
        .select(list(ORDER_TERMS))
        .sort("record_id", "term", "currency")
    )


def owners(chain: Chain) -> pl.DataFrame:
    """``record_id, owner``: the order of each settlement line, by the match or by the id it has."""
    kinds = chain.records.select("record_id", "kind", "reference")
    by_id = _by_reference(kinds)
    of_match = chain.groups.members.join(
        chain.groups.matches.filter(pl.col("reconciliation") == NAME).select("match_id"),
        on="match_id",
        how="semi",
    )
    left = of_match.filter(pl.col("side") == "left").select("match_id", owner="record_id")
    alone = left.filter(pl.len().over("match_id") == 1)
    matched = of_match.filter(pl.col("side") == "right").join(alone, on="match_id")
    return pl.concat([matched.select("record_id", "owner"), by_id]).unique(
        "record_id", keep="first", maintain_order=True
    )


def _by_reference(kinds: pl.DataFrame) -> pl.DataFrame:
    orders = kinds.filter(pl.col("kind") == Kind.ORDER)
    return shared_ids(orders, kinds.filter(pl.col("kind") == Kind.SETTLEMENT_LINE))
