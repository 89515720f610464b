"""What passes between xlwings and the spreadsheet: counted, and broken on demand."""

from collections import Counter
from collections.abc import Callable

RPC_E_CALL_REJECTED = -2147418111  # what COM answers while a cell is being edited


class Busy(Exception):  # noqa: N818 - named as the state it tells
    """As pywintypes.com_error: Excel does not take calls now."""

    def __init__(self) -> None:
        super().__init__(RPC_E_CALL_REJECTED, "Call was rejected by callee.", None, None)
        self.hresult = RPC_E_CALL_REJECTED


class Gone(Exception):  # noqa: N818
    """As pywintypes.com_error: the object is no longer there."""

    def __init__(self) -> None:
        super().__init__(-2147417848, "The object invoked has disconnected.", None, None)
        self.hresult = -2147417848


class Killed(BaseException):
    """The process is dead: nothing that it would still do reaches the spreadsheet."""


class Wire:
    """Counts calls by kind, and fails them as a test asks.

    Attributes:
        calls: how many of each kind.
        cells: the smallest and the number of cells of each write of values.
        busy_for: so many of the next calls are rejected.
        dies_after: so many writes still reach the book; then the process is dead.
        before: hears the kind of each call before it is made; may raise in its place.
    """

    WRITES = frozenset({"write", "formula", "format", "insert", "delete", "copy", "name", "show"})

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """All calls go through, none was counted."""
        self.calls: Counter[str] = Counter()
        self.cells: list[tuple[str, int]] = []
        self.busy_for = 0
        self.busy_from: int | None = None
        self.dies_after: int | None = None
        self.dead = False
        self.before: Callable[[str], object] | None = None

    @property
    def writes(self) -> int:
        """How many calls changed the book."""
        return sum(self.calls[kind] for kind in self.WRITES)

    def call(self, kind: str, cells: int = 1) -> None:
        """A call of this kind over so many cells is about to be made."""
        if self.dead:
            raise Killed
        if self.before is not None:
            self.before(kind)
        if self.busy_from is not None and self.writes >= self.busy_from:
            raise Busy
        if self.busy_for > 0:
            self.busy_for -= 1
            raise Busy
        if kind in self.WRITES and self.dies_after is not None:
            if self.dies_after == 0:
                self.dead = True
                raise Killed
            self.dies_after -= 1
        self.calls[kind] += 1
        if kind in {"read", "write", "formula"}:
            self.cells.append((kind, cells))


WIRE = Wire()
