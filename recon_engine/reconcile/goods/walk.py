"""Goods, top to bottom: what belongs together, what it comes to, and each record's one place.

A parcel is cleared when its order is known (where its list names orders) and its bill agrees (where
there are bills); a line of a bill when its parcel is known and its money agrees with the rate card.
A rate card is no item at all: it is what the others are held to.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from recon_engine.errors import Code, Place, Problem
from recon_engine.model.goods import FREIGHT, GOODS_KINDS, RETURNED, SHIPPING, Goods
from recon_engine.model.policy import Policy
from recon_engine.model.records import Kind
from recon_engine.model.results import EXCEPTIONS, FileReport, empty
from recon_engine.reconcile.goods import parcels
from recon_engine.reconcile.goods import returned as returns
from recon_engine.reconcile.goods import shipping as shipments
from recon_engine.reconcile.goods.freight import compared
from recon_engine.reconcile.goods.nearly import nearly
from recon_engine.reconcile.goods.parcels import Billing
from recon_engine.reconcile.goods.rates import Card, card_of
from recon_engine.reconcile.goods.returned import SETTLED, Returned, returned
from recon_engine.reconcile.goods.shipping import Shipped, shipped
from recon_engine.reconcile.goods.told import bills_told, finished
from recon_engine.reconcile.goods.told_orders import orders_told, returns_told
from recon_engine.reconcile.groups import Groups, together
from recon_engine.reconcile.replay import Replayed

GOODS_LINKS = (parcels.NAME, shipments.NAME, returns.NAME)
REFERENCE = "reference"  # the place of what is no item


@dataclass(frozen=True)
class Moved:
    """What the goods' reconciliations make of a close.

    Attributes:
        records: HELD of goods plus ``place``, ``match_id``, ``payout_id``.
        groups: the match groups of all of them.
        goods: what they come to.
        exceptions: EXCEPTIONS.
        others: ``record_id, source_file`` of lines that couriers bill to other shops.
    """

    records: pl.DataFrame
    groups: Groups
    goods: Goods
    exceptions: pl.DataFrame
    others: pl.DataFrame

    def noted(self, files: Sequence[FileReport]) -> tuple[FileReport, ...]:
        """The files' reports, with how many lines of a bill are other shops'; said once a file."""
        counts = dict(self.others.group_by("source_file").len().iter_rows())
        return tuple(_noted(report, counts.pop(report.file, 0)) for report in files)


def is_goods() -> pl.Expr:
    """Whether a record is of the kinds that are reconciled here."""
    return pl.col("kind").is_in([str(kind) for kind in GOODS_KINDS])


def walk(replayed: Replayed, policy: Policy, as_of: date, earlier: pl.DataFrame) -> Moved:
    """Runs the reconciliations of goods.

    Args:
        replayed: all records as decisions left them, and what those put together and take apart.
        policy: days, slabs and rounding.
        as_of: the day the close is counted on.
        earlier: EARLIER: what earlier periods closed.
    """
    if replayed.records.filter(is_goods()).is_empty():
        return _nothing(replayed.records)
    every = replayed.records.with_columns(payout_id=pl.lit(""))
    aside = pl.col("record_id").is_in(replayed.excluded)
    rates = every.filter((pl.col("kind") == Kind.RATE_CARD) & ~aside)
    records = every.filter((pl.col("kind") != Kind.RATE_CARD) & ~aside)
    found = _all(records, card_of(rates, policy.goods), policy, replayed, earlier, as_of)
    items = records.filter(is_goods())
    placed = _placed(items, found, replayed)
    others = (
        rates.with_columns(place=pl.lit(REFERENCE)),
        every.filter(aside & is_goods()).with_columns(place=pl.lit("excluded")),
    )
    whole = pl.concat([placed, *(part.with_columns(match_id=pl.lit("")) for part in others)])
    told = (
        bills_told(placed, found.bills, found.freight),
        orders_told(found.shipped, found.back, policy.goods, as_of),
        returns_told(found.back, replayed.let_go),
    )
    listed = finished(pl.concat(told), records, replayed, policy, as_of)
    return Moved(whole, found.groups, found.goods, listed, found.bills.others)


def _noted(report: FileReport, count: int) -> FileReport:
    before = tuple(note for note in report.notes if note.code != Code.BILL_OF_OTHERS)
    note = Problem(Code.BILL_OF_OTHERS, Place(report.file), f"{count:,}")
    return replace(report, notes=(*before, note) if count else before)


def _nothing(records: pl.DataFrame) -> Moved:
    """A close of money alone."""
    blank = {name: pl.lit("") for name in ("payout_id", "place", "match_id")}
    cleared = records.clear().with_columns(**blank)
    others = records.clear().select("record_id", "source_file")
    return Moved(cleared, together([]), Goods(), empty(EXCEPTIONS), others)


@dataclass(frozen=True)
class _Found:
    """All reconciliations of goods."""

    bills: Billing
    freight: pl.DataFrame
    billed: Groups
    shipped: Shipped
    back: Returned

    @property
    def groups(self) -> Groups:
        return together([self.billed, self.shipped.groups, self.back.groups])

    @property
    def goods(self) -> Goods:
        return Goods(
            freight=self.freight.select(list(FREIGHT)),
            shipping=self.shipped.table.select(list(SHIPPING)),
            returned=self.back.table.select(list(RETURNED)),
        )


def _all(
    records: pl.DataFrame,
    card: Card,
    policy: Policy,
    replayed: Replayed,
    earlier: pl.DataFrame,
    as_of: date,
) -> _Found:
    decided = replayed.decided
    bills = parcels.billing(records.filter(is_goods()), policy, decided)
    freight = compared(bills.units, card, policy.goods, as_of)
    near = nearly(bills.units, freight, policy, decided, (parcels.NAME, parcels.PREFIX))
    freight = parcels.with_proposals(freight, near, bills.units)
    sent = shipped(records, earlier, policy, decided, as_of)
    back = returned(records, sent.table, freight, policy, decided, as_of)
    billed = together([parcels.confirmed(bills, freight), near])
    return _Found(bills, freight, billed, sent, back)


def _placed(records: pl.DataFrame, found: _Found, replayed: Replayed) -> pl.DataFrame:
    """The goods with their places; the group that a record shows is its bill's, else another."""
    kind, known = pl.col("kind"), pl.col("record_id")
    sure = found.billed.confirmed()
    billed = known.is_in(sure.implode())
    has_bills = bool((records["kind"] == Kind.COURIER_CHARGE).any())
    has_orders = bool(found.shipped.groups.matches.height or found.shipped.alone)
    ordered = known.is_in(found.shipped.settled) & ~known.is_in(
        found.shipped.groups.proposed().implode()
    )
    sent = (billed | (not has_bills)) & (ordered | (not has_orders)) & (has_bills or has_orders)
    settled = found.back.table.filter(pl.col("status").is_in(SETTLED)).select("unit")
    back = known.is_in(found.back.units.join(settled, on="unit", how="semi")["record_id"].implode())
    cleared = (
        pl.when(kind == Kind.SHIPMENT)
        .then(sent)
        .when(kind == Kind.RETURN)
        .then(back)
        .otherwise(billed)
    )
    place = (
        pl.when(known.is_in(found.bills.others["record_id"].implode()))
        .then(pl.lit("excluded"))
        .when(known.is_in(replayed.let_go))
        .then(pl.lit("written_off"))
        .when(cleared)
        .then(pl.lit("cleared"))
        .otherwise(pl.lit("open"))
    )
    groups = (found.billed, found.back.groups, found.shipped.groups)
    shown = pl.concat(group.members.sort("match_id") for group in groups).unique(
        "record_id", keep="first", maintain_order=True
    )
    joined = records.join(
        shown.select("record_id", "match_id"), on="record_id", how="left", maintain_order="left"
    )
    return joined.with_columns(place=place, match_id=pl.col("match_id").fill_null("")).select(
        *records.columns, "place", "match_id"
    )
