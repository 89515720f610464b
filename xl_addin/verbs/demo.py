"""``tieout demo``: a month as the platforms write it, closed, and held against its truth."""

import argparse
from dataclasses import asdict, replace
from pathlib import Path

from recon_engine.demo import Comparison, DemoMonth, against_truth, make_month, write_month
from recon_engine.demo.month import ORDERS_MIN
from recon_engine.errors import Code, error
from recon_engine.messages import Language, text
from recon_engine.model.policy import default_policy
from xl_addin.inputs import say, tell, terminal_progress


def arguments(parser: argparse.ArgumentParser) -> None:
    """Where to, how much, and which month."""
    parser.add_argument("--out", type=Path, default=Path("tieout-demo"), metavar="DIR")
    parser.add_argument("--orders", type=int, default=2000, metavar="N")
    parser.add_argument("--seed", type=int, default=1, metavar="S")
    parser.add_argument("--lang", type=Language, choices=list(Language), default=None)


def run(options: argparse.Namespace) -> None:
    """Writes the files, closes them as a user's are closed, and says what was found."""
    if options.orders < ORDERS_MIN:
        raise error(Code.USAGE, value=f"--orders {options.orders} < {ORDERS_MIN}")
    month = make_month(options.orders, options.seed, goods=True)
    paths = write_month(month, options.out)
    _say_files(month, options.out, options.language)
    _close(month, paths, options.out, options.language)


def _say_files(month: DemoMonth, folder: Path, language: Language) -> None:
    say(
        "demo.files.written",
        language,
        count=len(month.files),
        company=month.truth.company,
        orders=f"{len(month.truth.orders):,}",
        start=month.truth.start,
        end=month.truth.end,
        folder=folder / "files",
    )


def _close(month: DemoMonth, paths: list[Path], folder: Path, language: Language) -> None:
    from xl_addin.verbs.close import close_files, write_close  # noqa: PLC0415 - after the files

    progress = terminal_progress(language)
    policy = replace(default_policy(), company=month.truth.company)
    closed = close_files(paths, policy, progress)
    tell(closed.problems, language)
    workbook, pdf = folder / "close.xlsx", folder / "close.pdf"
    write_close(closed, language, workbook, pdf, progress)
    progress("done", 0, 0)
    say("demo.files.closed", language, workbook=workbook, pdf=pdf)
    say_comparison(against_truth(closed, month.truth), language)


def say_comparison(found: Comparison, language: Language) -> None:
    """What the close found of the truth: two lines of links, then a line for each code."""
    say("demo.truth.orders", language, **asdict(found.orders))
    say("demo.truth.payouts", language, **asdict(found.payouts))
    say("demo.truth.heading", language)
    for tally in found.exceptions:
        figures = {**asdict(tally), "reason": text(f"reasons.{tally.reason}.name", language)}
        say("demo.truth.exception", language, **figures)
