"""Passwords as they are kept: a salt, how slow, and what scrypt makes of them; never themselves."""

import hashlib
import hmac
import unicodedata
from dataclasses import dataclass
from typing import Any

SALT_BYTES = 16
_HASH_BYTES = 32
_MEMORY_SPARE = 2  # times what scrypt needs; Python refuses what comes close to its limit
_COST_MAX = 2**22  # of n times r times p: a damaged file must not take the machine's memory
LENGTH_MIN = 8  # characters


@dataclass(frozen=True, slots=True)
class Cost:
    """How much work one try is; kept beside each password, so that it can grow later.

    Attributes:
        n: scrypt's work factor, a power of two; memory is 128 n r bytes.
        r: block size.
        p: rounds one after the other.
    """

    n: int = 2**15
    r: int = 8
    p: int = 3


USUAL = Cost()


@dataclass(frozen=True, slots=True)
class Secret:
    """A password as it is kept: hexadecimal salt and digest, and the cost of making it."""

    salt: str
    cost: Cost
    digest: str


def secret_of(password: str, salt: bytes, cost: Cost) -> Secret:
    """What is kept of a password.

    Args:
        password: as typed; the same letters in another width or composition are the same.
        salt: random bytes, others for each password.
        cost: how slow.
    """
    return Secret(salt.hex(), cost, _derived(password, salt, cost).hex())


def fits(password: str, secret: Secret) -> bool:
    """Whether a password is the one that was kept; takes as long whether it is or not."""
    made = _derived(password, bytes.fromhex(secret.salt), secret.cost)
    return hmac.compare_digest(made, bytes.fromhex(secret.digest))


def _derived(password: str, salt: bytes, cost: Cost) -> bytes:
    typed = unicodedata.normalize("NFKC", password).encode()
    memory = 128 * cost.r * (cost.n + cost.p) * _MEMORY_SPARE
    return hashlib.scrypt(
        typed, salt=salt, n=cost.n, r=cost.r, p=cost.p, maxmem=memory, dklen=_HASH_BYTES
    )


def secret_from(told: dict[str, Any]) -> Secret:
    """A kept password out of a users file.

    Raises:
        ValueError: it is none.
        KeyError: a part is missing.
        TypeError: a part is of another kind.
    """
    n, r, p = (int(told["scrypt"][part]) for part in ("n", "r", "p"))
    if n < 2 or n & (n - 1) or min(r, p) < 1 or n * r * p > _COST_MAX:
        raise ValueError("scrypt")
    salt, digest = str(told["salt"]), str(told["digest"])
    if len(bytes.fromhex(salt)) < SALT_BYTES or len(bytes.fromhex(digest)) != _HASH_BYTES:
        raise ValueError("salt")
    return Secret(salt, Cost(n, r, p), digest)


def told_of(secret: Secret) -> dict[str, Any]:
    """A kept password as a users file holds it."""
    cost = {"n": secret.cost.n, "r": secret.cost.r, "p": secret.cost.p}
    return {"salt": secret.salt, "scrypt": cost, "digest": secret.digest}
