"""Parcels ↔ couriers' bills as groups: linked by their numbers, confirmed where the money agrees.

By the parcel's own number first; then, where the seller's list names no parcels, by the order.  A
line that bills the same way of the same parcel once more joins no group: the other one is the bill,
this one stays open.
"""

from dataclasses import dataclass, replace

import polars as pl

from recon_engine.model.policy import Policy
from recon_engine.model.records import Kind
from recon_engine.model.results import MATCHES
from recon_engine.reconcile.goods.billed import legs, repeats
from recon_engine.reconcile.goods.freight import Units
from recon_engine.reconcile.goods.linked import by_number
from recon_engine.reconcile.groups import Decided, Groups, together, with_status

NAME, PREFIX = "parcels_charges", "PC"


@dataclass(frozen=True)
class Billing:
    """Parcels and bills that belong together, before their money is compared.

    Attributes:
        groups: of the reconciliation, all confirmed by their numbers.
        units: what is compared together.
        repeats: ``record_id, repeats, again``: lines that bill another line's way once more.
        others: ``record_id, source_file`` of lines that are billed to other shops.
    """

    groups: Groups
    units: Units
    repeats: pl.DataFrame
    others: pl.DataFrame


def billing(records: pl.DataFrame, policy: Policy, decided: Decided) -> Billing:
    """Links parcels (left) and lines of bills (right).

    Args:
        records: RECORDS of goods.
        policy: the shortest number that is looked for in a text.
        decided: what a person put together and took apart.
    """
    own = decided.groups.of(NAME)
    charges = legs(records.filter(pl.col("kind") == Kind.COURIER_CHARGE))
    again = repeats(own.without(charges))
    billed = charges.filter(~pl.col("record_id").is_in(again["record_id"].implode()))
    # One match has one currency: what is billed in another as well stands by itself.
    alike = billed.filter(pl.col("currency") == pl.col("currency").min().over(_parcel()))
    goods = _with_numbers(records)
    found = [own]
    for left, right in _NUMBERS:
        free = together(found)
        sides = ((free.without(goods), left), (free.without(alike), right))
        found.append(by_number(*sides, policy, decided, (NAME, PREFIX)))
    groups = together(found)
    by_hand = frozenset(own.matches["match_id"])
    others = _of_others(charges, groups, policy.goods.bill_accounts)
    elsewhere = ~pl.col("record_id").is_in(others["record_id"].implode())
    units = replace(_units(groups, goods, billed.filter(elsewhere)), by_hand=by_hand)
    return Billing(groups, units, again.filter(elsewhere), others)


def _of_others(charges: pl.DataFrame, groups: Groups, accounts: tuple[str, ...]) -> pl.DataFrame:
    """``record_id, source_file`` of the lines of accounts that are none of this seller's.

    A courier writes one bill for all shops behind a counter.  An account is this seller's where the
    settings name it or, where they name none, where one of its parcels is; a line without an
    account is always ours.
    """
    held = pl.col("record_id").is_in(groups.members["record_id"].implode())
    known = charges.filter(held & (pl.col("account") != ""))["account"]
    ours = pl.Series(accounts, dtype=pl.String) if accounts else known.unique()
    foreign = (pl.col("account") != "") & ~pl.col("account").is_in(ours.implode()) & ~held
    found = charges.filter(foreign) if ours.len() else charges.clear()
    return found.select("record_id", "source_file")


# What the two sides are known by, in the order in which it is tried.
_NUMBERS = (
    (pl.col("waybill"), pl.col("waybill")),
    (pl.col("reference"), pl.col("reference")),
)


def _parcel() -> pl.Expr:
    """What a line bills: its parcel, or itself where it names none."""
    return pl.coalesce(pl.when(pl.col("waybill") != "").then("waybill"), "record_id")


def _with_numbers(records: pl.DataFrame) -> pl.DataFrame:
    """Shipments, and returns that tell of a parcel."""
    came_back = (pl.col("kind") == Kind.RETURN) & (pl.col("waybill").fill_null("") != "")
    return records.filter((pl.col("kind") == Kind.SHIPMENT) | came_back)


