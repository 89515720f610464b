"""A profile: everything one layout needs to be recognised and read.  Data, in profiles/*.toml.

A *role* is a name of ours for a column; a *caption* is what a file calls it.  Captions are kept
as names.normal_name makes them, so case, blanks, width and quotes never matter.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any

from recon_engine.intake.names import normal_name
from recon_engine.model.records import Kind, Type


class Mode(StrEnum):
    """How a layout says what a row moved."""

    SIGNED = "signed"  # one signed column
    IN_OUT = "in_out"  # one column in, one out
    DIRECTION = "direction"  # one column and a word
    PARTS = "parts"  # many columns, summed
    NET = "net"  # a net column; the fees in it are told besides
    AUTO = "auto"  # whichever of the first three its columns make
    NONE = "none"  # no money is told: parcels, pieces


@dataclass(frozen=True, slots=True)
class MoneyRule:
    """Where a row's amount stands.  Captions in the part lists may end or begin with ``*``."""

    mode: Mode = Mode.SIGNED
    flip: bool = False  # the source shows money out as positive (card statements)
    plus: tuple[str, ...] = ()
    minus: tuple[str, ...] = ()
    fee_plus: tuple[str, ...] = ()
    fee_minus: tuple[str, ...] = ()
    fee_auto: tuple[str, ...] = ()  # fees whose sign the table itself tells: a fee costs
    rounded: bool = False  # fees may have more decimals than the currency; half goes up
    in_words: str = ""
    out_words: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """What words in columns say about a row.  A condition left empty always holds.

    Attributes:
        columns: roles whose cells are looked into.
        match: what one of them must match.
        blank: roles that must be empty.
        filled: roles that must not be empty.
        side: ``in``, ``out`` or ``neutral``: what the row's direction word says, or its sign.
        type: the row's type then.
        exclude: the reason the row is no record then.
        moves: ``in`` or ``out``: the sign the row's amount then gets.
    """

    columns: tuple[str, ...] = ()
    match: str = ""
    blank: tuple[str, ...] = ()
    filled: tuple[str, ...] = ()
    side: str = ""
    type: str = ""
    exclude: str = ""
    moves: str = ""


@dataclass(frozen=True, slots=True)
class Extract:
    """An exact id that hides in a column: the pattern's first group that matched."""

    column: str
    pattern: str


@dataclass(frozen=True, slots=True)
class Spelled:
    """A figure that stands in another column's words where its own cell is empty.

    Attributes:
        role: whose cell it fills.
        column: the role in whose words it stands.
        pattern: its first group is the figure.
        before: what is written before it, a minus for money out.
    """

    role: str
    column: str
    pattern: str
    before: str = ""


@dataclass(frozen=True, slots=True)
class OwnTotal:
    """A total that the file itself states in a line outside the data.

    Attributes:
        pattern: with the groups ``count`` and/or ``sum``.
        side: ``in``, ``out``, ``neutral`` or ``all``: the rows it counts.
        informational: the source says itself that it may differ.
    """

    pattern: str
    side: str = "all"
    informational: bool = False


