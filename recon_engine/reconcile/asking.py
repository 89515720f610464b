"""One typed row as what it asks for: the action, the records it is about, what stands beside it.

Nothing is decided here and nothing raises: a row that asks for something that cannot be is told,
at the cell that says so.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from recon_engine.errors import Code, Place, Problem
from recon_engine.model.goods import GOODS_KINDS
from recon_engine.model.kept import Action
from recon_engine.model.money import to_text
from recon_engine.model.policy import Policy
from recon_engine.reconcile.link import Link
from recon_engine.reconcile.named import Known, tokens
from recon_engine.reconcile.pinning import PAYOUT, items_of, links
from recon_engine.reconcile.standing import Decision
from recon_engine.reconcile.values import (
    amounts,
    amounts_text,
    changes_text,
    reclassified,
    split_amounts,
)

# What is done once and leaves nothing to do the same to.
_ONCE = (Action.EXCLUDE, Action.WRITE_OFF, Action.UNMATCH, Action.SPLIT)
DECISION, WITH = "decision", "match_with"  # columns a problem can be told at
_NUMBER = re.compile(r"^D-\d+$")
_BY = re.compile(r"(?:^|;)by=(D-\d+)")


@dataclass(frozen=True, slots=True)
class Typed:
    """A row of TYPED without nulls."""

    table: str
    row: int
    record_id: str
    match_id: str
    decision: str
    match_with: str
    note: str
    owner: str

    def told(self, code: Code, value: str, column: str = DECISION, **params: Any) -> Problem:
        """A problem at one of the row's cells."""
        place = Place(sheet=self.table, row=self.row, column=column)
        return Problem(code, place, value, MappingProxyType(params))


@dataclass(frozen=True, slots=True)
class Ask:
    """What a typed row asks for, as far as it can be done."""

    typed: Typed
    action: Action
    records: tuple[str, ...]
    match_id: str = ""
    value: str = ""
    currency: str = ""
    amount: int | None = None
    also: tuple[Typed, ...] = ()  # further rows that ask for the same thing together


@dataclass(frozen=True)
class Desired:
    """What rows are read against.

    Attributes:
        known: everything a name can mean.
        standing: the decisions that hold already.
        undos: the ids of those that take one back and hold.
        policy: fee rules.
        limit: the most that may be written off, minor units.
    """

    known: Known
    standing: tuple[Decision, ...]
    policy: Policy
    limit: int
    undos: frozenset[str] = frozenset()


def action_of(typed: Typed) -> Action | Problem:
    """The action a cell names; a row with only a note or an owner is a comment."""
    word = re.sub(r"[\s_-]+", "_", unicodedata.normalize("NFKC", typed.decision).strip().lower())
    if not word:
        missing = typed.match_with != ""
        return typed.told(Code.DECISION_MISSING, typed.match_with) if missing else Action.COMMENT
    known = {action.value: action for action in Action}
    return known.get(word) or typed.told(Code.DECISION_UNKNOWN, typed.decision)


def ask(typed: Typed, action: Action, desired: Desired) -> Ask | Problem:
    """What a row asks for; rows that match records are put together first, by :func:`sets`."""
    known = desired.known
    if typed.record_id and typed.record_id not in known.rows and action != Action.UNDO:
        return typed.told(Code.DECISION_RECORD_UNKNOWN, typed.record_id)
    if typed.match_id and typed.match_id not in known.matches and not typed.record_id:
        return typed.told(Code.DECISION_RECORD_UNKNOWN, typed.match_id)
    return _ASKING[action](typed, desired)


def said(typed: Typed, action: Action, desired: Desired) -> bool:
    """Whether the cell only still shows what was taken up before."""
    if action not in _ONCE:
        return False
    about = {typed.record_id} if typed.record_id else {*own(typed, desired.known)}
    same = [d for d in desired.standing if d.action == action and about and about <= {*d.records}]
    if action != Action.SPLIT:
        return bool(same)
    return any(
        amounts(typed.match_with, "CNY") == amounts(decision.value, "CNY") for decision in same
    )


def own(typed: Typed, known: Known) -> tuple[str, ...]:
    """The records a row is about: its own, or those of its match."""
    if typed.record_id:
        return (typed.record_id,) if typed.record_id in known.rows else ()
    return known.members.get(typed.match_id, ())


def match_of(typed: Typed, known: Known, *, status: str = "") -> str:
    """The match a row is about, of that status if one is asked for; "" when none."""
    of_row = (typed.match_id,) if typed.match_id in known.matches else ()
    every = [*of_row, *known.of_record.get(typed.record_id, ())]
    wanted = [m for m in every if not status or known.matches[m]["status"] == status]
    return wanted[0] if wanted else ""


