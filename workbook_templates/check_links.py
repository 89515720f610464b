"""Laws between the tables of a workbook: what a row is about is there, once, and adds up."""

from collections.abc import Iterator

import polars as pl

from recon_engine.errors import Code, Place, Problem
from workbook_templates import words
from workbook_templates.layout_records import TABLE_OF_KIND
from workbook_templates.readback import Readback, sheet_name

_RECORDS = tuple((table.name, "record_id") for table in TABLE_OF_KIND.values())
_PAYOUTS = ("Payouts", "payout_id")
_DECISIONS = ("Decisions", "decision_id")
_ANYTHING = (*_RECORDS, _PAYOUTS)
# Rows that are about something: which column says about what, and where it has to be.
_ABOUT: tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...] = (
    ("Members", "record_id", _ANYTHING),
    ("Members", "match_id", (("Matches", "match_id"),)),
    ("Exceptions", "record_id", (*_ANYTHING, ("Files", "file"))),
    ("Receivables", "record_id", _RECORDS),
    ("PayoutTerms", "payout_id", (_PAYOUTS,)),
    ("StatementItems", "record_id", _ANYTHING),
    ("FollowUp", "record_id", _ANYTHING),
    ("FindingRows", "record_id", _ANYTHING),
    ("FindingRows", "finding_id", (("Findings", "finding_id"),)),
    ("Shipping", "shipping_id", _RECORDS),
    ("Freight", "freight_id", _RECORDS),
    ("Returned", "returned_id", _RECORDS),
    ("Postings", "record_id", _ANYTHING),
    ("StockCheck", "record_id", _RECORDS),
    ("AdjustingEntries", "record_id", _RECORDS),
    ("AdjustingEntries", "decision_id", (_DECISIONS,)),
    ("DecisionRecords", "decision_id", (_DECISIONS,)),
)
# What tells each row of a table from all others.
_ONCE: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Matches", ("match_id",)),
    ("Payouts", ("payout_id",)),
    ("Receivables", ("record_id",)),
    ("Decisions", ("decision_id",)),
    ("LearnedRules", ("rule_id",)),
    ("FollowUp", ("record_id",)),
    ("Shipping", ("shipping_id",)),
    ("Freight", ("freight_id",)),
    ("Returned", ("returned_id",)),
    ("Postings", ("posting_id",)),
    ("StockCheck", ("stock_id",)),
    ("Findings", ("finding_id",)),
    ("Budget", ("channel", "currency")),
    ("History", ("start", "channel", "account", "currency")),
    ("Settings", ("key",)),
)
_BELOW_NET = frozenset({"net", "bank", "left_over"})  # terms that are no part of the net


def linked(book: Readback) -> Iterator[Problem]:
    """Everything that is about nothing, twice there, or does not add up to what it explains."""
    for name, column, places in _ABOUT:
        known = pl.concat([book.tables[table][key] for table, key in places])
        said = book.tables[name][column]
        for missing in said.filter((said != "") & ~said.is_in(known.implode())):
            yield _differs(book, name, f"{missing!r}")
    for name, keys in _ONCE:
        frame = book.tables[name].select(keys)
        for row in frame.filter(frame.is_duplicated()).unique(maintain_order=True).rows():
            yield _differs(book, name, f"{' · '.join(map(str, row))!r}")
    yield from _terms(book)
    yield from _members(book)


def _terms(book: Readback) -> Iterator[Problem]:
    """The terms of a payout come to its net; net, rest and bank to the residual that is told."""
    terms, by = book.tables["PayoutTerms"], "payout_id"
    amount, term = pl.col("amount"), pl.col("term")
    sums = terms.group_by(by).agg(
        parts=amount.filter(~term.is_in(_BELOW_NET)).sum(),
        net=amount.filter(term == "net").sum(),
        over=amount.filter(term == "left_over").sum(),
        bank=amount.filter(term == "bank").sum(),
        has_bank=(term == "bank").any(),
        left=pl.col("residual").filter(term == "net").sum(),
        told=pl.col("residual").filter(term == "bank").sum(),
    )
    both = sums.join(book.tables["Payouts"].select(by, paid="net"), on=by, how="left")
    wrong = (
        (pl.col("parts") != pl.col("net"))
        | (pl.col("net") != pl.col("paid"))
        | (pl.col("left") != 0)
        | (pl.col("has_bank") & (pl.col("net") + pl.col("over") - pl.col("bank") != pl.col("told")))
    )
    for payout in both.filter(wrong)[by].sort():
        yield _differs(book, "PayoutTerms", f"{payout!r}")


def _members(book: Readback) -> Iterator[Problem]:
    """A match has as many members on each side as it says."""
    counted = book.tables["Members"].group_by("match_id", "side").len("members")
    for side in ("left", "right"):
        held = counted.filter(pl.col("side") == side)
        both = book.tables["Matches"].join(held, on="match_id", how="left")
        said = pl.col(f"{side}_count").fill_null(0)
        wrong = both.filter(said != pl.col("members").fill_null(0))["match_id"].sort()
        caption = words.captions_by_key("Matches", book.language)[f"{side}_count"]
        for name in wrong:
            yield _differs(book, "Matches", f"{caption}: {name!r}")


def _differs(book: Readback, table: str, said: str) -> Problem:
    place = Place(book.file, sheet_name(table, book.language))
    return Problem(Code.WORKBOOK_DIFFERS, place, said)
