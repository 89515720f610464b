"""Exceptions of goods: not billed, not shipped, billed twice or too much, and why."""

from collections.abc import Iterable
from datetime import date

import polars as pl

from recon_engine.model.policy import Policy
from recon_engine.model.reasons import Reason
from recon_engine.model.records import Kind
from recon_engine.model.results import EXCEPTIONS
from recon_engine.reconcile.goods.parcels import Billing
from recon_engine.reconcile.goods.rates import RETURN
from recon_engine.reconcile.replay import Replayed

# What an exception says besides what its record says.
TOLD: dict[str, pl.DataType] = {
    "record_id": pl.String(),
    "code": pl.String(),
    "at_stake": pl.Int64(),
    "stake_currency": pl.String(),
    "match_id": pl.String(),
    "candidate": pl.String(),
    "candidate_date": pl.Date(),
    "candidate_amount": pl.Int64(),
    "difference": pl.Int64(),
    "evidence": pl.String(),
}
_OF_RECORD = ("kind", "date", "channel", "reference", "party", "text", "currency", "amount")
_NOTHING = {name: pl.lit("") for name in ("match_id", "candidate", "evidence")}


def bills_told(placed: pl.DataFrame, found: Billing, freight: pl.DataFrame) -> pl.DataFrame:
    """TOLD of parcels and bills.

    Args:
        placed: RECORDS of goods with their place.
        found: parcels and lines that belong together.
        freight: of ``freight.compared``.
    """
    is_open = placed.filter(pl.col("place") == "open")
    charges = placed.filter(pl.col("kind") == Kind.COURIER_CHARGE)
    parts = [
        _differing(found, freight),
        _without_parcel(found, freight),
        *([_without_bill(freight)] if charges.height else []),
        _repeated(found, placed),
    ]
    return as_told(parts).join(is_open.select("record_id"), on="record_id", how="semi")


