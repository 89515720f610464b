"""The one place where it is decided whether a person may do something.

Buttons and verbs ask here before they begin.  Without a users file everybody may do everything, as
the unnamed person that the machine knows.
"""

import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from recon_engine.errors import Code, TieoutError, error
from recon_engine.reconcile.take_up import Actor
from recon_engine.trust import users as people
from recon_engine.trust.audit import Act
from recon_engine.trust.passwords import USUAL, Cost
from recon_engine.trust.roles import Role, allows
from recon_engine.trust.sessions import holder, opened
from recon_engine.trust.users import Random, Tried, User, Users
from xl_addin.people.places import Places, places
from xl_addin.people.store import UsersStore, write_private

_NOT_WRITTEN = (Code.TARGET_LOCKED, Code.USERS_BUSY)


@dataclass(frozen=True, slots=True)
class Person:
    """Who works.

    Attributes:
        name: under which he signed in, "" where nobody has.
        role: in which role.
        os_user: the logon name of the machine.
        key: that seals what he does, hexadecimal.
    """

    name: str = ""
    role: str = ""
    os_user: str = ""
    key: str = ""

    @property
    def actor(self) -> Actor:
        """As the decisions name him."""
        return Actor(self.name, self.role) if self.name else Actor(self.os_user)

    def act(self, what: str, at: str, note: str = "") -> Act:
        """Something that he does, for the log."""
        return Act(what, at, self.name, self.role, self.os_user, self.key, note)


def _now() -> datetime:
    return datetime.now(UTC).astimezone()


@dataclass
class Gate:
    """The door.

    Attributes:
        places: where the files about people lie.
        now: the time with its offset.
        random: gives random bytes.
        cost: how slow a try of a new password is.
    """

    places: Places
    now: Callable[[], datetime] = _now
    random: Random = secrets.token_bytes
    cost: Cost = USUAL

    @property
    def store(self) -> UsersStore:
        """The users file."""
        return UsersStore(self.places.users)

    def keys(self) -> dict[str, str]:
        """Everybody's key by name, by which seals are proved; none where nobody signs in.

        Raises:
            TieoutError: USERS_DAMAGED.
        """
        return self.store.read().keys() if self.store.there else {}

    def person(self) -> Person:
        """Who has signed in; the unnamed one where nobody has, or nobody needs to.

        Raises:
            TieoutError: SESSION_ENDED, USERS_DAMAGED.
        """
        nobody = Person(os_user=self.places.os_user)
        if not self.store.there or not self.places.session.is_file():
            return nobody
        user = holder(self.places.session.read_bytes(), self.store.read(), self.now())
        if user is None:
            return nobody
        return Person(user.name, str(user.role), self.places.os_user, user.key)

    def admitted(self, needed: Role) -> Person:
        """The person, if he may do what needs that role.

        Raises:
            TieoutError: NOT_SIGNED_IN, SESSION_ENDED, ROLE_LACKING, USERS_DAMAGED.
        """
        if needed is Role.ANYONE or not self.store.there:
            return self._anyone()
        person = self.person()
        if not person.name:
            raise error(Code.NOT_SIGNED_IN, needed=str(needed))
        if not allows(person.role, needed):
            raise error(Code.ROLE_LACKING, value=person.name, needed=str(needed), role=person.role)
        return person

    def _anyone(self) -> Person:
        """Whoever it is; what keeps him from being known does not keep him out."""
        try:
            return self.person()
        except TieoutError:
            return Person(os_user=self.places.os_user)

    def sign_in(self, name: str, password: str) -> tuple[Person, str]:
        """Signs a person in; answers him, and until when.

        Raises:
            TieoutError: USERS_NONE, USERS_DAMAGED, SIGN_IN_WRONG, SIGN_IN_WAIT, SIGN_IN_DISABLED,
                TARGET_LOCKED.
        """
        tried = self._judged(name, password)
        if tried.user is None:
            raise TieoutError([tried.problem] if tried.problem else [])
        return self._opened(tried.users, tried.user)

    def _judged(self, name: str, password: str) -> Tried:
        """The sign-in judged, and its tries counted where that can be written.

        A person who may only read the shared folder can sign in all the same.
        """
        judged: list[Tried] = []

        def make(users: Users | None) -> Users:
            if users is None:
                raise error(Code.USERS_NONE, value=self.places.users.name)
            judged.append(people.tried(users, name, password, self.now()))
            return judged[-1].users

        try:
            self.store.change(make)
        except TieoutError as fault:
            if fault.problems[0].code not in _NOT_WRITTEN:
                raise
            if not judged:
                make(self.store.read())
        return judged[-1]

    def _opened(self, users: Users, user: User) -> tuple[Person, str]:
        now = self.now()
        write_private(self.places.session, opened(users, user, now, self.random))
        person = Person(user.name, str(user.role), self.places.os_user, user.key)
        return person, f"{now + timedelta(hours=users.session_hours):%Y-%m-%d %H:%M}"

    def change(self, make: Callable[[Users], Users]) -> Users:
        """Changes the users file.

        Raises:
            TieoutError: USERS_NONE, or what ``make`` raises.
        """

        def made(users: Users | None) -> Users:
            if users is None:
                raise error(Code.USERS_NONE, value=self.places.users.name)
            return make(users)

        return self.store.change(made)

    def sign_out(self) -> None:
        """Ends the sign-in on this machine."""
        self.places.session.unlink(missing_ok=True)

    def first(self, name: str, password: str) -> tuple[Person, str]:
        """Begins a users file with its administrator, and signs him in.

        Raises:
            TieoutError: USER_NAME, PASSWORD_SHORT, USER_EXISTS when somebody was faster.
        """

        def make(users: Users | None) -> Users:
            if users is not None:
                raise error(Code.USER_EXISTS, value=self.places.users.name)
            return people.first(name, password, self.random, self.cost)

        users = self.store.change(make)
        return self._opened(users, users.people[0])


def this_gate(environment: Mapping[str, str] | None = None) -> Gate:
    """The door of this machine and this person."""
    return Gate(places(os.environ if environment is None else environment))
