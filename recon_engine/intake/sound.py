"""Whether a layout that a person wrote is sound: every setting of its kind, every pattern one."""

from collections.abc import Iterator
from dataclasses import MISSING, fields
from typing import Any

import polars as pl

from recon_engine.intake.profile import Extract, MoneyRule, OwnTotal, Profile, Rule, Spelled

_PARTS = (MoneyRule, Rule, Extract, OwnTotal, Spelled)
_PATTERNS = frozenset({"footer_from", "account", "nothing", "match", "in_words", "out_words",
                       "pattern", "other_sheets"})  # fmt: skip


def unsound(profile: Profile) -> list[str]:
    """Names of the settings that no file could be read with; empty where all are sound."""
    texts = [profile.channel, *profile.columns, *profile.required]
    told = [] if all(isinstance(text, str) for text in texts) else ["channel, required"]
    told += _unsound(profile)
    return list(dict.fromkeys(told))


def _unsound(part: Any) -> Iterator[str]:
    for field in fields(part):
        value = getattr(part, field.name)
        told = field.default is not MISSING and field.default is not None
        kind = not told or _of_kind(value, field.default)
        if not kind or (field.name in _PATTERNS and not _is_pattern(value)):
            yield field.name
        for inner in value if isinstance(value, tuple) else (value,):
            if isinstance(inner, _PARTS):
                yield from _unsound(inner)


def _of_kind(value: object, default: object) -> bool:
    if isinstance(default, tuple):
        return isinstance(value, tuple) and all(isinstance(v, (str, tuple, *_PARTS)) for v in value)
    if isinstance(default, str):
        return isinstance(value, str)
    return type(value) is type(default)


def _is_pattern(value: object) -> bool:
    """Whether the engine of patterns that looks through whole columns knows it too."""
    try:
        pl.Series([""]).str.contains(str(value))
    except pl.exceptions.PolarsError:
        return False
    return isinstance(value, str)
