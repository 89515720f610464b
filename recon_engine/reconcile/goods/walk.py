"""Goods, top to bottom: what belongs together, what it comes to, and each record's one place.

A parcel is cleared when its order is known (where its list names orders) and its bill agrees (where
there are bills); a line of a bill when its parcel is known and its money agrees with the rate card.
A rate card is no item at all: it is what the others are held to.
"""

from dataclasses import dataclass
from datetime import date

import polars as pl

from recon_engine.model.goods import GOODS_KINDS, Goods
from recon_engine.model.policy import Policy
from recon_engine.model.records import Kind
from recon_engine.reconcile.goods import parcels
from recon_engine.reconcile.goods.freight import compared
from recon_engine.reconcile.goods.rates import card_of
from recon_engine.reconcile.goods.told import bills_told, finished
from recon_engine.reconcile.groups import Groups, together
from recon_engine.reconcile.replay import Replayed

REFERENCE = "reference"  # the place of what is no item


@dataclass(frozen=True)
class Moved:
    """What the goods' reconciliations make of a close.

    Attributes:
        records: HELD of goods plus ``place``, ``match_id``, ``payout_id``.
        groups: the match groups of all of them.
        goods: what they come to.
        exceptions: EXCEPTIONS.
    """

    records: pl.DataFrame
    groups: Groups
    goods: Goods
    exceptions: pl.DataFrame


def is_goods() -> pl.Expr:
    """Whether a record is of the kinds that are reconciled here."""
    return pl.col("kind").is_in([str(kind) for kind in GOODS_KINDS])


def walk(replayed: Replayed, policy: Policy, as_of: date) -> Moved:
    """Runs the reconciliations of goods.

    Args:
        replayed: all records as decisions left them, and what those put together and take apart.
        policy: days, slabs and rounding.
        as_of: the day the close is counted on.
    """
    every = replayed.records.filter(is_goods()).with_columns(payout_id=pl.lit(""))
    aside = pl.col("record_id").is_in(replayed.excluded)
    records = every.filter(~aside)
    items = records.filter(pl.col("kind") != Kind.RATE_CARD)
    card = card_of(records.filter(pl.col("kind") == Kind.RATE_CARD), policy.goods)
    found = parcels.billing(items, policy, replayed.decided)
    freight = compared(found.units, card, policy.goods, as_of)
    billed = parcels.confirmed(found, freight)
    groups = together([billed])
    placed = _placed(items, groups, replayed)
    others = (
        records.filter(pl.col("kind") == Kind.RATE_CARD).with_columns(place=pl.lit(REFERENCE)),
        every.filter(aside).with_columns(place=pl.lit("excluded")),
    )
    whole = pl.concat([placed, *(part.with_columns(match_id=pl.lit("")) for part in others)])
    told = bills_told(placed, found, freight)
    goods = Goods(freight=freight.drop("unit", "by_weight", "by_zone"))
    return Moved(whole, groups, goods, finished(told, placed, replayed, policy, as_of))


def _placed(records: pl.DataFrame, groups: Groups, replayed: Replayed) -> pl.DataFrame:
    sure = groups.members.filter(pl.col("status") == "confirmed")["record_id"]
    shown = groups.members.group_by("record_id").agg(match_id=pl.col("match_id").max())
    place = (
        pl.when(pl.col("record_id").is_in(replayed.let_go))
        .then(pl.lit("written_off"))
        .when(pl.col("record_id").is_in(sure.implode()))
        .then(pl.lit("cleared"))
        .otherwise(pl.lit("open"))
    )
    joined = records.join(shown, on="record_id", how="left", maintain_order="left")
    return joined.with_columns(place=place, match_id=pl.col("match_id").fill_null("")).select(
        *records.columns, "place", "match_id"
    )
