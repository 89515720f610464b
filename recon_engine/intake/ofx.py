"""OFX and QFX: SGML (1.x, most tags never closed) and XML (2.x), bank and credit card statements.

One reading serves both: a tag with text is a field, a tag without is a section if we know it as
one.  Entities are the five of XML and numbers; nothing is ever looked up.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from html import unescape

import polars as pl

from recon_engine.errors import Code, Place, Problem, error
from recon_engine.intake.currencies import is_code
from recon_engine.intake.statement import BANK, Row, Statement, references, reported
from recon_engine.model import money
from recon_engine.model.money import COMMA, PLAIN
from recon_engine.model.results import Check, FileReport

PROFILE = "ofx"
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9_.:]*)[^<>]*>([^<]*)")
_CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_STATEMENTS = {"STMTRS", "CCSTMTRS"}
# What has parts of its own.  Any other tag is a field, closed or not.
_SECTIONS = _STATEMENTS | {
    "OFX", "SONRS", "STATUS", "FI", "BANKACCTFROM", "CCACCTFROM", "BANKTRANLIST", "STMTTRN",
    "LEDGERBAL", "AVAILBAL", "PAYEE", "BANKACCTTO", "CCACCTTO", "CURRENCY", "ORIGCURRENCY",
    "BALLIST", "BAL", "BANKTRANLISTP", "STMTTRNP",
}  # fmt: skip
_INVESTMENTS = re.compile(r"<INVSTMT(?:MSGSRSV1|TRNRS|RS)>", re.IGNORECASE)
_MESSAGE = re.compile(r"<MESSAGE>([^<\n]*)", re.IGNORECASE)


@dataclass(slots=True)
class _Transaction:
    line: int
    fields: dict[str, str] = field(default_factory=dict)


def read_ofx(text: str, file: str, sha256: str) -> tuple[pl.DataFrame, FileReport]:
    """Reads a file of any number of bank and credit card statements.

    Args:
        text: the decoded file.
        file: its name.
        sha256: its hash.

    Raises:
        TieoutError: INVESTMENT_ONLY, NO_STATEMENT where the bank answered without one, NO_ROWS.
    """
    reader = _Reader(file)
    for line, closing, tag, value in _tokens(text):
        reader.take(line, tag, value, closing=closing)
    if not reader.statements:
        investments = bool(_INVESTMENTS.search(text))
        said = _MESSAGE.findall(text)
        code = Code.INVESTMENT_ONLY if investments else Code.NO_STATEMENT
        raise error(code, Place(file), said[-1].strip() if said else "")
    return reported(reader.statements, PROFILE, file, sha256)


def _tokens(text: str) -> Iterator[tuple[int, bool, str, str]]:
    """Line, whether it closes, tag without its namespace, and the text up to the next tag."""
    text = _CDATA.sub(lambda m: m[1].replace("&", "&amp;").replace("<", "&lt;"), text)
    line, position = 1, 0
    for found in _TAG.finditer(text):
        line += text.count("\n", position, found.start())
        position = found.start()
        tag = found[2].upper().rpartition(":")[2]
        yield line, bool(found[1]), tag, " ".join(unescape(found[3]).split())


class _Reader:
    """The statements so far, and the sections that are open."""

    def __init__(self, file: str) -> None:
        self.statements: list[Statement] = []
        self._file = file
        self._open: list[str] = []
        self._organisation = ""
        self._transaction: _Transaction | None = None

    def take(self, line: int, tag: str, value: str, *, closing: bool) -> None:
        """One tag."""
        if tag in _SECTIONS:
            self._section(line, tag, closing=closing)
        elif value and not closing:
            self._field(tag, value)

    def _section(self, line: int, tag: str, *, closing: bool) -> None:
        if tag in {"STMTTRN", *_STATEMENTS, "BANKTRANLIST"}:
            self._finish()  # also where a broken file leaves the one before open
        if closing:
            while tag in self._open and self._open.pop() != tag:
                pass
            return
        self._open.append(tag)
        if tag in _STATEMENTS:
            self.statements.append(Statement(channel=self._organisation or BANK))
        elif tag == "STMTTRN" and _STATEMENTS & set(self._open):  # not an investment account's
            self._transaction = _Transaction(line)

    def _field(self, tag: str, value: str) -> None:
        section = self._open[-1] if self._open else ""
        if section == "FI" and tag == "ORG":
            self._organisation = value
        if not self.statements:
            return
        statement = self.statements[-1]
        if self._transaction is not None:
            name = tag if section == "STMTTRN" else f"{section}.{tag}"
            self._transaction.fields.setdefault(name, value)
        elif tag == "CURDEF":
            statement.currency = value.upper()
        elif section in ("BANKACCTFROM", "CCACCTFROM"):
            _take_account(statement, tag, value)
        elif section == "LEDGERBAL" and tag == "BALAMT":
            detail = f"{statement.account}: {value} {statement.currency}"
            statement.checks.append(Check("ledger_balance", ok=True, detail=detail))

    def _finish(self) -> None:
        if self._transaction is not None:
            row = _row(self._transaction, self.statements[-1], self._file)
            if isinstance(row, Problem):
                self.statements[-1].rejects.append(row)
            else:
                self.statements[-1].rows.append(row)
        self._transaction = None


def _take_account(statement: Statement, tag: str, value: str) -> None:
    if tag == "ACCTID":
        statement.account = value
    elif tag == "BANKID":
        statement.channel = value


def _row(one: _Transaction, statement: Statement, file: str) -> Row | Problem:
    """A transaction as a row, or the first thing that is wrong with it."""
    told = one.fields
    # CURRENCY says what the amount is in; ORIGCURRENCY only what it was before.
    currency = told.get("CURRENCY.CURSYM", statement.currency).upper()
    posted, text = told.get("DTPOSTED", ""), told.get("TRNAMT", "")
    day, amount = _day(posted), _amount(text, currency)
    if day is None:
        code = Code.DATE_NOT_READ if posted else Code.DATE_MISSING
        return Problem(code, Place(file, "", one.line, "DTPOSTED"), posted)
    if isinstance(amount, Code):
        return Problem(amount, Place(file, "", one.line, "TRNAMT"), text)
    if not is_code(currency):
        return Problem(Code.CURRENCY_UNKNOWN, Place(file, "", one.line, "CURDEF"), currency)
    words = (told.get("MEMO", ""), told.get("CHECKNUM", "").strip("0") and told["CHECKNUM"])
    bank_id = told.get("FITID", "")
    return {
        "date": day,
        "time": _time(posted),
        "amount": amount,
        "currency": currency,
        "channel": statement.channel,
        "account": statement.account,
        "reference": references(told.get("REFNUM", ""), bank_id),
        "text": " ".join(filter(None, words)),
        "party": told.get("NAME", told.get("PAYEE.NAME", "")),
        "source_row": one.line,
        "fee_type": told.get("TRNTYPE", ""),
        "key": f"{bank_id}|{amount}|{day}" if bank_id else "",
    }


def _amount(text: str, currency: str) -> int | Code:
    """The standard lets a comma stand for the point, and allows no sign between thousands."""
    if not text:
        return Code.AMOUNT_MISSING
    style = COMMA if "," in text and "." not in text else PLAIN
    return money.to_minor(text, money.exponent(currency), style)


def _day(text: str) -> date | None:
    """YYYYMMDD…; the day as it is written, whatever offset follows."""
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:8])) if text[:8].isdecimal() else None
    except ValueError:
        return None


def _time(text: str) -> str | None:
    clock = text[8:14]
    told = len(clock) == 6 and clock.isdecimal() and clock < "240000"
    return f"{clock[:2]}:{clock[2:4]}:{clock[4:]}" if told else None
