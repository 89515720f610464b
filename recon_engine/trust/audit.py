"""The audit log: who did what and when, each entry hashed with the one before.

Only added to.  An entry that was changed, put in, left out or moved no longer fits the one before
it, and the first that does not is named.  A tail that was cut off shows where the last hash and the
count are repeated.  A seal is made with the person's key: who rewrites the whole log can make its
hashes anew, but not the seals without the users file.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace

import polars as pl

# One row an entry, in order.
AUDIT: dict[str, pl.DataType] = {
    "entry": pl.Int64(),  # 1, 2, 3 …
    "at": pl.String(),  # ISO 8601 with offset; given by the caller, never a clock's
    "user": pl.String(),  # who had signed in, "" where nobody needs to
    "role": pl.String(),
    "os_user": pl.String(),  # the logon name of the machine, as evidence beside
    "act": pl.String(),  # what was done: an action of the ribbon, or close
    "records": pl.Int64(),  # how many there are after it
    "matches": pl.Int64(),
    "exceptions": pl.Int64(),
    "decisions": pl.Int64(),
    "note": pl.String(),
    "results": pl.String(),  # digest of results and decisions after it
    "seal": pl.String(),  # HMAC with the person's key, "" where nobody had signed in
    "hash": pl.String(),  # of all that stands before it and of the entry before
}
SIGN_PREPARED, SIGN_REVIEWED, WITHDRAW = "sign_prepared", "sign_reviewed", "withdraw_sign_off"
SIGNING = frozenset({SIGN_PREPARED, SIGN_REVIEWED, WITHDRAW})


@dataclass(frozen=True, slots=True)
class Act:
    """Something that a person does to a workbook.

    Attributes:
        act: what.
        at: when, ISO 8601 with offset.
        user: who has signed in, "" where nobody needs to.
        role: in which role.
        os_user: the logon name of the machine.
        key: of the person, hexadecimal; "" where nobody has signed in.
        note: what else is worth keeping.
    """

    act: str
    at: str
    user: str = ""
    role: str = ""
    os_user: str = ""
    key: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many of each there are."""

    records: int = 0
    matches: int = 0
    exceptions: int = 0
    decisions: int = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log; see AUDIT."""

    entry: int
    at: str
    user: str
    role: str
    os_user: str
    act: str
    records: int
    matches: int
    exceptions: int
    decisions: int
    note: str
    results: str
    seal: str = ""
    hash: str = ""


def entries_of(log: pl.DataFrame) -> list[Entry]:
    """The entries of a log by their numbers; what a sheet lost is nothing."""
    known = log.select(list(AUDIT)).with_columns(
        pl.col(pl.String).fill_null(""), pl.col(pl.Int64).fill_null(0)
    )
    return sorted((Entry(**row) for row in known.iter_rows(named=True)), key=lambda e: e.entry)


def with_entry(log: pl.DataFrame, act: Act, counts: Counts, results: str) -> pl.DataFrame:
    """The log with one entry more.

    Args:
        log: AUDIT so far.
        act: what was done, by whom.
        counts: after it.
        results: digest of results and decisions after it.
    """
    entries = entries_of(log)
    last = entries[-1] if entries else None
    before = last.hash if last else ""
    made = Entry(
        entry=last.entry + 1 if last else 1, at=act.at, user=act.user, role=act.role,
        os_user=act.os_user, act=act.act, **asdict(counts), note=act.note, results=results,
    )  # fmt: skip
    sealed = replace(made, seal=seal(made, before, act.key) if act.key else "")
    whole = replace(sealed, hash=hash_of(sealed, before))
    return pl.concat([log, pl.DataFrame([asdict(whole)], schema=AUDIT)])


def _said(entry: Entry, *left_out: str) -> str:
    told = [value for key, value in asdict(entry).items() if key not in left_out]
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def hash_of(entry: Entry, before: str) -> str:
    """What the entry's hash must be after an entry of the hash ``before``."""
    return hashlib.sha256(f"{before}\n{_said(entry, 'hash')}".encode()).hexdigest()


def seal(entry: Entry, before: str, key: str) -> str:
    """What the entry's seal must be with the key of its person."""
    said = f"tieout seal\n{before}\n{_said(entry, 'hash', 'seal')}"
    return hmac.new(bytes.fromhex(key), said.encode(), hashlib.sha256).hexdigest()


def first_broken(entries: Sequence[Entry]) -> int:
    """The number of the place, from 1, at which the chain does not hold; 0 where it is whole."""
    before = ""
    for place, entry in enumerate(entries, 1):
        if entry.entry != place or entry.hash != hash_of(entry, before):
            return place
        before = entry.hash
    return 0


def unsealed(entries: Sequence[Entry], keys: Mapping[str, str]) -> list[tuple[Entry, bool]]:
    """Entries whose seal is not that of their person, and whether the person is known at all.

    Args:
        entries: of a chain that holds.
        keys: everybody's key by name.
    """
    found, before = [], ""
    for entry in entries:
        key = keys.get(entry.user, "")
        if entry.user and (
            not key or not hmac.compare_digest(seal(entry, before, key), entry.seal)
        ):
            found.append((entry, bool(key)))
        before = entry.hash
    return found


def head_of(entries: Sequence[Entry]) -> tuple[int, str]:
    """How many entries there are, and the hash of the last: what is repeated elsewhere."""
    return (len(entries), entries[-1].hash) if entries else (0, "")
