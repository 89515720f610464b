"""What each step hands to the next: the frames' columns and the close as a whole."""

from dataclasses import dataclass, field
from datetime import date

import polars as pl

from recon_engine.errors import Problem
from recon_engine.model.books import Books
from recon_engine.model.goods import Goods
from recon_engine.model.kept import OUTCOMES, Kept
from recon_engine.model.policy import Policy
from recon_engine.model.records import empty_records


@dataclass(frozen=True, slots=True)
class Total:
    """A control total of one currency: how many records and their sum in minor units."""

    count: int
    sum: int


@dataclass(frozen=True, slots=True)
class Check:
    """A proof that was tried on a file: its code, whether it held, and the figures."""

    code: str
    ok: bool
    detail: str


@dataclass(frozen=True, slots=True)
class StatedBalance:
    """What a statement says its account held before and after, minor units."""

    account: str
    currency: str
    opening: int
    closing: int


@dataclass(frozen=True, slots=True)
class FileReport:
    """What became of one file (or one sheet of it).

    ``rows = records' source rows + excluded + len(rejects)`` always holds.
    """

    file: str
    sha256: str
    profile: str
    kind: str
    rows: int
    records: int
    excluded: int
    rejects: tuple[Problem, ...]
    totals: dict[str, Total]
    checks: tuple[Check, ...]
    notes: tuple[Problem, ...] = ()  # worth saying, nothing lost
    balances: tuple[StatedBalance, ...] = ()


@dataclass(frozen=True, slots=True)
class ColumnGuess:
    """What a column of an unknown layout seems to be.

    Attributes:
        column: its caption as the file writes it, "column 3" where there is no header.
        role: "" where nothing says what it is.
        confidence: of 100.
        evidence: codes and figures, ``name=…``, ``days=9/9``; words under intake.evidence.*.
    """

    column: str
    role: str
    confidence: int
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """How an unknown sheet might be read, for a person to confirm."""

    file: str
    sheet: str
    kind: str
    header: bool
    columns: tuple[ColumnGuess, ...]


@dataclass(frozen=True, slots=True)
class Intake:
    """All that was read: records (see model.records), a report for each file, what was refused."""

    records: pl.DataFrame
    files: tuple[FileReport, ...]
    problems: tuple[Problem, ...] = ()  # files that could not be read at all
    proposals: tuple[Proposal, ...] = ()  # of those whose layout has to be asked


# What the matcher sees of either side: one row an item, whatever it stands for.
ITEMS: dict[str, pl.DataType] = {
    "id": pl.String(),  # unique within its side
    "date": pl.Date(),
    "amount": pl.Int64(),  # minor units, signed
    "currency": pl.String(),
    "reference": pl.String(),  # exact ids, joined by records.REFERENCE_SEPARATOR
    "group": pl.String(),  # payout id or batch
    "text": pl.String(),
    "party": pl.String(),
    "channel": pl.String(),
}

# One row a match group.  Amounts in minor units of the group's currency.
MATCHES: dict[str, pl.DataType] = {
    "match_id": pl.String(),
    "reconciliation": pl.String(),  # orders_settlement, payouts_bank …
    "rule": pl.String(),  # the pass that made it; words under match.rule.*
    "status": pl.String(),  # confirmed | proposed
    "currency": pl.String(),
    "left_count": pl.Int64(),
    "right_count": pl.Int64(),
    "left_amount": pl.Int64(),
    "right_amount": pl.Int64(),
    "difference": pl.Int64(),  # left_amount - right_amount, always
    "explained": pl.Int64(),  # the part of the difference that a named rule explains
    "evidence": pl.String(),  # codes and figures, "ref=1;days=2"; words under match.evidence.*
}

# One row a member of a group.
MEMBERS: dict[str, pl.DataType] = {
    "match_id": pl.String(),
    "side": pl.String(),  # left | right
    "record_id": pl.String(),  # of a record, or a payout_id where the side is payouts
    # confirmed | proposed: the group's, but for members of a confirmed group whose own place in it
    # is in doubt
    "status": pl.String(),
}

