"""``tieout export``: declared, so that its call is known; it says that it is not there yet."""

import argparse
from pathlib import Path

from recon_engine.errors import Code, error


def arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments the verb will take."""
    parser.add_argument("workbook", type=Path, metavar="CLOSE.xlsx")
    parser.add_argument("--pdf", type=Path, metavar="FILE")
    parser.add_argument("--partner", type=Path, metavar="FILE")
    parser.add_argument("--csv", type=Path, metavar="DIR")
    parser.add_argument("--lang", metavar="LANG")


def run(_options: argparse.Namespace) -> None:
    """Refuses: a workbook's copies are not made yet."""
    raise error(Code.NOT_YET, value="tieout export")
