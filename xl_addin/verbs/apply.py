"""``tieout apply``: declared, so that its call is known; it says that it is not there yet."""

import argparse
from pathlib import Path

from recon_engine.errors import Code, error


def arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments the verb will take."""
    parser.add_argument("workbook", type=Path, metavar="CLOSE.xlsx")
    parser.add_argument("--out", type=Path, metavar="NEW.xlsx")
    parser.add_argument("--json", type=Path, metavar="REPORT.json")
    parser.add_argument("--lang", metavar="LANG")


def run(_options: argparse.Namespace) -> None:
    """Refuses: decisions typed in a workbook are not applied yet."""
    raise error(Code.NOT_YET, value="tieout apply")
