"""What every action stands before: Excel, the open workbook, the person, and what is kept."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import xlwings as xw

from recon_engine.control.signing import logged, refuse_locked
from recon_engine.errors import Code, Place, Problem, error
from recon_engine.intake.mapping_rows import layouts
from recon_engine.intake.profile import Profile
from recon_engine.messages import Language, text
from recon_engine.model.kept import Kept
from recon_engine.model.results import Close
from recon_engine.reconcile.take_up import Actor
from recon_engine.trust.audit import AUDIT, Act
from workbook_templates.frames import close_frames
from workbook_templates.readback import read_tables
from workbook_templates.sign_frames import counted
from workbook_templates.state import State, read_state
from xl_addin.actions.dialogs import Dialogs
from xl_addin.actions.registry import action as action_of
from xl_addin.live.book import LiveBook
from xl_addin.live.heard import Heard
from xl_addin.live.host import Host
from xl_addin.people.gate import Gate, Person

_FILES = "files.json"


@dataclass(frozen=True, slots=True)
class Said:
    """What an action did, as data: the key of a sentence, its figures, and what to look at."""

    key: str
    params: dict[str, Any] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


@dataclass
class Desk:
    """One press of a button.

    Attributes:
        app: the Excel it came from.
        host: what xlwings does not ask that Excel.
        dialogs: the person.
        language: that the ribbon speaks.
        action: the name of what was pressed.
        name: of the workbook that was in front, "" when none was.
        choice: of the action's menu.
        heard: which tables were touched since which press, where the launcher listened.
        home: Tieout's own folder of this user.
        gate: that lets people in.
        person: who works.
        now: the time, ISO 8601 with offset.
    """

    app: xw.App
    host: Host
    dialogs: Dialogs
    language: Language
    action: str
    name: str
    home: Path
    gate: Gate
    person: Person
    now: Callable[[], str]
    choice: str = ""
    heard: Heard | None = None

    @property
    def by(self) -> Actor:
        """Who decides."""
        return self.person.actor

    def act(self, note: str = "") -> Act:
        """What was pressed, for the log."""
        return self.person.act(self.action, self.now(), note)

    def refuse_locked(self) -> None:
        """Passes where the period in front may be changed.

        Raises:
            TieoutError: PERIOD_LOCKED.
        """
        log = read_tables(self.book.source, {"AuditLog": tuple(AUDIT)}).tables["AuditLog"]
        refuse_locked(Kept(audit=counted(log)), self.book.source.file)

    @cached_property
    def book(self) -> LiveBook:
        """The workbook that was in front.

        What an action left half done there before is taken back first.

        Raises:
            TieoutError: BOOK_MISSING, NOT_A_TIEOUT_WORKBOOK.
        """
        for book in self.app.books:
            if book.name.lower() == self.name.lower():
                heard = None if action_of(self.action).reads_all else self.heard
                live = LiveBook(book, self.host, self.home / "undo", heard=heard)
                live.recover()
                return live
        raise error(Code.BOOK_MISSING, Place(self.name))

    @cached_property
    def state(self) -> State:
        """The close as the workbook holds it."""
        self.progress("read_book", 0, 0)
        return read_state(self.book.source)

    def notes(self) -> list[str]:
        """What the person must know besides what the action did: of the book that it stood before.

        An action that was cut off was taken back first; a read-only book keeps nothing by itself.
        """
        book = self.__dict__.get("book")  # not found here if the action did not ask for it
        if book is None:
            return []
        told = []
        if book.recovered and self.action != "undo":
            name = text(f"ribbon.action.{book.recovered}", self.language)
            told.append(self.say("said.recovered", action=name))
        if action_of(self.action).changes and self.host.read_only(book.book):
            told.append(self.say("said.read_only"))
        return told

    def progress(self, key: str, done: int, whole: int) -> None:
        """Shows how far it is in the status bar, and stops when Escape is pressed.

        Raises:
            TieoutError: CANCELLED.
        """
        if self.host.cancelled(self.app):
            raise error(Code.CANCELLED)
        figures = f" {done:,}/{whole:,}" if whole else f" {done:,}" if done else ""
        self.app.status_bar = f"Tieout: {text(f'addin.progress.{key}', self.language)}{figures}"

    def write(self, closed: Close, typed: Any = None) -> bool:
        """Makes the workbook show a close, with what was pressed in its log; see LiveBook.write."""
        return self._write(logged(closed, self.act()), typed)

    def write_signed(self, closed: Close, typed: Any = None) -> bool:
        """As :meth:`write`, for good: what was done before cannot be undone any more."""
        return self._write(closed, typed, lasting=True)

    def _write(self, closed: Close, typed: Any, *, lasting: bool = False) -> bool:
        frames = close_frames(closed, self.book.language, typed)
        self.progress("write_book", 0, 0)
        return self.book.write(
            closed, self.action, frames, lambda n, of: self.progress("write_book", n, of),
            lasting=lasting,
        )  # fmt: skip

    # ---- what is kept beside the workbook --------------------------------------------------------

    @property
    def kept(self) -> Path:
        """The folder of this workbook."""
        return self.home / "books" / self.book.identity

    @property
    def folder(self) -> Path:
        """Where files are suggested to go: beside the workbook, else among the documents."""
        path = self.book.path if self.name else None
        return path.parent if path is not None else Path.home() / "Documents"

    def remember_files(self, paths: Sequence[Path]) -> None:
        """Keeps where files came from, so that they can be read again."""
        known = dict.fromkeys([*self.known_files(), *(path.resolve() for path in paths)])
        self.kept.mkdir(parents=True, exist_ok=True)
        content = json.dumps([str(path) for path in known], ensure_ascii=False, indent=1)
        (self.kept / _FILES).write_text(content, encoding="utf-8")

    def known_files(self) -> list[Path]:
        """Where the files of this workbook came from."""
        kept = self.kept / _FILES
        if not kept.is_file():
            return []
        return [Path(name) for name in json.loads(kept.read_text(encoding="utf-8"))]

    def mappings(self) -> list[Profile]:
        """The layouts that a person confirmed in this workbook."""
        return layouts(self.state.kept.mappings)[0]

    def say(self, key: str, **params: object) -> str:
        """A sentence of the add-in in the ribbon's language."""
        return text(f"addin.{key}", self.language, **params)
