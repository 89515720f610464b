"""Names keyed one at a time and letter by letter, as one would by hand: slow and obvious."""

import re
from collections.abc import Iterator
from itertools import pairwise
from unicodedata import category

from recon_engine.match.names import INITIAL, LETTERS, MASKED, SLIP, START
from recon_engine.match.sounds import sounds

HAN = "\u3005\u3007\u3400-\u9fff\U00020000-\U0002a6df"  # enough for the names that are tried
Key = tuple[int, str, bool]  # kind, what is kept, and whether the name is short


def shown(name: str) -> str:
    """The name in small letters, each mask as one star."""
    small = "".join(c.lower() for c in name).replace("ς", "σ")
    return re.sub("[*x＊○●]{2,}|[＊○●]", "*", small)


def words(name: str) -> list[str]:
    """The words of a name that is not masked, in Latin letters if it is Chinese."""
    small = shown(name)
    if "*" in small:
        return []
    small = re.sub(f"^([{HAN}])([{HAN}]+)\\Z", r"\1 \2", small)
    read = "".join(sounds(c).get(c, c) for c in small)
    return "".join(c if category(c)[0] == "L" else " " for c in read).split()


def keys(name: str) -> set[Key]:
    """The keys of a name."""
    return set(_keys(shown(name), words(name)))


def _keys(small: str, said: list[str]) -> Iterator[Key]:
    han, letters = bool(re.search(f"[{HAN}]", small)), "".join(said)
    if said:
        yield LETTERS, "".join(sorted(letters)), False
    for way in (letters, "".join([*said[-1:], *said[:-1]])):
        if len(way) >= 8:
            yield START, way[:8], not han
    if len(said) == 2:
        yield from _of_two(small, said[0], said[1], han=han)
    if "*" in small:
        yield MASKED, re.sub(r"\*+", "*", re.sub(r"[\s.,]", "", small)), True
    elif re.fullmatch(f"[{HAN}]{{2,4}}", small):
        yield MASKED, small[0] + "*", False
        yield MASKED, small[0] + "*" + (small[-1] if len(small) > 2 else ""), False


def _of_two(small: str, first: str, last: str, *, han: bool) -> Iterator[Key]:
    for word, other in ((last, first), (first, last)):
        if len(word) >= 3:
            yield INITIAL, f"{word} {other[0]}", len(other) == 1
    if not han:
        yield SLIP, f"{first} {last[:2]}", False
        yield MASKED, f"{first[0]}*{last}", False
    elif len(small) > 2:
        yield SLIP, small[:-1], False


def pieces(text: str) -> set[str]:
    """What a text says that could be a name."""
    runs = re.findall(f"[{HAN}]{{2,}}", text)
    masked = re.findall(rf"[{HAN}]\*+[{HAN}]?|[A-Za-z]\*+ ?[A-Za-z]+", text)
    said = [word for run in re.findall("[A-Za-z.,]+", text) if (word := run.strip(","))]
    pairs = [f"{one} {two}" for one, two in pairwise(said)]
    # A word of two characters or more may stand before the name.
    ends = {run[-n:] for run in runs for n in (2, 3, 4) if len(run) == n or len(run) >= n + 2}
    return ends | {*masked, *said, *pairs}
