"""MT940 and MT942: SWIFT's statements, read line by line with their amounts as text.

The mt-940 library is the oracle in the tests and not the reader: it turns 30 February into the
29th, gives up a whole file for one long reference, and knows no line numbers.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import polars as pl

from recon_engine.errors import Code, Place, Problem
from recon_engine.intake.currencies import is_code
from recon_engine.intake.statement import Row, Statement, references, reported
from recon_engine.model import money
from recon_engine.model.results import FileReport

PROFILE = "mt940"
_TAG = re.compile(r"^:(\d\d[A-Z]?|NS):")
_END = re.compile(r"^(?:-\}?(?:\{|$)|\{1:)")
_BALANCE = re.compile(r"^([CD])(\d{6})([A-Z]{3})([\d,]+)")
_LINE = re.compile(
    r"^(?P<value>\d{6})(?P<entry>\d{4}|\s{4})?\s*(?P<mark>R?[DC])(?P<funds>[A-Z])?[\s]*"
    r"(?P<amount>\d[\d,]*)(?P<code>[A-Z][A-Z0-9 ]{3})?(?P<rest>.*)$",
    re.DOTALL,
)
_SUBFIELD = re.compile(r"[?>](\d\d)")


@dataclass(slots=True)
class _Field:
    tag: str
    line: int
    text: str


def read_mt940(text: str, file: str, sha256: str) -> tuple[pl.DataFrame, FileReport]:
    """Reads a SWIFT file of any number of statements.

    A line whose statement names no currency is refused, not guessed.

    Args:
        text: the decoded file.
        file: its name.
        sha256: its hash.

    Raises:
        TieoutError: NO_ROWS.
    """
    statements = [_statement(fields, file) for fields in _statements(text)]
    return reported(statements, PROFILE, file, sha256)


def _fields(text: str) -> Iterator[_Field]:
    current: _Field | None = None
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.rstrip()
        tag = _TAG.match(line)
        if tag:
            if current:
                yield current
            current = _Field(tag[1], number, line[tag.end() :])
        elif _END.match(line):
            if current:
                yield current
            current = None
        elif current:
            current.text += f"\n{line}"
    if current:
        yield current


def _statements(text: str) -> Iterator[list[_Field]]:
    """Fields by statement; each begins with its reference, :20:."""
    fields: list[_Field] = []
    for one in _fields(text):
        if one.tag == "20" and fields:
            yield fields
            fields = []
        fields.append(one)
    if fields:
        yield fields


def _statement(fields: list[_Field], file: str) -> Statement:
    statement = Statement()
    row: Row | None = None
    # Floor limits (MT942) and later balances name the currency where no opening balance does.
    statement.currency = next(filter(None, map(_currency, fields)), "")
    for one in fields:
        match one.tag:
            case "25":
                statement.account = one.text.strip().split("\n")[0]
            case "60F" | "60M" if statement.opening is None:
                statement.opening = _balance(one.text)
            case "62F" | "62M":
                statement.closing = _balance(one.text)
            case "61":
                row = _take_line(one, statement, file)
            case "86" | "NS" if row is not None:  # of no line, or of a refused one: not a row's
                _take_details(one, row)
    return statement


def _currency(one: _Field) -> str:
    if one.tag[:2] in ("60", "62", "64", "65"):
        found = _BALANCE.match(one.text.strip())
        code = found[3] if found else ""
    elif one.tag[:2] in ("34", "90"):
        named = re.match(r"\d*([A-Z]{3})", one.text.strip())
        code = named[1] if named else ""
    else:
        return ""
    return code if is_code(code) else ""


def _balance(text: str) -> int | None:
    found = _BALANCE.match(text.strip())
    if not found:
        return None
    size = money.to_minor(found[4], money.exponent(found[3]), money.COMMA)
    if isinstance(size, Code):
        return None
    return -size if found[1] == "D" else size


def _take_line(one: _Field, statement: Statement, file: str) -> Row | None:
    """The line as a row of the statement; None when it was refused."""
    place = Place(file, "", one.line, ":61:")
    found = _LINE.match(one.text)
    if not found:
        statement.rejects.append(Problem(Code.ROW_NOT_UNDERSTOOD, place, one.text.strip()))
        return None
    day = _day(found["value"], found["entry"])
    amount = money.to_minor(found["amount"], money.exponent(statement.currency), money.COMMA)
    if day is None:
        statement.rejects.append(Problem(Code.DATE_NOT_READ, place, found["value"]))
    elif isinstance(amount, Code):
        statement.rejects.append(Problem(amount, place, found["amount"]))
    elif not statement.currency:
        statement.rejects.append(Problem(Code.CURRENCY_UNKNOWN, place, one.text.strip()))
    else:
        row = _row(one, found, statement, day, amount)
        statement.rows.append(row)
        return row
    return None


def _row(one: _Field, found: re.Match[str], statement: Statement, day: date, amount: int) -> Row:
    # RC takes back a credit: money out; RD takes back a debit: money in.
    outward = found["mark"] in ("D", "RC")
    first, _, supplement = found["rest"].partition("\n")
    customer, _, bank = first.partition("//")
    return {
        "date": day,
        "amount": -amount if outward else amount,
        "currency": statement.currency,
        "reference": references(customer, bank),
        "text": " ".join(supplement.split()),
        "party": "",
        "account": statement.account,
        "source_row": one.line,
        "fee_type": (found["code"] or "").strip(),
    }


def _day(value: str, entry: str | None) -> date | None:
    """The booking day: the entry date where there is one, in the year nearest the value date."""
    year = 2000 + int(value[:2])
    if not entry or not entry.strip():
        return _made(year, value[2:4], value[4:])
    shift = int(value[2:4]) - int(entry[:2])
    year += 1 if shift > 6 else -1 if shift < -6 else 0
    return _made(year, entry[:2], entry[2:])


def _made(year: int, month: str, day: str) -> date | None:
    try:
        return date(year, int(month), int(day))
    except ValueError:
        return None


def _take_details(one: _Field, row: Row) -> None:
    """:86: belongs to the line before it; before any line it is about the account."""
    text, party = _details(one.text)
    row["text"] = " ".join(filter(None, (str(row["text"]), text)))
    row["party"] = row["party"] or party


def _details(text: str) -> tuple[str, str]:
    """Purpose and counterparty of a structured :86: (?20-29, ?60-63; ?32-33), else all of it."""
    joined = text.replace("\n", "")
    parts = _SUBFIELD.split(joined)
    if len(parts) < 3:
        return " ".join(text.split()), ""
    pairs = list(zip(parts[1::2], parts[2::2], strict=True))
    booking = _of(pairs, "00", "00")
    purpose = f"{_of(pairs, '20', '29')}{_of(pairs, '60', '99')}"
    return f"{booking} {purpose}".strip(), _of(pairs, "32", "33")


def _of(pairs: list[tuple[str, str]], first: str, last: str) -> str:
    """The subfields of a range of codes; they continue each other without a blank."""
    return "".join(text for code, text in pairs if first <= code <= last).strip()
