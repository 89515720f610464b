"""The laws of matching, slow and obvious: brute force over every grouping of a few rows.

Written from the laws, not from the fast matcher, in plain Python.  It knows nothing of passes that
take turns; it says of any grouping whether the evidence for it is there, whether its sums agree,
and which other groupings are as good.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from functools import cached_property
from itertools import combinations

from recon_engine.model.policy import FeeRule, MatchPolicy
from tests.match.items import Item

MILLION = 1_000_000


class Level(IntEnum):
    """What ties two rows together, surest first."""

    EXACT = 1  # the same id
    PAYOUT = 2  # the other row names the payout
    TEXT = 3  # the text of one names the id of the other
    NEAR = 4  # an id with one slip, its tail, or a short one, and the amount
    PARTY = 5  # the same person


@dataclass(frozen=True, eq=False)  # a row is itself; two rows alike are two rows
class Row:
    """One row of one side, its ids and texts made comparable."""

    id: str
    left: bool
    date: date
    amount: int
    currency: str
    ids: frozenset[str]
    group: str
    said: frozenset[str]  # what in its text could be an id
    short: frozenset[str]  # pieces of its text too short to be one by themselves
    who: frozenset[str]  # whose name it may show
    party: str
    text: str
    channel: str

    @classmethod
    def of(cls, item: Item, who: frozenset[str], *, left: bool, policy: MatchPolicy) -> "Row":
        pieces = words_like_ids(item["text"])
        least, shortest = policy.reference_length_min, policy.short_reference_length_min
        return cls(
            id=item["id"],
            left=left,
            date=item["date"],
            amount=item["amount"],
            currency=item["currency"],
            ids=frozenset(comparable(i) for i in item["reference"].split("|") if comparable(i)),
            group=comparable(item["group"]),
            said=frozenset(p for p in pieces if len(p) >= least),
            short=frozenset(p for p in pieces if shortest <= len(p) < least),
            who=who,
            party=item["party"],
            text=item["text"],
            channel=item["channel"],
        )

    @property
    def names(self) -> frozenset[str]:
        """Everything it says that could be an id."""
        return self.ids | self.said | ({self.group} if self.group else set())

    def same_but_for_its_id(self, other: "Row") -> bool:
        """Whether the two are interchangeable: only date and occurrence tell them apart."""
        return all(
            getattr(self, f) == getattr(other, f)
            for f in ("left", "amount", "currency", "ids", "group", "text", "party", "channel")
        )


def comparable(written: str) -> str:
    """An id without its signs, in capitals."""
    return "".join(c for c in written.upper() if c.isalnum())


def words_like_ids(text: str) -> set[str]:
    """Pieces of a text that hold a digit; figures glued to letters count by themselves as well."""
    words = {comparable(w) for w in re.findall(r"[A-Za-z0-9]+(?:[-_/.#][A-Za-z0-9]+)*", text)}
    numbers = {n for w in words for n in re.findall(r"[0-9]+", w)}
    return {w for w in words | numbers if any(c.isdigit() for c in w)}


@dataclass(frozen=True)
class Grouping:
    """Some rows of the left and some of the right."""

    left: frozenset[Row]
    right: frozenset[Row]

    @property
    def rows(self) -> frozenset[Row]:
        return self.left | self.right

    @property
    def difference(self) -> int:
        return sum(r.amount for r in self.left) - sum(r.amount for r in self.right)

    def overlaps(self, other: "Grouping") -> bool:
        """Whether the two share rows and neither holds the other."""
        return bool(self.rows & other.rows) and not (
            self.rows <= other.rows or self.rows >= other.rows
        )

    def __repr__(self) -> str:
        return (
            " + ".join(sorted(r.id for r in self.left))
            + " = "
            + " + ".join(sorted(r.id for r in self.right))
        )


@dataclass(frozen=True)
class Oracle:
    """One small case."""

    left: tuple[Row, ...]
    right: tuple[Row, ...]
    fees: tuple[FeeRule, ...]
    policy: MatchPolicy

    # --- ties ---------------------------------------------------------------------------------

    @cached_property
    def ids_on_both_sides(self) -> frozenset[str]:
        """Ids that some row of either side has, so that naming one means something."""
        ours = {i for row in self.left for i in row.ids}
        return frozenset(i for row in self.right for i in row.ids if i in ours)

    def tied(self, one: Row, two: Row, level: Level) -> bool:
        """Whether a left and a right row are tied at this level or a surer one of its kind."""
        exact = bool(one.ids & two.ids)
        if level == Level.EXACT:
            return exact
        if level == Level.PAYOUT:
            return bool(one.group) and one.group in two.names
        if level == Level.TEXT:
            both_name = one.said & two.said & self.ids_on_both_sides
            return exact or bool(one.ids & two.said or one.said & two.ids or both_name)
        if level == Level.NEAR:
            return self.near(one, two)
        return bool(one.who & two.who)

    @staticmethod
    def strength(grouping: Grouping) -> int:
        """How many ids, its payout's among them, all its rows share."""
        return len(frozenset.intersection(*(r.ids | {r.group} - {""} for r in grouping.rows)))

    @staticmethod
    def likeness(one: Row, two: Row) -> int:
        """How many people two names may stand for; written alike counts for less than one."""
        shown = [r.party or r.text for r in (one, two)]
        return 0 if shown[0] == shown[1] else len(one.who | two.who)

    def near(self, one: Row, two: Row) -> bool:
        """Whether the right row nearly names the left one or its payout."""
        ours = one.ids | ({one.group} if one.group else set())
        pieces = two.names | two.short
        return any(self.nearly(key, piece) for key in ours for piece in pieces)

    def nearly(self, key: str, piece: str) -> bool:
        """One slip apart, one the tail of the other, or a short id written whole."""
        if len(key) < self.policy.reference_length_min:
            return key == piece
        if len(piece) < self.policy.tail_length_min:
            return False
        return one_slip(key, piece) or key.endswith(piece)

    def in_window(self, one: Row, two: Row) -> bool:
        days = (two.date - one.date).days
        return -self.policy.window_days_before <= days <= self.policy.window_days_after

    # --- sums ---------------------------------------------------------------------------------

    def due(self, amount: int, channel: str, currency: str) -> int:
        """What is left of an amount after the fee of the first rule that applies."""
        for rule in self.fees:
            if rule.channel in ("", channel) and rule.currency in ("", currency):
                size = (abs(amount) * rule.rate_ppm + MILLION // 2) // MILLION
                return amount - size - rule.fixed_minor if amount > 0 else amount + size
        return amount

    def may_bring(self, left: Iterable[Row]) -> set[int]:
        """The sums that left rows may bring: whole, less each line's fee, or less the total's."""
        rows = list(left)
        whole = sum(r.amount for r in rows)
        by_line = sum(self.due(r.amount, r.channel, r.currency) for r in rows)
        channels = {r.channel for r in rows}
        channel = channels.pop() if len(channels) == 1 else ""
        return {whole, by_line, self.due(whole, channel, rows[0].currency)} if rows else {0}

    def sums_agree(self, grouping: Grouping) -> bool:
        one_currency = len({r.currency for r in grouping.rows}) == 1
        return one_currency and sum(r.amount for r in grouping.right) in self.may_bring(
            grouping.left
        )

    # --- groupings ----------------------------------------------------------------------------

    def connected(self, grouping: Grouping, level: Level) -> bool:
        """Whether ties between both sides hold all its rows together."""
        todo, seen = [next(iter(grouping.rows))], set()
        while todo:
            row = todo.pop()
            if row in seen:
                continue
            seen.add(row)
            others = grouping.right if row.left else grouping.left
            todo += [o for o in others if self.tied(*((row, o) if row.left else (o, row)), level)]
        return seen == grouping.rows

    def justified(self, grouping: Grouping, level: Level) -> bool:
        return self.sums_agree(grouping) and self.connected(grouping, level)

    def groupings(
        self, keep: Callable[[Row], bool] = lambda _row: True, most: int = 7
    ) -> Iterator[Grouping]:
        """Every grouping of the rows to keep whose sums agree."""
        by_sum: dict[tuple[int, str], list[frozenset[Row]]] = {}
        for rights in parts(filter(keep, self.right), most):
            coin = {r.currency for r in rights}
            if len(coin) == 1:
                by_sum.setdefault((sum(r.amount for r in rights), coin.pop()), []).append(rights)
        for lefts in parts(filter(keep, self.left), most):
            coin = {r.currency for r in lefts}
            if len(coin) == 1:
                currency = coin.pop()
                for total in self.may_bring(lefts):
                    for rights in by_sum.get((total, currency), []):
                        yield Grouping(lefts, rights)

    def rivals(self, grouping: Grouping, level: Level, open_rows: set[Row]) -> list[Grouping]:
        """Groupings as well justified, which this one would make impossible.

        What ids tie together belongs together: a part of it that happens to add up proves nothing,
        unless it is one row on either side.  Swapping a row for one that is interchangeable with it
        makes no rival, and sharing fewer ids is no match for sharing more.
        """
        return [
            other
            for other in self.groupings(open_rows.__contains__)
            if other.overlaps(grouping)
            and self.connected(other, level)
            and (len(other.rows) == 2 or self.closed(other, level, open_rows))
            and self.strength(other) >= self.strength(grouping)
            and not self.swapped(grouping, other)
        ]

    def closed(self, grouping: Grouping, level: Level, open_rows: set[Row]) -> bool:
        """Whether no open row besides is tied to it."""
        return not any(
            self.tied(*((row, other) if row.left else (other, row)), level)
            for row in grouping.rows
            for other in (self.right if row.left else self.left)
            if other in open_rows - grouping.rows
        )

    @staticmethod
    def swapped(one: Grouping, two: Grouping) -> bool:
        """Whether one becomes the other by swapping interchangeable rows."""
        gone, come = list(one.rows - two.rows), list(two.rows - one.rows)
        for row in gone:
            twin = next((t for t in come if row.same_but_for_its_id(t)), None)
            if twin is None:
                return False
            come.remove(twin)
        return not come

    def component(self, row: Row, levels: Iterable[Level]) -> Grouping:
        """All rows that ties of these levels lead to."""
        levels, todo, seen = list(levels), [row], set[Row]()
        while todo:
            here = todo.pop()
            if here in seen:
                continue
            seen.add(here)
            for other in self.right if here.left else self.left:
                ends = (here, other) if here.left else (other, here)
                if any(self.tied(*ends, level) for level in levels):
                    todo.append(other)
        return Grouping(
            frozenset(r for r in seen if r.left), frozenset(r for r in seen if not r.left)
        )

    def holds_a_copy(self, grouping: Grouping) -> bool:
        """Whether a bank row repeats another to the word within a day or two."""

        def shown(row: Row) -> tuple[object, ...]:
            return row.amount, row.currency, row.ids, row.text, row.party

        return any(
            shown(one) == shown(two)
            and abs((one.date - two.date).days) <= self.policy.copy_days_max
            for one, two in combinations(grouping.right, 2)
        )

    def certain(self) -> list[tuple[Grouping, Level]]:
        """Groupings by ids that leave no doubt.

        Everything that ids tie together in any way, tied by one kind of tie alone, of one currency,
        with sums that agree, no part of it settled by a surer tie, and no bank row repeated: a
        sum that needs a copy to agree proves nothing.
        """
        by_ids = (Level.EXACT, Level.PAYOUT, Level.TEXT)
        found = {}
        for row in self.left:
            whole = self.component(row, by_ids)
            if not whole.right or not self.sums_agree(whole) or self.holds_a_copy(whole):
                continue
            level = next((lv for lv in by_ids if self.connected(whole, lv)), None)
            if level is None:
                continue
            surer = [lv for lv in by_ids if lv < level]
            inside = [g for g in self.groupings(whole.rows.__contains__) if g.rows < whole.rows]
            if not any(self.connected(g, lv) for g in inside for lv in surer):
                found[whole] = level
        return list(found.items())


def parts(rows: Iterable[Row], most: int) -> Iterator[frozenset[Row]]:
    """Every choice of one to ``most`` rows."""
    given = list(rows)
    for size in range(1, min(most, len(given)) + 1):
        yield from map(frozenset, combinations(given, size))


def one_slip(one: str, two: str) -> bool:
    """Whether one sign more, less, other or two neighbours swapped make one of the other."""
    if one == two:
        return True
    if len(one) > len(two):
        one, two = two, one
    if len(one) == len(two):
        off = [n for n in range(len(one)) if one[n] != two[n]]
        if len(off) == 1:
            return True
        a, *rest = off
        return rest == [a + 1] and one[a] == two[a + 1] and one[a + 1] == two[a]
    return len(two) - len(one) == 1 and any(two[:n] + two[n + 1 :] == one for n in range(len(two)))
