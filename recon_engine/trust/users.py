"""The people of a firm, as data: who they are, what they may do, and how a sign-in is judged.

Nothing here reads a clock, a file or a source of chance; all three are arguments.  A users file is
JSON with a version.  It holds each person's key in the clear: whoever can read it can seal as
anybody (see docs/guide.md), so it lies where only the firm's own people can read.
"""

import json
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from recon_engine.errors import Code, Problem, error
from recon_engine.trust.passwords import (
    LENGTH_MIN,
    SALT_BYTES,
    Cost,
    Secret,
    fits,
    secret_from,
    secret_of,
    told_of,
)
from recon_engine.trust.roles import ROLES, Role

VERSION = 1
SESSION_HOURS = 12  # that a sign-in holds, where the file says nothing else
_SESSION_HOURS_MAX = 24 * 31
_TRIES_FREE = 3  # wrong passwords before a wait
_WAIT_SECONDS = 5  # after the first that is not free; doubles with each further one
_WAIT_SECONDS_MAX = 900
_NAME_MAX = 40  # characters
_KEY_BYTES = 32
Random = Callable[[int], bytes]  # so many random bytes


@dataclass(frozen=True, slots=True)
class User:
    """One person.

    Attributes:
        name: by which he signs in, and which stands in the log.
        role: what he may do.
        enabled: whether he may sign in; nobody is ever removed, so that old seals stay provable.
        secret: his password as it is kept.
        key: hexadecimal; seals what he does.
        failed: wrong passwords since the last right one.
        failed_at: when the last of them was, ISO 8601; "" when there was none.
    """

    name: str
    role: Role
    enabled: bool
    secret: Secret
    key: str
    failed: int = 0
    failed_at: str = ""


