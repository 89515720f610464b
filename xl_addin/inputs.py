"""What several verbs take from the command line: paths, the policy, the language, a terminal."""

import sys
from collections.abc import Collection, Sequence
from pathlib import Path

import polars as pl

from recon_engine.errors import Code, Place, Problem, TieoutError, error
from recon_engine.intake.mapping import read_mapping
from recon_engine.intake.mapping_rows import rows_of_toml, with_mapping
from recon_engine.intake.profile import Profile
from recon_engine.messages import Language, explain, text
from recon_engine.model.policy import Policy, default_policy, read_policy
from recon_engine.model.progress import Progress, silent
from recon_engine.model.results import ColumnGuess, Proposal
from workbook_templates.properties import is_tieout_workbook


def given_policy(path: Path | None, base: Policy | None = None) -> Policy:
    """The policy of a TOML file over another one, or that one alone.

    Args:
        path: the file; none to change nothing.
        base: what it changes; the default policy if not given.

    Raises:
        TieoutError: the file is missing, not TOML, or names what does not exist.
    """
    base = base or default_policy()
    if path is None:
        return base
    if not path.is_file():
        raise error(Code.FILE_MISSING, Place(path.name))
    return read_policy(path.read_text(encoding="utf-8-sig"), path.name, base)


def given_mapping(path: Path) -> Profile:
    """The layout that a person confirmed in a TOML file.

    Raises:
        TieoutError: the file is missing, or describes no layout.
    """
    if not path.is_file():
        raise error(Code.FILE_MISSING, Place(path.name))
    return read_mapping(path.read_text(encoding="utf-8-sig"), path.name)


def given_mappings(paths: Sequence[Path], kept: pl.DataFrame) -> pl.DataFrame:
    """kept.MAPPINGS with the mappings in TOML files, which replace kept ones of their name.

    Raises:
        TieoutError: a file is missing, or describes no layout.
    """
    for path in paths:
        given_mapping(path)
        rows = rows_of_toml(path.stem, path.read_text(encoding="utf-8-sig"))
        kept = with_mapping(kept, rows)
    return kept


def check_targets(inputs: Sequence[Path], targets: Sequence[Path | None]) -> frozenset[Path]:
    """Refuses to write over what is to be read; answers the outputs, which are not to be read.

    An output may lie in an input folder.  A file that is there already is replaced only if it can
    be an earlier output: a workbook, a PDF or a report of ours.

    Raises:
        TieoutError: TARGET_IS_INPUT, for every output that would replace an input.
    """
    read = {path.resolve() for path in inputs}
    resolved = [target.resolve() for target in targets if target]
    both = [t for t in resolved if t in read or (_within(t, read) and not _ours(t))]
    if both:
        raise TieoutError([Problem(Code.TARGET_IS_INPUT, Place(target.name)) for target in both])
    return frozenset(resolved)


def _within(target: Path, read: Collection[Path]) -> bool:
    return target.is_file() and any(folder in target.parents for folder in read)


def _ours(target: Path) -> bool:
    """Whether a file is an earlier output; a report is told by its name alone."""
    if target.suffix.lower() == ".xlsx":
        return is_tieout_workbook(target)
    return target.suffix.lower() in {".pdf", ".json"}


def tell(problems: Sequence[Problem], language: Language) -> None:
    """Each problem as a sentence on stderr; the work goes on."""
    for problem in problems:
        print(explain(problem, language), file=sys.stderr)  # noqa: T201 - the edge speaks


def tell_proposals(proposals: Sequence[Proposal], language: Language) -> None:
    """What each column of an unknown layout seems to be, and why, on stderr."""
    for proposal in proposals:
        lines = [text("intake.mapping.title", language, file=proposal.file, sheet=proposal.sheet)]
        lines += [_guess(guess, language) for guess in proposal.columns]
        print("\n".join(lines), file=sys.stderr)  # noqa: T201 - the edge speaks


def _guess(guess: ColumnGuess, language: Language) -> str:
    """One line: column, role, confidence, evidence."""
    role = text(f"intake.role.{guess.role}", language) if guess.role else "?"
    why = []
    for evidence in guess.evidence:
        code, _, value = evidence.partition("=")
        why.append(text(f"intake.evidence.{code}", language, value=value))
    return text(
        "intake.mapping.line", language, column=guess.column, role=role,
        confidence=guess.confidence, evidence="; ".join(why),
    )  # fmt: skip


def say(key: str, language: Language, **params: object) -> None:
    """A sentence on stdout."""
    print(text(key, language, **params))  # noqa: T201 - the edge speaks


def terminal_progress(language: Language) -> Progress:
    """Progress in one line of a terminal; silence in a pipe."""
    if not sys.stderr.isatty():
        return silent

    def show(key: str, done: int, total: int) -> None:
        figures = f" {done:,}/{total:,}" if total else ""
        line = text(f"cli.progress.{key}", language) + figures
        print(f"\r\x1b[K{line}", end="", file=sys.stderr, flush=True)  # noqa: T201
        if key == "done":
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)  # noqa: T201

    return show