def as_told(parts: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """TOLD of several lists, each with some of its columns."""
    made = []
    for part in parts:
        lacking = [
            _NOTHING.get(name, pl.lit(None, dtype)).alias(name)
            for name, dtype in TOLD.items()
            if name not in part.columns
        ]
        whole = part.with_columns(lacking)
        made.append(whole.select(pl.col(name).cast(dtype) for name, dtype in TOLD.items()))
    return pl.concat([pl.DataFrame(schema=TOLD), *made])


def _differing(found: Billing, freight: pl.DataFrame) -> pl.DataFrame:
    """Bills above or below the rate card, with what most of the difference comes from."""
    over = freight.filter(pl.col("status").is_in(["over", "under"]))
    parcel = found.units.goods.group_by("unit").agg(
        candidate=pl.col("record_id").sort().str.join(" "), candidate_date=pl.col("date").min()
    )
    by_weight, by_zone = (pl.col(name) - pl.col("expected") for name in ("by_weight", "by_zone"))
    weighs = by_weight.fill_null(0)
    moves = by_zone.fill_null(0)
    code = (
        pl.when(pl.col("status") == "under")
        .then(pl.lit(str(Reason.FREIGHT_BELOW_RATE)))
        .when((weighs > 0) & (weighs >= moves))
        .then(pl.lit(str(Reason.WEIGHT_OVERCHARGED)))
        .when(moves > 0)
        .then(pl.lit(str(Reason.ZONE_OVERCHARGED)))
        .otherwise(pl.lit(str(Reason.FREIGHT_ABOVE_RATE)))
    )
    return over.join(parcel, on="unit", how="left").select(
        "match_id", "candidate", "candidate_date", "difference",
        code=code,
        record_id="freight_id",
        at_stake=pl.col("difference").abs(),
        stake_currency="currency",
        candidate_amount="expected",
        evidence=pl.concat_str(
            pl.format("expected_minor={}", "expected"),
            *(_figure(name) for name in ("weight_g", "weight_billed_g", "zone", "zone_billed")),
        ),
    )  # fmt: skip


def _figure(name: str) -> pl.Expr:
    said = pl.col(name).cast(pl.String)
    there = said.fill_null("") != ""
    return pl.when(there).then(pl.format(f";{name}={{}}", said)).otherwise(pl.lit(""))


def _without_parcel(found: Billing, freight: pl.DataFrame) -> pl.DataFrame:
    """Lines of bills whose parcel is in no list of shipments or returns."""
    alone = freight.filter(pl.col("status") == "not_shipped")
    parcels = freight.filter((pl.col("charges") == 0) & (pl.col("match_id") != "")).select(
        "match_id", candidate="freight_id", candidate_date="date", candidate_amount="expected"
    )
    proposed = alone.select("unit", "match_id").join(parcels, on="match_id", how="left")
    lines = found.units.charges.drop("match_id").join(proposed, on="unit")
    near = pl.when(pl.col("candidate").is_not_null()).then(pl.lit("slips=1")).otherwise(pl.lit(""))
    return lines.select(
        "record_id",
        "match_id",
        "candidate_date",
        "candidate_amount",
        candidate=pl.col("candidate").fill_null(""),
        evidence=near,
        code=pl.lit(str(Reason.BILLED_NOT_SHIPPED)),
        at_stake=pl.col("amount").abs(),
        stake_currency="currency",
    )


def _without_bill(freight: pl.DataFrame) -> pl.DataFrame:
    """Parcels that no bill names, or none yet."""
    late = pl.col("status") == "not_billed"
    code = pl.when(late).then(pl.lit(str(Reason.SHIPPED_NOT_BILLED)))
    unbilled = freight.filter(pl.col("status").is_in(["not_billed", "not_billed_yet"]))
    return unbilled.select(
        "match_id",
        record_id="freight_id",
        code=code.otherwise(pl.lit(str(Reason.NOT_BILLED_YET))),
        at_stake=pl.col("expected").fill_null(0),
        stake_currency="currency",
    )


def _repeated(found: Billing, placed: pl.DataFrame) -> pl.DataFrame:
    """Lines that bill the same way of a parcel once more."""
    first = placed.select(
        repeats="record_id", candidate_date="date", candidate_amount="amount", match="match_id"
    )
    own = placed.select("record_id", "amount", "currency")
    code = pl.when(pl.col("again") == RETURN).then(pl.lit(str(Reason.RETURN_FREIGHT_TWICE)))
    lines = found.repeats.join(own, on="record_id").join(first, on="repeats", how="left")
    return lines.select(
        "record_id", "candidate_date", "candidate_amount",
        candidate="repeats",
        code=code.otherwise(pl.lit(str(Reason.BILLED_TWICE))),
        at_stake=pl.col("amount").abs(),
        stake_currency="currency",
    )  # fmt: skip


def finished(
    told: pl.DataFrame, placed: pl.DataFrame, replayed: Replayed, policy: Policy, as_of: date
) -> pl.DataFrame:
    """EXCEPTIONS of what is told, most money first.

    Args:
        told: TOLD.
        placed: the records it is about.
        replayed: whose what was looked at is.
        policy: the owner of what nobody took.
        as_of: the day ages are counted to.
    """
    seen = replayed.handled.select(
        "record_id", handled="action", handled_note="note", handled_owner="owner"
    )
    texts = ("handled", "handled_note", "handled_owner")
    whole = (
        told.join(placed.select("record_id", *_OF_RECORD), on="record_id")
        .join(seen, on="record_id", how="left")
        .with_columns(pl.col(*texts).fill_null(""))
    )
    owner = pl.when(pl.col("handled_owner") == "").then(pl.lit(policy.owner))
    worth = pl.coalesce(pl.when(pl.col("stake_currency") != "").then("stake_currency"), "currency")
    listed = whole.with_columns(
        exception_id=pl.concat_str("code", pl.lit(":"), "record_id"),
        age_days=(pl.lit(as_of) - pl.col("date")).dt.total_days(),
        alternatives=pl.lit(0),
        alternative_ids=pl.lit(""),
        certainty=pl.lit(0),
        currency=worth,
        handled_owner=owner.otherwise("handled_owner"),
    )
    columns = [pl.col(name).cast(dtype) for name, dtype in EXCEPTIONS.items()]
    return listed.select(columns).sort("at_stake", "exception_id", descending=[True, False])
