"""``tieout export``: a workbook's PDF and tables, from the workbook alone."""

import argparse
from pathlib import Path

from recon_engine.close import close_month
from recon_engine.errors import Code, error
from recon_engine.export import report_tables
from recon_engine.export.pdf import write_pdf
from recon_engine.messages import Language
from recon_engine.model.results import Close
from recon_engine.report.summary import summary
from workbook_templates.csv_tables import write_csv
from workbook_templates.frames import close_frames
from workbook_templates.state import State, read_state
from xl_addin.inputs import check_targets, say, tell

REPORTS = "reports"  # the folder of the reports beside the tables


def arguments(parser: argparse.ArgumentParser) -> None:
    """The workbook, and what is wanted of it."""
    parser.add_argument("workbook", type=Path, metavar="CLOSE.xlsx")
    parser.add_argument("--pdf", type=Path, metavar="FILE")
    parser.add_argument("--partner", type=Path, metavar="FILE")
    parser.add_argument("--csv", type=Path, metavar="DIR")
    parser.add_argument("--parquet", type=Path, metavar="DIR")
    parser.add_argument("--lang", type=Language, choices=list(Language), default=None)


def run(options: argparse.Namespace) -> None:
    """Reads the workbook, closes from what stands in it, and writes what was asked for.

    Raises:
        TieoutError: nothing was asked for, it is no workbook of ours, or a proof failed.
    """
    if options.partner:
        raise error(Code.NOT_YET, value="tieout export --partner")
    if not (options.pdf or options.csv or options.parquet):
        raise error(Code.USAGE, value="--pdf FILE, --csv DIR, --parquet DIR")
    check_targets([options.workbook], [options.pdf])
    state = read_state(options.workbook)
    tell(state.problems, options.language)
    closed = close_month(state.intake, state.policy, state.period, kept=state.kept)
    _write(options, state, closed)


def _write(options: argparse.Namespace, state: State, closed: Close) -> None:
    if options.pdf:
        write_pdf(closed, options.pdf, state.language)
        say("cli.export.written", options.language, file=options.pdf)
    if options.csv:
        frames = close_frames(closed, state.language, state.typed)
        written = write_csv(frames, options.csv, state.language)
        written += _reports(closed, state.language, options.csv / REPORTS, "csv")
        say("cli.export.tables", options.language, count=len(written), folder=options.csv)
    if options.parquet:
        written = _reports(closed, state.language, options.parquet, "parquet")
        say("cli.export.tables", options.language, count=len(written), folder=options.parquet)


def _reports(closed: Close, language: Language, folder: Path, ending: str) -> list[Path]:
    """Every report of the pack, a file for each kind of table in it."""
    folder.mkdir(parents=True, exist_ok=True)
    writer = report_tables.write_csv if ending == "csv" else report_tables.write_parquet
    sections = summary(closed, language).sections
    return [
        path for section in sections for path in writer(section, folder / f"{section.key}.{ending}")
    ]
