"""``tieout VERB …``: parses the command line, runs one verb, answers with an exit code.

Each verb is a module of :mod:`xl_addin.verbs`, imported only when it is asked for, so that a verb
pays only for what it needs.  Bad input ends as sentences on stderr and exit code 2; a proof that
failed as exit code 3 with nothing written.
"""

import argparse
import gc
import importlib
import os
import sys
from collections.abc import Sequence
from typing import NoReturn, Protocol, cast

from recon_engine import __version__
from recon_engine.errors import Code, ExitCode, TieoutError, error
from recon_engine.messages import Language, explain, has, text
from xl_addin.actions.call import is_call, read_call
from xl_addin.actions.registry import VERB_ROLES

# Objects made before the collector of cycles looks for some: a command makes millions of objects
# and hardly a cycle, and the looking takes a tenth of its time.
_COLLECTED_AFTER = 200_000
VERBS = (
    "demo", "read", "match", "close", "apply", "export", "check", "sign-in", "sign-out",
    "sign-off", "users", "doctor", "serve",
)  # fmt: skip


class Verb(Protocol):
    """What a module of :mod:`xl_addin.verbs` offers."""

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declares the verb's arguments."""

    def run(self, options: argparse.Namespace) -> None:
        """Does the work; raises TieoutError with everything that is wrong."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise error(Code.USAGE, value=message)


def program() -> int:
    """The command line as a process of its own."""
    gc.set_threshold(_COLLECTED_AFTER)
    return main()


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command line and answers its exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    language = chosen_language(words)
    for stream in (sys.stdout, sys.stderr):  # a pipe on Windows is not UTF-8 by itself
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(encoding="utf-8", errors="replace")
    try:
        if is_call(words):
            return _action(words)
        options = _parser(words, language).parse_args(words)
        options.language = language
        options.person = _admitted(options.verb)
        _verb(options.verb).run(options)
    except TieoutError as told:
        for problem in told.problems:
            print(explain(problem, language), file=sys.stderr)  # noqa: T201 - the edge speaks
        return int(told.exit_code)
    return int(ExitCode.DONE)


def chosen_language(words: Sequence[str]) -> Language:
    """``--lang`` if given and known, else the machine's, else English."""
    given = ""
    for n, word in enumerate(words):
        if word == "--lang" and n + 1 < len(words):
            given = words[n + 1]
        elif word.startswith("--lang="):
            given = word.removeprefix("--lang=")
    if given in set(Language):
        return Language(given)
    machine = os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    if machine.startswith(("zh_TW", "zh_HK", "zh_Hant")):
        return Language.ZH_HANT
    return Language.ZH_HANS if machine.startswith("zh") else Language.EN


def _parser(words: Sequence[str], language: Language) -> argparse.ArgumentParser:
    parser = _Parser(prog="tieout", description=text("cli.about", language), allow_abbrev=False)
    parser.add_argument("--version", action="version", version=f"tieout {__version__}")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    for name in VERBS:
        about = text(f"cli.verb.{name}", language)
        verb = verbs.add_parser(name, help=about, description=about, allow_abbrev=False)
        if name in words:
            _verb(name).arguments(verb)
            _explain(verb, name, language)
    return parser


def _explain(verb: argparse.ArgumentParser, name: str, language: Language) -> None:
    """Says of each argument what it is for, where there are words for it."""
    for argument in verb._actions:
        key = f"cli.option.{name}.{argument.dest}"
        if has(key):
            argument.help = text(key, language)


def _admitted(verb: str) -> object:
    """Who works, where the verb asks for it; see xl_addin.people.gate."""
    if verb not in VERB_ROLES:
        return None
    return importlib.import_module("xl_addin.people.gate").this_gate().admitted(VERB_ROLES[verb])


def _action(words: Sequence[str]) -> int:
    """A ribbon button's work; its own module, because a verb pays only for what it needs."""
    call = read_call(words)
    entry = importlib.import_module("xl_addin.actions.entry")
    return int(entry.run(call))


def _verb(name: str) -> Verb:
    return cast("Verb", importlib.import_module(f"xl_addin.verbs.{name.replace('-', '_')}"))
