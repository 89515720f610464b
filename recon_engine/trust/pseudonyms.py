"""Pseudonyms: the same value has the same one, and nobody without the key finds the value.

They are keyed hashes (HMAC-SHA256).  A plain hash would not do: there are few names, and whoever
hashes all of them knows them all.
"""

import hmac
from hashlib import sha256

SIGNS = 8
MARK = " #"  # between what is shown of a person and the pseudonym
_LETTERS = "bcdfghjkmnpqrstvwxyz"
_KEY_BYTES_MIN = 1


def tag(key: bytes, value: str) -> str:
    """Eight signs, digits and consonants in turn, so that they are never a word or a number.

    Args:
        key: secret; other keys give other pseudonyms.
        value: what stands behind it.
    """
    if len(key) < _KEY_BYTES_MIN:
        raise ValueError("a pseudonym without a key hides nothing")
    number = int.from_bytes(hmac.digest(key, value.encode("utf-8", "surrogatepass"), "sha256"))
    signs = []
    for position in range(SIGNS):
        number, rest = divmod(number, 20 if position % 2 else 10)
        signs.append(_LETTERS[rest] if position % 2 else str(rest))
    return "".join(signs)


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
