"""Type for the PDF: the shipped fonts, how wide a text is, how it is cut and wrapped.

Lengths are points.  A character that neither font has prints as ``MISSING``, so a name from
anywhere never stops a report.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

FONTS = Path(__file__).parent / "fonts"
REGULAR, BOLD = "", "B"
MISSING = "□"
ELLIPSIS = "…"

# Full-width by design in a Chinese font; in an English line their plain forms stand better.
_ENGLISH = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "…": "...", "·": "-"})
_CONTROL = dict.fromkeys((*range(0x20), 0x7F, 0x2028, 0x2029), " ")
_APOSTROPHE = re.compile(r"(?<=[A-Za-z\u00c0-\u024f])’(?=[A-Za-z\u00c0-\u024f])")
_CLOSING = "[，。、：；）」』》！？”’]"
# A word, or one Chinese character with the punctuation that must not begin a line, or blanks.
# A hard space joins.
_PIECES = re.compile(rf"(?:[^ \u2e80-\uffff]+|[\u2e80-\uffff]){_CLOSING}*| +")
SLACK = 0.01  # what rounding may make a text too wide for a column that was made for it


@dataclass(frozen=True, slots=True)
class Type:
    """Measures and fits texts in the two weights.

    Attributes:
        advances: per weight, character code → width in thousandths of the size.
        english: whether the text around is English.
    """

    advances: Mapping[str, Mapping[int, float]]
    english: bool = False
    _known: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    _wide: dict[tuple[str, str], float] = field(default_factory=dict)

    def settle(self, text: str, weight: str) -> tuple[str, str]:
        """The text as it can be printed, and the weight that has all its characters."""
        key = (text, weight)
        if key not in self._known:
            self._known[key] = self._settled(text, weight)
        return self._known[key]

    def _settled(self, text: str, weight: str) -> tuple[str, str]:
        text = _APOSTROPHE.sub("'", text.translate(_CONTROL))
        if self.english:
            text = text.translate(_ENGLISH)
        if weight == BOLD and not all(ord(char) in self.advances[BOLD] for char in text):
            weight = REGULAR
        here = self.advances[weight]
        return "".join(char if ord(char) in here else MISSING for char in text), weight

    def width(self, text: str, size: float, weight: str = REGULAR) -> float:
        """The width of a text on one line; each text is measured once, for all sizes."""
        key = (text, weight)
        if key not in self._wide:
            text, weight = self.settle(text, weight)
            here = self.advances[weight]
            self._wide[key] = sum([here[ord(char)] for char in text])
        return self._wide[key] * size / 1000

    def fit(self, text: str, size: float, width: float, weight: str = REGULAR) -> str:
        """The text, cut with an ellipsis where it is wider than ``width``."""
        width += SLACK
        if self.width(text, size, weight) <= width:
            return text
        mark = "..." if self.english else ELLIPSIS
        low, high = 0, len(text)
        while low < high:  # the longest beginning that leaves room for the mark
            middle = (low + high + 1) // 2
            if self.width(text[:middle].rstrip() + mark, size, weight) <= width:
                low = middle
            else:
                high = middle - 1
        return text[:low].rstrip() + mark if low else ""

    def wrap(
        self, text: str, size: float, width: float, lines_max: int = 99, weight: str = REGULAR
    ) -> list[str]:
        """The text in lines no wider than ``width``; the last allowed one is cut if need be."""
        width += SLACK
        text = text.translate(_CONTROL)
        if self.width(text, size, weight) <= width:
            return [text]
        lines, line = [], ""
        for piece in _PIECES.findall(text):
            if line and self.width(line + piece.rstrip(), size, weight) > width:
                lines.append(line)
                line = ""
            line += piece
            while self.width(line.rstrip(), size, weight) > width and len(line) > 1:
                head = self._head(line, size, width, weight)
                lines.append(line[:head])
                line = line[head:]
        lines.append(line)
        if len(lines) > lines_max:
            rest = "".join(lines[lines_max - 1 :]).strip()
            lines = [*lines[: lines_max - 1], self.fit(rest, size, width, weight)]
        return [line.strip() for line in lines]

    def _head(self, text: str, size: float, width: float, weight: str) -> int:
        """How many characters of one overlong word fit into a line; at least one."""
        count = len(text)
        while count > 1 and self.width(text[:count], size, weight) > width:
            count -= 1
        return count
