"""The window in which a person types name and password: in this process, and nowhere in Excel.

The password is shown as dots.  It stands in no cell, no message box of Excel, no command line and
no file, so neither Undo nor a log can hold it.
"""

from collections.abc import Sequence
from typing import Any

from recon_engine.errors import Code, error

_WIDTH_CHARACTERS = 28
_PAD_PIXELS = 12


def ask(
    root: Any, title: str, words: Sequence[str], name: str, *, twice: bool
) -> tuple[str, str] | None:
    """Asks, and answers name and password; none when the window was closed.

    Args:
        root: tkinter's own window.
        title: what they are for.
        words: for name, password, and the password again.
        name: whose password it is; typed too where that is not known.
        twice: a new password is typed twice.

    Raises:
        TieoutError: PASSWORDS_DIFFER.
    """
    from tkinter import simpledialog  # noqa: PLC0415 - a window is the exception

    class Window(simpledialog.Dialog):
        """Two or three lines to type in."""

        answer: list[str] | None = None

        def body(self, master: Any) -> Any:
            """The lines; the first empty one has the cursor."""
            self._lines = [
                _line(master, row, word, secret=row > 0)
                for row, word in enumerate(words if twice else words[:2])
            ]
            if name:
                self._lines[0].insert(0, name)
                self._lines[0].configure(state="disabled")
            return self._lines[1 if name else 0]

        def apply(self) -> None:
            """Takes what was typed, and empties the window."""
            self.answer = [line.get() for line in self._lines]
            for line in self._lines[1:]:
                line.delete(0, "end")

    told = Window(root, title).answer
    if told is None:
        return None
    typed, password = name or told[0], told[1]
    if twice and told[2] != password:
        raise error(Code.PASSWORDS_DIFFER)
    return typed, password


def _line(master: Any, row: int, word: str, *, secret: bool) -> Any:
    import tkinter as tk  # noqa: PLC0415

    tk.Label(master, text=word).grid(row=row, column=0, sticky="w", padx=_PAD_PIXELS, pady=4)
    line = tk.Entry(master, width=_WIDTH_CHARACTERS, show="•" if secret else "")
    line.grid(row=row, column=1, padx=_PAD_PIXELS, pady=4)
    return line
