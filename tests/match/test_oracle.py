"""The fast matcher against the slow and obvious one, on thousands of small cases."""

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl
from hypothesis import given

from recon_engine.match import PASSES, Matched, match_items
from recon_engine.match.passes import near_reference, party_amount, same_party
from recon_engine.model.policy import MatchPolicy
from tests.match.items import Item, frame
from tests.match.oracle import Grouping, Level, Oracle, Row, parts
from tests.match.small import BY_ID, BY_NAME, Sides, sides, who_of

# The level at which each rule claims its evidence, in the order of the passes.
RULES = {
    "exact_reference": Level.EXACT,
    "reference_sum": Level.EXACT,
    "group_sum": Level.PAYOUT,
    "reference_in_text": Level.TEXT,
    "references_in_text": Level.TEXT,
    "reference_once": Level.EXACT,
    "reference_in_text_once": Level.TEXT,
    "near_reference": Level.NEAR,
    "party_amount": Level.PARTY,
    "same_party": Level.PARTY,
}
ONE_TO_ONE = {"exact_reference", "reference_in_text", "party_amount"}
ONCE = {"reference_once", "reference_in_text_once"}
IN_WINDOW = {"near_reference", "party_amount", "same_party"}
BY_IDS = PASSES[: PASSES.index(near_reference.run) + 1]
BY_NAMES = (party_amount.run_alike, party_amount.run_same_name, party_amount.run, same_party.run)


@dataclass(frozen=True)
class Claim:
    """A group that the fast matcher confirmed."""

    rule: str
    explained: int
    grouping: Grouping

    @property
    def level(self) -> Level:
        return RULES[self.rule]


def oracle_of(case: Sides, number: int) -> Oracle:
    """The oracle for one of the cases that were laid side by side."""
    people = who_of(number)

    def row(item: Item, *, left: bool) -> Row:
        shown = item["party"] or item["text"]
        found = [who for form, who in people.items() if form == shown or shown.endswith(" " + form)]
        who = frozenset().union(*found) or frozenset({words_without_figures(shown)} - {""})
        return Row.of(item, who, left=left, policy=case.policy.match)

    return Oracle(
        tuple(row(i, left=True) for i in case.left if i["id"].startswith(f"l{number}.")),
        tuple(row(i, left=False) for i in case.right if i["id"].startswith(f"r{number}.")),
        case.policy.fees,
        case.policy.match,
    )


def words_without_figures(text: str) -> str:
    """What a text shows where it holds no name we know."""
    return " ".join(word for word in text.split() if not any(c.isdigit() for c in word))


def numbers(case: Sides) -> list[int]:
    return sorted({int(i["id"][1:].split(".")[0]) for i in case.left + case.right})


def claims(found: Matched, oracle: Oracle) -> Iterator[Claim]:
    """The confirmed groups that lie in this case."""
    rows = {r.id: r for r in oracle.left + oracle.right}
    sure = found.matches.filter(pl.col("status") == "confirmed")
    members = found.members.join(sure, on="match_id").filter(pl.col("record_id").is_in(list(rows)))
    for (_, rule, explained), group in members.group_by("match_id", "rule", "explained"):
        held = [rows[i] for i in group["record_id"]]
        yield Claim(
            rule,
            explained,
            Grouping(
                frozenset(r for r in held if r.left), frozenset(r for r in held if not r.left)
            ),
        )


def run(case: Sides, passes: tuple) -> list[tuple[Oracle, list[Claim]]]:
    found = match_items(frame(case.left), frame(case.right), case.policy, passes)
    both = []
    for number in numbers(case):
        oracle = oracle_of(case, number)
        both.append((oracle, list(claims(found, oracle))))
    return both


def still_open(oracle: Oracle, all_claims: list[Claim], rule: str) -> set[Row]:
    """The rows that no surer pass had taken."""
    order = list(RULES)
    taken = {
        row
        for claim in all_claims
        if order.index(claim.rule) < order.index(rule)
        for row in claim.grouping.rows
    }
    return set(oracle.left + oracle.right) - taken


def faults(oracle: Oracle, all_claims: list[Claim]) -> Iterator[str]:
    """Every law that a confirmed group breaks."""
    for claim in all_claims:
        group, told = claim.grouping, f"{claim.rule}: {claim.grouping}"
        if not oracle.sums_agree(group):
            yield f"{told}: the sums differ by {group.difference} and no fee explains it"
        if claim.explained != group.difference:
            yield f"{told}: differs by {group.difference}, explains {claim.explained}"
        if claim.rule in ONE_TO_ONE | ONCE and len(group.rows) != 2:
            yield f"{told}: not one to one"
        if claim.rule != "same_party" and not oracle.connected(group, claim.level):
            yield f"{told}: the evidence is not there"
        named = any(oracle.tied(o, t, Level.TEXT) for o in group.left for t in group.right)
        if (
            claim.rule in IN_WINDOW
            and not named
            and not all(
                any(oracle.in_window(one, two) for one in group.left) for two in group.right
            )
        ):
            yield f"{told}: outside the window"
        yield from (f"{told}: as good: {rival}" for rival in rivals_of(oracle, claim, all_claims))


