"""The bank reconciliation statement: the bank's balance and the books', item by item to the same.

The book side holds what the close knows: every remittance at the amount that the payout or order
was to bring, and every payout that a platform says it paid.  The bank side holds the statement
lines.  What only one of them has is an item of one of four kinds; with the other side's items
added, both balances are the same, and that is computed from two sets of figures that share none.
"""

from enum import StrEnum

import polars as pl

from recon_engine.model.reasons import Reason
from recon_engine.model.records import Kind
from recon_engine.model.results import Close
from recon_engine.report.receipts import receipts


class Item(StrEnum):
    """What only one side has; each amount is signed."""

    BANK_IN = "bank_in"  # received by the bank, not in the books
    BANK_OUT = "bank_out"  # paid by the bank, not in the books
    BOOK_IN = "book_in"  # received by the books, not by the bank
    BOOK_OUT = "book_out"  # paid by the books, not by the bank


WHOSE = ("channel", "account", "currency")
# One row an item.
ITEMS: dict[str, pl.DataType] = {
    "item": pl.String(),  # Item
    "channel": pl.String(),  # the bank
    "account": pl.String(),  # "" where no account of the bank is known for a payout
    "currency": pl.String(),
    "date": pl.Date(),
    "reference": pl.String(),
    "party": pl.String(),
    "text": pl.String(),
    "amount": pl.Int64(),
    "reason": pl.String(),  # reasons.<code>, "difference" for what a match leaves
    "record_id": pl.String(),  # of the statement line or payout
    "match_id": pl.String(),
}
# One row a bank account and currency.
STATEMENT: dict[str, pl.DataType] = {
    "channel": pl.String(),
    "account": pl.String(),
    "currency": pl.String(),
    "opening": pl.Int64(),  # as the statement shows it; 0 where it shows no balance
    "shown": pl.Boolean(),  # whether the statement shows balances
    "bank": pl.Int64(),  # the bank's balance: opening and every line
    "book": pl.Int64(),  # the books': opening, remittances as they were to come, payouts as told
    **{item.value: pl.Int64() for item in Item},
    "bank_adjusted": pl.Int64(),  # bank + book_in + book_out
    "book_adjusted": pl.Int64(),  # book + bank_in + bank_out
    "difference": pl.Int64(),  # of the two, 0
}


def items(close: Close) -> pl.DataFrame:
    """ITEMS, sorted by account, kind, day and id."""
    found = pl.concat([_bank_items(close), _differences(close), _book_items(close)])
    return found.select(list(ITEMS)).sort(*WHOSE, "item", "date", "record_id")


def statement(close: Close) -> pl.DataFrame:
    """STATEMENT, one row an account, sorted."""
    lines = close.records.filter(pl.col("kind") == Kind.STATEMENT_LINE)
    told = items(close)
    whose = pl.concat([lines.select(WHOSE), told.select(WHOSE)]).unique()
    sums = told.group_by(*WHOSE).agg(
        *(pl.col("amount").filter(pl.col("item") == item).sum().alias(item) for item in Item)
    )
    joined = whose
    for part in (_openings(lines), _moved(lines), _booked(close, told), sums):
        joined = joined.join(part, on=WHOSE, how="left")
    filled = joined.with_columns(
        pl.col("opening", "moved", "booked", *Item).fill_null(0),
        pl.col("shown").fill_null(value=False),
    ).with_columns(
        bank=pl.col("opening") + pl.col("moved"), book=pl.col("opening") + pl.col("booked")
    )
    adjusted = filled.with_columns(
        bank_adjusted=pl.col("bank") + pl.col(Item.BOOK_IN) + pl.col(Item.BOOK_OUT),
        book_adjusted=pl.col("book") + pl.col(Item.BANK_IN) + pl.col(Item.BANK_OUT),
    ).with_columns(difference=pl.col("bank_adjusted") - pl.col("book_adjusted"))
    return adjusted.select(list(STATEMENT)).sort(WHOSE)


def _signed(into: Item, out: Item) -> pl.Expr:
    return pl.when(pl.col("amount") >= 0).then(pl.lit(into)).otherwise(pl.lit(out)).alias("item")


def _bank_items(close: Close) -> pl.DataFrame:
    """Statement lines that nothing in the books explains yet."""
    reasons = close.exceptions.select("record_id", reason="code").unique(
        "record_id", keep="first", maintain_order=True
    )
    alone = close.records.filter(
        (pl.col("kind") == Kind.STATEMENT_LINE) & pl.col("place").is_in(["open", "excluded"])
    ).join(reasons, on="record_id", how="left")
    aside = pl.when(pl.col("place") == "excluded").then(pl.lit("excluded"))
    proposed = pl.when(pl.col("match_id") != "").then(pl.lit(Reason.PROPOSAL))
    told = pl.coalesce("reason", aside, proposed)
    return alone.with_columns(
        _signed(Item.BANK_IN, Item.BANK_OUT), reason=told.fill_null("")
    ).select(list(ITEMS))


