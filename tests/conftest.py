"""How properties are tried: the same examples everywhere, however slow the machine.

And that nobody signs in, whatever users file there is on the machine.
"""

import os
import tempfile
from pathlib import Path

from hypothesis import settings

settings.register_profile("everywhere", deadline=None, derandomize=True)
settings.load_profile("everywhere")
os.environ["TIEOUT_USERS"] = str(Path(tempfile.gettempdir()) / "tieout-nobody" / "users.json")
