"""Excel while an action works: it does not draw, calculate or run macros, and is always let go."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial

import xlwings as xw

from xl_addin.live.host import is_busy

BUSY_PATIENCE_S = 10.0  # how long a cell may be edited before an action gives up
_PAUSE_S = 0.25
_TRIES_MAX = 40  # of one call inside xlwings, which by itself tries for ever

Sleep = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Calm:
    """What is put back: the way of calculating, which is the person's own."""

    calculation: str


def limit_tries() -> None:
    """Keeps xlwings from trying a refused call for ever."""
    windows = getattr(xw, "_xlwindows", None)
    if windows is not None:
        windows.N_COM_ATTEMPTS = _TRIES_MAX


def patiently(ask: Callable[[], object], sleep: Sleep = time.sleep) -> None:
    """Asks until Excel answers, for a while: a person may just be leaving a cell.

    Raises:
        Exception: what Excel answered last, when the patience is over.
    """
    waited = 0.0
    while True:
        try:
            ask()
        except Exception as fault:
            if not is_busy(fault) or waited >= BUSY_PATIENCE_S:
                raise
        else:
            return
        sleep(_PAUSE_S)
        waited += _PAUSE_S


@contextmanager
def quiet(app: xw.App, sleep: Sleep = time.sleep, usual: str = "") -> Iterator[Calm]:
    """Nothing is drawn, calculated or triggered inside; afterwards all is as it was.

    Drawing and events are always switched on again: whoever finds them off finds what a
    program left behind that was killed.  How Excel calculated before that is kept by ``usual``.
    """
    calm = Calm(usual or str(app.calculation))
    try:
        app.screen_updating = False
        app.enable_events = False
        app.calculation = "manual"
        yield calm
    finally:
        restore(app, calm.calculation, sleep)


def restore(app: xw.App, calculation: str, sleep: Sleep = time.sleep) -> None:
    """Each setting by itself, so that one refusal does not keep the others from being put back."""
    for name, value in (
        ("calculation", calculation),
        ("enable_events", True),
        ("screen_updating", True),
    ):
        with suppress(Exception):  # a book or Excel that is gone has nothing to restore
            patiently(partial(setattr, app, name, value), sleep)