# One row a payout: the lines the platform paid out together, and their net.
PAYOUTS: dict[str, pl.DataType] = {
    "payout_id": pl.String(),  # unique: channel, account and the platform's own id or date
    "group": pl.String(),  # the platform's own id, as on the lines
    "channel": pl.String(),
    "account": pl.String(),
    "currency": pl.String(),
    "date": pl.Date(),  # the day the platform says it paid
    "lines": pl.Int64(),
    "gross": pl.Int64(),
    "fees": pl.Int64(),
    "refunds": pl.Int64(),
    "other": pl.Int64(),
    "net": pl.Int64(),  # gross + fees + refunds + other
    "deposited": pl.Int64(),  # what bank lines matched to it bring
    "difference": pl.Int64(),  # net - deposited
    "status": pl.String(),  # matched | proposed | open | not_due
    "match_id": pl.String(),
}

# A record's one place in the close; the last two are no items of it: set aside, and a price list.
PLACES = ("cleared", "written_off", "open", "excluded", "reference")
NO_ITEMS = ("excluded", "reference")

# One row an open or differing item.
EXCEPTIONS: dict[str, pl.DataType] = {
    "exception_id": pl.String(),
    "code": pl.String(),  # words under reasons.<code>.*
    "record_id": pl.String(),  # of the record or payout it is about
    "kind": pl.String(),  # its kind, or "payout"
    "date": pl.Date(),
    "channel": pl.String(),
    "reference": pl.String(),
    "party": pl.String(),
    "text": pl.String(),
    "currency": pl.String(),
    "amount": pl.Int64(),  # of the item
    "at_stake": pl.Int64(),  # unsigned money the exception is about
    "age_days": pl.Int64(),
    "match_id": pl.String(),  # the proposal, "" when none
    "candidate": pl.String(),  # record ids of the best candidate, joined by " "
    "candidate_date": pl.Date(),
    "candidate_amount": pl.Int64(),
    "difference": pl.Int64(),
    "evidence": pl.String(),
    "alternatives": pl.Int64(),  # how many other open records bring the same amount in time
    "alternative_ids": pl.String(),  # the nearest of them, joined by " "
    "certainty": pl.Int64(),  # percent: that the proposal is right; 0 when there is none
    "handled": pl.String(),  # carry_forward | comment, "" when nobody looked
    "handled_note": pl.String(),
    "handled_owner": pl.String(),  # who took it, else the owner of the settings
}

# One row an entry proposed for the books: what was written off, and against which account.
ADJUSTMENTS: dict[str, pl.DataType] = {
    "decision_id": pl.String(),
    "record_id": pl.String(),  # the record, part or payout that was let go
    "kind": pl.String(),
    "date": pl.Date(),
    "channel": pl.String(),
    "reference": pl.String(),
    "currency": pl.String(),
    "amount": pl.Int64(),  # signed, as it stood on the record
    "debit": pl.String(),  # words under report.ledger.*
    "credit": pl.String(),
    "note": pl.String(),
    "user": pl.String(),
    "decided_at": pl.String(),
}

# One row a term of a payout; the terms but the last add up to the net, the net to the last.
TERMS: dict[str, pl.DataType] = {
    "payout_id": pl.String(),
    "position": pl.Int64(),  # order of the terms
    "term": pl.String(),  # words under report.term.*: sales, refunds, commission … net, bank
    "currency": pl.String(),
    "amount": pl.Int64(),  # signed
    "count": pl.Int64(),  # how many lines, or bank lines, it adds up
    "residual": pl.Int64(),  # net: net - all terms, always 0; bank: net - bank; else 0
}

# One row an order and fee type (or sale, refund …): what its settlement lines say, signed.
ORDER_TERMS: dict[str, pl.DataType] = {
    "record_id": pl.String(),  # of the order
    "term": pl.String(),
    "currency": pl.String(),
    "amount": pl.Int64(),
    "count": pl.Int64(),
}

# One row a statement of an account whose balances are known.
BALANCES: dict[str, pl.DataType] = {
    "account": pl.String(),
    "channel": pl.String(),
    "source_file": pl.String(),
    "source_sheet": pl.String(),
    "currency": pl.String(),
    "first": pl.Date(),
    "last": pl.Date(),
    "opening": pl.Int64(),
    "movements": pl.Int64(),
    "closing": pl.Int64(),
    "difference": pl.Int64(),  # opening + movements - closing
}

# One row an item that a person looked at without changing it: carried forward, commented.
HANDLED: dict[str, pl.DataType] = {
    "record_id": pl.String(),
    "action": pl.String(),  # carry_forward | comment
    "decision_id": pl.String(),
    "note": pl.String(),
    "owner": pl.String(),
}

