"""``tieout close``: closes a month from its files into a workbook."""

import argparse
from collections.abc import Collection, Sequence
from pathlib import Path

from recon_engine.close import close_month
from recon_engine.export.files import write_json
from recon_engine.export.json_report import close_report
from recon_engine.export.replacing import close_file, replace_file
from recon_engine.intake import read_files
from recon_engine.intake.mapping_rows import layouts
from recon_engine.messages import Language
from recon_engine.model.kept import Kept
from recon_engine.model.policy import Policy
from recon_engine.model.progress import Progress, silent
from recon_engine.model.results import Close, Period
from workbook_templates.render import render_close, workbook_bytes
from xl_addin.inputs import (
    check_targets,
    given_mappings,
    given_policy,
    say,
    tell,
    terminal_progress,
)
from xl_addin.periods import assumed, for_undated, named_period


def arguments(parser: argparse.ArgumentParser) -> None:
    """Files in, a workbook out."""
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    parser.add_argument("-o", "--out", type=Path, required=True, metavar="CLOSE.xlsx")
    parser.add_argument("--period", type=named_period, metavar="YYYY-MM")
    parser.add_argument("--previous", type=Path, metavar="OLD.xlsx")
    parser.add_argument("--policy", type=Path, metavar="P.toml")
    parser.add_argument("--mapping", type=Path, metavar="M.toml", action="append", default=[])
    parser.add_argument("--lang", type=Language, choices=list(Language), default=None)
    parser.add_argument("--pdf", type=Path, metavar="FILE")
    parser.add_argument("--json", type=Path, metavar="REPORT.json")


def run(options: argparse.Namespace) -> None:
    """Reads, closes, proves, and only then writes."""
    inputs = [*options.paths, *options.mapping]
    outputs = check_targets(inputs, [options.out, options.pdf, options.json])
    progress = terminal_progress(options.language)
    if options.previous:
        closed = _go_on(options, progress, outputs)
    else:
        policy = given_policy(options.policy)
        kept = Kept(mappings=given_mappings(options.mapping, Kept().mappings))
        closed = close_files(options.paths, policy, progress, outputs, kept, options.period)
        if not options.period and (told := assumed(closed)):
            tell([told], options.language)
        tell(closed.problems, options.language)
        write_close(closed, options.language, options.out, options.pdf, progress)
    if options.json:
        write_json(options.json, close_report(closed))
    progress("done", 0, 0)
    say_result(closed, options.language, options.out)


def _go_on(options: argparse.Namespace, progress: Progress, outputs: Collection[Path]) -> Close:
    """A close that goes on from an earlier workbook, written with what a person added to it."""
    from xl_addin.previous import continued  # noqa: PLC0415 - a first close needs none of it

    found = continued(
        options.paths,
        options.previous,
        options.policy,
        options.mapping,
        progress,
        outputs,
        options.period,
    )
    tell((*found.problems, *found.closed.problems), options.language)
    progress("workbook", 0, 0)
    content = workbook_bytes(found.closed, options.language, found.typed, found.added)
    _say_kept(replace_file(options.out, content), options.language)
    if options.pdf:
        _write_pdf(found.closed, options.language, options.pdf)
    if found.handed_on and close_file(options.previous):
        say("cli.close.handed_on", options.language, path=options.previous)
    return found.closed


def close_files(
    paths: Sequence[Path],
    policy: Policy,
    progress: Progress = silent,
    outputs: Collection[Path] = (),
    kept: Kept | None = None,
    period: Period | None = None,
) -> Close:
    """A month closed from its files: the one path that the demo and a user's files take.

    Args:
        paths: files, folders or zips.
        policy: all tolerances, windows and rules.
        progress: hears of each step.
        outputs: files in those folders that an earlier run wrote, not to be read.
        kept: decisions, mappings and the like that the close begins with.
        period: the days it is for; told by the files if not given, this month if none has a day.
    """
    kept = kept or Kept()
    intake = read_files(paths, policy, progress, layouts(kept.mappings)[0], outputs)
    return close_month(intake, policy, period or for_undated(intake), progress, kept)


def write_close(
    closed: Close, language: Language, workbook: Path, pdf: Path | None, progress: Progress = silent
) -> None:
    """The workbook, and the PDF if wanted."""
    progress("workbook", 0, 0)
    _say_kept(render_close(closed, workbook, language), language)
    if pdf:
        progress("pdf", 0, 0)
        _write_pdf(closed, language, pdf)


def _say_kept(backup: Path | None, language: Language) -> None:
    """Where the workbook is that was written over: a person may have worked in it."""
    if backup:
        say("cli.apply.backup", language, backup=backup)


def _write_pdf(closed: Close, language: Language, pdf: Path) -> None:
    from recon_engine.export.pdf import write_pdf  # noqa: PLC0415 - most closes make none

    write_pdf(closed, pdf, language)


def say_result(closed: Close, language: Language, workbook: Path) -> None:
    """What was done, in one line, and where it is."""
    confirmed = closed.matches.filter(closed.matches["status"] == "confirmed").height
    say(
        "cli.close.done",
        language,
        workbook=workbook,
        period=closed.period.name,
        records=f"{closed.records.height:,}",
        matches=f"{confirmed:,}",
        exceptions=f"{closed.exceptions.height:,}",
    )
