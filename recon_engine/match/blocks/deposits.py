"""Which open bank rows are deposits of which channel.

The channel column says so, or one of the names by which a bank writes the channel stands in the
text or as the party.  Rows that name no channel may still be a deposit: they look like one when
their party also pays deposits that do name theirs.
"""

from collections.abc import Mapping

import numpy as np
import polars as pl

from recon_engine.match.case import Case, Flags, Rows
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


def settled(case: Case) -> tuple[Rows, list[str]]:
    """By left row: on whose account its channel is settled, as a place among those; and those."""
    on = dict(case.channels.settled_on)
    names = [on.get(channel, channel) for channel in case.left.channels]
    known = sorted(set(names))
    place = np.array([known.index(name) for name in names], dtype=np.int64)
    return place[case.left.channel], known


def deposits(case: Case) -> pl.DataFrame:
    """DEPOSITS: of the channels that the left side has open rows of, and all that name none."""
    code, names = settled(case)
    seen = np.bincount(code[case.left_open], minlength=len(names)) > 0
    right, known = case.right, [name for name, there in zip(names, seen, strict=True) if there]
    row = np.flatnonzero(case.right_open & ~right.is_copy & (right.amount > 0) & ~spoken(case)[1])
    text, party, own = (right.items[name].gather(row) for name in ("text", "party", "channel"))
    return pl.DataFrame(
        {
            "row": row,
            "channel": _channels(text, party, own, known, case.channels),
            "currency": right.items["currency"].gather(row),
            "party": party,
            "day": right.day[row],
            "amount": right.amount[row],
        },
        schema=DEPOSITS,
    )


def spoken(case: Case) -> tuple[Flags, Flags]:
    """By row of both sides: whether it is of a payout whose id a bank row tells.

    Sums are no help there.
    """
    tie = case.open_ties(case.index.by_group_anywhere)
    left, right = (np.zeros(len(side), dtype=np.bool_) for side in (case.left, case.right))
    left[tie.left.row], right[tie.right.row] = True, True
    return left, right


def _channels(
    text: pl.Series, party: pl.Series, own: pl.Series, known: list[str], channels: ChannelPolicy
) -> pl.Series:
    """Bank rows' channels: their own column, else a name in the text, else a name as the party."""
    writing = {
        name.lower(): channel
        for channel in known
        if channel
        for name in (*channels.bank_names.get(channel, ()), channel)
    }
    # Of two names at one place the longer one is meant: "Shop 10" is not "Shop 1".
    patterns = sorted(writing, key=lambda name: (-len(name), name))
    told = pl.repeat("", len(own), dtype=pl.String, eager=True)
    for column in (party, text) if patterns else ():  # the surer one has the last word
        places, named = _named(column, patterns, writing)
        told = told.scatter(places, named)
    if (own == "").all():
        return told
    account = own.replace(dict(channels.settled_on))
    return account.zip_with(account.is_in(known) & (account != ""), told)


def _named(
    column: pl.Series, patterns: list[str], writing: Mapping[str, str]
) -> tuple[Rows, pl.Series]:
    """Places of the texts in which a name stands, and the channel that the first one means."""
    places = column.str.contains_any(patterns, ascii_case_insensitive=True).arg_true().to_numpy()
    hits = column.gather(places).str.extract_many(
        patterns, ascii_case_insensitive=True, leftmost=True
    )
    meant = [writing.get(name) for name in hits.list.first().str.to_lowercase()]
    kept = [n for n, channel in enumerate(meant) if channel is not None]
    return places[kept], pl.Series([meant[n] for n in kept], dtype=pl.String)


def nameless(all_deposits: pl.DataFrame) -> pl.DataFrame:
    """DEPOSITS that name no channel but come from a party that pays some channel's deposits.

    One row for each channel and deposit.
    """
    told = all_deposits.filter(pl.col("channel") != "")
    payers = told.select("channel", "currency", "party").unique()
    # Most bank rows come from strangers: a join of all of them would take longer.
    known = (pl.col("channel") == "") & pl.col("party").is_in(payers["party"].unique().implode())
    others = all_deposits.filter(known).drop("channel")
    return others.join(payers, on=["currency", "party"]).select(list(DEPOSITS))
