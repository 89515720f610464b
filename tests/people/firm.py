"""A small firm for tests: its gate, its people, and verbs run as one of them."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from recon_engine.trust import users as people
from recon_engine.trust.passwords import Cost
from recon_engine.trust.roles import Role
from recon_engine.trust.users import Users
from xl_addin.command_line import main
from xl_addin.people.gate import Gate
from xl_addin.people.places import USERS_VARIABLE, Places

QUICK = Cost(2, 1, 1)
PASSWORDS = {
    "Rita": "Rita's pass phrase",
    "Paul": "Paul's pass phrase",
    "观察": "观察员的口令一二三",
}


@dataclass
class Firm:
    """Rita looks after the users and reviews, Paul prepares, 观察 looks on."""

    folder: Path
    now: datetime = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)

    @property
    def places(self) -> Places:
        return Places(self.folder / "share" / "users.json", self.folder / "own" / "s.json", "os")

    @property
    def gate(self) -> Gate:
        return Gate(self.places, now=lambda: self.now, cost=QUICK)

    def begin(self) -> None:
        gate = self.gate
        gate.first("Rita", PASSWORDS["Rita"])

        def more(users: Users) -> Users:
            users = people.added(users, "Paul", Role.PREPARER, PASSWORDS["Paul"],
                                 gate.random, gate.cost)  # fmt: skip
            return people.added(users, "观察", Role.VIEWER, PASSWORDS["观察"],
                                gate.random, gate.cost)  # fmt: skip

        gate.change(more)

    def sign_in(self, name: str) -> None:
        self.now += timedelta(seconds=1)
        self.gate.sign_in(name, PASSWORDS[name])


def machine(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """A machine whose command line finds its users file and settings in a folder; English."""
    monkeypatch.setitem(os.environ, USERS_VARIABLE, str(folder / "share" / "users.json"))
    for name in ("APPDATA", "XDG_CONFIG_HOME"):
        monkeypatch.setitem(os.environ, name, str(folder / "config"))
    monkeypatch.setattr(Gate, "__init__", _quick(Gate.__init__))
    for name, password in PASSWORDS.items():
        (folder / f"{name}.txt").write_text(password + "\n", encoding="utf-8")

    def tieout(*words: object) -> int:
        said = [str(word) for word in words]
        return main(said if "--lang" in said else [*said, "--lang", "en"])

    return tieout


def _quick(init: Callable[..., None]) -> Callable[..., None]:
    def made(self: Gate, *args: object, **named: object) -> None:
        init(self, *args, **{"cost": QUICK} | named)

    return made
