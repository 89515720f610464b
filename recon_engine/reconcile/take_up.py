"""What a person typed becomes decisions: appended, each with who, when and what it is about.

Typed by hand, so anything may stand there.  What cannot be done is told at its cell and the rest is
taken up.  Before a new decision is kept it is replayed on the records as they were read: what would
not hold there is told as well.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import polars as pl

from recon_engine.errors import Code, Problem
from recon_engine.model.kept import DECISIONS, ID_SEPARATOR, TYPED, Action, Kept
from recon_engine.model.policy import Policy
from recon_engine.model.results import Close
from recon_engine.reconcile import asking
from recon_engine.reconcile.asking import Ask, Desired, Typed, action_of, resolved
from recon_engine.reconcile.desk import as_read
from recon_engine.reconcile.named import Known, tokens
from recon_engine.reconcile.replay import replay
from recon_engine.reconcile.rules import applied
from recon_engine.reconcile.standing import Decision, fingerprint, read, standing

VIEWER = "viewer"
_QUIET = (Action.COMMENT, Action.CARRY_FORWARD)  # change nothing, so never contradict


@dataclass(frozen=True, slots=True)
class Actor:
    """Who decides.

    Attributes:
        user: name.
        role: preparer, reviewer, administrator or viewer, who decides nothing.
        limit_minor: the most this role may write off; the policy's limit if not given.
    """

    user: str = ""
    role: str = "preparer"
    limit_minor: int | None = None


@dataclass(frozen=True, slots=True)
class TakenUp:
    """What was kept before with the new decisions, and what could not be taken up."""

    kept: Kept
    problems: tuple[Problem, ...]


def take_up(typed: pl.DataFrame, closed: Close, by: Actor, at: str) -> TakenUp:
    """Turns what a person typed into decisions.

    Args:
        typed: TYPED.
        closed: the close whose workbook was typed into.
        by: who, in which role, with which limit.
        at: when, ISO 8601 with offset.
    """
    rows = _rows(typed)
    if by.role == VIEWER:
        told = [row.told(Code.DECISION_ROLE, by.role) for row in rows]
        return TakenUp(closed.kept, tuple(told))
    given = read(closed.kept.decisions)
    hold, undone = standing(given)
    undos = frozenset(
        d.decision_id for d in given if d.action == Action.UNDO and d.decision_id not in undone
    )
    limit = closed.policy.write_off.limit_minor if by.limit_minor is None else by.limit_minor
    policy = applied(closed.kept.rules, closed.policy).policy
    desired = Desired(Known(closed), hold, policy, limit, undos)
    asks, problems = _asked(rows, desired)
    asks, twice = _agreeing(asks)
    new = _numbered(_unsaid(asks, hold), desired.known, given, by, at)
    kept, refused = _holding(new, closed, policy)
    told = sorted([*problems, *twice, *refused], key=lambda p: (p.place, p.code, p.value))
    return TakenUp(kept, tuple(told))


def accept_all(closed: Close, certainty_percent: int) -> pl.DataFrame:
    """TYPED rows that accept every proposal of at least this certainty.

    Args:
        closed: the close.
        certainty_percent: see :func:`recon_engine.reconcile.rivals.certainty`.
    """
    sure = closed.exceptions.filter(
        (pl.col("match_id") != "") & (pl.col("certainty") >= certainty_percent)
    )
    ids = sure["match_id"].unique().sort().to_list()
    rows = [("Matches", n, "", match_id, "accept", "", "", "") for n, match_id in enumerate(ids, 1)]
    return pl.DataFrame(rows, schema=TYPED, orient="row")


def _rows(typed: pl.DataFrame) -> list[Typed]:
    """The rows with something in them, in an order that does not depend on the frame's."""
    texts = typed.select(list(TYPED)).with_columns(
        pl.col(pl.String).fill_null("").str.strip_chars(), pl.col("row").fill_null(0)
    )
    rows = [Typed(**row) for row in texts.iter_rows(named=True)]
    filled = [row for row in rows if row.decision or row.match_with or row.note or row.owner]
    return sorted(filled, key=lambda row: (row.table, row.row, row.record_id, row.match_id))


def _asked(rows: Iterable[Typed], desired: Desired) -> tuple[list[Ask], list[Problem]]:
    asks: list[Ask] = []
    problems: list[Problem] = []
    matching: list[Typed] = []
    for row in rows:
        action = action_of(row)
        if action == Action.MATCH:
            matching.append(row)
            continue
        if isinstance(action, Problem):
            problems.append(action)
            continue
        if asking.said(row, action, desired):
            continue
        found = asking.ask(row, action, desired)
        (problems if isinstance(found, Problem) else asks).append(found)  # type: ignore[arg-type]
    for found in _matched(matching, desired):
        (problems if isinstance(found, Problem) else asks).append(found)  # type: ignore[arg-type]
    return asks, problems


