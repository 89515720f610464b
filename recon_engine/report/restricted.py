"""A part of a close: what concerns some platforms, or one store of theirs, and nothing of others.

The proof, the statement and the pictures are of the whole month and have no part; the lists have.
"""

from collections.abc import Collection
from dataclasses import replace

import polars as pl

from recon_engine.model.records import Kind
from recon_engine.model.results import Close

_OF_CANDIDATE = ("candidate_date", "candidate_amount", "difference")
_IDS_OF_CANDIDATE = ("candidate", "alternative_ids")


def restricted(close: Close, channels: Collection[str], account: str = "") -> Close:
    """The lists of a close with the rows of some channels, and what cleared them.

    A match that holds another platform's or store's order or payout as well is left out, and so is
    a candidate of theirs.

    Args:
        close: a finished close.
        channels: platforms, wallets or banks.
        account: a store or account of theirs, "" for all.
    """
    own = pl.col("channel").is_in(list(channels))
    if account:
        own &= pl.col("account") == account
    records, payouts = close.records.filter(own), close.payouts.filter(own)
    ids = _ids(records, payouts)
    members = _members(close, own, ids)
    shown = close.records.filter(
        pl.col("record_id").is_in(pl.concat([records["record_id"], members["record_id"]]).implode())
    )
    mine = pl.col("record_id").is_in(ids.implode())
    return replace(
        close,
        records=shown,
        payouts=payouts,
        members=members,
        matches=close.matches.filter(pl.col("match_id").is_in(members["match_id"].implode())),
        receivables=close.receivables.filter(own),
        exceptions=_without_strangers(close.exceptions.filter(mine), _ids(shown, payouts)),
        terms=close.terms.filter(pl.col("payout_id").is_in(payouts["payout_id"].implode())),
        order_terms=close.order_terms.filter(mine),
        adjustments=close.adjustments.filter(mine),
        balances=close.balances.clear(),
        kept=replace(
            close.kept, history=close.kept.history.filter(own), custom=close.kept.custom.clear()
        ),
    )


def _ids(records: pl.DataFrame, payouts: pl.DataFrame) -> pl.Series:
    return pl.concat([records["record_id"], payouts["payout_id"]])


def _members(close: Close, own: pl.Expr, ids: pl.Series) -> pl.DataFrame:
    """Members of the matches that hold one of the ids, and nobody else's order or payout."""
    orders = close.records.filter((pl.col("kind") == Kind.ORDER) & ~own)
    strangers = _ids(orders, close.payouts.filter(~own))
    within = close.members.group_by("match_id").agg(
        mine=pl.col("record_id").is_in(ids.implode()).any(),
        mixed=pl.col("record_id").is_in(strangers.implode()).any(),
    )
    wanted = within.filter(pl.col("mine") & ~pl.col("mixed"))["match_id"]
    return close.members.filter(pl.col("match_id").is_in(wanted.implode()))


def _without_strangers(exceptions: pl.DataFrame, known: pl.Series) -> pl.DataFrame:
    """The exceptions without candidates that are nobody of this part."""
    each = pl.concat(
        exceptions.select("exception_id", of=pl.col(name).fill_null("").str.split(" "))
        for name in _IDS_OF_CANDIDATE
    ).explode("of")
    strange = each.filter((pl.col("of") != "") & ~pl.col("of").is_in(known.implode()))
    theirs = pl.col("exception_id").is_in(strange["exception_id"].implode())
    nothing = [pl.when(theirs).then(None).otherwise(pl.col(n)).alias(n) for n in _OF_CANDIDATE]
    nobody = [
        pl.when(theirs).then(pl.lit("")).otherwise(pl.col(n)).alias(n) for n in _IDS_OF_CANDIDATE
    ]
    return exceptions.with_columns(*nothing, *nobody)
