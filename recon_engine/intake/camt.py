"""CAMT.052, 053 and 054: ISO 20022 statements of every version, entry by entry."""

from collections.abc import Sequence
from xml.etree.ElementTree import Element

import polars as pl

from recon_engine.errors import Problem
from recon_engine.intake.camt_entry import NOT_BOOKED, children, rows_of, signed, status, told
from recon_engine.intake.lined_xml import walk
from recon_engine.intake.rows import Left
from recon_engine.intake.statement import BANK, Statement, reported
from recon_engine.model import money
from recon_engine.model.results import Check, FileReport

PROFILE = "camt"
_STATEMENTS = {"Stmt", "Rpt", "Ntfctn"}
_OPENING, _CLOSING = ("OPBD", "PRCD"), ("CLBD",)
_BANK_IDS = ("BICFI", "BIC", "CmbndId/BIC", "ClrSysMmbId/MmbId", "ClrSysMmbId/Id")


def read_camt(text: str, file: str, sha256: str) -> tuple[pl.DataFrame, FileReport]:
    """Reads a file of any number of statements, reports or notifications.

    Args:
        text: the decoded file.
        file: its name.
        sha256: its hash.

    Raises:
        TieoutError: NO_ROWS, FILE_DAMAGED, FILE_UNSAFE.
    """
    readers: list[_Reader] = []

    def ended(element: Element, around: Sequence[Element]) -> bool:
        if not around or around[-1].tag not in _STATEMENTS:
            return element.tag in _STATEMENTS
        if not readers or readers[-1].head is not around[-1]:
            readers.append(_Reader(around[-1], file))
        readers[-1].take(element)
        return True

    walk(text, file, ended)
    return reported([reader.finished() for reader in readers], PROFILE, file, sha256)


class _Reader:
    """One statement as its parts end: the account stands first, then balances, then entries."""

    def __init__(self, head: Element, file: str) -> None:
        self.head = head
        self._file = file
        self._statement = Statement()
        self._summary: Element | None = None
        self._days: set[str] = set()
        self._balances: dict[str, tuple[int, str]] = {}

    def take(self, element: Element) -> None:
        """Takes a part that has ended."""
        match element.tag:
            case "Acct":
                self._take_account(element)
            case "Bal":
                self._take_balance(element)
            case "TxsSummry":
                self._summary = element
            case "FrToDt":
                self._take_days(told(element, "FrDtTm"), told(element, "ToDtTm"))
            case "Ntry":
                self._take_entry(element)

    def _take_account(self, account: Element) -> None:
        ids = (e.text or "" for own in children(account, "Id") for e in own.iter())
        self._statement.account = next(filter(None, ids), "")
        self._statement.currency = told(account, "Ccy")
        for bank in children(account, "Svcr/FinInstnId"):
            self._statement.channel = told(bank, *_BANK_IDS) or BANK

    def _take_balance(self, balance: Element) -> None:
        code = told(balance, "Tp/CdOrPrtry/Cd", "Tp/Cd")
        if code in (*_OPENING, *_CLOSING):
            self._take_days(told(balance, "Dt/Dt", "Dt/DtTm"))
        amount, currency = signed(balance)
        if isinstance(amount, int):
            self._balances.setdefault(code, (amount, currency))

    def _take_days(self, *days: str) -> None:
        """The one day that opening and closing are of: entries without a day are of that day."""
        self._days |= {day[:10] for day in days if day}
        self._statement.day = next(iter(self._days)) if len(self._days) == 1 else ""

    def _take_entry(self, entry: Element) -> None:
        statement = self._statement
        if status(entry) in NOT_BOOKED:
            statement.excluded[Left.PENDING.value] += 1
            return
        for row in rows_of(entry, statement, self._file):
            if isinstance(row, Problem):
                statement.rejects.append(row)
            else:
                statement.rows.append(row)

    def finished(self) -> Statement:
        """The statement with its proofs."""
        statement = self._statement
        opening = self._first(_OPENING)
        closing = self._first(_CLOSING)
        moved = {str(row["currency"]) for row in statement.rows}
        if opening and closing and len({opening[1], closing[1], *moved}) == 1:
            statement.opening, statement.closing = opening[0], closing[0]
            statement.currency = opening[1]
        if len(moved) == 1:
            statement.checks += self._summed(moved.pop())
        return statement

    def _first(self, codes: Sequence[str]) -> tuple[int, str] | None:
        return next((self._balances[code] for code in codes if code in self._balances), None)

    def _summed(self, currency: str) -> list[Check]:
        """The summary's sums of credits and of debits, where the bank gives them."""
        amounts = [int(str(row["amount"])) for row in self._statement.rows]
        read = {
            "TtlCdtNtries": sum(a for a in amounts if a > 0),
            "TtlDbtNtries": -sum(a for a in amounts if a < 0),
        }
        checks = []
        for name, total in read.items():
            text = told(self._summary, f"{name}/Sum") if self._summary is not None else ""
            stated = money.to_minor(text, money.exponent(currency))
            if isinstance(stated, int):
                figures = f"file {text}, read {money.to_text(total, currency)}"
                checks.append(Check("total", stated == total, f"{name}: {figures}"))
        return checks
