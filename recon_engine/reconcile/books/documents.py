"""What is to be booked: sales, refunds, fees and what reached the bank, a row each."""

import polars as pl

from recon_engine.model.records import REFERENCE_SEPARATOR, Kind, Type
from recon_engine.reconcile import payouts
from recon_engine.reconcile.chain import Chain
from recon_engine.reconcile.terms import FEE_TERMS

SALES, REFUNDS, FEES, BANK = "sales", "refunds", "fees", "bank"
LINES = (SALES, REFUNDS, FEES, BANK)
# One row a document and kind of account; ``value`` is positive as is usual for the line.
DOCUMENTS = ("record_id", "line", "platform", "currency", "date", "value", "reference", "carried")


def documents(chain: Chain) -> pl.DataFrame:
    """DOCUMENTS of the money that went from order to bank.

    Args:
        chain: the walked chain; what a person set aside is not to be booked.
    """
    records = chain.records.filter(pl.col("place") != "excluded").with_columns(
        platform=pl.col("channel")
    )
    lines = records.filter(pl.col("kind") == Kind.SETTLEMENT_LINE)
    fee_types = [name for name in FEE_TERMS if name in set(Type)]
    kept = pl.when(pl.col("type").is_in(fee_types)).then(-pl.col("amount"))
    parts = (
        records.filter((pl.col("kind") == Kind.ORDER) & (pl.col("type") != Type.CANCELLED))
        .with_columns(line=pl.lit(SALES), value="amount"),
        lines.filter(pl.col("type") == Type.REFUND)
        .with_columns(line=pl.lit(REFUNDS), value=-pl.coalesce("gross", "amount")),
        lines.with_columns(line=pl.lit(FEES), value=kept.otherwise(-pl.col("fee").fill_null(0))),
        _banked(chain, records),
    )  # fmt: skip
    made = pl.concat([part.select(DOCUMENTS) for part in parts])
    return made.filter(pl.col("value") != 0)


def _banked(chain: Chain, records: pl.DataFrame) -> pl.DataFrame:
    """Statement lines, known by their payouts' ids too; without statements, the payouts."""
    bank = records.filter(pl.col("kind") == Kind.STATEMENT_LINE)
    if bank.is_empty():
        return chain.payouts.select(
            "currency", "date",
            record_id="payout_id", line=pl.lit(BANK), platform=pl.lit(""), value="net",
            reference="group", carried=pl.lit(value=False),
        )  # fmt: skip
    links = chain.groups.of(payouts.NAME).members
    paid = links.filter(pl.col("side") == "left").join(
        chain.payouts.select(record_id="payout_id", paid="group"), on="record_id"
    )
    of_match = paid.group_by("match_id").agg(pl.col("paid").sort().str.join(REFERENCE_SEPARATOR))
    named = links.filter(pl.col("side") == "right").join(of_match, on="match_id")
    joined = bank.join(named.select("record_id", "paid"), on="record_id", how="left")
    return joined.with_columns(
        line=pl.lit(BANK),
        platform=pl.lit(""),
        value="amount",
        reference=pl.concat_str(
            pl.col("reference").replace("", None), "paid",
            separator=REFERENCE_SEPARATOR, ignore_nulls=True,
        ),
    )  # fmt: skip


def of_orders(made: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    """``order_id`` beside each refund and fee that names an order; null for all others.

    Args:
        made: DOCUMENTS.
        orders: ``record_id, reference`` of orders.
    """
    split = pl.col("reference").str.split(REFERENCE_SEPARATOR)
    keys = orders.select(order_id="record_id", key=split).explode("key").filter(pl.col("key") != "")
    lines = made.filter(pl.col("line").is_in([REFUNDS, FEES])).select("record_id", key=split)
    found = (
        lines.explode("key")
        .join(keys, on="key")
        .group_by("record_id")
        .agg(order_id=pl.col("order_id").min())
    )
    return made.join(found, on="record_id", how="left", maintain_order="left")
