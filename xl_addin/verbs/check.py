"""``tieout check``: proves a workbook: totals, identity, places."""

import argparse
from pathlib import Path

from recon_engine.errors import ExitCode, TieoutError
from workbook_templates.check import check_workbook
from xl_addin.people.gate import this_gate


def arguments(parser: argparse.ArgumentParser) -> None:
    """The workbook to prove."""
    parser.add_argument("workbook", type=Path, metavar="CLOSE.xlsx")
    parser.add_argument("--lang", metavar="LANG")


def run(options: argparse.Namespace) -> None:
    """Silent when everything agrees.

    Raises:
        TieoutError: not a Tieout workbook (exit code 2), or all that does not agree (3).
    """
    problems = check_workbook(options.workbook, this_gate().keys())
    if problems:
        raise TieoutError(problems, ExitCode.PROOF_FAILED)
