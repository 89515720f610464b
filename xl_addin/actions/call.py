"""How Excel asks for an action: one command line of plain ASCII, read here.

    pythonw -m xl_addin ACTION --wb=NAME --from_xl=1 --hwnd=N --lang=LANGUAGE [--choice=CHOICE]
        [--heard=HEARD]

A workbook's name may hold blanks, quotes, ``&``, ``%``, ``=``, Chinese and emoji.  On its way
through a shell object, AppleScript, a queue's file and argv, each of them could be changed: a
``%OS%`` in a name would even be replaced by Windows itself.  So the launcher writes every
character but letters, digits, dot, dash and underscore as ``~`` and its UTF-16 unit in four hex
digits, and nothing on the way has anything left to change.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from recon_engine.errors import Code, error
from recon_engine.messages import Language
from xl_addin.actions.registry import ACTIONS
from xl_addin.live.heard import Heard, read_heard

FROM_EXCEL = "--from_xl=1"
_SAFE = re.compile(r"[A-Za-z0-9._-]")
_WORD = re.compile(r"--(wb|from_xl|hwnd|lang|choice|app|heard)=([A-Za-z0-9._~-]*)")
_UNIT = re.compile(r"~([0-9A-Fa-f]{4})")
_NAMES = frozenset(action.name for action in ACTIONS)


@dataclass(frozen=True, slots=True)
class Call:
    """What was pressed, and where.

    Attributes:
        action: the name of the action.
        workbook: the active workbook's name as Excel knows it; "" when none was open.
        hwnd: the window of that Excel, which tells two of them apart; 0 on a Mac.
        language: that the ribbon speaks, for everything the action says.
        choice: what was chosen in the action's menu, "" when it has none.
        app: the path of that Excel on a Mac, else "".
        heard: which tables were touched, see xl_addin.live.heard; none where nobody listened.
    """

    action: str
    workbook: str
    hwnd: int
    language: Language
    choice: str = ""
    app: str = ""
    heard: Heard | None = None


def is_call(words: Sequence[str]) -> bool:
    """Whether a command line comes from Excel."""
    return FROM_EXCEL in words


def read_call(words: Sequence[str]) -> Call:
    """The call that a command line makes.

    Raises:
        TieoutError: USAGE, when it is none that the launcher writes.
    """
    found = [_WORD.fullmatch(word) for word in words[1:]]
    if not words or words[0] not in _NAMES or not all(found):
        raise error(Code.USAGE, value=" ".join(words))
    given = {match[1]: match[2] for match in found if match}
    hwnd, language = given.get("hwnd", ""), given.get("lang", "")
    return Call(
        action=words[0],
        workbook=decoded(given.get("wb", "")),
        hwnd=int(hwnd) if hwnd.isdecimal() else 0,
        language=Language(language) if language in set(Language) else Language.EN,
        choice=decoded(given.get("choice", "")),
        app=decoded(given.get("app", "")),
        heard=read_heard(given.get("heard", "")),
    )


def encoded(name: str) -> str:
    """A name as the launcher writes it; the VBA module has the same few lines."""
    return "".join(one if _SAFE.fullmatch(one) else _units(one) for one in name)


def _units(character: str) -> str:
    pair = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"~{pair[n : n + 2].hex().upper()}" for n in range(0, len(pair), 2))


def decoded(text: str) -> str:
    """The name again."""
    units = _UNIT.sub(lambda unit: chr(int(unit[1], 16)), text)
    return units.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
