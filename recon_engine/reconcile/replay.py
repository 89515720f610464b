"""Decisions replayed: what a person decided takes effect before anything is matched.

First what makes records other than they were read (split, reclassified, excluded), then payouts are
built of what they are now, then what puts together, takes apart and lets go.  Within each half the
decisions go in their order.  One that cannot be kept changes nothing and says why.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import polars as pl

from recon_engine.errors import Code
from recon_engine.model.decision import BANS
from recon_engine.model.kept import ID_SEPARATOR, OUTCOMES, Action
from recon_engine.model.policy import Policy
from recon_engine.model.records import Kind, empty_records
from recon_engine.model.results import ADJUSTMENTS, HANDLED, MATCHES, MEMBERS, empty
from recon_engine.reconcile import direct, payouts
from recon_engine.reconcile.adjusting import adjustment
from recon_engine.reconcile.desk import HELD, Desk, Row, held
from recon_engine.reconcile.groups import Decided, Groups
from recon_engine.reconcile.link import Item, Link
from recon_engine.reconcile.pinning import PAYOUT, items_of, links
from recon_engine.reconcile.standing import (
    REST,
    Decision,
    fingerprint,
    read,
    standing,
)
from recon_engine.reconcile.values import reclassified, split_amounts

RULE = "decision"
ASIDE = "aside"  # where excluded and written-off records are held
_BANKED = (payouts.NAME, direct.LINES)  # links to the bank, whose rest the bank still owes
# Which kinds are ever matched with which: what a pair taken apart may be.
_MEET = (
    (Kind.ORDER, Kind.SETTLEMENT_LINE),
    (Kind.ORDER, Kind.STATEMENT_LINE),
    (PAYOUT, Kind.STATEMENT_LINE),
    (Kind.ORDER, Kind.SHIPMENT),
    (Kind.SHIPMENT, Kind.COURIER_CHARGE),
    (Kind.RETURN, Kind.COURIER_CHARGE),
    (Kind.ORDER, Kind.LEDGER_ENTRY),
    (Kind.SETTLEMENT_LINE, Kind.LEDGER_ENTRY),
    (PAYOUT, Kind.LEDGER_ENTRY),
    (Kind.STATEMENT_LINE, Kind.LEDGER_ENTRY),
    (Kind.ORDER, Kind.STOCK_MOVEMENT),
    (Kind.RETURN, Kind.STOCK_MOVEMENT),
)
_REMAKES = (Action.SPLIT, Action.RECLASSIFY, Action.EXCLUDE)


@dataclass(frozen=True)
class Replayed:
    """What the decisions make of the records.

    Attributes:
        records: HELD; parts cut, types put right.
        excluded: ids of records and payouts that are none of this close's business.
        let_go: ids of records and payouts that are written off.
        apart: parts of settlement lines that did not reach the bank with their payout.
        decided: what a person put together and took apart.
        adjustments: ADJUSTMENTS of what was let go.
        handled: HANDLED.
        outcomes: OUTCOMES, one row a decision.
        originals: RECORDS as they were read, where they are no longer so.
        standing: the decisions that hold.
    """

    records: pl.DataFrame
    excluded: frozenset[str] = frozenset()
    let_go: frozenset[str] = frozenset()
    apart: frozenset[str] = frozenset()
    decided: Decided = field(default_factory=Decided)
    adjustments: pl.DataFrame = field(default_factory=lambda: empty(ADJUSTMENTS))
    handled: pl.DataFrame = field(default_factory=lambda: empty(HANDLED))
    outcomes: pl.DataFrame = field(default_factory=lambda: empty(OUTCOMES))
    originals: pl.DataFrame = field(default_factory=empty_records)
    standing: tuple[Decision, ...] = ()


def replay(records: pl.DataFrame, decisions: pl.DataFrame, policy: Policy) -> Replayed:
    """Everything that decisions say about these records.

    Args:
        records: RECORDS, with ``carried`` and ``part_of`` where a period was carried forward.
        decisions: DECISIONS, in order.
        policy: fee rules and how channels belong together.
    """
    given = read(decisions)
    hold, undone = standing(given)
    if not hold:
        return Replayed(held(records), outcomes=_outcomes(given, undone, {}))
    run = _Run(Desk(held(records)), policy)
    run.desk.lay_out([name for decision in hold for name in decision.records])
    early = [d for d in hold if d.action in _REMAKES and run.knows(d)]
    for decision in early:
        run.take(decision)
    run.build_payouts(hold)
    for decision in hold:
        if decision.decision_id not in run.told:
            run.take(decision)
    return replace(run.result(_outcomes(given, undone, run.told)), standing=hold)


def _outcomes(
    given: Sequence[Decision], undone: frozenset[str], told: dict[str, tuple[str, str, str]]
) -> pl.DataFrame:
    """One row a decision: an undo that names nothing standing is itself stale."""
    known = {decision.decision_id for decision in given}
    rows = []
    for decision in given:
        if decision.decision_id in undone:
            row = ("undone", "", "")
        elif decision.action == Action.UNDO and decision.value not in known:
            row = ("stale", str(Code.DECISION_VANISHED), decision.value)
        else:
            row = told.get(decision.decision_id, ("applied", "", ""))
        rows.append((decision.decision_id, *row))
    return pl.DataFrame(rows, schema=OUTCOMES, orient="row")


@dataclass
class _Run:
    """The decisions taken one by one; what they have made so far."""

    desk: Desk
    policy: Policy
    payouts: dict[str, Item] = field(default_factory=dict)
    payout_rows: dict[str, Row] = field(default_factory=dict)
    told: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    excluded: set[str] = field(default_factory=set)
    let_go: set[str] = field(default_factory=set)
    links: list[tuple[Decision, Link, int]] = field(default_factory=list)
    holders: dict[str, dict[str, str]] = field(default_factory=dict)  # by record and place
    banned: set[tuple[str, str]] = field(default_factory=set)
    alone: set[str] = field(default_factory=set)
    apart: set[str] = field(default_factory=set)
    adjusted: list[Row] = field(default_factory=list)
    handled: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def knows(self, decision: Decision) -> bool:
        """Whether all its records are at hand already."""
        return all(name in self.desk.rows for name in decision.records)

    def build_payouts(self, decisions: Iterable[Decision]) -> None:
        """The payouts that decisions name, or that hold the lines they name."""
        asked = {n for d in decisions for n in d.records if n not in self.desk.rows}
        asked |= {n for n in self.desk.with_payout(list(self.desk.rows)).values() if n}
        lines = self.desk.after().filter(
            (pl.col("kind") == Kind.SETTLEMENT_LINE) & ~pl.col("record_id").is_in(self.excluded)
        )
        named = lines.with_columns(payouts.payout_id(lines)).filter(
            pl.col("payout_id").is_in(asked)
        )
        for row in payouts.build(named).iter_rows(named=True):
            name = row["payout_id"]
            self.payout_rows[name] = {
                **row, "record_id": name, "kind": PAYOUT, "amount": row["net"],
                "date": "", "reference": row["group"], "type": "", "gross": row["net"],
            }  # fmt: skip
        paid = items_of(list(self.payout_rows.values()), self.policy)
        self.payouts = {item.record_id: item for item in paid}

    def take(self, decision: Decision) -> None:
        """Takes a decision, or tells why it cannot be."""
        rows = [self._row(name) for name in decision.records]
        missing = [n for n, row in zip(decision.records, rows, strict=True) if row is None]
        there = [row for row in rows if row is not None]
        if missing:
            self._tell(decision, "stale", Code.DECISION_VANISHED, ", ".join(missing))
        elif fingerprint(there) != decision.fingerprint:
            self._tell(decision, "stale", Code.DECISION_CHANGED, ", ".join(decision.records))
        elif refusal := self._do(decision, there):
            self._tell(decision, "refused", *refusal)
        else:
            self.told[decision.decision_id] = ("applied", "", "")

    def _tell(self, decision: Decision, outcome: str, code: Code, value: str) -> None:
        self.told[decision.decision_id] = (outcome, str(code), value)

    def _row(self, name: str) -> Row | None:
        return self.desk.rows.get(name) or self.payout_rows.get(name)

    def _do(self, decision: Decision, rows: Sequence[Row]) -> tuple[Code, str] | None:
        """Does what is decided; answers why not, having changed nothing."""
        match decision.action:
            case Action.COMMENT | Action.CARRY_FORWARD:
                self._handle(decision)
                return None
            case Action.UNMATCH:
                self._take_apart(rows)
                return None
            case Action.ACCEPT | Action.MATCH:
                return self._put_together(decision, rows)
            case Action.WRITE_OFF if len(rows) > 1:
                return self._put_together(decision, rows)
            case Action.WRITE_OFF:
                return self._set_aside(decision, rows, self.let_go)
            case Action.EXCLUDE:
                return self._set_aside(decision, rows, self.excluded)
            case Action.SPLIT:
                return self._split(decision, rows[0])
            case Action.RECLASSIFY:
                return self._reclassify(decision, rows)
        return Code.DECISION_UNKNOWN, decision.action

    def _handle(self, decision: Decision) -> None:
        for name in decision.records:
            row = (name, decision.action, decision.decision_id, decision.note, decision.owner)
            self.handled[name] = row

    def _take_apart(self, rows: Sequence[Row]) -> None:
        of_kind = {
            kind: [row["record_id"] for row in rows if row["kind"] == kind]
            for kind in (*Kind, PAYOUT)
        }
        for one, other in _MEET:
            left, right = of_kind[one], of_kind[other]
            self.banned.update((mine, theirs) for mine in left for theirs in right)
        if len(rows) == 1:
            self.alone.add(rows[0]["record_id"])

    def _holder(self, names: Iterable[str], link: str = "") -> tuple[Code, str] | None:
        """What already holds one of these: a decision about the same link, or about any."""
        for name in names:
            places = self.holders.get(name, {})
            for place, by in places.items():
                if not link or place in (link, ASIDE):
                    return Code.DECISION_HELD, f"{name} ({by})"
        return None

    def _hold(self, names: Iterable[str], place: str, decision: Decision) -> None:
        for name in names:
            self.holders.setdefault(name, {})[place] = decision.decision_id

    def _put_together(self, decision: Decision, rows: Sequence[Row]) -> tuple[Code, str] | None:
        named = self.desk.with_payout([r["record_id"] for r in rows if r["kind"] != PAYOUT])
        told = [{"payout_id": named.get(row["record_id"], ""), **row} for row in rows]
        found = links(items_of(told, self.policy), self.payouts)
        if isinstance(found, Code):
            return found, ", ".join(decision.records)
        for link in found:
            refusal = self._holder((*link.left, *link.right), link.reconciliation)
            if refusal:
                return refusal
        rest = sum(abs(link.rest) for link in found)
        if decision.action == Action.MATCH and rest:
            return Code.DECISION_SUMS_DIFFER, ", ".join(decision.records)
        writes_off = decision.action == Action.WRITE_OFF
        if writes_off and rest != abs(decision.amount or 0):
            return Code.DECISION_CHANGED, ", ".join(decision.records)
        for link in found:
            self._hold((*link.left, *link.right), link.reconciliation, decision)
            self._leave_rest(decision, link, writes_off=writes_off)
        return None

    def _leave_rest(self, decision: Decision, link: Link, *, writes_off: bool) -> None:
        """What is left over is cut off the largest record of the side that has more."""
        if not link.rest:
            self.links.append((decision, link, 0))
            return
        on_left, amount = link.left_over
        side = link.left if on_left else link.right
        name = self._largest(side, amount)
        part = self.desk.cut(name, amount, REST)
        if link.reconciliation in _BANKED:
            self.apart.add(part)
        self.links.append((decision, _less(link, on_left=on_left, amount=amount), amount))
        if writes_off:
            self.let_go.add(part)
            self.adjusted.append(adjustment(decision, self.desk.rows[part], amount))

    def _largest(self, side: Sequence[str], amount: int) -> str:
        """The record that a rest of this amount is cut off; of a payout, one of its lines."""
        paid = [name for name in side if name in self.payouts]
        if paid:
            lines = self.desk.after().filter(pl.col("kind") == Kind.SETTLEMENT_LINE)
            ours = lines.with_columns(payouts.payout_id(lines)).filter(
                pl.col("payout_id").is_in(paid) & ~pl.col("record_id").is_in(self.excluded)
            )
        else:
            ours = pl.DataFrame([self.desk.rows[name] for name in side], schema=HELD)
        against = (pl.col("amount") > 0) != (amount > 0)
        name = ours.sort(against, -pl.col("amount").abs(), "record_id")["record_id"][0]
        self.desk.lay_out([name])
        return str(name)

    def _set_aside(
        self, decision: Decision, rows: Sequence[Row], aside: set[str]
    ) -> tuple[Code, str] | None:
        names = [row["record_id"] for row in rows]
        if refusal := self._holder(names):
            return refusal
        self._hold(names, ASIDE, decision)
        for row in rows:
            aside.add(row["record_id"])
            if decision.action == Action.WRITE_OFF:
                self.adjusted.append(adjustment(decision, row, row["amount"]))
        return None

    def _split(self, decision: Decision, row: Row) -> tuple[Code, str] | None:
        amounts = split_amounts(decision.value, row["amount"], row["currency"])
        if isinstance(amounts, Code) or row["kind"] == PAYOUT:
            return Code.DECISION_VALUE, decision.value
        if refusal := self._holder([row["record_id"]]):
            return refusal
        for number, amount in enumerate(amounts[1:], 2):
            self.desk.cut(row["record_id"], amount, str(number))
        return None

    def _reclassify(self, decision: Decision, rows: Sequence[Row]) -> tuple[Code, str] | None:
        changes = reclassified(decision.value)
        if isinstance(changes, Code) or any(row["kind"] == PAYOUT for row in rows):
            return Code.DECISION_VALUE, decision.value
        for row in rows:
            self.desk.change(row["record_id"], changes)
        return None

    def result(self, outcomes: pl.DataFrame) -> Replayed:
        """All of it, as frames."""
        return Replayed(
            records=self.desk.after(),
            excluded=frozenset(self.excluded),
            let_go=frozenset(self.let_go),
            apart=frozenset(self.apart),
            decided=Decided(
                _groups(self.links, self.desk, self.payouts),
                pl.DataFrame(sorted(self.banned), schema=BANS, orient="row"),
                frozenset(self.alone),
            ),
            adjustments=pl.DataFrame(self.adjusted, schema=ADJUSTMENTS),
            handled=pl.DataFrame(list(self.handled.values()), schema=HANDLED, orient="row"),
            outcomes=outcomes,
            originals=self.desk.originals(),
        )


def _less(link: Link, *, on_left: bool, amount: int) -> Link:
    """The link without what was cut off; a payout's net keeps it, and says what it is."""
    if on_left and link.reconciliation == payouts.NAME:
        return replace(link, explained=link.explained + amount)
    if on_left:
        return replace(link, left_amount=link.left_amount - amount)
    return replace(link, right_amount=link.right_amount - amount)


def _groups(
    made: Sequence[tuple[Decision, Link, int]], desk: Desk, paid: dict[str, Item]
) -> Groups:
    matches, members = [], []
    for decision, link, rest in made:
        first = (link.left + link.right)[0]
        currency = paid[first].currency if first in paid else desk.rows[first]["currency"]
        evidence = f"decided=1;by={decision.decision_id};lefts={len(link.left)}"
        evidence += f";rights={len(link.right)}" + (f";rest_minor={rest}" if rest else "")
        figures = (link.left_amount, link.right_amount, link.left_amount - link.right_amount)
        counts = (len(link.left), len(link.right))
        matches.append(
            (link.match_id, link.reconciliation, RULE, "confirmed", currency, *counts, *figures,
             link.explained, evidence)
        )  # fmt: skip
        for side, names in (("left", link.left), ("right", link.right)):
            members += [(link.match_id, side, name, "confirmed") for name in names]
    return Groups(
        pl.DataFrame(matches, schema=MATCHES, orient="row"),
        pl.DataFrame(members, schema=MEMBERS, orient="row"),
    )


def joined(ids: Iterable[str]) -> str:
    """Ids as one cell holds them: sorted, each once."""
    return ID_SEPARATOR.join(sorted(set(ids)))