# One row a kind and currency: opening + new - cleared - written_off = open.
IDENTITY: dict[str, pl.DataType] = {
    "kind": pl.String(),
    "currency": pl.String(),
    "opening_count": pl.Int64(),
    "opening": pl.Int64(),
    "new_count": pl.Int64(),
    "new": pl.Int64(),
    "cleared_count": pl.Int64(),
    "cleared": pl.Int64(),
    "written_off_count": pl.Int64(),
    "written_off": pl.Int64(),
    "open_count": pl.Int64(),
    "open": pl.Int64(),
    "difference": pl.Int64(),
}

# One row an order (or, without orders, nothing).  What it was to bring and what it brought.
RECEIVABLES: dict[str, pl.DataType] = {
    "record_id": pl.String(),
    "date": pl.Date(),
    "channel": pl.String(),
    "account": pl.String(),
    "reference": pl.String(),
    "party": pl.String(),
    "currency": pl.String(),
    "sold": pl.Int64(),  # the order's amount
    "refunded": pl.Int64(),  # refund lines, signed (negative)
    "fees": pl.Int64(),  # fee lines, signed (negative)
    "expected": pl.Int64(),  # sold + refunded: what is to be settled before fees
    "net_expected": pl.Int64(),  # expected + fees: what is to reach the account
    "settled": pl.Int64(),  # settled on the platform's account (sale and refund lines) or banked
    "banked": pl.Int64(),  # the part whose payout or transfer is proved at the bank
    "outstanding": pl.Int64(),  # expected - settled
    "due": pl.Date(),
    "overdue_days": pl.Int64(),  # 0 when not yet due or nothing outstanding
    "bucket": pl.String(),  # settled | current | 1-30 | 31-60 | 61-90 | over-90
    "status": pl.String(),  # settled | part_settled | over_settled | unpaid | cancelled
    "match_id": pl.String(),
}


@dataclass(frozen=True, slots=True)
class Period:
    """The days a close is for, both included."""

    start: date
    end: date

    @property
    def name(self) -> str:
        """``2026-10`` for a whole calendar month, else ``2026-10-03/2026-11-02``."""
        if self.start.day == 1 and (self.start.year, self.start.month) == (
            self.end.year,
            self.end.month,
        ):
            return f"{self.start:%Y-%m}"
        return f"{self.start:%Y-%m-%d}/{self.end:%Y-%m-%d}"


NO_PERIOD = Period(date(2000, 1, 1), date(2000, 1, 1))  # of a workbook that nothing was read into


@dataclass(frozen=True, slots=True)
class Close:
    """A finished close: everything the workbook, the PDF and the JSON report show."""

    period: Period
    as_of: date  # the day that due and overdue are counted on: the last day of the period
    company: str
    policy: Policy
    files: tuple[FileReport, ...]
    problems: tuple[Problem, ...]
    # RECORDS + "place" (PLACES), "match_id", "payout_id", "part_of" (the record this is a part of,
    # or ""), "carried" (whether it came from an earlier period)
    records: pl.DataFrame
    payouts: pl.DataFrame  # PAYOUTS
    matches: pl.DataFrame  # MATCHES
    members: pl.DataFrame  # MEMBERS
    exceptions: pl.DataFrame  # EXCEPTIONS
    receivables: pl.DataFrame  # RECEIVABLES
    identity: pl.DataFrame  # IDENTITY, a row per kind and currency
    log: tuple["Step", ...] = field(default=())
    kept: Kept = field(default_factory=Kept)  # as given, and the rules that the data proposes
    outcomes: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=OUTCOMES))
    adjustments: pl.DataFrame = field(default_factory=lambda: empty(ADJUSTMENTS))
    terms: pl.DataFrame = field(default_factory=lambda: empty(TERMS))
    order_terms: pl.DataFrame = field(default_factory=lambda: empty(ORDER_TERMS))
    balances: pl.DataFrame = field(default_factory=lambda: empty(BALANCES))
    handled: pl.DataFrame = field(default_factory=lambda: empty(HANDLED))
    originals: pl.DataFrame = field(default_factory=empty_records)  # as read, where changed since
    results: str = ""  # control.signing.digest_of all this; "" where no log is kept
    goods: Goods = field(default_factory=Goods)  # parcels, bills and returns, compared
    books: Books = field(default_factory=Books)  # postings and movements, compared


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the run log: which step, what it took in and gave out.  No clock: same bytes."""

    step: str  # words under report.step.*
    count_in: int
    count_out: int
    detail: str = ""


def empty(schema: dict[str, pl.DataType]) -> pl.DataFrame:
    """A frame of no rows with the given columns."""
    return pl.DataFrame(schema=schema)
