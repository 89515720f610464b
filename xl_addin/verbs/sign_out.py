"""``tieout sign-out``: nobody is signed in on this machine any more."""

import argparse

from xl_addin.inputs import say
from xl_addin.people.gate import this_gate


def arguments(parser: argparse.ArgumentParser) -> None:
    """Only the language."""
    parser.add_argument("--lang", metavar="LANG")


def run(options: argparse.Namespace) -> None:
    """Signs out."""
    this_gate().sign_out()
    say("cli.sign_in.out", options.language)
