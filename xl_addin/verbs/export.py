"""``tieout export``: a workbook's PDF, tables and partner copy, from the workbook alone."""

import argparse
from dataclasses import dataclass
from getpass import getpass
from pathlib import Path

from recon_engine.close import close_month
from recon_engine.errors import Code, error
from recon_engine.export import report_tables
from recon_engine.export.masked_check import prove_frames, prove_report
from recon_engine.export.masked_pdf import write_masked_pdf
from recon_engine.export.pdf import write_pdf
from recon_engine.messages import Language, text
from recon_engine.model.results import Close
from recon_engine.report.masked import MaskedClose, masked_close
from recon_engine.report.summary import summary
from workbook_templates.csv_tables import write_csv
from workbook_templates.frames import Frames, close_frames
from workbook_templates.partner import masked_frames
from workbook_templates.state import State, read_state
from xl_addin.inputs import check_targets, say, tell
from xl_addin.partner import chosen_part, chosen_sheets, secret_of, write_partner

REPORTS = "reports"  # the folder of the reports beside the tables


@dataclass(frozen=True, slots=True)
class Source:
    """What is written from: the close as it is, or masked with what must not be found."""

    close: Close
    masked: MaskedClose | None

    @property
    def shown(self) -> Close:
        """The close whose figures and texts are written."""
        return self.masked.close if self.masked else self.close


def arguments(parser: argparse.ArgumentParser) -> None:
    """The workbook, and what is wanted of it."""
    parser.add_argument("workbook", type=Path, metavar="CLOSE.xlsx")
    parser.add_argument("--pdf", type=Path, metavar="FILE")
    parser.add_argument("--partner", type=Path, metavar="FILE")
    parser.add_argument("--csv", type=Path, metavar="DIR")
    parser.add_argument("--parquet", type=Path, metavar="DIR")
    parser.add_argument("--masked", action="store_true")
    parser.add_argument("--sheets", default="", metavar="NAME,NAME")
    parser.add_argument("--only", default="", metavar="PLATFORM[/STORE]")
    parser.add_argument("--encrypt", action="store_true")
    parser.add_argument("--password-file", type=Path, metavar="FILE")
    parser.add_argument("--key-file", type=Path, metavar="FILE")
    parser.add_argument("--lang", type=Language, choices=list(Language), default=None)


def run(options: argparse.Namespace) -> None:
    """Reads the workbook, closes from what stands in it, and writes what was asked for.

    Raises:
        TieoutError: nothing was asked for, it is no workbook of ours, a proof failed, or something
            that was to be masked still stands in what was made.
    """
    if not (options.pdf or options.csv or options.parquet or options.partner):
        raise error(Code.USAGE, value="--pdf FILE, --partner FILE, --csv DIR, --parquet DIR")
    of_partner = (options.sheets, options.only, options.encrypt, options.password_file)
    if not options.partner and any(of_partner):
        raise error(Code.USAGE, value="--partner FILE")
    secrets = [options.password_file, options.key_file]
    check_targets(
        [options.workbook, *(path for path in secrets if path)], [options.pdf, options.partner]
    )
    chosen, key = chosen_sheets(options.sheets), _key(options)
    password = _password(options) if options.partner else ""
    state = read_state(options.workbook)
    tell(state.problems, options.language)
    closed = close_month(state.intake, state.policy, state.period, kept=state.kept)
    masked = masked_close(closed, key) if options.masked or options.partner else None
    _write(options, state, Source(closed, masked if options.masked else None))
    if options.partner and masked:
        part = chosen_part(options.only, masked.close, state.language)
        write_partner(masked, options.partner, state.language, password, chosen, part)
        said = "cli.export.partner_locked" if password else "cli.export.partner"
        say(said, options.language, file=options.partner)


def _key(options: argparse.Namespace) -> bytes:
    """The key of the pseudonyms; none where the close makes its own."""
    return secret_of(options.key_file, Code.KEY_EMPTY).encode() if options.key_file else b""


def _password(options: argparse.Namespace) -> str:
    """The password, from a file or asked for; never from the command line, which others can see."""
    if options.password_file:
        return secret_of(options.password_file, Code.PASSWORD_EMPTY)
    if not options.encrypt:
        return ""
    password = getpass(text("cli.export.password", options.language))
    if not password:
        raise error(Code.PASSWORD_EMPTY)
    if getpass(text("cli.export.password_again", options.language)) != password:
        raise error(Code.PASSWORDS_DIFFER)
    return password


def _write(options: argparse.Namespace, state: State, source: Source) -> None:
    if options.pdf:
        if source.masked:
            write_masked_pdf(source.masked, options.pdf, state.language)
        else:
            write_pdf(source.close, options.pdf, state.language)
        say("cli.export.written", options.language, file=options.pdf)
    if options.csv:
        written = write_csv(_frames(state, source, options.csv), options.csv, state.language)
        written += _reports(source, state.language, options.csv / REPORTS, "csv")
        say("cli.export.tables", options.language, count=len(written), folder=options.csv)
    if options.parquet:
        written = _reports(source, state.language, options.parquet, "parquet")
        say("cli.export.tables", options.language, count=len(written), folder=options.parquet)


def _frames(state: State, source: Source, folder: Path) -> Frames:
    """The frames of all tables; what a person typed since the last run is no partner's business."""
    if source.masked is None:
        return close_frames(source.close, state.language, state.typed)
    frames = masked_frames(source.masked, state.language)
    prove_frames(frames, source.masked.hidden, folder.name)
    return frames


def _reports(source: Source, language: Language, folder: Path, ending: str) -> list[Path]:
    """Every report of the pack, a file for each kind of table in it."""
    writer = report_tables.write_csv if ending == "csv" else report_tables.write_parquet
    sections = summary(source.shown, language).sections
    if source.masked:
        prove_report(sections, source.masked.hidden, folder.name)
    folder.mkdir(parents=True, exist_ok=True)
    return [
        path for section in sections for path in writer(section, folder / f"{section.key}.{ending}")
    ]
