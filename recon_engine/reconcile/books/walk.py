"""Own books, top to bottom: what is to be posted and moved, what was, and each record's one place.

An entry or a movement is cleared when what it stands for is known and both agree; those that no
document of a platform or bank stands behind (cost, rent, a transfer between warehouses) stand for
themselves.  What an order or line of money is in the close says nothing of its posting, so a
posting that is missing is told beside it.
"""

from dataclasses import dataclass

import polars as pl

from recon_engine.model.books import BOOKS_KINDS, POSTINGS, STOCK, Books
from recon_engine.model.goods import Goods
from recon_engine.model.policy import Policy
from recon_engine.model.results import Period
from recon_engine.reconcile.books import ledger, numbered, pieces_moved
from recon_engine.reconcile.books import stock as stocks
from recon_engine.reconcile.books.ledger import posted
from recon_engine.reconcile.books.stock import stocked
from recon_engine.reconcile.books.told import books_told
from recon_engine.reconcile.chain import Chain
from recon_engine.reconcile.goods.told import finished
from recon_engine.reconcile.groups import Groups, together
from recon_engine.reconcile.replay import Replayed

BOOKS_LINKS = (numbered.NAME, ledger.ALONE, pieces_moved.NAME, stocks.ALONE)


@dataclass(frozen=True)
class Booked:
    """What the reconciliation with own books makes of a close.

    Attributes:
        records: HELD of the books plus ``place``, ``match_id``, ``payout_id``.
        groups: the match groups.
        books: what they come to.
        exceptions: EXCEPTIONS.
    """

    records: pl.DataFrame
    groups: Groups
    books: Books
    exceptions: pl.DataFrame


def is_books() -> pl.Expr:
    """Whether a record is of the kinds that are reconciled here."""
    return pl.col("kind").is_in([str(kind) for kind in BOOKS_KINDS])


def walk(replayed: Replayed, chain: Chain, goods: Goods, policy: Policy, period: Period) -> Booked:
    """Compares the money and the goods of a close with own books.

    Args:
        replayed: all records as decisions left them, and what those put together and take apart.
        chain: the money, walked.
        goods: what was shipped and came back.
        policy: what accounts, platforms and movements are called.
        period: the days of the close.
    """
    every = replayed.records.with_columns(payout_id=pl.lit(""))
    aside = pl.col("record_id").is_in(replayed.excluded)
    records, decided = every.filter(~aside), replayed.decided
    entries = posted(records, chain, policy, decided, period)
    moved = stocked(records, goods, policy, decided, period)
    groups = together([entries.groups, moved.groups])
    items = records.filter(is_books())
    placed = _placed(items, groups, entries.open_ids | moved.open_ids, replayed)
    nowhere = {"place": pl.lit("excluded"), "match_id": pl.lit("")}
    whole = pl.concat([placed, every.filter(aside & is_books()).with_columns(**nowhere)])
    told = books_told(entries.table, moved.table, replayed.let_go)
    return Booked(
        whole,
        groups,
        Books(entries.table.select(list(POSTINGS)), moved.table.select(list(STOCK))),
        finished(told, _with_payouts(records, chain), replayed, policy, period.end),
    )


def _placed(
    records: pl.DataFrame, groups: Groups, open_ids: frozenset[str], replayed: Replayed
) -> pl.DataFrame:
    known = pl.col("record_id")
    place = (
        pl.when(known.is_in(replayed.let_go))
        .then(pl.lit("written_off"))
        .when(known.is_in(sorted(open_ids)))
        .then(pl.lit("open"))
        .otherwise(pl.lit("cleared"))
    )
    shown = groups.members.sort("match_id").unique("record_id", keep="first", maintain_order=True)
    joined = records.join(
        shown.select("record_id", "match_id"), on="record_id", how="left", maintain_order="left"
    )
    return joined.with_columns(place=place, match_id=pl.col("match_id").fill_null("")).select(
        *records.columns, "place", "match_id"
    )


def _with_payouts(records: pl.DataFrame, chain: Chain) -> pl.DataFrame:
    """All that a posting may be missing of: records, and payouts where there is no statement."""
    columns = (
        "record_id", "kind", "date", "channel", "reference", "party", "text", "currency", "amount",
    )  # fmt: skip
    empty = pl.lit("")
    paid = chain.payouts.select(
        "date", "channel", "currency",
        record_id="payout_id", kind=pl.lit("payout"), reference="group", party=empty, text=empty,
        amount="net",
    )  # fmt: skip
    return pl.concat([records.select(columns), paid.select(columns)])
