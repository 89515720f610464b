"""The proof: the identity per currency and kind, the control totals, and the chain."""

from collections.abc import Iterable

import polars as pl

from recon_engine.messages import Language, text
from recon_engine.model.records import Kind
from recon_engine.model.results import IDENTITY, PLACES, Close
from recon_engine.report import words
from recon_engine.report.data import Column, Row, Section, Table, Type, part_of

_TERMS = ("opening", "new", "cleared", "written_off", "open", "difference")
_CHAIN = (Kind.ORDER, Kind.SETTLEMENT_LINE, "payout", Kind.STATEMENT_LINE)


def identity_by_currency(identity: pl.DataFrame) -> pl.DataFrame:
    """The identity summed over kinds: one row a currency, without ``kind``, sorted."""
    figures = [name for name in IDENTITY if name not in {"kind", "currency"}]
    return identity.group_by("currency").agg(pl.col(figures).sum()).sort("currency")


def proof_table(close: Close, language: Language) -> Table:
    """The identity: opening + new - cleared - written off = open, one row a currency."""
    frame = identity_by_currency(close.identity)
    order = words.currencies(set(frame["currency"]), close.policy.home_currency)
    found = {row["currency"]: row for row in frame.iter_rows(named=True)}
    rows = (
        Row(
            (currency, *(found[currency][term] for term in _TERMS),
             words.closes(found[currency]["difference"])),
            currency,
        )
        for currency in order
    )  # fmt: skip
    columns = (
        Column(words.caption("currency", language), Type.WORD),
        *(Column(_term(term, language), Type.MONEY) for term in _TERMS[:-1]),
        Column(_term("difference", language), Type.PROVED),
        Column("", Type.STATUS),
    )
    return Table(text("report.proof.title", language), columns, tuple(rows))


def proof_section(close: Close, language: Language) -> Section:
    """The identity of every kind of record, and every record in exactly one place."""
    return Section(
        "proof",
        text("report.section.proof.title", language),
        text("report.section.proof.lead", language),
        (_identity_table(close, language), _places_table(close, language)),
    )


def _identity_table(close: Close, language: Language) -> Table:
    kinds = [str(kind) for kind in Kind]
    frame = close.identity.sort(
        pl.col("kind").replace_strict(kinds, range(len(kinds)), default=len(kinds)), "currency"
    )
    rows = tuple(
        Row(
            (words.word("kind", row["kind"], language), row["currency"],
             *(row[name] for name in IDENTITY if name not in {"kind", "currency"}),
             words.closes(row["difference"])),
            row["currency"],
        )
        for row in frame.iter_rows(named=True)
    )  # fmt: skip
    columns = [
        Column(words.caption("kind", language), Type.WORD),
        Column(words.caption("currency", language), Type.WORD),
    ]
    for name in _TERMS[:-1]:
        columns.append(_count_of(name, language))
        columns.append(Column(_term(name, language), Type.MONEY))
    columns.append(Column(_term("difference", language), Type.PROVED))
    columns.append(Column("", Type.STATUS))
    title = text("report.table.identity", language)
    return Table(title, tuple(columns), rows)


def _term(name: str, language: Language) -> str:
    return text(f"report.proof.{name}", language)


def _count_of(place: str, language: Language) -> Column:
    name = text(f"report.place.{place}", language)
    return Column(text("report.caption.count_of", language, name=name), Type.COUNT)


def places(records: pl.DataFrame) -> pl.DataFrame:
    """One row a kind and currency: ``count, amount`` of all, and both for each of PLACES."""
    each: list[pl.Expr] = []
    for place in PLACES:
        here = pl.col("place") == place
        each.append(here.sum().cast(pl.Int64).alias(f"{place}_count"))
        each.append(pl.col("amount").filter(here).sum().alias(place))
    return (
        records.group_by("kind", "currency")
        .agg(pl.len().cast(pl.Int64).alias("count"), pl.col("amount").sum(), *each)
        .sort("kind", "currency")
    )


def _places_table(close: Close, language: Language) -> Table:
    frame = places(close.records)
    rows = tuple(
        Row(
            (words.word("kind", row["kind"], language), row["currency"],
             row["count"], row["amount"],
             *(row[name] for place in PLACES for name in (f"{place}_count", place))),
            row["currency"],
        )
        for row in frame.iter_rows(named=True)
    )  # fmt: skip
    columns = [
        Column(words.caption("kind", language), Type.WORD),
        Column(words.caption("currency", language), Type.WORD),
    ]
    for name in ("all", *PLACES):
        columns.append(_count_of(name, language))
        columns.append(Column(text(f"report.place.{name}", language), Type.MONEY))
    return Table(text("report.table.places", language), tuple(columns), rows)


def links(close: Close) -> list[tuple[str, int, int]]:
    """The chain of proof: ``(kind or "payout", how many, how many of them cleared)``."""
    frame = close.identity
    found = []
    for link in _CHAIN:
        if link == "payout":
            cleared = int((close.payouts["status"] == "matched").sum())
            found.append((link, close.payouts.height, cleared))
            continue
        mine = frame.filter(pl.col("kind") == link)
        found.append((str(link), _sum(mine, ("opening_count", "new_count")),
                      _sum(mine, ("cleared_count", "written_off_count"))))  # fmt: skip
    return found


def _sum(frame: pl.DataFrame, columns: Iterable[str]) -> int:
    return sum(int(frame[name].sum()) for name in columns)


def chain_table(close: Close, language: Language) -> Table:
    """How many of each link there are and how many have found their counterpart."""
    rows = tuple(
        Row((words.word("kind", link, language), count, cleared, count - cleared,
             part_of(cleared, count)))
        for link, count, cleared in links(close)
    )  # fmt: skip
    columns = words.columns(
        language, ("link", Type.WORD), ("count", Type.COUNT), ("cleared", Type.COUNT),
        ("open", Type.COUNT), ("cleared_share", Type.SHARE),
    )  # fmt: skip
    return Table(text("report.table.chain", language), columns, rows)
