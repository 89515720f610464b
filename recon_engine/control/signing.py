"""The log of a close and its sign-off: what is signed, by whom it may be, and whether it holds.

The log is all the state there is.  Who has signed is told by its entries, so a sign-off is never
without its place in the log; what the sheet Sign-off shows follows from it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

import polars as pl

from recon_engine.errors import Code, Place, error
from recon_engine.model.kept import DECISIONS, Kept
from recon_engine.model.records import RECORDS
from recon_engine.model.results import Close
from recon_engine.trust.audit import (
    SIGN_PREPARED,
    SIGN_REVIEWED,
    SIGNING,
    WITHDRAW,
    Act,
    Counts,
    Entry,
    entries_of,
    first_broken,
    with_entry,
)
from recon_engine.trust.digest import digest
from recon_engine.trust.roles import Role

# What is signed: the columns of each table that a change must show in.  Of match groups, exceptions
# and the like every figure; words, evidence and places on paper follow from them.
SIGNED: Mapping[str, tuple[str, ...]] = {
    "records": (*RECORDS, "place", "match_id", "part_of"),
    "matches": (
        "match_id", "status", "currency", "left_count", "right_count", "left_amount",
        "right_amount", "difference", "explained",
    ),
    "members": ("match_id", "side", "record_id", "status"),
    "exceptions": ("record_id", "match_id", "currency", "amount", "at_stake", "difference"),
    "receivables": ("record_id", "sold", "refunded", "fees", "expected", "net_expected", "settled",
                    "banked", "outstanding"),
    # Net and difference are the sheet's own formulas over these.
    "payouts": ("payout_id", "gross", "fees", "refunds", "other", "deposited", "status"),
    "decisions": tuple(DECISIONS),
}  # fmt: skip
PARTS = (SIGN_PREPARED, SIGN_REVIEWED)
ROLL_FORWARD = "roll_forward"
_NO_WORK = frozenset({SIGN_REVIEWED, WITHDRAW, ROLL_FORWARD})  # what a reviewer may have done


class SignState(StrEnum):
    """How a sign-off stands; words under workbook.sign_state.*."""

    NONE = "none"
    SIGNED = "signed"
    VOID = "void"  # what was signed is not what stands there
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class SignedBy:
    """One of the two sign-offs.

    Attributes:
        part: SIGN_PREPARED or SIGN_REVIEWED.
        state: how it stands.
        entry: of the log, by which it was given; none where nobody has.
    """

    part: str
    state: SignState
    entry: Entry | None


@dataclass(frozen=True, slots=True)
class Standing:
    """The log and the sign-offs of a workbook.

    Attributes:
        prepared: by whom.
        reviewed: by whom.
        count: entries of the log.
        head: hash of the last one, "" without any.
        broken: the place in the log at which its chain does not hold, 0 where it is whole.
    """

    prepared: SignedBy
    reviewed: SignedBy
    count: int = 0
    head: str = ""
    broken: int = 0

    @property
    def overall(self) -> str:
        """In one word: none | prepared | signed | void."""
        states = (self.prepared.state, self.reviewed.state)
        if SignState.VOID in states:
            return SignState.VOID
        if self.reviewed.state is SignState.SIGNED:
            return SignState.SIGNED
        return "prepared" if self.prepared.state is SignState.SIGNED else SignState.NONE


# ---- what is signed ------------------------------------------------------------------------------


def digest_of(close: Close) -> str:
    """The number of a close's results and decisions; see :func:`digest_of_tables`."""
    tables = {
        "records": close.records, "matches": close.matches, "members": close.members,
        "exceptions": close.exceptions, "receivables": close.receivables,
        "payouts": close.payouts, "decisions": close.kept.decisions,
    }  # fmt: skip
    period = (close.period.start.isoformat(), close.period.end.isoformat())
    return digest_of_tables(tables, close.company, *period)


def digest_of_tables(tables: Mapping[str, pl.DataFrame], company: str, start: str, end: str) -> str:
    """The number of results and decisions, wherever they come from.

    Args:
        tables: those of SIGNED with their columns; one that is not there counts as nothing.
        company: whose close it is.
        start: the period's first day, ISO.
        end: the period's last day, ISO.
    """
    parts = {
        name: _whole(tables[name], keys).select(sorted(set(keys))) for name, keys in SIGNED.items()
    }
    about = pl.DataFrame({"company": [company], "start": [start], "end": [end]})
    return digest({**parts, "about": about})


def _whole(frame: pl.DataFrame, keys: tuple[str, ...]) -> pl.DataFrame:
    """The frame with all columns; a month in which nothing is split has no parts."""
    return frame.with_columns(pl.lit("").alias(key) for key in keys if key not in frame.columns)


