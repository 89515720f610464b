"""Documents ↔ ledger entries: was everything booked, once, with its amount and in its month?

What a number brings together is compared document by document, the rest as totals.  A kind of
account is judged only where the books hold entries of it in that currency.
"""

from dataclasses import dataclass
from typing import Any

import polars as pl

from recon_engine.model.books import POSTINGS
from recon_engine.model.policy import Policy
from recon_engine.model.records import Kind
from recon_engine.model.results import MATCHES, MEMBERS, Period
from recon_engine.reconcile.books.documents import FEES, LINES, REFUNDS, SALES, documents
from recon_engine.reconcile.books.meaning import entries
from recon_engine.reconcile.books.numbered import NAME, Numbered, numbered
from recon_engine.reconcile.books.postings import compared
from recon_engine.reconcile.books.totals import NUMBER, added_up, mostly_numbered
from recon_engine.reconcile.chain import Chain
from recon_engine.reconcile.groups import Decided, Groups, one_sided, together, with_status

_KEYS = ("line", "currency", "platform")
AGREED = ("agreed", "accepted", "other_currency")
ALONE, ALONE_RULE = "other_accounts", "not_compared"
Row = dict[str, Any]


@dataclass(frozen=True)
class Posted:
    """Documents and entries, compared.

    Attributes:
        groups: of the reconciliation, and of entries that no document stands behind.
        table: POSTINGS and ``candidate``, the documents' ids.
        open_ids: ids of entries that are not cleared.
    """

    groups: Groups
    table: pl.DataFrame
    open_ids: frozenset[str]


def posted(
    records: pl.DataFrame, chain: Chain, policy: Policy, decided: Decided, period: Period
) -> Posted:
    """Compares what is to be booked with what is.

    Args:
        records: HELD of the kind ``ledger_entry``, without what is set aside.
        chain: orders, settlement lines, payouts and statement lines, walked.
        policy: what accounts are called; days within which a posting is looked for.
        decided: what a person put together and took apart.
        period: what an earlier period was to book is asked for only where a number names it.
    """
    known = entries(records.filter(pl.col("kind") == Kind.LEDGER_ENTRY), policy.books)
    if known.is_empty():
        return Posted(together([]), pl.DataFrame(schema={**POSTINGS, "candidate": pl.String()}),
                      frozenset())  # fmt: skip
    found = numbered(documents(chain), known, policy, decided)
    by_number = _of_numbers(found)
    rest = _of_totals(found, policy, decided, period)
    return _told(found, pl.concat([by_number, rest]))


def _of_numbers(found: Numbered) -> pl.DataFrame:
    """Sides of what numbers brought together; refunds are part of the sale they undo."""
    units = (
        _sided(found.documents, "left").with_columns(
            value=pl.when(pl.col("line") == REFUNDS).then(-pl.col("value")).otherwise("value")
        ),
        _sided(found.entries.filter(pl.col("line").is_in(LINES)), "right").with_columns(
            value=pl.when(pl.col("line") == REFUNDS).then(-pl.col("value")).otherwise("value")
        ),
    )
    whole = pl.concat(units).filter(pl.col("unit").is_not_null())
    line = pl.when(pl.col("line") == REFUNDS).then(pl.lit(SALES)).otherwise("line")
    return whole.with_columns(
        line=line, basis=pl.lit("number"), agrees=pl.lit(value=False), match_id=pl.col("unit")
    )


def _sided(rows: pl.DataFrame, side: str) -> pl.DataFrame:
    return rows.select(
        "record_id", "line", "platform", "currency", "date", "value", "reference", "unit",
        channel="platform", side=pl.lit(side),
    )  # fmt: skip


def _of_totals(found: Numbered, policy: Policy, decided: Decided, period: Period) -> pl.DataFrame:
    """Sides of what no number brought together, added up."""
    judged = found.entries.filter(pl.col("line").is_in(LINES)).select("line", "currency").unique()
    apart = pl.concat([decided.bans["left_id"], decided.bans["right_id"]])
    fresh = (pl.col("date") >= period.start) & ~pl.col("carried")
    left = _sided(found.documents.filter(fresh & pl.col("unit").is_null()), "left")
    right = _sided(
        found.entries.filter(pl.col("line").is_in(LINES) & pl.col("unit").is_null()), "right"
    )
    lines = [REFUNDS, FEES]
    if REFUNDS not in set(judged["line"]):  # then they are booked against sales
        lines = [SALES, *lines]
        off = pl.col("line") == REFUNDS
        left = left.with_columns(
            line=pl.when(off).then(pl.lit(SALES)).otherwise("line"),
            value=pl.when(off).then(-pl.col("value")).otherwise("value"),
        )
    left, right = _settled(left, lines, policy), _settled(right, lines, policy)
    left = left.join(judged, on=["line", "currency"], how="semi")
    left, right = _by_platform(left, right)
    by_number = mostly_numbered(found.documents.filter(fresh), "unit", ("line", "currency"))
    keys = left.select(_KEYS).unique().join(by_number, on=["line", "currency"])
    free = ~pl.col("record_id").is_in(apart.implode())
    added = added_up(
        left.filter(free), right.filter(free), _KEYS, policy.books.days_to_post, keys
    ).members
    both = pl.concat([left, right]).drop("unit")
    joined = both.join(added, on=["record_id", *_KEYS, "side"], how="left").with_columns(
        unit=pl.coalesce("unit", pl.format("rest:{}:{}", "line", "record_id")),
        basis=pl.col("basis").fill_null(NUMBER),
        agrees=pl.col("agrees").fill_null(value=False),
        match_id=pl.lit(""),
    )
    return joined.select(
        "record_id", "line", "platform", "currency", "date", "value", "reference", "unit",
        "channel", "side", "basis", "agrees", "match_id",
    )  # fmt: skip