def _differences(close: Close) -> pl.DataFrame:
    """What the bank brought more or less than the books had, in matches that are confirmed."""
    matches = close.matches.filter(
        (pl.col("status") == "confirmed")
        & pl.col("reconciliation").str.ends_with("_bank")
        & (pl.col("difference") != 0)
    ).select("match_id", amount=-pl.col("difference"))
    lines = (
        _cleared(close)
        .sort("match_id", "record_id")
        .unique("match_id", keep="first", maintain_order=True)
    )
    return (
        lines.drop("amount")
        .join(matches, on="match_id")
        .with_columns(_signed(Item.BANK_IN, Item.BANK_OUT), reason=pl.lit("difference"))
        .select(list(ITEMS))
    )


def _cleared(close: Close) -> pl.DataFrame:
    """Cleared statement lines with the match that clears them."""
    return close.records.filter(
        (pl.col("kind") == Kind.STATEMENT_LINE) & (pl.col("place") == "cleared")
    )


def _book_items(close: Close) -> pl.DataFrame:
    """Payouts that their platform says it paid and no statement line shows."""
    waiting = close.payouts.filter((pl.col("status") != "matched") & (pl.col("net") != 0))
    reasons = close.exceptions.filter(pl.col("kind") == "payout").select("record_id", reason="code")
    told = waiting.select(
        "date",
        "currency",
        "match_id",
        payer="channel",
        reference="group",
        party=pl.lit(""),
        text=pl.col("channel"),
        amount="net",
        record_id="payout_id",
    ).join(
        reasons.unique("record_id", keep="first", maintain_order=True), on="record_id", how="left"
    )
    return (
        told.join(_usual_accounts(close), on=["payer", "currency"], how="left")
        .with_columns(
            _signed(Item.BOOK_IN, Item.BOOK_OUT),
            pl.col("channel", "account", "reason").fill_null(""),
        )
        .select(list(ITEMS))
    )


def _usual_accounts(close: Close) -> pl.DataFrame:
    """``payer, currency, channel, account``: where most of a payer's remittances arrive.

    A payer that never paid yet is expected at the currency's only account, if there is only one.
    """
    lines = close.records.filter(pl.col("kind") == Kind.STATEMENT_LINE)
    banks = lines.select("record_id", bank="channel")
    arrived = receipts(close).join(banks, on="record_id")
    counted = (
        arrived.group_by("channel", "currency", "bank", "account")
        .len()
        .sort("len", "bank", "account", descending=[True, False, False])
        .unique(["channel", "currency"], keep="first", maintain_order=True)
        .select("currency", "account", payer="channel", channel="bank")
    )
    only = (
        lines.select(WHOSE)
        .unique()
        .filter(pl.len().over("currency") == 1)
        .join(close.payouts.select(payer="channel").unique(), how="cross")
        .join(counted, on=["payer", "currency"], how="anti")
    )
    names = ["payer", "currency", "channel", "account"]
    return pl.concat([counted.select(names), only.select(names)])


def _openings(lines: pl.DataFrame) -> pl.DataFrame:
    """The balance before the first line, where the statement shows balances."""
    ordered = lines.filter(pl.col("balance").is_not_null()).with_columns(
        before=pl.col("balance") - pl.col("amount")
    )
    # Every line's balance is the next one's "before": the opening is the one that is nobody's
    # balance, the chain's loose end; where the chain is broken, the earliest line's.
    ends = ordered.join(ordered.select(*WHOSE, before="balance"), on=[*WHOSE, "before"], how="anti")
    earliest = ordered.sort("date", "time", "source_file", "source_row")
    first = pl.concat([ends.sort("date", "time", "source_row"), earliest])
    return (
        first.unique(WHOSE, keep="first", maintain_order=True)
        .select(*WHOSE, opening="before")
        .with_columns(shown=pl.lit(value=True))
    )


def _moved(lines: pl.DataFrame) -> pl.DataFrame:
    return lines.group_by(*WHOSE).agg(moved=pl.col("amount").sum())


def _booked(close: Close, told: pl.DataFrame) -> pl.DataFrame:
    """What the books hold of each account: matches at their left amount, payouts as told."""
    whose = close.records.filter(pl.col("kind") == Kind.STATEMENT_LINE).select("record_id", *WHOSE)
    matches = close.matches.filter(
        (pl.col("status") == "confirmed") & pl.col("reconciliation").str.ends_with("_bank")
    ).drop("currency")
    members = close.members.filter(pl.col("side") == "right").join(whose, on="record_id")
    # A match over several accounts: each holds its own lines, the first one the difference.
    owned = members.sort("match_id", "record_id").join(
        matches, on="match_id", maintain_order="left"
    )
    amounts = close.records.select("record_id", line="amount")
    first = pl.int_range(pl.len()).over("match_id") == 0
    rest = pl.col("left_amount") - pl.col("line").sum().over("match_id")
    parts = owned.join(amounts, on="record_id", maintain_order="left").with_columns(
        booked=pl.col("line") + pl.when(first).then(rest).otherwise(0)
    )
    written = close.records.filter(
        (pl.col("kind") == Kind.STATEMENT_LINE) & (pl.col("place") == "written_off")
    ).select(*WHOSE, booked="amount")
    waiting = told.filter(pl.col("item").is_in([Item.BOOK_IN, Item.BOOK_OUT]))
    every = pl.concat(
        [
            parts.select(*WHOSE, "booked"),
            written,
            waiting.select(*WHOSE, booked="amount"),
        ]
    )
    return every.group_by(*WHOSE).agg(pl.col("booked").sum())
