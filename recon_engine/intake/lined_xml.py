"""XML → elements as they end, each with its line; no entities, no document type, nothing external.

Names lose their namespace: versions of a message differ in it and hardly in anything else.
"""

from collections.abc import Callable, Sequence
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import XMLParser

from recon_engine.errors import Code, Place, error

_SLICE = 1 << 20
_DEPTH_MAX = 200
LINE = "#line"  # the attribute that holds an element's line; no XML name begins so
Ended = Callable[[Element, Sequence[Element]], bool]


class _Target:
    """What the parser tells → elements; ``ended`` says which are done with and may be let go."""

    def __init__(self, ended: Ended) -> None:
        self.line: Callable[[], int] = lambda: 0
        self._ended = ended
        self._open: list[Element] = []
        self._text: list[str] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if len(self._open) >= _DEPTH_MAX:
            raise ParseError(str(_DEPTH_MAX))
        element = Element(tag.rpartition("}")[2], attributes)
        element.set(LINE, str(self.line()))
        if self._open:
            self._open[-1].append(element)
        self._open.append(element)
        self._text.clear()

    def data(self, text: str) -> None:
        self._text.append(text)

    def end(self, _tag: str) -> None:
        element = self._open.pop()
        element.text = "".join(self._text).strip()
        self._text.clear()
        if self._ended(element, self._open) and self._open:
            self._open[-1].remove(element)

    def close(self) -> None:
        """Nothing is kept."""


def walk(text: str, file: str, ended: Ended) -> None:
    """Calls ``ended`` with each element that ends and those still open around it.

    Args:
        text: the decoded file.
        file: its name.
        ended: whether the element is done with; it is then let go.

    Raises:
        TieoutError: FILE_UNSAFE, FILE_DAMAGED with the line.
    """
    target = _Target(ended)
    parser = XMLParser(target=target, forbid_dtd=True)
    target.line = lambda: int(parser.parser.CurrentLineNumber)
    try:
        for start in range(0, len(text), _SLICE):
            parser.feed(text[start : start + _SLICE])
        parser.close()
    except DefusedXmlException as fault:
        raise error(Code.FILE_UNSAFE, Place(file, "", target.line())) from fault
    except (ParseError, ValueError) as fault:
        raise error(Code.FILE_DAMAGED, Place(file, "", target.line()), str(fault)) from fault
