"""Orders ↔ bank, for channels that give no settlement file."""

import polars as pl

from recon_engine.match import match_items
from recon_engine.model.policy import Policy
from recon_engine.model.records import Kind
from recon_engine.reconcile.groups import Decided, Groups, named, together
from recon_engine.reconcile.items import as_items, settling_channel

NAME = "orders_bank"
LINES = "lines_bank"  # a wallet's own movement and the bank line that mirrors it: by hand only


def reconcile(records: pl.DataFrame, taken: pl.Series, policy: Policy, decided: Decided) -> Groups:
    """Groups of orders (left) and statement lines (right), with what a person matched to the bank.

    Args:
        records: RECORDS of all kinds.
        taken: record ids that other reconciliations already hold.
        policy: windows and how channels belong together.
        decided: what a person put together and took apart.
    """
    own = together([decided.groups.of(NAME), decided.groups.of(LINES)])
    settled = records.filter(pl.col("kind") == Kind.SETTLEMENT_LINE)["channel"].unique()
    free = decided.free(records.filter(~pl.col("record_id").is_in(taken.implode())))
    orders = free.filter(
        (pl.col("kind") == Kind.ORDER) & ~settling_channel(policy.channels).is_in(settled.implode())
    )
    lines = free.filter(pl.col("kind") == Kind.STATEMENT_LINE)
    amount = pl.col("amount") - pl.col("refunded").fill_null(0)
    matched = match_items(
        as_items(orders, amount), as_items(lines, pl.col("amount")), policy, bans=decided.bans
    )
    return together([own, named(matched, NAME, "OB")])