@dataclass(frozen=True, slots=True)
class Profile:
    """One layout.  See the fields' comments; the TOML has the same names."""

    name: str
    kind: Kind
    channel: str
    columns: Mapping[str, tuple[str, ...]]  # role → captions, likeliest first
    required: tuple[str, ...]  # roles, or alternatives "amount|in|out"
    money: MoneyRule
    # Captions that tell this layout from others; each in any of its names.
    signature: tuple[tuple[str, ...], ...] = ()
    fits_percent: int = 75  # of the signature that must be there
    # Captions of an amount and of its currency that belong together, likeliest first.
    pairs: tuple[tuple[str, ...], ...] = ()
    generic: bool = False  # taken only where no named layout fits
    forbidden: tuple[str, ...] = ()  # roles whose presence says that it is another layout
    currency: str = ""  # of files of this layout that name none
    date_order: str = "auto"  # dmy | mdy | auto
    numbers: str = "auto"  # plain | comma | auto
    text: tuple[str, ...] = ("text",)
    party: tuple[str, ...] = ("party",)  # the first that is filled
    fee_type: tuple[str, ...] = ("fee_type",)  # the first that is filled; of entries all
    reference: tuple[str, ...] = ("reference",)
    extracts: tuple[Extract, ...] = ()
    spelled: tuple[Spelled, ...] = ()
    key: tuple[str, ...] = ()  # roles of the natural key
    group: str = ""  # role, or "date"
    group_when: Rule | None = None
    fill: tuple[str, ...] = ()  # roles whose empty cells repeat the one above
    rules: tuple[Rule, ...] = ()
    type_in: str = Type.RECEIPT
    type_out: str = Type.PAYMENT
    footer_from: str = ""  # from the first row whose first cell matches, all is footer
    account: str = ""  # pattern over the preamble, its first group
    own_totals: tuple[OwnTotal, ...] = ()
    total_captions: Mapping[str, str] | None = None  # second header: caption → what it sums
    sum_column: str = ""  # role whose one filled cell (a group) is the sum of all amounts
    order_level: tuple[str, ...] = ()  # amount captions that hold the whole order's total
    start: str = ""  # role that is filled on an order's first row only
    header: bool = True  # False: columns are called "column 1", "column 2" …
    undated: bool = False  # the layout has no date, or not in every row
    weight_unit: str = "kg"  # of the weight column, where its caption names none
    other_sheets: str = ""  # sheets of the same workbook that hold the same money once more
    melt: str = ""  # captions that are values: a row becomes one row for each, roles name and value
    also: tuple[str, ...] | None = None  # known and not needed; given: any other caption is new
    nothing: str = ""  # cells that say in words that there is nothing: 无退款申请
    file_currency: Mapping[str, str] | None = None  # pattern over the file's name → currency
    adds_up: tuple[str, ...] = ()  # roles whose figures make the amount, "-role" taken off


@cache
def profiles() -> tuple[Profile, ...]:
    """All profiles, by name."""
    folder = resources.files(__package__) / "profiles"
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name)
    return tuple(
        made(file.name.removesuffix(".toml"), tomllib.loads(file.read_text(encoding="utf-8")))
        for file in files
    )


def profile_named(name: str) -> Profile:
    """One of the profiles."""
    return next(profile for profile in profiles() if profile.name == name)


def made(name: str, table: Mapping[str, Any]) -> Profile:
    """The profile that a TOML table describes."""
    left = {key: value for key, value in table.items() if key != "vocabulary"}
    plain = {key: _plain(value) for key, value in left.items() if key not in _SPECIAL}
    special = {key: make(left[key]) for key, make in _SPECIAL.items() if key in left}
    shared = _vocabulary(tuple(table.get("vocabulary", ())))
    return Profile(name=name, **plain, **{**special, "rules": (*special.get("rules", ()), *shared)})


def _vocabulary(roles: tuple[str, ...]) -> tuple[Rule, ...]:
    """The platforms' common words for what a movement was for, looked for in the given roles."""
    if not roles:
        return ()
    return tuple(_rule({**row, "columns": list(roles)}) for row in _words())


@cache
def _words() -> tuple[Mapping[str, Any], ...]:
    text = (resources.files(__package__) / "vocabulary.toml").read_text(encoding="utf-8")
    return tuple(tomllib.loads(text)["rules"])


def _plain(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _captions(texts: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_caption(text) for text in texts))


def _caption(text: str) -> str:
    """A normal name; a star at either end stays, as a wildcard."""
    wild = f"{'*' if text.startswith('*') else ''}{{}}{'*' if text.endswith('*') else ''}"
    return wild.format(normal_name(text))


def _money(table: Mapping[str, Any]) -> MoneyRule:
    parts: dict[str, Any] = {
        key: _captions(value) if isinstance(value, list) else value for key, value in table.items()
    }
    return MoneyRule(**{**parts, "mode": Mode(table.get("mode", Mode.SIGNED))})


def _rule(table: Mapping[str, Any]) -> Rule:
    rule = Rule(**{key: _plain(value) for key, value in table.items()})
    re.compile(rule.match)
    return rule


_SPECIAL: Mapping[str, Any] = {
    "kind": Kind,
    "columns": lambda table: {role: _captions(names) for role, names in table.items()},
    "signature": lambda texts: tuple(_captions(text.split("|")) for text in texts),
    "pairs": lambda rows: tuple(map(_captions, rows)),
    "order_level": _captions,
    "also": _captions,
    "total_captions": lambda table: {_caption(name): what for name, what in table.items()},
    "money": _money,
    "rules": lambda rows: tuple(map(_rule, rows)),
    "group_when": _rule,
    "extracts": lambda rows: tuple(Extract(**row) for row in rows),
    "spelled": lambda rows: tuple(Spelled(**row) for row in rows),
    "own_totals": lambda rows: tuple(OwnTotal(**row) for row in rows),
}
