"""Every text a person sees, by key, in English, simplified and traditional Chinese.

Catalogues are TOML: ``messages/<language>/<area>.toml``.  A key is ``area.table.name``; a text
may hold ``{placeholders}``.  All languages hold the same keys with the same placeholders (a test
compares them).  The engine's results hold keys and figures; words are made here, when shown.
"""

import tomllib
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any

from recon_engine.errors import Problem

# Figures of a sentence that are codes, and the table of errors.toml with their words.
_WORDS = {"needed": "role", "role": "role"}


class Language(StrEnum):
    """The languages a person can choose."""

    EN = "en"
    ZH_HANS = "zh-Hans"
    ZH_HANT = "zh-Hant"


def text(key: str, language: Language, /, **params: object) -> str:
    """The words for ``area.table.name`` with its placeholders filled in.

    Raises:
        KeyError: the key is in no catalogue (a fault of the program, not of the user).
    """
    area, _, rest = key.partition(".")
    found = catalogue(area, language)[rest]
    return found.format_map(params) if params else found


def has(key: str) -> bool:
    """Whether there are words for this key."""
    area, _, rest = key.partition(".")
    return rest in catalogue(area, Language.EN)


def explain(problem: Problem, language: Language) -> str:
    """A problem as one sentence: place, what is wrong, what to do."""
    place = _place(problem, language)
    params = _params(problem, language)
    what = text(f"errors.{problem.code}.what", language, **params)
    remedy = text(f"errors.{problem.code}.remedy", language, **params)
    said = text(
        "errors.sentence", language, place=place, code=problem.code, what=what, remedy=remedy
    )
    return said if place else said.lstrip(":： ")


def explain_plainly(problem: Problem, language: Language) -> str:
    """What is wrong and what to do, for a cell that stands beside the place itself."""
    params = _params(problem, language)
    what = text(f"errors.{problem.code}.what", language, **params)
    remedy = text(f"errors.{problem.code}.remedy", language, **params)
    return text("errors.beside", language, what=what, remedy=remedy)


def _params(problem: Problem, language: Language) -> dict[str, object]:
    """What fills a problem's sentences; a value that is a code has words of its own."""
    known = catalogue("errors", language)
    value = known.get(f"{problem.code}.value.{problem.value}", problem.value)
    said = {
        name: known.get(f"{_WORDS[name]}.{code}", code) if name in _WORDS else code
        for name, code in problem.params.items()
    }
    return {"value": value, "column": problem.place.column, **said}


def _place(problem: Problem, language: Language) -> str:
    place = problem.place
    parts = [place.file]
    if place.sheet:
        parts.append(text("errors.place.sheet", language, sheet=place.sheet))
    if place.row:
        parts.append(text("errors.place.row", language, row=place.row))
    if place.column:
        parts.append(text("errors.place.column", language, column=place.column))
    shown = [part for part in parts if part]
    return text("errors.place.separator", language).join(shown)


@cache
def catalogue(area: str, language: Language) -> dict[str, str]:
    """All texts of one area as ``{"table.name": words}``."""
    folder = resources.files(__package__) / language.replace("-", "_")
    tables = tomllib.loads((folder / f"{area}.toml").read_text(encoding="utf-8"))
    return dict(_flat(tables, ""))


def areas() -> list[str]:
    """The names of all catalogues, sorted."""
    folder = resources.files(__package__) / "en"
    return sorted(
        f.name.removesuffix(".toml") for f in folder.iterdir() if f.name.endswith(".toml")
    )


def _flat(table: dict[str, Any], prefix: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for name, value in table.items():
        if isinstance(value, dict):
            found += _flat(value, f"{prefix}{name}.")
        else:
            found.append((f"{prefix}{name}", str(value)))
    return found
