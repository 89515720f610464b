"""Bytes → text.  What decodes strictly as UTF-8 is UTF-8; of the rest the known words decide.

Almost any bytes decode as GB18030, so that a decoder does not fail proves nothing: the encoding
whose text holds the captions that statements use is taken, then the one in which high bytes come
in pairs, and only for what is left charset-normalizer is asked.
"""

import codecs
import re
from dataclasses import dataclass

from charset_normalizer import from_bytes

from recon_engine.intake import limits
from recon_engine.intake.mojibake import WORDS, Repair, repair
from recon_engine.intake.names import bare_name, normal_name
from recon_engine.intake.profile import profiles

_CJK = ("gb18030", "big5hkscs")
_LATIN = (
    "cp1252",
    "cp1250",
    "cp1251",
    "cp1253",
    "cp1254",
    "cp1257",
    "iso8859_2",
    "iso8859_15",
    "cp852",
)
_SAMPLE = 1 << 18
# What frames a transmission or ends a file on old systems; never a part of a character.
_FRAMES = b"\x01\x02\x03\x1a"
_HIGH_RUNS = re.compile(rb"[\x80-\xff]+")
_DECLARATION = re.compile(rb"""<\?xml[^>]*\bencoding=["']([\w.-]+)|\bCHARSET:\s*(\d{3,4})\b""")
_HEAD = 1_000
_DELIMITERS = re.compile(r"[,;\t|]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
_BAD_SHARE_MAX = 200  # at most one broken character in so many


@dataclass(frozen=True, slots=True)
class Decoded:
    """A file's text, the encoding it was in, and what had to be undone to get it."""

    text: str
    encoding: str
    repair: Repair | None = None


def decode(content: bytes) -> Decoded | None:
    """The text, or None when no encoding is sure."""
    for mark in (b"\xff\xfe", b"\xfe\xff"):
        if content.startswith(mark):
            return _tried(content, "utf-16")
    marked = content.startswith(b"\xef\xbb\xbf")
    if not marked and any(frame in content for frame in _FRAMES):
        content = content.translate(None, _FRAMES)
    return _utf8(content) or _declared(content) or _legacy(content) or _mended(content)


def _utf8(content: bytes) -> Decoded | None:
    """What decodes strictly; a text that was decoded wrongly before is given back as it was."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    told = repair(text)
    if told:
        return Decoded(told.text or text, "utf-8", told)
    return None if _CONTROL.search(text[:_SAMPLE]) else Decoded(text, "utf-8")


def _tried(content: bytes, name: str) -> Decoded | None:
    try:
        text = content.decode(name)
    except UnicodeDecodeError:
        return None
    return None if _CONTROL.search(text[:_SAMPLE]) else Decoded(text, name)


def _declared(content: bytes) -> Decoded | None:
    """The encoding that XML or OFX says it is in, where it reads every byte."""
    told = _DECLARATION.search(content[:_HEAD])
    if not told:
        return None
    name = (told[1] or b"cp" + told[2]).decode("ascii", "ignore")
    try:
        codecs.lookup(name)
    except LookupError:
        return None
    return _tried(content, name)


def _legacy(content: bytes) -> Decoded | None:
    """The first encoding of its family that reads every byte, likeliest family first."""
    order = _likely(content[:_SAMPLE])
    return next((read for name in order if (read := _tried(content, name))), None)


def _likely(sample: bytes) -> list[str]:
    words = {name: len(WORDS.findall(sample.decode(name, "ignore"))) for name in _CJK}
    best = max(words, key=lambda name: words[name])
    if words[best]:
        return [best]
    if _in_pairs(sample):
        return list(_CJK)
    return _guessed(sample)


def _in_pairs(sample: bytes) -> bool:
    """Whether high bytes come in even runs, as in Chinese, and not one by one, as in German."""
    runs = [len(run) for run in _HIGH_RUNS.findall(sample)]
    even = sum(length for length in runs if length % 2 == 0)
    return bool(runs) and even * 10 >= 9 * sum(runs)


def _guessed(sample: bytes) -> list[str]:
    """Single-byte encodings, those first whose text has the most captions that we know."""
    best = from_bytes(sample, cp_isolation=list(_LATIN)).best()
    order = [best.encoding, *_LATIN] if best else list(_LATIN)
    return sorted(order, key=lambda name: -_captions_in(sample.decode(name, "ignore")))


def _captions_in(text: str) -> int:
    known = {caption for p in profiles() for names in p.columns.values() for caption in names}
    lines = text.splitlines()[: limits.HEADER_ROWS_MAX]
    cells = {normal_name(cell) for line in lines for cell in _DELIMITERS.split(line)}
    return len(known & {*cells, *map(bare_name, cells)})


def _mended(content: bytes) -> Decoded | None:
    """A text with a few broken bytes, where the rest leaves no doubt: a cut export, a bad byte."""
    for name in ("utf-8", *_likely(content[:_SAMPLE])):
        text = content.decode(name, "replace")
        broken = text.count("\ufffd")
        if not _CONTROL.search(text[:_SAMPLE]) and broken * _BAD_SHARE_MAX <= len(text):
            return Decoded(text, name)
    return None