def counts_of(close: Close) -> Counts:
    """How much there is of each."""
    return Counts(
        close.records.height, close.matches.height, close.exceptions.height,
        close.kept.decisions.height,
    )  # fmt: skip


# ---- the log -------------------------------------------------------------------------------------


def logged(close: Close, act: Act) -> Close:
    """The close with what was done in its log, if anything came of it.

    Nothing is logged where nobody signs in and no log was begun: then the same files give the same
    workbook, whenever and by whomever it is made.

    Args:
        close: as it is to stand in the workbook.
        act: what made it so.
    """
    if not (act.user or close.kept.audit.height):
        return close
    results = close.results or digest_of(close)
    log, last = close.kept.audit, entries_of(close.kept.audit)[-1:]
    if act.act not in SIGNING and last and last[0].results == results:
        return replace(close, results=results)
    audit = with_entry(log, act, counts_of(close), results)
    return replace(close, kept=replace(close.kept, audit=audit), results=results)


def begun_by(act: Act, before: Close) -> Act:
    """What begins a period's log: what it follows, and where the log before it ended."""
    log = standing(before.kept.audit, before.results)
    told = (before.period.name, f"{log.count} {log.head}" if log.count else "")
    return replace(act, act=ROLL_FORWARD, note=" ".join(part for part in told if part))


def standing_of(close: Close) -> Standing:
    """How the log and the sign-offs of a close stand."""
    if not close.kept.audit.height:
        return standing(close.kept.audit, "")
    return standing(close.kept.audit, close.results or digest_of(close))


def standing(log: pl.DataFrame, results: str) -> Standing:
    """How the log and the sign-offs stand.

    Args:
        log: AUDIT.
        results: the number of what stands in the workbook now.
    """
    entries = entries_of(log)
    broken = first_broken(entries)
    prepared, reviewed = (_signed(entries, part, results, broken) for part in PARTS)
    head = entries[-1].hash if entries else ""
    return Standing(prepared, reviewed, len(entries), head, broken)


def _signed(entries: list[Entry], part: str, results: str, broken: int) -> SignedBy:
    ends = {part, WITHDRAW} if part == SIGN_REVIEWED else {part}
    last = next((entry for entry in reversed(entries) if entry.act in ends), None)
    if last is None:
        return SignedBy(part, SignState.NONE, None)
    if last.act == WITHDRAW:
        return SignedBy(part, SignState.WITHDRAWN, last)
    holds = last.results == results and not broken
    return SignedBy(part, SignState.SIGNED if holds else SignState.VOID, last)


# ---- what may be done ----------------------------------------------------------------------------


def refuse_locked(kept: Kept, file: str = "") -> None:
    """Passes where the reviewer has not signed, or has withdrawn it.

    Raises:
        TieoutError: PERIOD_LOCKED.
    """
    reviewed = standing(kept.audit, "").reviewed
    if reviewed.entry is not None and reviewed.state is not SignState.WITHDRAWN:
        signed = reviewed.entry
        raise error(Code.PERIOD_LOCKED, Place(file), signed.user, at=signed.at)


def may_sign(close: Close, act: Act, file: str = "") -> None:
    """Passes where the person may do this act of signing now.

    Args:
        close: as it stands in the workbook.
        act: one of SIGNING.
        file: the workbook's name, for errors.

    Raises:
        TieoutError: NOT_SIGNED_IN, PERIOD_LOCKED, SIGN_OFF_NOT_PREPARED, SIGN_OFF_OWN_WORK,
            SIGN_OFF_NONE, LOG_BROKEN.
    """
    place, now = Place(file), standing_of(close)
    if not act.user:
        needed = Role.PREPARER if act.act == SIGN_PREPARED else Role.REVIEWER
        raise error(Code.NOT_SIGNED_IN, place, needed=str(needed))
    if now.broken:
        raise error(Code.LOG_BROKEN, place, str(now.broken))
    if act.act == WITHDRAW:
        if now.reviewed.state in (SignState.NONE, SignState.WITHDRAWN):
            raise error(Code.SIGN_OFF_NONE, place)
        return
    refuse_locked(close.kept, file)
    if act.act == SIGN_PREPARED:
        return
    if now.prepared.state is not SignState.SIGNED:
        raise error(Code.SIGN_OFF_NOT_PREPARED, place)
    if worked(close.kept.audit, act):
        raise error(Code.SIGN_OFF_OWN_WORK, place, act.user)


def worked(log: pl.DataFrame, act: Act) -> bool:
    """Whether a person has a hand in what he would review.

    What was done before anybody signed in is told by the machine's logon name.
    """
    return any(
        entry.user == act.user or (not entry.user and entry.os_user == act.os_user)
        for entry in entries_of(log)
        if entry.act not in _NO_WORK
    )
