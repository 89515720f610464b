"""``tieout users …``: who may sign in, and in which role."""

import argparse
import os
from pathlib import Path

from recon_engine.errors import Code, error
from recon_engine.messages import text
from recon_engine.trust import users as people
from recon_engine.trust.roles import ROLES, Role
from recon_engine.trust.users import Users
from xl_addin.inputs import say
from xl_addin.people.gate import Gate, this_gate
from xl_addin.people.places import places, set_users
from xl_addin.people.prompt import given_password

_NAMED = ("add", "password", "role", "disable", "enable")
TASKS = ("list", *_NAMED, "file")


def arguments(parser: argparse.ArgumentParser) -> None:
    """What to do, to whom, and where the users file is."""
    parser.add_argument("task", choices=TASKS, metavar="|".join(TASKS))
    parser.add_argument("name", nargs="?", default="", metavar="NAME")
    parser.add_argument("--role", type=Role, choices=list(ROLES), default=None)
    parser.add_argument("--password-file", type=Path, metavar="FILE")
    parser.add_argument("--lang", metavar="LANG")


def run(options: argparse.Namespace) -> None:
    """Shows or changes the users file.

    Raises:
        TieoutError: the person may not do that, a name is unknown or taken, a password is short.
    """
    if options.task == "file":
        _file(options)
        return
    gate = this_gate()
    if options.task in _NAMED and not options.name:
        raise error(Code.USAGE, value=f"tieout users {options.task} NAME")
    if options.task == "list":
        _list(gate, options)
    elif options.task == "add":
        _add(gate, options)
    else:
        _change(gate, options)


def _file(options: argparse.Namespace) -> None:
    """Says where the users file is, after setting it if a path is given instead of a name."""
    if options.name:
        set_users(os.environ, Path(options.name))
    say("cli.users.file", options.language, path=places(os.environ).users)


def _list(gate: Gate, options: argparse.Namespace) -> None:
    if not gate.store.there:
        say("cli.users.none", options.language)
        return
    gate.admitted(Role.VIEWER)
    for user in gate.store.read().people:
        key = "cli.users.line" if user.enabled else "cli.users.line_off"
        role = text(f"ribbon.role.{user.role}", options.language)
        say(key, options.language, name=user.name, role=role)


def _add(gate: Gate, options: argparse.Namespace) -> None:
    """One person more; the first of all is the administrator, and is signed in."""
    name, begins = options.name, not gate.store.there
    role = Role.ADMINISTRATOR if begins else options.role
    if role is None:
        raise error(Code.USAGE, value=f"tieout users add {name} --role {'|'.join(ROLES)}")
    if not begins:
        gate.admitted(Role.ADMINISTRATOR)
    password = given_password(name, options.password_file, options.language, twice=True)
    if begins:
        gate.first(name, password)
    else:
        gate.change(lambda users: people.added(users, name, role, password, gate.random, gate.cost))
    word = text(f"ribbon.role.{role}", options.language)
    say("cli.users.added", options.language, name=name, role=word)


def _change(gate: Gate, options: argparse.Namespace) -> None:
    """What an administrator changes; a password also the person himself."""
    name, task = options.name, options.task
    own = gate.store.there and gate.person().name == gate.store.read().known(name).name
    gate.admitted(Role.VIEWER if task == "password" and own else Role.ADMINISTRATOR)
    if task == "password":
        password = given_password(name, options.password_file, options.language, twice=True)
        gate.change(lambda u: people.with_password(u, name, password, gate.random, gate.cost))
    elif task == "role":
        if options.role is None:
            raise error(Code.USAGE, value=f"tieout users role {name} --role {'|'.join(ROLES)}")
        gate.change(lambda users: people.with_role(users, name, options.role))
    else:
        gate.change(lambda users: _barred(users, name, enabled=task == "enable"))
    say("cli.users.changed", options.language, name=name)


def _barred(users: Users, name: str, *, enabled: bool) -> Users:
    return people.with_enabled(users, name, enabled=enabled)
