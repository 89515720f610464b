"""Roll-forward: what a closed period hands to the next one.

Open items go as they stand, parts and put-right types included, so that the next opening is this
closing to the cent.  What was closed goes by its id only, so that a later export of the same row is
recognised; and of an open line goes what is already proved of it.
"""

import polars as pl

from recon_engine.control.history import handed_on
from recon_engine.control.opening import plain
from recon_engine.model.kept import EARLIER, ID_SEPARATOR, Action, Kept
from recon_engine.model.records import Kind
from recon_engine.model.results import Close, empty
from recon_engine.reconcile.earlier import BANKED, CLOSED, LINKED, SHIPPED, banked

# Decisions about open items that the next period must know to show the same.
_STILL_MATTER = (Action.UNMATCH, Action.COMMENT)


def roll_forward(closed: Close) -> Kept:
    """What the next period is given besides its files and policy.

    Args:
        closed: the close of the period that ends.
    """
    open_items = closed.records.filter(pl.col("place") == "open").sort("record_id")
    rates = closed.records.filter(pl.col("place") == "reference").sort("record_id")
    ids = open_items["record_id"].implode()
    return Kept(
        decisions=_still_matter(closed, set(open_items["record_id"])),
        rules=closed.kept.rules,
        carried=plain(pl.concat([open_items, rates])),
        follow_up=closed.kept.follow_up.filter(pl.col("record_id").is_in(ids)),
        earlier=_earlier(closed, open_items),
        history=handed_on(closed),
        custom=closed.kept.custom,
        mappings=closed.kept.mappings,
    )


def _still_matter(closed: Close, open_ids: set[str]) -> pl.DataFrame:
    """Applied decisions of which every record, or the payout of one, is still open."""
    applied = closed.outcomes.filter(pl.col("outcome") == "applied")["decision_id"].implode()
    waiting = closed.payouts.filter(pl.col("status") != "matched")["payout_id"]
    known = open_ids | set(waiting)
    wanted = closed.kept.decisions.filter(
        pl.col("action").is_in([str(action) for action in _STILL_MATTER])
        & pl.col("decision_id").is_in(applied)
    )
    about = pl.col("records").str.split(ID_SEPARATOR)
    return wanted.filter(about.list.eval(pl.element().is_in(sorted(known))).list.all())


def _earlier(closed: Close, open_items: pl.DataFrame) -> pl.DataFrame:
    """Ids of what is closed, and what is proved of open lines; the oldest periods fall off."""
    goes_on = pl.col("place").is_in(["open", "reference"])
    done = closed.records.filter(~goes_on).select(
        "record_id",
        "kind",
        reference=pl.when(pl.col("kind") == Kind.ORDER)
        .then(pl.col("reference"))
        .otherwise(pl.lit("")),
        state=pl.lit(CLOSED),
        period=pl.lit(closed.period.name),
    )
    now = pl.concat([done, _proved(closed, open_items), _shipped(closed, open_items)])
    older = closed.kept.earlier.join(now, on="record_id", how="anti")
    every = pl.concat([empty(EARLIER), now.select(list(EARLIER)), older.select(list(EARLIER))])
    periods = sorted(every["period"].unique())[-closed.policy.periods_remembered :]
    return every.filter(pl.col("period").is_in(periods)).sort("period", "record_id")


def _shipped(closed: Close, open_items: pl.DataFrame) -> pl.DataFrame:
    """Open orders whose goods went: no later period asks for them again."""
    sent = closed.goods.shipping.filter(
        (pl.col("match_id") != "") & ~pl.col("status").is_in(["part", "waits"])
    )
    linked = closed.members.join(sent, on="match_id", how="semi")["record_id"]
    orders = open_items.filter(
        (pl.col("kind") == Kind.ORDER) & pl.col("record_id").is_in(linked.implode())
    )
    return orders.select(
        "record_id",
        "kind",
        reference="reference",
        state=pl.lit(SHIPPED),
        period=pl.lit(closed.period.name),
    )


def _proved(closed: Close, open_items: pl.DataFrame) -> pl.DataFrame:
    """Open lines whose order is proved, or whose payout is at the bank."""
    status = closed.matches.select("match_id", "status", "reconciliation")
    linked = closed.members.join(status, on="match_id").filter(
        (pl.col("status") == "confirmed") & (pl.col("reconciliation") == "orders_settlement")
    )["record_id"]
    paid = closed.payouts.filter(pl.col("status") == "matched")["payout_id"]
    is_linked = pl.col("record_id").is_in(linked.implode())
    known = banked(closed.kept.earlier)
    is_banked = pl.col("payout_id").is_in(paid.implode()) | pl.col("record_id").is_in(
        known.implode()
    )
    lines = open_items.filter((pl.col("kind") == Kind.SETTLEMENT_LINE) & (is_linked != is_banked))
    return lines.select(
        "record_id",
        "kind",
        reference=pl.lit(""),
        state=pl.when(is_linked).then(pl.lit(LINKED)).otherwise(pl.lit(BANKED)),
        period=pl.lit(closed.period.name),
    )