def decided_by(match_id: str, known: Known) -> str:
    """The decision that made a match, "" when none did."""
    match = known.matches.get(match_id)
    found = _BY.search(match["evidence"]) if match and match["rule"] == "decision" else None
    return found[1] if found else ""


def _accept(typed: Typed, desired: Desired) -> Ask | Problem:
    known = desired.known
    match_id = match_of(typed, known, status="proposed")
    if not match_id:
        decided = match_of(typed, known)
        if decided_by(decided, known):  # accepted already; the cell still says so
            return Ask(typed, Action.ACCEPT, known.members[decided], decided)
        return typed.told(Code.DECISION_NOTHING_THERE, typed.decision)
    records = known.members[match_id]
    found = _links(records, desired)
    if isinstance(found, Code):
        return typed.told(found, match_id)
    return Ask(typed, Action.ACCEPT, records, match_id)


def _links(records: tuple[str, ...], desired: Desired) -> tuple[Link, ...] | Code:
    """The links that these records would make."""
    rows = [desired.known.rows[name] for name in records]
    paid = {row["payout_id"] for row in rows} - {"", None}
    payouts = items_of([desired.known.rows[n] for n in sorted(paid)], desired.policy)
    return links(items_of(rows, desired.policy), {item.record_id: item for item in payouts})


def match(records: tuple[str, ...], rows: tuple[Typed, ...], desired: Desired) -> Ask | Problem:
    """A match of records that one row, or several with the same mark, put together."""
    found = _links(records, desired)
    first = rows[0]
    if isinstance(found, Code):
        return first.told(found, ", ".join(records), WITH)
    off = sum(link.rest for link in found)
    if any(link.rest for link in found):
        currency = desired.known.rows[records[0]]["currency"]
        shown = f"{to_text(off, currency)} {currency}"
        return first.told(Code.DECISION_SUMS_DIFFER, shown, WITH)
    return Ask(first, Action.MATCH, records, also=rows[1:])


def _unmatch(typed: Typed, desired: Desired) -> Ask | Problem:
    """A match that a person made is taken back; of another its pairs are banned."""
    match_id = match_of(typed, desired.known)
    if not match_id:
        return typed.told(Code.DECISION_NOTHING_THERE, typed.decision)
    by = decided_by(match_id, desired.known)
    records = desired.known.members[match_id]
    if by:
        return Ask(typed, Action.UNDO, records, match_id, by)
    return Ask(typed, Action.UNMATCH, records, match_id)


def _split(typed: Typed, desired: Desired) -> Ask | Problem:
    row = desired.known.rows.get(typed.record_id)
    if row is None or row["kind"] == PAYOUT:
        return typed.told(Code.DECISION_NOT_FOR_ITEM, typed.record_id or typed.match_id)
    if holder := _held(typed.record_id, desired.known):
        return typed.told(Code.DECISION_HELD, f"{typed.record_id} ({holder})")
    parts = split_amounts(typed.match_with, row["amount"], row["currency"])
    if isinstance(parts, Code):
        return typed.told(parts, typed.match_with, WITH)
    value = amounts_text(parts, row["currency"])
    return Ask(typed, Action.SPLIT, (typed.record_id,), value=value)


def resolved(typed: Typed, known: Known) -> tuple[str, ...] | Problem:
    """The records that a row's ``match_with`` names."""
    found: list[str] = []
    for name in tokens(typed.match_with):
        meant = known.meant(name, own(typed, known))
        if isinstance(meant, Code):
            said = ", ".join(known.by_reference.get(name, ())[:5])
            return typed.told(meant, name, WITH, ids=said)
        found += meant
    return tuple(found)


def _write_off(typed: Typed, desired: Desired) -> Ask | Problem:
    known = desired.known
    named = resolved(typed, known)
    if isinstance(named, Problem):
        return named
    proposed = match_of(typed, known, status="proposed")
    records = {*own(typed, known), *named}
    if not named and proposed and not _only_numbers(proposed, known):
        records |= {*known.members[proposed]}
    if len(records) == 1:
        row = known.rows[min(records)]
        amount = row["amount"] if row["place"] == "open" else 0
    else:
        found = _links(tuple(sorted(records)), desired)
        if isinstance(found, Code):
            return typed.told(found, ", ".join(sorted(records)), WITH)
        amount = sum(link.left_over[1] for link in found)
    return _within(typed, tuple(sorted(records)), amount, desired)


