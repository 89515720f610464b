"""Mappings as rows of a table, so that a workbook keeps them and a person can put them right."""

import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import polars as pl

from recon_engine.errors import Place, Problem, TieoutError
from recon_engine.intake.mapping import as_toml, profile_of
from recon_engine.intake.profile import Profile
from recon_engine.model.kept import MAPPINGS
from recon_engine.model.results import Proposal

CONFIRMED: Final = "confirmed"
COLUMN: Final = "columns."
UNSURE: Final = f"{COLUMN}?"  # a column that nobody has said the meaning of
_MONEY: Final = "money."
_YES = frozenset({"true", "yes", "是", "1"})
# What is JSON and no plain word.  A caption is one only in quotes.
_JSON = re.compile(r'["\[{].*|true|false|[0-9]+', re.IGNORECASE | re.DOTALL)


def rows_of_toml(name: str, toml: str) -> pl.DataFrame:
    """MAPPINGS of a mapping that a person wrote and gave: it is confirmed."""
    return _frame(name, _settings(tomllib.loads(toml)), confirmed=True)


def rows_of_proposal(name: str, proposal: Proposal, *, confirmed: bool) -> pl.DataFrame:
    """MAPPINGS of what a file seems to be, the columns nobody is sure of among them."""
    unsure = [(UNSURE, _caption(guess.column)) for guess in proposal.columns if not guess.role]
    known = [*_settings(tomllib.loads(as_toml(proposal))), *unsure]
    return _frame(name, known, confirmed=confirmed)


def with_mapping(kept: pl.DataFrame, new: pl.DataFrame) -> pl.DataFrame:
    """MAPPINGS with one more layout; a layout of the same name is replaced."""
    others = kept.filter(~pl.col("mapping").is_in(new["mapping"].implode()))
    return pl.concat([others, new])


def layouts(rows: pl.DataFrame) -> tuple[list[Profile], list[tuple[int, Problem]]]:
    """The confirmed layouts, and what cannot be read, each with its row.

    Args:
        rows: MAPPINGS, as kept or as a person changed them.
    """
    profiles: list[Profile] = []
    faults: list[tuple[int, Problem]] = []
    numbered = rows.with_row_index("at").filter(pl.col("mapping") != "")
    for (name,), lines in numbered.group_by("mapping", maintain_order=True):
        pairs = list(zip(lines["setting"], lines["value"], strict=True))
        if not any(key == CONFIRMED and value.strip().lower() in _YES for key, value in pairs):
            continue
        try:
            profiles.append(profile_of(str(name), _table(pairs), Place()))
        except TieoutError as told:
            faults += [(int(lines["at"][0]), problem) for problem in told.problems]
    return profiles, faults


def _frame(name: str, settings: Iterable[tuple[str, str]], *, confirmed: bool) -> pl.DataFrame:
    first = (CONFIRMED, "true" if confirmed else "false")
    rows = [(name, key, value) for key, value in [first, *settings]]
    return pl.DataFrame(rows, schema=MAPPINGS, orient="row")


def _settings(table: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Keys and cells; a column of several captions stands in as many rows."""
    for key, value in table.items():
        if key == "columns":
            for role, captions in value.items():
                yield from ((f"{COLUMN}{role}", _caption(caption)) for caption in captions)
        elif key == "money":
            yield from ((f"{_MONEY}{name}", _cell(cell)) for name, cell in value.items())
        else:
            yield key, _cell(value)


def _caption(caption: str) -> str:
    return json.dumps(caption, ensure_ascii=False) if caption.startswith('"') else caption


def _cell(value: Any) -> str:
    plain = isinstance(value, str) and not _JSON.fullmatch(value)
    return value if plain else json.dumps(value, ensure_ascii=False)


def _table(pairs: list[tuple[str, str]]) -> dict[str, Any]:
    """The settings as a mapping's TOML would give them."""
    table: dict[str, Any] = {}
    columns: dict[str, Any] = {}
    money: dict[str, Any] = {}
    for key, cell in ((key.strip(), cell.strip()) for key, cell in pairs):
        if not key or key == CONFIRMED or key.startswith(UNSURE):
            continue
        if key.startswith(COLUMN):
            columns.setdefault(key.removeprefix(COLUMN), []).append(_value(cell, key))
        elif key.startswith(_MONEY):
            money[key.removeprefix(_MONEY)] = _value(cell, key)
        else:
            table[key] = _value(cell, key)
    return {**table, "columns": columns, "money": money}


def _value(cell: str, key: str) -> Any:
    """A word as it stands; what looks like JSON is JSON."""
    caption = key.startswith(COLUMN)
    if not _JSON.fullmatch(cell) or (caption and not cell.startswith('"')):
        return cell
    try:
        return json.loads(cell.lower() if cell.isalpha() else cell)
    except json.JSONDecodeError:
        return cell
