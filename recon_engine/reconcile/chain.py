"""The chain of proof: all reconciliations in their order, and each record's one place in the close.

A record is cleared when every link it needs holds.  An order needs its settlement (or, without a
settlement file, its bank line).  A sale or refund line needs its order where the channel has any,
and its payout's deposit where it belongs to a payout.  Every other line needs its payout's deposit,
or stands for itself as a charge on the account.  A statement line needs what it pays.
"""

from dataclasses import dataclass

import polars as pl

from recon_engine.model.policy import Policy
from recon_engine.model.records import Kind, Type
from recon_engine.reconcile import direct, orders, payouts
from recon_engine.reconcile.earlier import banked, linked
from recon_engine.reconcile.groups import Decided, Groups, one_sided, together
from recon_engine.reconcile.items import settling_channel
from recon_engine.reconcile.replay import Replayed

CHARGES = "charges"


@dataclass(frozen=True)
class Chain:
    """All links.

    Attributes:
        records: HELD plus ``place``, ``match_id``, ``payout_id``.
        payouts: PAYOUTS with their deposits.
        groups: the match groups of every reconciliation.
        apart: parts of settlement lines that did not reach the bank with their payout.
    """

    records: pl.DataFrame
    payouts: pl.DataFrame
    groups: Groups
    apart: frozenset[str] = frozenset()


def walk(replayed: Replayed, policy: Policy, earlier: pl.DataFrame) -> Chain:
    """Runs every reconciliation and gives each record its place.

    Args:
        replayed: the records as decisions left them, and what those put together and take apart.
        policy: all tolerances, windows and names.
        earlier: EARLIER: what earlier periods closed or proved.
    """
    every = _with_payout_id(replayed.records, earlier)
    aside = pl.col("record_id").is_in(replayed.excluded) | pl.col("payout_id").is_in(
        replayed.excluded
    )
    records, decided = every.filter(~aside), replayed.decided
    lines = records.filter(pl.col("kind") == Kind.SETTLEMENT_LINE)
    proved = _proved(records, lines, decided, earlier)
    unproved = proved.without(records)
    settled = together([proved, orders.reconcile(unproved, policy, decided)])
    built = payouts.build(lines)
    paid_in = payouts.reconcile(built, records, policy, decided)
    taken = pl.concat([settled.members["record_id"], paid_in.members["record_id"]])
    straight = direct.reconcile(records, taken, policy, decided)
    charges = _charges(lines, settled, straight, decided.alone, policy)
    paid = payouts.with_deposits(built, paid_in)
    groups = together([settled, paid_in, straight, charges])
    placed = _placed(records, paid, groups, replayed, policy)
    return Chain(pl.concat([placed, _excluded(every.filter(aside))]), paid, groups, replayed.apart)


def _excluded(records: pl.DataFrame) -> pl.DataFrame:
    place = pl.lit("excluded")
    return records.with_columns(place=place, match_id=pl.lit(""), payout_id=pl.lit(""))


def _proved(
    records: pl.DataFrame, lines: pl.DataFrame, decided: Decided, earlier: pl.DataFrame
) -> Groups:
    if earlier.is_empty():
        return together([])
    known = records.filter(pl.col("kind") == Kind.ORDER)
    return linked(decided.free(lines), known, earlier)


def _with_payout_id(records: pl.DataFrame, earlier: pl.DataFrame) -> pl.DataFrame:
    waits = ~pl.col("record_id").is_in(banked(earlier).implode())
    of_line = pl.when((pl.col("kind") == Kind.SETTLEMENT_LINE) & waits).then("payout_id")
    return records.with_columns(payouts.payout_id(records)).with_columns(
        payout_id=of_line.otherwise(pl.lit(""))
    )


def _charges(
    lines: pl.DataFrame,
    settled: Groups,
    straight: Groups,
    alone: frozenset[str],
    policy: Policy,
) -> Groups:
    """Fees and the like on an account without payouts: a cost, with no counterpart to wait for.

    Args:
        lines: settlement lines with their payout.
        settled: what orders hold of them.
        straight: what bank lines hold of them.
        alone: those that a person said do not stand for themselves.
        policy: which types do.
    """
    taken = pl.concat([settled.members["record_id"], straight.members["record_id"]])
    costs = lines.filter(
        (pl.col("payout_id") == "")
        & pl.col("type").is_in(list(policy.channels.charges))
        & ~pl.col("record_id").is_in(alone)
    ).filter(~pl.col("record_id").is_in(taken.implode()))
    return one_sided(costs, "right", CHARGES, "charge", "CH")


def _placed(
    records: pl.DataFrame,
    paid: pl.DataFrame,
    groups: Groups,
    replayed: Replayed,
    policy: Policy,
) -> pl.DataFrame:
    linked = _links(groups)
    deposits = paid.select("payout_id", "status", payout_match="match_id")
    with_orders = (
        records.filter(pl.col("kind") == Kind.ORDER)
        .select(settling_channel(policy.channels))
        .to_series()
        .unique()
    )
    joined = (
        records.join(linked, on="record_id", how="left", maintain_order="left")
        .join(deposits, on="payout_id", how="left", maintain_order="left")
        .with_columns(pl.col("linked").fill_null(value=False))
    )
    cleared = _cleared(with_orders)
    let_go = replayed.let_go
    gone = pl.col("record_id").is_in(let_go) | pl.col("payout_id").is_in(let_go)
    by_hand = groups.of(direct.LINES).members["record_id"].implode()
    # What did not reach the bank with its payout waits for a bank line of its own.
    short = pl.col("record_id").is_in(replayed.apart) & ~pl.col("record_id").is_in(by_hand)
    shown = pl.coalesce("group_id", pl.when(pl.col("payout_match") != "").then("payout_match"))
    return joined.with_columns(
        place=pl.when(gone)
        .then(pl.lit("written_off"))
        .when(cleared & ~short)
        .then(pl.lit("cleared"))
        .otherwise(pl.lit("open")),
        match_id=shown.fill_null(""),
    ).select(*records.columns, "place", "match_id")


def _links(groups: Groups) -> pl.DataFrame:
    """``record_id, group_id, linked``: each record's own group, and whether it is confirmed."""
    status = groups.matches.select("match_id", linked=pl.col("status") == "confirmed")
    # Members stand by match id: what is confirmed first, and of each record the first.
    known = groups.members.join(status, on="match_id", maintain_order="left")
    return (
        pl.concat([known.filter("linked"), known.filter(~pl.col("linked"))])
        .unique("record_id", keep="first", maintain_order=True)
        .select("record_id", "linked", group_id="match_id")
    )


def _cleared(with_orders: pl.Series) -> pl.Expr:
    linked, in_payout = pl.col("linked"), pl.col("payout_id") != ""
    at_bank = pl.col("status") == "matched"
    needs_order = pl.col("type").is_in([Type.SALE, Type.REFUND]) & (
        pl.col("channel").is_in(with_orders.implode()) | ~in_payout
    )
    line = (linked | ~needs_order) & (at_bank | ~in_payout) & (in_payout | linked)
    of_line = pl.when(pl.col("kind") == Kind.SETTLEMENT_LINE).then(line)
    return of_line.otherwise(linked).fill_null(value=False)
