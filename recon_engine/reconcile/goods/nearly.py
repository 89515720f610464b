"""Parcels and bills whose numbers are one slip apart, and whose freight is the same to the cent.

Couriers number their parcels one after the other, so a number with one digit off is often the next
parcel.  Only what no number has linked is looked at, the rate card must ask for exactly what is
billed, and there must be one candidate; even so it is a proposal.
"""

from dataclasses import replace
from datetime import date

import polars as pl

from recon_engine.match import NEAR_PASSES, match_items
from recon_engine.match.case import PROPOSED
from recon_engine.model.policy import Policy
from recon_engine.model.results import ITEMS, MATCHES, MEMBERS
from recon_engine.reconcile.goods.freight import Units
from recon_engine.reconcile.groups import Decided, Groups, together

_UNDATED = date(1970, 1, 1)


def nearly(
    units: Units, freight: pl.DataFrame, policy: Policy, decided: Decided, name: tuple[str, str]
) -> Groups:
    """Proposed groups of parcels without a bill (left) and bills without a parcel (right).

    Args:
        units: parcels and bills.
        freight: FREIGHT and ``unit``.
        policy: the shortest number, and how far one may be off.
        decided: what a person took apart.
        name: of the reconciliation, and the prefix of its match ids.
    """
    left = freight.filter(pl.col("status").is_in(["not_billed", "not_billed_yet"]))
    right = freight.filter((pl.col("status") == "not_shipped") & (pl.col("charges") == 1))
    left = left.filter(pl.col("expected").is_not_null())
    if left.is_empty() or right.is_empty():
        return together([])
    plain = replace(policy, fees=())
    sides = (_items(left, "expected"), _items(right, "billed"))
    found = match_items(*sides, plain, NEAR_PASSES)
    records = pl.concat([units.goods, units.charges], how="diagonal_relaxed")
    members = (
        found.members.rename({"record_id": "unit"})
        .join(records.select("unit", "record_id"), on="unit")
        .with_columns(match_id=_named(name[1]), status=pl.lit(PROPOSED))
    )
    matches = found.matches.with_columns(
        match_id=_named(name[1]), reconciliation=pl.lit(name[0]), status=pl.lit(PROPOSED)
    )
    allowed = _not_taken_apart(members, decided)
    kept = members.join(allowed, on="match_id", how="semi")
    counts = kept.group_by("match_id").agg(
        left_count=(pl.col("side") == "left").sum().cast(pl.Int64),
        right_count=(pl.col("side") == "right").sum().cast(pl.Int64),
    )
    counted = matches.drop("left_count", "right_count").join(counts, on="match_id")
    return together([Groups(counted.select(list(MATCHES)), kept.select(list(MEMBERS)))])


def _items(units: pl.DataFrame, amount: str) -> pl.DataFrame:
    """ITEMS, one a unit."""
    texts = {name: pl.lit("") for name in ("group", "text", "party", "channel")}
    return units.select(
        pl.col("currency"), id="unit", amount=amount, reference="waybill", date=pl.lit(_UNDATED),
        **texts,
    ).select(list(ITEMS))  # fmt: skip


def _named(prefix: str) -> pl.Expr:
    """A unit stands for itself in the matcher's name of a group; its side is not part of it."""
    return pl.col("match_id").str.replace("^M-own:", f"{prefix}-")


def _not_taken_apart(members: pl.DataFrame, decided: Decided) -> pl.DataFrame:
    """``match_id`` of the groups that hold no pair which a person took apart."""
    left, right = (members.filter(pl.col("side") == side) for side in ("left", "right"))
    pairs = left.select("match_id", left_id="record_id").join(
        right.select("match_id", right_id="record_id"), on="match_id"
    )
    banned = pairs.join(decided.bans, on=["left_id", "right_id"], how="semi")
    return members.select("match_id").unique().join(banned, on="match_id", how="anti")
