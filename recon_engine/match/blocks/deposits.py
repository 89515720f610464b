"""Which open bank rows are deposits of which channel.

The channel column says so, or one of the names by which a bank writes the channel stands in the
text or as the party.  Rows that name no channel may still be a deposit: they look like one when
their party also pays deposits that do name theirs.
"""

import numpy as np
import polars as pl

from recon_engine.match.case import Case, Flags
from recon_engine.model.policy import ChannelPolicy

# One row a deposit, in canonical order.
DEPOSITS: dict[str, pl.DataType] = {
    "row": pl.Int64(),  # of the right side
    "channel": pl.String(),  # the settling channel; "" where none is named
    "currency": pl.String(),
    "party": pl.String(),
    "day": pl.Int64(),  # days since 1970
    "amount": pl.Int64(),  # minor units, positive
}


def settling(channels: ChannelPolicy) -> pl.Expr:
    """The channel on whose account a row's own channel is settled."""
    return pl.col("channel").replace(dict(channels.settled_on))


def deposits(case: Case) -> pl.DataFrame:
    """DEPOSITS: of the channels that the left side has open rows of, and all that name none."""
    known = case.open_left(case.left.items).select(settling(case.channels)).to_series().unique()
    free = case.right_open & ~case.right.is_copy & (case.right.amount > 0) & ~spoken(case)[1]
    return case.right.items[np.flatnonzero(free)].select(
        "row",
        _channel(known.sort().to_list(), case.channels).alias("channel"),
        "currency",
        "party",
        pl.col("date").cast(pl.Int32).cast(pl.Int64).alias("day"),
        "amount",
    )


def spoken(case: Case) -> tuple[Flags, Flags]:
    """By row of both sides: whether it is of a payout whose id a bank row tells.

    Sums are no help there.
    """
    tie = case.open_ties(case.index.by_group_anywhere)
    left, right = (np.zeros(len(side), dtype=np.bool_) for side in (case.left, case.right))
    left[tie.left.row], right[tie.right.row] = True, True
    return left, right


def _channel(known: list[str], channels: ChannelPolicy) -> pl.Expr:
    """A bank row's channel: its own column, else a name in its text, else a name as its party."""
    writing = {
        name.lower(): channel
        for channel in known
        if channel
        for name in (*channels.bank_names.get(channel, ()), channel)
    }
    own = settling(channels)
    column = pl.when(own.is_in(known) & (own != "")).then(own)
    if not writing:
        return column.otherwise(pl.lit(""))
    # Of two names at one place the longer one is meant: "Shop 10" is not "Shop 1".
    patterns = sorted(writing, key=lambda name: (-len(name), name))
    said = [
        pl.col(place)
        .str.extract_many(patterns, ascii_case_insensitive=True, leftmost=True)
        .list.first()
        .str.to_lowercase()
        .replace_strict(writing, default=None)
        for place in ("text", "party")
    ]
    return pl.coalesce(column, *said, pl.lit(""))


def nameless(all_deposits: pl.DataFrame) -> pl.DataFrame:
    """DEPOSITS that name no channel but come from a party that pays some channel's deposits.

    One row for each channel and deposit.
    """
    told = all_deposits.filter(pl.col("channel") != "")
    payers = told.select("channel", "currency", "party").unique()
    others = all_deposits.filter(pl.col("channel") == "").drop("channel")
    return others.join(payers, on=["currency", "party"]).select(list(DEPOSITS))
