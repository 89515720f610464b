"""``python -m xl_addin.build [--out DIR]``: makes the files that Excel opens.

Without a folder it renews the add-in that is shipped with the package (``xl_addin/releases``); a
test compares its bytes with a fresh build.  With one, it writes the add-in and the templates of
all languages there, for somebody who places them by hand.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from recon_engine.export.files import write_bytes
from workbook_templates.template import write_templates
from xl_addin.addin_file.package import NAME, addin_bytes

RELEASES = Path(__file__).parent / "releases"


def main(arguments: Sequence[str] | None = None) -> int:
    """Builds, and says what was written."""
    parser = argparse.ArgumentParser(prog="python -m xl_addin.build", allow_abbrev=False)
    parser.add_argument("--out", type=Path, metavar="DIR")
    folder = parser.parse_args(arguments).out
    addin = (folder or RELEASES) / NAME
    write_bytes(addin, addin_bytes())
    written = [addin, *(write_templates(folder) if folder else [])]
    sys.stdout.write("".join(f"{path}\n" for path in written))
    return 0


if __name__ == "__main__":
    sys.exit(main())
