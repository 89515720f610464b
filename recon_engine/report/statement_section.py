"""The bank reconciliation statement as a report: two sides of an account, then every item."""

import polars as pl

from recon_engine.messages import Language, text
from recon_engine.model.results import Close
from recon_engine.report import words
from recon_engine.report.data import Column, Part, Row, Section, Table, Type, Where
from recon_engine.report.follow_up import first_reference
from recon_engine.report.statement import WHOSE, Item, items, statement


def statement_section(close: Close, language: Language) -> Section:
    """Per account: both balances to the same figure; then the items that lie between them."""
    accounts, every = statement(close), items(close)
    order = words.currencies(set(accounts["currency"]), close.policy.home_currency)
    parts: list[Part] = []
    for currency in order:
        for account in accounts.filter(pl.col("currency") == currency).iter_rows(named=True):
            whose = [pl.col(key).eq_missing(account[key]) for key in WHOSE]
            mine = every.filter(pl.all_horizontal(whose))
            parts.append(_two_sides(account, language))
            if mine.height:
                parts.append(_items(mine, account, language))
    lead = "lead" if parts else "none"
    return Section(
        "statement",
        text("reports.section.statement.title", language),
        text(f"reports.section.statement.{lead}", language, as_of=f"{close.as_of:%Y-%m-%d}"),
        tuple(parts),
    )


def account_name(channel: str, account: str, language: Language) -> str:
    """A bank account as a person knows it: bank and number."""
    bank = words.word("channel", channel, language) if channel else ""
    return " ".join(part for part in (bank, account) if part) or text(
        "reports.statement.no_account", language
    )


def _two_sides(account: dict[str, object], language: Language) -> Table:
    """Bank on the left, books on the right; each side adds up to its adjusted balance."""
    currency = str(account["currency"])
    name = account_name(str(account["channel"]), str(account["account"]), language)
    whose = tuple(Where(key, str(account[key])) for key in WHOSE)
    told = all(where.value for where in whose)

    def line(bank: str, books: str) -> Row:
        cells = (_said(bank, language), account[bank], _said(books, language), account[books])
        return Row(cells, currency, whose if told else ())  # type: ignore[arg-type]  # a typed frame

    rows = (
        line("bank", "book"),
        line(Item.BOOK_IN, Item.BANK_IN),
        line(Item.BOOK_OUT, Item.BANK_OUT),
    )
    adjusted = line("bank_adjusted", "book_adjusted")
    difference = Row(
        (None, None, _said("difference", language), account["difference"]),  # type: ignore[arg-type]
        currency,
    )
    columns = (
        Column(text("reports.statement.bank_side", language), Type.PROSE),
        Column(words.caption("amount", language), Type.MONEY),
        Column(text("reports.statement.book_side", language), Type.PROSE),
        Column(words.caption("amount", language), Type.PROVED),
    )
    shown = "shown" if account["shown"] else "not_shown"
    title = text(f"reports.statement.title_{shown}", language, account=name, currency=currency)
    return Table(title, columns, rows, (adjusted, difference))


def _said(line: str, language: Language) -> str:
    return text(f"reports.statement.line.{line}", language)


def _items(frame: pl.DataFrame, account: dict[str, object], language: Language) -> Table:
    currency = str(account["currency"])
    columns = words.columns(
        language, ("item", Type.WORD), ("date", Type.DATE), ("reference", Type.ID),
        ("party_text", Type.TEXT), ("reason", Type.TEXT), ("amount", Type.MONEY),
    )  # fmt: skip
    rows = tuple(
        Row(
            (
                text(f"workbook.statement_item.{row['item']}", language),
                row["date"],
                first_reference(row["reference"]),
                " ".join(part for part in (row["party"], row["text"]) if part),
                item_reason(row["reason"], language),
                row["amount"],
            ),
            currency,
        )
        for row in frame.iter_rows(named=True)
    )
    sum_ = int(frame["amount"].sum())
    total = Row((words.caption("total", language), None, None, None, None, sum_), currency)
    name = account_name(str(account["channel"]), str(account["account"]), language)
    title = text("reports.table.items", language, account=name, count=frame.height)
    return Table(title, columns, rows, (total,))


def item_reason(code: str, language: Language) -> str:
    """Why an item is on one side only."""
    own = f"reports.statement.reason.{code}"
    if code in {"difference", "excluded"}:
        return text(own, language)
    return words.reason(code, language).word if code else ""