def _only_numbers(match_id: str, known: Known) -> bool:
    """Whether nothing of a proposal's money differs, and its goods only seem to belong together.

    What is let go then is the record itself, not a difference.
    """
    rows = [known.rows[name] for name in known.members[match_id]]
    goods = {str(kind) for kind in GOODS_KINDS}
    return not known.matches[match_id]["difference"] and {row["kind"] for row in rows} <= goods


def _within(typed: Typed, records: tuple[str, ...], amount: int, desired: Desired) -> Ask | Problem:
    """A write-off of this amount, if there is any and the role may."""
    if not amount:
        return typed.told(Code.DECISION_NOTHING_THERE, typed.decision)
    currency = desired.known.rows[records[0]]["currency"]
    if abs(amount) > desired.limit:
        limit = to_text(desired.limit, currency)
        return typed.told(Code.DECISION_OVER_LIMIT, to_text(amount, currency), limit=limit)
    return Ask(typed, Action.WRITE_OFF, records, "", typed.note, currency, amount)


def _exclude(typed: Typed, desired: Desired) -> Ask | Problem:
    if not typed.record_id:
        return typed.told(Code.DECISION_NOT_FOR_ITEM, typed.match_id)
    if holder := _held(typed.record_id, desired.known):
        return typed.told(Code.DECISION_HELD, f"{typed.record_id} ({holder})")
    return Ask(typed, Action.EXCLUDE, (typed.record_id,))


def _held(record_id: str, known: Known) -> str:
    """The decision that put this record, or its payout, into a match; "" when none did."""
    payout = known.rows[record_id].get("payout_id") or ""
    matches = [*known.of_record.get(record_id, ()), *known.of_record.get(payout, ())]
    return next((by for m in matches if (by := decided_by(m, known))), "")


def _reclassify(typed: Typed, desired: Desired) -> Ask | Problem:
    row = desired.known.rows.get(typed.record_id)
    if row is None or row["kind"] == PAYOUT:
        return typed.told(Code.DECISION_NOT_FOR_ITEM, typed.record_id or typed.match_id)
    if holder := _held(typed.record_id, desired.known):
        return typed.told(Code.DECISION_HELD, f"{typed.record_id} ({holder})")
    changes = reclassified(typed.match_with)
    if isinstance(changes, Code):
        return typed.told(changes, typed.match_with, WITH)
    return Ask(typed, Action.RECLASSIFY, (typed.record_id,), value=changes_text(changes))


def _look(action: Action) -> Callable[[Typed, Desired], Ask | Problem]:
    """Carry forward or comment: nothing changes but that somebody looked."""

    def asked(typed: Typed, desired: Desired) -> Ask | Problem:
        records = own(typed, desired.known)
        if not records:
            return typed.told(Code.DECISION_RECORD_UNKNOWN, typed.match_id or typed.record_id)
        return Ask(typed, action, records)

    return asked


def _undo(typed: Typed, desired: Desired) -> Ask | Problem:
    """The decision named beside it, or the last one about the row's record."""
    hold = {decision.decision_id: decision for decision in desired.standing}
    typed_ids = [n for n in tokens(f"{typed.match_with} {typed.record_id}") if _NUMBER.match(n)]
    about = {*own(typed, desired.known)} or {typed.record_id}
    last = [d.decision_id for d in desired.standing if about.intersection(d.records)]
    wanted = typed_ids[0] if typed_ids else (last[-1] if last else "")
    if wanted in desired.undos:
        return Ask(typed, Action.UNDO, (wanted,), "", wanted)
    if wanted not in hold:
        return typed.told(Code.DECISION_NOTHING_THERE, wanted or typed.decision)
    return Ask(typed, Action.UNDO, hold[wanted].records, hold[wanted].match_id, wanted)


def _match_alone(typed: Typed, desired: Desired) -> Ask | Problem:
    """A row that matches what it names; see :func:`match` for several rows together."""
    named = resolved(typed, desired.known)
    if isinstance(named, Problem):
        return named
    records = tuple(sorted({*own(typed, desired.known), *named}))
    return match(records, (typed,), desired)


_ASKING: Mapping[Action, Callable[[Typed, Desired], Ask | Problem]] = {
    Action.ACCEPT: _accept,
    Action.MATCH: _match_alone,
    Action.UNMATCH: _unmatch,
    Action.SPLIT: _split,
    Action.WRITE_OFF: _write_off,
    Action.CARRY_FORWARD: _look(Action.CARRY_FORWARD),
    Action.EXCLUDE: _exclude,
    Action.RECLASSIFY: _reclassify,
    Action.COMMENT: _look(Action.COMMENT),
    Action.UNDO: _undo,
}
