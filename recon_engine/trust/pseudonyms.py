"""Pseudonyms: the same value has the same one, and nobody without the key finds the value.

They are keyed hashes (HMAC-SHA256).  A plain hash would not do: there are few names, and whoever
hashes all of them knows them all.
"""

import hmac
from hashlib import sha256

SIGNS = 8
MARK = " #"  # between what is shown of a person and the pseudonym
_LETTERS = "bcdfghjkmnpqrstvwxyz"
_PAIRS = tuple(f"{digit}{letter}" for digit in range(10) for letter in _LETTERS)
_KEY_BYTES_MIN = 1


def tag(key: bytes, value: str) -> str:
    """Eight signs, digits and consonants in turn, so that they are never a word or a number.

    Args:
        key: secret; other keys give other pseudonyms.
        value: what stands behind it.
    """
    if len(key) < _KEY_BYTES_MIN:
        raise ValueError("a pseudonym without a key hides nothing")
    digest = hmac.digest(key, value.encode("utf-8", "surrogatepass"), "sha256")
    pairs = int.from_bytes(digest[:8]), int.from_bytes(digest[8:16])
    return "".join(
        _PAIRS[number // len(_PAIRS) ** turn % len(_PAIRS)] for number in pairs for turn in (0, 1)
    )


def key_of(*secrets: str) -> bytes:
    """A key made of what only the house knows."""
    return sha256("\x1f".join(secrets).encode("utf-8", "surrogatepass")).digest()


def is_tagged(text: str) -> bool:
    """Whether a text ends in a pseudonym."""
    _, mark, end = text.rpartition(MARK)
    return (
        bool(mark)
        and len(end) == SIGNS
        and all(sign in _LETTERS if n % 2 else sign in "0123456789" for n, sign in enumerate(end))
    )
