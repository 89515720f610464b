"""A sign-in that holds for a while: who, until when, and a number that only the users file makes.

The number is made with the person's key and kept password, so a session ends when the password is
changed, the person is disabled, or another users file takes the place of the one it was opened by.
It guards against a session file that was typed or copied from another firm; whoever can read the
users file could make one.
"""

import hashlib
import hmac
import json
from datetime import datetime, timedelta

from recon_engine.errors import Code, error
from recon_engine.trust.users import Random, User, Users

_NONCE_BYTES = 16
_PARTS = ("user", "users", "began", "ends", "nonce")


def opened(users: Users, user: User, now: datetime, random: Random) -> bytes:
    """A session as a file holds it.

    Args:
        users: the file that the person signed in by.
        user: who.
        now: with its offset.
        random: gives random bytes.
    """
    told = {
        "user": user.name,
        "users": users.identity,
        "began": now.isoformat(timespec="seconds"),
        "ends": (now + timedelta(hours=users.session_hours)).isoformat(timespec="seconds"),
        "nonce": random(_NONCE_BYTES).hex(),
    }
    told["number"] = _number(user, told)
    return (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode()


def holder(content: bytes, users: Users, now: datetime) -> User | None:
    """Whose session it is; nobody's when it is none of this firm.

    Args:
        content: of the session's file.
        users: the firm's people now.
        now: with its offset.

    Raises:
        TieoutError: SESSION_ENDED, when it was one.
    """
    try:
        told = {str(key): str(value) for key, value in json.loads(content).items()}
        user = users.find(told["user"])
        if user is None:
            return None
        began, ends = (datetime.fromisoformat(told[part]) for part in ("began", "ends"))
        before = now < began  # the clock went backwards, or never was right
        number = _number(user, told)
        given = told["number"]
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    if told["users"] != users.identity:
        return None
    if before or now >= ends or not user.enabled:
        raise error(Code.SESSION_ENDED, value=user.name)
    if not hmac.compare_digest(number.encode(), given.encode()):
        raise error(Code.SESSION_ENDED, value=user.name)
    return user


def _number(user: User, told: dict[str, str]) -> str:
    key = bytes.fromhex(user.key) + bytes.fromhex(user.secret.digest)
    said = json.dumps([told[part] for part in _PARTS], ensure_ascii=False)
    return hmac.new(key, f"tieout session\n{said}".encode(), hashlib.sha256).hexdigest()
