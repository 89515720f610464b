"""Documents and entries that a number brings together: an order's id, a payout's, the bank's.

All entries of a voucher follow the one document that the voucher names, so that tax and receivable
need not repeat its number.
"""

from dataclasses import dataclass

import polars as pl

from recon_engine.model.policy import Policy
from recon_engine.reconcile.books.documents import BANK, REFUNDS, SALES, of_orders
from recon_engine.reconcile.goods.linked import by_number
from recon_engine.reconcile.groups import Decided, Groups, together

NAME, PREFIX = "documents_ledger", "DL"


@dataclass(frozen=True)
class Numbered:
    """What numbers brought together.

    Attributes:
        groups: of the reconciliation; their amounts are set once they are compared.
        documents: DOCUMENTS with ``unit``, null where no number leads to a posting of that line.
        entries: entries with ``unit``, null as well.
        by_hand: match ids of what a person put together.
    """

    groups: Groups
    documents: pl.DataFrame
    entries: pl.DataFrame
    by_hand: frozenset[str]


def numbered(
    made: pl.DataFrame, posted: pl.DataFrame, policy: Policy, decided: Decided
) -> Numbered:
    """Links documents (left) and entries (right) by number.

    Args:
        made: DOCUMENTS.
        posted: of ``meaning.entries``.
        policy: the shortest number that is looked for in a text.
        decided: what a person put together and took apart.
    """
    own = decided.groups.of(NAME)
    heads = made.filter(pl.col("line").is_in([SALES, BANK])).with_columns(
        **{name: pl.lit("") for name in ("group", "text", "party", "channel")}
    )
    ids = pl.col("reference")
    found = by_number(
        (own.without(heads), ids), (own.without(posted), ids), policy, decided, (NAME, PREFIX)
    )
    groups = _with_vouchers(together([own, found]), posted, own)
    of_group = groups.members.select("record_id", unit="match_id")
    entries = posted.join(of_group, on="record_id", how="left", maintain_order="left")
    orders = heads.filter(pl.col("line") == SALES).select("record_id", "reference")
    whole = of_orders(made, orders).with_columns(head=pl.coalesce("order_id", "record_id"))
    with_unit = (
        whole.join(of_group.rename({"unit": "own"}), on="record_id", how="left")
        .join(of_group.rename({"record_id": "head"}), on="head", how="left")
        .with_columns(unit=pl.coalesce("own", "unit"))
    )
    by_hand = frozenset(own.matches["match_id"])
    return Numbered(groups, _where_posted(with_unit, entries, by_hand), entries, by_hand)


def _where_posted(
    documents: pl.DataFrame, entries: pl.DataFrame, by_hand: frozenset[str]
) -> pl.DataFrame:
    """A document keeps its unit only where the unit posts its line: a fee may be booked in total.

    A refund is booked against the sale as often as on an account of its own.
    """
    posts = entries.filter(pl.col("unit").is_not_null()).select("unit", "line").unique()
    refunds = posts.filter(pl.col("line") == SALES).with_columns(line=pl.lit(REFUNDS))
    known = pl.concat([posts, refunds]).unique().with_columns(posts=pl.lit(value=True))
    joined = documents.join(known, on=["unit", "line"], how="left", maintain_order="left")
    stays = pl.col("posts").fill_null(value=False) | pl.col("unit").is_in(sorted(by_hand))
    return joined.with_columns(unit=pl.when(stays).then("unit")).drop("posts", "own")


def _with_vouchers(groups: Groups, posted: pl.DataFrame, own: Groups) -> Groups:
    """The groups with the other entries of vouchers that name one document only."""
    of_group = groups.members.filter(
        ~pl.col("match_id").is_in(own.matches["match_id"].implode())
    ).select("record_id", "match_id")
    named = posted.join(of_group, on="record_id").group_by("voucher").agg(
        pl.col("match_id").min(), matches=pl.col("match_id").n_unique()
    )  # fmt: skip
    free = groups.without(posted)
    more = free.join(named.filter(pl.col("matches") == 1), on="voucher").select(
        "match_id", "record_id", side=pl.lit("right"), status=pl.lit("confirmed")
    )
    added = more.group_by("match_id").agg(pl.len().cast(pl.Int64).alias("added"))
    matches = groups.matches.join(added, on="match_id", how="left").with_columns(
        right_count=pl.col("right_count") + pl.col("added").fill_null(0)
    )
    members = pl.concat([groups.members, more.select(groups.members.columns)])
    return together([Groups(matches, members)])