def _matched(rows: Sequence[Typed], desired: Desired) -> Iterator[Ask | Problem]:
    """Rows that match records, put together where they name the same record or carry one mark."""
    sets: list[tuple[set[str], list[Typed]]] = []
    marks = _marks(rows, desired.known)
    for row in rows:
        if row.record_id and row.record_id not in desired.known.rows:
            yield row.told(Code.DECISION_RECORD_UNKNOWN, row.record_id)
            continue
        named = (
            (f"\0{row.match_with}",) if row.match_with in marks else resolved(row, desired.known)
        )
        if isinstance(named, Problem):
            yield named
            continue
        ours, us = {*asking.own(row, desired.known), *named}, [row]
        for other in [each for each in sets if each[0] & ours]:
            sets.remove(other)
            ours, us = ours | other[0], [*other[1], *us]
        sets.append((ours, us))
    for records, us in sets:
        plain = tuple(sorted(name for name in records if not name.startswith("\0")))
        yield asking.match(plain, tuple(us), desired)


def _marks(rows: Sequence[Typed], known: Known) -> set[str]:
    """What several rows carry and nothing is called: a mark that holds them together."""
    said = [row.match_with for row in rows if row.match_with]
    return {
        mark
        for mark in said
        if said.count(mark) > 1
        and not any(isinstance(known.meant(name, ()), tuple) or name in known.by_reference
                    for name in tokens(mark))
    }  # fmt: skip


def _agreeing(asks: Sequence[Ask]) -> tuple[list[Ask], list[Problem]]:
    """Those that touch records no other ask touches otherwise; the same asked twice is one."""
    distinct: dict[tuple[object, ...], Ask] = {}
    for each in asks:
        distinct.setdefault((each.action, each.records, each.value, each.match_id), each)
    touching: dict[str, list[Ask]] = {}
    for each in distinct.values():
        for name in each.records if each.action not in _QUIET else ():
            touching.setdefault(name, []).append(each)
    clashing = {id(a): name for name, us in touching.items() if len(us) > 1 for a in us}
    told = [
        row.told(Code.DECISION_TWICE, clashing[id(each)])
        for each in distinct.values()
        if id(each) in clashing
        for row in (each.typed, *each.also)
    ]
    return [each for each in distinct.values() if id(each) not in clashing], told


def _unsaid(asks: Iterable[Ask], hold: Sequence[Decision]) -> list[Ask]:
    """Those that no standing decision says already; an empty cell changes no comment."""
    said = {(d.action, d.records, d.value if d.action != Action.WRITE_OFF else "") for d in hold}
    accepted = {(d.records) for d in hold if d.action in (Action.ACCEPT, Action.MATCH)}
    notes = {(d.action, d.records, d.note, d.owner) for d in hold}
    new = []
    for each in asks:
        value = each.value if each.action != Action.WRITE_OFF else ""
        if each.action in _QUIET:
            old = (str(each.action), each.records, each.typed.note, each.typed.owner) in notes
        else:
            old = (str(each.action), each.records, value) in said
            old |= each.action == Action.ACCEPT and each.records in accepted
        if not old:
            new.append(each)
    return new


def _numbered(
    asks: Iterable[Ask], known: Known, given: Sequence[Decision], by: Actor, at: str
) -> list[tuple[Ask, Decision]]:
    numbers = [int(d.decision_id[2:]) for d in given if d.decision_id[2:].isdigit()]
    start = max(numbers, default=0) + 1
    return [
        (
            each,
            Decision(
                decision_id=f"D-{number:06d}",
                action=each.action.value,
                records=each.records,
                fingerprint=fingerprint([known.rows[n] for n in each.records if n in known.rows]),
                match_id=each.match_id,
                value=each.value,
                currency=each.currency,
                amount=each.amount,
                note=each.typed.note,
                owner=each.typed.owner,
                user=by.user,
                role=by.role,
                decided_at=at,
            ),
        )
        for number, each in enumerate(asks, start)
    ]


def _holding(
    new: Sequence[tuple[Ask, Decision]], closed: Close, policy: Policy
) -> tuple[Kept, list[Problem]]:
    """The decisions that hold when they are replayed; the others are told."""
    before = closed.kept.decisions
    if not new:
        return closed.kept, []
    tried = pl.concat([before, frame(decision for _, decision in new)])
    found = replay(as_read(closed.records, closed.originals), tried, policy)
    outcome = {row[0]: row for row in found.outcomes.iter_rows()}
    holding, told = [], []
    for each, decision in new:
        _, result, code, value = outcome[decision.decision_id]
        if result == "applied":
            holding.append(decision)
        else:
            told.append(each.typed.told(Code(code), value))
    renumbered = _closed_up(holding, new)
    decisions = pl.concat([before, frame(renumbered)])
    return replace(closed.kept, decisions=decisions), told


def _closed_up(
    holding: Sequence[Decision], new: Sequence[tuple[Ask, Decision]]
) -> Iterator[Decision]:
    """Numbered without the gaps that refused ones left."""
    numbers = [decision.decision_id for _, decision in new]
    for number, decision in zip(numbers, holding, strict=False):
        yield replace(decision, decision_id=number)


def frame(decisions: Iterable[Decision]) -> pl.DataFrame:
    """DECISIONS of decisions."""
    rows = [
        (
            d.decision_id, d.action, ID_SEPARATOR.join(d.records), d.fingerprint, d.match_id,
            d.value, d.currency, d.amount, d.note, d.owner, d.user, d.role, d.decided_at,
        )
        for d in decisions
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=DECISIONS, orient="row")
