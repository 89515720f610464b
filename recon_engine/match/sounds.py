"""Pinyin of single Chinese characters, from pypinyin's own table.

Importing the whole package takes as long as matching a small month, and of all it knows names need
the commonest reading of a character.  So only its table of characters is read, where it lies; a
test holds every character against what the package itself says.
"""

import json
import unicodedata
from functools import cache
from importlib.util import find_spec
from pathlib import Path

_FIRST, _LAST = "\u3400", "\u9fff"
_UMLAUT = "u\u0308"  # ü, decomposed; written v where there is no umlaut


def sounds(text: str) -> dict[str, str]:
    """Every Chinese character of a text with its commonest reading, without tones.

    A character that nobody reads stands for itself.
    """
    return {c: _sound(c) for c in sorted(set(text)) if _FIRST <= c <= _LAST}


@cache
def _sound(character: str) -> str:
    readings = _table().get(str(ord(character)), character)
    letters = unicodedata.normalize("NFD", readings.split(",")[0]).replace(_UMLAUT, "v")
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


@cache
def _table() -> dict[str, str]:
    """The readings of each character, by its number, the commonest first."""
    package = find_spec("pypinyin")  # looks for it and does not run it
    if package is None or package.origin is None:
        raise ModuleNotFoundError("pypinyin", name="pypinyin")
    table = Path(package.origin).with_name("pinyin_dict.json")
    readings: dict[str, str] = json.loads(table.read_bytes())
    return readings
