"""Small cases built to collide: few amounts, few ids, few names, copies, splits and refunds.

One run of the matcher costs the same for seven rows as for seven hundred, so cases are laid side by
side: each in a currency of its own, with ids and people of its own.
"""

from collections.abc import Callable
from dataclasses import dataclass

from hypothesis import strategies as st

from recon_engine.match import Matched
from recon_engine.model.policy import FeeRule, MatchPolicy, Policy
from tests.match.items import Item, item

FEE = FeeRule(name="shop fee", channel="shop", rate_ppm=30_000)
AMOUNTS = (1000, 2000, 3000, 5000, 970, 1940, -1000, -500, 0)


@dataclass(frozen=True)
class Sides:
    """Both sides of one or more cases, and the policy they are matched under."""

    left: list[Item]
    right: list[Item]
    policy: Policy

    def __iter__(self):
        return iter((self.left, self.right))


@dataclass(frozen=True)
class Shape:
    """What a row says of itself; ``{a}`` to ``{h}`` stand for the ids and people of its case."""

    reference: str = ""
    group: str = ""
    text: str = ""
    party: str = ""
    channel: str = ""


# Ids a and b differ by one sign, c by several; d is short; p and q are payouts.
BY_ID = (
    Shape("{a}"), Shape("{a}"), Shape("{b}"), Shape("{c}"), Shape("{a}|{c}"), Shape("{d}"),
    Shape("{a}", channel="shop"), Shape("{c}", channel="shop"), Shape("{a}", group="{p}"),
    Shape(group="{p}"), Shape(group="{q}"), Shape("{c}", group="{p}", channel="shop"),
    Shape(text="货款{a}"), Shape(text="pay {b} {c}"), Shape("{c}", text="see {a}"),
    Shape(text="payout {p}"), Shape(text="{p} {a}"), Shape(text="order {d}"),
    Shape("{b}", text="{q}"), Shape(text="退款 {e}"), Shape("{e}"), Shape(),
)  # fmt: skip

# f and g share family name and initial; h is someone else; m and n are Chinese, one family.
BY_NAME = (
    Shape(party="{f}"), Shape(party="{f}"), Shape(party="{g}"), Shape(party="{h}"),
    Shape(party="{f_reversed}"), Shape(party="{f_initial}"), Shape(party="{f_masked}"),
    Shape(party="{m}"), Shape(party="{m}"), Shape(party="{n}"), Shape(party="{m_masked}"),
    Shape(party="{m_family}"), Shape(text="转账 {m}"), Shape(text="transfer {f}"),
    Shape(party="{f}", channel="shop"), Shape("{a}", party="{f}"), Shape("{c}", party="{m}"),
    Shape(text="{a}", party="{f}"),
)  # fmt: skip

# Whose name each form may be.
WHO = {
    "{f}": "f", "{g}": "g", "{h}": "h", "{f_reversed}": "f", "{f_initial}": "fg",
    "{f_masked}": "fg", "{m}": "m", "{n}": "n", "{m_masked}": "m", "{m_family}": "mn",
}  # fmt: skip


def names_of(number: int) -> dict[str, str]:
    """The ids and people of one case."""
    tag = f"{number * 7919 % 9000 + 1000}"
    letters = "".join("bdfgklmnprstvz"[(number * 7919 // 14**n) % 14] for n in range(3))
    family = f"{letters[0]}er{letters[1]}i{letters[2]}son"
    han = [chr(0x5200 + (number * 37 + step) % 900) for step in (0, 301, 607, 450)]
    return {
        "a": f"N{tag}-4417", "b": f"N{tag}-4418", "c": f"N{tag}-7350", "d": f"#{tag}",
        "e": f"N{tag}-41",
        "p": f"PAY{tag}77", "q": f"PAY{tag}21",
        "f": f"Anna {family}", "g": f"Alan {family}", "h": f"Olga Z{letters}wick",
        "f_reversed": f"{family}, Anna", "f_initial": f"A. {family}", "f_masked": f"A*** {family}",
        "m": han[0] + han[1] + han[2], "n": han[0] + han[3] + han[1],
        "m_masked": f"{han[0]}*{han[2]}", "m_family": f"{han[0]}*",
    }  # fmt: skip


Raw = tuple[int, int, int, bool]  # shape, amount, day, whether in another currency


def laid(number: int, side: str, rows: list[Raw], shapes: tuple[Shape, ...]) -> list[Item]:
    """The items of one side of one case."""
    names = names_of(number)
    made = []
    for place, (shape, amount, day, foreign) in enumerate(rows):
        said = {k: v.format_map(names) for k, v in vars(shapes[shape]).items()}
        coin = f"{'F' if foreign else 'C'}{number}"
        made.append(item(f"{side}{number}.{place}", AMOUNTS[amount], day, currency=coin, **said))
    return made


def raw_case(
    shapes: tuple[Shape, ...], most: int
) -> st.SearchStrategy[tuple[list[Raw], list[Raw]]]:
    """Both sides of a case; its rows have a few of the shapes, so that they meet."""
    amount = st.sampled_from([0, 0, 0, 1, 1, 2, 3, 4, 5, 6, 7, 8])
    day = st.sampled_from([1, 1, 2, 3, 5, 8, 13, 40, 70])
    foreign = st.sampled_from([False] * 15 + [True])

    def of_theme(theme: list[int]) -> st.SearchStrategy[tuple[list[Raw], list[Raw]]]:
        row = st.tuples(st.sampled_from(theme), amount, day, foreign)
        return st.tuples(st.lists(row, max_size=most), st.lists(row, max_size=most))

    return st.lists(st.integers(0, len(shapes) - 1), min_size=1, max_size=4).flatmap(of_theme)


@st.composite
def sides(
    draw: Callable[..., list[tuple[list[Raw], list[Raw]]]],
    shapes: tuple[Shape, ...] = BY_ID + BY_NAME,
    cases: int = 1,
    most: int = 6,
    match: MatchPolicy = MatchPolicy(stranger_ppm=1),  # noqa: B008 - frozen
) -> Sides:
    """``cases`` cases of up to ``most`` rows a side."""
    drawn = draw(st.lists(raw_case(shapes, most), min_size=cases, max_size=cases))
    left = [r for n, (rows, _) in enumerate(drawn) for r in laid(n, "l", rows, shapes)]
    right = [r for n, (_, rows) in enumerate(drawn) for r in laid(n, "r", rows, shapes)]
    return Sides(left, right, Policy(match=match, fees=(FEE,)))


def pairs_of(found: Matched) -> set[tuple[str, str]]:
    """Every left and right id that stand in one group."""
    pairs = set()
    for _, members in found.members.group_by("match_id"):
        left = members.filter(members["side"] == "left")["record_id"]
        right = members.filter(members["side"] == "right")["record_id"]
        pairs |= {(one, two) for one in left for two in right}
    return pairs


def who_of(number: int) -> dict[str, frozenset[str]]:
    """Whose name each form may be, by the form as written in a case."""
    names = names_of(number)
    return {form.format_map(names): frozenset(people) for form, people in WHO.items()}