def _units(groups: Groups, goods: pl.DataFrame, billed: pl.DataFrame) -> Units:
    """The groups, and everything else by parcel, order or by itself."""
    of_group = groups.members.select("record_id", "match_id")
    apart = _in_unit(billed, of_group, "billed").with_columns(
        unit=pl.when(pl.col("match_id") == "")
        .then(pl.concat_str("unit", pl.lit(":"), "currency"))
        .otherwise("unit")
    )
    return Units(_in_unit(goods, of_group, "own"), apart)


def _in_unit(records: pl.DataFrame, of_group: pl.DataFrame, side: str) -> pl.DataFrame:
    number = pl.coalesce(
        pl.when(pl.col("waybill").fill_null("") != "").then("waybill"),
        pl.when(pl.col("reference") != "").then("reference"),
        "record_id",
    )
    alone = pl.concat_str(pl.lit(f"{side}:"), number)
    joined = records.join(of_group, on="record_id", how="left", maintain_order="left")
    return joined.with_columns(pl.col("match_id").fill_null("")).with_columns(
        unit=pl.when(pl.col("match_id") != "").then("match_id").otherwise(alone)
    )


def confirmed(found: Billing, freight: pl.DataFrame) -> Groups:
    """The groups with their money: those that differ from the rate card are only proposed.

    What is billed beyond a rate card's prices (surcharges, tax) stands on both sides: nothing is
    expected of it but what was billed.  A person's own match stays as it was decided.
    """
    told = freight.filter(
        pl.col("match_id").is_in(found.groups.matches["match_id"].implode())
    ).select(
        "match_id",
        unit_currency="currency",
        left=pl.coalesce("expected", "billed") + pl.col("other"),
        right=pl.col("billed") + pl.col("other"),
        differs=pl.col("status").is_in(["over", "under"]),
        unrated=pl.col("status") == "unrated",
    )
    ours = ~pl.col("match_id").is_in(sorted(found.units.by_hand))
    joined = found.groups.matches.join(told, on="match_id", how="left", maintain_order="left")
    said = pl.format("ids=1;lefts={};rights={}", "left_count", "right_count")
    differs = ours & pl.col("differs")
    evidence = pl.when(pl.col("unrated")).then(pl.concat_str(said, pl.lit(";unrated=1")))
    matches = joined.with_columns(
        currency=pl.when(ours).then("unit_currency").otherwise("currency"),
        left_amount=pl.when(ours).then("left").otherwise("left_amount"),
        right_amount=pl.when(ours).then("right").otherwise("right_amount"),
        status=pl.when(differs).then(pl.lit("proposed")).otherwise("status"),
        rule=pl.when(differs).then(pl.lit("freight_differs")).otherwise("rule"),
        evidence=pl.when(ours).then(evidence.otherwise(said)).otherwise("evidence"),
    ).with_columns(difference=pl.col("left_amount") - pl.col("right_amount"))
    explained = pl.when(pl.col("status") == "confirmed").then("difference").otherwise(0)
    whole = matches.with_columns(explained=explained).select(list(MATCHES))
    return with_status(replace(found.groups, matches=whole))


def with_proposals(freight: pl.DataFrame, near: Groups, units: Units) -> pl.DataFrame:
    """FREIGHT with the proposed match of a parcel without a bill, and of a bill without a parcel.

    Args:
        freight: FREIGHT and ``unit``.
        near: proposed groups of such units.
        units: parcels and bills.
    """
    records = pl.concat([units.goods, units.charges], how="diagonal_relaxed")
    unit = near.members.join(records.select("record_id", "unit"), on="record_id")
    known = unit.select("unit", proposed="match_id").unique("unit")
    joined = freight.join(known, on="unit", how="left", maintain_order="left")
    told = pl.coalesce("proposed", "match_id")
    return joined.with_columns(match_id=told).drop("proposed")
