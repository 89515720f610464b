"""How long work tells how far it is, without knowing who listens."""

from collections.abc import Callable

# Called with a message key, how much is done and how much there is (0: not known).
Progress = Callable[[str, int, int], None]


def silent(_key: str, _done: int, _total: int) -> None:
    """Listens to nothing; what a pipe and the tests use."""