@dataclass(frozen=True, slots=True)
class Users:
    """A users file.

    Attributes:
        identity: tells one firm's file from another's; sessions are bound to it.
        people: in the order in which they were added.
        session_hours: how long a sign-in holds.
    """

    identity: str
    people: tuple[User, ...] = ()
    session_hours: int = SESSION_HOURS

    def find(self, name: str) -> User | None:
        """The person of that name, however it is written; none if nobody has it."""
        wanted = _plain(name)
        return next((user for user in self.people if _plain(user.name) == wanted), None)

    def known(self, name: str) -> User:
        """As :meth:`find`.

        Raises:
            TieoutError: USER_UNKNOWN.
        """
        user = self.find(name)
        if user is None:
            raise error(Code.USER_UNKNOWN, value=name)
        return user

    def keys(self) -> dict[str, str]:
        """Everybody's key by name, those who are disabled too."""
        return {user.name: user.key for user in self.people}


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of a sign-in: the file as it is to be kept, and the person or what was wrong."""

    users: Users
    user: User | None
    problem: Problem | None = None


def _plain(name: str) -> str:
    return unicodedata.normalize("NFKC", name).strip().casefold()


# ---- who is there --------------------------------------------------------------------------------


def first(name: str, password: str, random: Random, cost: Cost) -> Users:
    """A new firm: its first person is its administrator.

    Raises:
        TieoutError: USER_NAME, PASSWORD_SHORT.
    """
    empty = Users(random(SALT_BYTES).hex())
    return added(empty, name, Role.ADMINISTRATOR, password, random, cost)


def added(users: Users, name: str, role: Role, password: str, random: Random, cost: Cost) -> Users:
    """One person more.

    Args:
        users: so far.
        name: letters as a person writes them, no control signs.
        role: what he may do.
        password: his first one.
        random: gives random bytes.
        cost: how slow a try is to be.

    Raises:
        TieoutError: USER_NAME, USER_EXISTS, PASSWORD_SHORT.
    """
    shown = unicodedata.normalize("NFC", name).strip()
    if not shown or len(shown) > _NAME_MAX or not shown.isprintable():
        raise error(Code.USER_NAME, value=shown)
    if users.find(shown):
        raise error(Code.USER_EXISTS, value=shown)
    secret = _secret(password, random, cost)
    user = User(shown, role, enabled=True, secret=secret, key=random(_KEY_BYTES).hex())
    return replace(users, people=(*users.people, user))


def _secret(password: str, random: Random, cost: Cost) -> Secret:
    if len(password) < LENGTH_MIN:
        raise error(Code.PASSWORD_SHORT, value=str(LENGTH_MIN))
    return secret_of(password, random(SALT_BYTES), cost)


def with_password(users: Users, name: str, password: str, random: Random, cost: Cost) -> Users:
    """A new password; sessions that the old one opened end, and waiting is over.

    Raises:
        TieoutError: USER_UNKNOWN, PASSWORD_SHORT.
    """
    user = users.known(name)
    made = replace(user, secret=_secret(password, random, cost), failed=0, failed_at="")
    return _with(users, made)


def with_role(users: Users, name: str, role: Role) -> Users:
    """Another role for a person.

    Raises:
        TieoutError: USER_UNKNOWN, LAST_ADMINISTRATOR.
    """
    return _with(users, replace(users.known(name), role=role))


def with_enabled(users: Users, name: str, *, enabled: bool) -> Users:
    """A person may sign in, or may not any more.

    Raises:
        TieoutError: USER_UNKNOWN, LAST_ADMINISTRATOR.
    """
    return _with(users, replace(users.known(name), enabled=enabled))


def _with(users: Users, made: User) -> Users:
    people = tuple(made if user.name == made.name else user for user in users.people)
    if not any(user.enabled and user.role is Role.ADMINISTRATOR for user in people):
        raise error(Code.LAST_ADMINISTRATOR, value=made.name)
    return replace(users, people=people)


# ---- a sign-in -----------------------------------------------------------------------------------


def tried(users: Users, name: str, password: str, now: datetime) -> Tried:
    """Judges a sign-in.  The same words for a name that nobody has and for a wrong password.

    Args:
        users: the firm's people.
        name: as typed.
        password: as typed.
        now: with its offset.
    """
    user = users.find(name)
    if user is None:
        return Tried(users, None, Problem(Code.SIGN_IN_WRONG, value=name))
    left = _wait(user, now)
    if left:
        kept = _noted(users, replace(user, failed_at=min(user.failed_at, _stamp(now), key=_moment)))
        params = {"seconds": left}
        return Tried(kept, None, Problem(Code.SIGN_IN_WAIT, value=user.name, params=params))
    if not fits(password, user.secret):
        failed = replace(user, failed=user.failed + 1, failed_at=_stamp(now))
        return Tried(_noted(users, failed), None, Problem(Code.SIGN_IN_WRONG, value=name))
    if not user.enabled:
        return Tried(users, None, Problem(Code.SIGN_IN_DISABLED, value=user.name))
    right = replace(user, failed=0, failed_at="")
    return Tried(_noted(users, right), right)


def _noted(users: Users, made: User) -> Users:
    people = tuple(made if user.name == made.name else user for user in users.people)
    return replace(users, people=people)


def _wait(user: User, now: datetime) -> int:
    """How many seconds there is still to wait; all of them where the clock went backwards."""
    over = user.failed - _TRIES_FREE
    if over < 0 or not user.failed_at:
        return 0
    # The power is kept small: a counter that somebody typed must not make a number without end.
    whole = min(_WAIT_SECONDS * 2 ** min(over, 30), _WAIT_SECONDS_MAX)
    gone = max(now - _moment(user.failed_at), timedelta()).total_seconds()
    return max(0, -int(-(whole - gone) // 1))


def _moment(stamp: str) -> datetime:
    return datetime.fromisoformat(stamp)


def _stamp(now: datetime) -> str:
    return now.isoformat(timespec="seconds")


# ---- the file ------------------------------------------------------------------------------------


def read_users(content: bytes) -> Users:
    """The users that a file holds.

    Raises:
        TieoutError: USERS_DAMAGED.
    """
    try:
        told = json.loads(content)
        if told["version"] != VERSION:
            raise ValueError("version")
        hours = int(told["session_hours"])
        if not 1 <= hours <= _SESSION_HOURS_MAX:
            raise ValueError("session_hours")
        people = tuple(_user(each) for each in told["users"])
        if len({_plain(user.name) for user in people}) < len(people):
            raise ValueError("name")
        return Users(str(told["identity"]), people, hours)
    except (ValueError, KeyError, TypeError) as fault:
        said = str(fault).strip("'\"") if isinstance(fault, KeyError) else ""
        raise error(Code.USERS_DAMAGED, value=said) from None


def _user(told: dict[str, Any]) -> User:
    role, key, at = Role(told["role"]), str(told["key"]), str(told["failed_at"])
    if role not in ROLES or len(bytes.fromhex(key)) != _KEY_BYTES:
        raise ValueError("role")
    if at and _moment(at).tzinfo is None:
        raise ValueError("failed_at")
    if not isinstance(told["enabled"], bool):
        raise TypeError("enabled")
    return User(
        str(told["name"]), role, told["enabled"], secret_from(told["password"]), key,
        int(told["failed"]), at,
    )  # fmt: skip


def users_bytes(users: Users) -> bytes:
    """The users as a file holds them; the same users give the same bytes."""
    told = {
        "version": VERSION,
        "identity": users.identity,
        "session_hours": users.session_hours,
        "users": [
            {
                "name": user.name,
                "role": str(user.role),
                "enabled": user.enabled,
                "password": told_of(user.secret),
                "key": user.key,
                "failed": user.failed,
                "failed_at": user.failed_at,
            }
            for user in users.people
        ],
    }
    return (json.dumps(told, ensure_ascii=False, indent=2) + "\n").encode()
