"""QIF: Quicken's lines of one letter each; which of day and month comes first, the file decides."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import polars as pl

from recon_engine.errors import Code, Place, Problem, error
from recon_engine.intake import figures
from recon_engine.intake.cells import clean
from recon_engine.intake.dates import read_dates
from recon_engine.intake.rows import Left
from recon_engine.intake.statement import Row, Statement, references, reported
from recon_engine.model import money
from recon_engine.model.results import Check, FileReport

PROFILE = "qif"
_MOVEMENTS = {"bank", "cash", "ccard", "oth a", "oth l"}
_FIRST_BALANCE = "opening balance"  # Quicken's way to say where an account began


@dataclass(slots=True)
class _Entry:
    """One entry: letter → its text; splits are the amounts it is said to be made of."""

    line: int
    account: str
    fields: dict[str, str] = field(default_factory=dict)
    splits: list[str] = field(default_factory=list)


def read_qif(text: str, file: str, sha256: str, currency: str) -> tuple[pl.DataFrame, FileReport]:
    """Reads a file of bank, cash and credit card accounts.

    Args:
        text: the decoded file.
        file: its name.
        sha256: its hash.
        currency: QIF never names one; the company's own.

    Raises:
        TieoutError: INVESTMENT_ONLY, DATE_ORDER_UNDECIDED, NO_ROWS.
    """
    entries = list(_entries(text))
    if not entries:
        investments = "!type:invst" in text.lower()
        raise error(Code.INVESTMENT_ONLY if investments else Code.NO_ROWS, Place(file))
    statement = Statement(currency=currency)
    statement.checks.append(Check("currency_assumed", ok=True, detail=currency))
    _take(entries, statement, file)
    return reported([statement], PROFILE, file, sha256)


def _entries(text: str) -> Iterator[_Entry]:
    """Entries of sections that move money; lists of categories, classes and securities do not."""
    section, account = "bank", ""
    entry = _Entry(0, "")
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.strip()
        if line.startswith("!"):
            section = line[1:].strip().lower().removeprefix("type:").strip()
            entry = _Entry(0, account)
        elif line.startswith("^"):
            if section in _MOVEMENTS and entry.fields:
                yield entry
            account = entry.fields.get("N", account) if section == "account" else account
            entry = _Entry(0, account)
        elif line:
            entry.line = entry.line or number
            if line[0] == "$":
                entry.splits.append(line[1:])
            entry.fields.setdefault(line[0], line[1:].strip())
    if section in _MOVEMENTS and entry.fields:
        yield entry


def _take(entries: list[_Entry], statement: Statement, file: str) -> None:
    """Dates and figures are read as columns, for what one leaves open another decides."""
    days = clean(pl.Series([_plain_date(e.fields.get("D", "")) for e in entries], dtype=pl.String))
    dates = read_dates(days)
    if dates.undecided:
        raise error(Code.DATE_ORDER_UNDECIDED, Place(file, "", 0, "D"))
    amounts = clean(pl.Series([e.fields.get("T", e.fields.get("U", "")) for e in entries]))
    style = figures.style_of([amounts], "auto")
    places = pl.Series([money.exponent(statement.currency)]).new_from_index(0, len(entries))
    read_ = figures.to_minor(amounts, places, style)
    for n, entry in enumerate(entries):
        row = _row(entry, dates.days[n], read_["minor"][n], read_["code"][n], file)
        if isinstance(row, Problem):
            statement.rejects.append(row)
        elif entry.fields.get("P", "").lower() == _FIRST_BALANCE:
            statement.excluded[Left.BALANCE_LINE.value] += 1
        else:
            statement.rows.append({**row, "currency": statement.currency})
            statement.checks += _splits(entry, read_["minor"][n], statement.currency, style)


def _plain_date(text: str) -> str:
    """Quicken writes 1/ 2'26 for a year after 1999."""
    return text.replace("'", "/").replace(" ", "") if "'" in text or "/" in text else text


def _row(
    entry: _Entry, day: object, amount: int | None, code: str | None, file: str
) -> Row | Problem:
    told = entry.fields
    if day is None:
        text = told.get("D", "")
        wrong = Code.DATE_NOT_READ if text else Code.DATE_MISSING
        return Problem(wrong, Place(file, "", entry.line, "D"), text)
    if amount is None:
        wrong = Code(code) if code else Code.AMOUNT_MISSING
        return Problem(wrong, Place(file, "", entry.line, "T"), told.get("T", told.get("U", "")))
    return {
        "date": day,
        "amount": amount,
        "account": entry.account,
        "reference": references(told.get("N", "")),
        "text": " ".join(filter(None, (told.get("M", ""), told.get("L", "")))),
        "party": told.get("P", ""),
        "source_row": entry.line,
    }


def _splits(entry: _Entry, amount: int, currency: str, style: money.NumberStyle) -> list[Check]:
    """The parts an entry is said to be made of, where they do not make its amount."""
    parts = [money.to_minor(text, money.exponent(currency), style) for text in entry.splits]
    known = [part for part in parts if isinstance(part, int)]
    if len(known) < len(parts) or sum(known) == amount or not parts:
        return []
    figures_ = f"file {money.to_text(amount, currency)}, read {money.to_text(sum(known), currency)}"
    return [Check("total", ok=False, detail=f"row {entry.line}: {figures_}")]
