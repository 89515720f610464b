"""What an action asks a person: few windows behind one small interface, which a test answers."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import xlwings as xw

from recon_engine.messages import Language, text

_TITLE = "Tieout"
_ASKED = ("name", "password", "password_again")
Credentials = tuple[str, str]  # name and password


class Dialogs(Protocol):
    """The person in front of the screen."""

    def files(self, title: str) -> list[Path]:
        """Files to read; none when the person thinks better of it."""

    def folder(self, title: str) -> Path | None:
        """A folder to read."""

    def save(self, title: str, suggested: Path) -> Path | None:
        """Where to write; the person was asked whether a file may be replaced."""

    def agrees(self, question: str) -> bool:
        """Yes or no."""

    def pick(self, title: str, options: Sequence[str]) -> int | None:
        """One of several, from 0."""

    def secret(self, question: str) -> str | None:
        """A password; "" for none, None when the person thinks better of it."""

    def credentials(self, title: str, *, twice: bool = False, name: str = "") -> Credentials | None:
        """A name and a password, which is shown as dots and goes nowhere else.

        Args:
            title: what they are for.
            twice: the password is a new one, to be typed twice.
            name: whose it is, where that is known.

        Raises:
            TieoutError: PASSWORDS_DIFFER.
        """

    def tell(self, message: str) -> None:
        """Says something and waits until it was read."""

    def show(self, place: str) -> None:
        """Opens a page or a file with whatever the person opens such things with."""


class Windows:
    """Excel's own message box, and the system's windows for files, by way of tkinter."""

    def __init__(self, app: xw.App | None, language: Language) -> None:
        """Speaks for that Excel; without one, in a window of its own."""
        self._app, self._language = app, language

    def files(self, title: str) -> list[Path]:
        """See Dialogs."""
        from tkinter import filedialog  # noqa: PLC0415 - a window is the exception

        with _Root():
            return [Path(name) for name in filedialog.askopenfilenames(title=title)]

    def folder(self, title: str) -> Path | None:
        """See Dialogs."""
        from tkinter import filedialog  # noqa: PLC0415

        with _Root():
            chosen = filedialog.askdirectory(title=title, mustexist=True)
        return Path(chosen) if chosen else None

    def save(self, title: str, suggested: Path) -> Path | None:
        """See Dialogs."""
        from tkinter import filedialog  # noqa: PLC0415

        with _Root():
            chosen = filedialog.asksaveasfilename(
                title=title, initialdir=str(suggested.parent), initialfile=suggested.name,
                defaultextension=suggested.suffix,
            )  # fmt: skip
        return Path(chosen) if chosen else None

    def agrees(self, question: str) -> bool:
        """See Dialogs."""
        if self._app is not None:
            return bool(self._app.alert(question, _TITLE, buttons="yes_no") == "yes")
        from tkinter import messagebox  # noqa: PLC0415

        with _Root():
            return bool(messagebox.askyesno(_TITLE, question))

    def pick(self, title: str, options: Sequence[str]) -> int | None:
        """See Dialogs: the options are numbered, and the person types a number."""
        from tkinter import simpledialog  # noqa: PLC0415

        lines = "\n".join(f"{number}  {option}" for number, option in enumerate(options, 1))
        hint = text("addin.ask.number", self._language)
        with _Root():
            number = simpledialog.askinteger(
                _TITLE, f"{title}\n\n{lines}\n\n{hint}", minvalue=1, maxvalue=len(options)
            )
        return None if number is None else number - 1

    def secret(self, question: str) -> str | None:
        """See Dialogs: what is typed is not shown."""
        from tkinter import simpledialog  # noqa: PLC0415

        with _Root():
            return simpledialog.askstring(_TITLE, question, show="•")

    def credentials(self, title: str, *, twice: bool = False, name: str = "") -> Credentials | None:
        """See Dialogs: a window of this process, so that Excel never holds the password."""
        from xl_addin.actions.password_window import ask  # noqa: PLC0415

        words = [text(f"addin.ask.{key}", self._language) for key in _ASKED]
        with _Root() as root:
            return ask(root, title, words, name, twice=twice)

    def tell(self, message: str) -> None:
        """See Dialogs."""
        if self._app is not None:
            self._app.alert(message, _TITLE)
            return
        from tkinter import messagebox  # noqa: PLC0415

        with _Root():
            messagebox.showinfo(_TITLE, message)

    def show(self, place: str) -> None:
        """See Dialogs."""
        import webbrowser  # noqa: PLC0415

        webbrowser.open(place)


class _Root:
    """tkinter's own window, which nobody needs to see; the questions come to the front."""

    def __enter__(self) -> Any:
        import tkinter as tk  # noqa: PLC0415

        self._root = tk.Tk()
        self._root.withdraw()
        self._root.attributes("-topmost", True)
        return self._root

    def __exit__(self, *_fault: object) -> None:
        self._root.destroy()
