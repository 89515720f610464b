"""``tieout match``: matches any two tables."""

import argparse
from pathlib import Path

from recon_engine.errors import Code, Place, error
from recon_engine.export.files import write_atomically, write_json
from recon_engine.export.links import links, match_report
from recon_engine.intake.items import check_currencies, only_currency, read_items
from recon_engine.match import match_items
from xl_addin.inputs import given_policy


def arguments(parser: argparse.ArgumentParser) -> None:
    """Two tables in, links out."""
    parser.add_argument("--left", type=Path, required=True, metavar="L.csv")
    parser.add_argument("--right", type=Path, required=True, metavar="R.csv")
    parser.add_argument("--out", type=Path, required=True, metavar="LINKS.csv")
    parser.add_argument("--policy", type=Path, metavar="P.toml")
    parser.add_argument("--json", type=Path, metavar="REPORT.json")
    parser.add_argument("--lang", metavar="LANG")


def run(options: argparse.Namespace) -> None:
    """Reads both tables, matches, writes links.csv and the report."""
    policy = given_policy(options.policy)
    contents = [_content(path) for path in (options.left, options.right)]
    names = [options.left.name, options.right.name]
    said = [only_currency(content, name) for content, name in zip(contents, names, strict=True)]
    left, right = (
        read_items(content, name, other or policy.home_currency)
        for content, name, other in zip(contents, names, reversed(said), strict=True)
    )
    check_currencies(left, right, options.right.name)
    matched = match_items(left, right, policy)
    write_atomically(options.out, links(matched).write_csv)
    if options.json:
        write_json(options.json, match_report(matched, left.height, right.height))


def _content(path: Path) -> bytes:
    if not path.is_file():
        raise error(Code.FILE_MISSING, Place(path.name))
    return path.read_bytes()
