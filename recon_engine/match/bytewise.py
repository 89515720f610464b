"""Columns of texts read as bytes, all at once: what a pattern would look for text by text.

A column is joined to one string, a line break before and after each text.  A table then says what
each byte is, and comparisons of neighbours where a piece ends; a regular expression that is started
anew for every text takes several times as long.
"""

from string import ascii_letters, ascii_lowercase, ascii_uppercase, digits

import numpy as np
import numpy.typing as npt
import polars as pl

from recon_engine.match.arrays import Flags, Rows

Bytes = npt.NDArray[np.uint8]

_BREAK = ord("\n")
_JOINING = b"-_/.#"  # signs that ids are written with
_SIGN = ord("-")  # stands for all of them; comes before letters and digits
_OF_DIGITS = 0x20  # a bit that digits have, capitals and line breaks have not
_ASCII = 128

_UPPER = bytes.maketrans(ascii_lowercase.encode(), ascii_uppercase.encode())
_PLAIN = (ascii_letters + digits).encode()
_NEITHER = bytes(set(range(_ASCII)) - set(_PLAIN) - {_BREAK})
_TOLD = bytes(
    _UPPER[byte] if byte in _PLAIN else _SIGN if byte in _JOINING else 0 for byte in range(256)
)


def joined(texts: pl.Series) -> bytes:
    """A line break, and each text with one behind it."""
    if not len(texts):
        return b"\n"
    whole: bytes = texts.str.join("\n").cast(pl.Binary).item()
    return b"\n%b\n" % whole


def bare(data: bytes, count: int) -> pl.Series | None:
    """So many joined texts in upper case, without all that is neither letter nor digit.

    None where some hold other signs than those of ASCII, or line breaks.
    """
    if not data.isascii():
        return None
    texts = _split(data.translate(_UPPER, _NEITHER)[1:])
    return texts if len(texts) == count else None


def pieces(texts: pl.Series, length_min: int) -> tuple[Rows, pl.Series]:
    """Letters and digits with single signs between them, in upper case and without the signs.

    A piece holds a digit.  Of one that holds letters too, each run of digits is a piece as well;
    these stand last.

    Args:
        texts: any.
        length_min: shorter pieces are left out, characters.

    Returns:
        Place of the text that holds it, and the piece.
    """
    data = joined(texts)
    plain, last = _pieces(np.frombuffer(data.translate(_TOLD), np.uint8))
    words = _compact(plain, last)
    signs = np.frombuffer(words, np.uint8)
    end = np.flatnonzero(signs == _BREAK)
    start = np.append(0, end + 1)[: len(end)]
    is_id = end - start >= length_min
    is_id &= np.bitwise_or.reduceat(signs, start) & _OF_DIGITS > 0
    run, run_end = _runs_beside_letters(signs, length_min)
    owner, every = end.searchsorted(run), _split(words)
    runs = every.gather(owner).str.slice(pl.Series(run - start[owner]), pl.Series(run_end - run))
    word = np.flatnonzero(is_id)
    stop = np.flatnonzero(last)[np.concatenate([word, owner])]
    return _begins(texts).searchsorted(stop) - 1, pl.concat(
        [every.gather(word), runs], rechunk=True
    )


def _begins(texts: pl.Series) -> Rows:
    """Where each text begins in what is joined; they may hold line breaks themselves."""
    size = texts.str.len_bytes().to_numpy().astype(np.int64) + 1
    begins: Rows = np.cumsum(size) - size + 1
    return begins


def _split(lines: bytes) -> pl.Series:
    """The texts, each of which has a line break behind it."""
    if not lines:
        return pl.Series([], dtype=pl.String)
    return pl.Series([lines[:-1].decode("ascii")]).str.split("\n").explode()


def _pieces(told: Bytes) -> tuple[Bytes, Flags]:
    """The letters and digits, 0 elsewhere; and whether a piece ended just before a byte."""
    is_plain = told > _SIGN
    inside = is_plain.copy()
    inside[1:-1] |= (told[1:-1] == _SIGN) & is_plain[:-2] & is_plain[2:]
    last = np.zeros(len(told), np.bool_)
    np.greater(inside[:-1], inside[1:], out=last[1:])
    return told * is_plain.view(np.uint8), last


def _compact(plain: Bytes, last: Flags) -> bytes:
    """What is plain, with a line break behind every piece."""
    return (plain + last * np.uint8(_BREAK)).tobytes().translate(None, b"\0")


def _runs_beside_letters(words: Bytes, length_min: int) -> tuple[Rows, Rows]:
    """Where runs of digits begin and end that are not the whole of their word."""
    is_digit = np.zeros(len(words) + 1, np.bool_)
    np.not_equal(words & _OF_DIGITS, 0, out=is_digit[1:])
    edges = np.flatnonzero(is_digit[1:] != is_digit[:-1])
    start, end = edges[::2], edges[1::2]
    # The last byte is a break; it stands before the first one, too.
    kept = (words[start - 1] != _BREAK) | (words[end] != _BREAK)
    kept &= end - start >= length_min
    return start[kept], end[kept]
