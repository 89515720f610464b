"""Orders ↔ bank, for channels that give no settlement file."""

import polars as pl

from recon_engine.match import match_items
from recon_engine.model.policy import Policy
from recon_engine.model.records import Kind
from recon_engine.reconcile.groups import Groups, named
from recon_engine.reconcile.items import as_items, settling_channel

NAME = "orders_bank"


def reconcile(records: pl.DataFrame, taken: pl.Series, policy: Policy) -> Groups:
    """Groups of orders (left) and statement lines (right).

    Args:
        records: RECORDS of all kinds.
        taken: record ids that other reconciliations already hold.
        policy: windows and how channels belong together.
    """
    settled = records.filter(pl.col("kind") == Kind.SETTLEMENT_LINE)["channel"].unique()
    free = records.filter(~pl.col("record_id").is_in(taken.implode()))
    orders = free.filter(
        (pl.col("kind") == Kind.ORDER) & ~settling_channel(policy.channels).is_in(settled.implode())
    )
    lines = free.filter(pl.col("kind") == Kind.STATEMENT_LINE)
    amount = pl.col("amount") - pl.col("refunded").fill_null(0)
    matched = match_items(as_items(orders, amount), as_items(lines, pl.col("amount")), policy)
    return named(matched, NAME, "OB")
