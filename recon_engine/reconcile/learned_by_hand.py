"""What a person's decisions say beyond themselves: a payer's text, a second name, a fee.

A bank line matched to a payout says whose text it carries.  One matched to an order says who pays
under that name, and what the channel keeps back where the difference is a share of the sale.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from recon_engine.model.kept import RULES, Action, RuleKind
from recon_engine.model.policy import Policy
from recon_engine.model.records import Kind
from recon_engine.reconcile.chain import Chain
from recon_engine.reconcile.items import paying_channel
from recon_engine.reconcile.replay import RULE
from recon_engine.reconcile.rules import rule_id
from recon_engine.reconcile.standing import PART, REST, Decision
from recon_engine.reconcile.values import reclassified

_MILLION = 1_000_000
_STEP_PPM = 500
_LETTERS = re.compile(r"[^\W\d_][^\W\d_&.\-\s]*(?:[\s&.\-]+[^\W\d_]+)*", re.UNICODE)
_SHORTEST, _LONGEST = 2, 40  # letters of a text that is worth a rule
_BY = re.compile(r"(?:^|;)by=(D-\d+)")
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Said:
    kind: RuleKind
    channel: str
    pattern: str
    value: str
    origin: str


def from_decisions(chain: Chain, decisions: tuple[Decision, ...], policy: Policy) -> pl.DataFrame:
    """RULES that decisions propose; several that say the same are one with their number.

    Args:
        chain: the walked chain, decided groups among its groups.
        decisions: those that hold.
        policy: names that are known already.
    """
    said = [*_reclassified(chain, decisions), *_matched(chain, policy)]
    rows = []
    for each in sorted(set(said), key=lambda s: (s.kind, s.channel, s.pattern, s.value, s.origin)):
        same = [s for s in said if (s.kind, s.channel, s.pattern, s.value)
                == (each.kind, each.channel, each.pattern, each.value)]  # fmt: skip
        other = [s for s in said if (s.kind, s.channel, s.pattern)
                 == (each.kind, each.channel, each.pattern) and s.value != each.value]  # fmt: skip
        if min(s.origin for s in same) != each.origin:
            continue
        own_id = rule_id(each.kind, each.channel, each.pattern, each.value)
        rows.append(
            (own_id, "proposed", str(each.kind), each.channel, each.pattern, each.value,
             len(same), len(other), "", "", each.origin, "")
        )  # fmt: skip
    return pl.DataFrame(rows, schema=RULES, orient="row").sort("rule_id")


def pattern_of(text: str) -> str:
    """The words of a text that could name someone: the longest run of letters, no figures."""
    runs = [run.strip(" .-&") for run in _LETTERS.findall(text)]
    longest = max(runs, key=len, default="")[:_LONGEST].strip()
    return longest if len(longest) >= _SHORTEST else ""


def _reclassified(chain: Chain, decisions: tuple[Decision, ...]) -> Iterator[_Said]:
    wanted = [d for d in decisions if d.action == Action.RECLASSIFY]
    ids = {record for decision in wanted for record in decision.records}
    for row in _rows(chain, ids).values():
        for decision in wanted:
            changes = reclassified(decision.value)
            if row["record_id"] not in decision.records or not isinstance(changes, dict):
                continue
            pattern = pattern_of(row["text"])
            if pattern and changes.get("party") and row["kind"] == Kind.STATEMENT_LINE:
                yield _Said(
                    RuleKind.PARTY_OF_TEXT, "", pattern, changes["party"], decision.decision_id
                )


def _matched(chain: Chain, policy: Policy) -> Iterator[_Said]:
    """What the groups that a person made say of the bank lines in them."""
    decided = chain.groups.matches.filter(pl.col("rule") == RULE)
    members = chain.groups.members.join(decided.select("match_id"), on="match_id", how="semi")
    rows = _rows(chain, set(members["record_id"]))
    paid = {row["payout_id"]: row for row in chain.payouts.iter_rows(named=True)}
    sides: dict[str, dict[str, list[str]]] = {}
    for match_id, side, record in members.iter_rows():
        sides.setdefault(match_id, {"left": [], "right": []})[side].append(record)
    for match in decided.iter_rows(named=True):
        found = _BY.search(match["evidence"])
        ours, theirs = sides[match["match_id"]]["left"], sides[match["match_id"]]["right"]
        if not found or len(theirs) != 1 or theirs[0] not in rows:
            continue
        bank = rows[theirs[0]]
        if match["reconciliation"] == "payouts_bank":
            channels = {paid[name]["channel"] for name in ours if name in paid}
            yield from _of_channel(channels, bank, found[1], policy)
        elif match["reconciliation"] == "orders_bank":
            orders = [rows[name] for name in ours if name in rows]
            yield from _of_party(orders, bank, found[1])
            yield from _of_fee(orders, bank, match, found[1], chain)


def _rows(chain: Chain, ids: set[str]) -> dict[str, Row]:
    found = chain.records.filter(pl.col("record_id").is_in(sorted(ids)))
    return {row["record_id"]: row for row in found.sort("record_id").iter_rows(named=True)}


def _of_channel(channels: set[str], bank: Row, origin: str, policy: Policy) -> Iterator[_Said]:
    named = pl.DataFrame([bank]).select(paying_channel(policy.channels)).item()
    pattern = pattern_of(bank["party"]) or pattern_of(bank["text"])
    if len(channels) == 1 and pattern and named not in channels:
        channel = min(channels)
        yield _Said(RuleKind.CHANNEL_OF_TEXT, channel, pattern, channel, origin)


def _of_party(orders: list[Row], bank: Row, origin: str) -> Iterator[_Said]:
    parties = {order["party"] for order in orders}
    party = min(parties, default="")
    if len(parties) != 1 or not party:
        return
    if bank["party"] and bank["party"] != party:
        yield _Said(RuleKind.SAME_PARTY, "", bank["party"], party, origin)
        return
    pattern = "" if bank["party"] else pattern_of(bank["text"])
    if pattern and party.lower() not in bank["text"].lower():
        yield _Said(RuleKind.PARTY_OF_TEXT, "", pattern, party, origin)


def _of_fee(orders: list[Row], bank: Row, match: Row, origin: str, chain: Chain) -> Iterator[_Said]:
    """A share of one order that its bank line lacks, if contracts are written in such rates."""
    if len(orders) != 1 or match["explained"]:
        return
    order = orders[0]
    rests = _rows(chain, {f"{order['record_id']}{PART}{REST}"})
    whole = order["amount"] + sum(row["amount"] for row in rests.values())
    kept = whole - bank["amount"]
    if not 0 < kept < whole:
        return
    rate = (kept * _MILLION // whole + _STEP_PPM // 2) // _STEP_PPM * _STEP_PPM
    exact = abs((whole * rate + _MILLION // 2) // _MILLION - kept) <= 1
    if rate and exact:
        yield _Said(RuleKind.FEE_RATE, order["channel"], "", str(rate), origin)
