"""``python -m xl_addin`` is the same as ``tieout``."""

import sys

from xl_addin.command_line import program

sys.exit(program())