def _settled(rows: pl.DataFrame, lines: list[str], policy: Policy) -> pl.DataFrame:
    """Lines on the account that they are settled on: a wallet's fees name no marketplace."""
    settled = pl.col("platform").replace(dict(policy.channels.settled_on))
    moved = pl.when(pl.col("line").is_in(lines)).then(settled).otherwise("platform")
    return rows.with_columns(platform=moved)


def _by_platform(left: pl.DataFrame, right: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Both sides without platforms where some entry of the line names none."""
    named = right.group_by("line", "currency").agg(named=(pl.col("platform") != "").all())
    out = []
    for side in (left, right):
        joined = side.join(named, on=["line", "currency"], how="left", maintain_order="left")
        told = pl.when(pl.col("named")).then("platform").otherwise(pl.lit(""))
        out.append(joined.with_columns(platform=told).drop("named"))
    return out[0], out[1]


def _told(found: Numbered, sides: pl.DataFrame) -> Posted:
    """POSTINGS, the groups with their amounts, and what stays open."""
    table = compared(sides, found.by_hand)
    status = table.select("unit", "line", "status")
    placed = sides.join(status, on=["unit", "line"], how="left")
    right = placed.filter(pl.col("side") == "right")
    differing = right.filter(~pl.col("status").is_in(AGREED))["record_id"]
    groups = together([_numbered_groups(found, table), _total_groups(placed, table)])
    named = table.with_columns(match_id=pl.coalesce("match_id", "own_match"))
    without = named.filter(pl.col("entries") == 0)["posting_id"].implode()
    alone = pl.col("posting_id").is_in(without) | (pl.col("status") == "no_document")
    shown = named.with_columns(match_id=pl.when(alone).then(pl.lit("")).otherwise("match_id"))
    taken = pl.concat([groups.members["record_id"], right["record_id"]])
    others = found.entries.filter(~pl.col("record_id").is_in(taken.implode()))
    whole = together([groups, one_sided(others, "right", ALONE, ALONE_RULE, "OA")])
    columns = [pl.col(name).cast(dtype) for name, dtype in POSTINGS.items()]
    listed = shown.select(*columns, "candidate").sort("date", "line", "posting_id", nulls_last=True)
    return Posted(whole, listed, frozenset([*differing, *groups.proposed("right")]))


def _numbered_groups(found: Numbered, table: pl.DataFrame) -> Groups:
    """The groups with their money; those that differ in some line are only proposed."""
    told = table.filter(pl.col("match_id").is_not_null()).group_by("match_id").agg(
        unit_currency=pl.col("currency").min(),
        left=pl.col("expected").sum(),
        right=pl.coalesce("booked", "expected").sum(),
        differs=(~pl.col("status").is_in(AGREED)).any(),
        late=(pl.col("status") == "other_period").any(),
    )  # fmt: skip
    ours = ~pl.col("match_id").is_in(sorted(found.by_hand))
    joined = found.groups.matches.join(told, on="match_id", how="left", maintain_order="left")
    differs = ours & pl.col("differs").fill_null(value=False)
    rule = pl.when(pl.col("late").fill_null(value=False)).then(pl.lit("posting_late"))
    matches = joined.with_columns(
        currency=pl.when(ours).then(pl.col("unit_currency").fill_null("")).otherwise("currency"),
        left_amount=pl.when(ours).then(pl.col("left").fill_null(0)).otherwise("left_amount"),
        right_amount=pl.when(ours).then(pl.col("right").fill_null(0)).otherwise("right_amount"),
        status=pl.when(differs).then(pl.lit("proposed")).otherwise("status"),
        rule=pl.when(differs).then(rule.otherwise(pl.lit("posting_differs"))).otherwise("rule"),
        evidence=pl.when(ours)
        .then(pl.format("ids=1;lefts={};rights={}", "left_count", "right_count"))
        .otherwise("evidence"),
    ).with_columns(difference=pl.col("left_amount") - pl.col("right_amount"))
    return with_status(Groups(matches.select(list(MATCHES)), found.groups.members))


def _total_groups(placed: pl.DataFrame, table: pl.DataFrame) -> Groups:
    """A group for each total of which both sides are known, or whose entries cancel each other."""
    units = table.filter(
        pl.col("match_id").is_null()
        & (pl.col("entries") > 0)
        & ~pl.col("status").is_in(["no_document", "missing"])
    )
    agreed = pl.col("status") == "agreed"
    rule = (
        pl.when(agreed & (pl.col("documents") == 0))
        .then(pl.lit("entries_cancel"))
        .when(agreed)
        .then(pl.lit("totals"))
        .when(pl.col("status") == "other_period")
        .then(pl.lit("posting_late"))
        .otherwise(pl.lit("posting_differs"))
    )
    matches = units.select(
        match_id="own_match",
        reconciliation=pl.lit(NAME),
        rule=rule,
        status=pl.when(agreed).then(pl.lit("confirmed")).otherwise(pl.lit("proposed")),
        currency="currency",
        left_count="documents",
        right_count="entries",
        left_amount="expected",
        right_amount="booked",
        difference="difference",
        explained=pl.lit(0, pl.Int64),
        evidence=pl.format("lefts={};rights={}", "documents", "entries"),
    )
    members = placed.join(units.select("unit", "line", "own_match"), on=["unit", "line"]).select(
        "side",
        "record_id",
        match_id="own_match",
        status=pl.when(agreed).then(pl.lit("confirmed")).otherwise(pl.lit("proposed")),
    )
    return Groups(matches.select(list(MATCHES)), members.select(list(MEMBERS)))
