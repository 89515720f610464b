"""Records as the matcher's items: which amount counts, and whose name."""

import polars as pl

from recon_engine.model.policy import ChannelPolicy
from recon_engine.model.results import ITEMS


def as_items(records: pl.DataFrame, amount: pl.Expr, party: pl.Expr | None = None) -> pl.DataFrame:
    """ITEMS of records.

    Args:
        records: RECORDS.
        amount: the measure, minor units.
        party: whose money it is; the record's own party if not given.
    """
    return records.select(
        id=pl.col("record_id"),
        date=pl.col("date"),
        amount=amount,
        currency=pl.col("currency"),
        reference=pl.col("reference"),
        group=pl.col("group"),
        text=pl.col("text"),
        party=pl.col("party") if party is None else party,
        channel=pl.col("channel"),
    ).select(list(ITEMS))


def settling_channel(channels: ChannelPolicy) -> pl.Expr:
    """The channel on whose account an order is settled: Tmall's orders on Alipay."""
    return pl.col("channel").replace(dict(channels.settled_on))


def paying_channel(channels: ChannelPolicy) -> pl.Expr:
    """The platform that a bank line names as its payer, "" when it names none.

    Where a line names several, the first in the policy's order is taken; payers stand before names.
    """
    said = pl.concat_str(pl.col("party"), pl.lit(" "), pl.col("text")).str.to_lowercase()
    found = pl.lit("")
    for channel, names in reversed(list(channels.bank_names.items())):
        named = pl.any_horizontal(said.str.contains(n.lower(), literal=True) for n in names)
        found = pl.when(named).then(pl.lit(channel)).otherwise(found)
    for payer, channel in reversed(list(channels.payers.items())):
        pays = said.str.contains(payer.lower(), literal=True)
        found = pl.when(pays).then(pl.lit(channel)).otherwise(found)
    return found
