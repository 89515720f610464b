"""The Settings sheet read back: rows of key and value into a policy, as a person may have typed.

What is not understood is told at its row and leaves the default; all else is applied.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import Any, TypeVar

from recon_engine.errors import Code
from recon_engine.model.policy import FeeRule, Policy

_FEES = "fees"
# A part of a list in quotes, or up to the next sign that parts them in any language.
_PART = re.compile(r'\s*"([^"]*)"\s*|([^,，、;；\n]+)')
Node = TypeVar("Node")


@dataclass(frozen=True, slots=True)
class SettingFault:
    """A row of the sheet that is not applied.

    Attributes:
        row: which of the rows given, from 0.
        code: unknown key, or a value that does not fit.
        value: what the row says.
    """

    row: int
    code: Code
    value: str


@dataclass(slots=True)
class _Rows:
    """The rows that nothing has taken yet, and what was wrong with those taken."""

    left: dict[str, tuple[int, str]]
    faults: list[SettingFault] = field(default_factory=list)

    def under(self, prefix: str) -> list[str]:
        return [key for key in self.left if key.startswith(prefix)]

    def take(self, key: str, old: Any) -> Any:
        """The value of a key in the shape of the one it replaces; that one if it does not fit."""
        if key not in self.left:
            return old
        row, said = self.left.pop(key)
        value = _value(said, old)
        if value is None:
            self.faults.append(SettingFault(row, Code.POLICY_BAD_VALUE, said))
            return old
        return value


def policy_of(rows: Iterable[tuple[str, str]]) -> tuple[Policy, tuple[SettingFault, ...]]:
    """The policy that the rows describe, and the rows that do not fit.

    Args:
        rows: key and value, in the order of the sheet.  A setting without a row keeps its default;
            of a setting by channel only the channels named hold, if any is named.
    """
    left: dict[str, tuple[int, str]] = {}
    twice: list[SettingFault] = []
    for row, (key, value) in enumerate(rows):
        if key.strip() in left:
            twice.append(SettingFault(row, Code.POLICY_BAD_VALUE, value))
        elif key.strip():
            left[key.strip()] = (row, value)
    told = _Rows(left, twice)
    policy = _read(Policy(), "", told)
    unknown = [
        SettingFault(row, Code.POLICY_UNKNOWN_KEY, value) for row, value in told.left.values()
    ]
    return policy, tuple(sorted([*told.faults, *unknown], key=lambda fault: fault.row))


def _read(node: Node, prefix: str, rows: _Rows) -> Node:
    changes: dict[str, Any] = {}
    for f in fields(node):  # type: ignore[arg-type]  # every node of a policy is a dataclass
        old, key = getattr(node, f.name), f"{prefix}{f.name}"
        if is_dataclass(old):
            changes[f.name] = _read(old, f"{key}.", rows)
        elif isinstance(old, Mapping):
            changes[f.name] = _mapping(old, f"{key}.", rows)
        elif key == _FEES:
            changes[f.name] = _fees(rows)
        else:
            changes[f.name] = rows.take(key, old)
    return replace(node, **changes)  # type: ignore[type-var]  # as above


def _mapping(old: Mapping[str, Any], prefix: str, rows: _Rows) -> Mapping[str, Any]:
    """The named parts: those of the default in its order, then the person's own."""
    keys = rows.under(prefix)
    if not keys:
        return old
    sample = next(iter(old.values()), "")
    names = [key.removeprefix(prefix) for key in keys]
    ordered = [name for name in old if name in names] + [name for name in names if name not in old]
    read = {name: rows.take(f"{prefix}{name}", old.get(name, _Absent(sample))) for name in ordered}
    return {name: value for name, value in read.items() if not isinstance(value, _Absent)}


@dataclass(frozen=True, slots=True)
class _Absent:
    """Stands where the default has no such part; knows the shape that it would have."""

    sample: Any


def _fees(rows: _Rows) -> tuple[FeeRule, ...]:
    """Fee rules: ``fees.NAME.FIELD``, a rule a name, in the order of the sheet."""
    rows.left.pop(_FEES, None)  # stands there while there is no rule
    names: dict[str, None] = {}
    for key in rows.under(f"{_FEES}."):
        name, _, part = key.removeprefix(f"{_FEES}.").rpartition(".")
        if name and part in {f.name for f in fields(FeeRule)}:
            names[name] = None
    return tuple(_read(FeeRule(name=name), f"{_FEES}.{name}.", rows) for name in names)


def _value(said: str, old: Any) -> Any:
    """The text in the shape of ``old``; None where it does not fit."""
    sample = old.sample if isinstance(old, _Absent) else old
    if isinstance(sample, tuple):
        parts = [quoted or plain.strip() for quoted, plain in _PART.findall(said)]
        return _parts([part for part in parts if part], sample)
    return _single(said, sample)


def _parts(parts: list[str], sample: tuple[Any, ...]) -> tuple[Any, ...] | None:
    read = [_single(part, sample[0] if sample else "") for part in parts]
    return None if any(value is None for value in read) else tuple(read)


def _single(said: str, sample: Any) -> Any:
    if isinstance(sample, int):
        digits = re.sub(r"[\s,]", "", unicodedata.normalize("NFKC", said))
        return int(digits) if digits.isdecimal() else None
    return said.strip()
