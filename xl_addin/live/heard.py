"""What the launcher has heard: which tables a person touched since which press of a button.

The launcher listens to one workbook at a time, and numbers the presses.  It tells ``SESSION-PRESS``
and, for each table on a sheet in which a cell was changed, the number of the last press before the
last change: ``3f9a0c-7.Bank-2.Orders-6``.  A session ends when the workbook is closed or the
launcher stopped listening for any reason; a new one knows nothing of what was before.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

_WORD = re.compile(r"[A-Za-z0-9]+-\d+(\.[A-Za-z0-9_]+-\d+)*")


@dataclass(frozen=True, slots=True)
class Heard:
    """What was heard until a button was pressed.

    Attributes:
        session: of listening, without a gap, to this workbook.
        press: the number of this press, from 1.
        touched: by table, the last press before the last change that was heard.
    """

    session: str
    press: int
    touched: Mapping[str, int]


def read_heard(word: str) -> Heard | None:
    """What the launcher's word says; none where it says nothing, or nothing that is understood."""
    if not _WORD.fullmatch(word):
        return None
    (session, press), *tables = (part.rsplit("-", 1) for part in word.split("."))
    return Heard(session, int(press), {name: int(number) for name, number in tables})