def rivals_of(oracle: Oracle, claim: Claim, all_claims: list[Claim]) -> list[Grouping]:
    """Groupings of the same or a surer level that contradict the claim."""
    free = still_open(oracle, all_claims, claim.rule)
    if claim.level == Level.NEAR:
        return near_rivals(oracle, claim, free)
    if claim.rule == "party_amount":
        return party_rivals(oracle, claim, all_claims, free)
    if claim.rule == "same_party":
        return run_rivals(oracle, claim, free)
    levels = [lv for lv in (Level.EXACT, Level.PAYOUT, Level.TEXT) if lv <= claim.level]
    every = [r for lv in levels for r in oracle.rivals(claim.grouping, lv, free)]
    if claim.rule in ONCE:  # a second copy of the amount is what the rule is about
        every = [r for r in every if not is_copy(claim.grouping, r)]
    return every


def is_copy(one: Grouping, two: Grouping) -> bool:
    """Whether the two pair one row with two rows of one amount."""
    both = one.rows | two.rows
    return len(one.rows) == len(two.rows) == 2 and len({r.amount for r in both}) == 1


def near_rivals(oracle: Oracle, claim: Claim, free: set[Row]) -> list[Grouping]:
    """Other single rows that the same bank row nearly names, with the same amount in the window."""
    (paid,) = claim.grouping.right
    return [
        other
        for row in oracle.left
        if row in free and row not in claim.grouping.left
        for other in [Grouping(frozenset({row}), frozenset({paid}))]
        if oracle.sums_agree(other) and oracle.near(row, paid) and oracle.in_window(row, paid)
    ]


def party_rivals(
    oracle: Oracle, claim: Claim, all_claims: list[Claim], free: set[Row]
) -> list[Grouping]:
    """Pairs of as well a fitting name, equal in amount and in the window, with one of the rows.

    A row whose own partner is interchangeable with the rival one has what it wants.
    """
    (ours,), (theirs,) = claim.grouping.left, claim.grouping.right
    partners = {
        row: other
        for c in all_claims
        if len(c.grouping.rows) == 2
        for row in c.grouping.rows
        for other in c.grouping.rows - {row}
    }
    found = []
    for one in oracle.left:
        for two in oracle.right:
            other = Grouping(frozenset({one}), frozenset({two}))
            if not {one, two} <= free or not other.overlaps(claim.grouping):
                continue
            as_good = bool(one.who & two.who) and oracle.likeness(one, two) <= oracle.likeness(
                ours, theirs
            )
            alike = one.amount == ours.amount and two.amount == theirs.amount
            same_people = one.who == ours.who and two.who == theirs.who
            if alike and same_people:
                continue  # interchangeable: paired in date order
            if any(
                row in partners and partners[row].same_but_for_its_id(wanted)
                for row, wanted in ((one, two), (two, one))
            ):
                continue
            if as_good and oracle.sums_agree(other) and oracle.in_window(one, two):
                found.append(other)
    return found


def run_rivals(oracle: Oracle, claim: Claim, free: set[Row]) -> list[Grouping]:
    """Other sets of one person's rows that bring the same sum, where no id tells them apart."""
    group = claim.grouping
    if any(oracle.tied(one, two, Level.TEXT) for one in group.left for two in group.right):
        return []
    lefts = sets_of([r for r in oracle.left if r in free and r.amount > 0])
    rights = sets_of([r for r in oracle.right if r in free and r.amount > 0])
    every = [Grouping(one, two) for one in lefts for two in rights]
    return [
        other
        for other in every
        if len(other.rows) > 2
        and other.overlaps(group)
        and oracle.justified(other, Level.PARTY)
        and all(oracle.in_window(one, two) for one in other.left for two in other.right)
        and not oracle.swapped(group, other)
    ]


def sets_of(rows: list[Row]) -> list[frozenset[Row]]:
    """Every set of rows that show the same name."""
    found = []
    for shown in {(r.party, r.currency) for r in rows if r.party}:
        found += parts(
            (r for r in rows if (r.party, r.currency) == shown), MatchPolicy().group_size_max
        )
    return found


@given(sides(shapes=BY_ID, cases=20, most=5))
def test_groups_by_ids_are_justified_and_unique(case: Sides) -> None:
    for oracle, found in run(case, BY_IDS):
        for fault in faults(oracle, found):
            raise AssertionError(fault)


@given(sides(shapes=BY_ID, cases=20, most=5))
def test_what_is_certain_by_ids_is_confirmed(case: Sides) -> None:
    for oracle, found in run(case, BY_IDS):
        confirmed = {row for claim in found for row in claim.grouping.rows}
        for certain, level in oracle.certain():
            assert certain.rows <= confirmed, f"{level.name}: {certain}"


@given(sides(shapes=BY_NAME, cases=6, most=5))
def test_groups_by_names_are_justified_and_unique(case: Sides) -> None:
    for oracle, found in run(case, BY_NAMES):
        for fault in faults(oracle, found):
            raise AssertionError(fault)


@given(sides(shapes=BY_NAME, cases=6, most=5, match=MatchPolicy()))
def test_so_are_they_behind_the_gate(case: Sides) -> None:
    for oracle, found in run(case, BY_NAMES):
        for fault in faults(oracle, found):
            raise AssertionError(fault)
