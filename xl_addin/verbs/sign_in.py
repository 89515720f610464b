"""``tieout sign-in NAME``: name and password, for some hours on this machine."""

import argparse
from pathlib import Path

from recon_engine.messages import text
from xl_addin.inputs import say
from xl_addin.people.gate import this_gate
from xl_addin.people.prompt import given_password


def arguments(parser: argparse.ArgumentParser) -> None:
    """Who; the password is asked for, or stands in a file."""
    parser.add_argument("name", metavar="NAME")
    parser.add_argument("--password-file", type=Path, metavar="FILE")
    parser.add_argument("--lang", metavar="LANG")


def run(options: argparse.Namespace) -> None:
    """Signs in.

    Raises:
        TieoutError: there is no such person, the password is wrong, or it is too early to try.
    """
    gate = this_gate()
    gate.store.read()  # says that there are no users before it asks for a password
    password = given_password(options.name, options.password_file, options.language)
    person, until = gate.sign_in(options.name, password)
    role = text(f"ribbon.role.{person.role}", options.language)
    say("cli.sign_in.done", options.language, name=person.name, role=role, until=until)
